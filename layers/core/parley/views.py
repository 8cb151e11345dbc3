"""What each reader of a comment gets to see. Pure; one function a reader."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from parley import audit, statements, urgency
from parley import comment as comments
from parley.author_items import restriction_to_map, warning_to_map
from parley.items import (
    comment_from_item,
    comment_to_item,
    entry_to_item,
    policy_to_item,
    reason_to_map,
    review_from_map,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from parley.author import AuthorRecord
    from parley.comment import Comment, Decision, HistoryEntry
    from parley.policy import Policy, SavedPolicy
    from parley.report import Report
    from parley.statements import Statement

View = dict[str, Any]

PUBLIC: Final = (
    "id",
    "article_id",
    "parent_id",
    "author",
    "body",
    "status",
    "version",
    "created_at",
    "edited_at",
    "reply_count",
)
_MODERATORS_EXTRA: Final = ("reasons", "scores", "model", "policy_version", "decided_at", "message")
_HISTORY: Final = (
    "version",
    "action",
    "at",
    "before",
    "after",
    "reasons",
    "scores",
    "model",
    "policy_version",
    "note",
    "message",
)
# The place of a removed comment, for the replies below it.
_REMOVED: Final[View] = {"body": "", "author": {"id": "", "name": ""}, "edited_at": None}
_APPEAL: Final = ("text", "made_at", "outcome", "decided_at")
# What the policy made of a comment, and what gives it away: only published comments have replies.
_UNSEEN: Final[View] = {
    "status": None,
    "scores": None,
    "model": None,
    "reasons": [],
    "reply_count": 0,
    "report_count": 0,
    "report_weight": 0,
}
# Who holds a comment and until when; the holder's subject stays inside.
_LEASE: Final = ("id", "name", "expires_at")
# An author learns which rule fired, not how close the score was: a statement of reasons, not a tuning aid.
_AUTHORS_REASON: Final = ("rule", "label", "code")


def public(item: Mapping[str, Any]) -> View:
    """A comment as everybody sees it, from its item in the `pages` index."""
    shown = {name: item.get(name) for name in PUBLIC}
    return {**shown, **_REMOVED} if item["status"] == comments.Status.REMOVED else shown


def for_author(item: Mapping[str, Any], rules: Policy, now: datetime) -> View:
    """A comment as its author sees it, with what they can do about it under these rules."""
    comment = comment_from_item(item)
    reasoned, appeal = statements.statement(comment, rules, now), item.get("appeal")
    reasons = [
        {name: reason[name] for name in _AUTHORS_REASON if name in reason} for reason in item["reasons"]
    ]
    decided = appeal and appeal.get("outcome")
    return {
        **public(item),
        "reasons": reasons,
        "message": comment.message,
        "statement": statement(reasoned) if reasoned else None,
        "appeal": {**_appeal(appeal), "message": comment.message if decided else None} if appeal else None,
        "edit_until": statements.edit_until(comment, rules, now),
    }


def preview(decision: Decision) -> View:
    """What would become of a text, as its author sees it."""
    reasons = [reason_to_map(reason) for reason in decision.reasons]
    shown = [{name: reason[name] for name in _AUTHORS_REASON if name in reason} for reason in reasons]
    return {"status": decision.status, "reasons": shown}


def author(record: AuthorRecord, rules: Policy, now: datetime) -> View:
    """An author's standing as they and the moderators see it."""
    at = comments.timestamp(now)
    restriction = record.restriction_at(at)
    return {
        "id": record.id,
        "name": record.name,
        "standing": record.standing(at, first_comments=rules.first_comments),
        "restriction": restriction_to_map(restriction) if restriction else None,
        "warning": warning_to_map(record.warning) if record.warning else None,
        "counts": {status: max(0, record.counts.get(status, 0)) for status in comments.Status},
    }


def report_for_reader(report: Report) -> View:
    """A report as the reader sees it who made it."""
    return {"comment_id": report.comment_id, "reason": report.reason, "at": report.at}


def statement(reasoned: Statement) -> View:
    """A statement of reasons."""
    return {"restriction": statements.RESTRICTION, "scope": statements.SCOPE, **asdict(reasoned)}


def _appeal(found: Mapping[str, Any]) -> View:
    return {name: found.get(name) for name in _APPEAL}


def for_moderator(item: Mapping[str, Any]) -> View:
    """A comment as moderators see it, from its item in the table or the `queue` index.

    One in the audit sample is shown blind: without what the policy made of it, until somebody has decided.
    """
    lease = item.get("lease")
    shown = {
        **public(item),
        **{name: item.get(name) for name in _MODERATORS_EXTRA},
        "review": _review(item["review"]) if item.get("review") else None,
        "lease": {name: lease[name] for name in _LEASE} if lease else None,
        "is_blind": audit.is_blind(item),
        "report_count": item.get("report_count") or 0,
        "report_weight": item.get("report_weight") or 0,
        "appeal": _appeal(item["appeal"]) if item.get("appeal") else None,
        "revision_count": len(item.get("revisions") or ()),
    }
    return {**shown, **_UNSEEN} if shown["is_blind"] else shown


def _review(found: Mapping[str, Any]) -> View:
    review = review_from_map(found)
    is_blind = comments.ReviewCause.AUDIT in review.causes
    return {
        "causes": list(review.causes),
        "opened_at": review.opened_at,
        "urgency": None if is_blind else review.urgency,
        "band": urgency.band(review.urgency, review.reports),
        "due_at": urgency.due_at(review),
        "reports": None if is_blind else review.reports,
    }


def history(comment: Comment, entries: Iterable[HistoryEntry]) -> list[View]:
    """A comment's history as moderators see it; none while they are to judge for themselves."""
    is_blind = audit.is_blind(comment_to_item(comment))
    return [] if is_blind else [history_entry(entry) for entry in entries]


def history_entry(entry: HistoryEntry) -> View:
    """A decision as moderators see it; the decider's subject stays inside."""
    item = entry_to_item(entry)
    return {
        **{name: item.get(name) for name in _HISTORY},
        "by": {"kind": entry.by.kind, "name": entry.by.name},
        "review": _review(item["review"]) if item["review"] else None,
    }


def policy(saved: SavedPolicy) -> View:
    """A version of the policy as moderators see and send it."""
    return policy_to_item(saved)


def comment_for_author(comment: Comment, rules: Policy, now: datetime) -> View:
    """A comment as its author sees it, with what they can do about it under these rules."""
    return for_author(comment_to_item(comment), rules, now)


def comment_for_moderator(comment: Comment) -> View:
    """A comment as moderators see it."""
    return for_moderator(comment_to_item(comment))
