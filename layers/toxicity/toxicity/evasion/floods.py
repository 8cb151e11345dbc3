"""Floods: `idiooooot`."""

import re
from typing import Final

from toxicity.evasion.spelling import KNOWN, like

_WORD: Final = re.compile(r"[A-Za-z]{4,}")
FLOOD: Final = re.compile(r"([a-z])\1\1+", re.IGNORECASE)
_VOWEL: Final = re.compile(r"[aeiouy]")
_ROMAN: Final = re.compile(r"[IVXLCDM]+")


def shortened(text: str) -> str:
    """The text without letters that are repeated beyond what any word has."""
    return _WORD.sub(_shortened, text) if FLOOD.search(text) else text


def _shortened(match: re.Match[str]) -> str:
    word = match[0]
    lower = word.lower()
    flood = FLOOD.search(lower)
    if flood is None or _ROMAN.fullmatch(word) or not _VOWEL.search(lower) or flood[0] == lower:
        return word
    once, twice = FLOOD.sub(r"\1", lower), FLOOD.sub(r"\1\1", lower)
    if once not in KNOWN and (twice in KNOWN or (flood[1] in "eo" and flood.end() < len(lower))):
        once = twice
    return like(word, once)
