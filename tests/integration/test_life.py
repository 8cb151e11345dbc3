"""A site's life in any order: see `life` for who does what, and for the invariants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test
from tests.integration.life.authors import Authors
from tests.integration.life.invariants import Invariants
from tests.integration.life.moderators import Moderators
from tests.integration.life.world import ARTICLES, AUTHORS, BODIES, RULES

from parley import jobs

if TYPE_CHECKING:
    import pytest
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.store import Store


class Life(Authors, Moderators, Invariants):
    """All of them, beginning with a few comments."""

    @initialize(bodies=st.lists(st.sampled_from(BODIES), min_size=3, max_size=5), has_model=st.booleans())
    def begin(self, bodies: list[str], has_model: bool) -> None:  # noqa: FBT001
        self.saves_a_policy(RULES, is_late=False)
        for number, body in enumerate(bodies):
            self.writes(AUTHORS[number % 2], ARTICLES[0], body, None, has_model=has_model or number > 0)
        self.all_is_well()


def on_table(store: Store, client: DynamoDBClient, name: str) -> type[Life]:
    """The machine on a table that it finds empty."""

    class OnThisTable(Life):
        def __init__(self) -> None:
            super().__init__()
            for item in client.scan(TableName=name)["Items"]:
                client.delete_item(TableName=name, Key={"PK": item["PK"], "SK": item["SK"]})

    OnThisTable.store = store
    OnThisTable.client = client
    OnThisTable.table = name
    return OnThisTable


SETTINGS: dict[str, Any] = {
    "max_examples": 25,
    "stateful_step_count": 40,
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


def test_whatever_happens_in_whatever_order_nothing_is_lost_or_decided_twice(
    store: Store, dynamodb: DynamoDBClient, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So few that a job of a handful of comments is cut off now and then.
    monkeypatch.setattr(jobs, "PAGE", 2)
    run_state_machine_as_test(on_table(store, dynamodb, table), settings=settings(**SETTINGS))
