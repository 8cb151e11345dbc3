"""An article as far as comments go: whether it takes any. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from parley.comment import timestamp
from parley.errors import ArticleClosed
from parley.times import checked_time


class ArticleState(StrEnum):
    """What moderators have set for an article."""

    OPEN = "open"
    CLOSED = "closed"
    PREMODERATED = "premoderated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article; one that nobody has set anything for is open.

    Attributes:
        id: The site's own id.
        state: What moderators have set.
        closes_at: When it closes by itself, ISO 8601 UTC; None for never.
        first_at: When the first of its published comments was written; None before.
        comment_count: How many published comments it has.
        changed_at: When somebody last set something.
        changed_by: Who, by display name.
    """

    id: str
    state: ArticleState = ArticleState.OPEN
    closes_at: str | None = None
    first_at: str | None = None
    comment_count: int = 0
    changed_at: str | None = None
    changed_by: str | None = None

    @property
    def is_premoderated(self) -> bool:
        """Whether every comment waits for a person."""
        return self.state is ArticleState.PREMODERATED

    def is_open(self, now: datetime, *, close_after_days: int) -> bool:
        """Whether it takes comments: not closed, neither by a moderator nor by the time."""
        at = timestamp(now)
        if self.state is ArticleState.CLOSED or (self.closes_at is not None and self.closes_at <= at):
            return False
        if not close_after_days or self.first_at is None:
            return True
        return self.first_at > timestamp(now - timedelta(days=close_after_days))


def checked_closing(closes_at: str | None) -> str | None:
    """When an article is to close by itself, as it is stored. It may have passed: then it is closed.

    Raises:
        Invalid: It is no time.
    """
    return checked_time("closes_at", closes_at) if closes_at else None


def check_is_open(article: Article, now: datetime, *, close_after_days: int) -> None:
    """See that an article takes comments.

    Raises:
        ArticleClosed: It does not.
    """
    if not article.is_open(now, close_after_days=close_after_days):
        raise ArticleClosed("This article takes no more comments.")
