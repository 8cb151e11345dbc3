"""Changes of comments, and the counts that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parley import keys
from parley.comment import Status, Step
from parley.items import Item, comment_to_item, entry_to_item, marshal, marshal_item
from parley.requests import authors
from parley.requests.reads import ABSENT, COMMENT_COUNT, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parley.author import Turn
    from parley.comment import Change, Comment
    from parley.counting import Counted

COMMENT_ACTION: Final = 0
"""Where in the transaction of `change` the comment stands."""
AUTHOR_ACTION: Final = 2
"""Where its author stands."""
MARKER_ACTION: Final = 0
"""Where in the transaction of `count` the marker stands."""
NO_LEASE: Final = "attribute_not_exists(#lease)"


def change(table: str, made: Change, turn: Turn | None = None, *, beside: Sequence[Request] = ()) -> Request:
    """One transaction: the comment, if it is still what the change was made on, its record, its author.

    Args:
        table: The table's name.
        made: The change.
        turn: The author's own act that it is, if it is one: written if it is still their next.
        beside: More actions of the same transaction.
    """
    entry = {
        "Put": {
            "TableName": table,
            "Item": marshal_item(entry_to_item(made.entry)),
            "ConditionExpression": ABSENT,
        }
    }
    comment = _create(table, made) if made.before is None else replace(table, made)
    return {"TransactItems": [comment, entry, *authors.counted(table, made, turn), *beside]}


def _create(table: str, made: Change) -> Request:
    item = marshal_item(comment_to_item(made.after))
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": ABSENT}}


def replace(table: str, made: Change) -> Request:
    """An update of what differs: the count of replies, kept by the stream consumer, is never written back."""
    assert made.before is not None  # noqa: S101
    before, after = comment_to_item(made.before), comment_to_item(made.after)
    changed = [n for n in after if after[n] is not None and after[n] != before.get(n)]
    gone = [n for n in before if before[n] is not None and after.get(n) is None]
    condition = "#version = :seen"
    values = {**{f":{name}": marshal(after[name]) for name in changed}, ":seen": marshal(made.before.version)}
    if made.leased_to is not None:
        condition += f" AND ({NO_LEASE} OR #lease.moderator = :moderator OR #lease.expires_at <= :now)"
        values |= {":moderator": marshal(made.leased_to), ":now": marshal(made.entry.at)}
        # One may have been taken since the comment was read; a decision ends it either way.
        gone = [*{*gone, "lease"}]
    names = {*changed, *gone, "version"}
    if made.after.status is Status.REMOVED or made.entry.action is Step.EDITED:
        # A report may make no new version; one that comes meanwhile must not outlive what is removed, nor be
        # left out of how urgent an edited comment is.
        condition += f" AND {unreported(made.before, values)}"
        names.add("report_count")
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    if gone:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return {
        "Update": {
            "TableName": table,
            "Key": marshal_item(keys.comment_key(made.after.id)),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
            "ExpressionAttributeValues": values,
        }
    }


def unreported(comment: Comment, values: Item) -> str:
    """The condition that nobody has reported a comment since it was read; its value is added to `values`."""
    if not comment.report_count:
        return "attribute_not_exists(#report_count)"
    values[":reports_seen"] = marshal(comment.report_count)
    return "#report_count = :reports_seen"


def count(table: str, counted: Counted, *, expires_at: int) -> Request:
    """One transaction: the counts, if this version of the comment has not been counted before.

    The marker makes a record that is delivered twice count once. It expires long after the stream and its
    dead-letter queue have forgotten the record.
    """
    marker: Item = {**keys.counted_key(counted.comment_id, counted.version), "expires_at": expires_at}
    actions = [
        {"Put": {"TableName": table, "Item": marshal_item(marker), "ConditionExpression": ABSENT}},
    ]
    if counted.delta:
        actions.append(_article_counts(table, counted))
    if counted.replies and counted.parent_id:
        actions.append(_add_reply(table, counted.parent_id, counted.replies))
    if counted.queue:
        shard = keys.shard(counted.comment_id, keys.QUEUE_SHARDS)
        actions.append(_add(table, keys.queue_counts_key(shard), counted.queue))
    return {"TransactItems": actions}


def _article_counts(table: str, counted: Counted) -> Request:
    """The count of an article; with its first comment, since when it has any."""
    action = _add(table, keys.article_key(counted.article_id), {COMMENT_COUNT: counted.delta})
    if counted.delta > 0 and counted.written_at:
        update = action["Update"]
        update["UpdateExpression"] += " SET first_at = if_not_exists(first_at, :written)"
        update["ExpressionAttributeValues"][":written"] = marshal(counted.written_at)
    return action


def _add_reply(table: str, parent_id: str, number: int) -> Request:
    return _add(table, keys.comment_key(parent_id), {"reply_count": number}, must_exist=True)


def place(table: str, comment: Comment, *, is_kept: bool) -> Request:
    """One transaction: put a removed comment back on its page, or take it off, and count it with its parent.

    The condition looks at the comment as it is then, so doing it twice does nothing.
    """
    values = {":removed": marshal(Status.REMOVED), ":none": marshal(0)}
    condition = "#status = :removed AND reply_count "
    if is_kept:
        change = "SET pages_pk = :partition, pages_sk = :place"
        condition += "> :none AND attribute_not_exists(pages_pk)"
        values |= {
            ":partition": marshal(keys.thread_partition(comment.article_id, comment.parent_id)),
            ":place": marshal(keys.by_time(comment.created_at, comment.id)),
        }
    else:
        change = "REMOVE pages_pk, pages_sk"
        condition += "<= :none AND attribute_exists(pages_pk)"
    update: Request = {
        "TableName": table,
        "Key": marshal_item(keys.comment_key(comment.id)),
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": values,
    }
    parent = [_add_reply(table, comment.parent_id, 1 if is_kept else -1)] if comment.parent_id else []
    return {"TransactItems": [{"Update": update}, *parent]}


def _add(
    table: str, key: Mapping[str, str], deltas: Mapping[str, int], *, must_exist: bool = False
) -> Request:
    names = {f"#{number}": name for number, name in enumerate(deltas)}
    update: Request = {
        "TableName": table,
        "Key": marshal_item(key),
        "UpdateExpression": "ADD " + ", ".join(f"{name} :{name[1:]}" for name in names),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":{n}": marshal(delta) for n, delta in enumerate(deltas.values())},
    }
    if must_exist:
        update["ConditionExpression"] = "attribute_exists(PK)"
    return {"Update": update}
