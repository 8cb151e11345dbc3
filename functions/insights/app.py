"""Moderators' questions: statistics, what another policy would do, what drove a score. Reads only."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from parley import audit, export, insights, keys
from parley.comment import Status
from parley.errors import NotFound, ScoringFailed
from parley.http import create_app, json_response, moderator_of, to_json
from parley.insight_views import report_view, simulation_view
from parley.items import entry_from_item
from parley.schemas import problems
from parley.schemas_explanation import ExplanationAnswer
from parley.schemas_policy import (
    ModelAnswer,
    SimulationAnswer,
    SimulationRequest,
    StatisticsAnswer,
)
from parley.settings import Settings
from parley.store import Store
from parley.telemetry import logger
from toxicity import in_use
from toxicity.errors import ModelError
from toxicity.manifest import Manifest

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from toxicity import Scorer


class ExportFormat(StrEnum):
    """How decisions are exported."""

    JSON_LINES = "jsonl"
    CSV = "csv"


def build(
    settings: Settings, store: Store, model: Manifest, scorer: Callable[[], Scorer]
) -> APIGatewayHttpResolver:
    """The routes, on these dependencies; the scorer is called for when the first explanation is."""
    app = create_app()

    def check_moderator() -> None:
        moderator_of(app.current_event.raw_event, settings)

    @app.get(
        "/moderation/model",
        summary="The model and its own thresholds, in force for labels that the policy does not name",
        tags=["moderators"],
        responses={200: ModelAnswer.described("The model"), **problems(401, 403)},
    )
    def shown_model() -> Response[str]:
        check_moderator()
        content = {"name": model.model, "labels": model.labels, "thresholds": model.thresholds}
        return json_response({"model": content}, Cache_Control="no-store")

    @app.post(
        "/moderation/policy/simulations",
        summary="What a policy would have made of the latest decided comments",
        tags=["moderators"],
        responses={
            200: SimulationAnswer.described("The policy in force and the candidate on the same comments"),
            **problems(400, 401, 403, 422, 503),
        },
    )
    def simulate(wanted: SimulationRequest) -> Response[str]:
        check_moderator()
        made = insights.try_out(
            store,
            wanted.policy.to_policy(),
            defaults=model.thresholds,
            limit=wanted.comments,
            now=datetime.now(UTC),
        )
        return json_response({"simulation": simulation_view(made)}, Cache_Control="no-store")

    @app.get(
        "/moderation/comments/<comment_id>/explanation",
        summary="Which words drove a comment's scores",
        tags=["moderators"],
        responses={
            200: ExplanationAnswer.described("The words, by label"),
            **problems(400, 401, 403, 404, 503),
        },
    )
    def explanation(comment_id: str) -> Response[str]:
        check_moderator()
        comment = store.comment(keys.parse_comment_id(comment_id))
        if comment is None:
            raise NotFound("There is no such comment.")
        is_blind = comment.review is not None and audit.is_audit(comment.review)
        found = {} if is_blind else explained(scorer, comment.body)
        return json_response({"model": model.model, "explanation": found}, Cache_Control="no-store")

    @app.get(
        "/moderation/decisions",
        summary="All decisions of a span of time with statements of reasons; the header Link leads on",
        tags=["moderators"],
        responses={
            200: {
                "description": "Up to 1,000 decisions, earliest first; `Link: <...>; rel=next` until the end",
                "content": {"application/x-ndjson": {}, "text/csv": {}},
            },
            **problems(400, 401, 403, 503),
        },
    )
    def decisions(  # noqa: PLR0913, PLR0917  # each is a parameter of the address
        start: Annotated[str, Query(alias="from", description="A date or time, UTC")],
        end: Annotated[str, Query(alias="to", description="The date or time before which they were made")],
        form: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSON_LINES,
        status: Annotated[Status | None, Query(description="Only those that led to this status")] = None,
        limit: Annotated[int, Query(ge=1, le=export.MAX_LINES)] = export.MAX_LINES,
        cursor: Annotated[str | None, Query()] = None,
    ) -> Response[str]:
        check_moderator()
        bounds = export.parse_bound("from", start), export.parse_bound("to", end)
        export.check_span(*bounds)
        scope = " ".join(("decisions", *bounds))
        page = store.decisions(*bounds, limit=limit, after=keys.decode_cursor(scope, cursor))
        entries = [entry_from_item(item) for item in page.items]
        lines = [export.line(entry) for entry in entries if status in (None, entry.after)]
        headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
        if page.next:
            asked = {"from": start, "to": end, "format": form, "status": status, "limit": limit}
            query = {name: value for name, value in asked.items() if value is not None}
            query["cursor"] = keys.encode_cursor(scope, page.next)
            headers["Link"] = f'</moderation/decisions?{urlencode(query)}>; rel="next"'
        if form is ExportFormat.CSV:
            body, content_type = export.as_csv(lines, with_header=cursor is None), "text/csv; charset=utf-8"
        else:
            body, content_type = "".join(f"{to_json(one)}\n" for one in lines), "application/x-ndjson"
        return Response(status_code=HTTPStatus.OK, content_type=content_type, body=body, headers=headers)

    @app.get(
        "/moderation/statistics",
        summary="How moderation goes: outcomes, waiting times, the audit, agreement of model and moderators",
        tags=["moderators"],
        responses={200: StatisticsAnswer.described("The statistics"), **problems(400, 401, 403, 503)},
    )
    def statistics(days: Annotated[int, Query(ge=1, le=90)] = 7) -> Response[str]:
        check_moderator()
        found = insights.report(store, days=days, now=datetime.now(UTC))
        return json_response({"statistics": report_view(found)}, Cache_Control="no-store")

    return app


def explained(scorer: Callable[[], Scorer], body: str) -> dict[str, list[dict[str, Any]]]:
    """The words that drove each label's score; ScoringFailed when the model cannot say."""
    try:
        found = scorer().explain(body)
    except ModelError as failed:
        raise ScoringFailed("The model cannot be asked now.") from failed
    return {label: [words._asdict() for words in by_label] for label, by_label in found.items()}


@cache
def load_scorer() -> Scorer:
    """The model; most questions to this function need its manifest only."""
    from toxicity import Scorer as Model  # noqa: PLC0415  # what makes a cold start slow

    return Model.load()


def from_env() -> APIGatewayHttpResolver:
    """The routes, on what the environment names."""
    settings = Settings.from_env(os.environ)
    store = Store.for_table(settings.table_name)
    return build(settings, store, in_use.manifest(os.environ), load_scorer)


app = from_env()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
