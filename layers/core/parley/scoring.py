"""Scoring that cannot harm a submission: bounded in time, checked, and allowed to fail."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

from parley.errors import ScoringFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Scores = dict[str, float]
# Finer differences mean nothing, and every digit is stored twice.
_STEPS: Final = 10_000


class Scorer(Protocol):
    """What Parley needs of a toxicity model; `toxicity.Scorer` is one."""

    @property
    def model(self) -> str:
        """Name and version."""

    @property
    def thresholds(self) -> Mapping[str, Mapping[str, float]]:
        """Default `review_at` and `reject_at` per label."""

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """A probability in [0, 1] per label, for each text."""


class Scoring:
    """A scorer behind a time limit; without a scorer, every call fails.

    Args:
        scorer: None when there is none (yet).
        timeout_s: How long a call may take.
        load: Where there is no scorer, each call asks this for one first; what keeps a model away may pass.
    """

    def __init__(
        self, scorer: Scorer | None, *, timeout_s: float, load: Callable[[], Scorer | None] = lambda: None
    ) -> None:
        self._scorer = scorer
        self._load = load
        self._timeout_s = timeout_s
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scorer")

    @property
    def model(self) -> str | None:
        """Which model scores; None without one."""
        return self._scorer.model if self._scorer else None

    @property
    def thresholds(self) -> Mapping[str, Mapping[str, float]]:
        """The model's default thresholds; none without a model."""
        return self._scorer.thresholds if self._scorer else {}

    def score(self, text: str) -> Scores:
        """The scores of one text.

        A call that outlives the limit goes on in its thread; those behind it wait, time out and are held
        for a human too, until the model is free again.

        Raises:
            ScoringFailed: The scorer is missing, raised, took too long or answered nonsense.
        """
        try:
            (scores,) = self._worker.submit(self._score, text).result(timeout=self._timeout_s)
        except TimeoutError as error:
            raise ScoringFailed(f"no score within {self._timeout_s:g} s") from error
        except ScoringFailed:
            raise
        except Exception as error:
            # Whatever goes wrong in a model must end with a human, not with an error page.
            raise ScoringFailed(f"the scorer raised {type(error).__name__}") from error
        if not scores or not all(math.isfinite(p) and 0 <= p <= 1 for p in scores.values()):
            raise ScoringFailed("the scorer answered something that is no probability")
        # Cut, not rounded: a stored score never reaches a threshold that the model's own was below.
        return {label: math.floor(probability * _STEPS) / _STEPS for label, probability in scores.items()}

    def _score(self, text: str) -> list[Scores]:
        scorer = self._scorer = self._scorer or self._load()
        if scorer is None:
            raise ScoringFailed("there is no scorer")
        return scorer.score([text])
