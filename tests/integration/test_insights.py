from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import SALT, approval, comment, held, rejection
from tests.integration.calls import call

from parley import changes, insights, keys, moderation
from parley import comment as comments
from parley.comment import Comment, Review, ReviewCause, Status
from parley.policy import Policy, Threshold
from parley.signals import Signals
from parley.store import decisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.store import Store

    Load = Callable[[str], ModuleType]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = {"toxicity": {"review_at": 0.5, "reject_at": 0.9}}


def put(store: Store, number: int, now: datetime = NOW, **given: Any) -> Comment:
    at = comments.timestamp(now - timedelta(minutes=number))
    comment_id = keys.comment_id(SALT, "ann", f"decided-{number}")
    made = comment(**({"id": comment_id, "created_at": at} | given))
    store.apply(changes.submitted(made))
    return made


def test_decisions_are_read_in_the_order_of_time_across_days_and_shards(store: Store) -> None:
    made = [put(store, number * 200, status=Status.HELD) for number in range(30)]
    start, end = made[-1].created_at, comments.timestamp(NOW)
    expected = [one.created_at for one in made[1:]]

    def walk(*, is_ascending: bool) -> list[str]:
        found: list[str] = []
        position = None
        while True:
            page = store.decisions(start, end, limit=7, after=position, is_ascending=is_ascending)
            found += [item["at"] for item in page.items]
            position = page.next
            if position is None:
                return found

    assert walk(is_ascending=False) == expected
    assert walk(is_ascending=True) == expected[::-1]


@pytest.mark.parametrize("is_ascending", [True, False])
def test_a_page_of_decisions_ends_after_a_year_of_looking_and_the_next_goes_on(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    is_ascending: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(decisions, "_MOST_DAYS", 3)
    made = [put(store, number, now=NOW - timedelta(days=days)) for number, days in enumerate((9, 8, 2, 0))]
    start, end = "2026-11-10T00:00:00.000Z", "2026-11-30T00:00:00.000Z"
    found, sizes, position = [], [], None

    while True:
        page = store.decisions(start, end, limit=7, after=position, is_ascending=is_ascending)
        found += [item["comment_id"] for item in page.items]
        sizes.append(len(page.items))
        position = page.next
        if position is None:
            break

    expected = [one.id for one in made]
    assert found == (expected if is_ascending else expected[::-1])
    assert 0 in sizes
    assert len(sizes) > 5


def test_a_candidate_is_replayed_over_the_latest_comments(store: Store) -> None:
    review = Review((ReviewCause.BORDERLINE,), comments.timestamp(NOW - timedelta(hours=3)), 60)
    for number in range(12):
        made = put(
            store,
            number + 1,
            status=Status.HELD,
            review=review,
            scores={"toxicity": 0.6},
            signals=Signals(links=4) if number == 11 else Signals(),
        )
        if number < 6:
            wish = approval() if number < 4 else rejection()
            moderation.decide(store, made.id, wish, now=NOW - timedelta(seconds=1))
    candidate = Policy(thresholds={"toxicity": Threshold(0.7, None)})

    found = insights.try_out(store, candidate, defaults=OWN, limit=100, now=NOW)

    replayed = found.simulation
    assert (replayed.comments, replayed.decided_by_moderators) == (12, 6)
    assert replayed.current.outcomes == {Status.PUBLISHED: 0, Status.HELD: 12, Status.REJECTED: 0}
    assert replayed.candidate.outcomes == {Status.PUBLISHED: 11, Status.HELD: 1, Status.REJECTED: 0}
    assert (replayed.candidate.misses.count, replayed.candidate.misses.of) == (2, 2)
    assert (replayed.current.false_holds.count, replayed.candidate.false_holds.count) == (4, 0)
    assert len(found.items) == 5


def test_no_more_comments_are_replayed_than_asked_for(store: Store) -> None:
    for number in range(1, 9):
        put(store, number)

    found = insights.try_out(store, Policy(), defaults=OWN, limit=3, now=NOW)

    assert found.simulation.comments == 3
    assert found.simulation.end == comments.timestamp(NOW - timedelta(minutes=1))


def test_new_words_are_looked_for_in_texts_that_are_still_there(
    store: Store, dynamodb: DynamoDBClient, table: str
) -> None:
    for number, body in enumerate(["Buy crypto now.", "Good morning.", "Crypto again."], start=1):
        put(store, number, body=body)
    gone = keys.comment_key(keys.comment_id(SALT, "ann", "decided-3"))
    dynamodb.delete_item(TableName=table, Key={name: {"S": value} for name, value in gone.items()})

    found = insights.try_out(store, Policy(held_terms=("crypto",)), defaults=OWN, limit=10, now=NOW)

    assert found.simulation.candidate.outcomes[Status.HELD] == 1
    assert found.simulation.without_text == 1


def test_a_comment_of_the_audit_sample_is_no_example(store: Store) -> None:
    review = Review((ReviewCause.AUDIT,), comments.timestamp(NOW), 0)
    put(store, 1, review=review, scores={"toxicity": 0.3})

    candidate = Policy(thresholds={"toxicity": Threshold(0.2, None)})
    found = insights.try_out(store, candidate, defaults=OWN, limit=10, now=NOW)

    assert found.simulation.shifts[0].count == 1
    assert found.items == {}


def test_the_report_tells_of_the_queue_and_of_the_last_days(store: Store) -> None:
    opened = [comments.timestamp(NOW - timedelta(hours=hours)) for hours in (9, 3, 1)]
    for number, at in enumerate(opened):
        review = Review((ReviewCause.BORDERLINE,), at, 50)
        put(store, number + 1, status=Status.HELD, review=review)
    put(store, 60 * 24 * 8, status=Status.HELD)
    decided = keys.comment_id(SALT, "ann", "decided-3")
    moderation.decide(store, decided, approval(), now=NOW - timedelta(seconds=1))

    found = insights.report(store, days=7, now=NOW)

    assert found.is_complete
    assert found.statistics.automatic[Status.HELD] == 3
    assert found.statistics.time_to_decision_s.median == 3599
    assert (found.queue.oldest_opened_at, found.queue.is_oldest_exact) == (opened[0], True)
    assert (found.queue.overdue, found.queue.is_overdue_exact) == (1, True)
    assert found.queue.next_due_at == comments.timestamp(NOW - timedelta(hours=5))
    assert insights.report(store, days=9, now=NOW).statistics.automatic[Status.HELD] == 4


def test_a_long_queue_is_not_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insights, "MAX_SCANNED", 2)
    for number, hours in enumerate((9, 8, 1)):
        review = Review((ReviewCause.BORDERLINE,), comments.timestamp(NOW - timedelta(hours=hours)), 50)
        put(store, number + 1, status=Status.HELD, review=review)

    queue = insights.report(store, days=1, now=NOW).queue

    assert (queue.overdue, queue.is_overdue_exact, queue.is_oldest_exact) == (2, False, False)


