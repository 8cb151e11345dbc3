"""What could not be processed is set aside with its cause, and comes right after `make redrive`."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.stack import wait_for

import deployment

if TYPE_CHECKING:
    from tests.stack import DeployedStack

ROOT = Path(__file__).resolve().parents[2]


def waiting(stack: DeployedStack, queue: str) -> int:
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[queue], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def post(stack: DeployedStack, article: str) -> dict[str, Any]:
    response = stack.request(
        "POST",
        f"/articles/{article}/comments",
        user="ann",
        json={"body": "A fine morning to you all."},
        headers={"Idempotency-Key": article},
    )
    assert response.status_code == 201, response.text
    comment: dict[str, Any] = response.json()["comment"]
    return comment


def count(stack: DeployedStack, article: str) -> int:
    counts: dict[str, int] = stack.request("GET", "/counts", params={"article_id": article}).json()["counts"]
    return counts[article]


def test_changes_that_could_not_be_counted_are_counted_after_a_redrive(stack: DeployedStack) -> None:
    article = f"redriven-{uuid.uuid4()}"
    (source,) = stack.client("lambda").list_event_source_mappings(
        FunctionName=stack.function_name("projections")
    )["EventSourceMappings"]
    # The emulator sets a record aside when it is too old, not after a number of tries.
    age = source["MaximumRecordAgeInSeconds"]
    stack.client("lambda").update_event_source_mapping(UUID=source["UUID"], MaximumRecordAgeInSeconds=1)
    with stack.function_env("projections", TABLE_NAME="no-such-table"):
        post(stack, article)
        assert wait_for(lambda: waiting(stack, "ProjectionsDeadLettersUrl") > 0, seconds=60)
        failed = stack.operate("redrive.py")
        assert failed.returncode == 1, failed.stdout + failed.stderr
        assert "failed again" in failed.stdout
    assert count(stack, article) == 0
    stack.client("lambda").update_event_source_mapping(UUID=source["UUID"], MaximumRecordAgeInSeconds=age)

    done = stack.operate("redrive.py")
    again = stack.operate("redrive.py")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Projections: 1 given another try, 0 left" in done.stdout
    assert wait_for(lambda: count(stack, article) == 1)
    assert "Projections: 0 given another try" in again.stdout
    assert waiting(stack, "ProjectionsDeadLettersUrl") == 0


def test_messages_that_could_not_be_scored_go_back_to_be_scored(stack: DeployedStack) -> None:
    article = f"rescored-{uuid.uuid4()}"
    with stack.function_env("comments", TOXICITY_MODEL_DIR="/nonexistent"):
        sqs = stack.client("sqs")
        (source,) = stack.client("lambda").list_event_source_mappings(
            FunctionName=stack.function_name("rescoring")
        )["EventSourceMappings"]
        stack.client("lambda").update_event_source_mapping(UUID=source["UUID"], Enabled=False)
        made = post(stack, article)
    assert made["status"] == "held"
    message = wait_for(
        lambda: sqs.receive_message(QueueUrl=stack.outputs["RescoringQueueUrl"]).get("Messages")
    )[0]
    assert json.loads(message["Body"])["comment_id"] == made["id"]
    sqs.delete_message(QueueUrl=stack.outputs["RescoringQueueUrl"], ReceiptHandle=message["ReceiptHandle"])
    sqs.send_message(QueueUrl=stack.outputs["RescoringDeadLettersUrl"], MessageBody=message["Body"])
    stack.client("lambda").update_event_source_mapping(UUID=source["UUID"], Enabled=True)

    done = stack.operate("redrive.py")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Rescoring: 1 given another try, 0 left" in done.stdout
    assert wait_for(lambda: count(stack, article) == 1, seconds=60)


def test_a_stack_that_is_not_there_is_named(stack: DeployedStack, monkeypatch: Any) -> None:
    monkeypatch.setattr(deployment, "STACK", "no-such-stack")

    done = stack.operate("redrive.py")

    assert done.returncode == 2
    assert "no-such-stack" in done.stderr
    assert "Traceback" not in done.stderr
