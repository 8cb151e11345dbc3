"""Work that takes longer than a request: rejecting what an author has in the queue, erasing an author's data.

A job is an item. Whoever orders it writes the item together with what it belongs to; the stream's consumer
sees it and sends the worker a message; the worker writes how far it has come, which the consumer sees again.
So a job goes on whatever is lost on the way. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.comment import RejectionCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.items import Item

# For so long a finished job can be looked at.
LIFETIME_S: Final = 90 * 24 * 3600


class JobKind(StrEnum):
    """What a job does."""

    REJECT_OPEN = "reject_open"
    ERASE = "erase"


class JobState(StrEnum):
    """Whether a job goes on."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job and what it has done.

    Attributes:
        id: Which.
        kind: What it does.
        author_sub: The `sub` of the author it is about,
        author_id: and their public id.
        started_at: When it was ordered, ISO 8601 UTC.
        state: Whether it goes on.
        step: How often it has been continued; each step is one message to the worker.
        position: Where in the author's comments it goes on.
        done: How many comments it has rejected or erased.
        left: How many it has left to the moderators who hold them.
        finished_at: When it was done.
        by_id: The `sub` of the moderator who ordered it,
        by_name: and their display name.
        reason: Why the comments are rejected.
        message: What their author is told.
    """

    id: str
    kind: JobKind
    author_sub: str
    author_id: str
    started_at: str
    state: JobState = JobState.RUNNING
    step: int = 0
    position: str | None = None
    done: int = 0
    left: int = 0
    finished_at: str | None = None
    by_id: str = ""
    by_name: str = ""
    reason: RejectionCode | None = None
    message: str | None = None


def job_to_item(job: Job) -> Item:
    """The job's item."""
    return {
        **keys.job_key(job.id),
        "id": job.id,
        "kind": job.kind,
        "author_sub": job.author_sub,
        "author_id": job.author_id,
        "started_at": job.started_at,
        "state": job.state,
        "step": job.step,
        "position": job.position,
        "done": job.done,
        "left": job.left,
        "finished_at": job.finished_at,
        "by": {"id": job.by_id, "name": job.by_name},
        "reason": job.reason,
        "message": job.message,
    }


def job_from_item(item: Mapping[str, Any]) -> Job:
    """The job of an item."""
    return Job(
        id=item["id"],
        kind=JobKind(item["kind"]),
        author_sub=item["author_sub"],
        author_id=item["author_id"],
        started_at=item["started_at"],
        state=JobState(item["state"]),
        step=item["step"],
        position=item.get("position"),
        done=item["done"],
        left=item["left"],
        finished_at=item.get("finished_at"),
        by_id=item["by"]["id"],
        by_name=item["by"]["name"],
        reason=RejectionCode(item["reason"]) if "reason" in item else None,
        message=item.get("message"),
    )


def is_to_be_done(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    """Whether a record of the stream shows a job that the worker has not been told of."""
    if new is None or new["state"] != JobState.RUNNING:
        return False
    return old is None or old["step"] != new["step"]
