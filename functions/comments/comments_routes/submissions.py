"""Submitting a comment, and trying out a text."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header

from comments_routes.shared import WhoCalls, count_outcome
from parley import views
from parley.http import json_response
from parley.schemas import NewComment, problems
from parley.schemas_people import AuthorsCommentAnswer, NewPreview, PreviewAnswer
from parley.submission import Submission, Submitter

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def add(app: APIGatewayHttpResolver, submitter: Submitter, who: WhoCalls) -> None:
    """Add the routes."""

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
        caller, now = who(), datetime.now(UTC)
        made = submitter.submit(
            Submission(article_id, new.body, new.parent_id, idempotency_key),
            author_sub=caller.sub,
            author_name=caller.name,
            now=now,
            is_staff=caller.is_moderator,
        )
        if not made.is_replay:
            count_outcome(made.comment, made.scoring_error)
        return json_response(
            {"comment": views.comment_for_author(made.comment, made.rules, now)},
            HTTPStatus.CREATED,
            Cache_Control="no-store",
            Idempotency_Replayed=str(made.is_replay).lower(),
        )

    @app.post(
        "/articles/<article_id>/previews",
        summary="What would become of a text; nothing of it is kept",
        tags=["authors"],
        responses={
            200: PreviewAnswer.described("The outcome it would have"),
            **problems(400, 401, 403, 413, 422, 429, 503),
        },
    )
    def preview(article_id: str, new: NewPreview) -> Response[str]:
        caller = who()
        decision = submitter.preview(
            Submission(article_id, new.body, new.parent_id, None),
            author_sub=caller.sub,
            now=datetime.now(UTC),
            is_staff=caller.is_moderator,
        )
        return json_response({"preview": views.preview(decision)}, Cache_Control="no-store")
