from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from tests.factories import NOW, SALT, approval
from tests.fakes import KeywordScorer

from parley import errors, keys, moderation
from parley.comment import ReviewCause, Status
from parley.items import marshal_item
from parley.scoring import Scoring
from parley.store import Store
from parley.submission import Submission, Submitted, Submitter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def submitter(store: Store) -> Submitter:
    return Submitter(store, Scoring(KeywordScorer(), timeout_s=5), salt=SALT)


def submit(  # noqa: PLR0913
    submitter: Submitter,
    body: str = "Good morning.",
    *,
    key: str | None = "key-1",
    author: str = "ann",
    article: str = "a-1",
    parent: str | None = None,
) -> Submitted:
    return submitter.submit(
        Submission(article, body, parent, key), author_sub=author, author_name=author.title(), now=NOW
    )


def everything(dynamodb: DynamoDBClient, table: str) -> list[dict[str, Any]]:
    return dynamodb.scan(TableName=table)["Items"]


@pytest.mark.parametrize(
    ("body", "status", "causes"),
    [
        ("fine", Status.PUBLISHED, None),
        ("borderline", Status.HELD, (ReviewCause.BORDERLINE,)),
        ("vile", Status.REJECTED, None),
    ],
)
def test_a_comment_is_stored_with_its_decision_and_its_history(
    submitter: Submitter, store: Store, body: str, status: Status, causes: tuple[ReviewCause, ...] | None
) -> None:
    made = submit(submitter, body).comment

    stored, entry = store.comment_and_entry(made.id, 1)

    assert stored == made
    assert entry is not None
    assert (made.status, made.review.causes if made.review else None) == (status, causes)
    assert (entry.after, entry.scores, entry.model) == (status, made.scores, KeywordScorer.model)


def test_the_same_key_with_the_same_text_gets_the_first_answer(submitter: Submitter, store: Store) -> None:
    first = submit(submitter, "e\u0301t\u00e9")

    again = submit(submitter, "été ")

    assert again.is_replay
    assert again.comment == first.comment
    assert len(store.page("pages", "ARTICLE#a-1", limit=10).items) == 1


def test_the_first_answer_stays_the_answer_after_a_moderator_decided(
    submitter: Submitter, store: Store
) -> None:
    first = submit(submitter, "borderline")
    moderation.decide(store, first.comment.id, approval(), now=NOW)

    again = submit(submitter, "borderline").comment

    assert (again.status, again.reasons, again.version) == (Status.HELD, first.comment.reasons, 1)


@pytest.mark.parametrize("other", [{"body": "another text"}, {"article": "a-2"}])
def test_the_same_key_with_another_request_is_refused(submitter: Submitter, other: dict[str, Any]) -> None:
    submit(submitter)

    with pytest.raises(errors.IdempotencyMismatch):
        submit(submitter, **other)


def test_two_authors_may_use_the_same_key(submitter: Submitter) -> None:
    assert submit(submitter).comment.id != submit(submitter, author="ben").comment.id


def test_a_request_that_arrives_many_times_at_once_makes_one_comment(
    submitter: Submitter, dynamodb: DynamoDBClient, table: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: submit(submitter), range(8)))

    assert len({answer.comment.id for answer in made}) == 1
    assert sum(not answer.is_replay for answer in made) == 1
    # The comment, its history entry, its author, and whose derived id that is.
    assert len(everything(dynamodb, table)) == 4


