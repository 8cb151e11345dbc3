// Numbers to places.

/** A round number at or above `most`, for the top of an axis: 1, 2 or 5 times a power of ten. */
export function roundUp(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}

/** A place as SVG takes it, so that a plot fits whatever room it gets. */
export function place(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(3)}%`;
}
