"""From a table's stream to counts and follow-up work. Pure.

Each version of a comment passes the stream at least once; a version is what is counted, so that a record
that comes again counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parley.comment import ReviewCause, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Counted:
    """That a version of a comment made it appear (+1) or disappear (-1)."""

    comment_id: str
    version: int
    article_id: str
    parent_id: str | None
    delta: int


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
    if delta == 0 or image is None:
        return None
    # A deletion is a version of its own: one more than the last that was seen.
    version = image["version"] if new else image["version"] + 1
    return Counted(image["id"], version, image["article_id"], image.get("parent_id"), delta)


def needs_rescoring(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a record of the stream shows a comment newly held because it could not be scored."""

    def is_unscored(image: Mapping[str, Any] | None) -> bool:
        return image is not None and ReviewCause.UNSCORED in image.get("review", {}).get("causes", ())

    return is_unscored(new) and not is_unscored(old)
