"""Writing and deciding about comments, for the tests of the comment section."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request
    from tests.stack import DeployedStack

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
