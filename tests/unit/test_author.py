from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from parley import author as authors
from parley import comment as comments
from parley import errors, items
from parley.article import Article, ArticleState, check_is_open
from parley.author import AuthorRecord, Restriction, RestrictionKind, Standing, Warned, Written
from parley.author_items import (
    author_from_item,
    own_attributes,
    sanction_from_item,
    sanction_to_item,
)
from parley.comment import RejectionCode, Status
from parley.policy import Policy
from parley.sanction import Sanction, SanctionAction, checked_until, sanctioned

ANN = AuthorRecord(sub="ann", id="id-of-ann", name="Ann")
AT = comments.timestamp(NOW)
NAMES = st.text(min_size=1, max_size=9)
CODES = st.sampled_from(RejectionCode)
RESTRICTIONS = st.builds(
    Restriction, st.sampled_from(RestrictionKind), CODES, st.none() | NAMES, NAMES, st.none() | NAMES
)


def later(**delta: int) -> str:
    return comments.timestamp(NOW + timedelta(**delta))


def restricted(kind: RestrictionKind, until: str | None = None) -> AuthorRecord:
    return replace(ANN, restriction=Restriction(kind, RejectionCode.SPAM, "Enough.", AT, until))


def sanction(action: SanctionAction, **given: Any) -> Sanction:
    fields: dict[str, Any] = {
        "version": 1,
        "action": action,
        "reason": RejectionCode.SPAM,
        "message": "Enough.",
        "note": "third time",
        "until": None,
        "at": AT,
        "by_id": "mo",
        "by_name": "Mo",
    }
    return Sanction(**(fields | given))


def writes(author: AuthorRecord, policy: Policy, times: int, *, fingerprint: str = "") -> AuthorRecord:
    for second in range(times):
        now = NOW + timedelta(seconds=second)
        author = authors.with_writing(author, policy, name="Ann", fingerprint=fingerprint, now=now)
    return author


def test_an_author_writes_as_fast_as_the_policy_allows_and_no_faster() -> None:
    policy = Policy(max_comments=3, rate_seconds=60)
    author = writes(ANN, policy, 3)

    with pytest.raises(errors.TooFast) as refused:
        authors.with_writing(author, policy, name="Ann", fingerprint="", now=NOW + timedelta(seconds=10))

    assert refused.value.retry_after_s == 50
    again = NOW + timedelta(seconds=60, milliseconds=1)
    assert authors.with_writing(author, policy, name="Ann", fingerprint="", now=again).turns == 4


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40), st.integers(1, 5), st.integers(1, 60))
def test_no_window_ever_holds_more_than_the_policy_allows(gaps: list[int], limit: int, window_s: int) -> None:
    policy = Policy(max_comments=limit, rate_seconds=window_s, repeat_minutes=0)
    author, now, admitted = ANN, NOW, []

    for gap in gaps:
        now += timedelta(seconds=gap)
        try:
            author = authors.with_writing(author, policy, name="Ann", fingerprint="", now=now)
        except errors.TooFast as refused:
            wait = timedelta(seconds=refused.retry_after_s)
            authors.with_writing(author, policy, name="Ann", fingerprint="", now=now + wait)
        else:
            admitted.append(now)

    for start in admitted:
        end = start + timedelta(seconds=window_s)
        assert sum(start <= at < end for at in admitted) <= limit


def test_previews_and_reports_have_a_pace_of_their_own() -> None:
    policy = Policy(max_comments=1, max_previews=1)
    author = authors.with_report(
        authors.with_preview(writes(ANN, policy, 1), policy, now=NOW), name="Ann", now=NOW
    )

    assert author.turns == 3
    with pytest.raises(errors.TooFast):
        authors.with_preview(author, policy, now=NOW)
    for _ in range(authors.MAX_REPORTS - 1):
        author = authors.with_report(author, name="Ann", now=NOW)
    with pytest.raises(errors.TooFast):
        authors.with_report(author, name="Ann", now=NOW)


def test_the_same_text_again_within_the_window_is_known() -> None:
    policy = Policy(repeat_minutes=10)
    author = writes(ANN, policy, 2, fingerprint="same")

    def repeats(fingerprint: str, **delta: int) -> int:
        now = NOW + timedelta(**delta)
        return authors.facts(author, Article(id="a"), policy, fingerprint, now).repeats

    assert (repeats("same", minutes=9), repeats("other", minutes=9), repeats("", minutes=9)) == (2, 0, 0)
    assert repeats("same", minutes=11) == 0


def test_what_is_kept_of_an_author_does_not_grow() -> None:
    policy = Policy(max_comments=60, rate_seconds=1, repeat_minutes=7 * 24 * 60)

    assert len(writes(ANN, policy, 300, fingerprint="x").written) == 60


def test_rejections_count_for_as_many_days_as_the_policy_says() -> None:
    author = replace(ANN, rejected={"2026-11-23": 2, "2026-11-22": 1, "2026-11-17": 5, "2026-11-21": -1})

    counted = [author.recent_rejections(NOW, days=days) for days in (1, 2, 6, 7)]

    assert counted == [2, 3, 3, 8]


@pytest.mark.parametrize("kind", [RestrictionKind.BANNED, RestrictionKind.SUSPENDED])
def test_who_is_banned_or_suspended_learns_why_and_until_when(kind: RestrictionKind) -> None:
    with pytest.raises(errors.Restricted) as refused:
        authors.check_may_take_part(restricted(kind, later(days=1)), AT)

    error = refused.value
    assert (error.kind, error.reason, error.message, error.until) == (kind, "spam", "Enough.", later(days=1))


