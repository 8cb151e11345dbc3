"""What tests of the console share: comments that wait, colleagues who decide, a moderator at the console."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from typing import TYPE_CHECKING, Any

from tests.stack import wait_for

import seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator
    from tests.browser.conftest import Person
    from tests.stack import DeployedStack

    Somebody = Callable[..., Person]

ARTICLE = "demo-article"
COLLEAGUE = "cleo"
# What a saved policy has beside its rules.
NOT_RULES = frozenset({"saved_at", "saved_by", "note", "restored_from", "version"})
_numbers = itertools.count(1)


def submit(stack: DeployedStack, body: str, *, user: str = "ann", **more: str) -> dict[str, Any]:
    """A comment on the demo article, as the API answers it."""
    article = more.pop("article", ARTICLE)
    headers = {"Idempotency-Key": f"console-{secrets.token_hex(8)}"}
    answer = stack.request(
        "POST", f"/articles/{article}/comments", user=user, json={"body": body, **more}, headers=headers
    )
    answer.raise_for_status()
    comment: dict[str, Any] = answer.json()["comment"]
    return comment


def hold(stack: DeployedStack, more: str = "", **who: str) -> dict[str, Any]:
    """A comment, Ann's unless said otherwise, that waits for a moderator."""
    body = f"Only a fool would believe that nonsense. {next(_numbers)} {more}".strip()
    comment = submit(stack, body, **who)
    assert comment["status"] == "held"
    return comment


def decide(stack: DeployedStack, comment: dict[str, Any], *, user: str = "mod", **decision: str) -> None:
    """A decision past the console, as a colleague's or another program's."""
    path = f"/moderation/comments/{comment['id']}/decisions"
    content = {**decision, "version": comment["version"]}
    stack.request("POST", path, user=user, json=content).raise_for_status()


def comment_of(stack: DeployedStack, comment: dict[str, Any]) -> dict[str, Any]:
    """What the API says of a comment now."""
    answer = stack.request("GET", f"/moderation/comments/{comment['id']}", user="mod")
    now: dict[str, Any] = answer.json()["comment"]
    return now


def wait_for_status(stack: DeployedStack, comment: dict[str, Any], status: str) -> None:
    """Decisions are sent after the next comment is shown."""
    wait_for(lambda: comment_of(stack, comment)["status"] == status)


def clear_queue(stack: DeployedStack) -> None:
    """Rejects everything that waits; what was decided already is no matter, for an index may be behind."""
    while comments := stack.request("GET", "/moderation/queue?limit=100", user="mod").json()["comments"]:
        decisions = [
            {"comment_id": one["id"], "action": "reject", "reason": "other", "version": one["version"]}
            for one in comments
        ]
        answer = stack.request("POST", "/moderation/decisions", user="mod", json={"decisions": decisions})
        answer.raise_for_status()
        others = [one for one in answer.json()["outcomes"] if one["status"] == 409]
        for one in others:  # a colleague of an earlier test held it
            decide_as_colleague(stack, one["comment_id"])


def decide_as_colleague(stack: DeployedStack, comment_id: str) -> None:
    """Rejects what Cleo holds."""
    whole = comment_of(stack, {"id": comment_id})
    if whole["review"]:
        decide(stack, whole, user=COLLEAGUE, action="reject", reason="other")


def add_colleague(stack: DeployedStack) -> None:
    """A second moderator, Cleo."""
    if COLLEAGUE in stack.passwords:
        return
    client, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    password = secrets.token_urlsafe(12)
    attributes = [{"Name": "name", "Value": "Cleo Colleague"}, {"Name": "email", "Value": "cleo@example.com"}]
    with contextlib.suppress(client.exceptions.UsernameExistsException):
        client.admin_create_user(
            UserPoolId=pool, Username=COLLEAGUE, MessageAction="SUPPRESS", UserAttributes=attributes
        )
    client.admin_set_user_password(UserPoolId=pool, Username=COLLEAGUE, Password=password, Permanent=True)
    client.admin_add_user_to_group(UserPoolId=pool, Username=COLLEAGUE, GroupName=seed.MODERATORS)
    stack.passwords = {**stack.passwords, COLLEAGUE: password}


def moderator(somebody: Somebody, view: str = "queue", *, user: str = "mod", **look: Any) -> Person:
    """A moderator at a view of the console, logged in before: the login has tests of its own."""
    return somebody(**look).sign_in(user).open(f"/console/#/{view}")


def row(person: Person, comment: dict[str, Any]) -> Locator:
    """A comment's line in the queue."""
    return person.page.locator(f".row[data-id='{comment['id']}']")


def rows(person: Person) -> Locator:
    """All lines of the queue."""
    return person.page.locator(".row")


def shown(person: Person) -> Locator:
    """The comment that is being looked at."""
    return person.page.locator(".reading")


def open_row(person: Person, comment: dict[str, Any]) -> None:
    """Clicks a line, and sees its comment."""
    row(person, comment).get_by_role("button").click()
    shown(person).and_(person.page.locator(f"[data-id='{comment['id']}']")).wait_for()


def look_again(person: Person) -> None:
    """What happens when somebody comes back to the tab."""
    person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
