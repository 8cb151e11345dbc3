from datetime import timedelta

import pytest
from tests.factories import NOW, approval, comment, held, rejection

from parley import changes
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Change,
    Comment,
    HistoryEntry,
    ModeratorDecision,
    ReviewCause,
    Status,
    Step,
)
from parley.errors import ConditionFailed, Invalid

LATER = NOW + timedelta(minutes=1)
MO = Actor(ActorKind.MODERATOR, "mo", "Mo")


def undoing(version: int) -> ModeratorDecision:
    return ModeratorDecision(action=Action.UNDO, version=version, by=MO, note="wrong button")


class Life:
    """A comment with its history."""

    def __init__(self, comment: Comment) -> None:
        self.comment = comment
        self.entries: list[HistoryEntry] = [changes.submitted(comment).entry]

    def decide(self, wish: ModeratorDecision) -> None:
        self._take(changes.decide(self.comment, wish, now=NOW))

    def undo(self) -> Change:
        earlier, undone = self.entries[-2:]
        made = changes.undo(self.comment, undone, earlier, undoing(self.comment.version), now=LATER)
        self._take(made)
        return made

    def _take(self, change: Change) -> None:
        self.comment = change.after
        self.entries.append(change.entry)


@pytest.mark.parametrize("wish", [approval(), rejection()])
def test_undoing_gives_back_what_was_before_as_a_new_version(wish: ModeratorDecision) -> None:
    life = Life(held())
    before = life.comment
    life.decide(wish)

    made = life.undo()

    assert (made.after.status, made.after.reasons, made.after.review) == (
        before.status,
        before.reasons,
        before.review,
    )
    assert made.after.version == 3
    assert (made.entry.action, made.entry.before, made.entry.after) == (
        Step.UNDONE,
        life.entries[1].after,
        Status.HELD,
    )
    assert made.entry.note == "wrong button"
    assert len(life.entries) == 3


def test_undoing_an_undoing_does_it_again() -> None:
    life = Life(held())
    life.decide(rejection())
    rejected = life.comment
    life.undo()

    life.undo()

    assert (life.comment.status, life.comment.reasons, life.comment.review) == (
        rejected.status,
        rejected.reasons,
        None,
    )


def test_a_second_thought_on_what_was_published_goes_back_to_published() -> None:
    life = Life(comment())
    life.decide(rejection())

    life.undo()

    assert life.comment.status is Status.PUBLISHED
    assert life.comment.review is None


def test_what_was_decided_upon_reports_is_so_again_when_a_later_decision_is_undone() -> None:
    life = Life(held(ReviewCause.REPORTED))
    life.decide(rejection())
    life.decide(approval(version=2))
    assert not life.comment.is_upon_reports

    life.undo()

    assert (life.comment.status, life.comment.is_upon_reports) == (Status.REJECTED, True)


def test_the_policys_decision_cannot_be_undone() -> None:
    made = changes.submitted(comment())

    with pytest.raises(Invalid) as refused:
        changes.undo(made.after, made.entry, made.entry, undoing(1), now=LATER)

    assert refused.value.field == "action"


def test_a_decision_that_is_no_longer_the_latest_cannot_be_undone() -> None:
    life = Life(held())
    life.decide(rejection())
    submitted, rejected = life.entries
    life.decide(approval(version=2))

    with pytest.raises(ConditionFailed):
        changes.undo(life.comment, rejected, submitted, undoing(2), now=LATER)
