"""Spells words as abusers do to slip past a filter. Pure: the same text and seed give the same spelling.

Training and measuring both use it, and must not use the same spellings: `Variant.TRAIN` draws look-alikes,
invisible characters, marks and separators from the first half of each list, `Variant.TEST` from the whole.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Mapping, Sequence

# A word with fewer letters has nothing to hide: spelled otherwise, "to" or "a" is only another word.
SHORTEST_ATTACKED: Final = 3
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_ENDINGS: Final = ("s", "es", "ed", "ing", "er", "ers", "y", "ish")
_VOWELS: Final = frozenset("aeiou")
# Chances, as seen in the wild: most abusers change as little as gets them through.
_LEET_SHARE: Final = 0.7
_LOOK_ALIKE_SHARE: Final = 0.6
_INVISIBLE_SHARE: Final = 0.5
_MARKED_SHARE: Final = 0.6
_WHOLE_ALPHABET_SHARE: Final = 0.4
_ONE_LETTER_MASKED_SHARE: Final = 0.75
_LONGEST_FULLY_MASKED: Final = 5


class Variant(StrEnum):
    """Which half of the spellings may be used."""

    TRAIN = "train"
    TEST = "test"


class Attack(Protocol):
    """Spells every word of a text otherwise, those of fewer than three letters excepted."""

    def __call__(self, text: str, rng: random.Random, variant: str = Variant.TRAIN) -> str:
        """The text, spelled otherwise."""


LEET: Final[Mapping[str, str]] = {
    "a": "4@",
    "b": "8",
    "c": "(",
    "e": "3€",
    "g": "96",
    "i": "1!",
    "l": "1|",
    "o": "0",
    "s": "5$",
    "t": "7+",
    "u": "v",
    "z": "2",
}
# Each list begins with the commonest; what training may use stands in its first half.
LOOK_ALIKES: Final[Mapping[str, str]] = {
    "a": "аɑàαâä",
    "b": "Ьƅъɓ",
    "c": "сçϲć",
    "d": "ԁďɗđ",
    "e": "еéєèҽë",
    "f": "ƒſϝғ",
    "g": "ɡğցĝ",
    "h": "һĥհн",
    "i": "іíıïι",
    "j": "јĵϳɉ",
    "k": "кķκƙ",
    "l": "ӏłⅼļ",
    "m": "мɱⅿṃ",
    "n": "ոñпńη",
    "o": "оóοöσø",
    "p": "рρþṗ",
    "q": "ԛգɋʠ",
    "r": "гŕřɾ",
    "s": "ѕśşš",
    "t": "тţτŧ",
    "u": "υúսüц",
    "v": "ѵνṽʋ",
    "w": "ԝŵωш",
    "x": "хⅹχẋ",
    "y": "уýүÿ",
    "z": "ᴢžżʐ",
    "A": "АΑÀÄ",
    "B": "ВΒßḂ",
    "C": "СÇϹĆ",
    "E": "ЕÉΕË",
    "H": "НΗĤḦ",
    "I": "ІÍΙÏ",
    "K": "КΚĶḲ",
    "M": "МΜṀṂ",
    "N": "ΝÑŃṄ",
    "O": "ОÓΟÖ",
    "P": "РΡṖṔ",
    "S": "ЅŚŞŠ",
    "T": "ТΤŢṪ",
    "X": "ХΧẊẌ",
    "Y": "УΥÝŸ",
}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _alphabet(small: int, capital: int) -> dict[str, str]:
    return {letter: chr(small + at) for at, letter in enumerate(_LETTERS)} | {
        letter.upper(): chr(capital + at) for at, letter in enumerate(_LETTERS)
    }


# Alphabets of letters in another dress, the whole word in one: full width, bold, sans-serif, then those that
# only the tests use: circled, monospaced, sans-serif bold, small capitals.
_SMALL_CAPITALS: Final = dict(zip(_LETTERS, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ", strict=True))
ALPHABETS: Final[Sequence[Mapping[str, str]]] = (
    _alphabet(0xFF41, 0xFF21),
    _alphabet(0x1D41A, 0x1D400),
    _alphabet(0x1D5BA, 0x1D5A0),
    _alphabet(0x24D0, 0x24B6),
    _alphabet(0x1D68A, 0x1D670),
    _alphabet(0x1D5EE, 0x1D5D4),
    _SMALL_CAPITALS,
)
# Zero-width space, non-joiner, word joiner, soft hyphen; then joiner, BOM, invisible times, grapheme joiner.
INVISIBLE: Final = "\u200b\u200c\u2060\u00ad\u200d\ufeff\u2062\u034f"
MARKS: Final = "\u0301\u0308\u0336\u0323\u0302\u0303\u0335\u0331\u0307\u0332\u0338\u0360"
SEPARATORS: Final = ".-_·•~"
MASKS: Final = "*#_-%×"
PUNCTUATION: Final = "'./,;|:\\`^"


def _allowed(signs: str, variant: str) -> str:
    return signs if Variant(variant) is Variant.TEST else signs[: (len(signs) + 1) // 2]


def _each_word(spell: Callable[[str, random.Random, str], str]) -> Attack:
    """An attack on a text from one on a word."""

    def attack(text: str, rng: random.Random, variant: str = Variant.TRAIN) -> str:
        return WORD.sub(
            lambda match: (
                spell(match.group(), rng, variant)
                if len(match.group()) >= SHORTEST_ATTACKED
                else match.group()
            ),
            text,
        )

    attack.__name__ = spell.__name__.removeprefix("_")
    attack.__doc__ = spell.__doc__
    return attack


def _some(places: Sequence[int], share: float, rng: random.Random) -> set[int]:
    """Each of the places with a probability of `share`, but at least one of them where there are any."""
    chosen = {place for place in places if rng.random() < share}
    return chosen or ({rng.choice(places)} if places else set())


def _leetspeak(word: str, rng: random.Random, _variant: str) -> str:
    """`1d10t`; a word without a letter that has a digit ("fry") is left as it is."""
    chosen = _some([at for at, char in enumerate(word) if char.lower() in LEET], _LEET_SHARE, rng)
    return "".join(rng.choice(LEET[char.lower()]) if at in chosen else char for at, char in enumerate(word))


def _spaced_letters(word: str, rng: random.Random, _variant: str) -> str:
    """`i d i o t`, now and then with two spaces."""
    return rng.choice((" ", " ", " ", "  ")).join(word)


def _dotted_letters(word: str, rng: random.Random, variant: str) -> str:
    """`i.d.i.o.t`, `i-d-i-o-t`."""
    return rng.choice(_allowed(SEPARATORS, variant)).join(word)


def _repeated_letters(word: str, rng: random.Random, _variant: str) -> str:
    """`idiooooot`: one or two letters, three to six times more."""
    chosen = set(rng.sample(range(len(word)), k=rng.choice((1, 1, 2))))
    return "".join(char * rng.randint(4, 7) if at in chosen else char for at, char in enumerate(word))


def _look_alikes(word: str, rng: random.Random, variant: str) -> str:
    """Letters of other scripts that pass for the word's own, or the whole word in another alphabet."""
    if rng.random() < _WHOLE_ALPHABET_SHARE:
        count = len(ALPHABETS) if Variant(variant) is Variant.TEST else len(ALPHABETS) // 2
        alphabet = ALPHABETS[rng.randrange(count)]
        return "".join(alphabet.get(char, alphabet.get(char.lower(), char)) for char in word)
    lists = [LOOK_ALIKES.get(char, LOOK_ALIKES.get(char.lower(), "")) for char in word]
    chosen = _some([at for at, signs in enumerate(lists) if signs], _LOOK_ALIKE_SHARE, rng)
    return "".join(
        rng.choice(_allowed(lists[at], variant)) if at in chosen else char for at, char in enumerate(word)
    )


