"""HTTP as every API function speaks it: the resolver, who is calling, and problem+json for all errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from parley import errors, keys
from parley.telemetry import logger
from parley.text import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parley.settings import Settings

PROBLEM_JSON: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2
MAX_NAME_LENGTH: Final = 60
# The first of these claims that is a proper name is shown; an e-mail address never is.
_NAME_CLAIMS: Final = ("name", "preferred_username", "nickname")
# Where a request was at fault: what cannot even be read is malformed, what can be read is invalid.
_MALFORMED_PLACES: Final = frozenset({"path", "query", "header"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person, known by a token that the gateway has checked.

    Attributes:
        sub: The token's subject; stays inside the service.
        name: Display name.
        is_moderator: Whether the token carries the moderators group.
    """

    sub: str
    name: str
    is_moderator: bool


def caller_of(event: Mapping[str, Any], settings: Settings) -> Caller:
    """Who sent the request.

    Raises:
        NotAuthenticated: The gateway passed on no claims.
    """
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = authorizer.get("jwt", {}).get("claims") or {}
    sub = claims.get("sub")
    if not sub:
        raise errors.NotAuthenticated("Log in first.")
    groups = _groups(claims.get(settings.groups_claim))
    return Caller(sub, _display_name(claims, sub, settings.site_salt), settings.moderators_group in groups)


def moderator_of(event: Mapping[str, Any], settings: Settings) -> Caller:
    """Who sent the request, if it is a moderator.

    Raises:
        NotAuthenticated: The gateway passed on no claims.
        Forbidden: The caller is not in the moderators group.
    """
    caller = caller_of(event, settings)
    if not caller.is_moderator:
        raise errors.Forbidden("This is for moderators.")
    return caller


def _groups(claim: object) -> frozenset[str]:
    """The gateway hands lists over flattened, `[a b]`; issuers also send JSON or comma-separated text."""
    if isinstance(claim, (list, tuple)):
        return frozenset(str(group) for group in claim)
    return frozenset(str(claim or "").strip("[]").replace(",", " ").replace('"', " ").split())


def _display_name(claims: Mapping[str, Any], sub: str, salt: str) -> str:
    for claim in _NAME_CLAIMS:
        name = claims.get(claim)
        if isinstance(name, str) and "@" not in name:
            try:
                return " ".join(normalise(name, max_length=MAX_NAME_LENGTH, field="name").split())
            except errors.FieldError:
                continue
    return f"Reader {keys.author_id(salt, sub)[:4]}"


