"""How the store meets a table that fails; what it does on a real one is tested in tests/integration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber
from tests.factories import comment

from parley import changes, keys
from parley.article import Article, ArticleState
from parley.comment import RejectionCode
from parley.errors import ConditionFailed, Unavailable
from parley.items import comment_to_item, marshal_item
from parley.lease import Lease
from parley.report import Report
from parley.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGE = changes.submitted(comment())
LEASE = Lease("l-1", "mo", "Mo", "2026-11-24T12:05:00.000Z")
ARTICLE = Article(id="a-1", state=ArticleState.OPEN, changed_at="2026-11-24T12:00:00.000Z", changed_by="Mo")
REPORT = Report(
    comment_id="a" * 26,
    reporter="ben",
    reason=RejectionCode.SPAM,
    note=None,
    at="2026-11-24T12:00:00.000Z",
    weight=0.5,
)


class Table:
    """A stubbed client, its store, and how long the store has slept."""

    def __init__(self) -> None:
        client = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        self.stub = Stubber(client)
        self.slept: list[float] = []
        self.store = Store(client, "comments", sleep=self.slept.append)

    def cancels(self, *codes: str) -> None:
        reasons: Any = [{"Code": code} for code in codes]
        self.stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
            expected_params=None,
        )


@pytest.fixture
def table() -> Table:
    made = Table()
    made.stub.activate()
    return made


def test_a_write_that_collides_is_tried_again_after_a_pause(table: Table) -> None:
    table.cancels("TransactionConflict", "None")
    table.cancels("None", "ThrottlingError")
    table.stub.add_response("transact_write_items", {})

    table.store.apply(CHANGE)

    table.stub.assert_no_pending_responses()
    assert len(table.slept) == 2


def test_a_write_that_always_collides_ends_as_unavailable(table: Table) -> None:
    for _ in range(6):
        table.cancels("TransactionConflict", "None")

    with pytest.raises(Unavailable):
        table.store.apply(CHANGE)


def test_a_failed_condition_is_not_tried_again_and_says_which(table: Table) -> None:
    table.cancels("None", "ConditionalCheckFailed")

    with pytest.raises(ConditionFailed) as failed:
        table.store.apply(CHANGE)

    assert failed.value.actions == {1}
    assert table.slept == []


def test_a_cancellation_nobody_expects_is_not_hidden(table: Table) -> None:
    table.cancels("ValidationError", "None")

    with pytest.raises(ClientError):
        table.store.apply(CHANGE)


@pytest.mark.parametrize(
    ("call", "write"),
    [
        ("update_item", lambda store: store.take_leases(["a" * 26], LEASE, at="2026-11-24T12:00:00.000Z")),
        ("update_item", lambda store: store.put_article(ARTICLE)),
        ("delete_item", lambda store: store.delete_report(REPORT)),
    ],
)
def test_a_write_of_one_item_waits_for_a_transaction_on_it(
    table: Table, call: str, write: Callable[[Store], object]
) -> None:
    table.stub.add_client_error(call, "TransactionConflictException")
    item: Any = marshal_item(comment_to_item(comment()) | keys.article_key("a-1"))
    table.stub.add_response(call, {"Attributes": item})

    write(table.store)

    table.stub.assert_no_pending_responses()
    assert len(table.slept) == 1


def test_a_write_of_one_item_that_always_meets_transactions_ends_as_unavailable(table: Table) -> None:
    for _ in range(6):
        table.stub.add_client_error("update_item", "TransactionConflictException")

    with pytest.raises(Unavailable):
        table.store.put_article(ARTICLE)


def test_what_a_batch_leaves_out_is_asked_for_again(table: Table) -> None:
    left: Any = {"comments": {"Keys": [{"PK": {"S": "ARTICLE#b"}, "SK": {"S": "ARTICLE"}}]}}
    for article, rest in (("a", left), ("b", {})):
        item: Any = {"PK": {"S": f"ARTICLE#{article}"}, "comment_count": {"N": "1"}}
        table.stub.add_response(
            "batch_get_item", {"Responses": {"comments": [item]}, "UnprocessedKeys": rest}
        )

    assert table.store.counts(["a", "b"]) == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "InternalServerError", "ProvisionedThroughputExceededException"]
)
def test_a_table_out_of_service_is_said_to_be_unavailable(table: Table, code: str) -> None:
    table.stub.add_client_error("query", code)

    with pytest.raises(Unavailable):
        table.store.page("pages", "ARTICLE#a", limit=1)


def test_a_missing_right_is_not_taken_for_an_outage(table: Table) -> None:
    table.stub.add_client_error("query", "AccessDeniedException")

    with pytest.raises(ClientError):
        table.store.page("pages", "ARTICLE#a", limit=1)


def test_a_call_that_times_out_is_said_to_be_unavailable(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def timed_out(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://table")

    monkeypatch.setattr(table.store._client, "query", timed_out)

    with pytest.raises(Unavailable):
        table.store.page("pages", "ARTICLE#a", limit=1)
