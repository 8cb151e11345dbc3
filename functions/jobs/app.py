"""The worker: rejects what a banned author has in the queue, erases data, settles readers' reports."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from parley import jobs, reporting
from parley.settings import required
from parley.store import Store
from parley.telemetry import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

# A page of comments is done in a second or two; what is left of the function's time after that is spare.
SPARE_MS: Final = 15_000

store = Store.for_table(required(os.environ, "TABLE_NAME"))
processor = BatchProcessor(event_type=EventType.SQS)


def work(record: SQSRecord, context: LambdaContext) -> None:
    """Work on one message; raises to have it delivered again."""
    message = json.loads(record.body)
    if "job_id" in message:
        job = jobs.run(
            store,
            message["job_id"],
            clock=lambda: datetime.now(UTC),
            has_time=lambda: context.get_remaining_time_in_millis() > SPARE_MS,
        )
        if job:
            # Whose data were erased is known here alone, by the public id: after restoring a backup, it tells
            # who is to be erased again.
            logger.info(
                "job",
                job_id=job.id,
                kind=job.kind,
                author_id=job.author_id,
                state=job.state,
                done=job.done,
                left=job.left,
            )
    else:
        settled = reporting.settle(store, message["comment_id"])
        metrics.add_metric("ReportsSettled", MetricUnit.Count, settled)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401
    """Entry point for the queue, with partial batch responses."""
    return process_partial_response(
        event=event, record_handler=partial(work, context=context), processor=processor
    )
