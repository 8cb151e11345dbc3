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
        delta: Whether it appeared (+1) or disappeared (-1) for readers; 0 for neither.
        queue: What it adds to the counts of the review queue, by `queue.facets`.
    """

    comment_id: str
    version: int
    article_id: str
    parent_id: str | None
    delta: int
    queue: Mapping[str, int] = field(default_factory=dict)


def _is_published(image: Mapping[str, Any] | None) -> bool:
    return image is not None and image["status"] == Status.PUBLISHED


def counted(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Counted | None:
    """What a record of the stream means for the counts; None when it means nothing.

    Args:
        old: The comment's plain item before, None when it is new.
        new: The item after, None when it was deleted.
    """
    delta = int(_is_published(new)) - int(_is_published(old))
    image = new or old
    waiting = changed_facets(old, new)
    if image is None or not (delta or waiting):
        return None
    # A deletion is a version of its own: one more than the last that was seen.
    version = image["version"] if new else image["version"] + 1
    return Counted(image["id"], version, image["article_id"], image.get("parent_id"), delta, waiting)


def needs_rescoring(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a record of the stream shows a comment newly held because it could not be scored."""

    def is_unscored(image: Mapping[str, Any] | None) -> bool:
        return image is not None and ReviewCause.UNSCORED in image.get("review", {}).get("causes", ())

    return is_unscored(new) and not is_unscored(old)
