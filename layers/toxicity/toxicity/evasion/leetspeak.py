"""Leetspeak: `1d10t`, `@ss`."""

import re
from typing import Final

from toxicity.evasion.spelling import KNOWN
from toxicity.lexicon import ADDRESS, DISGUISED, UNITS

_LEET: Final = str.maketrans("013457@$!|€", "oieastasiie")
_LEET_AS_L: Final = str.maketrans("013457@$!|€", "oleastaslle")
# These stand for a letter only where the word is known then: (2010) is a year, and 6+9 a sum.
_RARE_LEET: Final = str.maketrans("013456789@$!|€(+2v", "oieasgtbgasiiectzu")
_LEET_SIGN: Final = re.compile(r"[0-9@$!|€(+]")
_TOKEN: Final = re.compile(
    rf"{ADDRESS}|(?<![\w@#$&/=.:])(?=[A-Za-z]*[0-9@$!|€(+])[A-Za-z0-9@$!|€(+]+", re.ASCII
)
_LATIN_LETTER: Final = re.compile(r"[A-Za-z]")
_PUNCTUATION: Final = re.compile(r"[@!|]+")
_FEWEST_LETTERS: Final = 2
_LONGEST_TOKEN: Final = 40
_LONGEST_CODE: Final = 4
_LONGEST_SHORT_SIDE: Final = 2
_SHORTEST_AFTER_DIGIT: Final = 3


def in_letters(text: str) -> str:
    """The text with its leetspeak in letters; numbers, codes and prices stay."""
    return _TOKEN.sub(_unmasked, text) if _LEET_SIGN.search(text) else text


def _unmasked(match: re.Match[str]) -> str:
    token = match[0]
    if len(token) > _LONGEST_TOKEN or not _LATIN_LETTER.search(token):
        return token
    core = token.rstrip("!|(+").lstrip("(|+")
    word = reading(core)
    if word.lower() in DISGUISED or _is_leet(core):
        at = token.index(core)
        return token[:at] + word + token[at + len(core) :]
    return token


def reading(token: str) -> str:
    """The letters that a token in leetspeak stands for; a 1 is an l where only that makes a known word."""
    for table in (_LEET, _LEET_AS_L, _RARE_LEET):
        if (word := token.translate(table)).lower() in KNOWN:
            return word
    # Twice the same is more often `kill` than `skiing`.
    return token.replace("11", "ll").replace("||", "ll").translate(_LEET)


def _is_leet(token: str) -> bool:
    """Whether signs within a token are letters: `b1tch`, `5tup1d`, `dumba$$`; not `10am`, `I2C`, `US$`."""
    letters = sum(map(str.isalpha, token))
    is_code = token.isupper() and len(token) <= _LONGEST_CODE
    if letters < _FEWEST_LETTERS or is_code or not token.translate(_LEET).isalpha() or token[0] in "@!":
        return False
    if _PUNCTUATION.search(token):
        # Neither `a@b`, `stop!Then` nor `what!!!1`.
        before, *others = _PUNCTUATION.split(token)
        return (
            len(others) == 1
            and _LATIN_LETTER.search(before) is not None
            and _LATIN_LETTER.search(others[0]) is not None
            and min(len(before), len(others[0])) <= _LONGEST_SHORT_SIDE
            and before[-1].islower() == others[0][0].islower()
        )
    if "$" in token and (token.isupper() or not token.strip("$")[-1].isalpha()):
        return False
    without_lead = token.lstrip("0123456789")
    inner = without_lead.rstrip("0123456789")
    lead, tail = len(token) - len(without_lead), len(without_lead) - len(inner)
    is_signed_within = not inner.isalpha()
    if lead > 1 or tail > 1:
        return False
    if tail or inner.lower() in UNITS:
        return is_signed_within
    return is_signed_within or (lead == 1 and len(inner) >= _SHORTEST_AFTER_DIGIT)