def _zero_width(word: str, rng: random.Random, variant: str) -> str:
    """Characters that nobody sees between the letters."""
    chosen = _some(range(1, len(word)), _INVISIBLE_SHARE, rng)
    signs = _allowed(INVISIBLE, variant)
    return "".join(rng.choice(signs) + char if at in chosen else char for at, char in enumerate(word))


def _masked_letters(word: str, rng: random.Random, variant: str) -> str:
    """`f*ck`, `f**k`: one inner letter, a vowel if there is one; else two, or all of a short word's."""
    mask = rng.choice(_allowed(MASKS, variant))
    inner = range(1, len(word) - 1)
    vowels = [at for at in inner if word[at].lower() in _VOWELS] or list(inner)
    if rng.random() < _ONE_LETTER_MASKED_SHARE:
        chosen = {rng.choice(vowels)}
    elif len(word) <= _LONGEST_FULLY_MASKED:
        chosen = set(inner)
    else:
        chosen = set(rng.sample(inner, k=2))
    return "".join(mask if at in chosen else char for at, char in enumerate(word))


def _swapped_letters(word: str, rng: random.Random, _variant: str) -> str:
    """`idoit`: two neighbours that differ change places, inner ones where there are any."""
    pairs = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    inner = [at for at in pairs if 1 <= at < len(word) - 2]
    if not pairs:
        return word
    at = rng.choice(inner or pairs)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped_letters(word: str, rng: random.Random, _variant: str) -> str:
    """`idot`: an inner letter is missing."""
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def _mixed_case(word: str, rng: random.Random, _variant: str) -> str:
    """`iDiOT`: some letters in the other case, never all of them."""
    flipped = _some(range(len(word)), 0.5, rng)
    if len(flipped) == len(word):
        flipped.discard(rng.randrange(len(word)))
    return "".join(char.swapcase() if at in flipped else char for at, char in enumerate(word))


