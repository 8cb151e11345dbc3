"""Decisions about comments, one or many."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.metrics import MetricUnit

from moderation_routes.shared import WhoModerates, note
from parley import keys, moderation, views
from parley.comment import Action, Actor, ModeratorDecision
from parley.errors import Invalid, ParleyError
from parley.http import json_response, problem_for
from parley.schemas import DecisionRequest, DecisionsRequest, ModeratorsCommentAnswer, Outcomes, problems
from parley.store import Store
from parley.telemetry import metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    from parley.comment import Comment


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates, *, salt: str) -> None:
    """Add the routes."""

    def decision(comment_id: str, wanted: DecisionRequest, by: Actor, key: str | None) -> ModeratorDecision:
        if wanted.action is Action.REJECT and wanted.reason is None:
            raise Invalid("reason", "is required for rejecting")
        request = None
        if key is not None:
            key = keys.parse_idempotency_key(key)
            parts = (by.id, key, comment_id, wanted.action, wanted.reason or "")
            request = keys.request_hash(salt, *parts)
        return ModeratorDecision(
            action=wanted.action,
            version=wanted.version,
            by=by,
            code=wanted.reason,
            note=note(wanted.note),
            request=request,
        )

    def decide_one(comment_id: str, wanted: DecisionRequest, by: Actor, key: str | None) -> Comment:
        keys.parse_comment_id(comment_id)
        made = decision(comment_id, wanted, by, key)
        comment = moderation.decide(store, comment_id, made, now=datetime.now(UTC))
        metrics.add_metric(f"Decisions{comment.status.capitalize()}", MetricUnit.Count, 1)
        return comment

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
        comment = decide_one(comment_id, wanted, moderator(), idempotency_key)
        return json_response({"comment": views.comment_for_moderator(comment)}, Cache_Control="no-store")

    @app.post(
        "/moderation/decisions",
        summary="Up to 100 decisions, each made or not by itself",
        tags=["moderators"],
        responses={200: Outcomes.described("An outcome each"), **problems(400, 401, 403, 422, 503)},
    )
    def decide_many(
        wanted: DecisionsRequest,
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    ) -> Response[str]:
        by = moderator()
        outcomes = []
        for one in wanted.decisions:
            try:
                comment = decide_one(one.comment_id, one, by, idempotency_key)
            except ParleyError as error:
                answer = problem_for(error)
                outcome = {"status": answer.status_code, "problem": json.loads(answer.body or "{}")}
            else:
                outcome = {"status": HTTPStatus.OK, "comment": views.comment_for_moderator(comment)}
            outcomes.append({"comment_id": one.comment_id, **outcome})
        return json_response({"outcomes": outcomes}, Cache_Control="no-store")
