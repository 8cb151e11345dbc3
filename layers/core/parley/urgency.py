"""How soon a person should look at a comment. Pure.

A review has a band, by how bad the text may be and how many readers reported it, and each band a target:
within so many minutes somebody should have looked. The queue is ordered by when that time is up. So a mild
comment that has waited long overtakes a worse one that has just come, and no item has to be written again
for growing older.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parley.comment import Review, ReviewCause, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Band(StrEnum):
    """How urgent a review is, most urgent first."""

    SEVERE = "severe"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


# Minutes within which somebody should have looked, while the policy says nothing else.
DEFAULT_TARGETS: Final[Mapping[Band, int]] = {
    Band.SEVERE: 15,
    Band.HIGH: 60,
    Band.NORMAL: 4 * 60,
    Band.LOW: 24 * 60,
}
MAX_TARGET: Final = 30 * 24 * 60
# From this urgency (0 to 99), or this many reports on, a review is in a band.
_FROM_URGENCY: Final = ((90, Band.SEVERE), (70, Band.HIGH), (30, Band.NORMAL))
_FROM_REPORTS: Final = ((5, Band.SEVERE), (3, Band.HIGH), (1, Band.NORMAL))
_ORDER: Final = tuple(Band)


def band(urgency: int, reports: int) -> Band:
    """The band of a review: the more urgent of what its urgency and its reports say."""
    by_urgency = next((band for least, band in _FROM_URGENCY if urgency >= least), Band.LOW)
    by_reports = next((band for least, band in _FROM_REPORTS if reports >= least), Band.LOW)
    return min(by_urgency, by_reports, key=_ORDER.index)


def target_min(review: Review) -> int:
    """Within how many minutes of its opening somebody should look."""
    if review.target_min is not None:
        return review.target_min
    return DEFAULT_TARGETS[band(review.urgency, review.reports)]


def due_at(review: Review) -> str:
    """When the time is up in which somebody should have looked; the queue is ordered by it."""
    return timestamp(datetime.fromisoformat(review.opened_at) + timedelta(minutes=target_min(review)))


def open_review(
    causes: Iterable[ReviewCause],
    *,
    at: str,
    urgency: int,
    reports: int = 0,
    targets: Mapping[Band, int] = DEFAULT_TARGETS,
) -> Review:
    """A review that begins now.

    Args:
        causes: Why.
        at: Now, ISO 8601 UTC.
        urgency: 0 (can wait) to 99 (first).
        reports: How many readers reported the comment.
        targets: Minutes per band, as the policy says.
    """
    target = targets.get(band(urgency, reports))
    return Review(tuple(causes), at, urgency, reports=reports, target_min=target)


def add_cause(  # noqa: PLR0913
    review: Review | None,
    cause: ReviewCause,
    *,
    at: str,
    urgency: int,
    reports: int = 0,
    targets: Mapping[Band, int] = DEFAULT_TARGETS,
) -> Review:
    """The review with one more cause, or a new one; what was open keeps its age and is never due later."""
    if review is None:
        return open_review((cause,), at=at, urgency=urgency, reports=reports, targets=targets)
    urgency, reports = max(urgency, review.urgency), max(reports, review.reports)
    target = targets.get(band(urgency, reports))
    known = target_min(review)
    return replace(
        review,
        causes=tuple(dict.fromkeys((*review.causes, cause))),
        urgency=urgency,
        reports=reports,
        target_min=known if target is None else min(known, target),
    )
