"""What the site knows about the caller."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from comments_routes.shared import WhoCalls
from parley import keys, own_data, people_views, views
from parley.http import json_response
from parley.schemas import problems
from parley.schemas_people import AuthorsCommentList, ErasureAnswer, ExportAnswer, MeAnswer
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def add(app: APIGatewayHttpResolver, store: Store, who: WhoCalls, *, salt: str) -> None:
    """Add the routes."""

    @app.get(
        "/me",
        summary="The caller's own standing",
        tags=["authors"],
        responses={200: MeAnswer.described("The caller"), **problems(401, 503)},
    )
    def me() -> Response[str]:
        caller = who()
        author, rules = store.author_and_policy(caller.sub, keys.author_id(salt, caller.sub))
        shown = views.author(author, rules, datetime.now(UTC))
        erasure = {"requested_at": author.erasing_since} if author.erasing_since else None
        content = {
            "author": {
                **shown,
                "name": caller.name,
                "is_moderator": caller.is_moderator,
                "erasure": erasure,
            }
        }
        return json_response(content, Cache_Control="no-store")

    @app.get(
        "/me/export",
        summary="All that is kept of the caller, a part at a time",
        tags=["authors"],
        responses={200: ExportAnswer.described("A part"), **problems(400, 401, 503)},
    )
    def export(
        limit: Annotated[int, Query(ge=1, le=100)] = 100, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        caller, now = who(), datetime.now(UTC)
        scope = f"export {caller.sub}"
        after = keys.decode_cursor(scope, cursor)
        author, rules = store.author_and_policy(caller.sub, keys.author_id(salt, caller.sub))
        page = own_data.export(store, caller.sub, limit=limit, after=after)
        is_first = after is None
        content = {
            "author": views.author(author, rules, now) if is_first else None,
            "sanctions": [people_views.sanction_for_author(one) for one in store.sanctions(author)]
            if is_first
            else [],
            "comments": [
                {
                    **views.for_author(item, rules, now),
                    "revisions": [people_views.revision(text) for text in texts],
                }
                for item, texts in page.comments
            ],
            "reports": [people_views.report_for_export(report) for report in page.reports],
            "next": keys.encode_cursor(scope, page.next) if page.next else None,
        }
        return json_response(content, Cache_Control="no-store")

    @app.delete(
        "/me",
        summary="Erase whatever leads to the caller: texts, name, reports",
        tags=["authors"],
        responses={202: ErasureAnswer.described("It has begun"), **problems(401, 503)},
    )
    def erase() -> Response[str]:
        at = own_data.order_erasure(store, who().sub, salt=salt, now=datetime.now(UTC))
        content = {"erasure": {"requested_at": at}}
        return json_response(content, HTTPStatus.ACCEPTED, Cache_Control="no-store")

    @app.get(
        "/me/comments",
        summary="The caller's own comments, in every status, newest first",
        tags=["authors"],
        responses={200: AuthorsCommentList.described("A page"), **problems(400, 401, 503)},
    )
    def own_comments(
        limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query()] = None
    ) -> Response[str]:
        partition = keys.author_partition(who().sub)
        after = keys.decode_cursor(partition, cursor)
        page = store.page("authors", partition, limit=limit, after=after, is_ascending=False)
        rules, now = store.rules(), datetime.now(UTC)
        content = {
            "comments": [views.for_author(item, rules, now) for item in page.items],
            "next": keys.encode_cursor(partition, page.next) if page.next else None,
        }
        return json_response(content, Cache_Control="no-store")
