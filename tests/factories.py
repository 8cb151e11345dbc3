"""Ready-made domain objects for tests; every field can be given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from parley import keys
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Author,
    Comment,
    ModeratorDecision,
    RejectionCode,
    Review,
    ReviewCause,
    Status,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SALT = "salt"
COMMENT_ID = keys.comment_id(SALT, "ann", "key-1")


def comment(**given: Any) -> Comment:
    """A published comment by Ann, unless told otherwise."""
    fields: dict[str, Any] = {
        "id": COMMENT_ID,
        "article_id": "a-1",
        "parent_id": None,
        "depth": 0,
        "author": Author(keys.author_id(SALT, "ann"), "Ann"),
        "author_sub": "ann",
        "body": "Good morning.",
        "status": Status.PUBLISHED,
        "reasons": (),
        "scores": {"toxicity": 0.01},
        "model": "model-1",
        "policy_version": 0,
        "review": None,
        "version": 1,
        "created_at": "2026-11-23T12:00:00.000Z",
        "edited_at": None,
        "reply_count": 0,
        "request_hash": "hash",
    }
    return Comment(**(fields | given))


def held(cause: ReviewCause = ReviewCause.BORDERLINE, **given: Any) -> Comment:
    """A comment that waits for a person."""
    review = Review((cause,), "2026-11-23T12:00:00.000Z", 50)
    scores = None if cause is ReviewCause.UNSCORED else {"toxicity": 0.6}
    return comment(**({"status": Status.HELD, "review": review, "scores": scores} | given))


def approval(version: int = 1, *, moderator: str = "mo", request: str | None = None) -> ModeratorDecision:
    """A moderator's wish to publish."""
    by = Actor(ActorKind.MODERATOR, moderator, moderator.title())
    return ModeratorDecision(action=Action.APPROVE, version=version, by=by, request=request)


def rejection(version: int = 1, *, moderator: str = "mo", request: str | None = None) -> ModeratorDecision:
    """A moderator's wish to reject."""
    by = Actor(ActorKind.MODERATOR, moderator, moderator.title())
    code = RejectionCode.ABUSIVE
    return ModeratorDecision(action=Action.REJECT, version=version, by=by, code=code, request=request)
