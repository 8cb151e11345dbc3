"""The requests that the store sends to DynamoDB, as plain dictionaries. Pure: tests read them without AWS."""

from __future__ import annotations

from parley.requests.comments import MARKER_ACTION, change, count
from parley.requests.policies import save_policy
from parley.requests.queue import extend_lease, put_lease, release_lease, take_lease
from parley.requests.reads import COMMENT_COUNT, Request, batch_get, counts_read, get, query

__all__ = [
    "COMMENT_COUNT",
    "MARKER_ACTION",
    "Request",
    "batch_get",
    "change",
    "count",
    "counts_read",
    "extend_lease",
    "get",
    "put_lease",
    "query",
    "release_lease",
    "save_policy",
    "take_lease",
]
