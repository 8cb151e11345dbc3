"""A comment at the console: its thread, its scores, the words that drove them, its author and its history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.moderating import (
    COLLEAGUE,
    NOT_RULES,
    add_colleague,
    clear_queue,
    comment_of,
    decide,
    hold,
    moderator,
    open_row,
    shown,
    submit,
    wait_for_status,
)
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]


@pytest.fixture(autouse=True)
def _empty_queue(stack: DeployedStack) -> None:
    add_colleague(stack)
    clear_queue(stack)


def facts(person: Person) -> Locator:
    return person.page.locator(".facts")


def test_a_reply_stands_below_what_it_replies_to(stack: DeployedStack, somebody: Somebody) -> None:
    first = submit(stack, "The lake is at its best in the first week of May.", user="ben")
    second = submit(stack, "In the second week it is, ask anybody there.", parent_id=first["id"])
    reply = hold(stack, user="ben", parent_id=second["id"])
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(reply["body"])

    thread = mod.page.get_by_label("What it replies to").get_by_role("listitem")

    expect(thread).to_have_count(2)
    expect(thread.nth(0)).to_contain_text(first["body"])
    expect(thread.nth(1)).to_contain_text(second["body"])
    expect(thread.nth(1)).to_contain_text("Ann Example")
    expect(shown(mod)).to_contain_text("replied on demo-article")


def test_scores_are_drawn_against_the_thresholds_in_force(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])
    api = f"/moderation/comments/{comment['id']}"
    known: dict[str, Any] = stack.request("GET", api, user="mod").json()["comment"]
    fired = max((one for one in known["reasons"] if one["rule"] == "model"), key=lambda one: one["score"])

    bars = facts(mod).locator(".scores > li")

    expect(bars).to_have_count(len(known["scores"]))
    bar = bars.filter(has_text=fired["label"].replace("_", " ").capitalize()).first
    expect(bar).to_contain_text(f"{round(fired['score'] * 100)} %")
    expect(bar).to_contain_text(f"held from {round(fired['threshold'] * 100)} %")
    width = bar.locator(".fill").evaluate("fill => fill.offsetWidth / fill.parentElement.offsetWidth")
    assert width == pytest.approx(fired["score"], abs=0.02)
    place = bar.locator(".mark.held").evaluate(
        "mark => (mark.offsetLeft + 1) / mark.parentElement.offsetWidth"
    )
    assert place == pytest.approx(fired["threshold"], abs=0.02)
    expect(facts(mod)).to_contain_text(f"limit {round(fired['threshold'] * 100)} %")


def test_the_words_that_drove_a_score_are_marked_at_their_places(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack, "\U0001f602\U0001f602 You fool")
    body = comment["body"]
    # Places in characters, as the API gives them; a smiley is one there, and two in a browser.
    last = body.rindex("fool")
    spans = [
        {"start": body.index("fool"), "end": body.index("fool") + 4, "text": "fool", "weight": 0.4},
        {"start": last, "end": last + 4, "text": "fool", "weight": 0.1},
        {"start": body.index("believe"), "end": body.index("believe") + 7, "text": "believe", "weight": -0.2},
    ]
    words = {"toxicity": spans, "insult": spans[:1]}
    mod = somebody()
    mod.page.route("**/explanation", lambda route: route.fulfill(json={"explanation": words}))
    moderator(lambda: mod)
    marks = shown(mod).locator("mark")

    facts(mod).get_by_role("button", name="Insult").click()
    pressed = facts(mod).locator(".scores button[aria-pressed=true]")
    if pressed.count() == 0:  # it had been the first choice
        facts(mod).get_by_role("button", name="Insult").click()
    expect(marks).to_have_count(1)
    facts(mod).get_by_role("button", name="Toxicity", exact=True).click()

    expect(marks).to_have_count(2)
    assert marks.all_inner_texts() == ["fool", "fool"]
    expect(shown(mod).locator(".foreign.main")).to_have_text(body)
    assert marks.nth(0).get_attribute("class") == "drove-3"
    assert marks.nth(1).get_attribute("class") == "drove-1"
    mod.page.keyboard.press("h")
    expect(marks).to_have_count(0)
    mod.page.keyboard.press("h")
    expect(marks).to_have_count(2)


def test_without_an_explanation_the_comment_is_judged_all_the_same(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    mod = somebody()
    mod.page.route("**/explanation", lambda route: route.fulfill(status=503, json={"status": 503}))
    moderator(lambda: mod)

    expect(facts(mod)).to_contain_text("The words that drove them are not available.")
    mod.page.keyboard.press("a")

    wait_for_status(stack, comment, "published")


def test_a_link_leads_to_a_comment_in_whatever_status_and_it_is_decided_there(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = submit(stack, "A second lock would do the harbour good.")
    assert comment["status"] == "published"
    mod = moderator(somebody, f"comments/{comment['id']}")
    expect(shown(mod)).to_contain_text(comment["body"])
    expect(facts(mod)).to_contain_text("Came in · Published")

    mod.page.keyboard.press("7")

    expect(facts(mod)).to_contain_text("Rejected by Mo Derator")
    expect(facts(mod)).to_contain_text("Moderator: Off topic")
    wait_for_status(stack, comment, "rejected")
    mod.page.keyboard.press("u")
    expect(facts(mod)).to_contain_text("Taken back")
    wait_for_status(stack, comment, "published")


def test_a_comment_that_is_not_there_is_said_to_be_missing(somebody: Somebody) -> None:
    mod = moderator(somebody, "comments/aaaaaaaaaaaaaaaaaaaaaaaaaa")

    expect(mod.page.get_by_role("heading", name="There is no such comment")).to_be_visible()


def test_who_wrote_it_and_how_they_stand_is_told_beside_it(stack: DeployedStack, somebody: Somebody) -> None:
    earlier = submit(stack, "The night train should stop in Bremgarten as well.", user="ben")
    comment = hold(stack, user="ben")
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])

    expect(facts(mod)).to_contain_text("published")
    expect(facts(mod).get_by_role("link", name=earlier["body"])).to_be_visible()
    facts(mod).get_by_role("link", name="Ben Example").click()

    expect(mod.page.get_by_role("heading", level=1, name="Ben Example")).to_be_visible()
    expect(mod.page.locator(".tiles")).to_contain_text("Published")
    expect(mod.page.get_by_text(earlier["body"])).to_be_visible()
    expect(mod.page.get_by_text(comment["body"])).to_be_visible()


def test_an_author_is_sanctioned_by_key_and_free_again(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack, user="ben")
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])
    expect(mod.page.get_by_role("button", name="Sanction …")).to_be_enabled()

    mod.page.keyboard.press("s")
    dialog = mod.page.get_by_role("dialog", name="Sanction Ben Example")
    dialog.get_by_label("Suspend").check()
    dialog.get_by_role("button", name="7 days").click()
    dialog.get_by_label("Reason").select_option("Harassment")
    dialog.get_by_label("Message to the author").fill("Please leave Ann alone.")
    dialog.get_by_role("button", name="Suspend").click()

    expect(mod.page.get_by_text("Ben Example is suspended.")).to_be_visible()
    expect(shown(mod)).to_contain_text("Suspended until")
    refused = stack.request(
        "POST",
        "/articles/demo-article/comments",
        user="ben",
        json={"body": "Am I allowed?"},
        headers={"Idempotency-Key": "suspended-1"},
    )
    assert refused.status_code == 403
    facts(mod).get_by_role("link", name="Ben Example").click()
    expect(mod.page.get_by_text("To the author: Please leave Ann alone.")).to_be_visible()
    mod.page.get_by_role("button", name="Sanction …").click()
    dialog.get_by_label("Lift").check()
    dialog.get_by_role("button", name="Lift").click()
    expect(mod.page.get_by_text("Ben Example is free to write again.")).to_be_visible()
    assert submit(stack, "Thank you, I will be kind.", user="ben")["status"] == "published"


def test_a_ban_can_take_what_is_open_along(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack, user="ben"), hold(stack, user="ben")]
    mod = moderator(somebody)
    open_row(mod, comments[0])
    expect(mod.page.get_by_role("button", name="Sanction …")).to_be_enabled()
    mod.page.keyboard.press("s")
    dialog = mod.page.get_by_role("dialog", name="Sanction Ben Example")

    dialog.get_by_role("radio", name=re.compile("^Ban")).check()
    dialog.get_by_label("Also reject").check()
    dialog.get_by_role("button", name="Ban").click()
    try:
        expect(mod.page.get_by_text("Ben Example is banned.")).to_be_visible()
        expect(mod.page.get_by_text("2 open comments rejected.")).to_be_visible()
        for comment in comments:
            wait_for_status(stack, comment, "rejected")
    finally:
        path = f"/moderation/authors/{comments[0]['author']['id']}"
        version = stack.request("GET", path, user="mod").json()["author"]["version"]
        lifted = {"action": "lift", "version": version}
        stack.request("POST", f"{path}/sanctions", user="mod", json=lifted).raise_for_status()


def test_reports_are_shown_and_dismissed_together(stack: DeployedStack, somebody: Somebody) -> None:
    comment = submit(stack, "The ferry is late on most days of the week.", user="ben")
    report = {"reason": "harassment", "note": "It is never late."}
    path = f"/comments/{comment['id']}/reports"
    stack.request("POST", path, user="ann", json=report).raise_for_status()
    wait_for(lambda: stack.request("GET", "/moderation/queue", user="mod").json()["comments"])
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])

    expect(facts(mod)).to_contain_text("Reports (1)")
    expect(facts(mod)).to_contain_text("Harassment")
    expect(facts(mod)).to_contain_text("It is never late.")
    mod.page.keyboard.press("a")

    expect(mod.page.get_by_text("Nothing to review")).to_be_visible()
    wait_for_status(stack, comment, "published")


def test_an_appeal_is_read_and_granted(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack, user="ben")
    decide(stack, comment, user=COLLEAGUE, action="reject", reason="abusive")
    appeal = {"text": "I meant the timetable, not the man."}
    path = f"/comments/{comment['id']}/appeals"
    stack.request("POST", path, user="ben", json=appeal).raise_for_status()
    wait_for(lambda: stack.request("GET", "/moderation/queue", user="mod").json()["comments"])
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text("I meant the timetable, not the man.")
    expect(facts(mod)).to_contain_text("Its author asks for a second look.")
    expect(facts(mod)).to_contain_text("Rejected by Cleo Colleague")

    mod.page.get_by_role("button", name="Grant").click()

    expect(mod.page.get_by_text("Approved.")).to_be_visible()
    wait_for_status(stack, comment, "published")


def test_a_spot_check_is_judged_without_what_the_policy_made_of_it(
    stack: DeployedStack, somebody: Somebody
) -> None:
    before = stack.request("GET", "/moderation/policy", user="mod").json()["policy"]
    rules = {name: value for name, value in before.items() if name not in NOT_RULES}
    audited = {**rules, "version": before["version"], "audit": {"published": 1.0, "rejected": 0.0}}
    stack.request("PUT", "/moderation/policy", user="mod", json=audited).raise_for_status()
    try:
        comment = wait_for(lambda: _sampled(submit(stack, "The harbour was quiet this morning."), stack))
    finally:
        again = {**rules, "version": before["version"] + 1}
        stack.request("PUT", "/moderation/policy", user="mod", json=again).raise_for_status()
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])

    expect(facts(mod)).to_contain_text("Spot check")
    expect(facts(mod)).to_contain_text("Hidden: this is a spot check, judged without them.")
    expect(facts(mod)).to_contain_text("Hidden until it is decided.")
    expect(facts(mod).locator(".scores")).to_have_count(0)
    mod.page.keyboard.press("1")

    wait_for_status(stack, comment, "rejected")


def _sampled(comment: dict[str, Any], stack: DeployedStack) -> dict[str, Any] | None:
    """The comment, if it was taken for the audit: functions keep the policy for some seconds."""
    now = comment_of(stack, comment)
    return now if now["review"] else None
