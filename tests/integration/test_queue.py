from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import NOW, SALT, approval, comment, held, rejection
from tests.integration.calls import call

from parley import changes, errors, items, keys, moderation, queue
from parley import comment as comments
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Author,
    Comment,
    ModeratorDecision,
    Reason,
    Review,
    ReviewCause,
    Rule,
    Status,
    Step,
)
from parley.counting import counted
from parley.queue import EVERYTHING, QueueCounts, QueueFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from parley.store import Store

    Load = Callable[[str], ModuleType]

ADA = Actor(ActorKind.MODERATOR, "ada", "Ada")
INSULT = Reason(rule=Rule.MODEL, outcome=Status.HELD, label="insult", score=0.7, threshold=0.5)


def put(store: Store, number: int, **given: Any) -> Comment:
    at = comments.timestamp(NOW + timedelta(seconds=number))
    review = Review((ReviewCause.BORDERLINE,), at, 50)
    fields: dict[str, Any] = {
        "id": keys.comment_id(SALT, "ann", f"waiting-{number}"),
        "created_at": at,
        "review": review,
    }
    made = held(**(fields | given))
    store.apply(changes.submitted(made))
    return made


def walk(store: Store, wanted: QueueFilter, limit: int) -> Iterator[queue.QueuePage]:
    position = None
    while True:
        found = queue.page(store, wanted, limit=limit, after=position)
        yield found
        position = found.next
        if position is None:
            return


def test_a_filtered_walk_finds_everything_wanted_in_order(store: Store) -> None:
    made = [put(store, n, article_id=f"a-{n % 3}") for n in range(40)]

    pages = list(walk(store, QueueFilter(article_id="a-1"), limit=4))

    assert [row["id"] for page in pages for row in page.rows] == [made[n].id for n in range(40) if n % 3 == 1]
    assert all(len(page.rows) == 4 for page in pages[:-1])


def test_a_request_looks_at_a_limited_number_of_rows_and_says_where_to_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_SCANNED", 7)
    made = [put(store, n, article_id="rare" if n in (0, 18) else "a-1") for n in range(20)]

    pages = list(walk(store, QueueFilter(article_id="rare"), limit=5))

    assert [page.scanned for page in pages] == [7, 7, 6]
    assert [[row["id"] for row in page.rows] for page in pages] == [[made[0].id], [], [made[18].id]]


def test_a_page_without_a_filter_reads_little_more_than_it_shows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        put(store, number)
    read: list[int] = []
    stretches = store._stretches

    def counting(*arguments: Any, **named: Any) -> Any:
        found = stretches(*arguments, **named)
        read.append(sum(len(stretch.rows) for stretch in found))
        return found

    monkeypatch.setattr(store, "_stretches", counting)
    found = queue.page(store, EVERYTHING, limit=20)

    assert (len(found.rows), found.next is not None) == (20, True)
    assert sum(read) <= 2 * 20


def test_the_place_in_a_filtered_queue_survives_the_work_of_others(store: Store) -> None:
    made = [put(store, number, article_id=f"a-{number % 2}") for number in range(12)]
    first = queue.page(store, QueueFilter(article_id="a-1"), limit=2)
    for number in (3, 4, 5):  # where the page ended, and behind it
        moderation.decide(store, made[number].id, approval(), now=NOW)

    second = queue.page(store, QueueFilter(article_id="a-1"), limit=9, after=first.next)

    assert [row["id"] for row in first.rows] == [made[1].id, made[3].id]
    assert [row["id"] for row in second.rows] == [made[7].id, made[9].id, made[11].id]


def test_a_lease_takes_of_what_is_wanted(store: Store) -> None:
    made = [put(store, number, article_id=f"a-{number % 2}") for number in range(8)]
    wanted = QueueFilter(article_id="a-1")

    taken = moderation.take_lease(store, ADA, lease_id="1" * 32, limit=3, now=NOW, wanted=wanted)

    assert [one.id for one in taken.comments] == [made[1].id, made[3].id, made[5].id]


