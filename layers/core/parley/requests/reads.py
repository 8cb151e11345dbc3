"""Reads of items and of pages of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.items import marshal, marshal_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Request = dict[str, Any]

COMMENT_COUNT: Final = "comment_count"
ABSENT: Final = "attribute_not_exists(PK)"


def batch_get(table: str, item_keys: Iterable[Mapping[str, str]]) -> Request:
    """One consistent read of several items."""
    return {
        "RequestItems": {table: {"Keys": [marshal_item(key) for key in item_keys], "ConsistentRead": True}},
    }


def get(table: str, key: Mapping[str, str]) -> Request:
    """One consistent read of one item."""
    return {"TableName": table, "Key": marshal_item(key), "ConsistentRead": True}


def comments_read(table: str, comment_ids: Sequence[str], attributes: Sequence[str]) -> Request:
    """Up to 100 comments, a moment behind at half the price; these attributes, or all when empty."""
    read: Request = {"Keys": [marshal_item(keys.comment_key(comment_id)) for comment_id in comment_ids]}
    if attributes:
        read["ProjectionExpression"] = ", ".join(f"#{name}" for name in attributes)
        read["ExpressionAttributeNames"] = {f"#{name}": name for name in attributes}
    return {"RequestItems": {table: read}}


def query_items(table: str, partition: str, prefix: str) -> Request:
    """A page of a partition of the table itself: the items whose sort key begins so."""
    return {
        "TableName": table,
        "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
        "ExpressionAttributeValues": {":partition": marshal(partition), ":prefix": marshal(prefix)},
        "ConsistentRead": True,
    }


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


def query(  # noqa: PLR0913
    table: str,
    index: str,
    partition: str,
    *,
    limit: int,
    after: str | None = None,
    is_ascending: bool = True,
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
