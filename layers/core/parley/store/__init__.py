"""The only package that speaks DynamoDB."""

from __future__ import annotations

from parley.store.authors import Authors
from parley.store.comments import Comments, SubmissionContext
from parley.store.decisions import Decisions
from parley.store.policies import Policies
from parley.store.queue import Queue
from parley.store.table import MAX_CONNECTIONS, Page

__all__ = ["MAX_CONNECTIONS", "Page", "Store", "SubmissionContext"]


class Store(Comments, Authors, Decisions, Queue, Policies):
    """The table, as the use cases see it.

    Every method raises `Unavailable` when DynamoDB cannot be reached or is throttled after all retries.
    """
