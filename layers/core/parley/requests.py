"""The requests that the store sends to DynamoDB, as plain dictionaries. Pure: tests read them without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.items import Item, comment_to_item, entry_to_item, marshal, marshal_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parley.comment import Change
    from parley.counting import Counted

Request = dict[str, Any]

COMMENT_COUNT: Final = "comment_count"
MARKER_ACTION: Final = 0
"""Where in the transaction of `count` the marker stands."""
_ABSENT: Final = "attribute_not_exists(PK)"


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
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    if gone:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return {
        "Update": {
            "TableName": table,
            "Key": marshal_item(keys.comment_key(made.after.id)),
            "UpdateExpression": expression,
            "ConditionExpression": "#version = :seen",
            "ExpressionAttributeNames": {f"#{name}": name for name in {*changed, *gone, "version"}},
            "ExpressionAttributeValues": {
                **{f":{name}": marshal(after[name]) for name in changed},
                ":seen": marshal(made.before.version),
            },
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
