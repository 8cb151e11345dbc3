"""Every sample event in events/ through the handler it is for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from tests.factories import NOW, comment, held, rejection
from tests.integration.conftest import Context

from parley import changes, moderation, reporting
from parley.author import AuthorRecord
from parley.comment import RejectionCode, ReviewCause

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from emulator import Emulator
    from parley.store import Store

    Load = Callable[[str], ModuleType]

EVENTS = Path(__file__).resolve().parents[2] / "events"
SAMPLE_ID = "a" * 26
# Which function each sample is for, and the status of its answer on a table that holds nothing.
HTTP_SAMPLES = {
    "submit": ("comments", 201),
    "own-comments": ("comments", 200),
    "article-page": ("pages", 200),
    "replies": ("pages", 200),
    "counts": ("pages", 200),
    "queue": ("moderation", 200),
    "decision": ("moderation", 404),
    "simulation": ("insights", 200),
    "statistics": ("insights", 200),
}


def sample(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return content


def answer(response: dict[str, Any]) -> Any:
    return json.loads(response["body"])


@pytest.mark.parametrize(("name", "function", "status"), [(n, *rest) for n, rest in HTTP_SAMPLES.items()])
def test_every_http_sample_is_answered(load_function: Load, name: str, function: str, status: int) -> None:
    response = load_function(function).handler(sample(name), Context())

    assert response["statusCode"] == status
    assert answer(response)


def test_every_sample_has_its_test() -> None:
    tested = {*HTTP_SAMPLES, "stream", "rescoring", "jobs", "web"}

    assert {path.stem for path in EVENTS.glob("*.json")} == tested


def test_the_web_sample_is_answered_with_the_demo_page(
    load_function: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGIN_AUTHORIZE_URL", "LOGIN_TOKEN_URL", "LOGIN_LOGOUT_URL"):
        monkeypatch.setenv(name, "https://login.example/x")
    monkeypatch.setenv("LOGIN_CLIENT_ID", "client")
    monkeypatch.setenv("PAGE_ORIGINS", "https://news.example")

    response = load_function("web").handler(sample("web"), Context())

    assert response["statusCode"] == 200
    assert "<parley-comments" in response["body"]


def test_a_submitted_sample_is_published_by_the_real_model_and_shown(load_function: Load) -> None:
    made = answer(load_function("comments").handler(sample("submit"), Context()))["comment"]

    pages = load_function("pages")
    page = pages.handler(sample("article-page"), Context())
    own = answer(load_function("comments").handler(sample("own-comments"), Context()))

    assert made["status"] == "published"
    assert [shown["id"] for shown in answer(page)["comments"]] == [made["id"]]
    assert [shown["id"] for shown in own["comments"]] == [made["id"]]
    assert "reasons" in own["comments"][0]
    assert "reasons" not in answer(page)["comments"][0]


def test_a_page_that_has_not_changed_is_not_sent_again(load_function: Load) -> None:
    load_function("comments").handler(sample("submit"), Context())
    pages = load_function("pages")
    event = sample("article-page")
    first = pages.handler(event, Context())

    event["headers"]["if-none-match"] = f'"other", W/{first["headers"]["ETag"]}'
    second = pages.handler(event, Context())

    assert (second["statusCode"], second["body"]) == (304, "")
    assert second["headers"]["ETag"] == first["headers"]["ETag"]
    assert "s-maxage" in second["headers"]["Cache-Control"]


def test_the_decision_sample_rejects_a_held_comment(load_function: Load, store: Store) -> None:
    store.apply(changes.submitted(held(id=SAMPLE_ID)))
    moderation = load_function("moderation")

    decided = moderation.handler(sample("decision"), Context())
    again = moderation.handler(sample("decision"), Context())

    assert answer(decided)["comment"]["status"] == "rejected"
    assert (again["statusCode"], answer(again)["decided_by"]) == (409, "Mo Example")


def test_the_stream_sample_counts_once_and_enqueues_what_was_unscored(
    load_function: Load, store: Store, emulator: Emulator
) -> None:
    projections = load_function("projections")

    outcomes = [projections.handler(sample("stream"), Context()) for _ in range(3)]

    assert [outcome["batchItemFailures"] for outcome in outcomes] == [[], [], []]
    assert store.counts(["harbour-bridge"]) == {"harbour-bridge": 1}
    sqs = boto3.client("sqs", **emulator.client_settings)
    url = projections.os.environ["RESCORING_QUEUE_URL"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert {json.loads(message["Body"])["comment_id"] for message in messages} == {SAMPLE_ID}


def test_one_bad_record_fails_alone(load_function: Load, store: Store) -> None:
    event = sample("stream")
    bad = json.loads(json.dumps(event["Records"][0]))
    bad["dynamodb"]["SequenceNumber"] = "1"
    del bad["dynamodb"]["NewImage"]["status"]
    event["Records"].insert(0, bad)

    outcome = load_function("projections").handler(event, Context())

    assert outcome == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert store.counts(["harbour-bridge"]) == {"harbour-bridge": 1}


def test_the_jobs_sample_settles_the_reports_of_a_comment(load_function: Load, store: Store) -> None:
    store.apply(changes.submitted(comment(id=SAMPLE_ID)))
    reader = AuthorRecord(sub="ben", id="id-of-ben", name="Ben")
    reporting.report(store, SAMPLE_ID, reader, reason=RejectionCode.SPAM, note=None, now=NOW)
    moderation.decide(store, SAMPLE_ID, rejection(version=2), now=NOW)

    outcome = load_function("jobs").handler(sample("jobs"), Context())

    assert outcome == {"batchItemFailures": []}
    assert [found.outcome for found in store.reports(SAMPLE_ID)] == ["right"]


def test_the_rescoring_sample_publishes_what_may_be_published(load_function: Load, store: Store) -> None:
    store.apply(changes.submitted(held(ReviewCause.UNSCORED, id=SAMPLE_ID)))

    outcome = load_function("rescoring").handler(sample("rescoring"), Context())

    stored = store.comment(SAMPLE_ID)
    assert outcome == {"batchItemFailures": []}
    assert stored is not None
    assert (stored.status, stored.review) == ("published", None)


def test_a_message_that_cannot_be_scored_is_returned_to_the_queue(
    load_function: Load, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply(changes.submitted(held(ReviewCause.UNSCORED, id=SAMPLE_ID)))
    rescoring = load_function("rescoring")
    monkeypatch.setattr(rescoring, "scoring", rescoring.Scoring(None, timeout_s=1))

    with pytest.raises(BatchProcessingError):  # of a single message; of several, those that failed are named
        rescoring.handler(sample("rescoring"), Context())


def test_without_a_model_comments_are_accepted_and_held(
    load_function: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOXICITY_MODEL_DIR", str(tmp_path))

    made = answer(load_function("comments").handler(sample("submit"), Context()))["comment"]

    assert (made["status"], made["reasons"]) == ("held", [{"rule": "unscored"}])


def test_neither_text_nor_subject_reaches_the_log(
    load_function: Load,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    load_function("comments").handler(sample("submit"), Context())
    monkeypatch.setenv("TOXICITY_MODEL_DIR", str(tmp_path))
    event = sample("submit")
    event["headers"]["idempotency-key"] = "another"
    load_function("comments").handler(event, Context())
    broken = sample("submit") | {"body": '{"body": "A bridge would help all of us'}
    load_function("comments").handler(broken, Context())

    logged = "".join(capfd.readouterr()) + repr([record.__dict__ for record in caplog.records])

    assert "CommentsUnscored" in logged
    assert "comment held unscored" in logged
    assert "bridge would help" not in logged
    assert sample("submit")["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] not in logged


BAD_BODIES = [
    ('{"body": "cut off', 400, "body"),
    ("", 422, "body"),
    ("[]", 422, "body"),
    ('{"body": 5}', 422, "body"),
    ('{"body": null}', 422, "body"),
    ("{}", 422, "body"),
    ('{"body": "  "}', 422, "body"),
    ('{"body": "\\ud800"}', 422, "body"),
    ('{"body": "\\u0000"}', 422, "body"),
    (json.dumps({"body": "x" * 5001}), 413, "body"),
    (json.dumps({"body": "\u0301" * 1_000_000}), 413, "body"),
    ('{"body": "fine", "parent_id": 5}', 422, "parent_id"),
    ('{"body": "fine", "parent_id": "x"}', 400, "parent_id"),
    ('{"body": "fine", "status": "published"}', 422, "status"),
    ("[" * 100_000, 400, "body"),
    ('{"body": ' + "9" * 5000 + "}", 400, "body"),
]


@pytest.mark.parametrize(("body", "status", "field"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_bodies_get_a_problem_that_names_the_field(
    load_function: Load, body: str, status: int, field: str
) -> None:
    response = load_function("comments").handler(sample("submit") | {"body": body}, Context())

    assert response["statusCode"] == status
    assert response["headers"]["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer(response)["errors"]] == [field]


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("article-page", "limit=0", "limit"),
        ("article-page", "limit=x", "limit"),
        ("article-page", "order=best", "order"),
        ("article-page", "cursor=abc", "cursor"),
        ("counts", "article_id=a!", "article_id"),
        ("counts", "&".join(f"article_id=a{n}" for n in range(101)), "article_id"),
        ("queue", "limit=1000", "limit"),
        ("queue", "cursor=%F0%9F", "cursor"),
    ],
)
def test_bad_queries_get_a_problem_that_names_the_field(
    load_function: Load, name: str, query: str, field: str
) -> None:
    function, _ = HTTP_SAMPLES[name]
    parsed = {key: ",".join(values) for key, values in parse_qs(query).items()}
    event = sample(name) | {"rawQueryString": query, "queryStringParameters": parsed}

    response = load_function(function).handler(event, Context())

    assert response["statusCode"] == 400
    assert [error["field"] for error in answer(response)["errors"]] == [field]
