"""Readers' reports: what they weigh, and what they set going. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from parley.changes import become, entry_for, has_cause
from parley.comment import POLICY_ACTOR, Change, Reason, ReviewCause, Rule, Status, Step, timestamp
from parley.policy import MAX_URGENCY
from parley.urgency import add_cause

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import Comment, RejectionCode
    from parley.policy import Policy


class ReportOutcome(StrEnum):
    """What a moderator's decision says about a report."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """That a reader thinks a comment should not be there.

    Attributes:
        comment_id: The comment.
        reporter: The reader's `sub`.
        reason: Why, as a code.
        note: Why, in their words.
        at: When, ISO 8601 UTC.
        weight: What it weighed then, 0 to 1.
        outcome: Whether the moderators agreed; None while nobody has decided.
    """

    comment_id: str
    reporter: str
    reason: RejectionCode
    note: str | None
    at: str
    weight: float
    outcome: ReportOutcome | None = None


def reported(comment: Comment, weight: float, rules: Policy, now: datetime) -> Change:
    """What one more report makes of a published comment.

    The first threshold opens a review, the second holds the comment until somebody has looked. Below them,
    and between them, only the weight grows: that makes no new version.
    """
    at = timestamp(now)
    count, total = comment.report_count + 1, round(comment.report_weight + weight, 4)
    is_reviewed = has_cause(comment, ReviewCause.REPORTED)
    is_to_hold = total >= rules.report_hold_at and comment.status is Status.PUBLISHED
    weighed = replace(comment, report_count=count, report_weight=total)
    if is_reviewed or is_to_hold or total >= rules.report_review_at:
        severity = round(MAX_URGENCY * max((comment.scores or {}).values(), default=0.0))
        review = add_cause(
            comment.review,
            ReviewCause.REPORTED,
            at=at,
            urgency=severity,
            reports=count,
            targets=rules.review_targets,
        )
        weighed = replace(weighed, review=review)
    if is_to_hold:
        reason = Reason(rule=Rule.REPORTS, outcome=Status.HELD)
        after = become(
            weighed,
            Status.HELD,
            reasons=(*comment.reasons, reason),
            decided_at=at,
            decided_by="",
            message=None,
            is_upon_reports=True,
        )
    elif not is_reviewed and weighed.review is not comment.review:
        after = become(weighed, comment.status)
    else:
        after = weighed
    return Change(comment, after, entry_for(comment, after, Step.REPORTED, by=POLICY_ACTOR, at=at))


def outcome_of(comment: Comment) -> ReportOutcome | None:
    """What the latest decision about a comment says about the reports before it; None if there is none."""
    if has_cause(comment, ReviewCause.REPORTED):
        return None
    if comment.status is Status.REJECTED:
        return ReportOutcome.RIGHT
    return ReportOutcome.WRONG if comment.status is Status.PUBLISHED else None
