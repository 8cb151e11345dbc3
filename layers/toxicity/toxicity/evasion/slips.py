"""Slips of the fingers, and those made on purpose: `idoit`, `stuipd`."""

import re
from functools import cache
from typing import Final

from toxicity.evasion.floods import FLOOD
from toxicity.evasion.spelling import KNOWN, like
from toxicity.lexicon import ADDRESS, BEGINS, DISGUISED, ENDS, MISSPELT, NO_SLIPS

# Short ones are too often something else, short capitals abbreviations, and short ones with a capital names.
_SHORTEST_SLIP: Final = 5
_SLIP: Final = re.compile(
    rf"{ADDRESS}|{BEGINS}(?:[A-Z]?[a-z]{{{_SHORTEST_SLIP},}}|[A-Z]{{{_SHORTEST_SLIP + 1},}}){ENDS}"
)


def set_right(text: str, words: frozenset[str]) -> str:
    """The text without slips in words that abuse is written with.

    Args:
        text: any.
        words: its words, in small letters.
    """
    return text if words.isdisjoint(_slips()) else _SLIP.sub(_set_right, text)


def _set_right(match: re.Match[str]) -> str:
    written = match[0]
    word = _slips().get(written.lower())
    return like(written, word) if word else written


def is_slip(word: str) -> bool:
    """Whether a word, in small letters, is a slip of one that abuse is written with."""
    return word in _slips()


@cache
def _slips() -> dict[str, str]:
    """Which slip becomes which word; no two words become the same."""
    words = KNOWN | MISSPELT
    return {
        slip: word
        for word in DISGUISED | MISSPELT
        for slip in slips_of(word)
        if slip not in words and slip not in NO_SLIPS and not FLOOD.search(slip)
    }


def slips_of(word: str) -> set[str]:
    """The word with one of its inner letters missing or two of them swapped."""
    inner = range(1, len(word) - 1)
    missing = {word[:at] + word[at + 1 :] for at in inner}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in inner[:-1]}
    return {slip for slip in missing | swapped if len(slip) >= _SHORTEST_SLIP}
