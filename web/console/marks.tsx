// A comment's text with the words that drove a score. Text goes in as text nodes only.

export interface Span {
  /** Where it begins and ends, in Unicode characters (code points) of the body. */
  start: number;
  end: number;
  /** How much the score owes to it; negative where it lowered it. */
  weight: number;
}

export interface Piece {
  text: string;
  /** 0: plain; 1 to 3: from a little to a lot. */
  strength: 0 | 1 | 2 | 3;
}

/** Parts below this share of the strongest are left plain: they only make the text restless. */
const LEAST_SHARE = 0.15;

/**
 * Cuts a text at its spans.
 *
 * The offsets count code points, as Python does; JavaScript's strings count UTF-16 units, so the text is cut as
 * an array of code points. Overlapping spans: the stronger one has the characters.
 */
export function cut(body: string, spans: readonly Span[]): Piece[] {
  const characters = Array.from(body);
  const strongest = Math.max(0, ...spans.map(({ weight }) => weight));
  const strengths = new Uint8Array(characters.length);
  for (const { start, end, weight } of spans) {
    const strength = strengthOf(weight, strongest);
    for (let at = Math.max(0, start); at < Math.min(end, characters.length); at += 1) {
      strengths[at] = Math.max(strengths[at] ?? 0, strength);
    }
  }
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = 1; at <= characters.length; at += 1) {
    if (at < characters.length && strengths[at] === strengths[from]) continue;
    pieces.push({ text: characters.slice(from, at).join(""), strength: (strengths[from] ?? 0) as Piece["strength"] });
    from = at;
  }
  return pieces;
}

function strengthOf(weight: number, strongest: number): Piece["strength"] {
  if (strongest <= 0 || weight < strongest * LEAST_SHARE) return 0;
  const share = weight / strongest;
  return share > 0.66 ? 3 : share > 0.33 ? 2 : 1;
}

export function Marked({ body, spans }: { body: string; spans: readonly Span[] }) {
  if (spans.length === 0 || body === "") return <>{body}</>;
  return (
    <>
      {cut(body, spans).map((piece, index) =>
        piece.strength ? (
          <mark class={`drove-${piece.strength}`} key={index}>
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
