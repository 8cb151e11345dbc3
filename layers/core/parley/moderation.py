"""What happens when moderators take comments to look at and decide, and when the model is back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from parley import audit, changes, policy, queue
from parley import comment as comments
from parley.comment import Action
from parley.errors import (
    ConditionFailed,
    Conflict,
    Invalid,
    Leased,
    NotFound,
    OwnAppeal,
    PolicyConflict,
)
from parley.items import comment_to_item, lease_from_map
from parley.lease import Lease, LeaseRecord, end_of
from parley.policy import Policy, SavedPolicy
from parley.queue import EVERYTHING
from parley.roster import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parley.comment import Actor, Change, Comment, ModeratorDecision
    from parley.items import Item
    from parley.queue import QueueFilter
    from parley.scoring import Scoring
    from parley.store import Store

# The note of a lease is of no use when the lease has lapsed; a day allows for clocks and late requests.
_NOTE_LIFETIME_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Leasing:
    """A lease and the comments that it holds now, most urgent first."""

    id: str
    expires_at: str
    comments: tuple[Comment, ...]


def take_lease(  # noqa: PLR0913
    store: Store,
    moderator: Actor,
    *,
    lease_id: str,
    limit: int,
    now: datetime,
    wanted: QueueFilter = EVERYTHING,
) -> Leasing:
    """Lease up to `limit` of the most urgent comments that nobody holds.

    Each comment is taken by a write of its own that succeeds for one moderator only, so two who ask at once
    share the queue between them. A request that dies half-way holds what it took until that lapses. Where
    what is wanted is rare, only the first `queue.MAX_SCANNED` rows are looked at.
    """
    at = comments.timestamp(now)
    lease = _lease(moderator, lease_id, now)
    expected = limit if wanted == EVERYTHING else queue.EXPECTED_ROWS
    seen = islice(store.queue_rows(expected=expected), queue.MAX_SCANNED)
    bar = Bar(store, moderator.id, now)
    free = (
        row["id"] for row in seen if wanted.matches(row) and _is_free(row, at) and not bar.keeps_from(row)
    )
    taken: list[Comment] = []
    while candidates := list(islice(free, limit - len(taken))):
        taken += [comment for comment in store.take_leases(candidates, lease, at=at) if comment]
    return _noted(store, lease, taken, now=now)


def take_named(
    store: Store, moderator: Actor, *, lease_id: str, comment_ids: Sequence[str], now: datetime
) -> Leasing:
    """Lease these comments, but for what others hold, what has left the queue, and appeals of one's own."""
    lease = _lease(moderator, lease_id, now)
    taken = store.take_leases(tuple(dict.fromkeys(comment_ids)), lease, at=comments.timestamp(now))
    bar = Bar(store, moderator.id, now)
    found = [comment for comment in taken if comment]
    barred = [comment.id for comment in found if bar.keeps_from(comment_to_item(comment))]
    if barred:
        store.release_leases(barred, lease_id)
    return _noted(store, lease, [comment for comment in found if comment.id not in barred], now=now)


def _lease(moderator: Actor, lease_id: str, now: datetime) -> Lease:
    return Lease(lease_id, moderator.id, moderator.name, comments.timestamp(end_of(now)))


def _noted(store: Store, lease: Lease, taken: Sequence[Comment], *, now: datetime) -> Leasing:
    record = LeaseRecord(lease.id, lease.moderator, tuple(comment.id for comment in taken))
    store.put_lease(record, expires_at=int(now.timestamp()) + _NOTE_LIFETIME_S)
    return Leasing(lease.id, lease.expires_at, tuple(taken))


def extend_lease(store: Store, moderator: Actor, *, lease_id: str, now: datetime) -> Leasing:
    """Hold what a lease still holds for another while; what was decided or lost meanwhile is left out.

    Raises:
        NotFound: This moderator has no such lease.
    """
    lease = _lease(moderator, lease_id, now)
    extended = store.extend_leases(_comments_of(store, moderator, lease_id), lease)
    return Leasing(lease_id, lease.expires_at, tuple(comment for comment in extended if comment))


def give_back(store: Store, moderator: Actor, *, lease_id: str) -> None:
    """Let go of everything that a lease still holds. Giving back twice is no error.

    Raises:
        NotFound: This moderator has no such lease.
    """
    store.release_leases(_comments_of(store, moderator, lease_id), lease_id)


def _is_free(row: Item, at: str) -> bool:
    """Whether a row of the queue shows no active lease; the write makes sure."""
    return "lease" not in row or not lease_from_map(row["lease"]).is_active(at)


def _comments_of(store: Store, moderator: Actor, lease_id: str) -> tuple[str, ...]:
    record = store.lease(lease_id)
    if record is None or record.moderator != moderator.id:
        raise NotFound("There is no such lease.")
    return record.comment_ids


