"""Gives what lies in a stack's dead-letter queues another try, after the cause is mended.

`make redrive STACK=parley`. Safe to run at any time and as often as wanted: rescoring leaves decided comments
alone, a change that was counted counts for nothing the second time, what a job has done is not done again.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

# Long enough for every message that is received to be dealt with before another reader sees it again.
HOLD_S = 300
# Empty answers of the stream that are taken as its end; one alone may come before the record.
PATIENCE = 5

Record = dict[str, Any]


class NotRedrivenError(Exception):
    """A message could not be worked off; it stays in its queue. The text says why."""


def take_all(sqs: SQSClient, queue_url: str) -> list[tuple[str, str]]:
    """Body and receipt handle of every message in a queue; nobody else sees them for `HOLD_S` seconds."""
    taken: list[tuple[str, str]] = []
    while True:
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=HOLD_S)
        found = answer.get("Messages", [])
        if not found:
            return taken
        taken += ((message["Body"], message["ReceiptHandle"]) for message in found)


def redrive(sqs: SQSClient, queue_url: str, work: Callable[[str], None]) -> tuple[int, list[str]]:
    """Work off a dead-letter queue; a message leaves it only when `work` is done with it.

    Returns:
        How many messages were worked off, and why others were not.
    """
    done, failures = 0, []
    for body, receipt in take_all(sqs, queue_url):
        try:
            work(body)
        except NotRedrivenError as error:
            failures.append(str(error))
            sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=0)
            continue
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=receipt)
        done += 1
    return done, failures


def stream_records(streams: DynamoDBStreamsClient, batch: dict[str, Any]) -> list[Record]:
    """The records that a message from the projections' dead-letter queue points at.

    Raises:
        NotRedrivenError: The stream has forgotten them; it keeps records for 24 hours.
    """
    last = int(batch["endSequenceNumber"])
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
    except streams.exceptions.TrimmedDataAccessException as error:
        raise NotRedrivenError("older than 24 hours: the stream has forgotten the change") from error
    found: list[Record] = []
    empty = 0
    while iterator and empty < PATIENCE:
        answer = streams.get_records(ShardIterator=iterator)
        for record in answer["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return found
            found.append(as_lambda_gets_it(dict(record)))
        if found and int(found[-1]["dynamodb"]["SequenceNumber"]) >= last:
            return found
        empty = 0 if answer["Records"] else empty + 1
        iterator = answer.get("NextShardIterator", "")
    return found


def as_lambda_gets_it(record: Record) -> Record:
    """A record as the stream's API returns it, in the form of a Lambda event: times as numbers."""
    content = dict(record["dynamodb"])
    if "ApproximateCreationDateTime" in content:
        content["ApproximateCreationDateTime"] = content["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": content}


def project(streams: DynamoDBStreamsClient, functions: LambdaClient, function: str, body: str) -> None:
    """Hand the records of one message to the projections function once more.

    Raises:
        NotRedrivenError: The function failed again, or the records are gone.
    """
    records = [
        record
        for record in stream_records(streams, json.loads(body)["DDBStreamBatchInfo"])
        if record["dynamodb"]["Keys"]["SK"] in ({"S": "COMMENT"}, {"S": "JOB"})
    ]
    if not records:
        raise NotRedrivenError("the stream has no such change any more")
    answer = functions.invoke(FunctionName=function, Payload=json.dumps({"Records": records}))
    outcome = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or outcome.get("batchItemFailures"):
        raise NotRedrivenError("the projections function failed again; see its log")


def outputs_of(stack: str) -> dict[str, str]:
    """The outputs of a deployed stack."""
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def main() -> int:
    """Work off the dead-letter queues of a stack; 1 when something is left in them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stack", help="the stack's name")
    stack = parser.parse_args().stack
    try:
        outputs = outputs_of(stack)
        sqs = boto3.client("sqs")
        streams, functions = boto3.client("dynamodbstreams"), boto3.client("lambda")
        queues: dict[str, Callable[[str], None]] = {
            "RescoringDeadLettersUrl": lambda body: _send(sqs, outputs["RescoringQueueUrl"], body),
            "JobsDeadLettersUrl": lambda body: _send(sqs, outputs["JobsQueueUrl"], body),
            "ProjectionsDeadLettersUrl": lambda body: project(
                streams, functions, outputs["ProjectionsFunctionName"], body
            ),
        }
        is_complete = True
        for name, work in queues.items():
            done, failures = redrive(sqs, outputs[name], work)
            print(f"{name.removesuffix('DeadLettersUrl')}: {done} given another try, {len(failures)} left")
            for reason in sorted(set(failures)):
                print(f"  left: {reason}")
            is_complete = is_complete and not failures
    except (BotoCoreError, ClientError) as error:
        print(f"{stack}: {error}", file=sys.stderr)
        return 2
    return 0 if is_complete else 1


def _send(sqs: SQSClient, queue_url: str, body: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)


if __name__ == "__main__":
    sys.exit(main())
