"""What moderators impose on an author, and what it does. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parley.author import AuthorRecord, Restriction, RestrictionKind, Warned
from parley.comment import timestamp
from parley.errors import Invalid
from parley.times import checked_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parley.comment import RejectionCode


class SanctionAction(StrEnum):
    """What can be imposed, and its end."""

    WARN = "warn"
    PREMODERATE = "premoderate"
    SUSPEND = "suspend"
    BAN = "ban"
    LIFT = "lift"


RESTRICTIONS: Final[Mapping[SanctionAction, RestrictionKind]] = {
    SanctionAction.PREMODERATE: RestrictionKind.PREMODERATED,
    SanctionAction.SUSPEND: RestrictionKind.SUSPENDED,
    SanctionAction.BAN: RestrictionKind.BANNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """One act of a moderator about an author.

    Attributes:
        version: The author's version that it made.
        action: What.
        reason: Why, as a code; none for lifting.
        message: Why, in words to the author.
        note: For colleagues.
        until: When it ends, ISO 8601 UTC; None for good.
        at: When it was imposed.
        by_id: The moderator's `sub`,
        by_name: and display name.
        job: The job that it started.
    """

    version: int
    action: SanctionAction
    reason: RejectionCode | None
    message: str | None
    note: str | None
    until: str | None
    at: str
    by_id: str
    by_name: str
    job: str | None = None


def checked_until(action: SanctionAction, until: str | None, now: datetime) -> str | None:
    """The end of a restriction as it is stored.

    Raises:
        Invalid: It is needed and missing, makes no sense, or is past.
    """
    if until is None:
        if action is SanctionAction.SUSPEND:
            raise Invalid("until", "is required for suspending")
        return None
    if action not in RESTRICTIONS:
        raise Invalid("until", "is for restrictions only")
    end = checked_time("until", until)
    if end <= timestamp(now):
        raise Invalid("until", "has passed")
    return end


def sanctioned(author: AuthorRecord, sanction: Sanction) -> AuthorRecord:
    """The author after a sanction. Restrictions replace one another; a warning leaves them as they are.

    Raises:
        Invalid: There is nothing to lift.
    """
    after = replace(author, version=sanction.version)
    if sanction.action is SanctionAction.LIFT:
        if author.restriction_at(sanction.at) is None:
            raise Invalid("action", "there is no restriction to lift")
        return replace(after, restriction=None)
    assert sanction.reason is not None  # noqa: S101  # only lifting goes without
    if sanction.action is SanctionAction.WARN:
        return replace(after, warning=Warned(sanction.reason, sanction.message, sanction.at))
    kind = RESTRICTIONS[sanction.action]
    return replace(
        after,
        restriction=Restriction(kind, sanction.reason, sanction.message, sanction.at, sanction.until),
    )
