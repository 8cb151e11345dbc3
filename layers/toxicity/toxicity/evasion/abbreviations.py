"""Words without their vowels, or nearly: `fck`. One that is a name, too, stays beside a name (`Fuk Kwok`)."""

import re
from typing import Final

from toxicity.evasion.spelling import KNOWN, like
from toxicity.lexicon import ABBREVIATED, ALSO_NAMES, INTRODUCED

_ABBREVIATION: Final = re.compile(
    # Case is ASCII's, for to `re` a dotted capital is an i, and a long s an s.
    rf"(?<![\w.@#/\-])(?ai:{'|'.join(filter(str.isalpha, ABBREVIATED))})(?![\w@/])"
)

# What a Chinese name has beside it, romanised in any way: `Fuk Kwok`, `Wai-Man Fuk`, but not `Fuk You`.
_BEFORE_NAME: Final = re.compile(rf"(?<![\w-])([A-Z][\w-]*){INTRODUCED} $")
_AFTER_NAME: Final = re.compile(r" ([A-Z][\w-]*)")
_AIMED: Final = re.compile(r"[\W_]*(?:'?em|off|u|ya|you|your)\b", re.IGNORECASE)
_SYLLABLES: Final = re.compile(
    r"(?:(?:-|^)(?:(?:[bpmfdtlnghkjqxzrcswy]|[cksz]h|g?n|[kg]w|t[sz])?"
    r"(?:ng|[aeiou]{1,3}(?:n|ng|m|k|p|t|r)?)){1,2})+",
    re.IGNORECASE,
)
_LONGEST_BESIDE: Final = 50


def in_full(text: str, words: frozenset[str]) -> str:
    """The text with such words in full.

    Args:
        text: any.
        words: its words, in small letters.
    """
    return text if words.isdisjoint(ABBREVIATED) else _ABBREVIATION.sub(_in_full, text)


def _in_full(match: re.Match[str]) -> str:
    written = match[0]
    if written.lower() in ALSO_NAMES and written.istitle() and is_beside_a_name(match):
        return written
    return like(written, ABBREVIATED[written.lower()])


def is_beside_a_name(match: re.Match[str]) -> bool:
    """Whether what was matched stands beside what reads like a Chinese name."""
    text, start, end = match.string, match.start(), match.end()
    if _AIMED.match(text, end):
        return False
    found = (
        _BEFORE_NAME.search(text[max(0, start - _LONGEST_BESIDE) : start]),
        _AFTER_NAME.match(text[end : end + _LONGEST_BESIDE]),
    )
    beside = [each[1] for each in found if each]
    return not any(word.lower() in KNOWN for word in beside) and any(map(_SYLLABLES.fullmatch, beside))
