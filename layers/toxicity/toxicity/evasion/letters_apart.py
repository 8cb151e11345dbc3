"""Letters apart: `i d i o t`, `k-i-l-l`."""

import re
from typing import Final

from toxicity.evasion.leetspeak import reading
from toxicity.evasion.spelling import KNOWN, LONGEST

_APART: Final = re.compile(
    r"(?<![A-Za-z0-9@$'\u2019])[A-Za-z0-9@$!]([ .\-_*·•~|])[A-Za-z0-9@$!](?:\1[A-Za-z0-9@$!])+(?![A-Za-z0-9])"
)
_FEWEST_LETTERS: Final = 4


def joined(text: str) -> str:
    """The text with letters that stand apart as words."""
    return _APART.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    written, separator = match[0], match[1]
    letters = written[::2]
    word = reading(letters)
    if word.lower() in KNOWN:
        return word
    count = sum(map(str.isalpha, letters))
    is_abbreviation = separator != " " and letters.isupper()
    if count < _FEWEST_LETTERS or count * 2 <= len(letters) or is_abbreviation:
        return written
    return " ".join(_segmented(word))


def _segmented(letters: str) -> list[str]:
    """Known words that the letters fall into, as few as can be; the letters as one where they do not."""
    lower = letters.lower()
    # For each place where a row of known words can end: how many, and where the last of them begins.
    best: dict[int, tuple[int, int]] = {0: (0, 0)}
    for end in range(1, len(lower) + 1):
        ways = [
            (best[start][0] + 1, start)
            for start in range(max(0, end - LONGEST), end)
            if start in best and lower[start:end] in KNOWN
        ]
        if ways:
            best[end] = min(ways)
    if len(lower) not in best:
        return [letters]
    words = []
    end = len(lower)
    while end:
        start = best[end][1]
        words.append(letters[start:end])
        end = start
    return words[::-1]
