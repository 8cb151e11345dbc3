"""Undoes what people do to a word so that a machine does not know it, and leaves ordinary text as it is.

The scorer reads a text twice when this changes it, as it stands and as `plain` has it, and takes the higher
score. So a disguise that is missed costs recall, and a change too many costs a few milliseconds and some risk
of a false alarm: what is ambiguous is left alone.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Final

from toxicity import joined_words
from toxicity.lexicon import (
    ABBREVIATED,
    ADDRESS,
    ALSO_NAMES,
    BEGINS,
    COMMON,
    CONTRACTED,
    DISGUISED,
    ENDS,
    MISSPELT,
    NO_SLIPS,
    UNITS,
)

_LONGEST: Final = max(map(len, DISGUISED))
_WORDS: Final = DISGUISED | COMMON


def plain(text: str) -> str:
    """The text without look-alikes, invisible characters, leetspeak, masks, slips, joins, breaks and floods.

    Emoji are said in words. Idempotent, deterministic, in time linear in the text's length. Case and
    everything else stay.
    """
    # What one step uncovers may be another's business: letters apart that are full-width. Each round leaves
    # fewer characters that are disguised, and a word can be wrapped only so many times.
    while (undone := _undone(text)) != text:
        text = undone
    return text


def _undone(text: str) -> str:
    if not text.isascii():
        # Its patterns and tables are for the few texts that need them, not for every cold start.
        from toxicity import emoji, look_alikes  # noqa: PLC0415

        text = emoji.spelled(look_alikes.latin(text))
    text = _APART.sub(_joined, text)
    text = _MASKED.sub(_filled, text)
    text = _TOKEN.sub(_unmasked, text)
    text = _ABBREVIATION.sub(_in_full, text)
    text = joined_words.apart(_SLIP.sub(_set_right, text))
    if _FLOOD.search(text):
        text = _WORD.sub(_shortened, text)
    return _mended(text)


# Letters apart: `i d i o t`, `k-i-l-l`

_APART: Final = re.compile(
    r"(?<![A-Za-z0-9@$'\u2019])[A-Za-z0-9@$!]([ .\-_*·•~|])[A-Za-z0-9@$!](?:\1[A-Za-z0-9@$!])+(?![A-Za-z0-9])"
)
_LEET: Final = str.maketrans("013457@$!|€", "oieastasiie")
_LEET_AS_L: Final = str.maketrans("013457@$!|€", "oleastaslle")
# These stand for a letter only where the word is known then: (2010) is a year, and 6+9 a sum.
_RARE_LEET: Final = str.maketrans("013456789@$!|€(+2v", "oieasgtbgasiiectzu")
_FEWEST_LETTERS: Final = 4


def _joined(match: re.Match[str]) -> str:
    written, separator = match[0], match[1]
    letters = written[::2]
    word = _reading(letters)
    if word.lower() in _WORDS:
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
            for start in range(max(0, end - _LONGEST), end)
            if start in best and lower[start:end] in _WORDS
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


# Masks: `f*ck`, `sh_t`

_MASKED: Final = re.compile(
    r"(?<![A-Za-z0-9_*@#/.\-])[A-Za-z]+(?:[*#_%\u00d7•·\-]{1,8}[A-Za-z]*)+(?![\w*/@])"
)
_MASK: Final = re.compile(r"[^A-Za-z]")
_FEWEST_SHOWN: Final = 2


def _filled(match: re.Match[str]) -> str:
    """The one word that fits a masked one; what was written where none or several do."""
    written = match[0]
    masked = _MASK.sub("*", written.lower())
    if masked in ABBREVIATED:
        return _like(written, ABBREVIATED[masked])
    if len(masked) > _LONGEST or len(masked) - masked.count("*") < _FEWEST_SHOWN or masked[-1] == "*":
        return written
    pattern = re.compile(masked.replace("*", "[a-z]"))
    fitting = [word for word in DISGUISED if len(word) == len(masked) and pattern.fullmatch(word)]
    return _like(written, fitting[0]) if len(fitting) == 1 else written


# Words without their vowels: `fck`

_ABBREVIATION: Final = re.compile(
    rf"(?<![\w.@#/\-])(?:{'|'.join(filter(str.isalpha, ABBREVIATED))})(?![\w@/])", re.IGNORECASE
)


# What a Chinese name has beside it, romanised in any way: `Fuk Kwok`, `Wai-Man Fuk`, but not `Fuk You`.
_BEFORE_NAME: Final = re.compile(r"(?<![\w-])([A-Z][\w-]*) $")
_AFTER_NAME: Final = re.compile(r" ([A-Z][\w-]*)")
_SYLLABLES: Final = re.compile(
    r"(?:(?:-|^)(?:(?:[bpmfdtlnghkjqxzrcswy]|[cksz]h|g?n|[kg]w|t[sz])?"
    r"(?:ng|[aeiou]{1,3}(?:n|ng|m|k|p|t|r)?)){1,2})+",
    re.IGNORECASE,
)
_LONGEST_BESIDE: Final = 40


def _in_full(match: re.Match[str]) -> str:
    written = match[0]
    if written.lower() in ALSO_NAMES and written.istitle() and is_beside_a_name(match):
        return written
    return _like(written, ABBREVIATED[written.lower()])


def is_beside_a_name(match: re.Match[str]) -> bool:
    """Whether what was matched stands beside what reads like a Chinese name."""
    text, start, end = match.string, match.start(), match.end()
    found = (
        _BEFORE_NAME.search(text[max(0, start - _LONGEST_BESIDE) : start]),
        _AFTER_NAME.match(text[end : end + _LONGEST_BESIDE]),
    )
    beside = [each[1] for each in found if each]
    return not any(word.lower() in _WORDS for word in beside) and any(map(_SYLLABLES.fullmatch, beside))


# Slips of the fingers, and those made on purpose: `idoit`, `stuipd`

# Short ones are too often something else, short capitals abbreviations, and short ones with a capital names.
_SHORTEST_SLIP: Final = 5
_SLIP: Final = re.compile(
    rf"{ADDRESS}|{BEGINS}(?:[A-Z]?[a-z]{{{_SHORTEST_SLIP},}}|[A-Z]{{{_SHORTEST_SLIP + 1},}}){ENDS}"
)


def _set_right(match: re.Match[str]) -> str:
    written = match[0]
    word = _slips().get(written.lower())
    return _like(written, word) if word else written


@cache
def _slips() -> dict[str, str]:
    """Which slip becomes which word; no two words become the same."""
    words = _WORDS | MISSPELT
    return {
        slip: word
        for word in DISGUISED | MISSPELT
        for slip in _slips_of(word)
        if slip not in words and slip not in NO_SLIPS and not _FLOOD.search(slip)
    }


def _slips_of(word: str) -> set[str]:
    """The word with one of its inner letters missing or two of them swapped."""
    inner = range(1, len(word) - 1)
    missing = {word[:at] + word[at + 1 :] for at in inner}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in inner[:-1]}
    return {slip for slip in missing | swapped if len(slip) >= _SHORTEST_SLIP}


# Leetspeak: `1d10t`, `@ss`

_TOKEN: Final = re.compile(
    rf"{ADDRESS}|(?<![\w@#$&/=.:])(?=[A-Za-z]*[0-9@$!|€(+])[A-Za-z0-9@$!|€(+]+", re.ASCII
)
_LATIN_LETTER: Final = re.compile(r"[A-Za-z]")
_PUNCTUATION: Final = re.compile(r"[@!|]+")
_LONGEST_TOKEN: Final = 40
_LONGEST_CODE: Final = 4
_LONGEST_SHORT_SIDE: Final = 2
_SHORTEST_AFTER_DIGIT: Final = 3


def _unmasked(match: re.Match[str]) -> str:
    token = match[0]
    if len(token) > _LONGEST_TOKEN or not _LATIN_LETTER.search(token):
        return token
    core = token.rstrip("!|(+").lstrip("(|+")
    reading = _reading(core)
    if reading.lower() in DISGUISED or _is_leet(core):
        at = token.index(core)
        return token[:at] + reading + token[at + len(core) :]
    return token


def _reading(token: str) -> str:
    """The letters that a token in leetspeak stands for; a 1 is an l where only that makes a known word."""
    for table in (_LEET, _LEET_AS_L, _RARE_LEET):
        if (word := token.translate(table)).lower() in _WORDS:
            return word
    # Twice the same is more often `kill` than `skiing`.
    return token.replace("11", "ll").replace("||", "ll").translate(_LEET)


def _is_leet(token: str) -> bool:
    """Whether signs within a token are letters: `b1tch`, `5tup1d`, `dumba$$`; not `10am`, `I2C`, `US$`."""
    letters = sum(map(str.isalpha, token))
    is_code = token.isupper() and len(token) <= _LONGEST_CODE
    if letters < _FEWEST_SHOWN or is_code or not token.translate(_LEET).isalpha() or token[0] in "@!":
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


def _like(written: str, word: str) -> str:
    """The word in the case of what was written."""
    letters = [char for char in written if char.isalpha()]
    if len(letters) > 1 and all(map(str.isupper, letters)):
        return word.upper()
    return word.capitalize() if letters[0].isupper() else word


# Floods: `idiooooot`

_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_FLOOD: Final = re.compile(r"([a-z])\1\1+", re.IGNORECASE)
_VOWEL: Final = re.compile(r"[aeiouy]")
_ROMAN: Final = re.compile(r"[IVXLCDM]+")


def _shortened(match: re.Match[str]) -> str:
    word = match[0]
    lower = word.lower()
    flood = _FLOOD.search(lower)
    if flood is None or _ROMAN.fullmatch(word) or not _VOWEL.search(lower) or flood[0] == lower:
        return word
    once, twice = _FLOOD.sub(r"\1", lower), _FLOOD.sub(r"\1\1", lower)
    if once not in _WORDS and (twice in _WORDS or (flood[1] in "eo" and flood.end() < len(lower))):
        once = twice
    return _like(word, once)


# Words broken in two: `stu pid`, `id-iot`

_PIECE: Final = re.compile(r"[A-Za-z]+")
_BREAKS: Final = frozenset(" .-_*~|'\u2019/,;:\\`^·•")
_MOST_PIECES: Final = 6
_BEGINNINGS: Final = frozenset(word[:end] for word in DISGUISED for end in range(1, len(word)))
# A piece beside one of these is part of something else: the s of `the band's hit`, of `as s/he said`.
_HANGERS: Final = frozenset("'\u2019&@#/")


def _mended(text: str) -> str:
    pieces = [(match[0].lower(), match.start(), match.end()) for match in _PIECE.finditer(text)]
    separators: list[int] = []
    index = 0
    while index < len(pieces):
        # Most words are the beginning of none that is disguised, and are passed over at once.
        count = _broken_here(pieces, index, text) if pieces[index][0] in _BEGINNINGS else 1
        separators += [pieces[index + step][1] - 1 for step in range(1, count)]
        index += count
    if not separators:
        return text
    cuts = [-1, *separators, len(text)]
    return "".join(text[before + 1 : after] for before, after in pairwise(cuts))


def _broken_here(pieces: list[tuple[str, int, int]], index: int, text: str) -> int:
    """How many pieces from this one on are one disguised word; 1 where it stands for itself."""
    word, start, end = pieces[index]
    if word in DISGUISED or text[start - 1 : start] in _HANGERS:
        return 1
    are_common = word in COMMON
    for last in range(index + 1, min(index + _MOST_PIECES, len(pieces))):
        before = end
        piece, start, end = pieces[last]
        # One separator is between pieces of a word; what an apostrophe cuts off is none.
        is_piece = start - before == 1 and text[before] in _BREAKS and piece not in DISGUISED
        if not is_piece or (text[before] in "'\u2019" and piece in CONTRACTED):
            break
        word += piece
        are_common = are_common and piece in COMMON
        if not are_common and word in DISGUISED and text[end : end + 1] not in _HANGERS:
            return last - index + 1
        if word not in _BEGINNINGS:
            break
    return 1
