"""Names of people from all over the world, for texts that must not be held because of a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from training.functional.words import is_for_tests

_FILE: Final = Path(__file__).with_suffix(".txt")
_ENTRY: Final = re.compile(r"^([^#:\n]+): (.+)\n / (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Culture:
    """Names that are common in one part of the world."""

    name: str
    given: tuple[str, ...]
    family: tuple[str, ...]


@cache
def cultures() -> tuple[Culture, ...]:
    """The lists of names.txt."""
    entries = _ENTRY.findall(_FILE.read_text("utf-8"))
    return tuple(
        Culture(name, tuple(given.split(", ")), tuple(family.split(", "))) for name, given, family in entries
    )


def people() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given names and family names that belong to the tests, each once."""
    given = dict.fromkeys(name for culture in cultures() for name in culture.given if is_for_tests(name))
    family = dict.fromkeys(name for culture in cultures() for name in culture.family if is_for_tests(name))
    return tuple(given), tuple(family)
