"""Who of the moderators is at work, so that an appeal can go to another than the one who rejected."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from parley.comment import ReviewCause, timestamp
from parley.items import appeal_from_map

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from parley.store import Store

# Who has not asked for anything for so long is not there to decide appeals.
ACTIVE_FOR: Final = timedelta(days=7)
# To the day is precise enough, and an hour costs next to nothing.
NOTED_EVERY: Final = timedelta(hours=1)


class Roster:
    """Notes when moderators are at work; about once an hour for each, whatever they do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[str, datetime] = {}

    def note(self, moderator: str, now: datetime) -> None:
        """Note that a moderator (their `sub`) is at work."""
        if now - self._noted.get(moderator, datetime.min.replace(tzinfo=now.tzinfo)) >= NOTED_EVERY:
            self._store.note_moderator(moderator, timestamp(now))
            self._noted[moderator] = now


def is_own_appeal(row: Mapping[str, Any], moderator: str) -> bool:
    """Whether an item of the queue waits for the decision of an appeal against this moderator's rejection."""
    if ReviewCause.APPEALED not in (row.get("review") or {}).get("causes", ()):
        return False
    return appeal_from_map(row["appeal"]).against == moderator


class Bar:
    """Keeps a moderator from appeals against their own rejections, unless nobody else is there."""

    def __init__(self, store: Store, moderator: str, now: datetime) -> None:
        self._store = store
        self._moderator = moderator
        self._since = timestamp(now - ACTIVE_FOR)
        self._is_alone: bool | None = None

    def keeps_from(self, row: Mapping[str, Any]) -> bool:
        """Whether the moderator may neither take nor decide this; looks for others only if it matters."""
        if not is_own_appeal(row, self._moderator):
            return False
        if self._is_alone is None:
            seen = self._store.moderators_seen()
            self._is_alone = all(at < self._since for sub, at in seen.items() if sub != self._moderator)
        return not self._is_alone
