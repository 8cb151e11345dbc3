"""Authors, moderators and the stream, for tests of what people do with comments."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.factories import NOW, SALT
from tests.fakes import KeywordScorer

from parley import jobs, keys, moderation, own_data, reporting
from parley.author import AuthorRecord
from parley.comment import Action, Actor, ActorKind, Comment, ModeratorDecision, RejectionCode
from parley.counting import closes_reports, counted, place_is_wrong
from parley.items import comment_from_item, unmarshal_item
from parley.job import is_to_be_done
from parley.own_comments import OwnComments
from parley.scoring import Scoring
from parley.submission import Submission, Submitted, Submitter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.job import Job
    from parley.policy import Policy
    from parley.store import Store

Image = dict[str, Any]


@dataclass
class Site:
    """A site on a table: people act, and `project` does what the stream's consumer and the worker do."""

    store: Store
    dynamodb: DynamoDBClient
    table: str
    now: datetime = NOW
    _numbers: Any = field(default_factory=itertools.count)
    _images: dict[tuple[str, str], Image] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scoring = Scoring(KeywordScorer(), timeout_s=5)
        self.submitter = Submitter(self.store, scoring, salt=SALT)
        self.own = OwnComments(self.store, scoring, salt=SALT)

    def pass_(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def policy(self, policy: Policy) -> None:
        moderation.save_policy(self.store, policy, saved_by="Mo", note=None, now=self.now)

    def submit(
        self, body: str = "Fine.", *, author: str = "ann", parent: str | None = None, **more: Any
    ) -> Submitted:
        key = more.pop("key", None) or f"key-{next(self._numbers)}"
        submission = Submission(more.pop("article", "a-1"), body, parent, key)
        return self.submitter.submit(
            submission, author_sub=author, author_name=f"Name of {author}", now=self.now, **more
        )

    def comment(self, body: str = "Fine.", **more: Any) -> Comment:
        return self.submit(body, **more).comment

    def edit(self, comment: Comment, body: str, **more: Any) -> Comment:
        author = more.pop("author", comment.author_sub)
        changed, _, _ = self.own.edit(
            comment.id, body, author_sub=author, author_name=f"Name of {author}", now=self.now, **more
        )
        return changed

    def remove(self, comment: Comment, author: str = "ann") -> None:
        self.own.remove(comment.id, author_sub=author, now=self.now)

    def appeal(self, comment: Comment, text: str | None = "No!", author: str = "ann") -> Comment:
        changed, _ = self.own.appeal(comment.id, text, author_sub=author, now=self.now)
        return changed

    def report(self, comment: Comment, reader: str = "ben", note: str | None = None) -> bool:
        who = AuthorRecord(sub=reader, id=keys.author_id(SALT, reader), name=f"Name of {reader}")
        _, is_new = reporting.report(
            self.store, comment.id, who, reason=RejectionCode.SPAM, note=note, now=self.now
        )
        return is_new

    def decide(self, comment: Comment, action: Action, *, moderator: str = "mo", **more: Any) -> Comment:
        code = RejectionCode.ABUSIVE if action is Action.REJECT else None
        wish = ModeratorDecision(
            action=action,
            version=self.stored(comment).version,
            by=moderator_named(moderator),
            code=code,
            **more,
        )
        return moderation.decide(self.store, comment.id, wish, now=self.now)

    def approve(self, comment: Comment, **more: Any) -> Comment:
        return self.decide(comment, Action.APPROVE, **more)

    def reject(self, comment: Comment, **more: Any) -> Comment:
        return self.decide(comment, Action.REJECT, **more)

    def erase(self, author: str) -> str:
        return own_data.order_erasure(self.store, author, salt=SALT, now=self.now)

    def run(self, job_id: str, *, pages: int = 1000) -> Job | None:
        """What the worker does with one message, for which it has time for so many pages."""
        left = iter([True] * pages)
        return jobs.run(
            self.store, job_id, clock=lambda: self.now, has_time=lambda: next(left, None) is not None
        )

    def stored(self, comment: Comment) -> Comment:
        found = self.store.comment(comment.id)
        assert found is not None
        return found

    def author(self, sub: str = "ann") -> AuthorRecord:
        return self.store.author(sub, keys.author_id(SALT, sub))

    def items(self) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        return [unmarshal_item(item) for page in pages for item in page["Items"]]

    def page(self, partition: str = "ARTICLE#a-1") -> list[str]:
        return [item["id"] for item in self.store.page("pages", partition, limit=100).items]

    def queue(self) -> list[str]:
        return [item["id"] for item in self.store.queue(limit=100).items]

    def project(self, *, times: int = 1) -> None:
        """Work off what has changed since the last time, as often as it takes; each record `times` times."""
        while True:
            images = {(i["PK"], i["SK"]): i for i in self.items() if i["SK"] in ("COMMENT", "JOB")}
            changed = [key for key in images if images[key] != self._images.get(key)]
            records = [(self._images.get(key), images[key]) for key in changed]
            self._images = images
            if not records:
                return
            for old, new in records * times:
                self._project(old, new)

    def _project(self, old: Image | None, new: Image) -> None:
        if new["SK"] == "JOB":
            if is_to_be_done(old, new):
                self.run(new["id"])
            return
        project_comment(self.store, old, new, now_s=self.now.timestamp())


def project_comment(store: Store, old: Image | None, new: Image, *, now_s: float) -> None:
    """What the stream's consumer does with a record of a comment."""
    change = counted(old, new)
    if change:
        store.count(change, now_s=now_s)
    if place_is_wrong(new):
        found = comment_from_item(new)
        store.place(found, is_kept=found.reply_count > 0)
    if closes_reports(old, new):
        reporting.settle(store, new["id"])


def moderator_named(sub: str) -> Actor:
    return Actor(ActorKind.MODERATOR, sub, sub.title())