def _combining_marks(word: str, rng: random.Random, variant: str) -> str:
    """Accents and strokes over and under the letters, one or two each."""
    chosen = _some(range(len(word)), _MARKED_SHARE, rng)
    signs = _allowed(MARKS, variant)
    return "".join(
        char + "".join(rng.sample(signs, k=rng.choice((1, 1, 2)))) if at in chosen else char
        for at, char in enumerate(word)
    )


def _inserted_punctuation(word: str, rng: random.Random, variant: str) -> str:
    """`id/iot`, `i'dio't`: in one or two places."""
    places = range(1, len(word))
    chosen = set(rng.sample(places, k=min(len(places), rng.choice((1, 1, 2)))))
    sign = rng.choice(_allowed(PUNCTUATION, variant))
    return "".join(sign + char if at in chosen else char for at, char in enumerate(word))


def _split_word(word: str, rng: random.Random, _variant: str) -> str:
    """`id iot`: one space."""
    at = rng.randrange(1, len(word))
    return f"{word[:at]} {word[at:]}"


def _joined_words(text: str, rng: random.Random, variant: str = Variant.TRAIN) -> str:  # noqa: ARG001
    """`youidiot`: no spaces between words; other white space stays."""
    return re.sub(r"(?<=[^\W_]) +(?=[^\W_])", "", text)


ATTACKS: Final[dict[str, Attack]] = {
    "leetspeak": _each_word(_leetspeak),
    "spaced_letters": _each_word(_spaced_letters),
    "dotted_letters": _each_word(_dotted_letters),
    "repeated_letters": _each_word(_repeated_letters),
    "look_alikes": _each_word(_look_alikes),
    "zero_width": _each_word(_zero_width),
    "masked_letters": _each_word(_masked_letters),
    "swapped_letters": _each_word(_swapped_letters),
    "dropped_letters": _each_word(_dropped_letters),
    "mixed_case": _each_word(_mixed_case),
    "combining_marks": _each_word(_combining_marks),
    "inserted_punctuation": _each_word(_inserted_punctuation),
    "split_word": _each_word(_split_word),
    "joined_words": _joined_words,
}


def perturb(
    text: str,
    attack: str,
    rng: random.Random,
    targets: Collection[str],
    variant: str = Variant.TRAIN,
) -> str:
    """The text with its offensive words spelled as `attack` does, and all else as it was.

    Args:
        text: any text.
        attack: a key of `ATTACKS`.
        rng: where chance comes from; the same state gives the same text.
        targets: words in lower case; their usual endings (-s, -ed, -ing, -er ...) count as well. Where none
            of them occurs, the longest word is attacked.
        variant: the spellings of training or all of them.
    """
    attacked = targets_in(text, targets)
    if not attacked and (words := list(WORD.finditer(text))):
        attacked = [max(words, key=lambda match: len(match.group()))]
    if attack == "joined_words":
        return _without_spaces_beside(attacked, text)
    parts: list[str] = []
    done = 0
    for match in attacked:
        parts += [text[done : match.start()], ATTACKS[attack](match.group(), rng, variant)]
        done = match.end()
    return "".join([*parts, text[done:]])


def targets_in(text: str, targets: Collection[str]) -> list[re.Match[str]]:
    """Where the targets, with or without an ending, stand in the text."""
    known = frozenset(targets)
    return [match for match in WORD.finditer(text) if _is_target(match.group().lower(), known)]


def _without_spaces_beside(words: Sequence[re.Match[str]], text: str) -> str:
    """Each word joined to the one before, and a text's first word to the one after."""
    gone: set[int] = set()
    for match in words:
        at = match.start() - 1
        step = -1
        if not text[: match.start()].strip():
            at, step = match.end(), 1
        while 0 <= at < len(text) and text[at] == " ":
            gone.add(at)
            at += step
    return "".join(char for at, char in enumerate(text) if at not in gone)


def _is_target(word: str, targets: frozenset[str]) -> bool:
    return word in targets or any(
        word.endswith(ending) and not targets.isdisjoint(_stems(word.removesuffix(ending)))
        for ending in _ENDINGS
    )


def _stems(stem: str) -> set[str]:
    """What an ending may have been put to: "shit" of "shitt(ing)", "use" of "us(ing)"."""
    doubled = {stem[:-1]} if stem[-2:-1] == stem[-1:] else set()
    return {stem, stem + "e"} | doubled
