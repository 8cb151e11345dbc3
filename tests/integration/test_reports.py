"""Readers' reports: what they set going, what they weigh, what becomes of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.integration.people import Site

from parley import errors, reporting
from parley.comment import ReviewCause, Rule, Status
from parley.policy import Policy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.store import Store


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table)


def causes(comment: Comment) -> tuple[ReviewCause, ...]:
    return comment.review.causes if comment.review else ()


def test_the_first_threshold_opens_a_review_and_the_second_holds(site: Site) -> None:
    site.policy(Policy(report_review_at=1.0, report_hold_at=2.0))
    made = site.comment()
    seen = []

    for number in range(4):
        site.report(made, f"reader-{number}")
        now = site.stored(made)
        seen.append((now.status, causes(now), now.report_count, now.version))

    reported = (ReviewCause.REPORTED,)
    assert seen == [
        (Status.PUBLISHED, (), 1, 1),
        (Status.PUBLISHED, reported, 2, 2),
        (Status.PUBLISHED, reported, 3, 2),
        (Status.HELD, reported, 4, 3),
    ]
    assert [reason.rule for reason in site.stored(made).reasons] == [Rule.REPORTS]
    assert (site.queue(), site.page()) == ([made.id], [])
    assert site.author().counts[Status.HELD] == 1


def test_a_person_reports_once(site: Site) -> None:
    made = site.comment()

    assert site.report(made, note="first")
    assert not site.report(made, note="second")

    assert [report.note for report in site.store.reports(made.id)] == ["first"]
    assert site.stored(made).report_count == 1
    assert site.author("ben").reports_made == 1


def test_reports_that_come_at_once_are_all_counted(site: Site) -> None:
    site.policy(Policy(report_review_at=1.5, report_hold_at=100))
    made = site.comment()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: site.report(made, f"reader-{number}"), range(4)))

    found = site.stored(made)
    assert (found.report_count, found.report_weight, causes(found)) == (4, 2.0, (ReviewCause.REPORTED,))


def test_what_readers_cannot_see_they_cannot_report(site: Site) -> None:
    for body in ("borderline", "vile"):
        with pytest.raises(errors.NotFound):
            site.report(site.comment(body))


def test_ones_own_comment_is_not_reported(site: Site) -> None:
    with pytest.raises(errors.OwnComment):
        site.report(site.comment(author="ben"), "ben")


def test_a_decision_closes_the_reports_and_new_ones_begin_from_nothing(site: Site) -> None:
    made = site.comment()
    site.report(made, "one")

    dismissed = site.approve(made)

    assert (dismissed.report_count, dismissed.report_weight, site.queue()) == (0, 0.0, [])
    site.report(made, "two")
    assert site.stored(made).report_count == 1


def test_readers_learn_in_weight_whether_they_were_right(site: Site) -> None:
    for number, is_right in enumerate([True, True, False]):
        made = site.comment(f"Comment {number}")
        site.report(made, "ben")
        site.report(made, "cid")
        site.project()
        if is_right:
            site.reject(made)
        else:
            site.approve(made)
        site.project(times=2)

    reader = site.author("ben")
    assert (reader.reports_made, reader.reports_right, reader.reports_wrong) == (3, 2, 1)
    assert reader.report_weight() == 0.6
    following = site.comment("Next.")
    site.report(following, "ben")
    assert [report.weight for report in site.store.reports(following.id)] == [0.6]


def test_a_report_is_judged_once_and_anew_when_the_decision_changes(site: Site) -> None:
    made = site.comment()
    site.report(made, "ben")
    site.project()
    site.reject(made)
    site.project(times=2)
    assert reporting.settle(site.store, made.id) == 0

    site.approve(made)
    assert reporting.settle(site.store, made.id) == 1
    assert reporting.settle(site.store, made.id) == 0

    reader = site.author("ben")
    assert (reader.reports_right, reader.reports_wrong) == (0, 1)
    assert [report.outcome for report in site.store.reports(made.id)] == ["wrong"]


def test_a_report_that_nobody_has_judged_is_not_settled(site: Site) -> None:
    made = site.comment()
    site.approve(made)
    site.pass_(seconds=1)
    site.report(made, "ben")

    assert reporting.settle(site.store, made.id) == 0
    assert site.author("ben").reports_wrong == 0


def test_a_reader_who_was_always_wrong_opens_no_review_alone(site: Site) -> None:
    for number in range(2):
        made = site.comment(f"Comment {number}")
        site.report(made, "ben")
        site.project()
        site.approve(made)
        site.project()

    site.report(site.comment("Next."), "ben")

    assert site.queue() == []


def test_a_reader_who_reports_everything_is_slowed_down(site: Site) -> None:
    site.policy(Policy(max_comments=60))
    comments = [site.comment(f"Comment {number}") for number in range(21)]
    for comment in comments[:20]:
        site.report(comment, "ben")

    with pytest.raises(errors.TooFast):
        site.report(comments[20], "ben")
