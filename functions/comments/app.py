"""Authors' requests: submit a comment, see one's own."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.metrics import MetricUnit

from parley import keys, views
from parley.http import caller_of, create_app, json_response
from parley.policy import Policy, SavedPolicy
from parley.schemas import NewComment, problems
from parley.schemas_people import AuthorsCommentAnswer, AuthorsCommentList
from parley.scoring import Scoring
from parley.settings import Settings, required
from parley.store import Store
from parley.submission import Submission, Submitter
from parley.telemetry import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from parley.scoring import Scorer


def build(settings: Settings, store: Store, submitter: Submitter) -> APIGatewayHttpResolver:
    """The routes, on these dependencies."""
    app = create_app()

    @app.post(
        "/articles/<article_id>/comments",
        summary="Submit a comment",
        tags=["authors"],
        responses={
            201: AuthorsCommentAnswer.described("The comment, with the outcome"),
            **problems(400, 401, 403, 413, 422, 429, 503),
        },
    )
    def submit(
        article_id: str,
        new: NewComment,
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
    ) -> Response[str]:
        caller = caller_of(app.current_event.raw_event, settings)
        submission = Submission(article_id, new.body, new.parent_id, idempotency_key)
        made = submitter.submit(
            submission,
            author_sub=caller.sub,
            author_name=caller.name,
            now=datetime.now(UTC),
            is_staff=caller.is_moderator,
        )
        if not made.is_replay:
            metrics.add_metric(f"Comments{made.comment.status.capitalize()}", MetricUnit.Count, 1)
        if made.scoring_error:
            metrics.add_metric("CommentsUnscored", MetricUnit.Count, 1)
            logger.error("comment held unscored", comment_id=made.comment.id, cause=made.scoring_error)
        return json_response(
            {"comment": views.comment_for_author(made.comment, made.rules, datetime.now(UTC))},
            HTTPStatus.CREATED,
            Cache_Control="no-store",
            Idempotency_Replayed=str(made.is_replay).lower(),
        )

    @app.get(
        "/me/comments",
        summary="The caller's own comments, in every status, newest first",
        tags=["authors"],
        responses={200: AuthorsCommentList.described("A page"), **problems(400, 401, 503)},
    )
    def own_comments(
        limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        partition = keys.author_partition(caller_of(app.current_event.raw_event, settings).sub)
        after = keys.decode_cursor(partition, cursor)
        page = store.page("authors", partition, limit=limit, after=after, is_ascending=False)
        saved, now = store.policy() or SavedPolicy(Policy()), datetime.now(UTC)
        content = {
            "comments": [views.for_author(item, saved.policy, now) for item in page.items],
            "next": keys.encode_cursor(partition, page.next) if page.next else None,
        }
        return json_response(content, Cache_Control="no-store")

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
    store = Store.for_table(settings.table_name)
    timeout_s = int(required(os.environ, "SCORER_TIMEOUT_MS")) / 1000
    scoring = Scoring(load_scorer(), timeout_s=timeout_s, load=load_scorer)
    return build(settings, store, Submitter(store, scoring, salt=settings.site_salt))


app = from_env()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