def test_simulations_and_statistics_over_http(load_function: Load, store: Store) -> None:
    now = datetime.now(UTC)
    function = load_function("insights")
    made = put(store, 1, now, status=Status.HELD, review=held().review, scores={"toxicity": 0.97})
    moderation.decide(store, made.id, rejection(), now=now - timedelta(seconds=1))

    wanted = {"policy": {"version": 0, "thresholds": {"toxicity": {}}}, "comments": 10}
    status, answer = call(function, "POST", "/moderation/policy/simulations", wanted)

    assert status == 200
    simulation = answer["simulation"]
    assert simulation["candidate"]["outcomes"] == {"published": 1, "held": 0, "rejected": 0}
    assert simulation["candidate"]["misses"] == {"count": 1, "of": 1, "rate": 1.0, "low": 0.2065, "high": 1.0}
    (change,) = simulation["changes"]
    assert (change["to"], change["rejected"]) == ("published", 1)
    assert change["examples"][0]["comment"]["body"] == made.body
    assert change["examples"][0]["from_reasons"][0]["label"] == "toxicity"
    assert simulation["histograms"]["toxicity"]["rejected"] == [0] * 19 + [1]
    status, answer = call(function, "GET", "/moderation/statistics", days="1")
    assert status == 200
    assert sum(day["moderators"]["rejected"] for day in answer["statistics"]["days"]) == 1
    assert answer["statistics"]["moderators"] == {"approved": 0, "rejected": 1, "undone": 0}
    assert set(answer["statistics"]["labels"]) == {"toxicity"}


def test_the_models_own_thresholds_are_shown(load_function: Load) -> None:
    status, answer = call(load_function("insights"), "GET", "/moderation/model")

    assert status == 200
    assert set(answer["model"]["thresholds"]) == set(answer["model"]["labels"])


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"version": 0, "max_links": -1}, "max_links"),
        ({"version": 0, "audit": {"published": 2}}, "audit.published"),
        ({"version": 0, "thresholds": {"insult": {"review_at": 3}}}, "thresholds.insult.review_at"),
    ],
)
def test_a_candidate_that_cannot_work_is_refused_by_its_rule(
    load_function: Load, policy: dict[str, Any], field: str
) -> None:
    status, problem = call(
        load_function("insights"), "POST", "/moderation/policy/simulations", {"policy": policy}
    )

    assert (status, problem["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/moderation/statistics"),
        ("GET", "/moderation/model"),
        ("POST", "/moderation/policy/simulations"),
    ],
)
def test_insights_are_for_moderators(load_function: Load, method: str, path: str) -> None:
    body = {"policy": {"version": 0}} if method == "POST" else None

    assert call(load_function("insights"), method, path, body, groups="[readers]")[0] == 403
