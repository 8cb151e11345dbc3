"""Requests and answers about the review queue, as the OpenAPI document describes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from parley import comment as comments
from parley.queue import QueueFilter
from parley.schemas import ModeratorsComment, _Answer, _Request

if TYPE_CHECKING:
    from datetime import datetime

# A year; nobody waits longer for a comment.
MAX_WAITING_MIN = 365 * 24 * 60


class WantedOfQueue(_Request):
    """What of the queue is wanted; nothing is left out for what is not given."""

    cause: comments.ReviewCause | None = Field(default=None, strict=False)
    rule: comments.Rule | None = Field(default=None, strict=False)
    label: str | None = None
    article_id: str | None = None
    author_id: str | None = Field(default=None, description="The author's public id")
    waiting_min: int | None = Field(
        default=None, ge=0, le=MAX_WAITING_MIN, description="Waiting for so many minutes or longer"
    )

    def to_filter(self, now: datetime) -> QueueFilter:
        """The filter at a time."""
        return QueueFilter(
            cause=self.cause,
            rule=self.rule,
            label=self.label,
            article_id=self.article_id,
            author_id=self.author_id,
            opened_before=None
            if self.waiting_min is None
            else comments.timestamp(now - timedelta(minutes=self.waiting_min)),
        )


class LeaseRequest(_Request):
    """What to take: the most urgent comments that nobody holds, or these."""

    limit: int = Field(default=1, ge=1, le=50, description="At most this many, most urgent first")
    filter: WantedOfQueue = Field(default_factory=WantedOfQueue, description="Of these only")
    comment_ids: list[str] | None = Field(
        default=None, min_length=1, max_length=50, description="These; `limit` and `filter` do not count then"
    )


class ReviewQueue(_Answer):
    """A page of the review queue.

    With a filter, a page may hold less than `limit`, or nothing, and still have a next one: a request looks
    at a limited number of comments. The queue ends where `next` is null.
    """

    comments: list[ModeratorsComment]
    next: str | None
    scanned: int = Field(description="How many comments of the queue were looked at for this page")


class WaitingCounts(BaseModel):
    """How many comments wait, in all and by cause, by rule that fired and by label; zeroes are left out."""

    total: int
    causes: dict[str, int]
    rules: dict[str, int]
    labels: dict[str, int]


class QueueCountsAnswer(_Answer):
    """Counts of the queue; a moment behind."""

    counts: WaitingCounts
