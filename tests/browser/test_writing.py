"""The comment section as authors use it: writing, and what becomes of it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser import seeding
from tests.browser.conftest import LOSE_THE_FIRST_ANSWER
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Request, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

BORDERLINE = "Only a fool would believe that nonsense."
VILE = "Go and die, you worthless piece of shit"
_numbers = itertools.count(1)


def kind_words() -> str:
    """A friendly text that no other test posts."""
    return f"I will take the night train to the lake, seat number {next(_numbers)}."


def comment(page: Page, text: str) -> Locator:
    """The published comment with exactly this text, without its replies."""
    return page.locator("parley-comments .list article").filter(has=page.get_by_text(text, exact=True))


def own(page: Page, text: str) -> Locator:
    """The card of an own comment that nobody else sees."""
    return page.locator("parley-comments .own li").filter(has=page.get_by_text(text, exact=True))


def listed(page: Page, text: str) -> Locator:
    """The published comment, as `comment`, but none of the cards."""
    return page.locator("parley-comments .list:not(.own .list) article").filter(
        has=page.get_by_text(text, exact=True)
    )


def sent(page: Page, method: str, path: str) -> list[Request]:
    """Collects the requests with this method whose address ends so."""
    found: list[Request] = []

    def note(request: Request) -> None:
        if request.method == method and re.search(f"{path}$", request.url):
            found.append(request)

    page.on("request", note)
    return found


def post(stack: DeployedStack, article: str, text: str, user: str, **more: Any) -> dict[str, Any]:
    """Posts a comment without a browser."""
    answer = stack.request(
        "POST",
        f"/articles/{article}/comments",
        user=user,
        json={"body": text, **more},
        headers={"Idempotency-Key": re.sub("[^A-Za-z0-9]", "-", f"{article} {text}")},
    )
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()["comment"]
    return made


def decide(stack: DeployedStack, made: dict[str, Any], action: str, **more: Any) -> None:
    """A moderator's decision on a comment as it is now."""
    path = f"/moderation/comments/{made['id']}"
    version = stack.request("GET", path, user="mod").json()["comment"]["version"]
    json = {"action": action, "version": version, **more}
    stack.request("POST", f"{path}/decisions", user="mod", json=json).raise_for_status()


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


