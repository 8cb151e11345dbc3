"""Harmless sentences with names from all over the world, each beside the same sentence with a common name.

The tests' names only: the names of training's templates are others.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.functional.words import is_for_tests
from training.names import cultures
from training.review import Scorer, held_by

if TYPE_CHECKING:
    from collections.abc import Sequence

SENTENCES: Final = 2000
COMMON_GIVEN: Final = "John"
COMMON_FAMILY: Final = "Smith"
_FRAMES: Final = Path(__file__).parent / "name_frames.txt"


@dataclass(frozen=True)
class NamedSentence:
    """A harmless sentence that names somebody.

    Attributes:
        culture: where the name is common.
        name: given name and family name.
        text: the sentence with that name.
        common_text: the same sentence about John Smith.
    """

    culture: str
    name: str
    text: str
    common_text: str


def named_sentences() -> list[NamedSentence]:
    """`SENTENCES` sentences, no two with the same name; cultures and frames take turns."""
    rng = random.Random("harmless/people")
    frames = cycle(_FRAMES.read_text("utf-8").splitlines())
    queues = {culture.name: _names(culture.given, culture.family, rng) for culture in cultures()}
    found: dict[str, NamedSentence] = {}
    while len(found) < SENTENCES:
        for culture, queue in queues.items():
            while queue and " ".join(queue[-1]) in found:  # common to two cultures
                queue.pop()
            if queue and len(found) < SENTENCES:
                given, family = queue.pop()
                frame = next(frames)
                name = f"{given} {family}"
                found[name] = NamedSentence(
                    culture, name, _fill(frame, given, family), _fill(frame, COMMON_GIVEN, COMMON_FAMILY)
                )
    return list(found.values())


def held_because_of_name(scorer: Scorer, sentences: Sequence[NamedSentence]) -> list[NamedSentence]:
    """The sentences that are held although the same about John Smith is not."""
    common = list(dict.fromkeys(sentence.common_text for sentence in sentences))
    is_common_held = dict(zip(common, map(bool, held_by(scorer, common)), strict=True))
    held = held_by(scorer, [sentence.text for sentence in sentences])
    return [
        sentence
        for sentence, by in zip(sentences, held, strict=True)
        if by and not is_common_held[sentence.common_text]
    ]


def _names(given: Sequence[str], family: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    pairs = list(product(filter(is_for_tests, given), filter(is_for_tests, family)))
    rng.shuffle(pairs)
    return pairs


def _fill(frame: str, given: str, family: str) -> str:
    return frame.replace("{given}", given).replace("{family}", family)
