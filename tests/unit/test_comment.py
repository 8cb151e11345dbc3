from datetime import timedelta

import pytest
from tests.factories import NOW, comment, held

from parley import changes
from parley import comment as comments
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Decision,
    ModeratorDecision,
    Reason,
    RejectionCode,
    Review,
    ReviewCause,
    Rule,
    Status,
)
from parley.errors import ConditionFailed
from parley.signals import Signals

MO = Actor(ActorKind.MODERATOR, "mo", "Mo")
LATER = NOW + timedelta(minutes=5)


def wish(action: Action, version: int = 1, code: RejectionCode | None = None) -> ModeratorDecision:
    return ModeratorDecision(action=action, version=version, by=MO, code=code, note="seen", request="r")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.REMOVED])
@pytest.mark.parametrize(
    ("action", "outcome"), [(Action.APPROVE, Status.PUBLISHED), (Action.REJECT, Status.REJECTED)]
)
def test_a_moderator_decides_from_any_status_and_closes_the_review(
    status: Status, action: Action, outcome: Status
) -> None:
    before = held(status=status)

    change = changes.decide(before, wish(action, code=RejectionCode.SPAM), now=LATER)

    assert change.after.status is outcome
    assert change.after.review is None
    assert change.after.version == before.version + 1
    assert (change.entry.before, change.entry.after, change.entry.version) == (status, outcome, 2)
    assert (change.entry.by, change.entry.note, change.entry.request) == (MO, "seen", "r")


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT])
def test_nobody_decides_about_what_its_author_has_removed(action: Action) -> None:
    with pytest.raises(ConditionFailed):
        changes.decide(held(status=Status.REMOVED), wish(action), now=LATER)


def test_a_rejection_carries_its_code_and_an_approval_clears_the_reasons() -> None:
    rejected = changes.decide(held(), wish(Action.REJECT, code=RejectionCode.THREAT), now=LATER).after
    approved = changes.decide(rejected, wish(Action.APPROVE, version=2), now=LATER).after

    assert rejected.reasons == (
        Reason(rule=Rule.MODERATOR, outcome=Status.REJECTED, code=RejectionCode.THREAT),
    )
    assert approved.reasons == ()


def test_a_decision_on_a_version_that_has_passed_is_refused() -> None:
    with pytest.raises(ConditionFailed):
        changes.decide(held(version=2), wish(Action.APPROVE, version=1), now=LATER)


def test_every_status_can_only_become_one_of_the_table() -> None:
    assert set(comments.TRANSITIONS) == set(Status)
    assert all(status not in targets for status, targets in comments.TRANSITIONS.items())


def test_what_is_not_in_the_table_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(comments.TRANSITIONS, Status.HELD, frozenset())

    with pytest.raises(ValueError, match="cannot become"):
        changes.decide(held(), wish(Action.APPROVE), now=LATER)


@pytest.mark.parametrize(
    ("outcome", "status", "causes"),
    [
        (Status.PUBLISHED, Status.PUBLISHED, None),
        (Status.HELD, Status.HELD, (ReviewCause.BORDERLINE,)),
        (Status.REJECTED, Status.HELD, (ReviewCause.BORDERLINE,)),
    ],
)
def test_a_late_score_publishes_or_leaves_it_to_the_humans(
    outcome: Status, status: Status, causes: tuple[ReviewCause, ...] | None
) -> None:
    before = held(ReviewCause.UNSCORED)

    change = changes.rescored(
        before,
        Decision(outcome, (), 80),
        scores={"toxicity": 0.8},
        signals=Signals(links=2),
        model="model-2",
        policy_version=3,
        now=LATER,
    )

    assert change.after.status is status
    assert (change.after.review.causes if change.after.review else None) == causes
    assert change.after.review is None or change.after.review.opened_at == before.review.opened_at  # type: ignore[union-attr]
    assert (change.after.scores, change.after.model, change.after.policy_version) == (
        {"toxicity": 0.8},
        "model-2",
        3,
    )
    assert (change.entry.version, change.entry.signals) == (2, Signals(links=2))


def test_only_an_open_unscored_review_awaits_a_score() -> None:
    assert changes.awaits_score(held(ReviewCause.UNSCORED))
    assert not changes.awaits_score(held(ReviewCause.BORDERLINE))
    assert not changes.awaits_score(comment())


def test_times_sort_as_text() -> None:
    times = [comments.timestamp(NOW + timedelta(milliseconds=1001 * step)) for step in range(200)]

    assert times == sorted(times)
    assert times[1] == "2026-11-23T12:00:01.001Z"


def test_a_late_score_does_not_settle_what_readers_reported() -> None:
    causes = (ReviewCause.UNSCORED, ReviewCause.REPORTED)
    before = held(review=Review(causes, comments.timestamp(NOW), 50, reports=2), scores=None)

    after = changes.rescored(
        before,
        Decision(Status.PUBLISHED, (), 1),
        scores={"toxicity": 0.01},
        signals=Signals(),
        model="model-2",
        policy_version=3,
        now=LATER,
    ).after

    assert after.status is Status.HELD
    assert after.review is not None
    assert (after.review.causes, after.review.reports) == ((ReviewCause.REPORTED,), 2)
    assert after.review.opened_at == comments.timestamp(NOW)
