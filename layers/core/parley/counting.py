"""From a table's stream to counts and follow-up work. Pure.

Each version of a comment passes the stream at least once; a version is what is counted, so that a record
that comes again counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parley.comment import ReviewCause, Status
from parley.queue import changed_facets

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Counted:
    """What a version of a comment means for the counts.

    Attributes:
        comment_id: The comment.
        version: Its version.
        article_id: Its article.
        parent_id: The comment that it replies to.
        delta: Whether it was published (+1) or ceased to be (-1); 0 for neither.
        queue: What it adds to the counts of the review queue, by `queue.facets`.
        replies: Whether its thread shows one more (+1) or one less (-1): published, or kept for its replies.
        written_at: When the comment was submitted.
    """

    comment_id: str
    version: int
    article_id: str
    parent_id: str | None
    delta: int
    queue: Mapping[str, int] = field(default_factory=dict)
    replies: int = 0
    written_at: str = ""


def _is_published(image: Mapping[str, Any] | None) -> bool:
    return image is not None and image["status"] == Status.PUBLISHED


def counted(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Counted | None:
    """What a record of the stream means for the counts; None when it means nothing.

    Args:
        old: The comment's plain item before, None when it is new.
        new: The item after, None when it was deleted.
    """
    image = new or old
    if image is None or (old and new and old["version"] == new["version"]):
        return None
    delta = int(_is_published(new)) - int(_is_published(old))
    replies = int(_is_shown(new)) - int(_is_shown(old))
    waiting = changed_facets(old, new)
    if not (delta or replies or waiting):
        return None
    # A deletion is a version of its own: one more than the last that was seen.
    version = image["version"] if new else image["version"] + 1
    return Counted(
        image["id"],
        version,
        image["article_id"],
        image.get("parent_id"),
        delta,
        waiting,
        replies,
        image["created_at"],
    )


def _is_shown(image: Mapping[str, Any] | None) -> bool:
    return image is not None and "pages_pk" in image


def place_is_wrong(new: Mapping[str, Any] | None) -> bool:
    """Whether a removed comment is on its page without replies to keep it, or has replies but is not."""
    if new is None or new["status"] != Status.REMOVED:
        return False
    has_replies: bool = new["reply_count"] > 0
    return _is_shown(new) != has_replies


def closes_reports(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a record of the stream shows that readers' reports have been decided about."""
    if new is None or new["status"] not in (Status.PUBLISHED, Status.REJECTED):
        return False
    return _has_cause(old, ReviewCause.REPORTED) and not _has_cause(new, ReviewCause.REPORTED)


def _has_cause(image: Mapping[str, Any] | None, cause: ReviewCause) -> bool:
    return image is not None and cause in (image.get("review") or {}).get("causes", ())


def needs_rescoring(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a record of the stream shows a text that is held because it could not be scored."""
    if new is None or not _has_cause(new, ReviewCause.UNSCORED):
        return False
    # A message about an earlier text may be at work just now, and would find that it has come too late.
    return old is None or not _has_cause(old, ReviewCause.UNSCORED) or old["body"] != new["body"]
