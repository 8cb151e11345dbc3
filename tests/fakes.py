"""Stand-ins for what is slow or outside; never used by the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class KeywordScorer:
    """A scorer that a test can steer: texts with `vile` or `borderline` in them score so."""

    model = "keywords-1"
    thresholds = {"toxicity": {"review_at": 0.5, "reject_at": 0.9}}  # noqa: RUF012

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        return [{"toxicity": self._toxicity(text)} for text in texts]

    def _toxicity(self, text: str) -> float:
        if "vile" in text:
            return 0.99
        return 0.7 if "borderline" in text else 0.01
