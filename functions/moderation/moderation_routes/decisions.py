"""Decisions about comments, one or many."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.metrics import MetricUnit

from moderation_routes.shared import WhoModerates, note
from parley import keys, moderation, views
from parley.comment import Action, Actor, ModeratorDecision
from parley.errors import Invalid, ParleyError
from parley.http import json_response, problem_for
from parley.schemas import (
    DecisionRequest,
    DecisionsRequest,
    ModeratorsCommentAnswer,
    OneOfManyDecisions,
    Outcomes,
    problems,
)
from parley.store import MAX_CONNECTIONS, Store
from parley.telemetry import metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    from parley.comment import Comment


class _Wishes:
    """What moderators ask for, made into decisions."""

    def __init__(self, store: Store, *, salt: str) -> None:
        self._store = store
        self._salt = salt

    def fulfil(self, comment_id: str, wanted: DecisionRequest, by: Actor, key: str | None) -> Comment:
        """Decide about a comment; a retry with the same key gets the same answer."""
        keys.parse_comment_id(comment_id)
        decision = self._decision(comment_id, wanted, by, key)
        return moderation.decide(self._store, comment_id, decision, now=datetime.now(UTC))

    def try_to_fulfil(self, one: OneOfManyDecisions, by: Actor, key: str | None) -> Comment | Response[str]:
        """Decide about a comment, or say what the problem is."""
        try:
            return self.fulfil(one.comment_id, one, by, key)
        except ParleyError as error:
            return problem_for(error)

    def _decision(
        self, comment_id: str, wanted: DecisionRequest, by: Actor, key: str | None
    ) -> ModeratorDecision:
        if wanted.action is Action.REJECT and wanted.reason is None:
            raise Invalid("reason", "is required for rejecting")
        request = None
        if key is not None:
            key = keys.parse_idempotency_key(key)
            parts = (by.id, key, comment_id, wanted.action, wanted.reason or "")
            request = keys.request_hash(self._salt, *parts)
        return ModeratorDecision(
            action=wanted.action,
            version=wanted.version,
            by=by,
            code=wanted.reason,
            note=note(wanted.note),
            message=note(wanted.message, field="message"),
            request=request,
        )


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates, *, salt: str) -> None:
    """Add the routes."""
    wishes = _Wishes(store, salt=salt)

    @app.post(
        "/moderation/comments/<comment_id>/decisions",
        summary="Approve or reject a comment, exactly once, or undo the latest decision",
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
        comment = wishes.fulfil(comment_id, wanted, moderator(), idempotency_key)
        _count(comment)
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
        _check_named_once(wanted)
        with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
            made = list(
                pool.map(lambda one: wishes.try_to_fulfil(one, by, idempotency_key), wanted.decisions)
            )
        outcomes = [
            {"comment_id": one.comment_id, **_outcome(result)}
            for one, result in zip(wanted.decisions, made, strict=True)
        ]
        return json_response({"outcomes": outcomes}, Cache_Control="no-store")


def _check_named_once(wanted: DecisionsRequest) -> None:
    named = [one.comment_id for one in wanted.decisions]
    for number, comment_id in enumerate(named):
        if comment_id in named[:number]:
            raise Invalid(f"decisions.{number}.comment_id", "is in this request twice")


def _outcome(result: Comment | Response[str]) -> dict[str, Any]:
    if isinstance(result, Response):
        return {"status": result.status_code, "problem": json.loads(result.body or "{}")}
    _count(result)
    return {"status": HTTPStatus.OK, "comment": views.comment_for_moderator(result)}


def _count(comment: Comment) -> None:
    metrics.add_metric(f"Decisions{comment.status.capitalize()}", MetricUnit.Count, 1)
