"""The review queue, and single comments as moderators see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from moderation_routes.shared import WhoModerates
from parley import keys, views
from parley.errors import NotFound
from parley.http import json_response
from parley.schemas import ModeratorsCommentList, WholeComment, problems
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

_QUEUE: Final = "queue"


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates) -> None:
    """Add the routes."""

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
            "history": views.history(comment, history),
            "parent": views.comment_for_moderator(parent) if parent else None,
        }
        return json_response(content, Cache_Control="no-store")
