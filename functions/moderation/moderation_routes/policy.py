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
from parley.policy import LIMITS, AuditShares, Policy, Threshold
from parley.schemas import NewPolicy, PolicyAnswer, problems
from parley.store import Store
from parley.urgency import Band

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
        rules = Policy(
            version=new.version,
            thresholds={label: Threshold(t.review_at, t.reject_at) for label, t in new.thresholds.items()},
            banned_terms=tuple(new.banned_terms),
            held_terms=tuple(new.held_terms),
            **{name: getattr(new, name) for name in LIMITS},
            staff_skips_scoring=new.staff_skips_scoring,
            review_targets={band: getattr(new.review_targets, band) for band in Band},
            audit=AuditShares(new.audit.published, new.audit.rejected),
        )
        saved = moderation.save_policy(
            store, rules, saved_by=by.name, note=note(new.note), now=datetime.now(UTC)
        )
        return json_response({"policy": views.policy(saved)}, Cache_Control="no-store")
