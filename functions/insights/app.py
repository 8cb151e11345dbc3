"""Moderators' questions to the history: statistics, and what another policy would do. Reads only."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from parley import insights
from parley.http import create_app, json_response, moderator_of
from parley.insight_views import report_view, simulation_view
from parley.schemas import problems
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
from toxicity.manifest import Manifest

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext


def build(settings: Settings, store: Store, model: Manifest) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
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


def from_env() -> APIGatewayHttpResolver:
    """The routes, on what the environment names."""
    settings = Settings.from_env(os.environ)
    return build(settings, Store.for_table(settings.table_name), in_use.manifest(os.environ))


app = from_env()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
