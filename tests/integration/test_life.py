from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

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
from tests.factories import NOW, SALT
from tests.fakes import KeywordScorer

from parley import errors, items, keys, moderation, queue, reporting
from parley.author import AuthorRecord
from parley.comment import (
    UNDOABLE,
    Action,
    Actor,
    ActorKind,
    ModeratorDecision,
    RejectionCode,
    Status,
    Step,
)
from parley.counting import counted
from parley.lease import DURATION
from parley.own_comments import OwnComments
from parley.policy import AuditShares, Policy
from parley.queue import EVERYTHING
from parley.scoring import Scoring
from parley.submission import Submission, Submitter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment, HistoryEntry
    from parley.items import Item
    from parley.store import Store

AUTHORS = ("ann", "ben")
# One in four moderators has looked at a version that has passed.
LATE = (False, False, False, True)
READERS = ("ann", "cid", "dan")
MODERATORS = ("ada", "bob")
ARTICLES = ("a-1", "a-2")
BODIES = ("Good morning, all of you.", "A borderline remark.", "Something vile.")
SCORING = Scoring(KeywordScorer(), timeout_s=20)
NO_MODEL = Scoring(None, timeout_s=20)
# Half of what is decided automatically is audited; nobody is held for writing much.
RULES = Policy(
    audit=AuditShares(published=0.5, rejected=0.5),
    repeat_minutes=0,
    max_rejections=0,
    max_comments=60,
    rate_seconds=1,
)


@dataclass
class Tables:
    """The table as it is: what a scan finds, sorted by kind."""

    comments: dict[str, Item]
    entries: dict[str, list[HistoryEntry]]
    articles: dict[str, int]


