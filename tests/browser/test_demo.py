"""The demo article with its comments, as readers and authors use it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LOSE_THE_FIRST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Route
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

COMMENTS = "/articles/demo-article/comments"
BORDERLINE = "Only a fool would believe that nonsense."
VILE = "Go and die, you worthless piece of shit"
MARKUP = [
    "<img src=x onerror=alert(1)> is how the story of the train begins",
    "<script>alert(2)</script> said the conductor",
    "</textarea></p><svg onload=alert(3)> what a lovely lake",
    '"><a href="javascript:alert(4)">the lake</a> in autumn',
    "{{constructor.constructor('alert(5)')()}} and ${alert(6)} for everybody",
    "قطار الليل جميل <b>جدا</b>",
]
_numbers = itertools.count(1)


def kind_words() -> str:
    """A friendly text that no other test posts."""
    return f"I will take the night train to the lake, seat number {next(_numbers)}."


def shown(person: Person, text: str) -> Locator:
    """The comments on the article with exactly this text."""
    return person.page.locator("parley-comments .list article .body").get_by_text(text, exact=True)


def test_without_a_login_the_article_is_read_and_the_way_to_the_login_is_shown(
    stack: DeployedStack, somebody: Somebody
) -> None:
    text = kind_words()
    headers = {"Idempotency-Key": text.replace(" ", "-")}
    stack.request("POST", COMMENTS, user="ben", json={"body": text}, headers=headers).raise_for_status()

    reader = somebody().open()

    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("night train")
    expect(shown(reader, text)).to_be_visible()
    expect(reader.page.get_by_text("Writing a comment needs a login")).to_be_visible()
    link = reader.page.get_by_role("link", name="Log in to comment")
    assert (link.get_attribute("href") or "").startswith(f"{stack.origin}/login/?return_to=")
    expect(reader.page.get_by_role("textbox")).to_have_count(0)


def test_an_author_logs_in_posts_and_sees_the_comment_on_the_page(somebody: Somebody) -> None:
    ann, text = somebody().open().log_in("ann"), kind_words()

    said = ann.post(text)

    assert said == "Thank you. Your comment is published."
    expect(shown(ann, text)).to_have_count(1)
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value("")
    ann.page.reload()
    expect(shown(ann, text)).to_have_count(1)
    expect(ann.page.get_by_text("Logged in as Ann Example")).to_be_visible()
    expect(shown(somebody().open(), text)).to_have_count(1)


def test_a_held_comment_says_what_happens_next_and_is_shown_to_its_author_alone(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")

    said = ann.post(BORDERLINE)

    assert said.startswith("Thank you. A moderator will look at it before it appears.")
    expect(shown(ann, BORDERLINE)).to_have_count(0)
    ann.page.get_by_text("Your comments here").click()
    own = ann.page.locator(".own li").filter(has_text=BORDERLINE).first
    expect(own).to_contain_text("Waiting for a moderator")
    reader = somebody().open()
    expect(reader.page.locator("parley-comments .foot")).not_to_contain_text("Loading")
    expect(shown(reader, BORDERLINE)).to_have_count(0)


def test_a_rejected_comment_is_answered_calmly_with_reasons_and_its_text_stays(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")

    said = ann.post(VILE)

    assert said.startswith("Your comment was not published. The automatic check flagged: ")
    assert said.endswith("You can put it another way and post it again.")
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value(VILE)
    expect(shown(ann, VILE)).to_have_count(0)


def test_a_reply_stands_folded_below_its_comment(somebody: Somebody) -> None:
    ann, text, reply = somebody().open().log_in("ann"), kind_words(), kind_words()
    ann.post(text)

    entry = ann.page.locator("parley-comments .list > li").filter(has_text=text)
    entry.get_by_role("button", name="Reply").click()
    expect(ann.page.get_by_label("Reply to Ann Example")).to_be_focused()
    ann.page.get_by_label("Reply to Ann Example").fill(reply)
    ann.page.get_by_role("button", name="Post reply").click()

    expect(shown(ann, reply)).to_be_visible()
    reader = somebody()
    for _ in range(20):  # the count of replies follows the stream
        reader.open()
        entry = reader.page.locator("parley-comments .list > li").filter(has_text=text)
        expect(entry).to_be_visible()
        if entry.get_by_role("button", name="Show 1 reply").is_visible():
            break
    expect(shown(reader, reply)).to_have_count(0)
    entry.get_by_role("button", name="Show 1 reply").click()
    expect(shown(reader, reply)).to_be_visible()
    expect(entry.get_by_role("button", name="Hide replies")).to_have_attribute("aria-expanded", "true")


def test_markup_stays_text(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")

    for text in MARKUP:
        ann.post(text)
        expect(ann.page.locator(".own .body").get_by_text(text, exact=True)).to_have_count(1)
    ann.page.get_by_text("Your comments here").click()

    bodies = ann.page.locator(".own .body").all_inner_texts()
    assert set(MARKUP) <= set(bodies)
    strange = ann.page.locator("parley-comments").locator("img, script, svg, b, a[href^=javascript]")
    expect(strange).to_have_count(0)


def test_when_the_answer_gets_lost_the_same_comment_is_sent_again_and_stands_once(somebody: Somebody) -> None:
    ann, text, keys = somebody(), kind_words(), []
    ann.page.add_init_script(LOSE_THE_FIRST_ANSWER)
    ann.page.on(
        "request",
        lambda request: (
            keys.append(request.headers["idempotency-key"]) if "idempotency-key" in request.headers else None
        ),
    )
    ann.open().log_in("ann")

    said = ann.post(text)

    assert said == "Thank you. Your comment is published."
    assert len(keys) == 2
    assert len(set(keys)) == 1
    ann.page.reload()
    expect(shown(ann, text)).to_have_count(1)


def test_without_a_connection_the_text_is_kept_and_posted_later(somebody: Somebody) -> None:
    ann, text, keys = somebody().open().log_in("ann"), kind_words(), []
    expect(ann.page.get_by_label("Your comment", exact=True)).to_be_visible()

    def refuse(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort("internetdisconnected")

    ann.page.route(re.compile(f"{COMMENTS}$"), refuse)
    said = ann.post(text)
    ann.page.unroute_all()
    ann.page.reload()

    assert "Your text is kept here; nothing is posted twice." in said
    expect(ann.page.get_by_label("Your comment", exact=True)).to_have_value(text)
    with ann.page.expect_request(lambda request: request.method == "POST") as sent:
        ann.page.get_by_role("button", name="Post comment").click()
    assert {sent.value.headers["idempotency-key"]} == set(keys)
    expect(shown(ann, text)).to_have_count(1)


def test_two_clicks_post_once(somebody: Somebody) -> None:
    ann, text = somebody().open().log_in("ann"), kind_words()
    posts: list[str] = []
    ann.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

    ann.page.get_by_label("Your comment", exact=True).fill(text)
    posts.clear()
    ann.page.get_by_role("button", name="Post comment").dblclick()
    ann.outcome()

    expect(shown(ann, text)).to_have_count(1)
    assert len(posts) == 1


def test_the_count_of_characters_is_live_and_too_many_are_not_sent(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")
    field = ann.page.get_by_label("Your comment", exact=True)

    field.fill("four")
    expect(ann.page.get_by_text("4 of 5,000 characters")).to_be_visible()
    said = ann.post("x" * 5003)

    assert said == "Please shorten it by 3 characters."
    expect(field).to_be_focused()


def test_what_the_server_finds_wrong_is_said_with_the_field(somebody: Somebody) -> None:
    ann = somebody().open().log_in("ann")

    said = ann.post("\u200b\u200b")

    assert said.startswith("Your text ")


def test_an_article_without_an_answer_says_so_and_can_be_asked_again(somebody: Somebody) -> None:
    reader = somebody()
    reader.page.route(re.compile(re.escape(COMMENTS)), lambda route: route.abort())

    reader.open()
    expect(reader.page.get_by_text("The comments could not be loaded.")).to_be_visible()
    reader.page.unroute_all()
    reader.page.get_by_role("button", name="Try again").click()

    expect(reader.page.get_by_text("The comments could not be loaded.")).to_have_count(0)
    expect(reader.page.locator("parley-comments .foot")).not_to_contain_text("Loading")


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_fits_its_window(somebody: Somebody, width: int, *, dark: bool) -> None:
    ann = somebody(width=width, dark=dark).open().log_in("ann")
    ann.post(kind_words())
    ann.page.get_by_role("button", name="Reply").first.click()

    too_wide = ann.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    ann.shoot(f"demo-{width}-{'dark' if dark else 'light'}")
    assert not too_wide
