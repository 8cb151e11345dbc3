"""Jobs, and the erasing of what is left of an author."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from parley import keys
from parley.author_items import restriction_to_map
from parley.items import marshal, marshal_item, reason_to_map
from parley.job import LIFETIME_S, JobState, job_to_item
from parley.requests.reads import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.author import AuthorRecord
    from parley.comment import HistoryEntry
    from parley.job import Job
    from parley.requests.reads import Request


def put_job(table: str, job: Job) -> Request:
    """An action that orders a job."""
    item = marshal_item(job_to_item(job))
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": ABSENT}}


def count_for_job(table: str, job: Job) -> Request:
    """An action that counts one more comment done."""
    return {
        "Update": {
            "TableName": table,
            "Key": marshal_item(keys.job_key(job.id)),
            "UpdateExpression": "ADD done :one",
            "ConditionExpression": "attribute_exists(PK)",
            "ExpressionAttributeValues": {":one": marshal(1)},
        }
    }


def continue_job(  # noqa: PLR0913
    table: str,
    job: Job,
    *,
    position: str | None,
    left: int,
    is_step: bool,
    finished_at: str | None,
) -> Request:
    """An update of how far a job has come, if it has not been taken further by another worker."""
    values: dict[str, Any] = {":left": marshal(left), ":seen": marshal(job.step)}
    setting = []
    # Comments that were left are counted together with the place behind them: neither without the other.
    adding = "ADD #left :left"
    if is_step:
        adding += ", step :one"
        values[":one"] = marshal(1)
    if position:
        setting.append("#position = :position")
        values[":position"] = marshal(position)
    if finished_at:
        setting += ["#state = :done", "finished_at = :at", "expires_at = :expires"]
        values |= {
            ":done": marshal(JobState.DONE),
            ":at": marshal(finished_at),
            ":expires": marshal(int(datetime.fromisoformat(finished_at).timestamp()) + LIFETIME_S),
        }
    condition = "step = :seen AND "
    if job.position is None:
        condition += "attribute_not_exists(#position)"
    else:
        condition += "#position = :before"
        values[":before"] = marshal(job.position)
    return {
        "TableName": table,
        "Key": marshal_item(keys.job_key(job.id)),
        "UpdateExpression": (f"SET {', '.join(setting)} " if setting else "") + adding,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {
            "#left": "left",
            "#position": "position",
            **({"#state": "state"} if finished_at else {}),
        },
        "ExpressionAttributeValues": values,
        "ReturnValues": "ALL_NEW",
    }


def order_erasure(table: str, author: AuthorRecord, job: Job, *, at: str) -> Request:
    """One transaction: that an author is being erased, if nothing was imposed since, and the job for it."""
    values = {":at": marshal(at), ":version": marshal(author.version + 1), ":sub": marshal(author.sub)}
    values[":id"] = marshal(author.id)
    if author.version:
        values[":seen"] = marshal(author.version)
    return {
        "TransactItems": [
            {
                "Update": {
                    "TableName": table,
                    "Key": marshal_item(keys.author_key(author.sub)),
                    "UpdateExpression": "SET erasing_since = :at, #version = :version,"
                    " #sub = :sub, #id = :id",
                    "ConditionExpression": "attribute_not_exists(erasing_since) AND "
                    + ("#version = :seen" if author.version else "attribute_not_exists(#version)"),
                    "ExpressionAttributeNames": {"#version": "version", "#sub": "sub", "#id": "id"},
                    "ExpressionAttributeValues": values,
                }
            },
            put_job(table, job),
        ]
    }


def scrub_entry(table: str, entry: HistoryEntry) -> Request:
    """An update that takes out of a decision's record what a moderator wrote and what the text had in it."""
    reasons = [reason_to_map(replace(reason, term=None)) for reason in entry.reasons]
    return {
        "TableName": table,
        "Key": marshal_item(keys.history_key(entry.comment_id, entry.version)),
        "UpdateExpression": "SET reasons = :reasons REMOVE note, message, signals",
        "ConditionExpression": "attribute_exists(PK)",
        "ExpressionAttributeValues": {":reasons": marshal(reasons)},
    }


def delete(table: str, key: Mapping[str, str]) -> Request:
    """A deletion of one item."""
    return {"TableName": table, "Key": marshal_item(key)}


def forget_author(table: str, author: AuthorRecord, job: Job, *, is_kept_out: bool) -> Request:
    """One transaction: an author of whom nothing is left but a restriction, if there is one, and no job."""
    gone: list[Request] = [
        {"Delete": delete(table, keys.author_pointer_key(author.id))},
        {"Delete": delete(table, keys.job_key(job.id))},
    ]
    key = keys.author_key(author.sub)
    unchanged: Request = {
        "ConditionExpression": "#version = :seen",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":seen": marshal(author.version)},
    }
    if not is_kept_out:
        return {"TransactItems": [{"Delete": delete(table, key) | unchanged}, *gone]}
    assert author.restriction is not None  # noqa: S101
    kept = restriction_to_map(author.restriction) | {"message": None}
    item = {
        **key,
        "sub": author.sub,
        "id": author.id,
        "name": "",
        "version": author.version,
        "restriction": kept,
    }
    pointer = {**keys.author_pointer_key(author.id), "sub": author.sub}
    return {
        "TransactItems": [
            {"Put": {"TableName": table, "Item": marshal_item(item), **unchanged}},
            {"Put": {"TableName": table, "Item": marshal_item(pointer)}},
            gone[1],
        ]
    }
