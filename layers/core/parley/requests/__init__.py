"""The requests that the store sends to DynamoDB, as plain dictionaries. Pure: tests read them without AWS."""

from __future__ import annotations

from parley.requests.authors import add_to_author, sanction, take_turn, turned
from parley.requests.comments import AUTHOR_ACTION, COMMENT_ACTION, MARKER_ACTION, change, count
from parley.requests.own import put_article, put_revision, remove_revision
from parley.requests.policies import save_policy
from parley.requests.queue import extend_lease, put_lease, release_lease, take_lease
from parley.requests.reads import COMMENT_COUNT, Request, batch_get, comments_read, counts_read, get, query

__all__ = [
    "AUTHOR_ACTION",
    "COMMENT_ACTION",
    "COMMENT_COUNT",
    "MARKER_ACTION",
    "Request",
    "add_to_author",
    "batch_get",
    "change",
    "comments_read",
    "count",
    "counts_read",
    "extend_lease",
    "get",
    "put_article",
    "put_lease",
    "put_revision",
    "query",
    "release_lease",
    "remove_revision",
    "sanction",
    "save_policy",
    "take_lease",
    "take_turn",
    "turned",
]