def test_a_restriction_ends_by_itself() -> None:
    author = restricted(RestrictionKind.SUSPENDED, later(minutes=5))

    authors.check_may_take_part(author, later(minutes=5))

    assert author.standing(AT, first_comments=0) is Standing.SUSPENDED
    assert author.standing(later(minutes=5), first_comments=0) is Standing.NEW


def test_a_premoderated_author_may_write_and_a_person_looks() -> None:
    author = restricted(RestrictionKind.PREMODERATED)

    authors.check_may_take_part(author, AT)

    assert authors.facts(author, Article(id="a"), Policy(), "", NOW).is_author_premoderated


def test_an_author_is_new_until_enough_is_published() -> None:
    standings = [
        replace(ANN, counts={Status.PUBLISHED: n}).standing(AT, first_comments=first)
        for n, first in [(0, 0), (1, 0), (2, 3), (3, 3)]
    ]

    assert standings == [Standing.NEW, Standing.TRUSTED, Standing.NEW, Standing.TRUSTED]


def test_a_report_weighs_what_its_reader_has_earned() -> None:
    weights = [
        replace(ANN, reports_right=right, reports_wrong=wrong).report_weight()
        for right, wrong in [(0, 0), (8, 0), (0, 8), (1, 1)]
    ]

    assert weights == [0.5, 0.9, 0.1, 0.5]


def test_whose_data_are_being_erased_cannot_write() -> None:
    with pytest.raises(errors.ErasureRunning):
        authors.check_may_take_part(replace(ANN, erasing_since=AT), AT)


@pytest.mark.parametrize(
    ("article", "is_open"),
    [
        (Article(id="a"), True),
        (Article(id="a", state=ArticleState.PREMODERATED), True),
        (Article(id="a", state=ArticleState.CLOSED), False),
        (Article(id="a", closes_at=later(seconds=1)), True),
        (Article(id="a", closes_at=AT), False),
        (Article(id="a", first_at=later(days=-7, seconds=1)), True),
        (Article(id="a", first_at=later(days=-7)), False),
    ],
)
def test_an_article_takes_comments_until_it_is_closed_or_too_old(article: Article, *, is_open: bool) -> None:
    assert article.is_open(NOW, close_after_days=7) is is_open
    if not is_open:
        with pytest.raises(errors.ArticleClosed):
            check_is_open(article, NOW, close_after_days=7)


def test_restrictions_replace_one_another_and_a_warning_leaves_them() -> None:
    suspended = sanctioned(ANN, sanction(SanctionAction.SUSPEND, until=later(days=1)))
    warned = sanctioned(suspended, sanction(SanctionAction.WARN, version=2))
    banned = sanctioned(warned, sanction(SanctionAction.BAN, version=3))
    lifted = sanctioned(banned, sanction(SanctionAction.LIFT, version=4, reason=None))

    kinds = [one.restriction.kind if one.restriction else None for one in (suspended, warned, banned, lifted)]
    assert kinds == ["suspended", "suspended", "banned", None]
    assert warned.warning == Warned(RejectionCode.SPAM, "Enough.", AT)
    assert [one.version for one in (suspended, warned, banned, lifted)] == [1, 2, 3, 4]


def test_what_is_not_there_cannot_be_lifted() -> None:
    for author in (ANN, restricted(RestrictionKind.SUSPENDED, AT)):
        with pytest.raises(errors.Invalid) as refused:
            sanctioned(author, sanction(SanctionAction.LIFT))
        assert refused.value.field == "action"


@pytest.mark.parametrize(
    ("action", "until"),
    [
        (SanctionAction.SUSPEND, None),
        (SanctionAction.SUSPEND, "tomorrow"),
        (SanctionAction.SUSPEND, "2027-01-01T00:00:00"),
        (SanctionAction.BAN, "2026-11-23T12:00:00Z"),
        (SanctionAction.WARN, "2027-01-01T00:00:00Z"),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(action: SanctionAction, until: str | None) -> None:
    with pytest.raises(errors.Invalid) as refused:
        checked_until(action, until, NOW)

    assert refused.value.field == "until"


def test_an_end_is_kept_in_universal_time() -> None:
    assert checked_until(SanctionAction.BAN, "2027-01-01T01:00:00+01:00", NOW) == "2027-01-01T00:00:00.000Z"
    assert checked_until(SanctionAction.BAN, None, NOW) is None


@given(
    st.builds(
        AuthorRecord,
        sub=NAMES,
        id=NAMES,
        name=NAMES,
        version=st.integers(0, 99),
        turns=st.integers(0, 99),
        restriction=st.none() | RESTRICTIONS,
        warning=st.none() | st.builds(Warned, CODES, st.none() | NAMES, NAMES),
        written=st.lists(st.builds(Written, st.integers(0, 10**13), st.sampled_from(["", "abc"]))).map(tuple),
        previews=st.lists(st.integers(0, 10**13)).map(tuple),
        reported=st.lists(st.integers(0, 10**13)).map(tuple),
        erasing_since=st.none() | NAMES,
    )
)
def test_an_author_survives_the_table(author: AuthorRecord) -> None:
    item = items.unmarshal_item(items.marshal_item(own_attributes(author)))

    assert author_from_item(item, sub=author.sub, author_id=author.id) == author


def test_a_sanction_survives_the_table() -> None:
    for made in (
        sanction(SanctionAction.BAN, job="j"),
        sanction(SanctionAction.LIFT, reason=None, note=None),
    ):
        item = items.unmarshal_item(items.marshal_item(sanction_to_item(made, "ann")))
        assert sanction_from_item(item) == made