def json_response(
    content: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK, **headers: str
) -> Response[str]:
    """A JSON answer; keyword arguments become headers, `_` as `-`."""
    return Response(
        status_code=status,
        content_type="application/json",
        body=to_json(content),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def to_json(content: Mapping[str, Any]) -> str:
    """Compact JSON, its characters as they are."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def parse_json(text: str) -> Any:  # noqa: ANN401
    """A request's body.

    Raises:
        json.JSONDecodeError: It is no JSON, is nested too deep, or holds a number too long to be one.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:
        raise json.JSONDecodeError("cannot be parsed", "", 0) from error


def problem(
    status: HTTPStatus,
    kind: str,
    detail: str,
    *,
    retry_after_s: int = RETRY_AFTER_S,
    **more: Any,  # noqa: ANN401
) -> Response[str]:
    """An error as RFC 9457 describes it, with a stable `type`; `more` are its own members."""
    content = {
        "type": f"urn:parley:problem:{kind}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        **more,
    }
    headers = {"Cache-Control": "no-store"}
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers["Retry-After"] = str(retry_after_s)
    return Response(status_code=status, content_type=PROBLEM_JSON, body=json.dumps(content), headers=headers)


def _field_problem(status: HTTPStatus, kind: str, fields: Sequence[tuple[str, str]]) -> Response[str]:
    detail = "; ".join(f"{field} {message}" for field, message in fields)
    listed = [{"field": field, "message": message} for field, message in fields]
    return problem(status, kind, detail, errors=listed)


def create_app() -> APIGatewayHttpResolver:
    """A resolver that validates requests and answers every error as problem+json."""
    app = APIGatewayHttpResolver(
        enable_validation=True, serializer=to_json, json_body_deserializer=parse_json
    )
    app.exception_handler(Exception)(problem_for)
    return app


def problem_for(error: Exception) -> Response[str]:  # noqa: C901, PLR0911, PLR0912  # a case an error
    """The one place that maps errors to answers; what is not expected becomes 500 and is logged."""
    match error:
        case errors.Malformed() | errors.Invalid() | errors.TooLong():
            status, kind = _FIELD_STATUSES[type(error)]
            return _field_problem(status, kind, [(error.field, error.message), *error.others])
        case RequestValidationError():
            return _validation_problem(error)
        case RequestUnsupportedContentType():
            fields = [("Content-Type", "must be application/json")]
            return _field_problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", fields)
        case errors.NotAuthenticated():
            return problem(HTTPStatus.UNAUTHORIZED, "not-authenticated", str(error))
        case errors.Forbidden():
            return problem(HTTPStatus.FORBIDDEN, error.kind, str(error))
        case errors.Restricted():
            return problem(HTTPStatus.FORBIDDEN, error.kind, str(error), **_members(error, besides="kind"))
        case errors.TooFast(retry_after_s=seconds):
            more = {"retry_after": seconds}
            return problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", str(error), retry_after_s=seconds, **more
            )
        case errors.NotPossible():
            return problem(HTTPStatus.CONFLICT, error.kind, str(error))
        case errors.AuthorConflict():
            return problem(HTTPStatus.CONFLICT, "author-changed", str(error), **_members(error))
        case errors.NotFound():
            return problem(HTTPStatus.NOT_FOUND, "not-found", str(error))
        case NotFoundError():
            return problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing here.")
        case errors.IdempotencyMismatch():
            fields = [("Idempotency-Key", str(error))]
            return _field_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-mismatch", fields)
        case errors.Conflict():
            return _conflict_problem(error)
        case errors.PolicyConflict():
            return problem(HTTPStatus.CONFLICT, "policy-changed", str(error), **_members(error))
        case errors.Leased():
            return problem(HTTPStatus.CONFLICT, "leased", str(error), **_members(error))
        case errors.Unavailable():
            logger.warning("table unavailable", cause=type(error.__cause__).__name__)
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error))
        case errors.ScoringFailed():
            logger.error("no answer from the model", cause=type(error.__cause__).__name__)
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error))
    # The message may quote what the client sent; the type and the place are enough to find the fault.
    logger.error("unexpected error", error=type(error).__name__, at=_where(error))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")


_FIELD_STATUSES: Final[Mapping[type[errors.FieldError], tuple[HTTPStatus, str]]] = {
    errors.Malformed: (HTTPStatus.BAD_REQUEST, "malformed"),
    errors.Invalid: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    errors.TooLong: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-long"),
}


def _members(error: Any, *, besides: str = "") -> dict[str, Any]:  # noqa: ANN401
    """What an error that is a dataclass says of itself."""
    return {field.name: getattr(error, field.name) for field in fields(error) if field.name != besides}


def _conflict_problem(error: errors.Conflict) -> Response[str]:
    return problem(
        HTTPStatus.CONFLICT,
        "already-decided",
        str(error),
        comment_id=error.comment_id,
        version=error.version,
        comment_status=error.status,
        decided_by=error.decided_by,
        decided_at=error.decided_at,
        action=error.action,
    )


def _where(error: Exception) -> list[str]:
    """File, line and function of each frame, without any values."""
    places = []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _validation_problem(error: RequestValidationError) -> Response[str]:
    """Names each field at fault; repeats neither its value nor the validator's own wording of it."""
    found = error.errors()
    if any(e["type"] in ("json_invalid", "json_type") for e in found):
        return _field_problem(HTTPStatus.BAD_REQUEST, "malformed", [("body", "is not valid JSON")])
    fields = [(_field_name(e["loc"]), _MESSAGES.get(e["type"], "is not valid")) for e in found]
    is_malformed = any(e["loc"] and e["loc"][0] in _MALFORMED_PLACES for e in found)
    if is_malformed:
        return _field_problem(HTTPStatus.BAD_REQUEST, "malformed", fields)
    return _field_problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", fields)


def _field_name(location: Sequence[Any]) -> str:
    """`("body", "parent_id")` is the field `parent_id`; `("body",)` the whole body."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:]) or (parts[0] if parts else "body")


_MESSAGES: Final = {
    "missing": "is required",
    "string_type": "must be a string",
    "string_unicode": "must not contain unpaired surrogates",
    "string_too_long": "is too long",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "enum": "is not one of the allowed values",
    "literal_error": "is not one of the allowed values",
    "extra_forbidden": "is not a field of this request",
    "model_attributes_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "too_long": "has too many entries",
}
