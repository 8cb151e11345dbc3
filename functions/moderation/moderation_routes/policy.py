"""The policy: looking at its versions, saving a new one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from moderation_routes.shared import WhoModerates, note
from parley import keys, moderation, policy_history, views
from parley.errors import Malformed, NotFound
from parley.http import json_response
from parley.policy_history import Version
from parley.schemas import MAX_VERSION, NewPolicy, PolicyAnswer, problems
from parley.schemas_policy import PolicyVersionList, Rollback
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

_VERSIONS: Final = "policy versions"


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
    """Add the routes."""

    @app.get(
        "/moderation/policy",
        summary="The policy in force, or an earlier version",
        tags=["moderators"],
        responses={200: PolicyAnswer.described("The policy"), **problems(400, 401, 403, 404, 503)},
    )
    def policy(version: Annotated[int | None, Query(ge=0)] = None) -> Response[str]:
        moderator()
        found = store.policy(version)
        if found is None:
            raise NotFound("There is no such version of the policy.")
        return json_response({"policy": views.policy(found)}, Cache_Control="no-store")

    @app.put(
        "/moderation/policy",
        summary="Put a new version of the policy in force",
        tags=["moderators"],
        responses={
            200: PolicyAnswer.described("The new version"),
            **problems(400, 401, 403, 409, 413, 422, 503),
        },
    )
    def save_policy(new: NewPolicy) -> Response[str]:
        by = moderator()
        saved = moderation.save_policy(
            store, new.to_policy(), saved_by=by.name, note=note(new.note), now=datetime.now(UTC)
        )
        return json_response({"policy": views.policy(saved)}, Cache_Control="no-store")

    @app.get(
        "/moderation/policy/versions",
        summary="The versions of the policy, latest first, with what each changed",
        tags=["moderators"],
        responses={200: PolicyVersionList.described("A page"), **problems(400, 401, 403, 503)},
    )
    def versions(
        limit: Annotated[int, Query(ge=1, le=50)] = 20, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        moderator()
        found = policy_history.history(store, limit=limit, before=_position(cursor))
        content = {
            "versions": [_version(version) for version in found.versions],
            "next": keys.encode_cursor(_VERSIONS, str(found.next)) if found.next else None,
        }
        return json_response(content, Cache_Control="no-store")

    @app.post(
        "/moderation/policy/rollbacks",
        summary="Put an earlier version of the policy in force again, as a new version",
        tags=["moderators"],
        responses={
            200: PolicyAnswer.described("The new version"),
            **problems(400, 401, 403, 404, 409, 413, 422, 503),
        },
    )
    def roll_back(wanted: Rollback) -> Response[str]:
        by = moderator()
        saved = policy_history.roll_back(
            store,
            to=wanted.to,
            version=wanted.version,
            saved_by=by.name,
            note=note(wanted.note),
            now=datetime.now(UTC),
        )
        return json_response({"policy": views.policy(saved)}, Cache_Control="no-store")


def _position(cursor: str | None) -> int | None:
    position = keys.decode_cursor(_VERSIONS, cursor)
    if position is not None and not (position.isascii() and position.isdigit()):
        raise Malformed("cursor", "is not a cursor of this list")
    return min(int(position), MAX_VERSION) if position else None


def _version(version: Version) -> dict[str, Any]:
    saved = version.saved
    return {
        "version": saved.policy.version,
        "saved_at": saved.saved_at,
        "saved_by": saved.saved_by,
        "note": saved.note,
        "restored_from": saved.restored_from,
        "changes": version.changes,
    }
