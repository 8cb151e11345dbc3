"""The rescoring queue: scores comments that were held because the model was not there."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from parley.moderation import rescore
from parley.scoring import Scoring
from parley.settings import required
from parley.store import Store
from parley.telemetry import logger, metrics
from toxicity import Scorer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


store = Store.for_table(required(os.environ, "TABLE_NAME"))
# A missing model fails the start of the function here: the messages stay in the queue until it is back.
scoring = Scoring(Scorer.load(), timeout_s=int(required(os.environ, "SCORER_TIMEOUT_MS")) / 1000)
processor = BatchProcessor(event_type=EventType.SQS)


def rescore_message(record: SQSRecord) -> None:
    """Score one comment; raises to have the message delivered again."""
    comment_id = json.loads(record.body)["comment_id"]
    comment = rescore(store, scoring, comment_id, now=datetime.now(UTC))
    if comment:
        metrics.add_metric("CommentsRescored", MetricUnit.Count, 1)
        logger.info("rescored", comment_id=comment.id, status=comment.status)
    else:
        logger.info("nothing to rescore", comment_id=comment_id)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401
    """Entry point for the queue, with partial batch responses."""
    return process_partial_response(
        event=event, record_handler=rescore_message, processor=processor, context=context
    )
