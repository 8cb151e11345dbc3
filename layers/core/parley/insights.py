"""What operators and moderators ask the history: try out another policy, see how moderation goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from parley import comment as comments
from parley import policy
from parley.audit import is_blind
from parley.items import entry_from_item, review_from_map
from parley.queue import MAX_SCANNED, QueueCounts
from parley.simulation import Lists, Simulation, new_terms, simulate
from parley.statistics import MAX_ENTRIES, Day, Statistics, by_day, statistics
from parley.urgency import due_at
from parley.verdicts import cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from parley.comment import HistoryEntry
    from parley.items import Item
    from parley.policy import Policy
    from parley.store import Store
    from parley.verdicts import Case

# How far back a simulation looks for comments; each day takes at least a round trip.
MAX_DAYS: Final = 90
# What one read takes; comments that an older version looked at are searched for words again.
_MOST_POLICIES: Final = 100


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation, and the comments that its examples are about, as far as they may be shown."""

    simulation: Simulation
    items: Mapping[str, Item]


def try_out(
    store: Store, candidate: Policy, *, defaults: Mapping[str, Mapping[str, float]], limit: int, now: datetime
) -> Simulated:
    """Replay a policy over the latest decided comments.

    Args:
        store: Where they are.
        candidate: The policy.
        defaults: The model's own thresholds, for labels that a policy does not name.
        limit: Over how many comments.
        now: The time.

    Raises:
        Invalid: A rule of the candidate cannot work; it names which.
    """
    rules = policy.with_model_defaults(policy.checked(candidate), defaults)
    saved = store.policy()
    current = policy.with_model_defaults(saved.policy if saved else policy.Policy(), defaults)
    found = _latest_cases(store, limit=limit, now=now)
    known = _lists(store, {case.policy_version for case in found})
    searched = [case.comment_id for case in found if new_terms(case, known, (current, rules))]
    made = simulate(found, current, rules, known=known, texts=store.texts(searched) if searched else {})
    wanted = {example.comment_id for shift in made.shifts for example in shift.examples}
    # A comment of the audit sample may not be shown with what a policy makes of it.
    items = {item["id"]: item for item in store.comment_items(sorted(wanted)) if not is_blind(item)}
    return Simulated(made, items)


def _latest_cases(store: Store, *, limit: int, now: datetime) -> list[Case]:
    start, end = comments.timestamp(now - timedelta(days=MAX_DAYS)), comments.timestamp(now)
    rows = store.decision_rows(start, end, is_ascending=False, expected=limit)
    return cases(list(_of_first_comments(map(entry_from_item, rows), limit)))


def _of_first_comments(entries: Iterable[HistoryEntry], limit: int) -> Iterator[HistoryEntry]:
    """The entries up to the one by which so many comments are known.

    Looking further would find nothing but the beginnings of these, at the price of reading on for them.
    """
    seen: set[str] = set()
    for entry in entries:
        seen.add(entry.comment_id)
        yield entry
        if len(seen) == limit:
            return


def _lists(store: Store, versions: Iterable[int]) -> dict[int, Lists]:
    return {
        saved.policy.version: Lists.of(saved.policy)
        for saved in store.policies(sorted(versions)[-_MOST_POLICIES:])
    }


@dataclass(frozen=True, slots=True)
class QueueState:
    """The queue as it is now.

    Attributes:
        counts: How many wait, and why.
        oldest_opened_at: Since when the oldest open review waits; None of none.
        is_oldest_exact: Whether all were looked at; otherwise the oldest is at least so old.
        next_due_at: When the most urgent is or was due; None of none.
        overdue: How many should have been looked at by now.
        is_overdue_exact: Whether these are all; otherwise there are more.
    """

    counts: QueueCounts
    oldest_opened_at: str | None
    is_oldest_exact: bool
    next_due_at: str | None
    overdue: int
    is_overdue_exact: bool


@dataclass(frozen=True, slots=True)
class Report:
    """How moderation went from `start` to `end`, and how the queue is now.

    Attributes:
        start: From when on.
        end: Until when.
        is_complete: Whether all decisions of that time are in it; otherwise the latest `MAX_ENTRIES`.
        statistics: What the decisions say.
        days: What happened on each day.
        queue: The queue now.
    """

    start: str
    end: str
    is_complete: bool
    statistics: Statistics
    days: tuple[Day, ...]
    queue: QueueState


def report(store: Store, *, days: int, now: datetime) -> Report:
    """The statistics of the last days, and the queue."""
    start, end = comments.timestamp(now - timedelta(days=days)), comments.timestamp(now)
    rows = store.decision_rows(start, end, is_ascending=False, expected=MAX_ENTRIES)
    found = list(islice(rows, MAX_ENTRIES + 1))
    entries = [entry_from_item(row) for row in found[:MAX_ENTRIES]]
    is_complete = len(found) <= MAX_ENTRIES
    by_days = by_day(entries, start=start, end=end)
    return Report(start, end, is_complete, statistics(entries), by_days, _queue_state(store, at=end))


def _queue_state(store: Store, *, at: str) -> QueueState:
    rows = list(islice(store.queue_rows(expected=MAX_SCANNED), MAX_SCANNED + 1))
    is_whole = len(rows) <= MAX_SCANNED
    reviews = [review_from_map(row["review"]) for row in rows[:MAX_SCANNED]]
    due = [due_at(review) for review in reviews]
    overdue = sum(time <= at for time in due)
    return QueueState(
        counts=store.queue_counts(),
        oldest_opened_at=min((review.opened_at for review in reviews), default=None),
        is_oldest_exact=is_whole,
        next_due_at=due[0] if due else None,
        overdue=overdue,
        is_overdue_exact=is_whole or overdue < len(due),
    )
