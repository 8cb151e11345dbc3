"""What the test knows of a site, kept beside the table and never read from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from tests.factories import NOW, SALT
from tests.fakes import KeywordScorer

from parley import errors, items, keys
from parley.author_items import author_from_item
from parley.comment import UNDOABLE, Step, timestamp
from parley.policy import AuditShares, Policy
from parley.scoring import Scoring

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.author import AuthorRecord
    from parley.comment import Comment, HistoryEntry
    from parley.items import Item
    from parley.store import Store

AUTHORS: Final = ("ann", "ben")
READERS: Final = ("ann", "cid", "dan")
MODERATORS: Final = ("ada", "bob")
ARTICLES: Final = ("a-1", "a-2")
BODIES: Final = ("Good morning, all of you.", "A borderline remark.", "Something vile.")
SCORING: Final = Scoring(KeywordScorer(), timeout_s=20)
NO_MODEL: Final = Scoring(None, timeout_s=20)
# So low that threads reach it.
MAX_DEPTH: Final = 2
# One in four looks at a version that has passed.
LATE: Final = st.sampled_from((False, False, False, True))
# Who is being erased can do nothing else; a run of nothing else shows little.
SELDOM: Final = st.sampled_from((False,) * 7 + (True,))
# Half of what is decided automatically is audited; nobody is held for writing much. Then a stricter one.
RULES: Final = Policy(
    max_depth=MAX_DEPTH,
    audit=AuditShares(published=0.5, rejected=0.5),
    repeat_minutes=0,
    max_rejections=0,
    max_comments=60,
    rate_seconds=1,
)
STRICTER: Final = Policy(
    max_depth=MAX_DEPTH,
    held_terms=("morning",),
    repeat_minutes=0,
    max_rejections=2,
    max_comments=60,
    rate_seconds=1,
)
KEPT_OUT: Final = frozenset({"suspended", "banned"})


@dataclass
class Tables:
    """The table as it is: what a scan finds, sorted by kind."""

    comments: dict[str, Item]
    entries: dict[str, list[HistoryEntry]]
    articles: dict[str, int]
    jobs: dict[str, Item]
    authors: dict[str, AuthorRecord]
    written_out: str


class World(RuleBasedStateMachine):
    """Who wrote, holds, reported and imposed what, by what the requests answered."""

    store: Store
    client: DynamoDBClient
    table: str

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.number = 0
        self.policy_version = 0
        # Comment to its text, and to its author, as long as it has one.
        self.accepted: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.reported: set[str] = set()
        # Comment to who holds it, and until when.
        self.holders: dict[str, tuple[str, datetime]] = {}
        self.leases: list[tuple[str, str]] = []
        # Author to what keeps them from writing freely, and until when.
        self.restrictions: dict[str, tuple[str, str | None]] = {}
        self.erasing: set[str] = set()
        # Who removes what was rejected does not get rid of it: how many, by author and day.
        self.removed_rejected: Counter[tuple[str, str]] = Counter()
        # Job to the versions of what waited when it was ordered, and to how many comments it has rejected.
        self.ordered: dict[str, dict[str, int]] = {}
        self.rejected_by: dict[str, int] = {}
        # The table at the last look, what has changed since, and what the consumer and the worker were told.
        self.images: dict[str, Item] = {}
        self.job_images: dict[str, Item] = {}
        self.latest: dict[str, Step] = {}
        self.records: list[tuple[Item | None, Item]] = []
        self.delivered: list[tuple[Item | None, Item]] = []
        self.messages: list[str] = []

    def one_with_its_author(self, data: st.DataObject) -> tuple[str, str]:
        """A comment of somebody, and who that is."""
        comment_id = data.draw(st.sampled_from(sorted(self.owners)))
        return comment_id, self.owners[comment_id]

    def restriction(self, author: str) -> str | None:
        """What the author must put up with now."""
        kind, until = self.restrictions.get(author, (None, None))
        return kind if until is None or until > timestamp(self.now) else None

    def refusal(self, author: str) -> type[errors.ParleyError] | None:
        """How an author's wish to write or report is refused now; None if it is not."""
        if author in self.erasing:
            return errors.ErasureRunning
        return errors.Restricted if self.restriction(author) in KEPT_OUT else None

    def check_refusal(self, refused: errors.ParleyError, author: str) -> None:
        """See that the author was refused for what stands against them."""
        assert type(refused) is self.refusal(author)

    def is_held_by_anyone(self, comment_id: str) -> bool:
        """Whether a moderator's lease on it is in force."""
        return self.holders.get(comment_id, ("", self.now))[1] > self.now

    def is_kept_from(self, moderator: str, comment_id: str) -> bool:
        """Whether a colleague holds it."""
        return self.is_held_by_anyone(comment_id) and self.holders[comment_id][0] != moderator

    def undoable(self) -> list[str]:
        """The comments whose latest change was a moderator's decision."""
        return sorted(comment_id for comment_id, action in self.latest.items() if action in UNDOABLE)

    def note_removal(self, comment_id: str) -> None:
        """Its author, or the erasing of their data, takes the comment away."""
        before = self.images[comment_id]
        if before["status"] == "rejected":
            self.removed_rejected[self.owners[comment_id], before["decided_at"][:10]] += 1
        self.accepted[comment_id] = ""
        self.was_decided(comment_id)

    def was_decided(self, comment_id: str) -> None:
        """Nobody holds it any more, and its reports are settled."""
        self.holders.pop(comment_id, None)
        self.reported.discard(comment_id)

    def record_of(self, author: str) -> AuthorRecord:
        """What the table has of an author."""
        return self.store.author(author, keys.author_id(SALT, author))

    def stored(self, comment_id: str) -> Comment:
        """A comment as the table has it."""
        found = self.store.comment(comment_id)
        assert found is not None
        return found

    def read(self) -> Tables:
        """The table as it is."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.table)
        found = [items.unmarshal_item(item) for page in pages for item in page["Items"]]
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
            {item["id"]: item for item in found if item["SK"] == keys.JOB},
            {
                sub: author_from_item(item, sub=sub, author_id=keys.author_id(SALT, sub))
                for item in found
                if item["SK"] == keys.AUTHOR and (sub := item["PK"].removeprefix("AUTHOR#"))
            },
            repr(found),
        )


def name_of(author: str) -> str:
    """An author's display name."""
    return f"Name of {author}"
