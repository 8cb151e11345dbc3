"""Moderators' requests: the review queue, leases, decisions and the policy."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.metrics import MetricUnit

from parley import keys, moderation, views
from parley.comment import Action, Actor, ActorKind, ModeratorDecision
from parley.errors import Invalid, NotFound, ParleyError
from parley.http import create_app, json_response, moderator_of, problem_for
from parley.policy import Policy, Threshold
from parley.schemas import (
    DecisionRequest,
    DecisionsRequest,
    LeaseAnswer,
    LeaseRequest,
    ModeratorsCommentAnswer,
    ModeratorsCommentList,
    NewPolicy,
    Outcomes,
    PolicyAnswer,
    WholeComment,
    problems,
)
from parley.settings import Settings
from parley.store import Store
from parley.telemetry import logger, metrics
from parley.text import normalise

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parley.comment import Comment
    from parley.moderation import Leasing

MAX_NOTE_LENGTH: Final = 1000
_QUEUE: Final = "queue"

WhoModerates = Callable[[], Actor]
"""Tells who is calling; raises when it is no moderator."""


def build(settings: Settings, store: Store) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()

    def moderator() -> Actor:
        caller = moderator_of(app.current_event.raw_event, settings)
        return Actor(ActorKind.MODERATOR, caller.sub, caller.name)

    _add_queue(app, store, moderator)
    _add_leases(app, store, moderator)
    _add_decisions(app, store, moderator, salt=settings.site_salt)
    _add_policy(app, store, moderator)
    return app


def _add_queue(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
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

    @app.get(
        "/moderation/comments/<comment_id>",
        summary="A comment with its history and what it replies to",
        tags=["moderators"],
        responses={200: WholeComment.described("The comment"), **problems(400, 401, 403, 404, 503)},
    )
    def whole_comment(comment_id: str) -> Response[str]:
        moderator()
        comment = store.comment(keys.parse_comment_id(comment_id))
        if comment is None:
            raise NotFound("There is no such comment.")
        history, parent = store.comment_with_history(comment)
        content = {
            "comment": views.comment_for_moderator(comment),
            "history": [views.history_entry(entry) for entry in history],
            "parent": views.comment_for_moderator(parent) if parent else None,
        }
        return json_response(content, Cache_Control="no-store")


def _add_leases(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
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


def _add_decisions(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates, *, salt: str) -> None:
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


def _add_policy(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
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
            max_links=new.max_links,
            max_length=new.max_length,
            max_depth=new.max_depth,
        )
        saved = moderation.save_policy(
            store, rules, saved_by=by.name, note=note(new.note), now=datetime.now(UTC)
        )
        return json_response({"policy": views.policy(saved)}, Cache_Control="no-store")


def note(text: str | None) -> str | None:
    """A moderator's free note, made safe like any text."""
    return normalise(text, max_length=MAX_NOTE_LENGTH, field="note") if text else None


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
