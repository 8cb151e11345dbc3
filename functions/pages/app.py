"""What the public reads: pages of published comments, replies and counts. One Query a page."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from parley import keys, views
from parley.errors import Malformed
from parley.http import create_app, to_json
from parley.schemas import CommentList, Counts, problems
from parley.settings import required
from parley.store import Store
from parley.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Fresh for a moment, then served stale while a cache fetches anew: a burst of readers costs one read.
CACHE_CONTROL: Final = "public, max-age=2, s-maxage=5, stale-while-revalidate=30"
MAX_ARTICLES: Final = 100
MAX_REPLIES: Final = 10


class Order(StrEnum):
    """Which comments come first."""

    NEWEST = "newest"
    OLDEST = "oldest"


Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query()]


def build(store: Store) -> APIGatewayHttpResolver:
    """The routes, on this store."""
    app = create_app()

    def list_page(
        partition: str, *, order: Order, limit: int, cursor: str | None, replies: int = 0
    ) -> dict[str, Any]:
        scope = f"{partition} {order}"
        after = keys.decode_cursor(scope, cursor)
        page = store.page("pages", partition, limit=limit, after=after, is_ascending=order is Order.OLDEST)
        comments = [views.public(item) for item in page.items]
        if replies:
            for comment in comments:
                if comment["reply_count"]:
                    thread = keys.thread_partition(comment["article_id"], comment["id"])
                    comment["replies"] = list_page(thread, order=Order.OLDEST, limit=replies, cursor=None)
        return {"comments": comments, "next": keys.encode_cursor(scope, page.next) if page.next else None}

    @app.get(
        "/articles/<article_id>/comments",
        summary="A page of an article's published top-level comments",
        tags=["public"],
        responses={200: CommentList.described("A page"), **problems(400, 503)},
    )
    def article_page(
        article_id: str,
        order: Annotated[Order, Query()] = Order.NEWEST,
        limit: Limit = 20,
        cursor: Cursor = None,
        replies: Annotated[int, Query(ge=0, le=MAX_REPLIES)] = 0,
    ) -> Response[str]:
        partition = keys.thread_partition(keys.parse_article_id(article_id), None)
        content = list_page(partition, order=order, limit=limit, cursor=cursor, replies=replies)
        return cacheable(content, app.current_event.headers)

    @app.get(
        "/comments/<comment_id>/replies",
        summary="A page of a comment's published replies, oldest first",
        tags=["public"],
        responses={200: CommentList.described("A page"), **problems(400, 503)},
    )
    def replies_page(comment_id: str, limit: Limit = 20, cursor: Cursor = None) -> Response[str]:
        partition = keys.thread_partition("", keys.parse_comment_id(comment_id))
        content = list_page(partition, order=Order.OLDEST, limit=limit, cursor=cursor)
        return cacheable(content, app.current_event.headers)

    @app.get(
        "/counts",
        summary="How many published comments articles have",
        tags=["public"],
        responses={200: Counts.described("A count an article"), **problems(400, 503)},
    )
    def counts(article_id: Annotated[list[str], Query()]) -> Response[str]:
        # The gateway joins a repeated parameter with commas, which no article id contains.
        given = [single for joined in article_id for single in joined.split(",")]
        wanted = list(dict.fromkeys(keys.parse_article_id(single) for single in given))
        if len(wanted) > MAX_ARTICLES:
            raise Malformed("article_id", f"at most {MAX_ARTICLES} in one request")
        return cacheable({"counts": store.counts(wanted)}, app.current_event.headers)

    return app


def cacheable(content: Mapping[str, Any], request_headers: Mapping[str, str]) -> Response[str]:
    """The content with an ETag, or 304 without it if the client has it already."""
    body = to_json(content)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    if _matches(request_headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers, body="")
    return Response(status_code=HTTPStatus.OK, content_type="application/json", headers=headers, body=body)


def _matches(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110, 13.1.2: any of a list, compared weakly (a cache that compresses marks its copy weak)."""
    if not if_none_match:
        return False
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return etag in candidates or "*" in candidates


app = build(Store.for_table(required(os.environ, "TABLE_NAME")))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return app.resolve(event, context)
