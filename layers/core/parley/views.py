"""What each reader of a comment gets to see. Pure; one function a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import audit, urgency
from parley import comment as comments
from parley.items import comment_to_item, entry_to_item, policy_to_item, review_from_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parley.comment import Comment, HistoryEntry
    from parley.policy import SavedPolicy

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
_MODERATORS_EXTRA: Final = ("reasons", "scores", "model", "policy_version")
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
)
# What the policy made of a comment, and what gives it away: only published comments have replies.
_UNSEEN: Final[View] = {"status": None, "scores": None, "model": None, "reasons": [], "reply_count": 0}
# Who holds a comment and until when; the holder's subject stays inside.
_LEASE: Final = ("id", "name", "expires_at")
# An author learns which rule fired, not how close the score was: a statement of reasons, not a tuning aid.
_AUTHORS_REASON: Final = ("rule", "label", "code")


def public(item: Mapping[str, Any]) -> View:
    """A comment as everybody sees it, from its item in the `pages` index."""
    return {name: item.get(name) for name in PUBLIC}


def for_author(item: Mapping[str, Any]) -> View:
    """A comment as its author sees it."""
    reasons = [
        {name: reason[name] for name in _AUTHORS_REASON if name in reason} for reason in item["reasons"]
    ]
    return {**public(item), "reasons": reasons}


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


def comment_for_author(comment: Comment) -> View:
    """A comment as its author sees it."""
    return for_author(comment_to_item(comment))


def comment_for_moderator(comment: Comment) -> View:
    """A comment as moderators see it."""
    return for_moderator(comment_to_item(comment))
