"""Own data: the export, and an erasure that leaves neither text nor name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from operations import erase
from tests.factories import SALT
from tests.integration.people import Site, moderator_named

from parley import errors, own_data, sanctioning
from parley.comment import RejectionCode, Status
from parley.policy import Policy
from parley.sanction import SanctionAction
from parley.sanctioning import Wish

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.store import Store

SECRETS = ("Name of ann", "'ann'", "#ann", "secret")


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table)


def sanction(site: Site, action: SanctionAction, **more: Any) -> None:
    author = site.author()
    wish = Wish(
        action=action,
        version=author.version,
        reason=RejectionCode.SPAM,
        note="secret note about Name of ann",
        message="secret words",
        **more,
    )
    sanctioning.impose(site.store, author.id, wish, by=moderator_named("mo"), salt=SALT, now=site.now)


def a_life(site: Site) -> list[Comment]:
    """Ann writes, edits, is reported, rejected, warned, appeals, replies and reports others."""
    site.policy(Policy(max_comments=60, banned_terms=("gooseberry",)))
    theirs = site.comment("Fine, says Ben.", author="ben")
    made = [
        site.edit(site.comment("secret one"), "secret one, again"),
        site.comment("borderline secret"),
        site.comment("vile secret"),
        site.comment("gooseberry secret"),
        site.comment("secret reply", parent=theirs.id),
        site.comment("secret, removed"),
    ]
    answer = site.comment("To the first.", author="cid", parent=made[0].id)
    site.report(made[0], "ben", note="secret is what I read")
    site.reject(made[1], note="secret, says the moderator", message="secret again")
    site.appeal(made[2], "secret appeal")
    site.report(theirs, "ann", note="secret reason")
    site.remove(made[5])
    sanction(site, SanctionAction.WARN)
    site.project()
    return [*made, theirs, answer]


def everything(site: Site) -> str:
    return repr(site.items())


def test_an_erasure_leaves_neither_text_nor_name_anywhere(site: Site) -> None:
    *made, theirs, answer = a_life(site)
    for secret in SECRETS:
        assert secret in everything(site)

    site.erase("ann")
    site.project(times=2)

    for secret in SECRETS:
        assert secret not in everything(site)
    indexes = ("pages", "queue", "authors", "decisions")
    seen = [
        item
        for index in indexes
        for page in site.dynamodb.get_paginator("scan").paginate(TableName=site.table, IndexName=index)
        for item in page["Items"]
    ]
    assert seen
    for secret in ("Name of ann", "secret", "#ann"):
        assert secret not in repr(seen)
    assert all(site.stored(one).status is Status.REMOVED for one in made)
    assert site.store.author_of(site.author().id) is None
    assert set(site.page()) == {theirs.id, made[0].id}
    assert site.page(f"THREAD#{made[0].id}") == [answer.id]
    assert site.queue() == [theirs.id]  # what Ann reported is still to be looked at
    assert site.store.counts(["a-1"]) == {"a-1": 2}
    assert site.stored(theirs).reply_count == 0


def test_an_erasure_that_is_cut_off_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.policy(Policy(max_comments=60))
    for number in range(40):
        site.comment(f"secret {number}")
    site.project()
    apply, calls = site.store.apply_for_job, []

    def dies_now_and_then(*change: Any) -> None:
        calls.append(change)
        apply(*change)
        if len(calls) % 9 == 0:
            raise errors.Unavailable("gone after the write")

    monkeypatch.setattr(site.store, "apply_for_job", dies_now_and_then)
    site.erase("ann")
    (job,) = [item for item in site.items() if item["SK"] == "JOB"]
    for _ in range(30):
        try:
            if site.run(job["id"], pages=1) is None:
                break
        except errors.Unavailable:
            continue
    site.project(times=2)

    for secret in SECRETS:
        assert secret not in everything(site)
    assert site.store.counts(["a-1"]) == {"a-1": 0}
    assert site.page() == []


def test_nothing_can_be_written_while_data_are_being_erased(site: Site) -> None:
    made, other = site.comment(), site.comment(author="ben")
    at = site.erase("ann")

    for attempt in (site.submit, lambda: site.edit(made, "Other."), lambda: site.report(other, "ann")):
        with pytest.raises(errors.ErasureRunning):
            attempt()
    site.pass_(seconds=5)
    assert site.erase("ann") == at

    site.project()
    assert site.comment("A new beginning.").status is Status.PUBLISHED
    assert site.author().counts == {Status.PUBLISHED: 1}


def test_a_comment_that_is_on_its_way_when_the_erasure_is_ordered_does_not_arrive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.comment()
    apply = site.store.apply
    ordered: list[str] = []

    def order_first(*change: Any, **more: Any) -> None:
        if not ordered:
            ordered.append(site.erase("ann"))
        apply(*change, **more)

    with monkeypatch.context() as racing:
        racing.setattr(site.store, "apply", order_first)
        with pytest.raises(errors.ErasureRunning):
            site.submit("secret")

    site.project()
    assert "secret" not in everything(site)


def test_a_ban_outlives_an_erasure_without_its_words(site: Site) -> None:
    site.comment("secret")
    sanction(site, SanctionAction.BAN)

    site.erase("ann")
    site.project()

    assert "secret" not in everything(site)
    assert "Name of ann" not in everything(site)
    with pytest.raises(errors.Restricted):
        site.submit()


def test_a_job_that_rejected_an_authors_comments_goes_with_the_author(site: Site) -> None:
    a_life(site)
    sanction(site, SanctionAction.BAN, is_open_rejected=True)
    sanction(site, SanctionAction.LIFT)
    site.project(times=2)
    assert [item["state"] for item in site.items() if item["SK"] == "JOB"] == ["done"]

    site.erase("ann")
    site.project(times=2)

    assert [item for item in site.items() if item["SK"] == "JOB"] == []
    for secret in SECRETS:
        assert secret not in everything(site)


def test_a_report_that_comes_while_its_comment_is_erased_does_not_stay(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.policy(Policy(report_review_at=50, report_hold_at=50))
    made = site.comment("secret")
    apply = site.store.apply_for_job
    reported: list[bool] = []

    def report_first(*change: Any) -> None:
        if not reported:
            reported.append(site.report(made, "ben", note="secret is what I read"))
        apply(*change)

    monkeypatch.setattr(site.store, "apply_for_job", report_first)
    site.erase("ann")
    site.project(times=2)

    assert reported == [True]
    assert "secret" not in everything(site)
    assert site.stored(made).status is Status.REMOVED


def test_somebody_who_never_wrote_can_be_erased(site: Site) -> None:
    site.erase("ann")
    site.project()

    assert site.items() == []


def test_an_operator_can_have_somebody_erased_who_asks_by_letter(site: Site) -> None:
    made = site.comment("secret")

    erase.order(site.store, made.author.id, salt=SALT, now=site.now)
    site.project()

    assert "secret" not in everything(site)
    with pytest.raises(errors.NotFound):
        erase.order(site.store, made.author.id, salt=SALT, now=site.now)


def test_an_export_holds_all_that_is_kept(site: Site) -> None:
    *made, theirs, _ = a_life(site)
    comments, reports, position = [], [], None

    while True:
        page = own_data.export(site.store, "ann", limit=2, after=position)
        comments += page.comments
        reports += page.reports
        position = page.next
        if position is None:
            break

    assert [item["id"] for item, _ in comments] == sorted(
        (one.id for one in made), key=lambda i: next((c.created_at, c.id) for c in made if c.id == i)
    )
    texts = {text["body"] for _, found in comments for text in found}
    assert texts == {"secret one"}
    assert [(report.comment_id, report.note) for report in reports] == [(theirs.id, "secret reason")]
    with pytest.raises(errors.Malformed):
        own_data.export(site.store, "ann", limit=2, after="X there")


def test_a_part_of_an_export_ends_where_its_texts_get_too_long(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data, "MAX_CHARACTERS", 50)
    texts = [f"{number} " + "long " * 7 + "text" for number in range(3)]
    for text in texts:
        site.edit(site.comment("x" * 40), text)
    parts, position = [], None

    while position != "R":
        page = own_data.export(site.store, "ann", limit=100, after=position)
        parts.append([item["body"] for item, _ in page.comments])
        position = page.next

    assert [len(part) for part in parts] == [1, 1, 1]
    assert sorted(text for part in parts for text in part) == texts
