"""The review queue, as a moderator works through it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LOSE_THE_FIRST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _empty_queue(stack: DeployedStack) -> None:
    """Each test finds the queue empty."""
    for comment in stack.request("GET", "/moderation/queue?limit=100", user="mod").json()["comments"]:
        decide(stack, comment, action="reject", reason="other")


def decide(stack: DeployedStack, comment: dict[str, Any], **decision: str) -> None:
    path = f"/moderation/comments/{comment['id']}/decisions"
    content = {**decision, "version": comment["version"]}
    stack.request("POST", path, user="mod", json=content).raise_for_status()


def hold(stack: DeployedStack, more: str = "") -> dict[str, Any]:
    """A comment of Ann's that waits for a moderator."""
    number = next(_numbers)
    body = f"Only a fool would believe that nonsense. {number} {more}".strip()
    path, headers = "/articles/demo-article/comments", {"Idempotency-Key": f"held-{number}"}
    answer = stack.request("POST", path, user="ann", json={"body": body}, headers=headers)
    comment: dict[str, Any] = answer.json()["comment"]
    assert comment["status"] == "held"
    return comment


def moderator(somebody: Somebody, **look: Any) -> Person:
    return somebody(**look).open("/console/").log_in("mod")


def card(person: Person, comment: dict[str, Any]) -> Locator:
    return person.page.locator(f".card[data-id='{comment['id']}']")


def test_an_approved_comment_appears_on_its_article(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)

    expect(card(mod, comment)).to_contain_text("Ann Example on demo-article")
    card(mod, comment).get_by_role("button", name="Approve").click()

    expect(mod.page.get_by_text("Approved.")).to_be_visible()
    expect(mod.page.get_by_text("Nothing to review")).to_be_visible()
    reader = somebody().open()
    expect(reader.page.locator(".list .body").get_by_text(comment["body"], exact=True)).to_be_visible()


def test_a_rejected_comment_is_explained_to_its_author_alone(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    mod = moderator(somebody)

    card(mod, comment).get_by_role("button", name="Reject …").click()
    card(mod, comment).get_by_label("Reason").select_option("Off topic")
    card(mod, comment).get_by_label("Note for colleagues").fill("Third time this week")
    card(mod, comment).get_by_role("button", name="Reject", exact=True).click()

    expect(mod.page.get_by_text("Rejected.")).to_be_visible()
    ann = somebody().open().log_in("ann")
    ann.page.get_by_text("Your comments here").click()
    own = ann.page.locator(f".own li[data-id='{comment['id']}']")
    expect(own).to_contain_text("Not published")
    expect(own).to_contain_text("A moderator gave the reason: off topic.")
    expect(own).not_to_contain_text("Third time")


def test_the_queue_is_worked_through_by_keys(stack: DeployedStack, somebody: Somebody) -> None:
    for _ in range(3):
        hold(stack)
    mod = moderator(somebody)
    cards = mod.page.locator(".card")
    expect(cards).to_have_count(3)
    second = cards.nth(1).get_attribute("data-id")

    mod.page.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    mod.page.keyboard.press("k")
    expect(cards.nth(0)).to_be_focused()
    mod.page.keyboard.press("a")
    expect(cards).to_have_count(2)
    expect(mod.page.locator(f".card[data-id='{second}']")).to_be_focused()
    mod.page.keyboard.press("r")
    expect(cards.nth(0).get_by_label("Reason")).to_be_focused()
    mod.page.keyboard.press("Enter")
    expect(cards).to_have_count(1)
    mod.page.keyboard.press("?")
    expect(mod.page.get_by_role("dialog", name="Keys")).to_be_visible()
    mod.page.keyboard.press("a")
    mod.page.keyboard.press("Escape")
    expect(mod.page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(cards).to_have_count(1)


def test_who_decided_first_is_named_and_the_comment_goes(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(card(mod, comment)).to_be_visible()
    decide(stack, comment, action="approve")

    mod.page.keyboard.press("a")

    expect(mod.page.get_by_text("Mo Derator was first: approved at")).to_be_visible()
    expect(card(mod, comment)).to_have_count(0)


def test_a_decision_whose_answer_got_lost_is_not_met_as_somebody_elses(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    mod = somebody()
    mod.page.add_init_script(LOSE_THE_FIRST_ANSWER)
    mod.open("/console/").log_in("mod")

    card(mod, comment).get_by_role("button", name="Approve").click()

    expect(card(mod, comment)).to_have_count(0)
    expect(mod.page.get_by_text("Approved.")).to_be_visible()


def test_a_decision_that_does_not_get_through_says_so_and_can_be_made_again(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment, keys = hold(stack), set[str]()
    mod = moderator(somebody)

    def refuse(route: Route) -> None:
        keys.add(route.request.headers["idempotency-key"])
        route.abort()

    mod.page.route("**/decisions", refuse)
    approve = card(mod, comment).get_by_role("button", name="Approve")
    approve.click()
    expect(card(mod, comment).get_by_role("alert")).not_to_be_empty()
    mod.page.unroute_all()
    with mod.page.expect_request("**/decisions") as sent:
        approve.click()

    assert {sent.value.headers["idempotency-key"]} == keys
    expect(card(mod, comment)).to_have_count(0)


def test_markup_stays_text(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack, "<img src=x onerror=alert(1)><script>alert(2)</script>")
    mod = moderator(somebody)

    expect(card(mod, comment).locator(".body")).to_have_text(comment["body"])
    expect(card(mod, comment).locator("img, script")).to_have_count(0)


def test_who_is_no_moderator_is_told_so(somebody: Somebody) -> None:
    ann = somebody().open("/console/").log_in("ann")

    expect(ann.page.get_by_text("You are not a moderator")).to_be_visible()
    expect(ann.page.get_by_text("“moderators”")).to_be_visible()


def test_without_an_answer_the_console_says_so_and_asks_again(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(card(mod, comment)).to_be_visible()
    mod.page.route("**/moderation/queue**", lambda route: route.abort())

    mod.page.get_by_role("button", name="Refresh").click()
    expect(mod.page.get_by_text("The queue could not be loaded")).to_be_visible()
    mod.page.unroute_all()
    mod.page.get_by_role("button", name="Try again").click()

    expect(card(mod, comment)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_console_fits_its_window(
    stack: DeployedStack, somebody: Somebody, width: int, *, dark: bool
) -> None:
    comment = hold(stack, "and a very long word: " + "choochoo" * 30)
    mod = moderator(somebody, width=width, dark=dark)
    expect(card(mod, comment)).to_be_visible()
    mod.page.keyboard.press("r")

    too_wide = mod.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    mod.shoot(f"console-{width}-{'dark' if dark else 'light'}")
    assert not too_wide
