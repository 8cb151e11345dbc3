"""The policy: looking at its versions, saving a new one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from moderation_routes.shared import WhoModerates, note
from parley import moderation, views
from parley.errors import NotFound
from parley.http import json_response
from parley.schemas import NewPolicy, PolicyAnswer, problems
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


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
