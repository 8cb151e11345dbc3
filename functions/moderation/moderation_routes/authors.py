"""Authors as moderators see them, what is imposed on them, and the jobs that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from moderation_routes.shared import WhoModerates, note
from parley import keys, people_views, sanctioning, views
from parley.errors import NotFound
from parley.http import json_response
from parley.schemas import problems
from parley.schemas_moderation import (
    AuthorAnswer,
    AuthorWithComments,
    JobAnswer,
    SanctionRequest,
)
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def add(app: APIGatewayHttpResolver, store: Store, moderator: WhoModerates, *, salt: str) -> None:
    """Add the routes."""

    @app.get(
        "/moderation/authors/<author_id>",
        summary="An author: standing, sanctions, and a page of their comments, newest first",
        tags=["moderators"],
        responses={200: AuthorWithComments.described("The author"), **problems(400, 401, 403, 404, 503)},
    )
    def author(
        author_id: str,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        cursor: Annotated[str | None, Query()] = None,
    ) -> Response[str]:
        moderator()
        found = sanctioning.author(store, keys.parse_author_id(author_id))
        partition = keys.author_partition(found.sub)
        after = keys.decode_cursor(partition, cursor)
        page = store.page("authors", partition, limit=limit, after=after, is_ascending=False)
        content = {
            "author": people_views.author_for_moderator(found, store.rules(), datetime.now(UTC)),
            "sanctions": [people_views.sanction_for_moderator(one) for one in store.sanctions(found)],
            "comments": [views.for_moderator(item) for item in page.items],
            "next": keys.encode_cursor(partition, page.next) if page.next else None,
        }
        return json_response(content, Cache_Control="no-store")

    @app.post(
        "/moderation/authors/<author_id>/sanctions",
        summary="Warn, premoderate, suspend or ban an author, or lift that; exactly once",
        tags=["moderators"],
        responses={
            201: AuthorAnswer.described("The author as they are now, and the job that was ordered"),
            **problems(400, 401, 403, 404, 409, 413, 422, 503),
        },
    )
    def impose(author_id: str, wanted: SanctionRequest) -> Response[str]:
        by, now = moderator(), datetime.now(UTC)
        wish = sanctioning.Wish(
            action=wanted.action,
            version=wanted.version,
            reason=wanted.reason,
            message=note(wanted.message, field="message"),
            note=note(wanted.note),
            until=wanted.until,
            is_open_rejected=wanted.reject_open,
        )
        found, job = sanctioning.impose(
            store, keys.parse_author_id(author_id), wish, by=by, salt=salt, now=now
        )
        content = {
            "author": people_views.author_for_moderator(found, store.rules(), now),
            "job": people_views.job(job) if job else None,
        }
        return json_response(content, HTTPStatus.CREATED, Cache_Control="no-store")

    @app.get(
        "/moderation/jobs/<job_id>",
        summary="How far a job has come, and what it did",
        tags=["moderators"],
        responses={200: JobAnswer.described("The job"), **problems(400, 401, 403, 404, 503)},
    )
    def job(job_id: str) -> Response[str]:
        moderator()
        found = store.job(keys.parse_job_id(job_id))
        if found is None or not found.by_id:
            raise NotFound("There is no such job.")
        return json_response({"job": people_views.job(found)}, Cache_Control="no-store")
