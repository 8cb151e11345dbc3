"""The review queue and the leases on what is in it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from parley import keys, requests
from parley.lease import LeaseRecord
from parley.merge import merged
from parley.queue import summed
from parley.store.table import Page, Table, translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parley.comment import Comment
    from parley.items import Item
    from parley.lease import Lease
    from parley.merge import Place, Stretch
    from parley.queue import QueueCounts

# What one shard may hold more than its share of what is read; it is read again when that was not enough.
_SPARE_ROWS: Final = 3


class Queue(Table):
    """Reads of the queue; takes, extends and ends leases."""

    def queue_rows(self, *, after: str | None = None, expected: int) -> Iterator[Item]:
        """The queue's rows behind the position `after`, most urgent first; read as they are taken.

        Args:
            after: A position; None for the beginning.
            expected: How many rows will probably be taken.
        """
        at_once = expected // keys.QUEUE_SHARDS + _SPARE_ROWS
        shards = [keys.queue_partition(number) for number in range(keys.QUEUE_SHARDS)]

        def read(places: Sequence[Place]) -> list[Stretch]:
            return self._stretches("queue", places, at_once=at_once)

        return merged(shards, read, sort_key="queue_sk", after=after)

    def queue(self, *, limit: int, after: str | None = None) -> Page:
        """The most urgent open reviews behind the position `after`, merged over all shards."""
        # One more than asked for tells whether there is a next page.
        rows = list(islice(self.queue_rows(after=after, expected=limit + 1), limit + 1))
        items = rows[:limit]
        return Page(items, items[-1]["queue_sk"] if len(rows) > limit else None)

    def queue_counts(self) -> QueueCounts:
        """How many comments wait, by cause, rule and label; a moment behind."""
        wanted = {str(n): keys.queue_counts_key(n) for n in range(keys.QUEUE_SHARDS)}
        items = [item for item in self._read(wanted).values() if item]
        return summed([{n: v for n, v in item.items() if n not in ("PK", "SK")} for item in items])

    def take_leases(self, comment_ids: Sequence[str], lease: Lease, *, at: str) -> list[Comment | None]:
        """Lease comments of the queue; None for each that somebody holds, or that has left the queue."""

        def take(comment_id: str) -> Comment | None:
            return self._update(requests.take_lease(self._table, comment_id, lease, at=at))

        return self._side_by_side(take, comment_ids)

    def extend_leases(self, comment_ids: Sequence[str], lease: Lease) -> list[Comment | None]:
        """Extend a lease on comments; None for each that it is no longer on."""

        def extend(comment_id: str) -> Comment | None:
            return self._update(requests.extend_lease(self._table, comment_id, lease))

        return self._side_by_side(extend, comment_ids)

    def release_leases(self, comment_ids: Sequence[str], lease_id: str) -> None:
        """Give comments back that a lease is still on."""

        def release(comment_id: str) -> Comment | None:
            return self._update(requests.release_lease(self._table, comment_id, lease_id))

        self._side_by_side(release, comment_ids)

    def put_lease(self, record: LeaseRecord, *, expires_at: int) -> None:
        """Note what a lease was given for."""
        with translated_errors():
            self._client.put_item(**requests.put_lease(self._table, record, expires_at=expires_at))

    def lease(self, lease_id: str) -> LeaseRecord | None:
        """What a lease was given for; None if there is no such lease."""
        item = self._get(keys.lease_key(lease_id))
        return LeaseRecord(lease_id, item["moderator"], tuple(item["comment_ids"])) if item else None
