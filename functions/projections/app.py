"""The table's stream: keeps counts exact, and sends comments that could not be scored to be rescored."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from parley.counting import counted, needs_rescoring
from parley.items import unmarshal_item
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

    def __init__(self, store: Store, queue: SQSClient, queue_url: str, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._queue = queue
        self._queue_url = queue_url
        self._clock = clock

    def project(self, record: Record) -> None:
        """Count what the record changed, and enqueue what it left unscored.

        Args:
            record: One record of a DynamoDB stream event, with both images.
        """
        images = record["dynamodb"]
        old = unmarshal_item(images["OldImage"]) if "OldImage" in images else None
        new = unmarshal_item(images["NewImage"]) if "NewImage" in images else None
        change = counted(old, new)
        if change:
            self._store.count(change, now_s=self._clock())
        if new and needs_rescoring(old, new):
            message = json.dumps({"comment_id": new["id"], "version": new["version"]})
            self._queue.send_message(QueueUrl=self._queue_url, MessageBody=message)


def from_env() -> Projector:
    """The projector, on what the environment names."""
    return Projector(
        Store.for_table(required(os.environ, "TABLE_NAME")),
        boto3.client("sqs"),
        required(os.environ, "RESCORING_QUEUE_URL"),
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
