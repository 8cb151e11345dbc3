"""The only package that speaks DynamoDB."""

from __future__ import annotations

from parley.store.authors import Authors
from parley.store.comments import SubmissionContext
from parley.store.decisions import Decisions
from parley.store.jobs import Jobs
from parley.store.policies import Policies
from parley.store.queue import Queue
from parley.store.reports import ReportContext
from parley.store.table import MAX_CONNECTIONS, Page

__all__ = ["MAX_CONNECTIONS", "Page", "ReportContext", "Store", "SubmissionContext"]


class Store(Jobs, Authors, Decisions, Queue, Policies):
    """The table, as the use cases see it.

    Every method raises `Unavailable` when DynamoDB cannot be reached or is throttled after all retries.
    """
