"""Takes an offensive word off the one that it is joined to: `youidiot`, `hugemoron`."""

import re
from functools import lru_cache
from typing import Final

from toxicity.lexicon import ADDRESS, BEFORE, BEGINS, COMMON, CONTRACTED, DISGUISED, ENDS, NO_JOINS

_SHORTEST, _LONGEST = 5, 24
_LETTERS: Final = re.compile(
    rf"{ADDRESS}|{BEGINS}(?P<cut>(?:[A-Za-z]{{1,6}}['\u2019])?)(?P<word>[A-Za-z]{{{_SHORTEST},{_LONGEST}}}){ENDS}"
)
_BESIDE: Final = COMMON | BEFORE | DISGUISED
# These are the end of too many names and words of other languages: `Goodburn`, `notarse`, `overslag`.
_LAST: Final = DISGUISED - {"anal", "anus", "arse", "burn", "dago", "hang", "hoes", "rats", "slag", "spic"}
# Two letters before four are a word by chance too often (`aspic`, `aliar`), and so is an s (`kids'shoes`).
_SHORT: Final = 2
_SHORT_BEFORE: Final = 5
_SHORT_BUT_SURE: Final = frozenset({"i", "u", "ur", "re", "ve", "ll"})
_SHORTEST_LAST: Final = 4
_SHORTEST_FIRST: Final = 5
_SHORTEST_AFTER: Final = 3
# A capital behind these is a sentence's, and not a name's.
_BEFORE_SENTENCES: Final = ".!?:\"'(\u201c\u2018"


def apart(text: str, words: frozenset[str]) -> str:
    """The text with a space between two words that are known, one of them as offensive.

    Words that are two such words by chance stay (`therapist`), and so does what looks like a name.

    Args:
        text: any.
        words: its words, in small letters.
    """
    return _LETTERS.sub(_apart, text) if any(map(_fall_apart, words)) else text


def _fall_apart(letters: str) -> bool:
    """Whether letters are two such words, wherever they stand."""
    return _SHORTEST <= len(letters) <= _LONGEST and _is_joined(letters)


# Comments have most of their words in common.
@lru_cache(maxsize=10_000)
def _is_joined(letters: str) -> bool:
    return bool(_border(letters, _BESIDE) or _border(letters, CONTRACTED))


def _apart(match: re.Match[str]) -> str:
    cut, letters = match["cut"], match["word"]
    if letters is None or (letters.istitle() and not _begins_a_sentence(match)):
        return match[0]
    # What an apostrophe leaves of `you're` is no word elsewhere.
    at = _border(letters.lower(), CONTRACTED if cut else _BESIDE)
    return f"{cut}{letters[:at]} {letters[at:]}" if at else match[0]


def _begins_a_sentence(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 2) : match.start()]
    return not before.strip() or "\n" in before or before.strip()[-1] in _BEFORE_SENTENCES


def _border(letters: str, first: frozenset[str]) -> int:
    """Where the second word begins; 0 where there are not two."""
    if letters in _BESIDE or letters in NO_JOINS or letters.removesuffix("s") in NO_JOINS:
        return 0
    # The longest offensive word that the letters end in comes first.
    for at in range(1, len(letters) - _SHORTEST_LAST + 1):
        if letters[at:] in _LAST and letters[:at] in first:
            is_sure = at > _SHORT or len(letters) - at >= _SHORT_BEFORE or letters[:at] in _SHORT_BUT_SURE
            return at if is_sure else 0
    for at in range(_SHORTEST_FIRST, len(letters) - _SHORTEST_AFTER + 1):
        if letters[:at] in DISGUISED and letters[at:] in _BESIDE:
            return at
    return 0
