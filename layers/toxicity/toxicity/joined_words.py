"""Takes an offensive word off the one that it is joined to: `youidiot`, `hugemoron`."""

import re
from typing import Final

from toxicity.lexicon import BEFORE, COMMON, CONTRACTED, DISGUISED, NO_JOINS

_LETTERS: Final = re.compile(
    r"(?<![\w.@#/=&?%+\-])((?:[A-Za-z]{1,6}['\u2019])?)([A-Za-z]{5,24})(?![\w@/\-]|\.\w)"
)
_BESIDE: Final = COMMON | BEFORE | DISGUISED
# Shorter ones are the end of many a word, and of fewer letters still the beginning: `glass`, `diesel`.
_SHORTEST_LAST: Final = 4
_SHORTEST_FIRST: Final = 5


def apart(text: str) -> str:
    """The text with a space between two words that are known, one of them as offensive.

    Words that are two such words by chance stay: `therapist`.
    """
    return _LETTERS.sub(_apart, text)


def _apart(match: re.Match[str]) -> str:
    before, letters = match[1], match[2]
    # What an apostrophe leaves of `you're` is no word elsewhere.
    at = _border(letters.lower(), CONTRACTED if before else _BESIDE)
    return f"{before}{letters[:at]} {letters[at:]}" if at else match[0]


def _border(letters: str, first: frozenset[str]) -> int:
    """Where the second word begins; 0 where there are not two."""
    if letters in _BESIDE or letters in NO_JOINS:
        return 0
    # The longest offensive word that the letters end in comes first.
    for at in range(1, len(letters) - _SHORTEST_LAST + 1):
        if letters[at:] in DISGUISED and letters[:at] in first:
            return at
    for at in range(_SHORTEST_FIRST, len(letters)):
        if letters[:at] in DISGUISED and letters[at:] in _BESIDE:
            return at
    return 0
