"""Every change that may happen to a comment, with the record of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from parley.comment import (
    POLICY_ACTOR,
    TRANSITIONS,
    UNDOABLE,
    Action,
    Appeal,
    AppealOutcome,
    Change,
    HistoryEntry,
    Reason,
    ReviewCause,
    Rule,
    Status,
    Step,
    timestamp,
)
from parley.errors import ConditionFailed, Invalid
from parley.urgency import DEFAULT_TARGETS, open_review

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parley.comment import Actor, Comment, Decision, ModeratorDecision, Review
    from parley.signals import Signals
    from parley.urgency import Band


# What the report of a reader weighs whose reports nobody has judged yet.
UNKNOWN_REPORTERS_WEIGHT: Final = 0.5


def become(comment: Comment, status: Status, **fields: Any) -> Comment:  # noqa: ANN401
    """The comment's next version, with this status."""
    if status is not comment.status and status not in TRANSITIONS[comment.status]:
        raise ValueError(f"a {comment.status} comment cannot become {status}")
    return replace(comment, status=status, version=comment.version + 1, **fields)


def entry_for(before: Comment | None, after: Comment, action: Step, *, by: Actor, at: str) -> HistoryEntry:
    """The record of a change."""
    is_closed = before is not None and before.review is not None and after.review is None
    return HistoryEntry(
        comment_id=after.id,
        article_id=after.article_id,
        version=after.version,
        action=action,
        at=at,
        before=before.status if before else None,
        after=after.status,
        reasons=after.reasons,
        scores=after.scores,
        signals=after.signals,
        model=after.model,
        policy_version=after.policy_version,
        by=by,
        review=before.review if before and is_closed else None,
        message=after.message,
        written_at=after.created_at,
    )


def submitted(comment: Comment) -> Change:
    """The first change: a new comment with the policy's decision already in it."""
    entry = entry_for(None, comment, Step.SUBMITTED, by=POLICY_ACTOR, at=comment.created_at)
    return Change(None, comment, entry)


def _check_is_free(comment: Comment, decision: ModeratorDecision, at: str) -> None:
    is_held_by_other = comment.lease is not None and comment.lease.keeps_out(decision.by.id, at)
    is_gone = comment.status is Status.REMOVED
    if decision.version != comment.version or is_held_by_other or is_gone:
        raise ConditionFailed


def _moderators_change(
    before: Comment, after: Comment, action: Step, decision: ModeratorDecision, at: str
) -> Change:
    entry = replace(
        entry_for(before, after, action, by=decision.by, at=at), note=decision.note, request=decision.request
    )
    return Change(before, after, entry, leased_to=decision.by.id)


def decide(comment: Comment, decision: ModeratorDecision, *, now: datetime) -> Change:
    """What a moderator's decision makes of a comment; it closes the review.

    Approving what is published, or rejecting what is rejected, confirms it: the decision is recorded and the
    review closed.

    Raises:
        ConditionFailed: The comment has moved on since the moderator saw it, was removed, or somebody else
            holds it.
    """
    at = timestamp(now)
    _check_is_free(comment, decision, at)
    is_approval = decision.action is Action.APPROVE
    status = Status.PUBLISHED if is_approval else Status.REJECTED
    reasons = () if is_approval else (Reason(rule=Rule.MODERATOR, outcome=status, code=decision.code),)
    after = become(
        comment,
        status,
        reasons=reasons,
        review=None,
        lease=None,
        decided_at=at,
        decided_by=decision.by.id,
        message=decision.message,
        is_upon_reports=has_cause(comment, ReviewCause.REPORTED),
        report_count=0,
        report_weight=0.0,
        appeal=_appeal_after(comment, status, at),
    )
    action = Step.APPROVED if is_approval else Step.REJECTED
    return _moderators_change(comment, after, action, decision, at)


