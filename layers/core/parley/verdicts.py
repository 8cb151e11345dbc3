"""What people made of comments, read from the history. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from parley.comment import Status, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parley.comment import HistoryEntry
    from parley.signals import Signals

_DECISIONS = (Step.APPROVED, Step.REJECTED)
# A new text is a new question; what was decided about the old one says nothing about it.
_NEW_TEXTS = frozenset({Step.SUBMITTED, Step.EDITED})
# What is left of a comment then has neither scores nor facts; what was known of it, the entries before tell.
_EMPTYING = frozenset({Step.REMOVED, Step.ERASED})


@dataclass(frozen=True, slots=True)
class Case:
    """One comment, as far as the entries that were read tell.

    Attributes:
        comment_id: The comment.
        at: When it was last decided about.
        submitted_at: When it was written; None if that entry was not among those read.
        scores: The latest scores; None when it was never scored.
        signals: What else the policy knew.
        policy_version: Which policy had looked for words in it.
        decision: The moderator's decision that stands; None if nobody has decided about this text, or took it
            back.
    """

    comment_id: str
    at: str
    submitted_at: str | None
    scores: Mapping[str, float] | None
    signals: Signals
    policy_version: int
    decision: HistoryEntry | None

    @property
    def verdict(self) -> Status | None:
        """What moderators say it should be."""
        return self.decision.after if self.decision else None


def standing(entries: Iterable[HistoryEntry]) -> HistoryEntry | None:
    """The moderator's decision that stands after these entries of one comment, first to last."""
    after: dict[int, HistoryEntry | None] = {}
    latest = None
    for entry in entries:
        if entry.action in _DECISIONS:
            latest = entry
        elif entry.action is Step.UNDONE:
            # As it was before the decision that the version before had made.
            latest = after.get(entry.version - 2)
        elif entry.action in _NEW_TEXTS:
            latest = None
        after[entry.version] = latest
    return latest


def cases(entries: Sequence[HistoryEntry]) -> list[Case]:
    """The comments that entries are about, in no particular order of either.

    A comment that was removed is what it was until then; one of which only the removal is told is left out.
    """

    def by_comment(entry: HistoryEntry) -> tuple[str, int]:
        return entry.comment_id, entry.version

    telling = sorted((entry for entry in entries if entry.action not in _EMPTYING), key=by_comment)
    return [_case(list(group)) for _, group in groupby(telling, key=lambda entry: entry.comment_id)]


def _case(entries: Sequence[HistoryEntry]) -> Case:
    first, last = entries[0], entries[-1]
    return Case(
        comment_id=last.comment_id,
        at=last.at,
        submitted_at=first.at if first.action is Step.SUBMITTED else None,
        scores=last.scores,
        signals=last.signals,
        policy_version=last.policy_version,
        decision=standing(entries),
    )
