"""A stack whose model lies in S3: the functions fetch it, with a right to just that, and check it."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.stack import deployed, wait_for

import toxicity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.stack import DeployedStack

    from emulator import Emulator

MODEL = Path(toxicity.__file__).parent / "model"
BUCKET = "models-of-ours"
NAME = "from-s3-1"
FUNCTIONS = ("comments", "rescoring")


def put_model(emulator: Emulator) -> Mapping[str, str]:
    """Puts the bundled model, under another name, into a bucket; returns the stack's parameters for it."""
    s3 = boto3.client("s3", **emulator.client_settings)
    s3.create_bucket(Bucket=BUCKET)
    manifest = json.dumps(
        {**json.loads((MODEL / "manifest.json").read_text("utf-8")), "model": NAME}
    ).encode()
    for name in json.loads(manifest)["files"]:
        s3.put_object(Bucket=BUCKET, Key=f"toxicity/one/{name}", Body=(MODEL / name).read_bytes())
    s3.put_object(Bucket=BUCKET, Key="toxicity/one/manifest.json", Body=manifest)
    s3.put_object(Bucket=BUCKET, Key="toxicity/other/manifest.json", Body=manifest)
    return {
        "ModelUri": f"s3://{BUCKET}/toxicity/one",
        "ModelSha256": hashlib.sha256(manifest).hexdigest(),
    }


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    with deployed(tmp_path_factory.mktemp("stack"), put_model) as running:
        yield running


def submit(stack: DeployedStack, body: str) -> dict[str, Any]:
    """What moderators see of a new comment."""
    posted = stack.request(
        "POST",
        "/articles/bridge/comments",
        user="ann",
        headers={"Idempotency-Key": uuid.uuid4().hex},
        json={"body": body},
    )
    assert posted.status_code == 201, posted.text
    seen = stack.request("GET", f"/moderation/comments/{posted.json()['comment']['id']}", user="mod")
    comment: dict[str, Any] = seen.json()["comment"]
    return comment


def published(stack: DeployedStack, body: str) -> dict[str, Any] | None:
    """What moderators see of a new comment, if it was published at once."""
    comment = submit(stack, body)
    return comment if comment["status"] == "published" else None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_read_the_model_and_nothing_beside_it(stack: DeployedStack, function: str) -> None:
    s3 = stack.role_client(function, "s3")

    assert s3.get_object(Bucket=BUCKET, Key="toxicity/one/manifest.json")["ContentLength"]
    calls: list[tuple[Any, dict[str, Any]]] = [
        (s3.get_object, {"Key": "toxicity/other/manifest.json"}),
        (s3.put_object, {"Key": "toxicity/one/manifest.json", "Body": b""}),
        (s3.list_objects_v2, {}),
    ]
    for call, arguments in calls:
        with pytest.raises(ClientError, match="AccessDenied"):
            call(Bucket=BUCKET, **arguments)


def test_comments_are_scored_by_the_model_in_s3(stack: DeployedStack) -> None:
    comment = submit(stack, "What a lovely bridge.")

    assert comment["status"] == "published"
    assert comment["model"] == NAME


def test_a_model_that_was_tampered_with_scores_nothing_and_people_take_over(stack: DeployedStack) -> None:
    s3 = stack.client("s3")
    key = {"Bucket": BUCKET, "Key": "toxicity/one/tokenizer.json"}
    good = s3.get_object(**key)["Body"].read()
    s3.put_object(**key, Body=good + b" ")

    # Another place for temporary files, so that the copy fetched before is not at hand.
    with stack.function_env("comments", TMPDIR=str(stack.emulator.state_dir)):
        held = submit(stack, "What a lovely day.")
        s3.put_object(**key, Body=good)
        # The same process fetches it again; a comment does not wait longer for that than for a score.
        mended = wait_for(lambda: published(stack, "What a lovely evening."))

    assert held["status"] == "held"
    assert "unscored" in json.dumps(held["review"])
    assert "is not the expected file" in "".join(stack.logs("comments"))
    assert mended["model"] == NAME
