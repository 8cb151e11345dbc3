"""What each reader of a comment gets to see. Pure; one function a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley.items import comment_to_item, entry_to_item, policy_to_item

if TYPE_CHECKING:
    from collections.abc import Mapping

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
_MODERATORS_EXTRA: Final = ("reasons", "scores", "model", "policy_version", "review")
_HISTORY: Final = ("version", "at", "before", "after", "reasons", "scores", "model", "policy_version", "note")
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
    """A comment as moderators see it, from its item in the table or the `queue` index."""
    lease = item.get("lease")
    shown = {name: lease[name] for name in _LEASE} if lease else None
    return {**public(item), **{name: item.get(name) for name in _MODERATORS_EXTRA}, "lease": shown}


def history_entry(entry: HistoryEntry) -> View:
    """A decision as moderators see it; the decider's subject stays inside."""
    item = entry_to_item(entry)
    shown = {name: item.get(name) for name in _HISTORY}
    return {**shown, "by": {"kind": entry.by.kind, "name": entry.by.name}}


def policy(saved: SavedPolicy) -> View:
    """A version of the policy as moderators see and send it."""
    return policy_to_item(saved)


def comment_for_author(comment: Comment) -> View:
    """A comment as its author sees it."""
    return for_author(comment_to_item(comment))


def comment_for_moderator(comment: Comment) -> View:
    """A comment as moderators see it."""
    return for_moderator(comment_to_item(comment))
