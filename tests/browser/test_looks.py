"""How the comment section looks and speaks: accessibility, widths, languages, directions, theming."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.browser import seeding
from tests.browser.axe import violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

ARTICLE = "looking"
PEOPLE = (
    "Ida Marsh",
    "Jonas Okafor",
    "Mei-Lin Sørensen",
    "Ana Lucía Prado",
    "سلمى حداد",
    "Tom Ashby",
    "Zoë Klein",
)
TEXTS = (
    "I was on the platform at half past six. The brass quartet was worth the cold feet on its own.",
    "Does anybody know whether bicycles go on it? The railway's page says “on request”.",
    "They do: six places in the last car, see https://rail.example/bicycles (bottom of the page).",
    "My grandmother took this train every summer.\n\nShe would be ninety this week; I took her scarf along.",
    "كان الصباح باردًا لكن البحيرة كانت جميلة.",
    "Slower crossings at night are a small price. I can hear the lake again.",
    "Lovely piece, thank you.",
)
TITLES = {
    "en": ("Comments", "9 comments"),
    "de": ("Kommentare", "9 Kommentare"),
    "fr": ("Commentaires", "9 commentaires"),
    "es": ("Comentarios", "9 comentarios"),
    "ar": ("التعليقات", "تعليقات"),
}


@pytest.fixture(scope="module", autouse=True)
def _article(stack: DeployedStack) -> None:
    """An article with a few comments and a thread of replies."""
    comments = [
        seeding.published(ARTICLE, number, body=text, minutes_ago=2 + 37 * number**3)
        for number, text in enumerate(TEXTS)
    ]
    named = [seeding.renamed(comment, name) for comment, name in zip(comments, PEOPLE, strict=True)]
    replies = [
        seeding.published(
            ARTICLE, 50 + number, body=text, parent_id=named[1].id, depth=1, minutes_ago=30 - number
        )
        for number, text in enumerate(("Yes, ask at the counter.", "I did. They were kind about it."))
    ]
    seeding.write(stack, [*named, *replies])


def is_wider_than_its_window(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
def test_readers_find_an_accessible_page_that_fits_its_window(
    somebody: Somebody, width: int, *, dark: bool
) -> None:
    reader = somebody(width=width, dark=dark).open_article(ARTICLE)
    reader.page.get_by_role("button", name="Show 2 replies").click()
    expect(reader.page.get_by_text("Yes, ask at the counter.")).to_be_visible()

    assert violations(reader.page) == []
    assert not is_wider_than_its_window(reader.page)
    reader.shoot(f"comments-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
def test_authors_find_the_demo_page_accessible_with_every_form_open(
    somebody: Somebody, width: int, *, dark: bool
) -> None:
    ann = somebody(width=width, dark=dark).sign_in("ann").open()
    ann.post("Only a fool would believe that nonsense.")
    ann.post("Go and die, you worthless piece of shit")
    others = somebody().sign_in("ben").open()
    others.post(f"I was there as well, and stayed until noon; {width} people did. {dark}")
    ann.page.reload()
    section = ann.page.locator("parley-comments")
    section.get_by_role("button", name="Report").first.click()
    section.get_by_role("button", name="Remove").first.click()
    expect(section.get_by_text("What is wrong with this comment?")).to_be_visible()
    expect(section.get_by_text("Remove this comment for good?")).to_be_visible()

    assert violations(ann.page) == []
    assert not is_wider_than_its_window(ann.page)
    ann.shoot(f"demo-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("lang", TITLES)
def test_the_section_speaks_the_language_of_its_page(somebody: Somebody, lang: str) -> None:
    title, number = TITLES[lang]
    reader = somebody(width=420).open_article(
        ARTICLE,
        lang=lang,
        before=f'<p><a href="#"><parley-count article-id="{ARTICLE}"></parley-count></a></p>',
    )
    page = reader.page

    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator("parley-count")).to_contain_text(number)
    section = page.locator("parley-comments section").first
    expect(section).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
    expect(section).to_have_attribute("lang", re.compile(f"^{lang}"))
    expect(page.locator("parley-comments time").first).not_to_have_text(
        "2 minutes ago" if lang != "en" else ""
    )
    assert violations(page) == []


def test_where_there_are_no_texts_the_browser_s_language_is_spoken(somebody: Somebody) -> None:
    page = somebody(locale="fr-CA").open_article(ARTICLE, lang="it").page

    expect(page.get_by_role("heading", name="Commentaires")).to_be_visible()


def test_from_right_to_left_the_page_is_mirrored_and_whole(somebody: Somebody) -> None:
    ann = somebody(width=360, dark=True).sign_in("ann")
    page = ann.open_article(ARTICLE, lang="ar", attributes='dir="rtl"').page
    expect(page.get_by_label("تعليقك")).to_be_visible()
    page.get_by_role("button", name="رد", exact=True).first.click()

    assert violations(page) == []
    assert not is_wider_than_its_window(page)
    # Faces stand to the right of the words, and each text keeps a direction of its own.
    entry = page.locator("parley-comments .list article").filter(has_text="half past six")
    face, body = entry.locator(".face").bounding_box(), entry.locator(".body").bounding_box()
    assert face
    assert body
    assert face["x"] > body["x"] + body["width"] / 2
    assert entry.locator(".body").evaluate("element => getComputedStyle(element).direction") == "ltr"
    ann.shoot("comments-rtl")


def test_a_page_themes_the_section_by_properties_and_parts(somebody: Somebody) -> None:
    page = somebody().open_article(ARTICLE, attributes='theme="dark"').page
    expect(page.get_by_text(TEXTS[0])).to_be_visible()
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`
                parley-comments { --parley-accent: rgb(200, 0, 100); --parley-radius: 0px }
                parley-comments { --parley-font: serif }
                parley-comments::part(title) { text-transform: uppercase }
            `);
            document.adoptedStyleSheets = [sheet];
        }"""
    )

    link = page.get_by_role("link", name="Log in to comment")
    expect(link).to_have_css("background-color", "rgb(200, 0, 100)")
    expect(link).to_have_css("border-radius", "0px")
    expect(page.locator("parley-comments section").first).to_have_css("font-family", "serif")
    expect(page.get_by_role("heading", name="Comments")).to_have_css("text-transform", "uppercase")
    expect(page.locator("parley-comments")).to_have_css("color-scheme", "dark")


def test_motion_and_forced_colours_are_left_to_the_reader(somebody: Somebody) -> None:
    page = somebody().open_article(ARTICLE).page
    page.emulate_media(forced_colors="active", reduced_motion="reduce")

    expect(page.get_by_text(TEXTS[0])).to_be_visible()

    moving = page.evaluate("document.getAnimations({subtree: true}).length")
    assert moving == 0
    expect(page.locator("parley-comments .face").first).to_have_css("border-top-style", "solid")
