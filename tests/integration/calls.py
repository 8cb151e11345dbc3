"""Requests to a handler in this process, as the gateway sends them for a moderator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.integration.conftest import Context

if TYPE_CHECKING:
    from types import ModuleType


def request(
    method: str, path: str, body: object = None, *, groups: str = "[moderators]", **query: str
) -> dict[str, Any]:
    """The event of an HTTP API (payload 2.0)."""
    claims = {"sub": "mo", "name": "Mo", "cognito:groups": groups}
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json"},
        "queryStringParameters": query or None,
        "requestContext": {
            "http": {"method": method, "path": path},
            "stage": "$default",
            "authorizer": {"jwt": {"claims": claims}},
        },
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
    }


def call(
    function: ModuleType,
    method: str,
    path: str,
    body: object = None,
    *,
    groups: str = "[moderators]",
    **query: str,
) -> tuple[int, Any]:
    """Status and content of the answer."""
    response = function.handler(request(method, path, body, groups=groups, **query), Context())
    return response["statusCode"], json.loads(response["body"] or "null")
