"""Browser tests: people at the pages of the deployed stack (see tests/stack.py), in headless Chromium."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.browser.chromium import ARGUMENTS, executable
from tests.stack import stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Page
    from tests.stack import DeployedStack

__all__ = ["stack"]

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build/screenshots"
# A first request starts a function, and machines are shared.
TIMEOUT_MS = 30_000
expect.set_options(timeout=TIMEOUT_MS)
# For `add_init_script`: the first request with a key arrives; the connection breaks before its answer does.
LOSE_THE_FIRST_ANSWER = """
    const real = window.fetch;
    let hasLost = false;
    window.fetch = async (address, options) => {
        const answer = await real(address, options);
        if (!options?.headers?.["Idempotency-Key"] || hasLost) return answer;
        hasLost = true;
        throw new TypeError("network error");
    };
"""
# For `add_init_script`: what the login leaves behind, once a tab.
SIGNED_IN = """
    if (location.origin === "{origin}" && !sessionStorage.getItem("test.signed-in")) {{
        const kept = {{idToken: "{token}", refreshToken: null, expiresAt: Date.now() + 3000000}};
        sessionStorage.setItem("parley.session", JSON.stringify(kept));
        sessionStorage.setItem("test.signed-in", "once");
    }}
"""
# Beside the page's own lines, the fewest that an article needs.
ARTICLE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>An article</title><link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="{sheet}"></head>
<body><main><h1>An article</h1>{before}
<parley-comments article-id="{article}" {attributes}></parley-comments></main>
<script src="../embed.js" async></script></body></html>"""


class Person:
    """Somebody at a browser of their own, with what went wrong on their page."""

    def __init__(self, page: Page, stack: DeployedStack) -> None:
        self.page = page
        self.stack = stack
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._saw)
        page.on("console", lambda message: self._heard(message.type, message.text))

    def _saw(self, dialog: Dialog) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _heard(self, kind: str, text: str) -> None:
        # What does not load is logged here, too; tests with a failing network expect that.
        if kind == "error" and "Failed to load resource" not in text:
            self.errors.append(text)

    def open(self, path: str = "/demo/") -> Person:
        self.page.goto(f"{self.stack.origin}{path}")
        return self

    def open_article(
        self, article: str, *, attributes: str = "", lang: str = "en", before: str = "", fragment: str = ""
    ) -> Person:
        """Opens a page of the stack's own origin, under its policy, with the comments of an article on it.

        Args:
            article: The article's id.
            attributes: More attributes for the element.
            lang: The page's language.
            before: Markup above the comments.
            fragment: What the address ends with: `#comment-…`.
        """
        demo = self.stack.request("GET", "/demo/")
        policy = {"Content-Security-Policy": demo.headers["content-security-policy"]}
        (sheet,) = re.findall(r'href="([^"]+\.css)"', demo.text)
        html = ARTICLE.format(article=article, attributes=attributes, lang=lang, before=before, sheet=sheet)
        address = f"{self.stack.origin}/pages/{article}"
        self.page.route(
            address, lambda route: route.fulfill(body=html, content_type="text/html", headers=policy)
        )
        self.page.goto(f"{address}{fragment}")
        return self

    def sign_in(self, login: str) -> Person:
        """Has this person logged in already, before a page is opened: the login page is a test of its own."""
        token = self.stack.token(login)
        self.page.context.add_init_script(SIGNED_IN.format(origin=self.stack.origin, token=token))
        return self

    def log_in(self, login: str) -> Person:
        """Follows the page's way to the login, and comes back."""
        self.page.get_by_role("link", name="Log in").first.click()
        self.enter_password(self.page, login)
        return self

    def enter_password(self, page: Page, login: str) -> None:
        page.get_by_label("Username").fill(login)
        page.get_by_label("Password").fill(self.stack.passwords[login])
        page.get_by_role("button", name="Sign in").click()

    def post(self, text: str) -> str:
        """Posts a comment; returns what the page says of it."""
        self.page.get_by_label("Your comment", exact=True).fill(text)
        self.page.get_by_role("button", name="Post comment").click()
        return self.outcome()

    def outcome(self) -> str:
        message = self.page.locator("form .message:not(:empty, .warning)").first
        message.and_(self.page.locator(".published, .held, .rejected, .problem")).wait_for()
        return message.inner_text()

    def shoot(self, name: str, *, full_page: bool = True) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full_page)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def somebody(chromium: Browser, stack: DeployedStack) -> Iterator[Callable[..., Person]]:
    """Makes people, each with a fresh browser; at the end nothing may have gone wrong on any page."""
    people: list[Person] = []

    def arrive(
        *, width: int = 1280, dark: bool = False, locale: str = "en-GB", has_scripts: bool = True
    ) -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale=locale,
            java_script_enabled=has_scripts,
        )
        context.set_default_timeout(TIMEOUT_MS)
        people.append(Person(context.new_page(), stack))
        return people[-1]

    yield arrive
    errors = [error for person in people for error in person.errors]
    for person in people:
        person.page.context.close()
    assert errors == []