def undo(
    comment: Comment,
    undone: HistoryEntry,
    earlier: HistoryEntry,
    decision: ModeratorDecision,
    *,
    now: datetime,
) -> Change:
    """Take back the latest decision, if a moderator made it: a new decision, not an erasure.

    The comment gets back the status, the reasons and the open review that it had; the review is as old as it
    was.

    Args:
        comment: The comment as it is.
        undone: The entry of its latest version.
        earlier: The entry of the version before.
        decision: The moderator's wish.
        now: The time.

    Raises:
        ConditionFailed: The comment has moved on since the moderator saw it, or somebody else holds it.
        Invalid: The latest decision is not a moderator's.
    """
    at = timestamp(now)
    _check_is_free(comment, decision, at)
    if undone.action not in UNDOABLE or undone.before is None:
        raise Invalid("action", "has nothing to undo: the latest decision is not a moderator's")
    review, appeal = undone.review, comment.appeal
    causes = review.causes if review else ()
    # What the single reports weighed is not in the record: they count like those of readers nobody knows.
    reports = review.reports if review and ReviewCause.REPORTED in causes else 0
    if appeal and ReviewCause.APPEALED in causes:
        appeal = replace(appeal, outcome=None, decided_at=None)
    after = become(
        comment,
        undone.before,
        reasons=earlier.reasons,
        review=review,
        lease=None,
        decided_at=at,
        decided_by=earlier.by.id,
        message=earlier.message,
        is_upon_reports=earlier.is_upon_reports,
        report_count=reports,
        report_weight=reports * UNKNOWN_REPORTERS_WEIGHT,
        appeal=appeal,
    )
    return _moderators_change(comment, after, Step.UNDONE, decision, at)


def has_cause(comment: Comment, cause: ReviewCause) -> bool:
    """Whether a comment has an open review with this cause."""
    return comment.review is not None and cause in comment.review.causes


def _appeal_after(comment: Comment, status: Status, at: str) -> Appeal | None:
    """The appeal when a moderator has decided: decided if it was open, gone if another rejection follows."""
    appeal = comment.appeal
    if appeal is None:
        return None
    if has_cause(comment, ReviewCause.APPEALED):
        outcome = AppealOutcome.GRANTED if status is Status.PUBLISHED else AppealOutcome.DENIED
        return replace(appeal, outcome=outcome, decided_at=at)
    if status is Status.REJECTED and appeal.outcome is AppealOutcome.GRANTED:
        return None
    return appeal


def awaits_score(comment: Comment) -> bool:
    """Whether a comment is still waiting for a score and nobody has decided about it."""
    return has_cause(comment, ReviewCause.UNSCORED)


def rescored(  # noqa: PLR0913
    comment: Comment,
    outcome: Decision,
    *,
    scores: Mapping[str, float],
    signals: Signals,
    audit: Review | None = None,
    targets: Mapping[Band, int] = DEFAULT_TARGETS,
    model: str | None,
    policy_version: int,
    now: datetime,
) -> Change:
    """What a later score makes of a comment that `awaits_score`.

    What the policy lets through is published and leaves the queue. Anything else stays with the humans it
    was promised to, now with its scores and the rules that fired; so does what waits for another cause too.

    Args:
        comment: The comment as it is.
        outcome: What the policy makes of it.
        scores: The scores.
        signals: What else the policy knew.
        audit: The blind review that a published comment goes to, if it is in the sample.
        targets: Minutes per band within which somebody should look.
        model: Which model gave the scores.
        policy_version: Which policy decided.
        now: The time.
    """
    known = {
        "scores": scores,
        "signals": signals,
        "model": model,
        "policy_version": policy_version,
        "reasons": outcome.reasons,
        "decided_at": timestamp(now),
        "decided_by": "",
    }
    at = timestamp(now)
    before = comment.review
    # What readers reported, or a moderator wants to see, a score does not settle.
    others = tuple(cause for cause in before.causes if cause is not ReviewCause.UNSCORED) if before else ()
    if outcome.status is Status.PUBLISHED and not others:
        after = become(comment, Status.PUBLISHED, review=audit, lease=None, **known)
    else:
        own = outcome.review_causes or (ReviewCause.BORDERLINE,) * (outcome.status is Status.REJECTED)
        review = open_review(
            dict.fromkeys((*own, *others)),
            at=before.opened_at if before else at,
            urgency=outcome.urgency,
            reports=before.reports if before else 0,
            targets=targets,
        )
        after = become(comment, Status.HELD, review=review, **known)
    return Change(comment, after, entry_for(comment, after, Step.RESCORED, by=POLICY_ACTOR, at=at))
