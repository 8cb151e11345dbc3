"""What happens behind people: time, the model's return, the stream's consumer and the worker."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.integration.life.world import SCORING, Tables, World, name_of
from tests.integration.people import project_comment

from parley import errors, jobs, moderation
from parley.comment import Status
from parley.job import JobState, is_to_be_done

if TYPE_CHECKING:
    from parley.items import Item


class Machinery(World):
    """Rules for what no person does."""

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

    @rule(minutes=st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 9, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.records)
    @rule(seed=st.integers(0, 99), share=st.sampled_from([0.3, 1.0]))
    def some_records_arrive(self, seed: int, share: float) -> None:
        """In any order, some of them again."""
        chance = random.Random(seed)
        now: list[tuple[Item | None, Item]] = []
        later: list[tuple[Item | None, Item]] = []
        for record in self.records:
            (now if chance.random() < share else later).append(record)
        again = chance.sample(self.delivered, min(2, len(self.delivered)))
        chance.shuffle(now)
        for old, new in [*now, *again]:
            self.project(old, new)
        self.delivered += now
        self.records = later

    def project(self, old: Item | None, new: Item) -> None:
        """What the stream's consumer does with a record."""
        if new["SK"] == "JOB":
            if is_to_be_done(old, new):
                self.messages.append(new["id"])
            return
        project_comment(self.store, old, new, now_s=self.now.timestamp())

    @precondition(lambda self: self.messages)
    @rule(data=st.data(), pages=st.sampled_from([1, 1000]), comes_again=st.booleans())
    def the_worker_is_told(self, data: st.DataObject, pages: int, comes_again: bool) -> None:  # noqa: FBT001
        self.works(data.draw(st.sampled_from(sorted(set(self.messages)))), pages, comes_again=comes_again)

    def works(self, job_id: str, pages: int, *, comes_again: bool) -> None:
        """The worker takes a message, and has time for so many pages."""
        left = iter([True] * pages)
        image = self.job_images[job_id]
        try:
            jobs.run(
                self.store,
                job_id,
                clock=lambda: self.now,
                has_time=lambda: next(left, None) is not None,
            )
        except errors.NotYet:
            return
        if not comes_again:
            self.messages.remove(job_id)
        tables = self.read()
        changed = [
            comment_id
            for comment_id, item in tables.comments.items()
            if item["version"] != self.images[comment_id]["version"]
        ]
        if image["kind"] == "erase":
            self.check_erasure(image["author_sub"], changed, tables)
        else:
            self.check_rejections(job_id, changed, tables)

    def check_erasure(self, author: str, erased: list[str], tables: Tables) -> None:
        for comment_id in erased:
            assert tables.comments[comment_id]["status"] == "removed"
            self.note_removal(comment_id)
            del self.owners[comment_id]
        if author in self.erasing and not self.record_of(author).erasing_since:
            self.erasing.remove(author)
            for key in [key for key in self.removed_rejected if key[0] == author]:
                del self.removed_rejected[key]
            assert author not in self.owners.values()
            assert name_of(author) not in tables.written_out
            assert f"#{author}'" not in tables.written_out.replace(f"'AUTHOR#{author}'", "")
            if self.restriction(author) is None:
                self.restrictions.pop(author, None)
                assert f"#{author}'" not in tables.written_out

    def check_rejections(self, job_id: str, rejected: list[str], tables: Tables) -> None:
        for comment_id in rejected:
            assert tables.comments[comment_id]["status"] == "rejected"
            self.was_decided(comment_id)
        self.rejected_by[job_id] += len(rejected)
        job = tables.jobs.get(job_id)
        if job is None:  # it went with its author
            return
        assert job["done"] == self.rejected_by[job_id]
        if job["state"] == JobState.DONE and self.job_images[job_id]["state"] != JobState.DONE:
            untouched = [
                comment_id
                for comment_id, version in self.ordered[job_id].items()
                if tables.comments[comment_id]["version"] == version
            ]
            assert len(untouched) <= job["left"]
