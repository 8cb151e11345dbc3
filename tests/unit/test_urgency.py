from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import urgency
from parley.comment import Review, ReviewCause
from parley.urgency import Band

AT = "2026-11-24T08:00:00.000Z"
LATER = "2026-11-24T09:00:00.000Z"
URGENCIES = st.integers(0, 99)
REPORTS = st.integers(0, 20)


def minutes_to(due: str) -> float:
    return (datetime.fromisoformat(due) - datetime.fromisoformat(AT)) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("how_bad", "reports", "band"),
    [
        (99, 0, Band.SEVERE),
        (89, 0, Band.HIGH),
        (69, 0, Band.NORMAL),
        (29, 0, Band.LOW),
        (0, 1, Band.NORMAL),
        (0, 3, Band.HIGH),
        (0, 5, Band.SEVERE),
        (75, 1, Band.HIGH),
    ],
)
def test_a_band_follows_from_how_bad_it_looks_and_how_many_report_it(
    how_bad: int, reports: int, band: Band
) -> None:
    assert urgency.band(how_bad, reports) is band


@given(URGENCIES, REPORTS, URGENCIES, REPORTS)
def test_what_is_worse_and_more_reported_is_never_due_later(
    how_bad: int, reports: int, less_bad: int, fewer: int
) -> None:
    worse = Review((), AT, max(how_bad, less_bad), reports=max(reports, fewer))
    milder = Review((), AT, min(how_bad, less_bad), reports=min(reports, fewer))

    assert urgency.due_at(worse) <= urgency.due_at(milder)


def test_what_has_waited_long_overtakes_what_is_worse_but_new() -> None:
    waiting = Review((), "2026-11-24T04:00:00.000Z", 50)
    severe = Review((), AT, 99)

    assert urgency.due_at(waiting) < urgency.due_at(severe)


def test_a_review_is_due_as_the_policy_says_when_it_opens() -> None:
    targets = {**urgency.DEFAULT_TARGETS, Band.SEVERE: 5}

    review = urgency.open_review((ReviewCause.BORDERLINE,), at=AT, urgency=95, targets=targets)

    assert minutes_to(urgency.due_at(review)) == 5


@given(URGENCIES, REPORTS, URGENCIES, REPORTS)
def test_another_cause_keeps_the_age_and_never_puts_a_review_back(
    how_bad: int, reports: int, new_urgency: int, new_reports: int
) -> None:
    before = urgency.open_review((ReviewCause.AUDIT,), at=AT, urgency=how_bad, reports=reports)

    after = urgency.add_cause(
        before, ReviewCause.BORDERLINE, at=LATER, urgency=new_urgency, reports=new_reports
    )

    assert after.opened_at == AT
    assert set(after.causes) == {ReviewCause.AUDIT, ReviewCause.BORDERLINE}
    assert urgency.due_at(after) <= urgency.due_at(before)
    assert (after.urgency, after.reports) == (max(how_bad, new_urgency), max(reports, new_reports))


def test_the_same_cause_is_named_once() -> None:
    review = urgency.add_cause(None, ReviewCause.BORDERLINE, at=AT, urgency=1)

    again = urgency.add_cause(review, ReviewCause.BORDERLINE, at=LATER, urgency=1)

    assert again.causes == (ReviewCause.BORDERLINE,)
