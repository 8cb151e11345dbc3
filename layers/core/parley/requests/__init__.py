"""The requests that the store sends to DynamoDB, as plain dictionaries. Pure: tests read them without AWS."""

from __future__ import annotations

from parley.requests.authors import MODERATOR_SEEN, add_to_author, note_moderator, sanction, take_turn, turned
from parley.requests.comments import AUTHOR_ACTION, COMMENT_ACTION, MARKER_ACTION, change, count, place
from parley.requests.jobs import (
    continue_job,
    count_for_job,
    delete,
    forget_author,
    order_erasure,
    put_job,
    scrub_entry,
)
from parley.requests.own import put_article, put_revision, remove_revision
from parley.requests.policies import save_policy
from parley.requests.queue import extend_lease, put_lease, release_lease, take_lease
from parley.requests.reads import (
    COMMENT_COUNT,
    Request,
    batch_get,
    comments_read,
    counts_read,
    get,
    query,
    query_items,
)
from parley.requests.reports import file_report, settle_report

__all__ = [
    "AUTHOR_ACTION",
    "COMMENT_ACTION",
    "COMMENT_COUNT",
    "MARKER_ACTION",
    "MODERATOR_SEEN",
    "Request",
    "add_to_author",
    "batch_get",
    "change",
    "comments_read",
    "continue_job",
    "count",
    "count_for_job",
    "counts_read",
    "delete",
    "extend_lease",
    "file_report",
    "forget_author",
    "get",
    "note_moderator",
    "order_erasure",
    "place",
    "put_article",
    "put_job",
    "put_lease",
    "put_revision",
    "query",
    "query_items",
    "release_lease",
    "remove_revision",
    "sanction",
    "save_policy",
    "scrub_entry",
    "settle_report",
    "take_lease",
    "take_turn",
    "turned",
]
