"""Comments with their history, and the counts of articles."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from parley import keys, requests
from parley.author_items import article_from_item, author_from_item
from parley.errors import ConditionFailed
from parley.items import comment_from_item, entry_from_item, policy_from_item
from parley.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parley.article import Article
    from parley.author import AuthorRecord, Turn
    from parley.comment import Change, Comment, HistoryEntry
    from parley.counting import Counted
    from parley.items import Item
    from parley.policy import Policy

# What a BatchGetItem takes; one is the parent of a comment with its history.
_MOST_KEYS: Final = 100
_MAX_HISTORY: Final = _MOST_KEYS - 1
# The stream keeps records for a day and dead-letter queues for 14; markers stay longer than both.
_MARKER_LIFETIME_S: Final = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SubmissionContext:
    """What one read tells about a submission.

    Attributes:
        existing: The comment that this author has already written with this key.
        first_entry: The first decision about it.
        parent: The comment that this one replies to.
        policy: The rules in force.
        author: Who writes.
        article: Under what.
    """

    existing: Comment | None
    first_entry: HistoryEntry | None
    parent: Comment | None
    policy: Policy
    author: AuthorRecord
    article: Article


class Comments(Table):
    """Reads and changes of comments."""

    def submission_context(
        self, comment_id: str | None, parent_id: str | None, article_id: str, author: AuthorRecord
    ) -> SubmissionContext:
        """Everything a submission needs to know, in one read.

        Args:
            comment_id: The id that the comment will have; None for a preview.
            parent_id: What it replies to.
            article_id: The article.
            author: Who writes: `sub` and `id` are looked at.
        """
        wanted = {
            "policy": keys.policy_key(),
            "author": keys.author_key(author.sub),
            "article": keys.article_key(article_id),
        }
        if comment_id:
            wanted |= {"existing": keys.comment_key(comment_id), "entry": keys.history_key(comment_id, 1)}
        if parent_id and parent_id != comment_id:
            wanted["parent"] = keys.comment_key(parent_id)
        found = self._read(wanted)
        existing, entry, parent = found.get("existing"), found.get("entry"), found.get("parent")
        return SubmissionContext(
            existing=comment_from_item(existing) if existing else None,
            first_entry=entry_from_item(entry) if entry else None,
            parent=comment_from_item(parent) if parent else None,
            policy=policy_from_item(found["policy"]).policy,
            author=author_from_item(found["author"], sub=author.sub, author_id=author.id),
            article=article_from_item(found["article"], article_id),
        )

    def comment_and_policy(self, comment_id: str) -> tuple[Comment | None, Policy]:
        """A comment, None if there is none, and the rules in force."""
        found = self._read({"comment": keys.comment_key(comment_id), "policy": keys.policy_key()})
        item = found["comment"]
        return (comment_from_item(item) if item else None), policy_from_item(found["policy"]).policy

    def comment_with_history(self, comment: Comment) -> tuple[list[HistoryEntry], Comment | None]:
        """The decisions about a comment, first to latest (of many, the latest), and its parent; one read."""
        oldest = max(1, comment.version - _MAX_HISTORY + 1)
        wanted = {str(n): keys.history_key(comment.id, n) for n in range(oldest, comment.version + 1)}
        if comment.parent_id:
            wanted["parent"] = keys.comment_key(comment.parent_id)
        found = self._read(wanted)
        parent = found.pop("parent", None)
        entries = [entry_from_item(item) for item in found.values() if item]
        return entries, comment_from_item(parent) if parent else None

    def comment(self, comment_id: str) -> Comment | None:
        """A comment, None if there is none."""
        item = self._get(keys.comment_key(comment_id))
        return comment_from_item(item) if item else None

    def comment_and_entry(self, comment_id: str, version: int) -> tuple[Comment | None, HistoryEntry | None]:
        """A comment as it is now, and the decision that made one of its versions."""
        found = self._read(
            {"comment": keys.comment_key(comment_id), "entry": keys.history_key(comment_id, version)}
        )
        comment, entry = found["comment"], found["entry"]
        return (comment_from_item(comment) if comment else None), (entry_from_item(entry) if entry else None)

    def comment_and_entries(
        self, comment_id: str, versions: Sequence[int]
    ) -> tuple[Comment | None, list[HistoryEntry | None]]:
        """A comment as it is now, and the decisions that made some of its versions, None for what is not."""
        wanted = {str(version): keys.history_key(comment_id, version) for version in versions}
        found = self._read({"comment": keys.comment_key(comment_id), **wanted})
        comment = found["comment"]
        entries = [found[str(version)] for version in versions]
        return (
            comment_from_item(comment) if comment else None,
            [entry_from_item(entry) if entry else None for entry in entries],
        )

    def comment_items(self, comment_ids: Sequence[str]) -> list[Item]:
        """The plain items of those comments that exist, in no order."""
        return self._read_many(comment_ids)

    def texts(self, comment_ids: Sequence[str]) -> dict[str, str]:
        """By comment, the texts of those that are still there."""
        items = self._read_many(comment_ids, attributes=("id", "body"))
        return {item["id"]: item["body"] for item in items if "body" in item}

    def _read_many(self, comment_ids: Sequence[str], *, attributes: Sequence[str] = ()) -> list[Item]:
        requested = [
            requests.comments_read(self._table, comment_ids[start : start + _MOST_KEYS], attributes)
            for start in range(0, len(comment_ids), _MOST_KEYS)
        ]
        return [item for found in self._side_by_side(self._batch_get, requested) for item in found]

    def apply(
        self, change: Change, turn: Turn | None = None, *, beside: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Make a change, record it, and keep its author's counters; all or nothing.

        Args:
            change: The change.
            turn: The author's own act that it is, if it is one.
            beside: More actions of the same transaction.

        Raises:
            ConditionFailed: The comment is no longer what the change was made on, or exists already, or the
                author has had another turn; `requests.COMMENT_ACTION` and `AUTHOR_ACTION` tell which.
        """
        self._transact(requests.change(self._table, change, turn, beside=beside))

    def counts(self, article_ids: Sequence[str]) -> dict[str, int]:
        """How many published comments each article has; articles without any count 0."""
        found = self._batch_get(requests.counts_read(self._table, article_ids))
        counted = {item["PK"]: item.get(requests.COMMENT_COUNT, 0) for item in found}
        return {article_id: counted.get(keys.article_key(article_id)["PK"], 0) for article_id in article_ids}

    def count(self, counted: Counted, *, now_s: float) -> bool:
        """Add to the counts what a version of a comment means; False if it had been counted before."""
        expires_at = int(now_s) + _MARKER_LIFETIME_S
        try:
            self._transact(requests.count(self._table, counted, expires_at=expires_at))
        except ConditionFailed as failed:
            if requests.MARKER_ACTION in failed.actions:
                return False
            # The parent is gone, and its count with it; the article's still counts.
            return self.count(replace(counted, parent_id=None), now_s=now_s)
        return True

    def place(self, comment: Comment, *, is_kept: bool) -> None:
        """Put a removed comment back on its page, or take it off, if that is where it belongs by now."""
        with suppress(ConditionFailed):
            self._transact(requests.place(self._table, comment, is_kept=is_kept))
