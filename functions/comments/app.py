"""Authors' and readers' requests: submit, edit, remove, report, appeal, and one's own data."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from comments_routes import comments, me, submissions
from parley.http import Caller, caller_of, create_app
from parley.own_comments import OwnComments
from parley.scoring import Scoring
from parley.settings import Settings, required
from parley.store import Store
from parley.submission import Submitter
from parley.telemetry import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parley.scoring import Scorer


def build(settings: Settings, store: Store, scoring: Scoring) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()
    salt = settings.site_salt

    def who() -> Caller:
        return caller_of(app.current_event.raw_event, settings)

    submissions.add(app, Submitter(store, scoring, salt=salt), who)
    comments.add(app, store, OwnComments(store, scoring, salt=salt), who, salt=salt)
    me.add(app, store, who, salt=salt)
    return app


def load_scorer() -> Scorer | None:
    """The model, or None: without it comments are held for humans, and accepting them goes on."""
    try:
        from toxicity import Scorer as Model  # noqa: PLC0415  # a broken model must not stop this module

        return Model.load()
    except Exception:  # noqa: BLE001  # whatever is wrong with a model, humans take over
        logger.exception("no scorer: comments will be held for review")
        return None


def from_env() -> APIGatewayHttpResolver:
    """The routes, on what the environment names."""
    settings = Settings.from_env(os.environ)
    timeout_s = int(required(os.environ, "SCORER_TIMEOUT_MS")) / 1000
    scoring = Scoring(load_scorer(), timeout_s=timeout_s, load=load_scorer)
    return build(settings, Store.for_table(settings.table_name), scoring)


app = from_env()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
