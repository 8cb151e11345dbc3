"""Looking at the review queue: pages, filters, counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from parley.audit import is_blind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.comment import ReviewCause, Rule
    from parley.items import Item
    from parley.store import Store

# So many rows one request looks at for those that a filter wants: about 1 MB, a tenth of a second.
MAX_SCANNED: Final = 1000
# So many are read at a time meanwhile.
EXPECTED_ROWS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which comments of the queue somebody wants to see; None for whatever it is.

    Attributes:
        cause: Why a person should look.
        rule: A rule that fired.
        label: A label of the model that fired.
        article_id: The article.
        author_id: The author's public id.
        opened_before: The review is open since then or longer, ISO 8601 UTC.
    """

    cause: ReviewCause | None = None
    rule: Rule | None = None
    label: str | None = None
    article_id: str | None = None
    author_id: str | None = None
    opened_before: str | None = None

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the queue is wanted.

        A rule or a label never finds a blind comment: that would tell what the policy made of it.
        """
        review = row["review"]
        reasons = () if is_blind(row) else row["reasons"]
        return (
            (self.cause is None or self.cause in review["causes"])
            and (self.rule is None or any(reason["rule"] == self.rule for reason in reasons))
            and (self.label is None or any(reason.get("label") == self.label for reason in reasons))
            and self.article_id in (None, row["article_id"])
            and self.author_id in (None, row["author"]["id"])
            and (self.opened_before is None or review["opened_at"] <= self.opened_before)
        )


EVERYTHING: Final = QueueFilter()


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Part of the queue.

    Attributes:
        rows: What was wanted, most urgent first.
        next: The position to go on from, even if nothing was found up to there; None at the queue's end.
        scanned: How many rows were looked at.
    """

    rows: list[Item]
    next: str | None
    scanned: int


def page(store: Store, wanted: QueueFilter, *, limit: int, after: str | None = None) -> QueuePage:
    """Up to `limit` wanted rows behind a position, looking at no more than `MAX_SCANNED`.

    The position is a place in the order of the whole queue, not a row: it survives whatever becomes of rows.
    """
    if wanted == EVERYTHING:
        first = store.queue(limit=limit, after=after)
        return QueuePage(first.items, first.next, len(first.items))
    found: list[Item] = []
    position, scanned = after, 0
    for row in store.queue_rows(after=after, expected=EXPECTED_ROWS):
        if len(found) == limit or scanned == MAX_SCANNED:
            return QueuePage(found, position, scanned)
        scanned += 1
        position = row["queue_sk"]
        if wanted.matches(row):
            found.append(row)
    return QueuePage(found, None, scanned)


def facets(row: Mapping[str, Any] | None) -> dict[str, int]:
    """What a comment's item adds to the counts of the queue: nothing while it has no open review.

    Rules and labels of a blind comment are not counted: that would tell what the policy made of it.
    """
    if row is None or not row.get("review"):
        return {}
    reasons = () if is_blind(row) else row["reasons"]
    named = [f"cause.{cause}" for cause in row["review"]["causes"]]
    named += [f"rule.{reason['rule']}" for reason in reasons]
    named += [f"label.{reason['label']}" for reason in reasons if reason.get("label")]
    return {"total": 1, **dict.fromkeys(named, 1)}


def changed_facets(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, int]:
    """What a change of a comment's item, from `old` to `new`, adds to the counts of the queue."""
    before, after = facets(old), facets(new)
    deltas = {name: after.get(name, 0) - before.get(name, 0) for name in {**before, **after}}
    return {name: delta for name, delta in deltas.items() if delta}


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many comments wait, in all and by cause, by rule that fired and by label; zeroes are left out."""

    total: int
    causes: Mapping[str, int]
    rules: Mapping[str, int]
    labels: Mapping[str, int]


def summed(counted: list[Mapping[str, int]]) -> QueueCounts:
    """The counts of all shards together."""
    sums: dict[str, int] = {}
    for shard in counted:
        for name, number in shard.items():
            sums[name] = sums.get(name, 0) + number

    def group(prefix: str) -> dict[str, int]:
        found = {name.removeprefix(prefix): n for name, n in sorted(sums.items()) if name.startswith(prefix)}
        return {name: number for name, number in found.items() if number}

    return QueueCounts(sums.get("total", 0), group("cause."), group("rule."), group("label."))