def test_a_lease_takes_named_comments_but_not_from_somebody_or_from_outside_the_queue(store: Store) -> None:
    free, taken, decided = (put(store, number) for number in range(3))
    bob = Actor(ActorKind.MODERATOR, "bob", "Bob")
    moderation.take_named(store, bob, lease_id="2" * 32, comment_ids=[taken.id], now=NOW)
    moderation.decide(store, decided.id, approval(), now=NOW)
    wanted = [decided.id, taken.id, free.id, free.id, keys.comment_id(SALT, "x", "nothing")]

    got = moderation.take_named(store, ADA, lease_id="1" * 32, comment_ids=wanted, now=NOW)

    assert [one.id for one in got.comments] == [free.id]


def test_counts_of_the_queue_stay_exact_when_records_come_twice_and_out_of_order(store: Store) -> None:
    records = []
    expected: list[Comment] = []
    for number in range(9):
        before: Comment | None = None
        made = held(
            id=keys.comment_id(SALT, "ann", f"counted-{number}"),
            reasons=(INSULT,) if number % 2 else (),
        )
        change = changes.submitted(made)
        while True:
            old = items.comment_to_item(before) if before is not None else None
            records.append(counted(old, items.comment_to_item(change.after)))
            before = change.after
            if number % 3 == 0 or before.version > 1:
                break
            change = changes.decide(before, approval() if number % 3 == 1 else rejection(), now=NOW)
        expected.append(before)
    waiting = [one for one in expected if one.review]

    for record in [*reversed(records), *records]:
        if record:
            store.count(record, now_s=0)

    insults = sum(bool(one.reasons) for one in waiting)
    assert store.queue_counts() == QueueCounts(
        len(waiting), {"borderline": len(waiting)}, {"model": insults}, {"insult": insults}
    )


def undoing(version: int, moderator: str = "mo") -> ModeratorDecision:
    by = Actor(ActorKind.MODERATOR, moderator, moderator.title())
    return ModeratorDecision(action=Action.UNDO, version=version, by=by)


def test_an_undone_decision_brings_the_comment_back_to_its_place_in_the_queue(store: Store) -> None:
    made = [put(store, number) for number in range(3)]
    moderation.decide(store, made[1].id, rejection(), now=NOW)

    undone = moderation.decide(store, made[1].id, undoing(2), now=NOW + timedelta(hours=1))

    assert [row["id"] for row in store.queue(limit=5).items] == [one.id for one in made]
    assert undone == store.comment(made[1].id)
    history, _ = store.comment_with_history(undone)
    assert [entry.action for entry in history] == [Step.SUBMITTED, Step.REJECTED, Step.UNDONE]


def test_of_two_who_undo_one_is_told_that_it_is_done(store: Store) -> None:
    made = put(store, 1)
    moderation.decide(store, made.id, approval(), now=NOW)
    moderation.decide(store, made.id, undoing(2, "ada"), now=NOW)

    with pytest.raises(errors.Conflict) as lost:
        moderation.decide(store, made.id, undoing(2, "bob"), now=NOW)

    assert (lost.value.decided_by, lost.value.action, lost.value.status) == ("Ada", "undone", Status.HELD)


@pytest.mark.parametrize(("version", "field"), [(1, "action"), (7, "version")])
def test_what_was_never_decided_cannot_be_undone(store: Store, version: int, field: str) -> None:
    made = put(store, 1)

    with pytest.raises(errors.Invalid) as refused:
        moderation.decide(store, made.id, undoing(version), now=NOW)

    assert refused.value.field == field


def test_the_queue_is_filtered_and_continued_over_http(load_function: Load, store: Store) -> None:
    function = load_function("moderation")
    made = [put(store, number, reasons=(INSULT,) if number % 2 else ()) for number in range(7)]

    status, first = call(function, "GET", "/moderation/queue", label="insult", limit="2")
    _, second = call(function, "GET", "/moderation/queue", label="insult", limit="2", cursor=first["next"])

    assert status == 200
    assert [one["id"] for one in first["comments"] + second["comments"]] == [made[n].id for n in (1, 3, 5)]
    assert second["next"] is None
    assert first["comments"][0]["review"] == {
        "causes": ["borderline"],
        "opened_at": made[1].created_at,
        "urgency": 50,
        "band": "normal",
        "due_at": comments.timestamp(NOW + timedelta(seconds=1, hours=4)),
        "reports": 0,
    }
    assert call(function, "GET", "/moderation/queue/counts") == (
        200,
        {"counts": {"total": 0, "causes": {}, "rules": {}, "labels": {}}},
    )


