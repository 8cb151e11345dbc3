"""What authors and readers do with comments that are there: edit, remove, appeal, report."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from comments_routes.shared import WhoCalls, count_outcome
from parley import keys, reporting, views
from parley.author import AuthorRecord
from parley.http import json_response
from parley.own_comments import OwnComments
from parley.schemas import problems
from parley.schemas_people import AuthorsCommentAnswer, Edit, NewAppeal, NewReport, ReportAnswer
from parley.store import Store

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver


def add(app: APIGatewayHttpResolver, store: Store, own: OwnComments, who: WhoCalls, *, salt: str) -> None:
    """Add the routes."""

    @app.patch(
        "/comments/<comment_id>",
        summary="Edit a comment of one's own; it is decided about again",
        tags=["authors"],
        responses={
            200: AuthorsCommentAnswer.described("The comment, with the outcome"),
            **problems(400, 401, 403, 404, 409, 413, 422, 429, 503),
        },
    )
    def edit(comment_id: str, new: Edit) -> Response[str]:
        caller, now = who(), datetime.now(UTC)
        comment, rules, judged = own.edit(
            keys.parse_comment_id(comment_id),
            new.body,
            author_sub=caller.sub,
            author_name=caller.name,
            version=new.version,
            now=now,
            is_staff=caller.is_moderator,
        )
        if judged:
            count_outcome(comment, judged.scoring_error)
        content = {"comment": views.comment_for_author(comment, rules, now)}
        return json_response(content, Cache_Control="no-store")

    @app.delete(
        "/comments/<comment_id>",
        summary="Remove a comment of one's own",
        tags=["authors"],
        responses={204: {"description": "Removed"}, **problems(400, 401, 404, 503)},
    )
    def remove(comment_id: str) -> Response[str]:
        own.remove(keys.parse_comment_id(comment_id), author_sub=who().sub, now=datetime.now(UTC))
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")

    @app.post(
        "/comments/<comment_id>/appeals",
        summary="Ask for another person's look at a rejection, once",
        tags=["authors"],
        responses={
            201: AuthorsCommentAnswer.described("The comment, with the appeal"),
            **problems(400, 401, 404, 409, 413, 422, 503),
        },
    )
    def appeal(comment_id: str, new: NewAppeal) -> Response[str]:
        now = datetime.now(UTC)
        comment, rules = own.appeal(
            keys.parse_comment_id(comment_id), new.text, author_sub=who().sub, now=now
        )
        content = {"comment": views.comment_for_author(comment, rules, now)}
        return json_response(content, HTTPStatus.CREATED, Cache_Control="no-store")

    @app.post(
        "/comments/<comment_id>/reports",
        summary="Report a published comment to the moderators, once a person",
        tags=["authors"],
        responses={
            201: ReportAnswer.described("The report"),
            200: ReportAnswer.described("The report that this person had made before"),
            **problems(400, 401, 403, 404, 413, 422, 429, 503),
        },
    )
    def report(comment_id: str, new: NewReport) -> Response[str]:
        caller = who()
        reporter = AuthorRecord(sub=caller.sub, id=keys.author_id(salt, caller.sub), name=caller.name)
        made, is_new = reporting.report(
            store,
            keys.parse_comment_id(comment_id),
            reporter,
            reason=new.reason,
            note=new.note,
            now=datetime.now(UTC),
        )
        status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        return json_response({"report": views.report_for_reader(made)}, status, Cache_Control="no-store")
