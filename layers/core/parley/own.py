"""What authors do with comments of their own: edit, remove, appeal. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from parley import audit
from parley.changes import become, entry_for, has_cause
from parley.comment import (
    AUTHOR_ACTOR,
    POLICY_ACTOR,
    Appeal,
    Author,
    Change,
    Reason,
    ReviewCause,
    Rule,
    Status,
    Step,
    timestamp,
)
from parley.errors import NotAppealable, NotEditable
from parley.signals import NONE
from parley.statements import appeal_until, edit_until
from parley.urgency import add_cause

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import Comment
    from parley.judging import Judgement
    from parley.policy import Policy

# An author waits for the answer to an appeal, and the law asks for a timely one.
APPEAL_URGENCY: Final = 60


def check_is_editable(comment: Comment, rules: Policy, now: datetime) -> None:
    """See that a comment can be edited.

    Raises:
        NotEditable: It is rejected or removed, was edited often enough, or the time for it is over.
    """
    if edit_until(comment, rules, now) is None:
        raise NotEditable("This comment cannot be edited any more.")


def edited(comment: Comment, body: str, judged: Judgement, rules: Policy, now: datetime) -> Change:
    """What an edit makes of a comment: decided about again, as if it were new.

    What readers have reported stays reported: rewording it is not for its author to settle. A comment that
    stays in the queue keeps its age there.
    """
    at = timestamp(now)
    decision = judged.decision
    status, reasons = decision.status, decision.reasons
    review = audit.review_for(decision, comment.id, at, rules)
    if review and comment.review and not audit.is_audit(review):
        review = replace(review, opened_at=min(review.opened_at, comment.review.opened_at))
    if has_cause(comment, ReviewCause.REPORTED) and status is not Status.REJECTED:
        assert comment.review is not None  # noqa: S101
        if comment.status is Status.HELD and status is Status.PUBLISHED:
            status = Status.HELD
            reasons = (*reasons, Reason(rule=Rule.REPORTS, outcome=Status.HELD))
        review = add_cause(
            None if review and audit.is_audit(review) else review,
            ReviewCause.REPORTED,
            at=comment.review.opened_at,
            urgency=comment.review.urgency,
            reports=comment.report_count,
            targets=rules.review_targets,
        )
    after = become(
        comment,
        status,
        body=body,
        reasons=reasons,
        scores=judged.scores,
        signals=judged.signals,
        model=judged.model,
        policy_version=rules.version,
        review=review,
        lease=comment.lease if review else None,
        edited_at=at,
        decided_at=at,
        decided_by="",
        message=None,
        is_upon_reports=False,
        revisions=(*comment.revisions, comment.version),
    )
    return Change(comment, after, entry_for(comment, after, Step.EDITED, by=POLICY_ACTOR, at=at))


def removed(comment: Comment, now: datetime) -> Change:
    """What is left when its author removes a comment: its place, for the replies below it."""
    return _emptied(comment, Step.REMOVED, timestamp(now))


def erased(comment: Comment, at: str) -> Change:
    """What is left when its author's data are erased: its place, and nothing that leads to them."""
    made = _emptied(comment, Step.ERASED, at)
    after = replace(made.after, author=Author("", ""), author_sub="", request_hash="")
    return replace(made, after=after)


def _emptied(comment: Comment, step: Step, at: str) -> Change:
    after = become(
        comment,
        Status.REMOVED,
        body="",
        reasons=(),
        scores=None,
        signals=NONE,
        model=None,
        review=None,
        lease=None,
        edited_at=None,
        message=None,
        is_upon_reports=False,
        report_count=0,
        report_weight=0.0,
        appeal=None,
        revisions=(),
    )
    return Change(comment, after, entry_for(comment, after, step, by=AUTHOR_ACTOR, at=at))


def appealed(comment: Comment, text: str | None, rules: Policy, now: datetime) -> Change:
    """What an appeal makes of a rejected comment: it waits for another person, rejected still.

    Raises:
        NotAppealable: It is not rejected, was appealed before, or was rejected too long ago.
    """
    if appeal_until(comment, rules, now) is None:
        raise NotAppealable(
            "This comment cannot be appealed: it is not rejected, was appealed, or it is late."
        )
    at = timestamp(now)
    # An appeal asks for a look by open eyes; what was a blind audit till now becomes that.
    open_review = None if comment.review and audit.is_audit(comment.review) else comment.review
    review = add_cause(
        open_review, ReviewCause.APPEALED, at=at, urgency=APPEAL_URGENCY, targets=rules.review_targets
    )
    appeal = Appeal(text=text, made_at=at, against=comment.decided_by)
    after = become(comment, Status.REJECTED, review=review, appeal=appeal)
    return Change(comment, after, entry_for(comment, after, Step.APPEALED, by=AUTHOR_ACTOR, at=at))
