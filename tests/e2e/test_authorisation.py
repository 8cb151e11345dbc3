"""Who may do what: every route of the API by everybody who may call it, on the deployed stack.

The routes are read from the OpenAPI document. A route without a row here fails the first test.
"""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from tests.stack import wait_for

import seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.stack import DeployedStack

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "functions/web/static/openapi.json"
METHODS: Final = {"get", "post", "put", "patch", "delete"}
VILE: Final = "Go and die, you worthless piece of shit"
ANONYMOUS, EXPIRED, ELSEWHERE = "anonymous", "expired", "wrong audience"
AUTHOR, OTHER, BANNED, MODERATOR = "author", "other author", "banned", "moderator"
WITHOUT_LOGIN: Final = (ANONYMOUS, EXPIRED, ELSEWHERE)
ACTORS: Final = (*WITHOUT_LOGIN, AUTHOR, OTHER, BANNED, MODERATOR)
_numbers = itertools.count()


@dataclass
class World:
    """People made for these tests alone: what they do, and what becomes of their data, is nobody else's."""

    stack: DeployedStack
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, actor: str, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"Idempotency-Key": f"matrix-{next(_numbers)}", **arguments.pop("headers", {})}
        if actor in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[actor]}"
        return self.stack.request(method, path, headers=headers, **arguments)

    def comment(self, body: str = "A bridge would help all of us.") -> str:
        """A new comment of the author's."""
        made = self.call(AUTHOR, "POST", "/articles/matrix/comments", json={"body": body})
        assert made.status_code == httpx.codes.CREATED, made.text
        return str(made.json()["comment"]["id"])

    def rejected(self) -> str:
        """A new comment of the author's that the policy rejects."""
        return self.comment(VILE)

    def author_id(self) -> str:
        return str(self.call(AUTHOR, "GET", "/me").json()["author"]["id"])


@dataclass(frozen=True)
class Row:
    """A route, a request that is in order, and how it is answered to each actor."""

    answers: Mapping[str, int]
    path: Callable[[World], str]
    body: Any = None
    query: Mapping[str, str] | None = None


def answers(*, without_login: int = 401, **given: int) -> dict[str, int]:
    """By actor; those of other, banned and moderator that are not named are answered as the author is."""
    found = dict.fromkeys(WITHOUT_LOGIN, without_login)
    for name, actor in (("author", AUTHOR), ("other", OTHER), ("banned", BANNED), ("moderator", MODERATOR)):
        found[actor] = given.get(name, given["author"])
    return found


def public(path: str, query: Mapping[str, str] | None = None) -> Row:
    return Row(answers(without_login=200, author=200), lambda _: path, query=query)


def signed_in(path: str, status: int = 200) -> Row:
    return Row(answers(author=status), lambda _: path)


def moderators(path: str, status: int = 200, body: Any = None, query: Mapping[str, str] | None = None) -> Row:
    found = answers(author=403, moderator=status)
    return Row(found, lambda _: path, body, query)


UNKNOWN: Final = "a" * 26
DECISION: Final = {"action": "approve", "version": 1}
ROWS: Final[Mapping[str, Row]] = {
    "GET /articles/{article_id}/comments": public("/articles/matrix/comments"),
    "GET /comments/{comment_id}/replies": public(f"/comments/{UNKNOWN}/replies"),
    "GET /counts": public("/counts", {"article_id": "matrix"}),
    "POST /articles/{article_id}/comments": Row(
        answers(author=201, banned=403), lambda _: "/articles/matrix/comments", {"body": "Hello there."}
    ),
    "POST /articles/{article_id}/previews": Row(
        answers(author=200, banned=403), lambda _: "/articles/matrix/previews", {"body": "Hello there."}
    ),
    "PATCH /comments/{comment_id}": Row(
        answers(author=200, other=404, banned=404, moderator=404),
        lambda world: f"/comments/{world.comment()}",
        {"body": "A tunnel would, too."},
    ),
    "DELETE /comments/{comment_id}": Row(
        answers(author=204, other=404, banned=404, moderator=404),
        lambda world: f"/comments/{world.comment()}",
    ),
    "POST /comments/{comment_id}/appeals": Row(
        answers(author=201, other=404, banned=404, moderator=404),
        lambda world: f"/comments/{world.rejected()}/appeals",
        {"text": "It was a joke."},
    ),
    # Nobody reports what is their own.
    "POST /comments/{comment_id}/reports": Row(
        answers(author=403, other=201, banned=403, moderator=201),
        lambda world: f"/comments/{world.comment()}/reports",
        {"reason": "spam"},
    ),
    "GET /me": signed_in("/me"),
    "GET /me/comments": signed_in("/me/comments"),
    "GET /me/export": signed_in("/me/export"),
    "GET /moderation/articles/{article_id}": moderators("/moderation/articles/matrix"),
    "PUT /moderation/articles/{article_id}": moderators(
        "/moderation/articles/matrix", body={"state": "open"}
    ),
    "GET /moderation/authors/{author_id}": Row(
        answers(author=403, moderator=200), lambda world: f"/moderation/authors/{world.author_id()}"
    ),
    "POST /moderation/authors/{author_id}/sanctions": Row(
        answers(author=403, moderator=422),
        lambda world: f"/moderation/authors/{world.author_id()}/sanctions",
        {"action": "warn", "reason": "spam", "version": 999},
    ),
    "GET /moderation/comments/{comment_id}": Row(
        answers(author=403, moderator=200), lambda world: f"/moderation/comments/{world.comment()}"
    ),
    "POST /moderation/comments/{comment_id}/decisions": Row(
        answers(author=403, moderator=200),
        lambda world: f"/moderation/comments/{world.comment()}/decisions",
        DECISION,
    ),
    "GET /moderation/comments/{comment_id}/explanation": moderators(
        f"/moderation/comments/{UNKNOWN}/explanation", 404
    ),
    "GET /moderation/decisions": moderators(
        "/moderation/decisions", query={"from": "2026-01-01", "to": "2026-01-02"}
    ),
    "POST /moderation/decisions": moderators(
        "/moderation/decisions", body={"decisions": [{"comment_id": UNKNOWN, **DECISION}]}
    ),
    "GET /moderation/jobs/{job_id}": moderators(f"/moderation/jobs/{UNKNOWN}", 404),
    "POST /moderation/leases": moderators(
        "/moderation/leases", 201, {"filter": {"article_id": "matrix-nothing"}}
    ),
    "PUT /moderation/leases/{lease_id}": moderators(f"/moderation/leases/{'0' * 32}", 404),
    "DELETE /moderation/leases/{lease_id}": moderators(f"/moderation/leases/{'0' * 32}", 404),
    "GET /moderation/model": moderators("/moderation/model"),
    "GET /moderation/policy": moderators("/moderation/policy"),
    "PUT /moderation/policy": moderators("/moderation/policy", 422, {"version": 9999}),
    "POST /moderation/policy/rollbacks": moderators(
        "/moderation/policy/rollbacks", 404, {"to": 9998, "version": 9999}
    ),
    "POST /moderation/policy/simulations": moderators(
        "/moderation/policy/simulations", body={"policy": {"version": 0}, "comments": 1}
    ),
    "GET /moderation/policy/versions": moderators("/moderation/policy/versions"),
    "GET /moderation/queue": moderators("/moderation/queue"),
    "GET /moderation/queue/counts": moderators("/moderation/queue/counts"),
    "GET /moderation/statistics": moderators("/moderation/statistics"),
    # Last: it takes everybody with it.
    "DELETE /me": signed_in("/me", 202),
}


