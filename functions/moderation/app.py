"""Moderators' requests: the review queue, leases, decisions and the policy."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moderation_routes import articles, authors, decisions, leases, policy, queue
from parley.comment import Actor, ActorKind
from parley.http import create_app, moderator_of
from parley.roster import Roster
from parley.settings import Settings
from parley.store import Store
from parley.telemetry import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext


def build(settings: Settings, store: Store) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()
    roster = Roster(store)

    def moderator() -> Actor:
        caller = moderator_of(app.current_event.raw_event, settings)
        roster.note(caller.sub, datetime.now(UTC))
        return Actor(ActorKind.MODERATOR, caller.sub, caller.name)

    queue.add(app, store, moderator)
    leases.add(app, store, moderator)
    decisions.add(app, store, moderator, salt=settings.site_salt)
    policy.add(app, store, moderator)
    authors.add(app, store, moderator, salt=settings.site_salt)
    articles.add(app, store, moderator)
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
