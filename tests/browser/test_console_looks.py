"""How the console looks: accessible in both themes, whole at every width, and calm with hostile texts."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser import hostile
from tests.browser.axe import violations
from tests.browser.moderating import (
    add_colleague,
    clear_queue,
    decide,
    hold,
    moderator,
    rows,
    shown,
    submit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
# What the console's own parts are made of; whatever else stands in a view, a text has brought.
KNOWN_TAGS = {
    *(
        "a",
        "article",
        "aside",
        "bdi",
        "button",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "header",
    ),
    *("kbd", "li", "main", "nav", "ol", "p", "section", "span", "strong", "summary", "time", "ul"),
}


@pytest.fixture(scope="module", autouse=True)
def _a_day_of_moderation(stack: DeployedStack) -> None:
    """A queue with a thread, an earlier decision and a very long word in it."""
    add_colleague(stack)
    clear_queue(stack)
    decide(stack, hold(stack), action="reject", reason="spam")
    first = submit(stack, "So was I, right next to the brass quartet. It was cold, and worth it.", user="ben")
    hold(stack, "You were not even there.", parent_id=first["id"])
    hold(stack, "and a very long word: " + "choochoo" * 30, user="ben")
    hold(stack, "من كتب هذا المقال؟")
    submit(stack, "Four sources: https://a.example https://b.example https://c.example https://d.example")
    reported = submit(stack, "The ferry is late on most days of the week.", user="ben")
    report = {"reason": "harassment", "note": "It is never late."}
    path = f"/comments/{reported['id']}/reports"
    stack.request("POST", path, user="ann", json=report).raise_for_status()
    for number in range(4):
        hold(stack, f"And that is the {number + 1}. time I say so.", user="ben" if number % 2 else "ann")


VIEWS = {
    "queue": "Approve",
    "authors": "With comments in the queue",
    "policy": "With these rules",
    "statistics": "How far the model",
    "export": "Every decision with its statement",
}


@THEMES
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_accessible_and_fits_wide_and_narrow(somebody: Somebody, view: str, *, dark: bool) -> None:
    for width in (1600, 360):
        mod = moderator(somebody, view, width=width, dark=dark)
        expect(mod.page.get_by_text(VIEWS[view]).first).to_be_visible()
        expect(mod.page.locator(".loading")).to_have_count(0)
        if view == "queue":
            expect(mod.page.locator(".facts .history")).to_be_visible()
            expect(mod.page.locator(".facts .track .mark").first).to_be_attached()
            expect(mod.page.locator(".reading mark").first).to_be_visible()

        assert violations(mod.page) == []
        assert not mod.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        mod.shoot(f"console-{view}-{width}-{'dark' if dark else 'light'}")


@THEMES
def test_what_opens_over_the_queue_is_accessible(somebody: Somebody, *, dark: bool) -> None:
    mod = moderator(somebody, dark=dark)
    expect(mod.page.locator(".facts .history")).to_be_visible()
    expect(mod.page.get_by_role("button", name="Sanction …")).to_be_enabled()

    for key, opened in (("r", ".reasons"), ("?", "dialog"), ("s", "dialog")):
        mod.page.keyboard.press(key)
        expect(mod.page.locator(opened)).to_be_visible()
        assert violations(mod.page) == [], opened
        mod.shoot(f"console-{opened.strip('.')}-{key.replace('?', 'help')}-{'dark' if dark else 'light'}")
        mod.page.keyboard.press("Escape")
        expect(mod.page.locator(opened)).to_have_count(0)
    mod.page.keyboard.press("b")
    mod.page.keyboard.press("x")
    assert violations(mod.page) == []


@THEMES
def test_an_author_and_a_comment_are_accessible(somebody: Somebody, *, dark: bool) -> None:
    mod = moderator(somebody, dark=dark)
    mod.page.locator(".facts").get_by_role("link").first.click()
    expect(mod.page.get_by_role("heading", name="Comments")).to_be_visible()
    assert violations(mod.page) == []
    mod.shoot(f"console-author-{'dark' if dark else 'light'}")

    mod.page.locator(".cards a").first.click()
    expect(mod.page.locator(".facts .history")).to_be_visible()
    assert violations(mod.page) == []


@THEMES
def test_before_the_login_and_without_rights_the_page_is_accessible(
    somebody: Somebody, *, dark: bool
) -> None:
    nobody = somebody(dark=dark).open("/console/")
    expect(nobody.page.get_by_role("link", name="Log in")).to_be_visible()
    assert violations(nobody.page) == []

    ann = moderator(somebody, user="ann", dark=dark)
    expect(ann.page.get_by_role("heading", name="You are not a moderator")).to_be_visible()
    assert violations(ann.page) == []


def test_a_narrow_window_shows_the_list_on_demand(somebody: Somebody) -> None:
    mod = moderator(somebody, width=360)
    expect(shown(mod)).to_be_visible()
    expect(rows(mod).first).to_be_hidden()

    mod.page.get_by_role("button", name=re.compile(r"^List \(\d+\)")).click()
    rows(mod).nth(1).get_by_role("button").click()

    expect(rows(mod).first).to_be_hidden()
    expect(mod.page.get_by_role("button", name="Approve")).to_be_in_viewport()


def texts_on_the_page_of(mod: Person, author: str) -> dict[str, str]:
    """By comment, what the page of an author shows, loaded to its end."""
    mod.page.goto(f"{mod.stack.origin}/console/#/authors/{author}")
    mod.page.reload()
    expect(mod.page.get_by_role("heading", name="Comments")).to_be_visible()
    more = mod.page.get_by_role("button", name="Load more")
    known = mod.page.locator(".cards > li")
    while more.count():
        before = known.count()
        more.click()
        expect(known).not_to_have_count(before)
    texts: dict[str, str] = mod.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".cards > li")].map((item) =>
            [item.querySelector("a").hash.split("/").pop(), item.querySelector(".foreign").textContent]))"""
    )
    return texts


