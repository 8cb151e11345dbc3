"""Authors at their own comments: edits, removals, appeals; and the rules beside the model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import SALT, rejection
from tests.integration.people import Site, moderator_named

from parley import errors, items, keys, moderation, views
from parley.article import ArticleState
from parley.comment import Action, AppealOutcome, ModeratorDecision, ReviewCause, Rule, Status
from parley.policy import Policy
from parley.submission import Submission

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.store import Store

LONG = "This very text is long enough to be told apart."


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table)


def rules_of(comment: Comment) -> list[Rule]:
    return [reason.rule for reason in comment.reasons]


def test_a_burst_is_stopped_at_the_limit_even_when_it_comes_at_once(site: Site) -> None:
    site.policy(Policy(max_comments=3))

    def try_to(number: int) -> bool:
        try:
            site.submit(key=f"burst-{number}")
        except (errors.TooFast, errors.Unavailable):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        taken = sum(pool.map(try_to, range(12)))

    assert taken == 3
    assert site.author().counts == {Status.PUBLISHED: 3}
    with pytest.raises(errors.TooFast):
        site.submit()
    site.pass_(seconds=61)
    assert site.comment().status is Status.PUBLISHED


def test_a_retry_is_no_second_comment_to_the_pace(site: Site) -> None:
    site.policy(Policy(max_comments=1))

    first = site.submit(key="same")

    assert site.submit(key="same").is_replay
    assert site.submit(key="same").comment == first.comment


def test_the_same_text_again_waits_for_a_person(site: Site) -> None:
    first, again, other = site.comment(LONG), site.comment(LONG.upper()), site.comment(LONG, author="ben")

    assert (first.status, again.status, other.status) == (Status.PUBLISHED, Status.HELD, Status.PUBLISHED)
    assert rules_of(again) == [Rule.REPEATED]
    site.pass_(minutes=61)
    assert site.comment(LONG).status is Status.PUBLISHED


def test_first_comments_wait_until_enough_are_published(site: Site) -> None:
    site.policy(Policy(first_comments=1))
    first = site.comment("One.")

    site.approve(first)

    assert rules_of(first) == [Rule.FIRST_COMMENT]
    assert first.review is not None
    assert first.review.causes == (ReviewCause.PREMODERATED,)
    assert site.comment("Two.").status is Status.PUBLISHED


def test_who_was_rejected_often_lately_waits(site: Site) -> None:
    site.policy(Policy(max_rejections=2, rejection_days=2))
    site.comment("vile")
    overturned = site.comment("vile too")
    assert rules_of(site.comment("fine")) == [Rule.RECENT_REJECTIONS]

    site.approve(overturned)

    assert site.author().recent_rejections(site.now, days=2) == 1
    assert site.comment("fine again").status is Status.PUBLISHED


def test_removing_what_was_rejected_does_not_clear_the_record(site: Site) -> None:
    rejected = site.comment("vile")

    site.remove(rejected)

    assert site.author().recent_rejections(site.now, days=1) == 1
    assert site.author().counts == {Status.REJECTED: 0, Status.REMOVED: 1}


def test_counters_follow_every_decision(site: Site) -> None:
    one, two = site.comment("borderline"), site.comment("fine")
    site.reject(one)
    site.approve(one)
    site.approve(two)

    assert {status: n for status, n in site.author().counts.items() if n} == {Status.PUBLISHED: 2}


def test_staff_are_scored_like_everybody_unless_the_policy_says_otherwise(site: Site) -> None:
    assert site.comment("vile", author="mo", is_staff=True).status is Status.REJECTED
    site.policy(Policy(staff_skips_scoring=True))

    made = site.comment("vile again", author="mo", is_staff=True)

    assert (made.status, made.scores, rules_of(made)) == (Status.PUBLISHED, None, [Rule.STAFF])


def test_a_preview_tells_the_outcome_and_keeps_nothing_of_the_text(site: Site) -> None:
    site.policy(Policy(max_previews=1))
    wanted = Submission("a-1", "borderline secret", None, None)

    decision = site.submitter.preview(wanted, author_sub="ann", now=site.now)

    assert decision.status is Status.HELD
    assert "secret" not in repr(site.items())
    assert site.author().counts == {}
    with pytest.raises(errors.TooFast):
        site.submitter.preview(wanted, author_sub="ann", now=site.now)


def test_an_edit_is_decided_about_again_and_the_earlier_text_is_kept(site: Site) -> None:
    made = site.comment("Fine.")
    site.pass_(minutes=1)

    edited = site.edit(made, "borderline now")

    assert edited == site.stored(made)
    assert (edited.status, edited.body, edited.version) == (Status.HELD, "borderline now", 2)
    assert edited.edited_at is not None
    assert [(text["version"], text["body"]) for text in site.store.revisions(edited)] == [(1, "Fine.")]
    assert site.queue() == [made.id]
    assert site.page() == []
    assert site.author().counts == {Status.PUBLISHED: 0, Status.HELD: 1}
    _, entry = site.store.comment_and_entry(made.id, 2)
    assert entry is not None
    assert (entry.action, entry.before, entry.after) == ("edited", Status.PUBLISHED, Status.HELD)


def test_an_edit_that_changes_nothing_is_none(site: Site) -> None:
    made = site.comment("Fine.")

    assert site.edit(made, " Fine. ") == made


def test_a_comment_that_waits_keeps_its_age_through_an_edit(site: Site) -> None:
    made = site.comment("borderline")
    site.pass_(minutes=5)

    edited = site.edit(made, "borderline still")

    assert made.review is not None
    assert edited.review is not None
    assert edited.review.opened_at == made.review.opened_at


def test_edits_end_with_the_window_or_a_rejection(site: Site) -> None:
    site.policy(Policy(edit_minutes=10))
    late, rejected, removed = site.comment("One."), site.comment("vile"), site.comment("Three.")
    site.remove(removed)

    for comment in (rejected, removed):
        with pytest.raises(errors.NotEditable):
            site.edit(comment, "Better.")
    site.pass_(minutes=10)
    with pytest.raises(errors.NotEditable):
        site.edit(late, "Better.")


def test_an_edit_of_a_version_that_has_passed_says_who_was_first(site: Site) -> None:
    made = site.comment("borderline")
    site.approve(made, moderator="ada")

    with pytest.raises(errors.Conflict) as lost:
        site.edit(made, "Better.", version=1)

    assert (lost.value.decided_by, lost.value.version) == ("Ada", 2)


def test_an_edit_and_a_decision_at_once_lose_neither(site: Site) -> None:
    made = site.comment("borderline")
    site.edit(made, "fine now")

    with pytest.raises(errors.Conflict):
        moderation.decide(site.store, made.id, rejection(version=1), now=site.now)


def test_what_readers_have_reported_stays_reported_through_an_edit(site: Site) -> None:
    site.policy(Policy(report_hold_at=0.5))
    made = site.comment("Fine.")
    site.report(made)
    assert site.stored(made).status is Status.HELD

    edited = site.edit(made, "Fine, really.")

    assert edited.status is Status.HELD
    assert edited.review is not None
    assert edited.review.causes == (ReviewCause.REPORTED,)
    assert edited.report_count == 1


def test_reports_that_come_while_a_comment_is_edited_count_for_its_place_in_the_queue(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.policy(Policy(report_hold_at=100))
    made = site.comment("Fine.")
    site.report(made, "one")
    apply_edit = site.store.apply_edit
    reported: list[bool] = []

    def report_first(*change: Any) -> None:
        if not reported:
            reported.extend(site.report(made, reader) for reader in ("two", "three"))
        apply_edit(*change)

    monkeypatch.setattr(site.store, "apply_edit", report_first)
    edited = site.edit(made, "A borderline remark.")

    stored = site.stored(made)
    assert (edited.version, stored.report_count) == (3, 3)
    assert stored.review is not None
    assert (stored.review.reports, stored.review.target_min) == (3, 60)
    (item,) = [item for item in site.items() if item["SK"] == "COMMENT"]
    assert item["queue_sk"] == items.index_keys(stored)["queue_sk"]


def test_others_comments_are_not_ones_own(site: Site) -> None:
    made = site.comment()

    with pytest.raises(errors.NotFound):
        site.edit(made, "Mine now.", author="ben")
    with pytest.raises(errors.NotFound):
        site.remove(made, author="ben")
    with pytest.raises(errors.NotFound):
        site.appeal(made, author="ben")


def test_removing_takes_every_text_and_keeps_the_thread(site: Site) -> None:
    made = site.edit(site.comment("secret one"), "secret two")
    reply = site.comment("A reply.", author="ben", parent=made.id)
    site.project()

    site.remove(made)
    site.remove(made)
    site.project(times=2)

    assert "secret" not in repr(site.items())
    assert site.page() == [made.id]
    assert site.page(f"THREAD#{made.id}") == [reply.id]
    (shown,) = [views.public(item) for item in site.store.page("pages", "ARTICLE#a-1", limit=5).items]
    assert (shown["status"], shown["body"], shown["author"]["name"]) == ("removed", "", "")
    assert shown["reply_count"] == 1
    assert site.store.counts(["a-1"]) == {"a-1": 1}


def test_a_removed_comment_goes_when_its_last_reply_has_gone_and_comes_back_with_a_late_one(
    site: Site,
) -> None:
    top = site.comment("Top.")
    middle = site.comment("Middle.", author="ben", parent=top.id)
    reply = site.comment("Reply.", author="cid", parent=middle.id)
    late = site.comment("borderline reply", author="dan", parent=middle.id)
    site.project()
    site.remove(middle, author="ben")
    site.remove(top)
    site.project()
    assert (site.page(), site.page(f"THREAD#{top.id}")) == ([top.id], [middle.id])

    site.remove(reply, author="cid")
    site.project(times=2)
    assert (site.page(), site.page(f"THREAD#{top.id}")) == ([], [])
    assert [site.stored(one).reply_count for one in (top, middle)] == [0, 0]

    site.approve(late)
    site.project(times=2)
    assert (site.page(), site.page(f"THREAD#{top.id}")) == ([top.id], [middle.id])
    assert [site.stored(one).reply_count for one in (top, middle)] == [1, 1]
    assert site.store.counts(["a-1"]) == {"a-1": 1}


def test_nobody_decides_about_what_was_removed(site: Site) -> None:
    made = site.comment("borderline")
    site.remove(made)

    assert site.queue() == []
    with pytest.raises(errors.Conflict) as lost:
        site.approve(made)
    assert (lost.value.status, lost.value.decided_by) == (Status.REMOVED, "the author")


def test_a_retry_of_a_removed_submission_does_not_bring_it_back(site: Site) -> None:
    made = site.comment("Fine.", key="once")
    site.remove(made)

    again = site.submit("Fine.", key="once")

    assert (again.is_replay, again.comment.status, again.comment.body) == (True, Status.REMOVED, "")


def test_an_appeal_waits_for_a_person_and_its_outcome_reaches_the_author(site: Site) -> None:
    made = site.comment("vile")

    appealed = site.appeal(made, "It was a joke.")
    assert (appealed.status, site.queue()) == (Status.REJECTED, [made.id])
    assert appealed.review is not None
    assert appealed.review.causes == (ReviewCause.APPEALED,)
    granted = site.approve(made, message="You are right.")

    view = views.comment_for_author(granted, Policy(), site.now)
    assert granted.status is Status.PUBLISHED
    assert (view["appeal"]["outcome"], view["appeal"]["message"]) == ("granted", "You are right.")
    assert site.queue() == []


def test_a_rejection_is_appealed_once(site: Site) -> None:
    made = site.comment("vile")
    site.appeal(made)
    with pytest.raises(errors.NotAppealable):
        site.appeal(made)

    denied = site.reject(made)

    assert denied.appeal is not None
    assert denied.appeal.outcome is AppealOutcome.DENIED
    with pytest.raises(errors.NotAppealable):
        site.appeal(made)


def test_another_rejection_after_a_granted_appeal_can_be_appealed(site: Site) -> None:
    made = site.comment("vile")
    site.appeal(made)
    site.approve(made)

    site.reject(made)

    assert site.appeal(made).review is not None


def test_only_a_rejection_can_be_appealed_and_not_for_ever(site: Site) -> None:
    site.policy(Policy(appeal_days=30))
    published, rejected = site.comment("Fine."), site.comment("vile")

    with pytest.raises(errors.NotAppealable):
        site.appeal(published)
    site.pass_(days=30)
    with pytest.raises(errors.NotAppealable):
        site.appeal(rejected)


def test_an_undone_decision_opens_the_appeal_again(site: Site) -> None:
    made = site.comment("vile")
    site.appeal(made)
    decided = site.approve(made)

    wish = ModeratorDecision(action=Action.UNDO, version=decided.version, by=moderator_named("mo"))
    undone = moderation.decide(site.store, made.id, wish, now=site.now)

    assert undone.appeal is not None
    assert (undone.status, undone.appeal.outcome) == (Status.REJECTED, None)
    assert site.queue() == [made.id]
    assert site.author().counts[Status.REJECTED] == 1


def test_a_statement_of_reasons_says_what_the_law_asks_for(site: Site) -> None:
    automatic = site.comment("vile")
    by_hand = site.reject(site.comment("borderline"), message="Please stay civil.")
    site.policy(Policy(report_review_at=0.5))
    reported = site.comment("Fine.")
    site.report(reported)
    upon_reports = site.reject(reported)

    def statement(comment: Comment) -> dict[str, object]:
        found = views.comment_for_author(comment, Policy(), site.now)["statement"]
        assert isinstance(found, dict)
        return found

    assert statement(automatic) == {
        "decided_at": automatic.created_at,
        "restriction": "not_published",
        "scope": "this site",
        "ground": "terms",
        "code": None,
        "rules": ("model",),
        "source": "own_initiative",
        "automated_detection": True,
        "automated_decision": True,
        "explanation": None,
        "redress": ("appeal", "out_of_court", "court"),
        "appeal_until": "2027-05-26T12:00:00.000Z",
    }
    by_moderator = statement(by_hand)
    assert (by_moderator["code"], by_moderator["explanation"]) == ("abusive", "Please stay civil.")
    assert (by_moderator["automated_detection"], by_moderator["automated_decision"]) == (True, False)
    assert statement(upon_reports)["source"] == "reports"
    assert statement(upon_reports)["automated_detection"] is False
    assert views.comment_for_author(site.comment("ok"), Policy(), site.now)["statement"] is None


def test_a_closed_article_takes_no_comments_and_a_premoderated_one_keeps_them_waiting(site: Site) -> None:
    def put(state: ArticleState) -> None:
        found = replace(site.store.article("a-1"), state=state, changed_at="now", changed_by="Mo")
        site.store.put_article(found)

    put(ArticleState.CLOSED)
    with pytest.raises(errors.ArticleClosed):
        site.submit()
    put(ArticleState.PREMODERATED)
    assert rules_of(site.comment()) == [Rule.PREMODERATED_ARTICLE]
    put(ArticleState.OPEN)
    assert site.comment("Other.").status is Status.PUBLISHED


def test_an_article_closes_by_itself_after_its_first_comment(site: Site) -> None:
    site.policy(Policy(close_after_days=2))
    site.submit()
    site.project(times=2)

    site.pass_(days=2)

    with pytest.raises(errors.ArticleClosed):
        site.submit()
    assert site.store.counts(["a-1"]) == {"a-1": 1}


def test_who_an_author_is_can_be_found_from_their_public_id(site: Site) -> None:
    made = site.comment()

    found = site.store.author_of(made.author.id)

    assert found is not None
    assert (found.sub, found.name) == ("ann", "Name of ann")
    assert site.store.author_of(keys.author_id(SALT, "nobody")) is None
