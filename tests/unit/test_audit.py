from dataclasses import replace

import pytest
from tests.factories import NOW, comment, held

from parley import audit, changes, items, keys, views
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
from parley.policy import AuditShares, Policy

AT = "2026-11-24T08:00:00.000Z"
IDS = [keys.comment_id("salt", "ann", f"key {number}") for number in range(4000)]
MO = Actor(ActorKind.MODERATOR, "mo", "Mo")


def sampled(status: Status, shares: AuditShares) -> int:
    reviews = [audit.review_for(Decision(status, (), 90), one, AT, Policy(audit=shares)) for one in IDS]
    assert {review.causes for review in reviews if review} <= {(ReviewCause.AUDIT,)}
    return sum(review is not None for review in reviews)


@pytest.mark.parametrize(("status", "expected"), [(Status.PUBLISHED, 400), (Status.REJECTED, 2000)])
def test_about_the_set_share_of_automatic_outcomes_is_sampled(status: Status, expected: int) -> None:
    found = sampled(status, AuditShares(published=0.1, rejected=0.5))

    assert abs(found - expected) < 130


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (1, len(IDS))])
def test_none_and_all_are_shares_too(share: float, expected: int) -> None:
    assert sampled(Status.PUBLISHED, AuditShares(published=share, rejected=0)) == expected


def test_a_larger_share_holds_the_smaller_one() -> None:
    small = {one for one in IDS if audit.is_sampled(one, 0.1)}

    assert small < {one for one in IDS if audit.is_sampled(one, 0.3)}


def test_what_the_policy_holds_is_reviewed_for_its_own_cause() -> None:
    rules = Policy(audit=AuditShares(1, 1))

    review = audit.review_for(Decision(Status.HELD, (), 70), IDS[0], AT, rules)

    assert review is not None
    assert (review.causes, review.urgency) == ((ReviewCause.BORDERLINE,), 70)


def sampled_comments() -> list[dict[str, object]]:
    """The same text once published and once rejected automatically, as moderators see it."""
    review = audit.review_for(Decision(Status.PUBLISHED, (), 3), IDS[0], AT, Policy(audit=AuditShares(1, 1)))
    rejected = audit.review_for(
        Decision(Status.REJECTED, (), 99), IDS[0], AT, Policy(audit=AuditShares(1, 1))
    )
    reason = Reason(rule=Rule.MODEL, outcome=Status.REJECTED, label="insult", score=0.99, threshold=0.9)
    return [
        views.comment_for_moderator(comment(review=review, scores={"insult": 0.01}, reply_count=4)),
        views.comment_for_moderator(
            comment(status=Status.REJECTED, review=rejected, scores={"insult": 0.99}, reasons=(reason,))
        ),
    ]


def test_moderators_cannot_tell_what_the_policy_made_of_a_sampled_comment() -> None:
    published, rejected = sampled_comments()

    assert published == rejected
    assert published["is_blind"] is True


def test_the_history_of_a_sampled_comment_is_shown_after_the_decision() -> None:
    before = comment(review=Review((ReviewCause.AUDIT,), AT, 0))
    first = changes.submitted(before)
    wish = ModeratorDecision(action=Action.REJECT, version=1, by=MO, code=RejectionCode.SPAM)
    decided = changes.decide(before, wish, now=NOW)

    assert views.history(before, [first.entry]) == []
    shown = views.history(decided.after, [first.entry, decided.entry])
    assert [entry["action"] for entry in shown] == ["submitted", "rejected"]
    assert shown[1]["review"]["causes"] == ["audit"]
    assert views.comment_for_moderator(decided.after)["is_blind"] is False


def test_what_is_not_sampled_is_shown_as_it_is() -> None:
    view = views.comment_for_moderator(replace(held(), scores={"insult": 0.7}))

    assert (view["is_blind"], view["status"], view["scores"]) == (False, Status.HELD, {"insult": 0.7})


def test_a_sampled_comment_stays_what_it_was_for_readers() -> None:
    item = items.comment_to_item(comment(review=Review((ReviewCause.AUDIT,), AT, 0)))

    assert item["pages_pk"]
    assert item["queue_pk"]
