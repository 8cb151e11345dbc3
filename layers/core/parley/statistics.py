"""How moderation goes: what is decided, how soon, and how far the model and people agree. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from parley.comment import ReviewCause, Status, Step
from parley.intervals import Rate, rate
from parley.verdicts import cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parley.comment import HistoryEntry
    from parley.verdicts import Case

MAX_ENTRIES: Final = 10_000
THRESHOLDS: Final = tuple(round(step * 0.05, 2) for step in range(1, 20))
"""Where the agreement is looked at."""
_DATE_LENGTH: Final = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class Durations:
    """Seconds from the opening of a review to the decision that closed it; None of none."""

    count: int
    median: float | None
    p90: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a threshold of a label agrees with moderators, on comments that they decided about.

    Attributes:
        threshold: The score from which on a comment counts as flagged.
        flagged: How many are.
        precision: Of those, how much moderators rejected.
        recall: Of what they rejected, how much is flagged.
    """

    threshold: float
    flagged: int
    precision: Rate
    recall: Rate


@dataclass(frozen=True, slots=True)
class Day:
    """What the policy made of new comments on one day (in UTC), and what moderators did."""

    day: str
    automatic: Mapping[Status, int]
    moderators: Mapping[Step, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What happened in some time.

    Attributes:
        automatic: What the policy made of new comments.
        moderators: How often they approved, rejected and took back.
        time_to_decision_s: How long reviews waited for them.
        audit: By automatic outcome, how much of the blind sample moderators overturned: of what was published
            these are misses, of what was rejected false rejections.
        labels: By label, the agreement at several thresholds.
    """

    automatic: Mapping[Status, int]
    moderators: Mapping[Step, int]
    time_to_decision_s: Durations
    audit: Mapping[Status, Rate]
    labels: Mapping[str, tuple[Agreement, ...]]


def statistics(entries: Sequence[HistoryEntry]) -> Statistics:
    """The statistics of these entries, in whatever order they come."""
    found = cases(entries)
    return Statistics(
        automatic=_automatic(entries),
        moderators=_moderators(entries),
        time_to_decision_s=_durations([s for s in map(_waited_s, entries) if s is not None]),
        audit={status: _overturned(found, status) for status in (Status.PUBLISHED, Status.REJECTED)},
        labels=_labels(found),
    )


def _automatic(entries: Sequence[HistoryEntry]) -> dict[Status, int]:
    submitted = Counter(entry.after for entry in entries if entry.action is Step.SUBMITTED)
    return {status: submitted[status] for status in (Status.PUBLISHED, Status.HELD, Status.REJECTED)}


def _moderators(entries: Sequence[HistoryEntry]) -> dict[Step, int]:
    steps = Counter(entry.action for entry in entries)
    return {step: steps[step] for step in (Step.APPROVED, Step.REJECTED, Step.UNDONE)}


def by_day(entries: Sequence[HistoryEntry], *, start: str, end: str) -> tuple[Day, ...]:
    """What happened on each day (in UTC) from `start` to `end`, two ISO 8601 times; quiet days included."""
    by_day: dict[str, list[HistoryEntry]] = {}
    for entry in entries:
        by_day.setdefault(entry.at[:_DATE_LENGTH], []).append(entry)
    first, last = (date.fromisoformat(at[:_DATE_LENGTH]) for at in (start, end))
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return tuple(Day(day, _automatic(by_day.get(day, [])), _moderators(by_day.get(day, []))) for day in days)


def _waited_s(entry: HistoryEntry) -> float | None:
    if entry.action not in (Step.APPROVED, Step.REJECTED) or entry.review is None:
        return None
    opened = datetime.fromisoformat(entry.review.opened_at)
    return (datetime.fromisoformat(entry.at) - opened).total_seconds()


def _durations(waited: Sequence[float]) -> Durations:
    if not waited:
        return Durations(0, None, None, None)
    ordered = sorted(waited)

    def quantile(share: float) -> float:
        """The least value that this share of all does not exceed."""
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Durations(len(ordered), quantile(0.5), quantile(0.9), ordered[-1])


def _overturned(found: Sequence[Case], automatic: Status) -> Rate:
    audited = [
        case.decision
        for case in found
        if case.decision
        and case.decision.review
        and ReviewCause.AUDIT in case.decision.review.causes
        and case.decision.before is automatic
    ]
    return rate(sum(decision.after is not automatic for decision in audited), len(audited))


def _labels(found: Sequence[Case]) -> dict[str, tuple[Agreement, ...]]:
    judged = [
        (case.scores, case.verdict is Status.REJECTED) for case in found if case.decision and case.scores
    ]
    labels = sorted({label for scores, _ in judged for label in scores})
    return {
        label: tuple(
            _agreement([(scores[label], bad) for scores, bad in judged if label in scores], threshold)
            for threshold in THRESHOLDS
        )
        for label in labels
    }


def _agreement(judged: Sequence[tuple[float, bool]], threshold: float) -> Agreement:
    flagged = [bad for score, bad in judged if score >= threshold]
    rejected = sum(bad for _, bad in judged)
    hits = sum(flagged)
    return Agreement(threshold, len(flagged), rate(hits, len(flagged)), rate(hits, rejected))
