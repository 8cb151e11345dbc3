"""What authors and readers do."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.factories import SALT
from tests.integration.life.world import (
    ARTICLES,
    AUTHORS,
    BODIES,
    MAX_DEPTH,
    NO_MODEL,
    READERS,
    SCORING,
    SELDOM,
    World,
    name_of,
)

from parley import errors, keys, own_data, reporting
from parley.author import AuthorRecord
from parley.comment import RejectionCode, Status
from parley.own_comments import OwnComments
from parley.submission import Submission, Submitter

REFUSED = (errors.Restricted, errors.ErasureRunning)


class Authors(World):
    """Rules for who writes, edits, removes, appeals, reports, and wants to be forgotten."""

    @rule(
        author=st.sampled_from(AUTHORS),
        article=st.sampled_from(ARTICLES),
        body=st.sampled_from(BODIES),
        has_model=st.booleans(),
    )
    def submits(self, author: str, article: str, body: str, has_model: bool) -> None:  # noqa: FBT001
        self.writes(author, article, body, None, has_model=has_model)

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), author=st.sampled_from(AUTHORS), body=st.sampled_from(BODIES))
    def replies(self, data: st.DataObject, author: str, body: str) -> None:
        public = sorted(name for name, item in self.images.items() if item["status"] == "published")
        parent_id = data.draw(st.sampled_from(public or sorted(self.accepted)))
        self.writes(author, self.images[parent_id]["article_id"], body, parent_id, has_model=True)

    def writes(self, author: str, article: str, body: str, parent_id: str | None, *, has_model: bool) -> None:
        self.number += 1
        self.now += timedelta(seconds=1)
        submitter = Submitter(self.store, SCORING if has_model else NO_MODEL, salt=SALT)
        try:
            made = submitter.submit(
                Submission(article, body, parent_id, f"key-{self.number}"),
                author_sub=author,
                author_name=name_of(author),
                now=self.now,
            )
        except errors.Invalid:
            assert parent_id is not None
            parent = self.images[parent_id]
            assert parent["status"] != "published" or parent["depth"] == MAX_DEPTH
            return
        except REFUSED as refused:
            self.check_refusal(refused, author)
            return
        assert self.refusal(author) is None
        assert parent_id is None or self.images[parent_id]["status"] == "published"
        assert made.comment.depth == (self.images[parent_id]["depth"] + 1 if parent_id else 0)
        assert made.comment.depth <= MAX_DEPTH
        if self.restriction(author) == "premoderated":
            assert made.comment.status is not Status.PUBLISHED
        self.accepted[made.comment.id] = body
        self.owners[made.comment.id] = author

    @precondition(lambda self: self.owners)
    @rule(data=st.data(), body=st.sampled_from(BODIES), has_model=st.booleans())
    def edits(self, data: st.DataObject, body: str, has_model: bool) -> None:  # noqa: FBT001
        comment_id, author = self.one_with_its_author(data)
        own = OwnComments(self.store, SCORING if has_model else NO_MODEL, salt=SALT)
        self.now += timedelta(seconds=1)
        try:
            after, _, _ = own.edit(
                comment_id, body, author_sub=author, author_name=name_of(author), now=self.now
            )
        except errors.NotEditable:
            return
        except REFUSED as refused:
            self.check_refusal(refused, author)
            return
        assert self.refusal(author) is None or body == self.accepted[comment_id]
        assert after.status is not Status.REMOVED
        self.accepted[comment_id] = body
        if after.status is Status.REJECTED:
            self.reported.discard(comment_id)
        if after.lease is None:
            self.holders.pop(comment_id, None)

    @precondition(lambda self: self.owners)
    @rule(data=st.data())
    def removes(self, data: st.DataObject) -> None:
        comment_id, author = self.one_with_its_author(data)
        OwnComments(self.store, SCORING, salt=SALT).remove(comment_id, author_sub=author, now=self.now)
        self.note_removal(comment_id)

    @precondition(lambda self: self.owners)
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

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), reader=st.sampled_from(READERS))
    def reports(self, data: st.DataObject, reader: str) -> None:
        comment_id = data.draw(st.sampled_from(sorted(self.accepted)))
        record = AuthorRecord(sub=reader, id=keys.author_id(SALT, reader), name=name_of(reader))
        self.now += timedelta(seconds=1)
        try:
            _, is_new = reporting.report(
                self.store, comment_id, record, reason=RejectionCode.SPAM, note=None, now=self.now
            )
        except errors.NotFound:
            assert self.images[comment_id]["status"] != "published"
        except errors.OwnComment:
            assert reader == self.owners[comment_id]
        except REFUSED as refused:
            self.check_refusal(refused, reader)
        else:
            assert not is_new or self.refusal(reader) is None
            if is_new:
                self.reported.add(comment_id)

    @rule(author=st.sampled_from(AUTHORS), is_sure=SELDOM)
    def wants_to_be_forgotten(self, author: str, is_sure: bool) -> None:  # noqa: FBT001
        if not is_sure:
            return
        self.now += timedelta(seconds=1)
        own_data.order_erasure(self.store, author, salt=SALT, now=self.now)
        self.erasing.add(author)
