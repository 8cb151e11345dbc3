"""A moderator's time-limited hold on queued comments. Pure.

A lease keeps two moderators from looking at the same comment. It lapses by itself, so whatever a closed
browser held comes back to the queue without anybody's doing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DURATION: Final = timedelta(minutes=5)
MAX_COMMENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Lease:
    """A hold on one comment; several comments taken together share its id.

    Attributes:
        id: Which lease.
        moderator: The holder's `sub`.
        name: The holder's display name.
        expires_at: Until when, ISO 8601 UTC with milliseconds.
    """

    id: str
    moderator: str
    name: str
    expires_at: str

    def is_active(self, at: str) -> bool:
        """Whether it still holds at a time."""
        return self.expires_at > at

    def keeps_out(self, moderator: str, at: str) -> bool:
        """Whether it keeps this moderator from deciding at a time: somebody else's, and still active."""
        return self.is_active(at) and self.moderator != moderator


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """What a lease was given for; which comments it still holds, the comments know themselves.

    Attributes:
        id: Which lease.
        moderator: The holder's `sub`.
        comment_ids: The comments taken with it.
    """

    id: str
    moderator: str
    comment_ids: tuple[str, ...]


def end_of(now: datetime) -> datetime:
    """When a lease that is taken or extended now lapses."""
    return now + DURATION
