"""The table's stream: keeps counts exact, and sends on what follows from a change.

A comment that could not be scored is to be rescored, readers are to learn what became of their reports, and
a job is to be worked on.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from parley.counting import closes_reports, counted, needs_rescoring, place_is_wrong
from parley.items import comment_from_item, unmarshal_item
from parley.job import is_to_be_done
from parley.keys import JOB
from parley.settings import required
from parley.store import Store
from parley.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient


Record = dict[str, Any]


class Projector:
    """Works through stream records; each may come more than once, and in any batch."""

    def __init__(
        self, store: Store, sqs: SQSClient, *, rescoring_url: str, jobs_url: str, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._sqs = sqs
        self._rescoring_url = rescoring_url
        self._jobs_url = jobs_url
        self._clock = clock

    def project(self, record: Record) -> None:
        """Count what the record changed, and send on what follows from it.

        Args:
            record: One record of a DynamoDB stream event, with both images.
        """
        images = record["dynamodb"]
        old = unmarshal_item(images["OldImage"]) if "OldImage" in images else None
        new = unmarshal_item(images["NewImage"]) if "NewImage" in images else None
        if images["Keys"]["SK"]["S"] == JOB:
            if new and is_to_be_done(old, new):
                self._send(self._jobs_url, job_id=new["id"])
            return
        change = counted(old, new)
        if change:
            self._store.count(change, now_s=self._clock())
        if new and place_is_wrong(new):
            comment = comment_from_item(new)
            self._store.place(comment, is_kept=comment.reply_count > 0)
        if new and needs_rescoring(old, new):
            self._send(self._rescoring_url, comment_id=new["id"], version=new["version"])
        if new and closes_reports(old, new):
            self._send(self._jobs_url, comment_id=new["id"])

    def _send(self, queue_url: str, **message: object) -> None:
        self._sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(message))


def from_env() -> Projector:
    """The projector, on what the environment names."""
    return Projector(
        Store.for_table(required(os.environ, "TABLE_NAME")),
        boto3.client("sqs"),
        rescoring_url=required(os.environ, "RESCORING_QUEUE_URL"),
        jobs_url=required(os.environ, "JOBS_QUEUE_URL"),
        clock=time.time,
    )


projector = from_env()
# Order matters only within one comment, and counting is safe in any order; so one bad record holds up none.
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401
    """Entry point for the DynamoDB stream, with partial batch responses."""
    return process_partial_response(
        event=event,
        record_handler=lambda record: projector.project(record.raw_event),
        processor=processor,
        context=context,
    )
