"""Moderators' requests: the review queue and decisions."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.metrics import MetricUnit

from parley import keys, moderation, views
from parley.comment import Action, Actor, ActorKind, ModeratorDecision
from parley.errors import Invalid
from parley.http import create_app, json_response, moderator_of
from parley.schemas import (
    DecisionRequest,
    LeaseAnswer,
    LeaseRequest,
    ModeratorsCommentAnswer,
    ModeratorsCommentList,
    problems,
)
from parley.settings import Settings
from parley.store import Store
from parley.telemetry import logger, metrics
from parley.text import normalise

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parley.moderation import Leasing

MAX_NOTE_LENGTH: Final = 1000
_QUEUE: Final = "queue"


def build(settings: Settings, store: Store) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()

    def moderator() -> Actor:
        caller = moderator_of(app.current_event.raw_event, settings)
        return Actor(ActorKind.MODERATOR, caller.sub, caller.name)

    @app.get(
        "/moderation/queue",
        summary="The review queue, most urgent first",
        tags=["moderators"],
        responses={200: ModeratorsCommentList.described("A page"), **problems(400, 401, 403, 503)},
    )
    def queue(
        limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        moderator()
        page = store.queue(limit=limit, after=keys.decode_cursor(_QUEUE, cursor))
        content = {
            "comments": [views.for_moderator(item) for item in page.items],
            "next": keys.encode_cursor(_QUEUE, page.next) if page.next else None,
        }
        return json_response(content, Cache_Control="no-store")

    @app.post(
        "/moderation/comments/<comment_id>/decisions",
        summary="Approve or reject a comment, exactly once",
        tags=["moderators"],
        responses={
            200: ModeratorsCommentAnswer.described("The comment as it is now"),
            **problems(400, 401, 403, 404, 409, 413, 422, 503),
        },
    )
    def decide(
        comment_id: str,
        wanted: DecisionRequest,
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    ) -> Response[str]:
        by = moderator()
        keys.parse_comment_id(comment_id)
        if wanted.action is Action.REJECT and wanted.reason is None:
            raise Invalid("reason", "is required for rejecting")
        request = None
        if idempotency_key is not None:
            key = keys.parse_idempotency_key(idempotency_key)
            request = keys.request_hash(settings.site_salt, by.id, key, wanted.action, wanted.reason or "")
        decision = ModeratorDecision(
            action=wanted.action,
            version=wanted.version,
            by=by,
            code=wanted.reason,
            note=normalise(wanted.note, max_length=MAX_NOTE_LENGTH, field="note") if wanted.note else None,
            request=request,
        )
        comment = moderation.decide(store, comment_id, decision, now=datetime.now(UTC))
        metrics.add_metric(f"Decisions{comment.status.capitalize()}", MetricUnit.Count, 1)
        return json_response({"comment": views.comment_for_moderator(comment)}, Cache_Control="no-store")

    def lease_answer(held: Leasing, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
        content = {
            "lease": {"id": held.id, "expires_at": held.expires_at},
            "comments": [views.comment_for_moderator(comment) for comment in held.comments],
        }
        return json_response(content, status, Cache_Control="no-store")

    @app.post(
        "/moderation/leases",
        summary="Take the most urgent comments that nobody holds, for five minutes",
        tags=["moderators"],
        responses={201: LeaseAnswer.described("The lease"), **problems(400, 401, 403, 422, 503)},
    )
    def take_lease(wanted: LeaseRequest) -> Response[str]:
        taken = moderation.take_lease(
            store, moderator(), lease_id=uuid.uuid4().hex, limit=wanted.limit, now=datetime.now(UTC)
        )
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

    return app


def from_env() -> APIGatewayHttpResolver:
    """The routes, on what the environment names."""
    settings = Settings.from_env(os.environ)
    return build(settings, Store.for_table(settings.table_name))


app = from_env()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