def test_an_answer_lost_after_the_write_is_found_by_the_retry(
    submitter: Submitter, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = store.apply

    def write_and_lose_the_answer(*change: Any) -> None:
        apply(*change)
        raise errors.Unavailable("gone")

    with monkeypatch.context() as lost:
        lost.setattr(store, "apply", write_and_lose_the_answer)
        with pytest.raises(errors.Unavailable):
            submit(submitter)

    assert submit(submitter).is_replay


def test_a_reply_hangs_below_its_parent(submitter: Submitter, store: Store) -> None:
    parent = submit(submitter).comment

    reply = submit(submitter, key="key-2", parent=parent.id).comment

    assert (reply.parent_id, reply.depth) == (parent.id, 1)
    assert [item["id"] for item in store.page("pages", f"THREAD#{parent.id}", limit=5).items] == [reply.id]
    assert [item["id"] for item in store.page("pages", "ARTICLE#a-1", limit=5).items] == [parent.id]


def test_replies_go_only_so_deep(submitter: Submitter) -> None:
    parent = submit(submitter).comment
    for level in range(3):
        parent = submit(submitter, key=f"level-{level}", parent=parent.id).comment

    with pytest.raises(errors.Invalid) as refused:
        submit(submitter, key="too-deep", parent=parent.id)

    assert refused.value.field == "parent_id"


def test_a_reply_needs_a_published_parent_under_the_same_article(submitter: Submitter) -> None:
    published = submit(submitter).comment.id
    hidden = submit(submitter, "borderline", key="key-2").comment.id
    unknown = keys.comment_id(SALT, "nobody", "never")

    for parent, article in [(published, "a-2"), (hidden, "a-1"), (unknown, "a-1")]:
        with pytest.raises(errors.Invalid) as refused:
            submit(submitter, key="reply", parent=parent, article=article)
        assert refused.value.field == "parent_id"


@pytest.mark.parametrize(
    ("request_", "error", "field"),
    [
        ({"body": " \u200b "}, errors.Invalid, "body"),
        ({"body": "nul\0"}, errors.Invalid, "body"),
        ({"body": "\ud800"}, errors.Invalid, "body"),
        ({"body": "x" * 5001}, errors.TooLong, "body"),
        ({"body": "\u0301" * 1_000_000}, errors.TooLong, "body"),
        ({"key": None}, errors.Malformed, "Idempotency-Key"),
        ({"key": "ä"}, errors.Malformed, "Idempotency-Key"),
        ({"article": "a/1"}, errors.Malformed, "article_id"),
        ({"parent": "not an id"}, errors.Malformed, "parent_id"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(  # noqa: PLR0913, PLR0917
    submitter: Submitter,
    dynamodb: DynamoDBClient,
    table: str,
    request_: dict[str, Any],
    error: type[errors.FieldError],
    field: str,
) -> None:
    with pytest.raises(error) as refused:
        submit(submitter, **request_)

    assert refused.value.field == field
    assert everything(dynamodb, table) == []


def test_without_a_score_a_comment_waits_for_a_person(store: Store) -> None:
    made = submit(Submitter(store, Scoring(None, timeout_s=1), salt=SALT))

    assert made.scoring_error
    assert made.comment.status is Status.HELD
    assert [item["review"]["causes"] for item in store.queue(limit=5).items] == [["unscored"]]
    assert store.page("pages", "ARTICLE#a-1", limit=5).items == []


def test_a_policy_in_the_table_is_the_one_that_decides(
    submitter: Submitter, dynamodb: DynamoDBClient, table: str
) -> None:
    saved = {
        **keys.policy_key(),
        "version": 7,
        "banned_terms": ["dork"],
        "thresholds": {"toxicity": {"review_at": 0.95}},
        "max_length": 20,
    }
    dynamodb.put_item(TableName=table, Item=marshal_item(saved))

    rejected = submit(submitter, "you d0rk", key="1").comment
    published = submit(submitter, "borderline", key="2").comment

    assert (rejected.status, rejected.policy_version) == (Status.REJECTED, 7)
    assert published.status is Status.PUBLISHED
    with pytest.raises(errors.TooLong):
        submit(submitter, "x" * 21, key="3")


def test_a_table_that_cannot_be_reached_is_said_to_be_unavailable(
    dynamodb: DynamoDBClient, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def timed_out(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="http://table")

    monkeypatch.setattr(dynamodb, "batch_get_item", timed_out)
    submitter = Submitter(Store(dynamodb, table), Scoring(KeywordScorer(), timeout_s=5), salt=SALT)

    with pytest.raises(errors.Unavailable):
        submit(submitter)


def test_a_submission_takes_two_round_trips_and_a_replay_one(
    submitter: Submitter, dynamodb: DynamoDBClient
) -> None:
    calls: list[str] = []
    dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))

    submit(submitter, key="counted")
    submit(submitter, key="counted")

    assert calls == ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]