def test_a_rejected_comment_is_answered_calmly_and_can_be_appealed(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody().sign_in("ann").open_article("rejecting", attributes="refresh=1")

    said = ann.post(VILE)

    assert said.startswith("Your comment was not published. The automatic check found: ")
    assert "You can put it another way and post it again." in said
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value(VILE)
    card = own(ann.page, VILE)
    expect(card).to_contain_text("Not published")
    expect(card).to_contain_text("This was decided automatically.")
    expect(card).to_contain_text("You can ask for a person to look at it until ")
    ann.page.locator("form .message").get_by_role("button", name="Ask for a person to look at it").click()
    why = ann.page.get_by_label("Why should it be published? (optional)")
    expect(why).to_be_focused()
    why.fill("It is a line from a play.")
    ann.shoot("appeal", full_page=False)
    card.get_by_role("button", name="Send").click()

    expect(card).to_contain_text("You asked for a person to look at it. You find the answer here.")
    expect(card.get_by_role("button", name="Ask for a person")).to_have_count(0)
    made = {"id": card.get_attribute("data-id")}
    decide(stack, made, "reject", reason="harassment", message="Plays have kinder lines.")
    expect(card).to_contain_text("A moderator looked at it again: it stays unpublished.")
    expect(card).to_contain_text("Plays have kinder lines.")


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


def test_before_posting_a_warning_says_what_would_probably_happen(
    stack: DeployedStack, somebody: Somebody
) -> None:
    ann = somebody().sign_in("ann").open_article("previewing")
    field = ann.page.get_by_label("Your comment", exact=True)
    warning = ann.page.locator("form .warning")
    asked, posted = sent(ann.page, "POST", "/previews"), sent(ann.page, "POST", "/comments")

    field.press_sequentially(BORDERLINE)
    expect(warning).to_contain_text("A moderator would probably read this before it appears.")
    expect(warning).to_contain_text("The automatic check found: ")
    assert warning.get_attribute("role") == "status"
    assert len(asked) < 5
    ann.shoot("warning", full_page=False)
    field.fill(VILE)
    expect(warning).to_contain_text("This would probably not be published.")
    field.fill(kind_words())
    expect(warning).to_be_empty()

    # Nothing was posted or kept by asking, and the writer may still post whatever they like.
    assert posted == []
    assert (
        stack.request("GET", "/me/comments", user="ann").json()["comments"][0]["article_id"] != "previewing"
    )
    assert ann.post(BORDERLINE).startswith("Thank you. A moderator will read it")


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


def test_an_author_changes_a_comment_that_everybody_sees(stack: DeployedStack, somebody: Somebody) -> None:
    text, better = kind_words(), kind_words()
    post(stack, "editing", text, "ann")
    ann = somebody().sign_in("ann").open_article("editing")

    comment(ann.page, text).get_by_role("button", name="Edit").click()
    field = ann.page.get_by_label("Edit your comment")
    expect(field).to_have_value(text)
    field.fill(better)
    ann.page.get_by_role("button", name="Save changes").click()

    expect(comment(ann.page, better)).to_contain_text("edited")
    expect(comment(ann.page, text)).to_have_count(0)
    expect(comment(somebody().open_article("editing").page, better)).to_contain_text("edited")

    # What the change makes of it is decided again.
    comment(ann.page, better).get_by_role("button", name="Edit").click()
    field.fill(BORDERLINE)
    ann.page.get_by_role("button", name="Save changes").click()
    expect(own(ann.page, BORDERLINE)).to_contain_text("Waiting for a moderator")
    expect(comment(somebody().open_article("editing").page, better)).to_have_count(0)


def test_a_change_of_mind_leaves_a_comment_as_it_was(stack: DeployedStack, somebody: Somebody) -> None:
    text = kind_words()
    post(stack, "unchanged", text, "ann")
    ann = somebody().sign_in("ann").open_article("unchanged")

    comment(ann.page, text).get_by_role("button", name="Edit").click()
    ann.page.get_by_label("Edit your comment").fill("Something else")
    ann.page.keyboard.press("Escape")

    expect(ann.page.get_by_label("Edit your comment")).to_have_count(0)
    expect(comment(ann.page, text)).to_be_focused()
    comment(ann.page, text).get_by_role("button", name="Edit").click()
    expect(ann.page.get_by_label("Edit your comment")).to_have_value(text)


def test_an_author_removes_a_comment_and_its_replies_keep_their_place(
    stack: DeployedStack, somebody: Somebody
) -> None:
    alone, answered, reply = kind_words(), kind_words(), kind_words()
    post(stack, "removing", alone, "ann")
    parent = post(stack, "removing", answered, "ann")
    post(stack, "removing", reply, "ben", parent_id=parent["id"])
    path = "/articles/removing/comments"
    wait_for(lambda: stack.request("GET", path).json()["comments"][0]["reply_count"] == 1)
    ann = somebody().sign_in("ann").open_article("removing")

    comment(ann.page, alone).get_by_role("button", name="Remove").click()
    expect(ann.page.get_by_text("Remove this comment for good?")).to_be_visible()
    ann.page.get_by_role("button", name="Keep it").click()
    expect(comment(ann.page, alone)).to_be_focused()
    for text in (alone, answered):
        comment(ann.page, text).get_by_role("button", name="Remove").click()
        ann.page.locator("form.tool").get_by_role("button", name="Remove").click()
        expect(comment(ann.page, text)).to_have_count(0)

    reader = somebody().open_article("removing").page
    for page in (ann.page, reader):
        expect(page.locator("parley-comments .list").first.locator("> li")).to_have_count(1)
        expect(page.get_by_text("This comment was removed.")).to_be_visible()
    reader.get_by_role("button", name="Show 1 reply").click()
    expect(comment(reader, reply)).to_be_visible()


def test_a_comment_that_waits_can_be_taken_back(stack: DeployedStack, somebody: Somebody) -> None:
    post(stack, "taking-back", BORDERLINE, "ann")
    ann = somebody().sign_in("ann").open_article("taking-back")

    own(ann.page, BORDERLINE).get_by_role("button", name="Remove").click()
    ann.page.locator("form.tool").get_by_role("button", name="Remove").click()

    expect(own(ann.page, BORDERLINE)).to_have_count(0)
    expect(ann.page.get_by_role("heading", name="Comments")).to_be_focused()
    ann.page.reload()
    expect(ann.page.get_by_text("No comments yet.")).to_be_visible()
    expect(own(ann.page, BORDERLINE)).to_have_count(0)


def test_a_reader_reports_a_comment_once(stack: DeployedStack, somebody: Somebody) -> None:
    text = kind_words()
    made = post(stack, "reporting", text, "ann")
    ben = somebody().sign_in("ben").open_article("reporting")

    comment(ben.page, text).get_by_role("button", name="Report").click()
    expect(ben.page.get_by_role("group", name="What is wrong with this comment?")).to_be_visible()
    ben.page.get_by_label("spam or advertising").check()
    ben.page.get_by_label("Anything to add? (optional)").fill("The same stands under every article.")
    ben.shoot("report", full_page=False)
    ben.page.get_by_role("button", name="Send report").click()

    expect(ben.page.get_by_text("Thank you. A moderator will look at it.")).to_be_focused()
    expect(comment(ben.page, text).get_by_role("button", name="Report")).to_have_count(0)
    known = stack.request("GET", f"/moderation/comments/{made['id']}", user="mod").json()
    assert [(one["reason"], one["note"]) for one in known["reports"]] == [
        ("spam", "The same stands under every article.")
    ]
    # Nobody reports themselves.
    ann = somebody().sign_in("ann").open_article("reporting")
    expect(comment(ann.page, text).get_by_role("button", name="Remove")).to_be_visible()
    expect(comment(ann.page, text).get_by_role("button", name="Report")).to_have_count(0)


def test_who_is_suspended_reads_until_when_and_why_in_place_of_the_form(
    stack: DeployedStack, somebody: Somebody
) -> None:
    author = post(stack, "suspending", kind_words(), "ben")["author"]["id"]
    path = f"/moderation/authors/{author}"

    def sanction(**wish: str) -> None:
        version = stack.request("GET", path, user="mod").json()["author"]["version"]
        json = {**wish, "version": version}
        stack.request("POST", f"{path}/sanctions", user="mod", json=json).raise_for_status()

    sanction(action="suspend", reason="spam", until="2036-01-31T12:00:00Z", message="Please take a break.")
    try:
        ben = somebody().sign_in("ben").open_article("suspending")

        notice = ben.page.get_by_text("You cannot write comments here until 31 January 2036")
        expect(notice).to_contain_text("The reason: spam or advertising.")
        expect(notice).to_contain_text("Please take a break.")
        expect(ben.page.get_by_role("textbox")).to_have_count(0)
    finally:
        sanction(action="lift")


def test_everything_is_done_with_the_keyboard_alone(stack: DeployedStack, somebody: Somebody) -> None:
    first, text, reply = kind_words(), kind_words(), kind_words()
    post(stack, "keyboard", first, "ben")
    ann = somebody().sign_in("ann").open_article("keyboard")
    page = ann.page
    expect(comment(page, first).get_by_role("button", name="Report")).to_be_visible()

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
