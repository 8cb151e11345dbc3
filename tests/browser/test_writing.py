"""The comment section as authors use it: writing, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser import seeding
from tests.browser.acts import BORDERLINE, VILE, comment, decide, kind_words, listed, own, post, sent
from tests.browser.conftest import LOSE_THE_FIRST_ANSWER
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]


def test_an_author_posts_and_everybody_sees_it(somebody: Somebody) -> None:
    ann, text = somebody().sign_in("ann").open_article("posting"), kind_words()

    said = ann.post(text)

    assert said == "Thank you. Your comment is published."
    expect(listed(ann.page, text)).to_have_count(1)
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value("")
    ann.page.reload()
    expect(listed(ann.page, text)).to_have_count(1)
    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()
    expect(listed(somebody().open_article("posting").page, text)).to_have_count(1)


def test_who_writes_is_told_of_a_comment_that_came_just_before_theirs(
    stack: DeployedStack, somebody: Somebody
) -> None:
    (old,) = seeding.fill(stack, "overtaken", 1)
    ann = somebody().sign_in("ann").open_article("overtaken", attributes="refresh=600")
    expect(listed(ann.page, old.body)).to_have_count(1)

    before = seeding.published("overtaken", 100, minutes_ago=0)
    seeding.write(stack, [before])
    ann.post(kind_words())
    # As when the reader comes back to the tab.
    ann.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ann.page.get_by_role("button", name="1 new comment").click()

    expect(listed(ann.page, before.body)).to_have_count(1)


def test_a_held_comment_is_shown_to_its_author_with_what_happens_next(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody().sign_in("ann").open_article("holding", attributes="refresh=1")

    said = ann.post(BORDERLINE)

    assert said.startswith("Thank you. A moderator will read it before it appears.")
    card = own(ann.page, BORDERLINE)
    expect(card).to_contain_text("Waiting for a moderator")
    expect(card).to_contain_text("A moderator reads it and decides; you find the outcome here.")
    expect(listed(ann.page, BORDERLINE)).to_have_count(0)
    reader = somebody().open_article("holding")
    expect(reader.page.get_by_text("No comments yet.")).to_be_visible()
    expect(reader.page.get_by_text(BORDERLINE)).to_have_count(0)

    # Its author does not have to load the page again to find the outcome.
    decide(stack, {"id": card.get_attribute("data-id")}, "approve")
    expect(card).to_have_count(0)
    ann.page.get_by_role("button", name="1 new comment").click()
    expect(listed(ann.page, BORDERLINE)).to_be_visible()


def test_a_reply_stands_folded_below_its_comment(stack: DeployedStack, somebody: Somebody) -> None:
    ann, text, reply = somebody().sign_in("ann"), kind_words(), kind_words()
    made = post(stack, "replying", text, "ben")
    ann.open_article("replying")

    comment(ann.page, text).get_by_role("button", name="Reply").click()
    field = ann.page.get_by_label("Reply to Ben Example")
    expect(field).to_be_focused()
    field.fill(reply)
    ann.page.get_by_role("button", name="Post reply").click()

    expect(comment(ann.page, reply)).to_be_visible()
    path = "/articles/replying/comments"
    # The number of replies follows the stream.
    wait_for(lambda: stack.request("GET", path).json()["comments"][0]["reply_count"] == 1)
    page = somebody().open_article("replying").page
    fold = page.locator(f"li[data-id='{made['id']}']").get_by_role("button", name="Show 1 reply")
    expect(fold).to_be_visible()
    expect(comment(page, reply)).to_have_count(0)
    fold.click()
    expect(comment(page, reply)).to_be_visible()


def test_where_there_are_no_previews_posting_works_without_them(somebody: Somebody) -> None:
    ann = somebody().sign_in("ann")
    ann.page.route("**/previews", lambda route: route.fulfill(status=404, json={"status": 404}))
    ann.open_article("unpreviewed")
    asked = sent(ann.page, "POST", "/previews")
    field = ann.page.get_by_label("Your comment", exact=True)

    with ann.page.expect_response("**/previews"):
        field.fill(BORDERLINE)
    field.fill(VILE)
    said = ann.post(kind_words())

    assert said == "Thank you. Your comment is published."
    assert len(asked) == 1


def test_a_draft_is_kept_over_a_reload_and_forgotten_when_it_is_posted(
    stack: DeployedStack, somebody: Somebody
) -> None:
    text, reply = kind_words(), kind_words()
    post(stack, "drafting", text, "ben")
    ann = somebody().sign_in("ann").open_article("drafting")
    ann.page.get_by_label("Your comment", exact=True).fill("Half a thought")
    comment(ann.page, text).get_by_role("button", name="Reply").click()
    ann.page.get_by_label("Reply to Ben Example").fill(reply)

    ann.page.reload()

    field = ann.page.get_by_label("Your comment", exact=True)
    expect(field).to_have_value("Half a thought")
    comment(ann.page, text).get_by_role("button", name="Reply").click()
    expect(ann.page.get_by_label("Reply to Ben Example")).to_have_value(reply)
    assert ann.post(kind_words()) == "Thank you. Your comment is published."
    ann.page.reload()
    expect(field).to_have_value("")


def test_when_the_answer_gets_lost_the_same_comment_is_sent_again_and_stands_once(
    somebody: Somebody,
) -> None:
    ann, text = somebody().sign_in("ann"), kind_words()
    ann.page.add_init_script(LOSE_THE_FIRST_ANSWER)
    ann.open_article("losing")
    posts = sent(ann.page, "POST", "/comments")

    said = ann.post(text)

    assert said == "Thank you. Your comment is published."
    assert len(posts) == 2
    assert len({request.headers["idempotency-key"] for request in posts}) == 1
    ann.page.reload()
    expect(listed(ann.page, text)).to_have_count(1)


def test_without_a_connection_the_text_is_kept_and_posted_later_with_the_same_key(
    somebody: Somebody,
) -> None:
    ann, text = somebody().sign_in("ann").open_article("offline"), kind_words()
    posts = sent(ann.page, "POST", "/comments")
    ann.page.route("**/articles/offline/comments", lambda route: route.abort("internetdisconnected"))

    said = ann.post(text)
    ann.page.unroute("**/articles/offline/comments")
    ann.page.reload()

    assert said == "There is no connection to the server. Your text is kept here. Nothing is posted twice."
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value(text)
    ann.page.get_by_role("button", name="Post comment").click()
    expect(listed(ann.page, text)).to_have_count(1)
    assert len({request.headers["idempotency-key"] for request in posts}) == 1


def test_two_clicks_post_once(somebody: Somebody) -> None:
    ann, text = somebody().sign_in("ann").open_article("clicking"), kind_words()
    posts = sent(ann.page, "POST", "/comments")

    ann.page.get_by_label("Your comment", exact=True).fill(text)
    ann.page.get_by_role("button", name="Post comment").dblclick()
    ann.outcome()

    expect(listed(ann.page, text)).to_have_count(1)
    assert len(posts) == 1


def test_the_count_of_characters_is_live_and_too_many_are_not_sent(somebody: Somebody) -> None:
    ann = somebody().sign_in("ann").open_article("counting-characters")
    field = ann.page.get_by_label("Your comment", exact=True)
    posts = sent(ann.page, "POST", "/comments")

    # A character is what people take for one, however many bytes it has.
    field.fill("🚂 go")
    expect(ann.page.get_by_text("4 of 5,000 characters")).to_be_visible()
    said = ann.post("x" * 5003)

    assert said == "Please shorten it by 3 characters."
    expect(field).to_be_focused()
    assert posts == []


def test_what_the_server_finds_wrong_is_said(somebody: Somebody) -> None:
    ann = somebody().sign_in("ann").open_article("empty-text")

    said = ann.post("\u200b\u200b")

    assert said.startswith("This could not be accepted: ")


def test_everything_is_done_with_the_keyboard_alone(stack: DeployedStack, somebody: Somebody) -> None:
    first, text, reply = kind_words(), kind_words(), kind_words()
    post(stack, "keyboard", first, "ben")
    ann = somebody().sign_in("ann").open_article("keyboard")
    page = ann.page
    expect(comment(page, first).get_by_role("button", name="Reply")).to_be_visible()

    def tab_to(target: Locator) -> None:
        for _ in range(25):
            page.keyboard.press("Tab")
            if target.evaluate("element => element.getRootNode().activeElement === element"):
                return
        pytest.fail(f"the keyboard does not reach {target}")

    tab_to(page.get_by_label("Your comment", exact=True))
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(listed(page, text)).to_be_visible()
    tab_to(comment(page, first).get_by_role("button", name="Reply"))
    outline = page.evaluate(
        "getComputedStyle(document.querySelector('parley-comments').shadowRoot.activeElement).outlineStyle"
    )
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reply to Ben Example")).to_be_focused()
    page.keyboard.press("Escape")
    expect(comment(page, first).get_by_role("button", name="Reply")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(reply)
    page.keyboard.press("Control+Enter")

    expect(comment(page, reply)).to_be_visible()


def test_the_busy_server_is_asked_again_and_the_writer_is_told(somebody: Somebody) -> None:
    ann, text = somebody().sign_in("ann").open_article("busy"), kind_words()
    answers = iter([503, 429])

    def answer(route: Route) -> None:
        status = next(answers, None)
        if status and route.request.method == "POST":
            route.fulfill(status=status, json={"status": status})
        else:
            route.fallback()

    ann.page.route("**/articles/busy/comments", answer)
    ann.page.get_by_label("Your comment", exact=True).fill(text)
    ann.page.get_by_role("button", name="Post comment").click()

    expect(ann.page.get_by_text("Your text is safe; trying again …")).to_be_visible()
    expect(ann.page.get_by_text("Thank you. Your comment is published.")).to_be_visible()
    expect(listed(ann.page, text)).to_have_count(1)


def test_replies_go_no_deeper_than_the_site_allows(stack: DeployedStack, somebody: Somebody) -> None:
    chain = [seeding.published("deep", 0)]
    for depth in (1, 2, 3):
        parent = chain[-1]
        chain.append(seeding.published("deep", depth, parent_id=parent.id, depth=depth, minutes_ago=0.1))
    seeding.write(stack, chain)
    fragment = "#comment-" + ".".join(one.id for one in chain)
    page = somebody().sign_in("ann").open_article("deep", fragment=fragment).page

    expect(comment(page, chain[-1].body)).to_be_focused()

    expect(comment(page, chain[2].body).get_by_role("button", name="Reply")).to_be_visible()
    expect(comment(page, chain[3].body).get_by_role("button", name="Reply")).to_have_count(0)
