// Moments and durations as people read them.

import { signal } from "@preact/signals";

/** Now, in milliseconds, told once a second to whoever shows it. */
export const clock = signal(Date.now());
setInterval(() => {
  clock.value = Date.now();
}, 1000);
/** Now, told four times a minute: ages change no faster. */
export const slowClock = signal(Date.now());
setInterval(() => {
  slowClock.value = Date.now();
}, 15_000);

const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
const SHORT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export function exactly(iso: string): string {
  return written(EXACT, iso);
}

export function shortly(iso: string): string {
  return written(SHORT, iso);
}

export function clockTime(iso: string): string {
  return written(CLOCK, iso);
}

export function day(iso: string): string {
  return written(DAY, iso);
}

/** A policy that was put in place with the stack has no time; a dash is no reason to show nothing at all. */
function written(format: Intl.DateTimeFormat, iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "–" : format.format(date);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY_S = 24 * HOUR;

/** "40 s", "12 min", "3 h", "5 d": short, for columns of numbers. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 90 * MINUTE) return `${Math.round(whole / MINUTE)} min`;
  if (whole < 48 * HOUR) return `${Math.round(whole / HOUR)} h`;
  return `${Math.round(whole / DAY_S)} d`;
}

/** "4:05" of minutes and seconds. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How long ago a moment is; the moment itself on hover. */
export function Age({ at }: { at: string }) {
  const seconds = (slowClock.value - new Date(at).getTime()) / 1000;
  return (
    <time dateTime={at} title={exactly(at)}>
      {seconds < MINUTE ? "just now" : `${duration(seconds)} ago`}
    </time>
  );
}

/** A moment, short; exact on hover. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactly(at)}>
      {shortly(at)}
    </time>
  );
}
