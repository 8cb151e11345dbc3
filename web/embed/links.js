// Where in a text addresses stand. Pure: what becomes of them is up to whoever asks.

const CANDIDATE = /https?:\/\/[^\s<>"'`{}|\\^]+/gi;
const PAIRS = { ")": "(", "]": "[" };

/**
 * A text cut into what is an address and what is not. Joined again, the pieces are the text.
 *
 * @param {string} text
 * @returns {{text: string, href?: string}[]} `href` where the piece is an address: http or https, nothing else.
 */
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const { 0: candidate, index } of text.matchAll(CANDIDATE)) {
    const address = withoutTrailing(candidate);
    if (!URL.canParse(address)) continue;
    if (index > end) found.push({ text: text.slice(end, index) });
    found.push({ text: address, href: new URL(address).href });
    end = index + address.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

// A sentence's own punctuation is no part of the address at its end; a bracket is, if it was opened there.
function withoutTrailing(candidate) {
  let address = candidate;
  while (/[.,;:!?)\]*_~…’”»]$/u.test(address)) {
    const last = address.at(-1);
    const opened = PAIRS[last];
    if (opened && address.split(opened).length >= address.split(last).length) break;
    address = address.slice(0, -1);
  }
  return address;
}
