from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.factories import NOW, SALT, approval, held, rejection

from parley import changes, errors, keys, moderation
from parley import comment as comments
from parley.comment import Actor, ActorKind, Comment, Review, ReviewCause, Status
from parley.lease import DURATION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.store import Store

LATER = NOW + DURATION + timedelta(milliseconds=1)
ADA = Actor(ActorKind.MODERATOR, "ada", "Ada")
BOB = Actor(ActorKind.MODERATOR, "bob", "Bob")
_numbers = itertools.count()


def queued(store: Store, number: int, urgency: int = 50) -> Comment:
    at = comments.timestamp(NOW + timedelta(seconds=number))
    made = held(
        id=keys.comment_id(SALT, "ann", f"leased-{number}"),
        created_at=at,
        review=Review((ReviewCause.BORDERLINE,), at, urgency),
    )
    store.apply(changes.submitted(made))
    return made


def take(store: Store, moderator: Actor, limit: int, now: datetime = NOW) -> moderation.Leasing:
    return moderation.take_lease(store, moderator, lease_id=f"{next(_numbers):032x}", limit=limit, now=now)


def ids(found: moderation.Leasing) -> list[str]:
    return [comment.id for comment in found.comments]


def test_a_lease_takes_the_most_urgent_comments(store: Store) -> None:
    made = [queued(store, number, urgency) for number, urgency in enumerate([10, 90, 50, 90])]

    taken = take(store, ADA, 3)

    assert ids(taken) == [made[1].id, made[3].id, made[2].id]
    assert taken.expires_at == comments.timestamp(NOW + DURATION)
    assert all(comment.lease and comment.lease.moderator == "ada" for comment in taken.comments)


def test_two_moderators_never_hold_one_comment(store: Store) -> None:
    made = [queued(store, number) for number in range(12)]

    with ThreadPoolExecutor(4) as pool:
        moderators = [Actor(ActorKind.MODERATOR, f"m{n}", f"M{n}") for n in range(4)]
        taken = list(pool.map(lambda moderator: ids(take(store, moderator, 4)), moderators))

    everything = [comment_id for lease in taken for comment_id in lease]
    assert sorted(everything) == sorted(set(everything))
    assert set(everything) <= {comment.id for comment in made}
    assert set(everything) | set(ids(take(store, ADA, 12))) == {comment.id for comment in made}


def test_what_a_closed_browser_held_comes_back_by_itself(store: Store) -> None:
    made = queued(store, 1)
    take(store, ADA, 5)
    assert ids(take(store, BOB, 5)) == []

    assert ids(take(store, BOB, 5, now=LATER)) == [made.id]


def test_a_comment_that_somebody_holds_cannot_be_decided_over_their_head(store: Store) -> None:
    made = queued(store, 1)
    take(store, ADA, 1)

    with pytest.raises(errors.Leased) as refused:
        moderation.decide(store, made.id, rejection(moderator="bob"), now=NOW)

    assert (refused.value.leased_by, refused.value.expires_at) == ("Ada", comments.timestamp(NOW + DURATION))
    decided = moderation.decide(store, made.id, approval(moderator="ada"), now=NOW)
    assert decided.status is Status.PUBLISHED
    assert decided == store.comment(made.id)
    assert decided.lease is None


def test_a_lapsed_lease_gives_no_right_over_somebody_elses(store: Store) -> None:
    made = queued(store, 1)
    take(store, ADA, 1)
    take(store, BOB, 1, now=LATER)

    with pytest.raises(errors.Leased):
        moderation.decide(store, made.id, approval(moderator="ada"), now=LATER)
    assert moderation.decide(store, made.id, rejection(moderator="bob"), now=LATER).status is Status.REJECTED


def test_a_lapsed_lease_stands_in_nobodys_way(store: Store) -> None:
    made = queued(store, 1)
    take(store, ADA, 1)

    assert moderation.decide(store, made.id, approval(moderator="bob"), now=LATER).status is Status.PUBLISHED


def test_extending_holds_what_is_left(store: Store) -> None:
    made = [queued(store, number) for number in range(2)]
    taken = take(store, ADA, 2)
    moderation.decide(store, made[0].id, approval(moderator="ada"), now=NOW)

    extended = moderation.extend_lease(store, ADA, lease_id=taken.id, now=NOW + timedelta(minutes=4))

    assert ids(extended) == [made[1].id]
    assert ids(take(store, BOB, 5, now=LATER)) == []


def test_a_lease_lost_to_somebody_cannot_be_extended_or_given_back(store: Store) -> None:
    queued(store, 1)
    first = take(store, ADA, 1)
    second = take(store, BOB, 1, now=LATER)

    assert ids(moderation.extend_lease(store, ADA, lease_id=first.id, now=LATER)) == []
    moderation.give_back(store, ADA, lease_id=first.id)
    assert ids(moderation.extend_lease(store, BOB, lease_id=second.id, now=LATER)) == ids(second)


def test_what_is_given_back_is_free_at_once(store: Store) -> None:
    made = queued(store, 1)
    taken = take(store, ADA, 1)

    moderation.give_back(store, ADA, lease_id=taken.id)
    moderation.give_back(store, ADA, lease_id=taken.id)

    assert ids(take(store, BOB, 1)) == [made.id]


