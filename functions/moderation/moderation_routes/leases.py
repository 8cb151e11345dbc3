"""Leases on comments of the queue."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from moderation_routes.shared import WhoModerates
from parley import keys, moderation, views
from parley.http import json_response
from parley.schemas import LeaseAnswer, problems
from parley.schemas_queue import LeaseRequest
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    from parley.moderation import Leasing


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
    """Add the routes."""

    def lease_answer(held: Leasing, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
        content = {
            "lease": {"id": held.id, "expires_at": held.expires_at},
            "comments": [views.comment_for_moderator(comment) for comment in held.comments],
        }
        return json_response(content, status, Cache_Control="no-store")

    @app.post(
        "/moderation/leases",
        summary="Take the most urgent comments that nobody holds, or these, for five minutes",
        tags=["moderators"],
        responses={201: LeaseAnswer.described("The lease"), **problems(400, 401, 403, 422, 503)},
    )
    def take_lease(wanted: LeaseRequest) -> Response[str]:
        by, lease_id, now = moderator(), uuid.uuid4().hex, datetime.now(UTC)
        if wanted.comment_ids is None:
            found = wanted.filter.to_filter(now)
            taken = moderation.take_lease(
                store, by, lease_id=lease_id, limit=wanted.limit, now=now, wanted=found
            )
        else:
            named = [keys.parse_comment_id(one, field="comment_ids") for one in wanted.comment_ids]
            taken = moderation.take_named(store, by, lease_id=lease_id, comment_ids=named, now=now)
        return lease_answer(taken, HTTPStatus.CREATED)

    @app.put(
        "/moderation/leases/<lease_id>",
        summary="Hold what a lease still holds for another five minutes",
        tags=["moderators"],
        responses={200: LeaseAnswer.described("The lease"), **problems(400, 401, 403, 404, 503)},
    )
    def extend_lease(lease_id: str) -> Response[str]:
        found = keys.parse_lease_id(lease_id)
        return lease_answer(
            moderation.extend_lease(store, moderator(), lease_id=found, now=datetime.now(UTC))
        )

    @app.delete(
        "/moderation/leases/<lease_id>",
        summary="Give back what a lease still holds",
        tags=["moderators"],
        responses={204: {"description": "Given back"}, **problems(400, 401, 403, 404, 503)},
    )
    def give_back(lease_id: str) -> Response[str]:
        moderation.give_back(store, moderator(), lease_id=keys.parse_lease_id(lease_id))
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")
