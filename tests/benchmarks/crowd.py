"""Comments to measure with, and the quickest ways to put many of them into a table of the emulator."""

from __future__ import annotations

import http.client
import json
import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from parley import changes, keys
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Author,
    Change,
    Comment,
    ModeratorDecision,
    Reason,
    RejectionCode,
    Review,
    ReviewCause,
    Rule,
    Status,
    timestamp,
)
from parley.items import comment_to_item, entry_to_item, marshal_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

BATCH: Final = 25
SAID_EVERY: Final = 100_000
NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
# A thousand a day.
APART: Final = timedelta(seconds=86.4)
MO: Final = Actor(ActorKind.MODERATOR, "mo", "Mo")
ARTICLE: Final = "bench"
# As long as comments usually are; the same words in another order each time, as words repeat in any language.
BODY: Final = "I have cycled over the old bridge for ten years, and the new one is worth every cent. " * 3
VOCABULARY: Final = tuple(f"{one}{other}" for one in BODY.split() for other in ("", "s", "ing", "ed", "er"))
SCORES: Final = dict.fromkeys(
    ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"), 0.0123
)


def _comment(number: int, kind: str, **given: Any) -> Comment:
    at = timestamp(NOW - number * APART)
    sub = f"author-{number % 500:04d}"
    fields: dict[str, Any] = {
        "id": keys.comment_id("bench", sub, f"{kind}-{number}"),
        "article_id": ARTICLE,
        "parent_id": None,
        "depth": 0,
        "author": Author(keys.author_id("bench", sub), "An Author"),
        "author_sub": sub,
        "body": " ".join(random.Random(number).choices(VOCABULARY, k=55)),
        "status": Status.PUBLISHED,
        "reasons": (),
        "scores": SCORES,
        "model": "bench-model",
        "policy_version": 0,
        "review": None,
        "version": 1,
        "created_at": at,
        "edited_at": None,
        "reply_count": 0,
        "request_hash": "0" * 26,
        "decided_at": at,
    }
    return Comment(**(fields | given))


def _stored(made: Change) -> list[dict[str, Any]]:
    return [comment_to_item(made.after), entry_to_item(made.entry)]


def published(number: int) -> list[dict[str, Any]]:
    """What the table holds of a published comment; the higher the number, the older."""
    return [comment_to_item(_comment(number, "published"))]


def _held(number: int) -> Comment:
    reason = Reason(rule=Rule.MODEL, outcome=Status.HELD, label="insult", score=0.6, threshold=0.5)
    at = timestamp(NOW - number * APART)
    return _comment(
        number,
        "held",
        status=Status.HELD,
        scores={**SCORES, "insult": 0.6},
        reasons=(reason,),
        review=Review((ReviewCause.BORDERLINE,), at, 59),
    )


def waiting(number: int) -> list[dict[str, Any]]:
    """What it holds of one that waits for a moderator, with its history."""
    return _stored(changes.submitted(_held(number)))


def decided(number: int) -> list[dict[str, Any]]:
    """A comment that was held and then decided about; of each four, one was rejected."""
    first = changes.submitted(_held(number))
    action = Action.APPROVE if number % 4 else Action.REJECT
    code = None if number % 4 else RejectionCode.ABUSIVE
    decision = ModeratorDecision(action=action, version=1, by=MO, code=code)
    second = changes.decide(first.after, decision, now=NOW - number * APART)
    return [entry_to_item(first.entry), *_stored(second)]


def load(client: DynamoDBClient, table: str, items: Iterable[dict[str, Any]]) -> None:
    """Put whole items into a table."""
    batch: list[Any] = []
    for item in items:
        batch.append({"PutRequest": {"Item": marshal_item(item)}})
        if len(batch) == 25:
            client.batch_write_item(RequestItems={table: batch})
            batch = []
    if batch:
        client.batch_write_item(RequestItems={table: batch})


def load_keys(
    client: DynamoDBClient, table: str, numbers: Iterable[int], progress: Callable[[str], None]
) -> None:
    """Published comments that are nothing but their keys, in the table and in its indexes.

    For a crowd that no measured request reads: a request that reads them all the same is billed less than for
    whole comments, but more than for not reading them. They go past the SDK, which would take longer to write
    the requests than the emulator to answer them.
    """
    address = urlsplit(client.meta.endpoint_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20261124/{client.meta.region_name}/dynamodb/"
        "aws4_request, SignedHeaders=host, Signature=none",
    }
    requests = ({"PutRequest": {"Item": _keys_only(number)}} for number in numbers)
    done = 0
    while batch := list(islice(requests, BATCH)):
        connection.request("POST", "/", json.dumps({"RequestItems": {table: batch}}), headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        if answer.status != http.client.OK or content.get("UnprocessedItems"):
            raise RuntimeError(f"the emulator did not take a batch: {content}")
        done += len(batch)
        if done % SAID_EVERY == 0:
            progress(f"costs: {done} comments written")


def _keys_only(number: int) -> dict[str, dict[str, str]]:
    at, comment_id = timestamp(NOW - number * APART), f"{number:026d}"
    place = keys.by_time(at, comment_id)
    return {
        **marshal_item(keys.comment_key(comment_id)),
        "pages_pk": {"S": keys.thread_partition(ARTICLE, None)},
        "pages_sk": {"S": place},
        "authors_pk": {"S": keys.author_partition(f"author-{number % 500:04d}")},
        "authors_sk": {"S": place},
    }
