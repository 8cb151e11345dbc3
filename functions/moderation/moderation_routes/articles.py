"""Articles: whether they take comments, and whether a person looks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from moderation_routes.shared import WhoModerates
from parley import keys, people_views
from parley.article import checked_closing
from parley.comment import timestamp
from parley.http import json_response
from parley.schemas import problems
from parley.schemas_moderation import ArticleAnswer, ArticleRequest
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
    """Add the routes."""

    @app.get(
        "/moderation/articles/<article_id>",
        summary="Whether an article takes comments",
        tags=["moderators"],
        responses={200: ArticleAnswer.described("The article"), **problems(400, 401, 403, 503)},
    )
    def article(article_id: str) -> Response[str]:
        moderator()
        found = store.article(keys.parse_article_id(article_id))
        content = {"article": people_views.article(found, store.rules(), datetime.now(UTC))}
        return json_response(content, Cache_Control="no-store")

    @app.put(
        "/moderation/articles/<article_id>",
        summary="Open, close or premoderate an article; the last to say so counts",
        tags=["moderators"],
        responses={200: ArticleAnswer.described("The article"), **problems(400, 401, 403, 422, 503)},
    )
    def put_article(article_id: str, wanted: ArticleRequest) -> Response[str]:
        by, now = moderator(), datetime.now(UTC)
        found = replace(
            store.article(keys.parse_article_id(article_id)),
            state=wanted.state,
            closes_at=checked_closing(wanted.closes_at),
            changed_at=timestamp(now),
            changed_by=by.name,
        )
        content = {"article": people_views.article(store.put_article(found), store.rules(), now)}
        return json_response(content, Cache_Control="no-store")
