"""Hostile texts, posted by an author and approved by a moderator, as readers get to see them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.browser import hostile
from tests.browser.axe import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

ARTICLE = "hostile"
# The elements that the section itself makes in its list; whatever else stands there, a text has brought.
KNOWN_TAGS = {
    *("ARTICLE", "A", "BDI", "BUTTON", "DIV", "LI", "OL", "P", "SPAN", "TIME"),
}
LOOK_AT_THE_LIST = """() => {
    const root = document.querySelector("parley-comments").shadowRoot;
    const list = root.querySelector(".list");
    return {
        tags: [...new Set([...list.querySelectorAll("*")].map((element) => element.tagName))],
        attributes: [...list.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()),
        links: [...list.querySelectorAll(".body a")].map((a) => ({
            href: a.href, rel: a.rel, target: a.target, text: a.textContent,
        })),
        texts: Object.fromEntries([...list.children].map((item) =>
            [item.dataset.id, item.querySelector(".body").textContent])),
        wide: [...list.querySelectorAll("li")].filter((item) => {
            const {left, right} = item.getBoundingClientRect();
            return left < -1 || right > document.documentElement.clientWidth + 1;
        }).length,
        names: [...list.querySelectorAll(".name")].map((name) => name.textContent),
    };
}"""


@pytest.fixture(scope="module")
def comments(stack: DeployedStack) -> list[dict[str, Any]]:
    """All of them, published: what the policy did not let through, a moderator approved."""
    posted = hostile.post(stack, ARTICLE)
    hostile.approve(stack, posted)
    return posted


def show_all(page: Page) -> None:
    """Loads page after page, as a reader does, to the end of the list."""
    foot = page.locator("parley-comments .foot").last
    more = page.get_by_role("button", name="Load more", exact=True)
    while True:
        expect(foot).not_to_contain_text("Loading")
        if not more.count():
            return
        more.click()


def test_there_are_hundreds_of_them_and_every_one_is_a_text_of_its_own() -> None:
    assert len(set(hostile.TEXTS)) == len(hostile.TEXTS) >= 200


def test_hostile_texts_are_shown_as_text_and_nothing_of_them_runs(
    somebody: Somebody, comments: list[dict[str, Any]]
) -> None:
    reader, asked = somebody(), set()
    reader.page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))

    reader.open_article(ARTICLE, attributes="refresh=0", before="<p id=after>It goes on.</p>")
    show_all(reader.page)
    seen = reader.page.evaluate(LOOK_AT_THE_LIST)

    assert seen["texts"] == {comment["id"]: comment["body"] for comment in comments}
    assert set(seen["tags"]) - KNOWN_TAGS == set()
    assert [name for name in seen["attributes"] if name.startswith("on") or name == "srcdoc"] == []
    assert set(seen["names"]) == {"Ann Example", "Ben Example", "Mo Derator"}
    # `somebody` fails on any dialog, error or refused script; here: nothing was loaded from elsewhere either.
    assert asked == {urlsplit(reader.stack.origin).hostname}
    assert reader.page.url.endswith(f"/pages/{ARTICLE}")
    assert reader.page.title() == "An article"
    expect(reader.page.locator("#after")).to_have_text("It goes on.")
    expect(reader.page.get_by_role("heading", name="Comments")).to_be_visible()


def test_only_addresses_of_the_web_become_links_and_search_engines_are_told_not_to_follow(
    somebody: Somebody, comments: list[dict[str, Any]]
) -> None:
    reader = somebody().open_article(ARTICLE, attributes="refresh=0")
    show_all(reader.page)

    links = reader.page.evaluate(LOOK_AT_THE_LIST)["links"]

    texts = "\n".join(comment["body"] for comment in comments)
    assert len(links) > 30
    for link in links:
        assert urlsplit(link["href"]).scheme in {"http", "https"}
        assert {"ugc", "nofollow", "noopener"} <= set(link["rel"].split())
        assert link["target"] == "_blank"
        # What is read is what was written, character by character.
        assert link["text"] in texts
        assert not any(unicodedata.category(character) == "Cc" for character in link["text"])


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1600, False)], ids=["narrow-dark", "wide-light"])
def test_the_page_stays_in_one_piece(
    somebody: Somebody, comments: list[dict[str, Any]], width: int, *, dark: bool
) -> None:
    reader = somebody(width=width, dark=dark).open_article(ARTICLE, attributes="refresh=0")
    show_all(reader.page)

    seen = reader.page.evaluate(LOOK_AT_THE_LIST)

    assert len(seen["texts"]) == len(comments)
    assert seen["wide"] == 0
    assert not reader.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert violations(reader.page) == []
    # No text lies over another: each comment begins where the one before it has ended.
    overlaps = reader.page.evaluate(
        """() => {
            const root = document.querySelector("parley-comments").shadowRoot;
            const items = [...root.querySelectorAll(".list > li")];
            const boxes = items.map((item) => item.getBoundingClientRect());
            return boxes.filter((box, index) => index && box.top < boxes[index - 1].bottom - 1).length;
        }"""
    )
    assert overlaps == 0
    reader.page.evaluate("scrollTo(0, document.body.scrollHeight / 3)")
    reader.shoot(f"hostile-{width}-{'dark' if dark else 'light'}", full_page=False)
