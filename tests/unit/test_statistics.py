from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.factories import NOW, approval, comment, held, rejection

from parley import changes
from parley import comment as comments
from parley.comment import Action, Comment, HistoryEntry, Review, ReviewCause, Status, Step
from parley.intervals import rate
from parley.statistics import THRESHOLDS, Durations, by_day, statistics

if TYPE_CHECKING:
    from parley.comment import ModeratorDecision

AT = comments.timestamp(NOW)
AUDIT = Review((ReviewCause.AUDIT,), AT, 0)


def decided(stored: Comment, *wishes: ModeratorDecision, minutes: int = 1) -> list[HistoryEntry]:
    made = changes.submitted(stored)
    entries = [made.entry]
    for wish in wishes:
        now = NOW + timedelta(minutes=minutes * len(entries))
        if wish.action is Action.UNDO:
            made = changes.undo(made.after, entries[-1], entries[-2], wish, now=now)
        else:
            made = changes.decide(made.after, wish, now=now)
        entries.append(made.entry)
    return entries


def named(number: int, stored: Comment) -> Comment:
    return replace(stored, id=f"c{number:025d}")


def undoing(version: int) -> ModeratorDecision:
    return replace(approval(version), action=Action.UNDO)


def test_outcomes_are_counted_by_who_decided() -> None:
    entries = [
        *decided(named(1, comment())),
        *decided(named(2, held()), approval()),
        *decided(named(3, held()), rejection(), undoing(2)),
        *decided(named(4, comment(status=Status.REJECTED))),
    ]

    found = statistics(entries)

    assert found.automatic == {Status.PUBLISHED: 1, Status.HELD: 2, Status.REJECTED: 1}
    assert found.moderators == {Step.APPROVED: 1, Step.REJECTED: 1, Step.UNDONE: 1}


def test_the_wait_is_from_the_opening_of_the_review_to_the_decision() -> None:
    entries = [
        entry
        for number in range(1, 11)
        for entry in decided(named(number, held()), approval(), minutes=number)
    ]

    assert statistics(entries).time_to_decision_s == Durations(10, 300, 540, 600)
    assert statistics([]).time_to_decision_s == Durations(0, None, None, None)


def test_a_decision_without_a_review_waited_for_nobody() -> None:
    assert statistics(decided(comment(), rejection())).time_to_decision_s.count == 0


def test_the_audit_measures_what_the_policy_missed_and_what_it_rejected_wrongly() -> None:
    sampled = [
        decided(named(1, comment(review=AUDIT)), approval()),
        decided(named(2, comment(review=AUDIT)), rejection()),
        decided(named(3, comment(review=AUDIT)), rejection(), undoing(2), approval(version=3)),
        decided(named(4, comment(review=AUDIT)), rejection(), undoing(2)),
        decided(named(5, comment(status=Status.REJECTED, review=AUDIT)), approval()),
        decided(named(6, held()), rejection()),
        decided(named(7, comment(review=AUDIT))),
    ]

    found = statistics([entry for entries in sampled for entry in entries])

    assert found.audit == {Status.PUBLISHED: rate(1, 3), Status.REJECTED: rate(1, 1)}


def test_agreement_is_told_for_each_label_and_threshold() -> None:
    judged = [
        decided(named(1, held(scores={"insult": 0.3})), approval()),
        decided(named(2, held(scores={"insult": 0.6})), approval()),
        decided(named(3, held(scores={"insult": 0.6})), rejection()),
        decided(named(4, held(scores={"insult": 0.9, "threat": 0.2})), rejection()),
        decided(named(5, held(scores={"insult": 0.99}))),
    ]

    found = statistics([entry for entries in judged for entry in entries]).labels

    assert set(found) == {"insult", "threat"}
    assert [agreement.threshold for agreement in found["insult"]] == list(THRESHOLDS)
    at = {agreement.threshold: agreement for agreement in found["insult"]}
    assert (at[0.6].flagged, at[0.6].precision, at[0.6].recall) == (3, rate(2, 3), rate(2, 2))
    assert (at[0.65].flagged, at[0.65].precision, at[0.65].recall) == (1, rate(1, 1), rate(1, 2))


def test_each_day_is_counted_by_itself_the_quiet_ones_too() -> None:
    submitted, approved = decided(held(), approval())
    entries = [
        replace(submitted, at="2026-11-20T23:59:59.999Z"),
        replace(approved, at="2026-11-22T00:00:00.000Z"),
    ]

    days = by_day(entries, start="2026-11-20T12:00:00.000Z", end="2026-11-23T12:00:00.000Z")

    assert [day.day for day in days] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert [day.automatic[Status.HELD] for day in days] == [1, 0, 0, 0]
    assert [day.moderators[Step.APPROVED] for day in days] == [0, 0, 1, 0]