def test_hostile_texts_are_shown_as_text_and_nothing_of_them_runs(
    stack: DeployedStack, somebody: Somebody
) -> None:
    clear_queue(stack)
    article = f"hostile-{secrets.token_hex(4)}"
    posted = hostile.post(stack, article)
    ids = {comment["id"]: comment["body"] for comment in posted}
    mod, asked = somebody(width=1600), set()
    mod.page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    moderator(lambda: mod, "authors")

    # Every one of them stands on its author's page.
    seen: dict[str, str] = {}
    for author in {comment["author"]["id"] for comment in posted}:
        seen |= texts_on_the_page_of(mod, author)
    assert {one: seen.get(one) for one in ids} == ids
    strange = mod.page.evaluate(
        "() => [...new Set([...document.querySelectorAll('body *')].map((one) => one.localName))]"
    )
    assert set(strange) - KNOWN_TAGS == set()
    assert not mod.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    # Those that wait are looked at one by one in the queue.
    mod.page.goto(f"{stack.origin}/console/#/queue?article_id={article}")
    expect(shown(mod)).to_be_visible()
    for _ in range(min(rows(mod).count(), 40)):
        id_ = shown(mod).get_attribute("data-id") or ""
        assert shown(mod).locator(".foreign.main").text_content() == ids[id_]
        mod.page.keyboard.press("j")
    attributes = mod.page.evaluate(
        """() => [...document.querySelectorAll("body *")].flatMap((one) => one.getAttributeNames()).filter(
            (name) => name.startsWith("on") || name === "srcdoc" || name === "src")"""
    )
    assert attributes == []
    # `somebody` fails on any dialog, error or refused script; here: nothing was loaded from elsewhere either.
    assert asked == {urlsplit(stack.origin).hostname}
