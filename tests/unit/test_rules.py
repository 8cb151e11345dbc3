"""The policy's rules beside the model and the words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parley import errors
from parley.comment import ReviewCause, Rule, Status
from parley.policy import LIMITS, Policy, checked, decide, screen
from parley.signals import Signals

RULES = Policy(first_comments=2, max_rejections=3)
FINE = {"toxicity": 0.01}


@pytest.mark.parametrize(
    ("signals", "rule", "cause"),
    [
        (Signals(repeats=1), Rule.REPEATED, ReviewCause.BORDERLINE),
        (Signals(earlier_published=1), Rule.FIRST_COMMENT, ReviewCause.PREMODERATED),
        (Signals(recent_rejections=3), Rule.RECENT_REJECTIONS, ReviewCause.BORDERLINE),
        (Signals(is_author_premoderated=True), Rule.PREMODERATED_AUTHOR, ReviewCause.PREMODERATED),
        (Signals(is_article_premoderated=True), Rule.PREMODERATED_ARTICLE, ReviewCause.PREMODERATED),
    ],
)
def test_a_circumstance_holds_and_says_why(signals: Signals, rule: Rule, cause: ReviewCause) -> None:
    decision = decide(FINE, signals, RULES)

    assert decision.status is Status.HELD
    assert [reason.rule for reason in decision.reasons] == [rule]
    assert decision.review_causes == (cause,)


@pytest.mark.parametrize(
    "signals",
    [Signals(earlier_published=2), Signals(earlier_published=None), Signals(recent_rejections=2), Signals()],
)
def test_what_reaches_no_limit_is_published(signals: Signals) -> None:
    assert decide(FINE, signals, RULES).status is Status.PUBLISHED


@pytest.mark.parametrize(
    ("off", "signals"),
    [
        ({"repeat_minutes": 0}, Signals(repeats=9)),
        ({"max_rejections": 0}, Signals(recent_rejections=99)),
        ({"first_comments": 0}, Signals(earlier_published=0)),
    ],
)
def test_a_rule_that_is_off_never_fires(off: dict[str, int], signals: Signals) -> None:
    assert decide(FINE, signals, replace(RULES, **off)).status is Status.PUBLISHED  # type: ignore[arg-type]


def test_a_comment_can_wait_for_two_reasons() -> None:
    decision = decide(FINE, Signals(earlier_published=0, repeats=1), RULES)

    assert set(decision.review_causes) == {ReviewCause.PREMODERATED, ReviewCause.BORDERLINE}


def test_what_could_not_be_scored_waits_for_a_score_whatever_else_holds_it() -> None:
    assert decide(None, Signals(is_author_premoderated=True), RULES).review_causes == (ReviewCause.UNSCORED,)


def test_staff_skip_scoring_only_where_the_policy_says_so() -> None:
    staff = Signals(is_staff=True, banned_terms=("dork",))
    trusting = replace(RULES, staff_skips_scoring=True)

    assert decide(None, staff, RULES).status is Status.REJECTED
    assert decide(None, staff, trusting).status is Status.PUBLISHED
    assert [reason.rule for reason in decide(None, staff, trusting).reasons] == [Rule.STAFF]
    assert decide(None, replace(staff, is_staff=False), trusting).status is Status.REJECTED


def test_screening_keeps_what_is_known_of_the_circumstances() -> None:
    rules = Policy(banned_terms=("dork",))

    assert screen("You dork", rules, Signals(repeats=2)) == Signals(banned_terms=("dork",), repeats=2)


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_limit_that_cannot_work_is_named(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low - 1, high + 1):
        wrong: dict[str, Any] = {name: type(getattr(Policy(), name))(value)}
        with pytest.raises(errors.Invalid) as refused:
            checked(Policy(**wrong))
        assert refused.value.field == name


def test_holding_for_reports_before_anybody_looks_is_named() -> None:
    with pytest.raises(errors.Invalid) as refused:
        checked(Policy(report_review_at=3, report_hold_at=2))

    assert refused.value.field == "report_hold_at"


def test_a_wildcard_that_would_match_everything_is_named() -> None:
    with pytest.raises(errors.Invalid) as refused:
        checked(Policy(held_terms=("crypto*", "a*")))

    assert refused.value.field == "held_terms.1"


def test_the_built_in_policy_can_be_saved() -> None:
    assert checked(Policy()) == Policy()


def test_lists_that_do_not_fit_into_the_table_are_refused_by_the_longer_one() -> None:
    def terms(number: int, letter: str) -> tuple[str, ...]:
        return tuple(f"{n} {letter * 90}" for n in range(number))

    assert checked(Policy(banned_terms=terms(1000, "w"), held_terms=terms(1000, "v")))
    with pytest.raises(errors.Invalid) as refused:
        checked(Policy(banned_terms=terms(900, "щ"), held_terms=terms(1000, "ж")))

    assert refused.value.field == "held_terms"
