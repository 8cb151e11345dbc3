"""What happens when a moderator looks at an author, and imposes something on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley import comment as comments
from parley import keys
from parley.errors import AuthorConflict, ConditionFailed, Invalid, NotFound
from parley.job import Job, JobKind
from parley.sanction import Sanction, SanctionAction, checked_until, sanctioned

if TYPE_CHECKING:
    from datetime import datetime

    from parley.author import AuthorRecord
    from parley.comment import Actor, RejectionCode
    from parley.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a moderator wants to impose, on the `version` of the author that they saw.

    Attributes:
        action: What.
        version: The author's version as seen.
        reason: Why, as a code; needed for everything but lifting.
        message: Why, in words to the author.
        note: For colleagues.
        until: When it is to end, as it came.
        is_open_rejected: Whether all comments of theirs that wait in the queue are to be rejected.
    """

    action: SanctionAction
    version: int
    reason: RejectionCode | None = None
    message: str | None = None
    note: str | None = None
    until: str | None = None
    is_open_rejected: bool = False


def author(store: Store, author_id: str) -> AuthorRecord:
    """The author whose public id this is.

    Raises:
        NotFound: Nobody has it, or they are being erased.
    """
    found = store.author_of(author_id)
    if found is None:
        raise NotFound("There is no such author.")
    return found


def impose(  # noqa: PLR0913
    store: Store, author_id: str, wish: Wish, *, by: Actor, salt: str, now: datetime
) -> tuple[AuthorRecord, Job | None]:
    """Impose something on an author, exactly once, and order the job that belongs to it.

    Returns:
        The author as they are then, and the job.

    Raises:
        NotFound: There is no such author.
        Invalid: What is wished makes no sense; it names the field.
        AuthorConflict: Somebody was first.
    """
    if wish.action is not SanctionAction.LIFT and wish.reason is None:
        raise Invalid("reason", "is required for everything but lifting")
    if wish.is_open_rejected and wish.action is not SanctionAction.BAN:
        raise Invalid("reject_open", "goes with a ban only")
    until = checked_until(wish.action, wish.until, now)
    before = author(store, author_id)
    if wish.version != before.version:
        _raise_conflict(store, before, wish.version)
    at = comments.timestamp(now)
    job = None
    if wish.is_open_rejected:
        job = Job(
            id=keys.job_id(salt, "reject", before.sub, str(before.version + 1)),
            kind=JobKind.REJECT_OPEN,
            author_sub=before.sub,
            author_id=before.id,
            started_at=at,
            by_id=by.id,
            by_name=by.name,
            reason=wish.reason,
            message=wish.message,
        )
    sanction = Sanction(
        version=before.version + 1,
        action=wish.action,
        reason=wish.reason,
        message=wish.message,
        note=wish.note,
        until=until,
        at=at,
        by_id=by.id,
        by_name=by.name,
        job=job.id if job else None,
    )
    after = sanctioned(before, sanction)
    try:
        store.impose(before, after, sanction, job)
    except ConditionFailed as failed:
        latest = store.author_of(author_id)
        if latest is None:
            raise NotFound("There is no such author.") from failed
        _raise_conflict(store, latest, wish.version)
    return after, job


def _raise_conflict(store: Store, found: AuthorRecord, seen: int) -> None:
    if seen > found.version:
        raise Invalid("version", f"is not a version of the author, which is at {found.version}")
    latest = store.sanctions(found)
    if not latest:
        # The one change that leaves no record: they want their data erased.
        raise NotFound("There is no such author.")
    raise AuthorConflict(found.version, latest[0].by_name, latest[0].at)