def routes() -> set[str]:
    """Every route of the OpenAPI document."""
    paths = json.loads(DOCUMENT.read_text())["paths"]
    return {f"{m.upper()} {path}" for path, operations in paths.items() for m in operations if m in METHODS}


def test_every_route_has_its_row() -> None:
    assert set(ROWS) == routes()


@pytest.fixture(scope="module")
def world(stack: DeployedStack) -> Iterator[World]:
    """Everybody of the matrix, logged in; the banned one is banned."""
    cognito, pool = stack.client("cognito-idp"), stack.outputs["UserPoolId"]
    client_id = stack.outputs["UserPoolClientId"]
    for name in ("matrix-author", "matrix-other", "matrix-banned"):
        stack.add_person(name)
    stack.add_person("matrix-moderator", is_moderator=True)

    def login(name: str, client: str = client_id) -> str:
        return seed.bearer(stack.emulator.client_settings, pool, client, name, stack.passwords[name])

    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    elsewhere = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="elsewhere", ExplicitAuthFlows=flows
    )["UserPoolClient"]["ClientId"]
    made = World(stack)
    made.tokens = {
        EXPIRED: expired_token(cognito, pool, client_id, lambda: login("matrix-moderator")),
        ELSEWHERE: login("matrix-moderator", elsewhere),
        AUTHOR: login("matrix-author"),
        OTHER: login("matrix-other"),
        BANNED: login("matrix-banned"),
        MODERATOR: login("matrix-moderator"),
    }
    assert made.call(BANNED, "POST", "/articles/matrix/comments", json={"body": "One."}).is_success
    banned = made.call(BANNED, "GET", "/me").json()["author"]["id"]
    wish = {"action": "ban", "reason": "spam", "version": 0}
    assert made.call(MODERATOR, "POST", f"/moderation/authors/{banned}/sanctions", json=wish).is_success
    yield made
    cognito.delete_user_pool_client(UserPoolId=pool, ClientId=elsewhere)


def expired_token(cognito: Any, pool: str, client_id: str, login: Callable[[], str]) -> str:
    """A token of this stack's own login whose time is over."""
    known = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client_id)["UserPoolClient"]
    settings = {
        name: known[name]
        for name in ("IdTokenValidity", "AccessTokenValidity", "RefreshTokenValidity", "TokenValidityUnits")
    }
    short = {
        "IdTokenValidity": 1,
        "TokenValidityUnits": settings["TokenValidityUnits"] | {"IdToken": "seconds"},
    }
    cognito.update_user_pool_client(UserPoolId=pool, ClientId=client_id, **(settings | short))
    try:
        token = login()
    finally:
        cognito.update_user_pool_client(UserPoolId=pool, ClientId=client_id, **settings)
    ends = time.time() + 2
    wait_for(lambda: time.time() > ends)
    return token


@pytest.mark.parametrize("route", list(ROWS))
def test_a_route_answers_everybody_as_they_may_expect(world: World, route: str) -> None:
    row = ROWS[route]
    method = route.split(" ", maxsplit=1)[0]
    found: dict[str, int] = {}

    for actor in ACTORS:
        arguments = {"json": row.body} if row.body is not None else {}
        answer = world.call(actor, method, row.path(world), params=row.query, **arguments)
        found[actor] = answer.status_code
        if answer.is_error:
            assert answer.headers["content-type"] in ("application/problem+json", "application/json")

    assert found == row.answers
