"""The `decisions` index: history entries of all comments, by time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from parley import keys
from parley.merge import merged
from parley.store.table import Page, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parley.items import Item
    from parley.merge import Place, Stretch

# About half of what one Query can answer with.
_MOST_AT_ONCE: Final = 1000
_SPARE_ROWS: Final = 10
# Each day takes a round trip, even one without decisions: a page looks at no more of them than this.
_MOST_DAYS: Final = 366


class Decisions(Table):
    """Reads of the history across comments."""

    def decisions(
        self, start: str, end: str, *, limit: int, after: str | None = None, is_ascending: bool = True
    ) -> Page:
        """Up to `limit` history entries from `start` to `end`, in the order of time.

        A page ends after a year of looking: it may hold less than `limit`, or nothing, and still go on.

        Args:
            start: The earliest time, ISO 8601 UTC.
            end: The time before which they were made.
            limit: At most so many.
            after: The position to go on from.
            is_ascending: Whether the earliest come first.
        """
        days = _days(start, end, after, is_ascending=is_ascending)
        # The day on which the next page begins, or behind whose beginning it goes on downwards.
        stop = days[_MOST_DAYS - (not is_ascending)] if len(days) > _MOST_DAYS else None
        if stop:
            start, end = (start, stop) if is_ascending else (stop, end)
        rows = self.decision_rows(start, end, after=after, is_ascending=is_ascending, expected=limit + 1)
        found = list(islice(rows, limit + 1))
        items = found[:limit]
        return Page(items, items[-1]["decisions_sk"] if len(found) > limit else stop)

    def decision_rows(
        self, start: str, end: str, *, after: str | None = None, is_ascending: bool = True, expected: int
    ) -> Iterator[Item]:
        """All history entries from `start` to `end`, in the order of time; read as they are taken.

        Args:
            start: The earliest time, ISO 8601 UTC.
            end: The time before which they were made.
            after: A position; None for the beginning.
            is_ascending: Whether the earliest come first.
            expected: How many will probably be taken.
        """
        # A time is the beginning of every sort key of its millisecond, so it lies before them all.
        behind = after or (start if is_ascending else end)
        rows = chain.from_iterable(
            self._day(day, behind, is_ascending=is_ascending, expected=expected)
            for day in _days(start, end, after, is_ascending=is_ascending)
        )
        for row in rows:
            if not start <= row["at"] < end:
                return
            yield row

    def _day(self, day: str, behind: str, *, is_ascending: bool, expected: int) -> Iterator[Item]:
        at_once = min(_MOST_AT_ONCE, expected // keys.DECISIONS_SHARDS + _SPARE_ROWS)
        shards = keys.decisions_partitions(day)

        def read(places: Sequence[Place]) -> list[Stretch]:
            return self._stretches("decisions", places, at_once=at_once, is_ascending=is_ascending)

        return merged(shards, read, sort_key="decisions_sk", after=behind, is_ascending=is_ascending)


def _days(start: str, end: str, after: str | None, *, is_ascending: bool) -> list[str]:
    """The days from `start` to `end` on which something may lie behind the position `after`, in order."""
    first, last = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
    days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    if after:
        days = [day for day in days if (day >= after[:10] if is_ascending else day <= after[:10])]
    return days if is_ascending else days[::-1]