def test_a_lease_is_its_holders_alone(store: Store) -> None:
    queued(store, 1)
    taken = take(store, ADA, 1)

    with pytest.raises(errors.NotFound):
        moderation.give_back(store, BOB, lease_id=taken.id)
    with pytest.raises(errors.NotFound):
        moderation.extend_lease(store, BOB, lease_id=taken.id, now=NOW)
    assert ids(take(store, BOB, 1)) == []


def test_a_long_queue_of_held_comments_is_walked_to_its_free_end(store: Store) -> None:
    made = [queued(store, number) for number in range(9)]
    take(store, ADA, 7)

    assert ids(take(store, BOB, 3)) == [made[7].id, made[8].id]


class Moderators(RuleBasedStateMachine):
    """Moderators who take, extend, give back, decide and close their browsers, in any order.

    Invariants: two never hold one comment; a comment is in the queue until it is decided, and is decided
    once; whatever nobody holds can be taken.
    """

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.comments: dict[str, Comment] = {}
        self.holders: dict[str, tuple[str, datetime]] = {}  # by comment: the moderator and until when
        self.leases: dict[str, list[str]] = {"ada": [], "bob": [], "cid": []}
        self.decided: set[str] = set()

    @initialize(urgencies=st.lists(st.integers(0, 99), min_size=1, max_size=4))
    def fill_the_queue(self, urgencies: list[int]) -> None:
        for urgency in urgencies:
            made = queued(self.store, next(_numbers), urgency)
            self.comments[made.id] = made

    def held_by_others(self, moderator: str, comment_id: str) -> bool:
        holder, until = self.holders.get(comment_id, ("", NOW))
        return until > self.now and holder != moderator

    def free(self) -> set[str]:
        return {
            comment_id
            for comment_id in set(self.comments) - self.decided
            if self.holders.get(comment_id, ("", NOW))[1] <= self.now
        }

    def actor(self, moderator: str) -> Actor:
        return Actor(ActorKind.MODERATOR, moderator, moderator.title())

    @rule(moderator=st.sampled_from(["ada", "bob", "cid"]), limit=st.integers(1, 3))
    def takes(self, moderator: str, limit: int) -> None:
        free = self.free()
        taken = take(self.store, self.actor(moderator), limit, now=self.now)
        assert set(ids(taken)) <= free
        assert len(taken.comments) == min(limit, len(free))
        self.leases[moderator].append(taken.id)
        for comment_id in ids(taken):
            self.holders[comment_id] = (moderator, self.now + DURATION)

    @precondition(lambda self: any(self.leases.values()))
    @rule(data=st.data())
    def extends(self, data: st.DataObject) -> None:
        moderator = data.draw(st.sampled_from([m for m, leases in self.leases.items() if leases]))
        lease_id = data.draw(st.sampled_from(self.leases[moderator]))
        extended = moderation.extend_lease(self.store, self.actor(moderator), lease_id=lease_id, now=self.now)
        for comment_id in ids(extended):
            assert not self.held_by_others(moderator, comment_id)
            assert comment_id not in self.decided
            self.holders[comment_id] = (moderator, self.now + DURATION)

    @precondition(lambda self: any(self.leases.values()))
    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        moderator = data.draw(st.sampled_from([m for m, leases in self.leases.items() if leases]))
        lease_id = data.draw(st.sampled_from(self.leases[moderator]))
        moderation.give_back(self.store, self.actor(moderator), lease_id=lease_id)
        for comment_id in list(self.holders):
            stored = self.store.comment(comment_id)
            assert stored is not None
            if stored.lease is None:
                del self.holders[comment_id]

    @rule(moderator=st.sampled_from(["ada", "bob", "cid"]), data=st.data(), approves=st.booleans())
    def decides(self, moderator: str, data: st.DataObject, *, approves: bool) -> None:
        comment_id = data.draw(st.sampled_from(sorted(self.comments)))
        wish = (approval if approves else rejection)(moderator=moderator)
        try:
            moderation.decide(self.store, comment_id, wish, now=self.now)
        except errors.Conflict:
            assert comment_id in self.decided
        except errors.Leased:
            assert comment_id not in self.decided
            assert self.held_by_others(moderator, comment_id)
        else:
            assert comment_id not in self.decided
            assert not self.held_by_others(moderator, comment_id)
            self.decided.add(comment_id)
            self.holders.pop(comment_id, None)

    @rule(minutes=st.integers(1, 6))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_queue_holds_exactly_what_is_undecided(self) -> None:
        found = {item["id"] for item in self.store.queue(limit=100).items} & set(self.comments)
        assert found == set(self.comments) - self.decided


def test_no_interleaving_loses_or_shares_a_comment(
    store: Store, dynamodb: DynamoDBClient, table: str
) -> None:
    class OnThisTable(Moderators):
        def __init__(self) -> None:
            super().__init__()
            for item in dynamodb.scan(TableName=table)["Items"]:
                dynamodb.delete_item(TableName=table, Key={"PK": item["PK"], "SK": item["SK"]})

    OnThisTable.store = store
    run_state_machine_as_test(
        OnThisTable,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
