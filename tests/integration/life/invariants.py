"""What holds after every step, whatever happened and in whatever order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis.stateful import invariant
from tests.integration.life.machinery import Machinery

from parley import items, keys, queue
from parley.comment import ActorKind, Status, Step, timestamp
from parley.queue import EVERYTHING

if TYPE_CHECKING:
    from tests.integration.life.world import Tables

    from parley.comment import Comment, HistoryEntry
    from parley.items import Item


class Invariants(Machinery):
    """Each is a method; `at_rest` are those that hold when the stream's records have been worked off."""

    @invariant()
    def all_is_well(self) -> None:
        tables = self.read()
        self.note_what_changed(tables)
        self.nothing_is_lost(tables)
        for comment_id, item in tables.comments.items():
            stored = items.comment_from_item(item)
            history = tables.entries[comment_id]
            self.nothing_is_decided_twice(stored, history)
            self.nothing_is_published_without_a_decision(stored, history)
            self.index_keys_match(item, stored)
        self.lists_show_what_is_there(tables)
        self.authors_counters_are_right(tables)
        if not self.records:
            self.counts_are_right(tables)

    def nothing_is_lost(self, tables: Tables) -> None:
        """Every comment that was accepted is there.

        With its latest text, or without one if it was removed. What is held is in the queue; what readers
        reported stays there until a moderator has decided, whatever the author and the model do.
        """
        assert set(tables.comments) == set(self.accepted)
        for comment_id, item in tables.comments.items():
            assert item["body"] == self.accepted[comment_id]
            assert item["status"] != "held" or "review" in item
            assert comment_id not in self.reported or "reported" in item["review"]["causes"]

    def nothing_is_decided_twice(self, stored: Comment, history: list[HistoryEntry]) -> None:
        """Each version has exactly one entry in the history.

        Each entry begins where the one before ended, and the comment is what the last one says. That of
        several decisions on one version the first is made is seen where moderators decide.
        """
        assert [entry.version for entry in history] == list(range(1, stored.version + 1))
        assert [entry.before for entry in history] == [None, *(entry.after for entry in history[:-1])]
        assert history[-1].after is stored.status

    def nothing_is_published_without_a_decision(self, stored: Comment, history: list[HistoryEntry]) -> None:
        """What readers see was let through by the policy with a score, or by a moderator."""
        if stored.status is Status.PUBLISHED:
            # A report leaves a comment published that somebody published before.
            let_through = [entry for entry in history if entry.action is not Step.REPORTED][-1]
            assert let_through.after is Status.PUBLISHED
            assert let_through.by.kind is ActorKind.MODERATOR or let_through.scores is not None

    def index_keys_match(self, item: Item, stored: Comment) -> None:
        """A comment is in the indexes that its status and review ask for, and in no other.

        Only whether a removed comment keeps its place is told by its replies, and comes with the stream.
        """
        found = {name: value for name, value in item.items() if name.endswith(("_pk", "_sk"))}
        wanted = items.index_keys(stored)
        if stored.status is Status.REMOVED and self.records:
            for name in ("pages_pk", "pages_sk"):
                found.pop(name, None)
                wanted.pop(name, None)
        assert found == wanted

    def lists_show_what_is_there(self, tables: Tables) -> None:
        """The queue lists what waits, most urgent first, once; pages list what is public, oldest first."""
        rows = queue.page(self.store, EVERYTHING, limit=100).rows
        waiting = [item for item in tables.comments.values() if "review" in item]
        assert [row["queue_sk"] for row in rows] == sorted(item["queue_sk"] for item in waiting)
        for row in rows:
            item = tables.comments[row["id"]]
            assert all(item[name] == value for name, value in row.items())
        partitions = {
            keys.thread_partition(item["article_id"], item.get("parent_id"))
            for item in tables.comments.values()
        }
        for partition in partitions:
            shown = self.store.page("pages", partition, limit=100).items
            public = [item for item in tables.comments.values() if item.get("pages_pk") == partition]
            assert [one["id"] for one in shown] == [
                item["id"] for item in sorted(public, key=lambda item: item["pages_sk"])
            ]

    def authors_counters_are_right(self, tables: Tables) -> None:
        """An author has as many comments of each status, and rejections of today, as their record says."""
        owned = {item["authors_pk"] for item in tables.comments.values() if "authors_pk" in item}
        assert owned <= {keys.author_partition(author) for author in tables.authors}
        for author, record in tables.authors.items():
            found = Counter(
                item["status"]
                for item in tables.comments.values()
                if item.get("authors_pk") == keys.author_partition(author)
            )
            assert {status: number for status, number in record.counts.items() if number} == dict(found)
            today = timestamp(self.now)[:10]
            rejected = sum(
                item["status"] == "rejected" and item["decided_at"][:10] == today
                for item in tables.comments.values()
                if item.get("authors_pk") == keys.author_partition(author)
            )
            removed = self.removed_rejected[author, today]
            assert record.rejected.get(today, 0) == rejected + removed

    def counts_are_right(self, tables: Tables) -> None:
        """At rest: articles, threads and the queue count what is there."""
        comments = tables.comments.values()
        published = Counter(c["article_id"] for c in comments if c["status"] == "published")
        assert {a: n for a, n in tables.articles.items() if n} == dict(published)
        waiting: Counter[str] = Counter()
        for item in comments:
            waiting.update(queue.facets(item))
        assert self.store.queue_counts() == queue.summed([waiting])
        replies = Counter(c["parent_id"] for c in comments if "parent_id" in c and "pages_pk" in c)
        assert {c["id"]: c["reply_count"] for c in comments if c["reply_count"]} == dict(replies)

    def note_what_changed(self, tables: Tables) -> None:
        """The stream: what has changed since the last look, which is after every single step."""
        for known, found in ((self.images, tables.comments), (self.job_images, tables.jobs)):
            self.records += [
                (known.get(name), item) for name, item in found.items() if item != known.get(name)
            ]
        self.images = tables.comments
        self.job_images |= tables.jobs
        self.latest = {comment_id: entries[-1].action for comment_id, entries in tables.entries.items()}

    def teardown(self) -> None:
        """In the end all records and messages are worked off, and everything is at rest."""
        for _ in range(100):
            while self.records:
                self.some_records_arrive(seed=len(self.records), share=1.0)
                self.all_is_well()
            if not self.messages:
                break
            for job_id in sorted(set(self.messages)):
                self.works(job_id, 1, comes_again=False)
                self.all_is_well()
        assert not self.records
        assert not self.messages
        assert not self.erasing
