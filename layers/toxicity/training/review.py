"""Which texts a policy with a model's own thresholds holds for a person to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Scorer(Protocol):
    """What `toxicity.Scorer` offers."""

    @property
    def thresholds(self) -> dict[str, dict[str, float]]:
        """Label to `review_at` and `reject_at`."""

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One dict a text: label to probability."""


def held_by(scorer: Scorer, texts: Sequence[str]) -> list[frozenset[str]]:
    """For each text the labels whose score reaches their review threshold; none: it is published unseen."""
    review_at = {label: pair["review_at"] for label, pair in scorer.thresholds.items()}
    return [
        frozenset(label for label, threshold in review_at.items() if scores[label] >= threshold)
        for scores in scorer.score(texts)
    ]
