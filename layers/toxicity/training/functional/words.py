"""The vocabulary of the functional tests, none of which occurs in training's templates.

Words are divided by a rule that either side can check by itself: a word whose SHA-256 begins with an odd byte
is the tests'. Identity groups are divided by a list: groups.txt is the tests' part.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
KINDS: Final = frozenset("onfqdl")


@dataclass(frozen=True)
class Group:
    """An identity group in the forms that frames need; None where there is no such form."""

    kind: str
    plural: str
    singular: str
    adjective: str | None
    slur: str | None
    slurs: str | None
    reclaimed: str | None


def is_for_tests(word: str) -> bool:
    """Whether a word, or a phrase that fills one place, belongs to the tests and not to training."""
    return hashlib.sha256(word.lower().encode()).digest()[0] % 2 == 1


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Slot to what may fill it, from words.txt.

    Raises:
        ValueError: a word is training's, or stands twice in a slot.
    """
    text = re.sub(r",\n +", ", ", _content("words.txt"))
    slots = {
        name: tuple(listed.split(", ")) for name, listed in re.findall(r"^(\w+): (.+)$", text, re.MULTILINE)
    }
    for name, listed in slots.items():
        if wrong := [word for word in listed if not is_for_tests(word)]:
            raise ValueError(f"training's words among the tests' {name}: {', '.join(wrong)}")
        if len(set(listed)) < len(listed):
            raise ValueError(f"a word stands twice in {name}")
    return slots


@cache
def groups() -> tuple[Group, ...]:
    """The groups that only tests name, from groups.txt; ValueError when a line has no kind of `KINDS`."""
    found = []
    for line in _content("groups.txt").splitlines():
        kind, plural, singular, *rest = (column.strip() for column in line.split(";"))
        if kind not in KINDS:
            raise ValueError(f"no kind of group: {line}")
        adjective, slur, slurs, reclaimed = (column or None for column in rest)
        found.append(Group(kind, plural, singular, adjective, slur, slurs, reclaimed))
    return tuple(found)


def with_article(phrase: str) -> str:
    """The phrase with "a" or "an" before it, by its sound."""
    sounds_as_vowel = re.match(
        r"(?!u(?:ni[^nm]|kr|s[eu])|euro|on(?:e|ce)\b)[aeiou]|hon[eo]|hour|heir", phrase, re.IGNORECASE
    )
    return f"{'an' if sounds_as_vowel else 'a'} {phrase}"


def _content(name: str) -> str:
    text = (HERE / name).read_text("utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
