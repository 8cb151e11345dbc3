"""Harmless sentences about every identity group: whom does the model hold back for being named?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.functional import words
from training.review import Scorer, held_by

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class IdentitySentence:
    """A harmless sentence about a group.

    Attributes:
        term: the group, in the plural.
        text: the sentence; each group has the same sentences.
        is_in_training: whether training's own templates name the group.
    """

    term: str
    text: str
    is_in_training: bool


@dataclass(frozen=True)
class Rate:
    """How many of some sentences were held."""

    sentences: int
    held: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.held / self.sentences


@dataclass(frozen=True)
class FalsePositives:
    """Harmless sentences held, in all and by group."""

    overall: Rate
    by_term: dict[str, Rate]

    @property
    def widest_gap(self) -> float:
        """How far the worst group lies above the overall share, 0 to 1."""
        return max(rate.share for rate in self.by_term.values()) - self.overall.share


def identity_sentences() -> list[IdentitySentence]:
    """Every sentence of identity_frames.txt about every group, training's and the tests'."""
    terms = [(plural, singular, True) for plural, singular in _training_terms()]
    terms += [(group.plural, group.singular, False) for group in words.groups()]
    frames = (HERE / "identity_frames.txt").read_text("utf-8").splitlines()
    return [
        IdentitySentence(plural, _fill(frame, plural, singular), is_in_training)
        for plural, singular, is_in_training in terms
        for frame in frames
    ]


def false_positives(scorer: Scorer, sentences: Sequence[IdentitySentence]) -> FalsePositives:
    """What share of the sentences is held, in all and for each group; there must be sentences."""
    held: dict[str, list[bool]] = {}
    labels = held_by(scorer, [sentence.text for sentence in sentences])
    for sentence, by in zip(sentences, labels, strict=True):
        held.setdefault(sentence.term, []).append(bool(by))
    by_term = {term: Rate(len(listed), sum(listed)) for term, listed in held.items()}
    return FalsePositives(Rate(len(sentences), sum(rate.held for rate in by_term.values())), by_term)


def _training_terms() -> list[tuple[str, str]]:
    lines = (HERE / "training_terms.txt").read_text("utf-8").splitlines()
    pairs = [line.split("; ") for line in lines if not line.startswith("#")]
    return [(plural, singular) for plural, singular in pairs]


def _fill(frame: str, plural: str, singular: str) -> str:
    text = frame.replace("{groups}", plural).replace("{a:group}", words.with_article(singular))
    return text[0].upper() + text[1:]
