import json
from typing import Any

import pytest

from parley import errors
from parley.http import caller_of, moderator_of, problem_for
from parley.settings import Settings

SETTINGS = Settings("table", "salt", "moderators", "cognito:groups")


def event(**claims: Any) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims, "scopes": None}}}}


@pytest.mark.parametrize(
    ("groups", "is_moderator"),
    [
        ("[moderators]", True),
        ("[staff moderators]", True),
        (["staff", "moderators"], True),
        ('["staff","moderators"]', True),
        ("staff,moderators", True),
        ("[not-moderators]", False),
        ("[moderators2]", False),
        ("", False),
        (None, False),
    ],
)
def test_a_moderator_is_who_is_in_the_group_however_the_list_is_written(
    groups: Any, *, is_moderator: bool
) -> None:
    assert caller_of(event(sub="s", **{"cognito:groups": groups}), SETTINGS).is_moderator is is_moderator


def test_others_are_kept_out_of_moderation() -> None:
    with pytest.raises(errors.Forbidden):
        moderator_of(event(sub="s"), SETTINGS)


@pytest.mark.parametrize(
    "request_context", [{}, {"authorizer": None}, {"authorizer": {"jwt": {"claims": {}}}}]
)
def test_without_claims_nobody_is_calling(request_context: dict[str, Any]) -> None:
    with pytest.raises(errors.NotAuthenticated):
        caller_of({"requestContext": request_context}, SETTINGS)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ann Example", "preferred_username": "ann"}, "Ann Example"),
        ({"preferred_username": "ann"}, "ann"),
        ({"name": "Ann\u202e \n Example\u200b"}, "Ann Example"),
    ],
)
def test_the_display_name_is_the_first_proper_name(claims: dict[str, str], name: str) -> None:
    assert caller_of(event(sub="s", **claims), SETTINGS).name == name


@pytest.mark.parametrize(
    "claims", [{}, {"name": "ann@example.org"}, {"name": " "}, {"name": "x" * 500}, {"name": 5}]
)
def test_an_address_or_nothing_proper_becomes_a_neutral_name(claims: dict[str, Any]) -> None:
    name = caller_of(event(sub="s", **claims), SETTINGS).name

    assert name.startswith("Reader ")
    assert "@" not in name


@pytest.mark.parametrize(
    ("error", "status", "field"),
    [
        (errors.Malformed("article_id", "is odd"), 400, "article_id"),
        (errors.Invalid("body", "is blank"), 422, "body"),
        (errors.TooLong("body", "is long"), 413, "body"),
        (errors.IdempotencyMismatch("used"), 422, "Idempotency-Key"),
    ],
)
def test_bad_input_is_a_problem_that_names_the_field(error: Exception, status: int, field: str) -> None:
    response = problem_for(error)
    content = json.loads(response.body or "")

    assert response.status_code == content["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [found["field"] for found in content["errors"]] == [field]


def test_all_bad_fields_of_an_input_are_named() -> None:
    error = errors.Invalid("max_links", "must be from 0 to 100", (("max_depth", "must be from 0 to 10"),))

    content = json.loads(problem_for(error).body or "")

    assert [found["field"] for found in content["errors"]] == ["max_links", "max_depth"]


def test_a_conflict_says_who_decided_what_and_when() -> None:
    content = json.loads(
        problem_for(errors.Conflict("c", 2, "published", "Mo", "2026-11-23T12:00:00.000Z")).body or ""
    )

    assert content["status"] == 409
    assert (content["decided_by"], content["comment_status"], content["version"]) == ("Mo", "published", 2)
    assert content["decided_at"] == "2026-11-23T12:00:00.000Z"


def test_when_the_table_is_away_the_client_is_told_to_come_back() -> None:
    response = problem_for(errors.Unavailable("away"))

    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_an_unexpected_error_tells_nothing_of_its_message(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("what the reader wrote")

    try:
        fail()
    except ValueError as error:
        response = problem_for(error)

    assert response.status_code == 500
    assert "what the reader wrote" not in str(response.body)
    (record,) = caplog.records
    assert "what the reader wrote" not in repr(record.__dict__)
    assert "test_an_unexpected_error" in repr(record.__dict__["at"])
