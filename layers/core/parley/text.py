"""Text of strangers: made safe to store and show, and folded for matching words. Pure.

`normalise` decides what a comment's text is from then on; it keeps what writing systems need and
drops what can only hide or reorder text. `fold` is for matching only and is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from parley.errors import Invalid, TooLong

if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO_WIDTH_NON_JOINER: Final = "\u200c"
ZERO_WIDTH_JOINER: Final = "\u200d"
JOINERS: Final = ZERO_WIDTH_NON_JOINER + ZERO_WIDTH_JOINER

# More marks than this on one letter stack over the neighbouring lines; no orthography needs them.
MAX_MARKS_PER_LETTER: Final = 6
MAX_BLANK_LINES: Final = 1
# Raw input may be longer than the text that is left of it, but not without bound.
RAW_LENGTH_FACTOR: Final = 4

_BLANK_LINES: Final = re.compile(f"\n{{{MAX_BLANK_LINES + 2},}}")
_LINE_BREAKS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Characters without a look of their own, or whose only effect is on order or on the parser:
# soft hyphen, grapheme joiner, Hangul and Khmer fillers, zero-width space,
# bidi embeddings, overrides and isolates, word joiner and invisible operators, deprecated format
# characters, BOM, interlinear annotations, musical format controls. Direction marks (LRM, RLM, ALM)
# stay: they cannot reorder letters.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0001]"
    "|(?<![\u1800-\u18af])[\u180b-\u180f]"  # Mongolian variation selectors, away from Mongolian
    "|[\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff]"  # noncharacters
)
_TAG_SEQUENCE: Final = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,12}\U000e007f)|[\U000e0020-\U000e007f]"
)
_VARIATION_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_VARIATION_SELECTOR_RUN: Final = re.compile(f"([{_VARIATION_SELECTORS}])[{_VARIATION_SELECTORS}]+")
# Scripts in which a joiner changes how letters are written: Arabic to Mandaic, the Indic blocks, Tibetan,
# Myanmar, Khmer, Mongolian, Arabic presentation forms, and the historic and minority scripts beyond the BMP.
_JOINING_SCRIPTS: Final = (
    (0x0600, 0x08FF),
    (0x0900, 0x0DFF),
    (0x0F00, 0x109F),
    (0x1780, 0x18AF),
    (0x1900, 0x1AAF),
    (0x1B00, 0x1C4F),
    (0xA800, 0xA82F),
    (0xA840, 0xA9DF),
    (0xAA00, 0xAA7F),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFE),
    (0x10A00, 0x11FFF),
)
_EMOJI_RANGES: Final = (
    (0x203C, 0x2BFF),
    (0x1F000, 0x1FAFF),
)
_EMOJI_EXTENDERS: Final = "\ufe0f\u20e3" + "".join(chr(c) for c in range(0x1F3FB, 0x1F400))


def _within(char: str, ranges: Iterable[tuple[int, int]]) -> bool:
    code = ord(char)
    return any(low <= code <= high for low, high in ranges)


def _is_joiner_legitimate(previous: str, joiner: str, following: str) -> bool:
    """Whether a joiner between these two characters changes what a reader sees.

    Follows the intent of the CONTEXTJ rules of RFC 5892, appendix A.1 and A.2, widened to emoji
    sequences (UTS #51), which join with ZWJ.
    """
    if not previous or not following:
        return False
    if _within(previous, _JOINING_SCRIPTS) and (
        _within(following, _JOINING_SCRIPTS) or (joiner == ZERO_WIDTH_JOINER and following.isspace())
    ):
        return True
    is_emoji_before = previous in _EMOJI_EXTENDERS or _within(previous, _EMOJI_RANGES)
    return joiner == ZERO_WIDTH_JOINER and is_emoji_before and _within(following, _EMOJI_RANGES)


def _keep_legitimate_joiners(text: str) -> str:
    if ZERO_WIDTH_JOINER not in text and ZERO_WIDTH_NON_JOINER not in text:
        return text
    kept: list[str] = []
    for index, char in enumerate(text):
        if char in JOINERS:
            previous = kept[-1] if kept else ""
            following = text[index + 1] if index + 1 < len(text) else ""
            if not _is_joiner_legitimate(previous, char, following):
                continue
        kept.append(char)
    return "".join(kept)


def _limit_marks(text: str) -> str:
    """Drop what exceeds `MAX_MARKS_PER_LETTER`; also keeps NFC's reordering of marks linear."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
        elif category != "Cf":  # joiners must not start the count anew
            marks = 0
        if marks <= MAX_MARKS_PER_LETTER or category == "Cf":
            kept.append(char)
    return "".join(kept)


def _drop_controls(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def normalise(raw: str, *, max_length: int, field: str = "body") -> str:
    r"""The text as it is stored, shown and scored.

    NFC; line breaks as `\n`, at most one blank line in a row; no control characters, bidi overrides
    or noncharacters; zero-width characters only where a script or an emoji sequence needs
    them; at most `MAX_MARKS_PER_LETTER` combining marks in a row. Idempotent.

    Args:
        raw: What the client sent.
        max_length: The longest text allowed, in code points after normalising.
        field: The field's name for errors.

    Raises:
        Invalid: Blank, or with a NUL or an unpaired surrogate.
        TooLong: Over `max_length`, or so long before normalising that it is not worth the work.
    """
    if len(raw) > max_length * RAW_LENGTH_FACTOR:
        raise TooLong(field, f"must have at most {max_length} characters")
    if "\0" in raw:
        raise Invalid(field, "must not contain NUL")
    if any("\ud800" <= char <= "\udfff" for char in raw):
        raise Invalid(field, "must not contain unpaired surrogates")
    text = _LINE_BREAKS.sub("\n", raw)
    text = _drop_controls(_INVISIBLE.sub("", text))
    text = _TAG_SEQUENCE.sub(lambda match: match.group(1) or "", text)
    text = _keep_legitimate_joiners(_limit_marks(text))
    text = unicodedata.normalize("NFC", _VARIATION_SELECTOR_RUN.sub(r"\1", text))
    text = re.sub(r"[^\S\n]+\n", "\n", text)
    text = _BLANK_LINES.sub("\n" * (MAX_BLANK_LINES + 1), text)
    text = text.strip()
    if is_blank(text):
        raise Invalid(field, "must not be empty or blank")
    if len(text) > max_length:
        raise TooLong(field, f"must have at most {max_length} characters, has {len(text)}")
    return text


def is_blank(text: str) -> bool:
    """Whether nothing in the text would leave ink: only spaces, marks, joiners and selectors."""
    return all(unicodedata.category(char)[0] in "ZMC" or char == "\u2800" for char in text)


# Letters of other scripts that pass for Latin ones (a choice from the everyday confusables of UTS #39).
_LOOK_ALIKES: Final = str.maketrans(
    dict(zip("аеорсухіјѕԁһкмтвнԛԝгѵαοντρυικεγχıɡɑⅼℓ", "aeopcyxijsdhkmtbhqwrvaovtpuikeyxigall", strict=True))
)
_LEET: Final = str.maketrans(dict(zip("0134578@$€|!", "oieastbaseli", strict=True)))
_LEET_ONE_AS_L: Final = {**_LEET, ord("1"): "l", ord("!"): "l"}
_TOKEN: Final = re.compile(r"[^\W_]+(?:[@$€|!*'’]+[^\W_]+)*|[@$€|!0-9]+[^\W_]+[@$€|!\w]*")
WILDCARD: Final = "*"
MIN_BESIDE_WILDCARD: Final = 3
_REPEATS: Final = re.compile(r"(.)\1{2,}")
LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|\b[a-z0-9-]+\.(?:com|net|org|info|biz|ru|io|shop|xyz|top)\b", re.IGNORECASE
)


def fold(text: str) -> str:
    """The text for matching only: compatibility forms, case, accents, joiners and look-alikes folded."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return bare.translate(_LOOK_ALIKES)


# Most words of a text were in another one before.
@lru_cache(maxsize=16_384)
def _variants(token: str) -> frozenset[str]:
    """The words one token may stand for: as written, undone leetspeak, undone repetition."""
    found = set()
    for table in (None, _LEET, _LEET_ONE_AS_L):
        word = token.translate(table) if table else token
        word = re.sub(r"[*'’]", "", word)
        found.add(word)
        if _REPEATS.search(word):
            found |= {_REPEATS.sub(r"\1", word), _REPEATS.sub(r"\1\1", word)}
    return frozenset(found)


def _joined_single_letters(tokens: list[str]) -> list[str]:
    """`s p a m` reads as a word too: each run of single letters, joined."""
    joined: list[str] = []
    run: list[str] = []
    for token in [*tokens, "  "]:
        if len(token) == 1:
            run.append(token)
            continue
        if len(run) > 1:
            joined.append("".join(run))
        run = []
    return joined


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One word of a term; `spam*` is every word that begins so, `*coin` every one that ends so."""

    word: str
    is_open_before: bool
    is_open_behind: bool

    @property
    def is_closed(self) -> bool:
        return not (self.is_open_before or self.is_open_behind)

    def fits(self, readings: frozenset[str]) -> bool:
        if self.is_closed:
            return self.word in readings
        if self.is_open_before and self.is_open_behind:
            return any(self.word in reading for reading in readings)
        if self.is_open_behind:
            return any(reading.startswith(self.word) for reading in readings)
        return any(reading.endswith(self.word) for reading in readings)


# All terms of a policy: its lists are looked through for every text.
@lru_cache(maxsize=4096)
def _patterns(term: str) -> tuple[_Pattern, ...]:
    found: list[_Pattern] = []
    for written in term.split():
        words = _TOKEN.findall(fold(written.strip(WILDCARD)))
        for number, word in enumerate(words):
            is_first, is_last = number == 0, number == len(words) - 1
            found.append(
                _Pattern(
                    word,
                    is_open_before=is_first and written.startswith(WILDCARD),
                    is_open_behind=is_last and written.endswith(WILDCARD),
                )
            )
    return tuple(found)


def has_broad_wildcard(term: str) -> bool:
    """Whether a term has a wildcard with too few letters beside it, which would match half the language."""
    return any(
        (pattern.is_open_before or pattern.is_open_behind) and len(pattern.word) < MIN_BESIDE_WILDCARD
        for pattern in _patterns(term)
    )


def matching_terms(text: str, terms: Iterable[str]) -> tuple[str, ...]:
    """Those of `terms` that occur in `text` as whole words, in the terms' order.

    Matching ignores case, accents, width, zero-width characters, look-alikes, leetspeak, spaced-out and
    repeated letters; it never matches inside a word, but where a term asks for it with `*` at a word's
    beginning or end. A term may be a phrase.
    """
    tokens = _TOKEN.findall(fold(text))
    readings = [_variants(token) for token in tokens]
    spaced_out = frozenset(v for word in _joined_single_letters(tokens) for v in _variants(word))

    words = spaced_out.union(*readings)

    def occurs(term: str) -> bool:
        patterns = _patterns(term)
        # Most terms end here: the word that they begin with is nowhere in the text.
        if not patterns or (patterns[0].is_closed and patterns[0].word not in words):
            return False
        if len(patterns) == 1 and patterns[0].fits(spaced_out):
            return True
        starts = range(len(readings) - len(patterns) + 1)
        return any(all(p.fits(readings[start + i]) for i, p in enumerate(patterns)) for start in starts)

    return tuple(term for term in terms if occurs(term))


def count_links(text: str) -> int:
    """How many web addresses the text holds, with or without a scheme."""
    return len(LINK.findall(text))
