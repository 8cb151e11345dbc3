"""The console's queue, as moderators work through it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LOSE_THE_FIRST_ANSWER
from tests.browser.moderating import (
    COLLEAGUE,
    add_colleague,
    clear_queue,
    comment_of,
    decide,
    hold,
    look_again,
    moderator,
    open_row,
    row,
    rows,
    shown,
    submit,
    wait_for_status,
)
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Request, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

MINUTES = 60


@pytest.fixture(autouse=True)
def _empty_queue(stack: DeployedStack) -> None:
    """Each test finds the queue empty, and a colleague."""
    add_colleague(stack)
    clear_queue(stack)


def test_a_moderator_logs_in_and_sees_what_waits(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)

    mod = somebody().open("/console/")
    expect(mod.page.get_by_text("This console is for the site’s moderators.")).to_be_visible()
    mod.log_in("mod")

    expect(shown(mod)).to_contain_text(comment["body"])
    expect(shown(mod)).to_contain_text("wrote on demo-article")
    expect(shown(mod).get_by_role("heading", name="Ann Example")).to_be_visible()
    expect(row(mod, comment)).to_contain_text("Borderline")
    expect(mod.page.get_by_text("Mo Derator")).to_be_visible()


def test_who_is_no_moderator_is_told_so(somebody: Somebody) -> None:
    ann = moderator(somebody, user="ann")

    expect(ann.page.get_by_role("heading", name="You are not a moderator")).to_be_visible()
    expect(ann.page.get_by_role("navigation")).to_have_count(0)


def test_a_login_that_ended_is_asked_for_again(somebody: Somebody) -> None:
    mod = moderator(somebody)
    expect(mod.page.get_by_text("Nothing to review")).to_be_visible()

    mod.page.evaluate("""sessionStorage.setItem('parley.session', JSON.stringify(
        {...JSON.parse(sessionStorage.getItem('parley.session')), expiresAt: 0}))""")
    look_again(mod)

    expect(mod.page.get_by_role("heading", name="Your login has ended")).to_be_visible()
    expect(mod.page.get_by_role("link", name="Log in")).to_be_visible()


def test_an_approved_comment_appears_on_its_article(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)

    expect(shown(mod)).to_contain_text(comment["body"])
    mod.page.get_by_role("button", name="Approve").click()

    expect(mod.page.get_by_text("Approved.")).to_be_visible()
    expect(mod.page.get_by_text("Nothing to review")).to_be_visible()
    page = stack.request("GET", "/articles/demo-article/comments?limit=50").json()["comments"]
    assert comment["id"] in {one["id"] for one in page}


def test_a_comment_is_rejected_with_a_reason_and_a_note(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])

    mod.page.get_by_role("button", name="Reject …").click()
    mod.page.get_by_label("Note for colleagues").fill("Third time this week")
    mod.page.get_by_role("button", name="Off topic").click()

    expect(mod.page.get_by_text("Rejected.")).to_be_visible()
    whole = stack.request("GET", f"/moderation/comments/{comment['id']}", user="mod").json()
    assert whole["comment"]["status"] == "rejected"
    assert whole["history"][-1]["reasons"][0]["code"] == "off_topic"
    assert whole["history"][-1]["note"] == "Third time this week"


def test_the_queue_is_worked_through_by_single_keys(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack) for _ in range(4)]
    mod = moderator(somebody)
    expect(rows(mod)).to_have_count(4)
    expect(shown(mod)).to_contain_text(comments[0]["body"])

    mod.page.keyboard.press("j")
    expect(shown(mod)).to_contain_text(comments[1]["body"])
    expect(shown(mod)).to_be_focused()
    mod.page.keyboard.press("k")
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    mod.page.keyboard.press("a")
    expect(shown(mod)).to_contain_text(comments[1]["body"])
    mod.page.keyboard.press("6")
    expect(shown(mod)).to_contain_text(comments[2]["body"])
    mod.page.keyboard.press("r")
    expect(mod.page.get_by_role("button", name="Abusive")).to_be_focused()
    mod.page.keyboard.press("Escape")
    expect(mod.page.get_by_role("button", name="Abusive")).to_have_count(0)
    mod.page.keyboard.press("r")
    mod.page.keyboard.press("Enter")
    expect(shown(mod)).to_contain_text(comments[3]["body"])

    wait_for_status(stack, comments[0], "published")
    wait_for_status(stack, comments[1], "rejected")
    wait_for_status(stack, comments[2], "rejected")


def test_the_keys_are_listed_and_can_be_turned_off(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comments[0]["body"])

    mod.page.keyboard.press("?")
    keys = mod.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("approve")
    expect(keys).to_contain_text("reject: spam")
    mod.page.keyboard.press("a")
    keys.get_by_label("Single keys act").uncheck()
    mod.page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    mod.page.keyboard.press("a")
    mod.page.keyboard.press("j")

    expect(shown(mod)).to_contain_text(comments[0]["body"])
    expect(rows(mod)).to_have_count(2)
    mod.page.reload()
    expect(rows(mod)).to_have_count(2)
    mod.page.keyboard.press("j")
    expect(shown(mod)).to_contain_text(comments[0]["body"])


def test_the_next_comment_is_there_before_the_decision_is_answered(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    # The answer never comes.
    mod.page.route("**/decisions", lambda _: None)

    mod.page.keyboard.press("a")

    expect(shown(mod)).to_contain_text(comments[1]["body"])
    expect(mod.page.locator(".facts")).to_contain_text("Came in")
    expect(mod.page.get_by_text("sending …")).to_be_visible()
    mod.page.unroute_all(behavior="ignoreErrors")


def test_a_decision_is_undone_and_the_comment_comes_back(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comment["body"])
    mod.page.keyboard.press("a")
    expect(mod.page.get_by_text("Approved.")).to_be_visible()

    mod.page.keyboard.press("u")

    expect(mod.page.get_by_text("1 comment is back in the queue")).to_be_visible()
    expect(shown(mod)).to_contain_text(comment["body"])
    expect(mod.page.locator(".facts")).to_contain_text("Taken back")
    wait_for_status(stack, comment, "held")
    mod.page.keyboard.press("1")
    expect(mod.page.get_by_text("Rejected.")).to_be_visible()
    wait_for_status(stack, comment, "rejected")


def test_several_are_decided_at_once_and_undone_at_once(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack) for _ in range(4)]
    mod = moderator(somebody)
    expect(rows(mod)).to_have_count(4)

    mod.page.keyboard.press("x")
    row(mod, comments[2]).get_by_role("checkbox").check()
    mod.page.get_by_role("button", name="Reject 2 comments …").click()
    mod.page.get_by_role("button", name="Spam").click()

    expect(mod.page.get_by_text("Rejected 2 comments.")).to_be_visible()
    expect(rows(mod)).to_have_count(2)
    for comment in (comments[0], comments[2]):
        wait_for_status(stack, comment, "rejected")
    mod.page.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(mod.page.get_by_text("2 comments are back in the queue")).to_be_visible()
    expect(rows(mod)).to_have_count(4)
    mod.page.keyboard.press("*")
    mod.page.get_by_role("button", name="Approve 4 comments").click()
    expect(mod.page.get_by_text("Approved 4 comments.")).to_be_visible()
    expect(mod.page.get_by_text("Nothing to review")).to_be_visible()


def test_what_a_colleague_decided_first_stands_as_theirs(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    decide(stack, comments[0], action="approve")  # by "Mo Derator" in another window

    mod.page.keyboard.press("1")

    expect(shown(mod)).to_contain_text(comments[1]["body"])
    expect(
        mod.page.get_by_role("status").filter(has_text="Mo Derator was first: approved at")
    ).to_be_visible()
    expect(mod.page.get_by_label("Just decided")).to_contain_text("Mo Derator was first: approved at")
    wait_for_status(stack, comments[0], "published")


def test_a_colleagues_hold_is_said_and_keeps_the_decision_off(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    lease = stack.request("POST", "/moderation/leases", user=COLLEAGUE, json={"limit": 5}).json()["lease"]
    mod = moderator(somebody)

    expect(row(mod, comment)).to_contain_text("with Cleo Colleague")
    expect(mod.page.get_by_text("Cleo Colleague holds this comment until")).to_be_visible()
    expect(mod.page.get_by_role("button", name="Approve")).to_be_disabled()
    stack.request("DELETE", f"/moderation/leases/{lease['id']}", user=COLLEAGUE).raise_for_status()
    look_again(mod)

    expect(mod.page.get_by_role("button", name="Approve")).to_be_enabled()


def test_two_moderators_share_the_queue(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack) for _ in range(12)]
    mod = moderator(somebody)
    expect(rows(mod)).to_have_count(12)
    expect(mod.page.get_by_text("You hold 10 comments")).to_be_visible()

    cleo = moderator(somebody, user=COLLEAGUE)

    expect(rows(cleo)).to_have_count(12)
    expect(shown(cleo)).to_contain_text(comments[10]["body"])
    expect(cleo.page.get_by_text("You hold 2 comments")).to_be_visible()
    expect(row(cleo, comments[0])).to_contain_text("with Mo Derator")


def test_a_reloaded_page_holds_what_it_held(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(mod.page.get_by_text("You hold 1 comment")).to_be_visible()

    mod.page.reload()

    expect(shown(mod)).to_contain_text(comment["body"])
    expect(mod.page.get_by_text("You hold 1 comment")).to_be_visible()
    expect(mod.page.get_by_role("button", name="Approve")).to_be_enabled()


def test_a_hold_is_extended_while_somebody_works(stack: DeployedStack, somebody: Somebody) -> None:
    hold(stack), hold(stack)
    mod = somebody()
    mod.page.clock.install()
    mod = moderator(lambda: mod)
    expect(mod.page.get_by_text("You hold 2 comments for 4:5")).to_be_visible()

    mod.page.clock.run_for(2 * MINUTES * 1000)
    expect(mod.page.locator(".countdown")).to_have_text(re.compile("^2:5"))
    with mod.page.expect_response(lambda answer: answer.request.method == "PUT"):
        mod.page.keyboard.press("j")
        mod.page.clock.run_for(45 * 1000)

    mod.page.clock.run_for(1000)
    expect(mod.page.locator(".countdown")).to_have_text(re.compile("^[45]:"))


def test_a_hold_that_lapses_ends_gently_and_work_goes_on(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack), hold(stack)]
    mod = somebody()
    mod.page.clock.install()
    mod = moderator(lambda: mod)
    expect(shown(mod)).to_contain_text(comments[0]["body"])

    mod.page.clock.run_for((4 * MINUTES + 10) * 1000)
    expect(mod.page.get_by_role("button", name="Keep them")).to_be_visible()
    mod.page.clock.run_for(MINUTES * 1000)

    expect(mod.page.get_by_role("heading", name="Your hold has ended")).to_be_visible()
    expect(mod.page.get_by_text("2 comments went back to the queue")).to_be_visible()
    mod.page.keyboard.press("Enter")
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    expect(mod.page.get_by_text("You hold 2 comments")).to_be_visible()


def test_a_page_that_goes_away_gives_back_what_it_held(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = moderator(somebody)
    expect(mod.page.get_by_text("You hold 1 comment")).to_be_visible()

    mod.page.goto("about:blank")

    whole = wait_for(lambda: None if (one := comment_of(stack, comment))["lease"] else one)
    assert whole["review"]
    cleo = moderator(somebody, user=COLLEAGUE)
    expect(shown(cleo)).to_contain_text(comment["body"])
    expect(cleo.page.get_by_role("button", name="Approve")).to_be_enabled()


def test_the_queue_is_narrowed_and_its_counts_are_live(stack: DeployedStack, somebody: Somebody) -> None:
    plain = hold(stack)
    links = submit(
        stack, "More on https://a.example https://b.example https://c.example https://d.example and so on"
    )
    mod = moderator(somebody)
    expect(rows(mod)).to_have_count(2)
    # Counts follow the stream.
    expect(mod.page.get_by_role("button", name="Borderline 2")).to_be_visible()

    mod.page.get_by_role("button", name="Filters").click()
    mod.page.get_by_label("Rule").select_option("links")
    expect(rows(mod)).to_have_count(1)
    expect(shown(mod)).to_contain_text(links["body"])
    assert "rule=links" in mod.page.url
    mod.page.get_by_role("button", name="Clear all").click()
    expect(rows(mod)).to_have_count(2)
    mod.page.get_by_label("Article").fill("nowhere")
    mod.page.get_by_label("Article").press("Enter")
    expect(mod.page.get_by_text("Nothing here waits")).to_be_visible()
    mod.page.get_by_role("button", name="Show the whole queue").click()
    expect(row(mod, plain)).to_be_visible()

    third = hold(stack)
    for _ in range(20):
        look_again(mod)
        if mod.page.get_by_role("button", name="Borderline 3").is_visible():
            break
        mod.page.wait_for_timeout(250)
    expect(row(mod, third)).to_be_visible()
    expect(mod.page.get_by_role("button", name="Borderline 3")).to_be_visible()


def test_new_comments_come_in_without_moving_the_place(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack) for _ in range(3)]
    mod = moderator(somebody)
    open_row(mod, comments[1])
    gone, new = comments[2], hold(stack)
    decide(stack, gone, action="approve")

    look_again(mod)

    expect(row(mod, new)).to_be_visible()
    expect(shown(mod)).to_contain_text(comments[1]["body"])


def test_a_decision_whose_answer_got_lost_is_made_once(stack: DeployedStack, somebody: Somebody) -> None:
    comment = hold(stack)
    mod = somebody()
    mod.page.add_init_script(LOSE_THE_FIRST_ANSWER)
    mod = moderator(lambda: mod)
    keys: list[str] = []
    mod.page.on("request", lambda request: keys.extend(_keys_of(request)))
    expect(shown(mod)).to_contain_text(comment["body"])

    mod.page.keyboard.press("a")

    expect(mod.page.get_by_text("Approved.")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    whole = stack.request("GET", f"/moderation/comments/{comment['id']}", user="mod").json()
    assert len(whole["history"]) == 2


def _keys_of(request: Request) -> list[str]:
    return [request.headers["idempotency-key"]] if "idempotency-key" in request.headers else []


def test_without_a_connection_decisions_wait_and_are_sent_later(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    expect(mod.page.locator(".facts")).to_contain_text("Came in")
    mod.page.context.set_offline(True)
    expect(mod.page.get_by_text("There is no connection to the server.")).to_be_visible()

    mod.page.keyboard.press("a")
    expect(shown(mod)).to_contain_text(comments[1]["body"])
    expect(mod.page.get_by_text("1 decision not sent yet.")).to_be_visible()
    mod.page.context.set_offline(False)

    expect(mod.page.get_by_text("Approved.")).to_be_visible()
    expect(mod.page.get_by_text("There is no connection to the server.")).to_have_count(0)
    wait_for_status(stack, comments[0], "published")


def test_a_decision_that_is_refused_brings_the_comment_back(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    expect(shown(mod)).to_contain_text(comments[0]["body"])
    fault = {
        "type": "urn:parley:problem:internal",
        "status": 500,
        "detail": "Something went wrong on our side.",
    }
    mod.page.route("**/decisions", lambda route: route.fulfill(status=500, json=fault))

    mod.page.keyboard.press("a")

    expect(
        mod.page.get_by_role("status").filter(has_text="Something went wrong on our side.")
    ).to_be_visible()
    expect(row(mod, comments[0])).to_be_visible()
    mod.page.unroute_all()
    open_row(mod, comments[0])
    mod.page.keyboard.press("a")
    expect(mod.page.get_by_text("Approved.")).to_be_visible()


def test_the_queue_says_when_it_loads_when_it_fails_and_asks_again(
    stack: DeployedStack, somebody: Somebody
) -> None:
    comment = hold(stack)
    mod = somebody()
    waiting: list[Route] = []
    # No bound method of a list takes what the route puts on its handlers.
    mod.page.route("**/moderation/queue?**", lambda route: waiting.append(route))  # noqa: PLW0108
    mod = moderator(lambda: mod)

    expect(mod.page.get_by_text("Loading the queue …")).to_be_attached()
    waiting[0].abort()
    expect(mod.page.get_by_role("heading", name="The queue could not be loaded")).to_be_visible()
    mod.page.unroute_all()
    mod.page.get_by_role("button", name="Try again").click()

    expect(shown(mod)).to_contain_text(comment["body"])


def test_foreign_texts_can_be_blurred_and_everything_greyed(stack: DeployedStack, somebody: Somebody) -> None:
    comments = [hold(stack), hold(stack)]
    mod = moderator(somebody)
    body = shown(mod).locator(".foreign.main")
    expect(body).to_contain_text(comments[0]["body"])

    mod.page.keyboard.press("b")
    mod.page.keyboard.press("g")

    expect(mod.page.get_by_role("button", name="Blur")).to_have_attribute("aria-pressed", "true")
    assert "blur" in body.evaluate("element => getComputedStyle(element).filter")
    assert "blur" in mod.page.locator(".excerpt").first.evaluate(
        "element => getComputedStyle(element).filter"
    )
    assert "grayscale" in mod.page.evaluate("getComputedStyle(document.documentElement).filter")
    mod.page.get_by_role("button", name="Show this text").first.click()
    assert body.evaluate("element => getComputedStyle(element).filter") == "none"
    mod.page.keyboard.press("j")
    expect(body).to_contain_text(comments[1]["body"])
    assert "blur" in body.evaluate("element => getComputedStyle(element).filter")
    mod.page.reload()
    expect(body).to_contain_text(comments[0]["body"])
    assert "blur" in body.evaluate("element => getComputedStyle(element).filter")
