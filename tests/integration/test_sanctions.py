"""What moderators impose on authors, and the jobs that work it off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import SALT
from tests.fakes import KeywordScorer
from tests.integration.people import Site, moderator_named

from parley import errors, moderation, sanctioning
from parley.author import Standing
from parley.comment import RejectionCode, Rule, Status, timestamp
from parley.job import JobState
from parley.policy import Policy
from parley.sanction import SanctionAction
from parley.sanctioning import Wish
from parley.scoring import Scoring
from parley.submission import Submitter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.author import AuthorRecord
    from parley.comment import Comment
    from parley.job import Job
    from parley.store import Store


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table)


def impose(
    site: Site, comment: Comment, action: SanctionAction, *, by: str = "mo", **more: Any
) -> tuple[AuthorRecord, Job | None]:
    reason = None if action is SanctionAction.LIFT else RejectionCode.HARASSMENT
    fields = {"action": action, "reason": reason, "version": site.author().version} | more
    return sanctioning.impose(
        site.store, comment.author.id, Wish(**fields), by=moderator_named(by), salt=SALT, now=site.now
    )


def queued(site: Site, number: int) -> list[Comment]:
    site.policy(Policy(max_comments=60))
    return [site.comment(f"borderline {n}") for n in range(number)]


def test_a_banned_author_is_told_why_and_cannot_write_or_report(site: Site) -> None:
    made, other = site.comment(), site.comment(author="ben")
    impose(site, made, SanctionAction.BAN, message="Enough.")

    for attempt in (site.submit, lambda: site.report(other, "ann"), lambda: site.edit(made, "Other.")):
        with pytest.raises(errors.Restricted) as refused:
            attempt()
        assert (refused.value.kind, refused.value.reason, refused.value.message) == (
            "banned",
            "harassment",
            "Enough.",
        )
    site.remove(made)  # what is theirs is theirs to remove


def test_a_banned_author_may_still_appeal(site: Site) -> None:
    made = site.comment("vile")
    impose(site, made, SanctionAction.BAN)

    assert site.appeal(made).review is not None


def test_a_suspension_ends_by_itself_and_a_ban_is_lifted(site: Site) -> None:
    made = site.comment()
    impose(site, made, SanctionAction.SUSPEND, until=timestamp(site.now + timedelta(hours=1)))
    with pytest.raises(errors.Restricted):
        site.submit()
    site.pass_(hours=1)
    site.submit()

    impose(site, made, SanctionAction.BAN)
    impose(site, made, SanctionAction.LIFT)

    site.submit()
    assert site.author().standing(timestamp(site.now), first_comments=0) is Standing.TRUSTED
    assert [one.action for one in site.store.sanctions(site.author())] == ["lift", "ban", "suspend"]


def test_a_premoderated_author_is_read_first(site: Site) -> None:
    impose(site, site.comment(), SanctionAction.PREMODERATE)

    made = site.comment("Other.")

    assert [reason.rule for reason in made.reasons] == [Rule.PREMODERATED_AUTHOR]


def test_what_could_not_be_scored_of_a_premoderated_author_waits_when_the_model_is_back(site: Site) -> None:
    impose(site, site.comment(), SanctionAction.PREMODERATE)
    site.submitter = Submitter(site.store, Scoring(None, timeout_s=1), salt=SALT)
    made = site.comment("Other.")

    moderation.rescore(site.store, Scoring(KeywordScorer(), timeout_s=5), made.id, now=site.now)

    assert site.stored(made).status is Status.HELD
    assert site.queue() == [made.id]


def test_of_several_who_impose_at_once_one_does(site: Site) -> None:
    made = site.comment()

    def try_to(number: int) -> bool:
        try:
            impose(site, made, SanctionAction.WARN, by=f"m{number}", version=0)
        except errors.AuthorConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        imposed = sum(pool.map(try_to, range(8)))

    assert imposed == 1
    assert site.author().version == 1
    with pytest.raises(errors.AuthorConflict) as lost:
        impose(site, made, SanctionAction.WARN, version=0)
    assert lost.value.changed_by == site.store.sanctions(site.author())[0].by_name


def test_a_comment_that_is_on_its_way_when_its_author_is_banned_does_not_arrive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site.comment()
    apply = site.store.apply
    banned: list[object] = []

    def ban_first(*change: Any, **more: Any) -> None:
        if not banned:
            banned.append(impose(site, made, SanctionAction.BAN))
        apply(*change, **more)

    with monkeypatch.context() as racing:
        racing.setattr(site.store, "apply", ban_first)
        with pytest.raises(errors.Restricted):
            site.submit()

    assert site.page() == [made.id]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"action": SanctionAction.WARN, "reason": None}, "reason"),
        ({"action": SanctionAction.SUSPEND}, "until"),
        ({"action": SanctionAction.WARN, "is_open_rejected": True}, "reject_open"),
        ({"action": SanctionAction.LIFT}, "action"),
        ({"action": SanctionAction.WARN, "version": 7}, "version"),
    ],
)
def test_what_makes_no_sense_names_the_field_and_imposes_nothing(
    site: Site, wish: dict[str, Any], field: str
) -> None:
    made = site.comment()

    with pytest.raises(errors.Invalid) as refused:
        impose(site, made, **wish)

    assert refused.value.field == field
    assert site.author().version == 0


def test_a_ban_can_reject_what_waits_and_says_what_it_did(site: Site) -> None:
    waiting = queued(site, 55)
    published, rejected = site.comment("Fine."), site.comment("vile")
    site.appeal(rejected)

    _, job = impose(site, published, SanctionAction.BAN, is_open_rejected=True, message="Enough.")
    site.project(times=2)

    assert job is not None
    done = site.store.job(job.id)
    assert done is not None
    assert (done.state, done.done, done.left) == (JobState.DONE, 55, 0)
    assert site.queue() == [rejected.id]
    assert site.stored(published).status is Status.PUBLISHED
    one = site.stored(waiting[0])
    assert (one.status, one.message, one.reasons[0].code) == (Status.REJECTED, "Enough.", "harassment")
    assert site.author().counts == {Status.PUBLISHED: 1, Status.HELD: 0, Status.REJECTED: 56}


def test_a_job_that_is_cut_off_goes_on_and_does_nothing_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(site, 55)
    _, job = impose(site, site.comment("Fine."), SanctionAction.BAN, is_open_rejected=True)
    assert job is not None
    apply = site.store.apply_for_job
    calls = []

    def dies_now_and_then(*change: Any) -> None:
        calls.append(change)
        if len(calls) % 7 == 0:
            raise errors.Unavailable("gone")
        apply(*change)

    monkeypatch.setattr(site.store, "apply_for_job", dies_now_and_then)
    for _ in range(40):
        try:
            done = site.run(job.id, pages=1)
        except errors.Unavailable:
            continue
        if done is None or done.state is JobState.DONE:
            break

    found = site.store.job(job.id)
    assert found is not None
    assert (found.state, found.done) == (JobState.DONE, 55)
    assert site.queue() == []
    assert site.run(job.id) is None
    histories = [item for item in site.items() if item["SK"] == "HISTORY#000003"]
    assert histories == []


def test_what_a_colleague_holds_is_left_to_them(site: Site) -> None:
    first, second = queued(site, 2)
    taken = moderation.take_lease(
        site.store, moderator_named("ada"), lease_id="a" * 32, limit=1, now=site.now
    )
    (held,) = taken.comments

    _, job = impose(site, first, SanctionAction.BAN, is_open_rejected=True)
    site.project()

    assert job is not None
    done = site.store.job(job.id)
    assert done is not None
    assert (done.done, done.left) == (1, 1)
    assert site.queue() == [held.id]
    assert held.id in {first.id, second.id}