def save_policy(  # noqa: PLR0913
    store: Store,
    candidate: Policy,
    *,
    saved_by: str,
    note: str | None,
    now: datetime,
    restored_from: int | None = None,
) -> SavedPolicy:
    """Put a new version of the policy in force, if it was made from the one in force.

    Args:
        store: Where it is kept.
        candidate: The new rules; `version` is the version they were made from.
        saved_by: Display name of who saves.
        note: What the change is for.
        now: The time.
        restored_from: The earlier version that these rules are.

    Raises:
        Invalid: A rule cannot work; it names which.
        PolicyConflict: Somebody else saved first.
    """
    rules = replace(policy.checked(candidate), version=candidate.version + 1)
    saved = SavedPolicy(rules, comments.timestamp(now), saved_by, note, restored_from)
    try:
        store.save_policy(saved)
    except ConditionFailed as failed:
        current = store.policy() or SavedPolicy(Policy())
        if candidate.version > current.policy.version:
            raise Invalid(
                "version", f"is not a version of the policy, which is at {current.policy.version}"
            ) from failed
        raise PolicyConflict(current.policy.version, current.saved_by, current.saved_at) from failed
    return saved


def decide(store: Store, comment_id: str, decision: ModeratorDecision, *, now: datetime) -> Comment:
    """Make a moderator's decision, exactly once, or take back the latest.

    A retry of the same request (`decision.request`) gets the first answer; anybody else who decides on a
    version that is no longer current gets `Conflict`.

    Raises:
        NotFound: There is no such comment.
        Conflict: Somebody decided first; it says who, what and when.
        Leased: Somebody else holds the comment; it says who and until when.
        OwnAppeal: It is an appeal against this moderator's rejection, and there are others to decide it.
        Invalid: The version is one that the comment has never had, or there is nothing to undo.
    """
    try:
        change = _change(store, comment_id, decision, now=now)
        store.apply(change)
    except ConditionFailed:
        return _already_decided(store, comment_id, decision, now=now)
    return change.after


def _change(store: Store, comment_id: str, decision: ModeratorDecision, *, now: datetime) -> Change:
    if decision.action is not Action.UNDO:
        comment = store.comment(comment_id)
        if comment is None:
            raise NotFound("There is no such comment.")
        if Bar(store, decision.by.id, now).keeps_from(comment_to_item(comment)):
            raise OwnAppeal("You rejected this comment. Somebody else decides about the appeal.")
        return changes.decide(comment, decision, now=now)
    versions = (decision.version, decision.version - 1)
    comment, (undone, earlier) = store.comment_and_entries(comment_id, versions)
    if comment is None:
        raise NotFound("There is no such comment.")
    if undone is None or earlier is None:
        if decision.version == comment.version:
            raise Invalid("action", "has nothing to undo: nobody has decided about this comment")
        raise ConditionFailed
    return changes.undo(comment, undone, earlier, decision, now=now)


def _already_decided(store: Store, comment_id: str, decision: ModeratorDecision, *, now: datetime) -> Comment:
    comment, winner = store.comment_and_entry(comment_id, decision.version + 1)
    if comment is None:
        raise NotFound("There is no such comment.")
    at = comments.timestamp(now)
    if winner is None and comment.lease and comment.lease.keeps_out(decision.by.id, at):
        raise Leased(comment_id, comment.lease.name, comment.lease.expires_at)
    if winner is None and comment.status is comments.Status.REMOVED:
        comment, winner = store.comment_and_entry(comment_id, comment.version)
        assert comment is not None  # noqa: S101  # what is removed leaves its item behind
    if winner is None:
        raise Invalid("version", f"is not a version of the comment, which is at {comment.version}")
    if decision.request is not None and winner.request == decision.request:
        return comment
    raise Conflict(comment_id, comment.version, winner.after, winner.by.name, winner.at, winner.action)


def rescore(store: Store, scoring: Scoring, comment_id: str, *, now: datetime) -> Comment | None:
    """Score a comment that could not be scored when it came.

    Returns:
        The comment as it is now; None if a moderator or another delivery of the message was first, or there
        is no such comment, so that there is nothing to do.

    Raises:
        ScoringFailed: The model is still not there; try again later.
    """
    comment, current = store.comment_and_policy(comment_id)
    if comment is None or not changes.awaits_score(comment):
        return None
    scores = scoring.score(comment.body)
    rules = policy.with_model_defaults(current, scoring.thresholds)
    signals = policy.screen(comment.body, rules, comment.signals)
    outcome = policy.decide(scores, signals, rules)
    change = changes.rescored(
        comment,
        outcome,
        scores=scores,
        signals=signals,
        audit=audit.review_for(outcome, comment_id, comments.timestamp(now), rules)
        if outcome.status is comments.Status.PUBLISHED
        else None,
        targets=rules.review_targets,
        model=scoring.model,
        policy_version=rules.version,
        now=now,
    )
    try:
        store.apply(change)
    except ConditionFailed:
        return None
    return change.after
