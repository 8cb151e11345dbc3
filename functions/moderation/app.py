"""Moderators' requests: the review queue and decisions."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.metrics import MetricUnit

from parley import keys, moderation, views
from parley.comment import Action, Actor, ActorKind, ModeratorDecision
from parley.errors import Invalid
from parley.http import create_app, json_response, moderator_of
from parley.schemas import DecisionRequest, ModeratorsCommentAnswer, ModeratorsCommentList, problems
from parley.settings import Settings
from parley.store import Store
from parley.telemetry import logger, metrics
from parley.text import normalise

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

MAX_NOTE_LENGTH: Final = 1000
_QUEUE: Final = "queue"


def build(settings: Settings, store: Store) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()

    @app.get(
        "/moderation/queue",
        summary="The review queue, most urgent first",
        tags=["moderators"],
        responses={200: ModeratorsCommentList.described("A page"), **problems(400, 401, 403, 503)},
    )
    def queue(
        limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        moderator_of(app.current_event.raw_event, settings)
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
        caller = moderator_of(app.current_event.raw_event, settings)
        keys.parse_comment_id(comment_id)
        if wanted.action is Action.REJECT and wanted.reason is None:
            raise Invalid("reason", "is required for rejecting")
        request = None
        if idempotency_key is not None:
            key = keys.parse_idempotency_key(idempotency_key)
            request = keys.request_hash(
                settings.site_salt, caller.sub, key, wanted.action, wanted.reason or ""
            )
        decision = ModeratorDecision(
            action=wanted.action,
            version=wanted.version,
            by=Actor(ActorKind.MODERATOR, caller.sub, caller.name),
            code=wanted.reason,
            note=normalise(wanted.note, max_length=MAX_NOTE_LENGTH, field="note") if wanted.note else None,
            request=request,
        )
        comment = moderation.decide(store, comment_id, decision, now=datetime.now(UTC))
        metrics.add_metric(f"Decisions{comment.status.capitalize()}", MetricUnit.Count, 1)
        return json_response({"comment": views.comment_for_moderator(comment)}, Cache_Control="no-store")

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