class Life(RuleBasedStateMachine):
    """Authors, readers, moderators, the model's coming and going, and the stream's consumer, in any order.

    The invariants, looked at after every step:

    1. *Nothing is lost.* Every comment that was accepted is there, with its latest text, or without one if
       its author removed it; what is held is in the queue; what readers reported stays there until a
       moderator has decided, whatever the author and the model do.
    2. *Nothing is decided twice.* Each version has exactly one entry in the history, each entry begins where
       the one before ended, and the comment is what the last one says. Of several decisions on one version,
       the first is made and the others learn who was first; a lease keeps others out until it lapses.
    3. *Nothing is published without a decision.* What readers see was let through by the policy with a
       score, or by a moderator.
    4. *Counts are right.* When the stream's records have been worked off, in any order and some of them
       twice, articles and the queue count what is there.
    5. *Every index entry matches its item*, and the queue lists what waits, most urgent first, once.
    """

    store: Store
    client: DynamoDBClient
    table: str

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.number = 0
        self.accepted: dict[str, str] = {}
        self.authors: dict[str, str] = {}
        self.holders: dict[str, tuple[str, datetime]] = {}
        self.leases: list[tuple[str, str]] = []
        self.reported: set[str] = set()
        self.images: dict[str, Item] = {}
        self.latest: dict[str, Step] = {}
        self.records: list[tuple[Item | None, Item]] = []
        self.delivered: list[tuple[Item | None, Item]] = []

    @initialize(bodies=st.lists(st.sampled_from(BODIES), min_size=3, max_size=5), has_model=st.booleans())
    def begin(self, bodies: list[str], has_model: bool) -> None:  # noqa: FBT001
        moderation.save_policy(self.store, RULES, saved_by="Mo", note=None, now=self.now)
        for number, body in enumerate(bodies):
            self.submits(AUTHORS[number % 2], ARTICLES[0], body, has_model or number > 0)
        self.all_is_well()

    # What people and the model do

    @rule(
        author=st.sampled_from(AUTHORS),
        article=st.sampled_from(ARTICLES),
        body=st.sampled_from(BODIES),
        has_model=st.booleans(),
    )
    def submits(self, author: str, article: str, body: str, has_model: bool) -> None:  # noqa: FBT001
        self.number += 1
        self.now += timedelta(seconds=1)
        submitter = Submitter(self.store, SCORING if has_model else NO_MODEL, salt=SALT)
        made = submitter.submit(
            Submission(article, body, None, f"key-{self.number}"),
            author_sub=author,
            author_name=author.title(),
            now=self.now,
        )
        self.accepted[made.comment.id] = body
        self.authors[made.comment.id] = author

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), body=st.sampled_from(BODIES), has_model=st.booleans())
    def edits(self, data: st.DataObject, body: str, has_model: bool) -> None:  # noqa: FBT001
        comment_id, author = self.one_with_its_author(data)
        own = OwnComments(self.store, SCORING if has_model else NO_MODEL, salt=SALT)
        self.now += timedelta(seconds=1)
        try:
            after, _, _ = own.edit(
                comment_id, body, author_sub=author, author_name=author.title(), now=self.now
            )
        except errors.NotEditable:
            return
        assert after.status is not Status.REMOVED
        self.accepted[comment_id] = body
        if after.status is Status.REJECTED:
            self.reported.discard(comment_id)
        if after.lease is None:
            self.holders.pop(comment_id, None)

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def removes(self, data: st.DataObject) -> None:
        comment_id, author = self.one_with_its_author(data)
        OwnComments(self.store, SCORING, salt=SALT).remove(comment_id, author_sub=author, now=self.now)
        self.accepted[comment_id] = ""
        self.reported.discard(comment_id)
        self.holders.pop(comment_id, None)

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), reader=st.sampled_from(READERS))
    def reports(self, data: st.DataObject, reader: str) -> None:
        comment_id, author = self.one_with_its_author(data)
        record = AuthorRecord(sub=reader, id=keys.author_id(SALT, reader), name=reader.title())
        self.now += timedelta(seconds=1)
        try:
            _, is_new = reporting.report(
                self.store, comment_id, record, reason=RejectionCode.SPAM, note=None, now=self.now
            )
        except errors.NotFound:
            assert self.images[comment_id]["status"] != "published"
        except errors.OwnComment:
            assert reader == author
        else:
            if is_new:
                self.reported.add(comment_id)

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def appeals(self, data: st.DataObject) -> None:
        comment_id, author = self.one_with_its_author(data)
        own = OwnComments(self.store, SCORING, salt=SALT)
        try:
            after, _ = own.appeal(comment_id, "No!", author_sub=author, now=self.now)
        except errors.NotAppealable:
            before = self.images[comment_id]
            assert before["status"] != "rejected" or "appeal" in before
        else:
            assert after.review is not None
            assert after.status is Status.REJECTED

    @rule(moderator=st.sampled_from(MODERATORS), limit=st.integers(1, 3))
    def takes_a_lease(self, moderator: str, limit: int) -> None:
        free = {
            comment_id
            for comment_id, item in self.images.items()
            if "review" in item and not self.is_held_by_anyone(comment_id)
        }
        lease_id = f"{len(self.leases):032x}"
        actor = Actor(ActorKind.MODERATOR, moderator, moderator.title())
        taken = moderation.take_lease(self.store, actor, lease_id=lease_id, limit=limit, now=self.now)
        ids = {one.id for one in taken.comments}
        assert ids <= free
        assert len(ids) == min(limit, len(free))
        self.leases.append((moderator, lease_id))
        for one in taken.comments:
            self.holders[one.id] = (moderator, self.now + DURATION)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        moderator, lease_id = data.draw(st.sampled_from(self.leases))
        actor = Actor(ActorKind.MODERATOR, moderator, moderator.title())
        moderation.give_back(self.store, actor, lease_id=lease_id)
        for comment_id in list(self.holders):
            stored = self.store.comment(comment_id)
            assert stored is not None
            if stored.lease is None:
                del self.holders[comment_id]

    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS), is_late=st.sampled_from(LATE))
    def approves(self, data: st.DataObject, moderator: str, is_late: bool) -> None:  # noqa: FBT001
        self.decides(data, moderator, Action.APPROVE, is_late=is_late)

    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS), is_late=st.sampled_from(LATE))
    def rejects(self, data: st.DataObject, moderator: str, is_late: bool) -> None:  # noqa: FBT001
        self.decides(data, moderator, Action.REJECT, is_late=is_late)

    def decides(self, data: st.DataObject, moderator: str, action: Action, *, is_late: bool) -> None:
        comment_id = data.draw(st.sampled_from(sorted(self.accepted)))
        before = self.images[comment_id]
        version = max(1, before["version"] - is_late)
        wish = ModeratorDecision(
            action=action,
            version=version,
            by=Actor(ActorKind.MODERATOR, moderator, moderator.title()),
            code=RejectionCode.ABUSIVE if action is Action.REJECT else None,
        )
        is_kept_out = self.is_held_by_anyone(comment_id) and self.holders[comment_id][0] != moderator
        try:
            after = moderation.decide(self.store, comment_id, wish, now=self.now)
        except errors.Conflict:
            assert version < before["version"] or before["status"] == "removed"
        except errors.Leased:
            assert is_kept_out
        except errors.OwnAppeal:
            assert "appealed" in before["review"]["causes"]
        else:
            assert version == before["version"]
            assert not is_kept_out
            self.check_decision(after, wish)
            self.holders.pop(comment_id, None)
            self.reported.discard(comment_id)

    @precondition(lambda self: self.undoable())
    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS))
    def undoes(self, data: st.DataObject, moderator: str) -> None:
        comment_id = data.draw(st.sampled_from(self.undoable()))
        wish = ModeratorDecision(
            action=Action.UNDO,
            version=self.images[comment_id]["version"],
            by=Actor(ActorKind.MODERATOR, moderator, moderator.title()),
        )
        is_kept_out = self.is_held_by_anyone(comment_id) and self.holders[comment_id][0] != moderator
        try:
            after = moderation.decide(self.store, comment_id, wish, now=self.now)
        except errors.Leased:
            assert is_kept_out
        except errors.OwnAppeal:
            assert "appeal" in self.images[comment_id]
        else:
            assert not is_kept_out
            self.check_decision(after, wish)
            self.holders.pop(comment_id, None)

    def check_decision(self, after: Comment, wish: ModeratorDecision) -> None:
        history = self.entries_of(after.id)
        assert (history[-1].version, history[-1].by.id) == (wish.version + 1, wish.by.id)
        match wish.action:
            case Action.APPROVE:
                assert after.status is Status.PUBLISHED
            case Action.REJECT:
                assert after.status is Status.REJECTED
            case Action.UNDO:
                assert after.status is history[-2].before
                assert after.review == history[-2].review
        if wish.action is not Action.UNDO:
            assert after.review is None

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def the_model_is_back(self, data: st.DataObject) -> None:
        comment_id = data.draw(st.sampled_from(sorted(self.accepted)))
        before = self.images[comment_id]
        waits = "unscored" in before.get("review", {}).get("causes", ())
        after = moderation.rescore(self.store, SCORING, comment_id, now=self.now)
        assert (after is not None) == waits
        assert after is None or after.status in (Status.PUBLISHED, Status.HELD)
        if after and after.review is None:
            self.holders.pop(comment_id, None)

    @rule(minutes=st.integers(1, 7))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # What the stream's consumer does

    @precondition(lambda self: self.records)
    @rule(seed=st.integers(0, 99), share=st.sampled_from([0.3, 1.0]))
    def some_records_arrive(self, seed: int, share: float) -> None:
        chance = random.Random(seed)
        now: list[tuple[Item | None, Item]] = []
        later: list[tuple[Item | None, Item]] = []
        for record in self.records:
            (now if chance.random() < share else later).append(record)
        again = chance.sample(self.delivered, min(2, len(self.delivered)))
        chance.shuffle(now)
        for old, new in [*now, *again]:
            found = counted(old, new)
            if found:
                self.store.count(found, now_s=0)
        self.delivered += now
        self.records = later
        if not later:
            self.check_counts()

    def check_counts(self) -> None:
        """Invariant 4; what is given to the stream's consumer is worked off."""
        tables = self.read()
        published = Counter(c["article_id"] for c in tables.comments.values() if c["status"] == "published")
        assert {a: n for a, n in tables.articles.items() if n} == dict(published)
        waiting: Counter[str] = Counter()
        for item in tables.comments.values():
            waiting.update(queue.facets(item))
        assert self.store.queue_counts() == queue.summed([waiting])

    # What always holds

    @invariant()
    def all_is_well(self) -> None:
        tables = self.read()
        self.take_records(tables)
        assert set(tables.comments) == set(self.accepted)
        for comment_id, item in tables.comments.items():
            assert item["body"] == self.accepted[comment_id]
            stored = items.comment_from_item(item)
            assert stored.status is not Status.HELD or stored.review is not None
            assert comment_id not in self.reported or "reported" in item["review"]["causes"]
            self.check_history(stored, tables.entries[comment_id])
            self.check_index_keys(item, stored)
        self.check_indexes(tables)

    def check_history(self, stored: Comment, history: list[HistoryEntry]) -> None:
        assert [entry.version for entry in history] == list(range(1, stored.version + 1))
        assert [entry.before for entry in history] == [None, *(entry.after for entry in history[:-1])]
        assert history[-1].after is stored.status
        if stored.status is Status.PUBLISHED:
            # A report leaves a comment published that somebody published before.
            let_through = [entry for entry in history if entry.action is not Step.REPORTED][-1]
            assert let_through.after is Status.PUBLISHED
            assert let_through.by.kind is ActorKind.MODERATOR or let_through.scores is not None

    def check_index_keys(self, item: Item, stored: Comment) -> None:
        found = {name: value for name, value in item.items() if name.endswith(("_pk", "_sk"))}
        assert found == items.index_keys(stored)

    def check_indexes(self, tables: Tables) -> None:
        rows = queue.page(self.store, EVERYTHING, limit=100).rows
        waiting = [item for item in tables.comments.values() if "review" in item]
        assert [row["queue_sk"] for row in rows] == sorted(item["queue_sk"] for item in waiting)
        for row in rows:
            item = tables.comments[row["id"]]
            assert all(item[name] == value for name, value in row.items())
        for article in ARTICLES:
            shown = self.store.page("pages", keys.thread_partition(article, None), limit=100).items
            published = [
                item["id"]
                for item in sorted(tables.comments.values(), key=lambda item: item.get("pages_sk", ""))
                if item["article_id"] == article and item["status"] == "published"
            ]
            assert [one["id"] for one in shown] == published

    def teardown(self) -> None:
        while self.records:
            self.some_records_arrive(seed=len(self.records), share=1.0)

    # How the test itself sees the table

    def undoable(self) -> list[str]:
        return sorted(comment_id for comment_id, action in self.latest.items() if action in UNDOABLE)

    def one_with_its_author(self, data: st.DataObject) -> tuple[str, str]:
        comment_id = data.draw(st.sampled_from(sorted(self.accepted)))
        return comment_id, self.authors[comment_id]

    def is_held_by_anyone(self, comment_id: str) -> bool:
        return self.holders.get(comment_id, ("", self.now))[1] > self.now

    def entries_of(self, comment_id: str) -> list[HistoryEntry]:
        return self.read().entries[comment_id]

    def read(self) -> Tables:
        found = [items.unmarshal_item(item) for item in self.client.scan(TableName=self.table)["Items"]]
        entries: dict[str, list[HistoryEntry]] = {}
        for item in sorted(found, key=lambda item: str(item["SK"])):
            if str(item["SK"]).startswith("HISTORY#"):
                entry = items.entry_from_item(item)
                entries.setdefault(entry.comment_id, []).append(entry)
        return Tables(
            {item["id"]: item for item in found if item["SK"] == keys.COMMENT},
            entries,
            {
                item["PK"].removeprefix("ARTICLE#"): item.get("comment_count", 0)
                for item in found
                if item["SK"] == keys.ARTICLE
            },
        )

    def take_records(self, tables: Tables) -> None:
        """The stream: what has changed since the last look, which is after every single step."""
        for comment_id, item in tables.comments.items():
            if item != self.images.get(comment_id):
                self.records.append((self.images.get(comment_id), item))
        self.images = tables.comments
        self.latest = {comment_id: entries[-1].action for comment_id, entries in tables.entries.items()}


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
    "max_examples": 30,
    "stateful_step_count": 30,
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


def test_whatever_happens_in_whatever_order_nothing_is_lost_or_decided_twice(
    store: Store, dynamodb: DynamoDBClient, table: str
) -> None:
    run_state_machine_as_test(on_table(store, dynamodb, table), settings=settings(**SETTINGS))
