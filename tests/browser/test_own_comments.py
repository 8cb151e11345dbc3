"""The comment section as authors use it: second thoughts, before posting and after; what others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.browser.acts import BORDERLINE, VILE, comment, decide, kind_words, own, post, sent
from tests.stack import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]


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


def test_a_list_from_before_a_comment_takes_nothing_from_it(stack: DeployedStack, somebody: Somebody) -> None:
    before = stack.request("GET", "/me/comments", user="ann").json()
    ann = somebody().sign_in("ann")
    lists: list[Route] = []
    ann.page.route("**/me/comments?*", lambda route: lists.append(route))  # noqa: PLW0108  # Playwright marks it
    with ann.page.expect_request("**/me/comments?*"):
        ann.open_article("late-list", attributes="refresh=0")
    with ann.page.expect_request("**/me/comments?*"):
        ann.post(VILE)
    card = own(ann.page, VILE)
    ann.page.locator("form .message").get_by_role("button", name="Ask for a person to look at it").click()
    ann.page.get_by_label("Why should it be published? (optional)").fill("It is a line from a play.")

    # One was asked for before the comment; one since, of an index that does not know it yet.
    assert len(lists) == 2
    for route in lists:
        route.fulfill(json=before)
    ann.page.evaluate("() => new Promise((done) => setTimeout(done, 200))")

    expect(ann.page.get_by_label("Why should it be published? (optional)")).to_have_value(
        "It is a line from a play."
    )
    card.get_by_role("button", name="Send").click()
    expect(card).to_contain_text("You asked for a person to look at it. You find the answer here.")


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
        expect(page.locator("parley-comments .list:not(.own .list, .below .list) > li")).to_have_count(1)
        expect(page.locator(".body").get_by_text("This comment was removed.")).to_be_visible()
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

        notice = ben.page.get_by_text("You cannot write comments here until")
        expect(notice).to_contain_text("31 January 2036")
        expect(notice).to_contain_text("The reason: spam or advertising.")
        expect(notice).to_contain_text("Please take a break.")
        expect(ben.page.get_by_role("textbox")).to_have_count(0)
    finally:
        sanction(action="lift")
