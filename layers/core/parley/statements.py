"""The statement of reasons that goes with a rejection, and what its author can still do. Pure.

After Article 17(3) of the EU's Digital Services Act: what was decided, on which facts, whether automated
means were used, the legal or contractual ground, and the possibilities for redress.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parley.comment import AppealOutcome, RejectionCode, Rule, Status, timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parley.comment import Comment, Reason
    from parley.policy import Policy

# What the site does with a rejected comment, and where.
RESTRICTION: Final = "not_published"
SCOPE: Final = "this site"
MAX_EDITS: Final = 20


class Ground(StrEnum):
    """On which ground something was rejected."""

    LAW = "law"
    TERMS = "terms"


class Source(StrEnum):
    """What made the site look at it."""

    OWN_INITIATIVE = "own_initiative"
    REPORTS = "reports"


class Redress(StrEnum):
    """What an author can do against it."""

    APPEAL = "appeal"
    OUT_OF_COURT = "out_of_court"
    COURT = "court"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Why a comment was rejected.

    Attributes:
        decided_at: When.
        ground: Law or the site's terms.
        code: The moderator's reason.
        rules: Which rules rejected.
        source: What made the site look at it.
        automated_detection: Whether a rule or the model found it.
        automated_decision: Whether no person decided.
        explanation: What the moderator says.
        redress: What its author can do.
        appeal_until: Until when they can appeal; None if they cannot.
    """

    decided_at: str
    ground: Ground
    code: RejectionCode | None
    rules: tuple[Rule, ...]
    source: Source
    automated_detection: bool
    automated_decision: bool
    explanation: str | None
    redress: tuple[Redress, ...]
    appeal_until: str | None


def grounds(reasons: Sequence[Reason]) -> tuple[Ground, RejectionCode | None, tuple[Rule, ...]]:
    """The ground, the moderator's code and the rules of a rejection."""
    deciding = [reason for reason in reasons if reason.outcome is Status.REJECTED]
    code = next((reason.code for reason in deciding if reason.code), None)
    rules = tuple(dict.fromkeys(reason.rule for reason in deciding))
    return (Ground.LAW if code is RejectionCode.ILLEGAL else Ground.TERMS), code, rules


def statement(comment: Comment, rules: Policy, now: datetime) -> Statement | None:
    """The statement of reasons for a comment; None if it is not rejected."""
    if comment.status is not Status.REJECTED:
        return None
    ground, code, fired = grounds(comment.reasons)
    until = appeal_until(comment, rules, now)
    is_automated = Rule.MODERATOR not in fired
    return Statement(
        decided_at=comment.decided_at or comment.created_at,
        ground=ground,
        code=code,
        rules=fired,
        source=Source.REPORTS if comment.is_upon_reports else Source.OWN_INITIATIVE,
        automated_detection=is_automated or not comment.is_upon_reports,
        automated_decision=is_automated,
        explanation=comment.message,
        redress=((Redress.APPEAL,) if until else ()) + (Redress.OUT_OF_COURT, Redress.COURT),
        appeal_until=until,
    )


def appeal_until(comment: Comment, rules: Policy, now: datetime) -> str | None:
    """Until when a rejection can be appealed; None if it cannot, or not any more."""
    is_new_rejection = comment.appeal is not None and comment.appeal.outcome is AppealOutcome.GRANTED
    if comment.status is not Status.REJECTED or (comment.appeal and not is_new_rejection):
        return None
    decided_at = datetime.fromisoformat(comment.decided_at or comment.created_at)
    return _if_ahead(decided_at + timedelta(days=rules.appeal_days), now)


def edit_until(comment: Comment, rules: Policy, now: datetime) -> str | None:
    """Until when a comment can be edited; None if it cannot, or not any more."""
    is_editable = comment.status in (Status.PUBLISHED, Status.HELD) and len(comment.revisions) < MAX_EDITS
    if not is_editable:
        return None
    return _if_ahead(datetime.fromisoformat(comment.created_at) + timedelta(minutes=rules.edit_minutes), now)


def _if_ahead(end: datetime, now: datetime) -> str | None:
    return timestamp(end) if end > now else None
