"""Leases on what is in the review queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parley import keys
from parley.items import Item, lease_to_map, marshal, marshal_item
from parley.requests.comments import NO_LEASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.lease import Lease, LeaseRecord
    from parley.requests.reads import Request


def take_lease(table: str, comment_id: str, lease: Lease, *, at: str) -> Request:
    """An update that leases a comment, if it is in the queue and nobody holds it."""
    return _set_lease(
        table,
        comment_id,
        lease,
        f"attribute_exists(queue_pk) AND ({NO_LEASE} OR #lease.expires_at <= :now)",
        {":now": marshal(at)},
    )


def extend_lease(table: str, comment_id: str, lease: Lease) -> Request:
    """An update that extends a lease on a comment, if it is still the one on it."""
    return _set_lease(
        table, comment_id, lease, "attribute_exists(queue_pk) AND #lease.id = :id", {":id": marshal(lease.id)}
    )


def _set_lease(
    table: str, comment_id: str, lease: Lease, condition: str, values: Mapping[str, Any]
) -> Request:
    return {
        "TableName": table,
        "Key": marshal_item(keys.comment_key(comment_id)),
        "UpdateExpression": "SET #lease = :lease",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#lease": "lease"},
        "ExpressionAttributeValues": {":lease": marshal(lease_to_map(lease)), **values},
    }


def release_lease(table: str, comment_id: str, lease_id: str) -> Request:
    """An update that gives a comment back, if the lease is still the one on it."""
    return {
        "TableName": table,
        "Key": marshal_item(keys.comment_key(comment_id)),
        "UpdateExpression": "REMOVE #lease",
        "ConditionExpression": "#lease.id = :id",
        "ExpressionAttributeNames": {"#lease": "lease"},
        "ExpressionAttributeValues": {":id": marshal(lease_id)},
    }


def put_lease(table: str, record: LeaseRecord, *, expires_at: int) -> Request:
    """The note of what a lease was given for; it goes by itself a day later."""
    item: Item = {
        **keys.lease_key(record.id),
        "moderator": record.moderator,
        "comment_ids": list(record.comment_ids),
        "expires_at": expires_at,
    }
    return {"TableName": table, "Item": marshal_item(item)}
