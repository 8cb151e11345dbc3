"""The routes of authors, readers and moderators about people, through their handlers."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.integration.conftest import Context
from tests.integration.people import Site

from parley import keys
from parley.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.store import Store

    Load = Callable[[str], ModuleType]


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table, now=datetime.now(UTC))


class Api:
    """The functions behind their routes."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._loaded: dict[str, ModuleType] = {}

    def __call__(
        self, function: str, method: str, path: str, *, user: str = "ann", body: Any = None, **query: str
    ) -> tuple[int, Any, dict[str, str]]:
        if function not in self._loaded:
            self._loaded[function] = self._load(function)
        claims = {"sub": user, "name": f"Name of {user}"}
        if user == "mo":
            claims["cognito:groups"] = "[moderators]"
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "&".join(f"{name}={value}" for name, value in query.items()),
            "queryStringParameters": query or None,
            "headers": {"content-type": "application/json", "idempotency-key": "key"},
            "requestContext": {
                "http": {"method": method, "path": path},
                "stage": "$default",
                "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            },
            "body": None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = self._loaded[function].handler(event, Context())
        text = answer.get("body") or ""
        is_json = "json" in answer["headers"].get("Content-Type", "") and "ndjson" not in str(
            answer["headers"]
        )
        return answer["statusCode"], json.loads(text) if is_json else text, answer["headers"]


@pytest.fixture
def api(load_function: Load) -> Api:
    return Api(load_function)


def author_id(comment: Comment) -> str:
    return comment.author.id


def test_a_banned_author_gets_a_problem_that_says_why_and_until_when(api: Api, site: Site) -> None:
    made = site.comment()
    wish = {"action": "ban", "reason": "spam", "message": "Enough.", "version": 0, "reject_open": True}
    path = f"/moderation/authors/{author_id(made)}/sanctions"
    status, answer, _ = api("moderation", "POST", path, user="mo", body=wish)
    assert status == 201
    assert (answer["author"]["standing"], answer["author"]["version"]) == ("banned", 1)
    assert answer["job"]["state"] == "running"
    assert api("moderation", "POST", path, user="mo", body=wish)[1]["type"].endswith(":author-changed")

    status, problem, _ = api("comments", "POST", "/articles/a-1/comments", body={"body": "Hello."})
    assert status == 403
    assert problem["type"] == "urn:parley:problem:banned"
    assert (problem["reason"], problem["message"], problem["until"]) == ("spam", "Enough.", None)

    status, me, _ = api("comments", "GET", "/me")
    assert (status, me["author"]["standing"], me["author"]["restriction"]["kind"]) == (
        200,
        "banned",
        "banned",
    )
    site.project()
    status, job, _ = api("moderation", "GET", f"/moderation/jobs/{answer['job']['id']}", user="mo")
    assert (status, job["job"]["state"], job["job"]["rejected"]) == (200, "done", 0)
    status, whole, _ = api("moderation", "GET", f"/moderation/authors/{author_id(made)}", user="mo")
    assert status == 200
    assert [one["action"] for one in whole["sanctions"]] == ["ban"]
    assert whole["sanctions"][0]["by"] == {"name": "Name of mo"}
    assert [one["id"] for one in whole["comments"]] == [made.id]


def test_who_is_too_fast_is_told_when_to_come_back(api: Api, site: Site) -> None:
    site.policy(Policy(max_comments=1, rate_seconds=60))
    site.comment()

    status, problem, headers = api("comments", "POST", "/articles/a-1/comments", body={"body": "Hello."})

    assert (status, problem["type"]) == (429, "urn:parley:problem:too-many-requests")
    assert 50 <= int(headers["Retry-After"]) == problem["retry_after"] <= 60


def test_a_comment_is_edited_reported_decided_appealed_and_removed(api: Api, site: Site) -> None:
    made = site.comment("One.")
    path = f"/comments/{made.id}"
    status, answer, _ = api("comments", "PATCH", path, body={"body": "Two.", "version": 1})
    assert (status, answer["comment"]["body"], answer["comment"]["version"]) == (200, "Two.", 2)
    assert answer["comment"]["edit_until"] > answer["comment"]["edited_at"]
    assert api("comments", "PATCH", path, body={"body": "Three.", "version": 1})[0] == 409

    report = {"reason": "spam", "note": "Look."}
    status, answer, _ = api("comments", "POST", f"{path}/reports", user="ben", body=report)
    assert (status, answer["report"]["reason"]) == (201, "spam")
    assert api("comments", "POST", f"{path}/reports", user="ben", body=report)[0] == 200
    assert api("comments", "POST", f"{path}/reports", body=report)[1]["type"].endswith(":own-comment")

    whole = api("moderation", "GET", f"/moderation/comments/{made.id}", user="mo")[1]
    assert [one["note"] for one in whole["reports"]] == ["Look."]
    assert [one["body"] for one in whole["revisions"]] == ["One."]
    assert (whole["author"]["standing"], whole["comment"]["revision_count"]) == ("trusted", 1)

    decision = {
        "action": "reject",
        "reason": "spam",
        "message": "No ads.",
        "version": whole["comment"]["version"],
    }
    assert (
        api("moderation", "POST", f"/moderation/comments/{made.id}/decisions", user="mo", body=decision)[0]
        == 200
    )
    own = api("comments", "GET", "/me/comments")[1]["comments"][0]
    assert (own["message"], own["statement"]["source"]) == ("No ads.", "reports")
    assert own["statement"]["redress"][0] == "appeal"

    status, answer, _ = api("comments", "POST", f"{path}/appeals", body={"text": "It was not one."})
    assert (status, answer["comment"]["appeal"]["outcome"]) == (201, None)
    assert api("comments", "POST", f"{path}/appeals", body={})[1]["type"].endswith(":not-appealable")
    assert api("comments", "PATCH", path, body={"body": "Four."})[1]["type"].endswith(":not-editable")

    assert api("comments", "DELETE", path)[0] == 204
    assert api("comments", "DELETE", path)[0] == 204
    assert api("comments", "DELETE", path, user="ben")[0] == 404
    assert "One." not in repr(site.items())


def test_a_preview_answers_without_a_comment(api: Api) -> None:
    status, answer, _ = api(
        "comments", "POST", "/articles/a-1/previews", body={"body": "Good morning to you all."}
    )

    assert (status, answer) == (200, {"preview": {"status": "published", "reasons": []}})


def test_an_article_is_closed_and_opened(api: Api) -> None:
    path = "/moderation/articles/a-1"
    status, answer, _ = api("moderation", "PUT", path, user="mo", body={"state": "closed"})
    assert (status, answer["article"]["is_open"], answer["article"]["changed_by"]) == (
        200,
        False,
        "Name of mo",
    )
    refused = api("comments", "POST", "/articles/a-1/comments", body={"body": "Hello."})
    assert (refused[0], refused[1]["type"]) == (403, "urn:parley:problem:article-closed")

    later = {"state": "open", "closes_at": "2999-01-01T00:00:00Z"}
    assert api("moderation", "PUT", path, user="mo", body=later)[1]["article"]["is_open"]
    assert api("moderation", "GET", path, user="mo")[1]["article"]["closes_at"] == "2999-01-01T00:00:00.000Z"
    wrong = api("moderation", "PUT", path, user="mo", body={"state": "open", "closes_at": "soon"})
    assert (wrong[0], wrong[1]["errors"][0]["field"]) == (422, "closes_at")


def test_ones_own_data_are_exported_and_erased(api: Api, site: Site) -> None:
    made = site.edit(site.comment("One."), "Two.")
    other = site.comment("Other.", author="ben")
    site.report(other, "ann", note="Hm.")

    pages = []
    cursor: dict[str, str] = {}
    while True:
        status, page, _ = api("comments", "GET", "/me/export", limit="1", **cursor)
        assert status == 200
        pages.append(page)
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert pages[0]["author"]["name"] == "Name of ann"
    assert [c["id"] for page in pages for c in page["comments"]] == [made.id]
    assert [t["body"] for page in pages for c in page["comments"] for t in c["revisions"]] == ["One."]
    assert [r["note"] for page in pages for r in page["reports"]] == ["Hm."]

    status, answer, _ = api("comments", "DELETE", "/me")
    assert status == 202
    assert api("comments", "DELETE", "/me")[1] == answer
    assert api("comments", "GET", "/me")[1]["author"]["erasure"] == answer["erasure"]
    site.project()
    assert api("comments", "GET", "/me/comments")[1]["comments"] == []
    assert api("comments", "GET", "/me")[1]["author"]["erasure"] is None


def followed(api: Api, **query: str) -> list[str]:
    """The bodies of all pages, by following the links."""
    bodies = []
    while True:
        status, body, headers = api("insights", "GET", "/moderation/decisions", user="mo", **query)
        assert status == 200, body
        bodies.append(body)
        link = re.fullmatch(r'<(.+)>; rel="next"', headers.get("Link", ""))
        if not link:
            return bodies
        query = dict(parse_qsl(urlsplit(link[1]).query))


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_export_of_decisions_is_complete_however_small_its_pages(api: Api, site: Site, form: str) -> None:
    site.policy(Policy(max_comments=60))
    made = [site.comment("vile" if number % 3 else "borderline") for number in range(12)]
    for comment in made[::3]:
        site.reject(comment, message="No.")
    day = site.now.date().isoformat()
    query = {"from": day, "to": f"{site.now.year + 1}-01-01", "format": form}

    everything = "".join(followed(api, **query, limit="5"))

    if form == "csv":
        lines = list(csv.DictReader(io.StringIO(everything)))
    else:
        lines = [json.loads(line) for line in everything.splitlines()]
    found = {(line["comment_id"], int(line["version"])) for line in lines}
    assert len(lines) == len(found) == 16
    assert {comment_id for comment_id, _ in found} == {comment.id for comment in made}
    rejected = "".join(followed(api, **query, status="rejected", limit="5"))
    assert rejected.count("not_published") == 12


def test_a_span_that_is_none_is_refused(api: Api) -> None:
    for query in (
        {"from": "x", "to": "2026-01-01"},
        {"from": "2026-01-01", "to": "2026-01-01"},
        {"to": "2026-01-01"},
    ):
        status, problem, _ = api("insights", "GET", "/moderation/decisions", user="mo", **query)
        assert (status, problem["type"]) == (400, "urn:parley:problem:malformed")


def test_ids_that_are_none_are_malformed_and_unknown_ones_are_not_found(api: Api) -> None:
    unknown = keys.author_id("salt", "nobody")
    for path in ("/moderation/authors/", "/moderation/jobs/"):
        assert api("moderation", "GET", f"{path}x", user="mo")[0] == 400
        assert api("moderation", "GET", f"{path}{unknown}", user="mo")[0] == 404