def test_the_age_of_a_review_is_a_filter(load_function: Load, store: Store) -> None:
    now = datetime.now(UTC)
    opened = [comments.timestamp(now - timedelta(minutes=minutes)) for minutes in (90, 20)]
    old, _ = (put(store, n, review=Review((ReviewCause.BORDERLINE,), at, 50)) for n, at in enumerate(opened))

    _, found = call(load_function("moderation"), "GET", "/moderation/queue", waiting_min="60")

    assert [one["id"] for one in found["comments"]] == [old.id]


@pytest.mark.parametrize("query", [{"cause": "boredom"}, {"rule": "none"}, {"waiting_min": "-1"}])
def test_a_filter_that_is_none_is_refused_by_its_name(load_function: Load, query: dict[str, str]) -> None:
    status, problem = call(load_function("moderation"), "GET", "/moderation/queue", **query)

    assert status == 400
    assert [error["field"] for error in problem["errors"]] == list(query)


def test_many_decisions_at_once_have_an_outcome_each(load_function: Load, store: Store) -> None:
    function = load_function("moderation")
    made = [put(store, number) for number in range(12)]
    moderation.decide(store, made[3].id, approval(moderator="ada"), now=NOW)
    wanted = [{"comment_id": one.id, "action": "reject", "reason": "spam", "version": 1} for one in made]

    status, answer = call(function, "POST", "/moderation/decisions", {"decisions": wanted})

    assert status == 200
    assert [one["comment_id"] for one in answer["outcomes"]] == [one.id for one in made]
    assert [one["status"] for one in answer["outcomes"]] == [200] * 3 + [409] + [200] * 8
    problem = answer["outcomes"][3]["problem"]
    assert (problem["decided_by"], problem["comment_status"], problem["action"]) == (
        "Ada",
        "published",
        "approved",
    )


def test_a_comment_is_named_once_in_a_request_of_many(load_function: Load, store: Store) -> None:
    one = {"comment_id": put(store, 1).id, "action": "approve", "version": 1}

    status, problem = call(
        load_function("moderation"), "POST", "/moderation/decisions", {"decisions": [one, one]}
    )

    assert (status, problem["errors"][0]["field"]) == (422, "decisions.1.comment_id")


def test_a_decision_is_undone_over_http(load_function: Load, store: Store) -> None:
    function = load_function("moderation")
    made = put(store, 1)
    path = f"/moderation/comments/{made.id}/decisions"
    call(function, "POST", path, {"action": "reject", "reason": "spam", "version": 1})

    status, answer = call(function, "POST", path, {"action": "undo", "version": 2})

    assert (status, answer["comment"]["status"], answer["comment"]["version"]) == (200, "held", 3)
    status, problem = call(function, "POST", path, {"action": "undo", "version": 2})
    assert (status, problem["action"]) == (409, "undone")


def test_a_lease_is_filtered_over_http(load_function: Load, store: Store) -> None:
    function = load_function("moderation")
    made = [put(store, number, author=Author(f"author-{number}", "A")) for number in range(3)]

    status, answer = call(
        function, "POST", "/moderation/leases", {"limit": 5, "filter": {"author_id": "author-2"}}
    )
    _, named = call(function, "POST", "/moderation/leases", {"comment_ids": [made[0].id]})

    assert status == 201
    assert [one["id"] for one in answer["comments"]] == [made[2].id]
    assert [one["id"] for one in named["comments"]] == [made[0].id]


def test_a_sampled_comment_is_blind_until_it_is_decided(load_function: Load, store: Store) -> None:
    function = load_function("moderation")
    made = comment(review=Review((ReviewCause.AUDIT,), comments.timestamp(NOW), 0), scores={"insult": 0.123})
    store.apply(changes.submitted(made))

    _, seen = call(function, "GET", f"/moderation/comments/{made.id}")
    _, listed = call(function, "GET", "/moderation/queue")
    assert (seen["comment"]["is_blind"], seen["comment"]["status"], seen["history"]) == (True, None, [])
    assert "0.123" not in json.dumps([seen, listed])

    path = f"/moderation/comments/{made.id}/decisions"
    _, decided = call(function, "POST", path, {"action": "approve", "version": 1})
    assert (decided["comment"]["is_blind"], decided["comment"]["scores"]) == (False, {"insult": 0.123})
