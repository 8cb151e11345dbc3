"""The pages, the embed script and their configuration. Standard library alone; a request reads no file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = dict[str, Any]

STATIC: Final = Path(__file__).resolve().parent / "static"
INDEX: Final = "index.html"
HOME: Final = "demo/"
CONFIG: Final = "/config.json"
# What is not listed here is not served, whatever lies in the folder.
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
ALREADY_COMPRESSED: Final = frozenset({".ico", ".png", ".woff2"})
# Below this, a gzip header costs more than it saves.
MIN_COMPRESSED_BYTES: Final = 512

# A name with its content's hash never changes its content; the others are asked for again soon.
HASHED_NAME: Final = re.compile(r"[.-][0-9a-f]{8,64}\.[a-z0-9]+")
IMMUTABLE: Final = "public, max-age=31536000, immutable"
BRIEF: Final = "public, max-age=60"
# Its address carries authorization codes, which belong in no cache.
UNCACHED_FOLDER: Final = "/login/"

READING_METHODS: Final = frozenset({"GET", "HEAD"})
# Any site may load these: they are public, and hold nothing of a reader.
SECURITY_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Login:
    """Where and as which public client the pages log people in; empty addresses turn the login off."""

    authorize_url: str
    token_url: str
    logout_url: str
    client_id: str


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent.

    Attributes:
        content: Its bytes.
        compressed: The same, gzipped, where that is smaller.
        headers: Its headers. The ETag is a weak one: it names the content, compressed or not.
    """

    content: bytes
    compressed: bytes | None
    headers: Mapping[str, str]


class Site:
    """Every address there is, with what it answers. Built once; a request only looks it up.

    Args:
        files: By path, from the root. `/demo/index.html` is also `/demo/` and `/demo`: not every gateway
            hands the last slash on. Pages therefore name their files from the root, as `../assets/…`.
    """

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = dict(files)
        for path, file in files.items():
            if path.endswith("/" + INDEX):
                folder = path.removesuffix(INDEX)
                self._files |= {folder: file, folder.removesuffix("/"): file}

    def answer(self, event: Mapping[str, Any]) -> Answer:
        """The answer to an API Gateway request (HTTP API, payload 2.0)."""
        path = event["rawPath"]
        method = event["requestContext"]["http"]["method"]
        file = self._files.get(path)
        if file is None and path != "/":
            return problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing here.")
        if method not in READING_METHODS:
            allowed = {"Allow": ", ".join(sorted(READING_METHODS))}
            return problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "This can only be read.", allowed
            )
        if file is None:
            headers = {**SECURITY_HEADERS, "Location": HOME, "Cache-Control": BRIEF}
            return {"statusCode": HTTPStatus.FOUND.value, "headers": headers, "body": ""}
        return _send(file, event.get("headers", {}), is_head=method == "HEAD")


def _send(file: File, request: Mapping[str, str], *, is_head: bool) -> Answer:
    headers = dict(file.headers)
    if _matches(request.get("if-none-match"), headers["ETag"]):
        del headers["Content-Type"]
        return {"statusCode": HTTPStatus.NOT_MODIFIED.value, "headers": headers, "body": ""}
    answer: Answer = {"statusCode": HTTPStatus.OK.value, "headers": headers}
    if is_head:
        return {**answer, "body": ""}
    if file.compressed is not None and _takes_gzip(request.get("accept-encoding")):
        headers["Content-Encoding"] = "gzip"
        return {**answer, "body": base64.b64encode(file.compressed).decode(), "isBase64Encoded": True}
    if headers["Content-Type"].startswith(("text/", "application/json", "image/svg")):
        return {**answer, "body": file.content.decode()}
    return {**answer, "body": base64.b64encode(file.content).decode(), "isBase64Encoded": True}


def _matches(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110, 13.1.2: any of a list, compared weakly."""
    if not if_none_match:
        return False
    candidates = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return etag.removeprefix("W/") in candidates or "*" in candidates


def _takes_gzip(accept_encoding: str | None) -> bool:
    """RFC 9110, 12.5.3, without the wildcard, which browsers do not send."""
    for coding in (accept_encoding or "").lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() == "gzip":
            return not re.fullmatch(r"q=0(\.0*)?", weight.replace(" ", ""))
    return False


def problem(status: HTTPStatus, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error as RFC 9457 describes it, with a stable `type`."""
    content = {
        "type": f"urn:parley:problem:{kind}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    sent = {
        **SECURITY_HEADERS,
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        **(headers or {}),
    }
    return {"statusCode": status.value, "headers": sent, "body": json.dumps(content)}


def content_security_policy(login: Login) -> str:
    """What the pages may load: their own files, and the login's token endpoint.

    Scripts have no way to write markup at all (Trusted Types without a policy), so that text stays text
    even where a page has a mistake.
    """
    token = urlsplit(login.token_url)
    connect = f"'self' {token.scheme}://{token.netloc}" if token.netloc else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src {connect}",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def build(folder: Path, login: Login, page_origins: list[str], moderators_group: str) -> Site:
    """Reads the folder, which is then served as it is now."""
    policy = content_security_policy(login)
    config = {
        "login": {
            "authorize_url": login.authorize_url,
            "token_url": login.token_url,
            "logout_url": login.logout_url,
            "client_id": login.client_id,
        }
        if login.authorize_url and login.token_url and login.client_id
        else None,
        "page_origins": page_origins,
        "moderators_group": moderators_group,
    }
    files = {
        f"/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in CONTENT_TYPES
    }
    files[CONFIG] = json.dumps(config).encode()
    return Site({path: _file(path, content, policy) for path, content in files.items()})


def _file(path: str, content: bytes, policy: str) -> File:
    suffix = Path(path).suffix
    headers = {
        **SECURITY_HEADERS,
        "Content-Type": CONTENT_TYPES[suffix],
        "Cache-Control": _cache_control(path),
        "ETag": f'W/"{hashlib.sha256(content).hexdigest()[:24]}"',
    }
    if suffix == ".html":
        headers |= {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"}
    if suffix in ALREADY_COMPRESSED or len(content) < MIN_COMPRESSED_BYTES:
        return File(content, None, headers)
    return File(content, gzip.compress(content, mtime=0), {**headers, "Vary": "Accept-Encoding"})


def _cache_control(path: str) -> str:
    if path.startswith(UNCACHED_FOLDER) and path.endswith(".html"):
        return "no-store"
    return IMMUTABLE if HASHED_NAME.search(path) else BRIEF


def from_env(env: Mapping[str, str]) -> Site:
    """The site as the environment describes it; a login address may be empty, but not missing.

    Raises:
        KeyError: A variable is missing.
    """
    login = Login(
        authorize_url=_variable(env, "LOGIN_AUTHORIZE_URL"),
        token_url=_variable(env, "LOGIN_TOKEN_URL"),
        logout_url=_variable(env, "LOGIN_LOGOUT_URL"),
        client_id=_variable(env, "LOGIN_CLIENT_ID"),
    )
    origins = [origin.strip() for origin in _variable(env, "PAGE_ORIGINS").split(",") if origin.strip()]
    return build(STATIC, login, origins, _variable(env, "MODERATORS_GROUP"))


def _variable(env: Mapping[str, str], name: str) -> str:
    if name not in env:
        raise KeyError(f"environment variable {name} is not set")
    return env[name]


site = from_env(os.environ)


def handler(event: dict[str, Any], context: object) -> Answer:  # noqa: ARG001  # Lambda passes both
    """Entry point for API Gateway (HTTP API, payload 2.0)."""
    return site.answer(event)
