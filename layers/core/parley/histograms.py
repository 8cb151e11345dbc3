"""Where the scores of comments lie, beside what moderators said of them. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from parley.comment import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parley.verdicts import Case

BINS: Final = 20


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many comments have a label's score in each of `BINS` classes of equal width over [0, 1].

    Attributes:
        approved: Of those that moderators approved.
        rejected: Of those that they rejected.
        undecided: Of those that no moderator's decision stands about.
    """

    approved: tuple[int, ...]
    rejected: tuple[int, ...]
    undecided: tuple[int, ...]


def histograms(cases: Sequence[Case]) -> dict[str, Histogram]:
    """By label, the histogram of its scores; comments without scores count nowhere."""
    counts = Counter(
        (label, case.verdict, bin_of(score)) for case in cases for label, score in (case.scores or {}).items()
    )

    def column(label: str, verdicts: Iterable[Status | None]) -> tuple[int, ...]:
        wanted = tuple(verdicts)
        return tuple(sum(counts[label, verdict, place] for verdict in wanted) for place in range(BINS))

    return {
        label: Histogram(
            approved=column(label, [Status.PUBLISHED]),
            rejected=column(label, [Status.REJECTED]),
            undecided=column(label, [None]),
        )
        for label in sorted({label for label, _, _ in counts})
    }


def bin_of(score: float) -> int:
    """The class that a probability falls into; 1 falls into the last."""
    return min(int(score * BINS), BINS - 1)
