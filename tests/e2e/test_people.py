"""People on the deployed stack, where what follows from an act goes through stream, queue and worker."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.stack import wait_for

if TYPE_CHECKING:
    from tests.stack import DeployedStack

KIND = "A bridge would help all of us who cycle to work."
BORDERLINE = "Only a fool would believe that nonsense."
_numbers = itertools.count()


def call(stack: DeployedStack, user: str, method: str, path: str, **body: Any) -> Any:
    answer = stack.request(
        method,
        path,
        user=user,
        headers={"Idempotency-Key": f"people-{next(_numbers)}"},
        **({"json": body} if body else {}),
    )
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def submit(stack: DeployedStack, user: str, body: str, **more: str) -> dict[str, Any]:
    made: dict[str, Any] = call(stack, user, "POST", "/articles/people/comments", body=body, **more)[
        "comment"
    ]
    return made


@pytest.fixture
def eve(stack: DeployedStack) -> str:
    """Somebody new."""
    login = f"eve-{next(_numbers)}"
    stack.add_person(login)
    return login


def test_a_ban_rejects_what_waits_and_says_what_it_did(stack: DeployedStack, eve: str) -> None:
    waiting = [submit(stack, eve, f"{BORDERLINE} {number}") for number in range(3)]
    assert {comment["status"] for comment in waiting} == {"held"}
    author = waiting[0]["author"]["id"]

    ban = {"action": "ban", "reason": "abusive", "message": "Enough.", "version": 0, "reject_open": True}
    ordered = call(stack, "mod", "POST", f"/moderation/authors/{author}/sanctions", **ban)["job"]

    def done() -> dict[str, Any] | None:
        job: dict[str, Any] = call(stack, "mod", "GET", f"/moderation/jobs/{ordered['id']}")["job"]
        return job if job["state"] == "done" else None

    assert (wait_for(done)["rejected"], wait_for(done)["left"]) == (3, 0)
    own = call(stack, eve, "GET", "/me/comments")["comments"]
    assert {(comment["status"], comment["message"]) for comment in own} == {("rejected", "Enough.")}
    headers = {"Idempotency-Key": "banned"}
    refused = stack.request(
        "POST", "/articles/people/comments", user=eve, json={"body": KIND}, headers=headers
    )
    assert (refused.status_code, refused.json()["message"]) == (httpx.codes.FORBIDDEN, "Enough.")


def test_an_operator_erases_who_asks_by_letter(stack: DeployedStack, eve: str) -> None:
    author = submit(stack, eve, KIND)["author"]["id"]

    ordered = stack.operate("erase.py", author)

    assert (ordered.returncode, ordered.stderr) == (0, "")
    wait_for(lambda: call(stack, eve, "GET", "/me/comments")["comments"] == [])
    wait_for(lambda: stack.operate("erase.py", author).returncode == 1)
    assert any(author in line for line in stack.logs("jobs"))


def test_reports_find_their_readers_and_erasure_leaves_nothing(stack: DeployedStack, eve: str) -> None:
    secret = f"A secret of {eve}'s"
    top = submit(stack, eve, secret)
    submit(stack, "ben", "An answer.", parent_id=top["id"])
    theirs = submit(stack, "ben", f"{KIND} Or a tunnel.")
    call(stack, eve, "POST", f"/comments/{theirs['id']}/reports", reason="spam", note=secret)
    author = top["author"]["id"]

    def seen(name: str) -> Any:
        return call(stack, "mod", "GET", f"/moderation/authors/{author}")["author"]["reports"][name]

    version = call(stack, "mod", "GET", f"/moderation/comments/{theirs['id']}")["comment"]["version"]
    decision = {"action": "reject", "reason": "spam", "version": version}
    call(stack, "mod", "POST", f"/moderation/comments/{theirs['id']}/decisions", **decision)
    assert wait_for(lambda: seen("right")) == 1

    call(stack, eve, "DELETE", "/me")
    wait_for(lambda: call(stack, eve, "GET", "/me")["author"]["erasure"] is None)

    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["TableName"])
    everything = repr([item for page in pages for item in page["Items"]])
    assert secret not in everything
    assert eve.title() not in everything
    (shown,) = [
        comment
        for comment in call(stack, "ann", "GET", "/articles/people/comments?limit=100")["comments"]
        if comment["id"] == top["id"]
    ]
    assert (shown["status"], shown["body"], shown["reply_count"]) == ("removed", "", 1)
