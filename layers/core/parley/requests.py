"""The requests that the store sends to DynamoDB, as plain dictionaries. Pure: tests read them without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.items import (
    Item,
    comment_to_item,
    entry_to_item,
    lease_to_map,
    marshal,
    marshal_item,
    policy_to_item,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parley.comment import Change
    from parley.counting import Counted
    from parley.lease import Lease, LeaseRecord
    from parley.policy import SavedPolicy

Request = dict[str, Any]

COMMENT_COUNT: Final = "comment_count"
MARKER_ACTION: Final = 0
"""Where in the transaction of `count` the marker stands."""
_ABSENT: Final = "attribute_not_exists(PK)"
_NO_LEASE: Final = "attribute_not_exists(#lease)"


def batch_get(table: str, item_keys: Iterable[Mapping[str, str]]) -> Request:
    """One consistent read of several items."""
    return {
        "RequestItems": {table: {"Keys": [marshal_item(key) for key in item_keys], "ConsistentRead": True}},
    }


def get(table: str, key: Mapping[str, str]) -> Request:
    """One consistent read of one item."""
    return {"TableName": table, "Key": marshal_item(key), "ConsistentRead": True}


def counts_read(table: str, article_ids: Sequence[str]) -> Request:
    """The counts of up to 100 articles, reading no other attribute: the reader may not."""
    return {
        "RequestItems": {
            table: {
                "Keys": [marshal_item(keys.article_key(article_id)) for article_id in article_ids],
                "ProjectionExpression": f"PK, {COMMENT_COUNT}",
            }
        },
    }


def change(table: str, made: Change) -> Request:
    """One transaction: the comment, if it is still what the decision was made on, and its history entry."""
    entry = {
        "Put": {
            "TableName": table,
            "Item": marshal_item(entry_to_item(made.entry)),
            "ConditionExpression": _ABSENT,
        }
    }
    comment = _create(table, made) if made.before is None else _replace(table, made)
    return {"TransactItems": [comment, entry]}


def _create(table: str, made: Change) -> Request:
    item = marshal_item(comment_to_item(made.after))
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": _ABSENT}}


def _replace(table: str, made: Change) -> Request:
    """An update of what differs: the count of replies, kept by the stream consumer, is never written back."""
    assert made.before is not None  # noqa: S101
    before, after = comment_to_item(made.before), comment_to_item(made.after)
    changed = [n for n in after if after[n] is not None and after[n] != before.get(n)]
    gone = [n for n in before if before[n] is not None and after.get(n) is None]
    condition = "#version = :seen"
    values = {**{f":{name}": marshal(after[name]) for name in changed}, ":seen": marshal(made.before.version)}
    if made.leased_to is not None:
        condition += f" AND ({_NO_LEASE} OR #lease.moderator = :moderator OR #lease.expires_at <= :now)"
        values |= {":moderator": marshal(made.leased_to), ":now": marshal(made.entry.at)}
        # One may have been taken since the comment was read; a decision ends it either way.
        gone = [*{*gone, "lease"}]
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    named = {*changed, *gone, "version"}
    if gone:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return {
        "Update": {
            "TableName": table,
            "Key": marshal_item(keys.comment_key(made.after.id)),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in named},
            "ExpressionAttributeValues": values,
        }
    }


def query(  # noqa: PLR0913
    table: str, index: str, partition: str, *, limit: int, after: str | None = None, is_ascending: bool = True
) -> Request:
    """One page of an index partition, beginning behind the sort key `after`."""
    request: Request = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": f"{index}_pk = :partition",
        "ExpressionAttributeValues": {":partition": marshal(partition)},
        "ScanIndexForward": is_ascending,
        "Limit": limit,
    }
    if after is not None:
        request["KeyConditionExpression"] += f" AND {index}_sk {'>' if is_ascending else '<'} :after"
        request["ExpressionAttributeValues"][":after"] = marshal(after)
    return request


def save_policy(table: str, saved: SavedPolicy) -> Request:
    """One transaction: a new version of the policy, and its copy as the current one."""
    item = policy_to_item(saved)
    before = saved.policy.version - 1
    version = marshal_item({**keys.policy_version_key(saved.policy.version), **item})
    current: Request = {"TableName": table, "Item": marshal_item({**keys.policy_key(), **item})}
    if before:
        current |= {
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":before": marshal(before)},
        }
    else:
        current["ConditionExpression"] = _ABSENT
    return {
        "TransactItems": [
            {"Put": {"TableName": table, "Item": version, "ConditionExpression": _ABSENT}},
            {"Put": current},
        ]
    }


def take_lease(table: str, comment_id: str, lease: Lease, *, at: str) -> Request:
    """An update that leases a comment, if it is in the queue and nobody holds it."""
    return _set_lease(
        table,
        comment_id,
        lease,
        f"attribute_exists(queue_pk) AND ({_NO_LEASE} OR #lease.expires_at <= :now)",
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


def count(table: str, counted: Counted, *, expires_at: int) -> Request:
    """One transaction: the counts, if this version of the comment has not been counted before.

    The marker makes a record that is delivered twice count once. It expires long after the stream and its
    dead-letter queue have forgotten the record.
    """
    marker: Item = {**keys.counted_key(counted.comment_id, counted.version), "expires_at": expires_at}
    actions = [
        {"Put": {"TableName": table, "Item": marshal_item(marker), "ConditionExpression": _ABSENT}},
        _add(table, keys.article_key(counted.article_id), COMMENT_COUNT, counted.delta),
    ]
    if counted.parent_id:
        actions.append(
            _add(table, keys.comment_key(counted.parent_id), "reply_count", counted.delta, must_exist=True)
        )
    return {"TransactItems": actions}


def _add(
    table: str, key: Mapping[str, str], attribute: str, delta: int, *, must_exist: bool = False
) -> Request:
    update: Request = {
        "TableName": table,
        "Key": marshal_item(key),
        "UpdateExpression": "ADD #count :delta",
        "ExpressionAttributeNames": {"#count": attribute},
        "ExpressionAttributeValues": {":delta": marshal(delta)},
    }
    if must_exist:
        update["ConditionExpression"] = "attribute_exists(PK)"
    return {"Update": update}
