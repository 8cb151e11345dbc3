"""The review queue and the leases on what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys, requests
from parley.lease import LeaseRecord
from parley.store.table import Page, Table, translated_errors

if TYPE_CHECKING:
    from parley.comment import Comment
    from parley.lease import Lease


class Queue(Table):
    """Reads of the queue; takes, extends and ends leases."""

    def queue(self, *, limit: int, after: str | None = None) -> Page:
        """The most urgent open reviews behind the position `after`, merged over all shards."""
        pages = [
            self.page("queue", keys.queue_partition(number), limit=limit, after=after)
            for number in range(keys.QUEUE_SHARDS)
        ]
        merged = sorted((item for page in pages for item in page.items), key=lambda item: item["queue_sk"])
        items = merged[:limit]
        has_more = len(merged) > limit or any(page.next for page in pages)
        return Page(items, items[-1]["queue_sk"] if has_more and items else None)

    def take_lease(self, comment_id: str, lease: Lease, *, at: str) -> Comment | None:
        """Lease a comment of the queue; None if somebody holds it, or it has left the queue."""
        return self._update(requests.take_lease(self._table, comment_id, lease, at=at))

    def extend_lease(self, comment_id: str, lease: Lease) -> Comment | None:
        """Extend a lease on a comment; None if it is no longer the one on it."""
        return self._update(requests.extend_lease(self._table, comment_id, lease))

    def release_lease(self, comment_id: str, lease_id: str) -> Comment | None:
        """Give a comment back; None if the lease is no longer the one on it."""
        return self._update(requests.release_lease(self._table, comment_id, lease_id))

    def put_lease(self, record: LeaseRecord, *, expires_at: int) -> None:
        """Note what a lease was given for."""
        with translated_errors():
            self._client.put_item(**requests.put_lease(self._table, record, expires_at=expires_at))

    def lease(self, lease_id: str) -> LeaseRecord | None:
        """What a lease was given for; None if there is no such lease."""
        item = self._get(keys.lease_key(lease_id))
        return LeaseRecord(lease_id, item["moderator"], tuple(item["comment_ids"])) if item else None
