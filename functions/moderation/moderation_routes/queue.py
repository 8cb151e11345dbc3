"""The review queue, and single comments as moderators see them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from moderation_routes.shared import WhoModerates
from parley import keys, people_views, queue, views
from parley.comment import ReviewCause, Rule
from parley.errors import NotFound
from parley.http import json_response
from parley.schemas import problems
from parley.schemas_moderation import WholeComment
from parley.schemas_queue import MAX_WAITING_MIN, QueueCountsAnswer, ReviewQueue, WantedOfQueue
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
        responses={200: ReviewQueue.described("A page"), **problems(400, 401, 403, 503)},
    )
    def waiting(  # noqa: PLR0913  # a parameter a filter
        *,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        cursor: Annotated[str | None, Query()] = None,
        cause: Annotated[ReviewCause | None, Query()] = None,
        rule: Annotated[Rule | None, Query()] = None,
        label: Annotated[str | None, Query()] = None,
        article_id: Annotated[str | None, Query()] = None,
        author_id: Annotated[str | None, Query()] = None,
        waiting_min: Annotated[int | None, Query(ge=0, le=MAX_WAITING_MIN)] = None,
    ) -> Response[str]:
        moderator()
        wanted = WantedOfQueue(
            cause=cause,
            rule=rule,
            label=label,
            article_id=article_id,
            author_id=author_id,
            waiting_min=waiting_min,
        )
        found = queue.page(
            store,
            wanted.to_filter(datetime.now(UTC)),
            limit=limit,
            after=keys.decode_cursor(_QUEUE, cursor),
        )
        content = {
            "comments": [views.for_moderator(row) for row in found.rows],
            "next": keys.encode_cursor(_QUEUE, found.next) if found.next else None,
            "scanned": found.scanned,
        }
        return json_response(content, Cache_Control="no-store")

    @app.get(
        "/moderation/queue/counts",
        summary="How many comments wait, by reason",
        tags=["moderators"],
        responses={200: QueueCountsAnswer.described("The counts"), **problems(401, 403, 503)},
    )
    def counts() -> Response[str]:
        moderator()
        return json_response({"counts": asdict(store.queue_counts())}, Cache_Control="no-store")

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
        shown = views.comment_for_moderator(comment)
        reports = () if shown["is_blind"] else store.reports(comment.id)
        author, rules = store.author_and_policy(comment.author_sub, comment.author.id)
        content = {
            "comment": shown,
            "history": views.history(comment, history),
            "parent": views.comment_for_moderator(parent) if parent else None,
            "reports": [people_views.report_for_moderator(report) for report in reports],
            "revisions": [people_views.revision(text) for text in store.revisions(comment)],
            "author": people_views.author_for_moderator(author, rules, datetime.now(UTC))
            if comment.author_sub
            else None,
        }
        return json_response(content, Cache_Control="no-store")
