from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

APP = Path(__file__).resolve().parents[2] / "functions/web/app.py"
STATIC = APP.parent / "static"
ENVIRONMENT = {
    "LOGIN_AUTHORIZE_URL": "https://login.example/oauth2/authorize",
    "LOGIN_TOKEN_URL": "https://login.example/oauth2/token",
    "LOGIN_LOGOUT_URL": "https://login.example/logout",
    "LOGIN_CLIENT_ID": "client",
    "PAGE_ORIGINS": "https://news.example, https://www.news.example",
    "MODERATORS_GROUP": "moderators",
}


def built(name: str, suffix: str) -> str:
    """The address of a built file, whose name has its content's hash in it."""
    (file,) = STATIC.glob(f"assets/{name}-*{suffix}")
    return f"/{file.relative_to(STATIC).as_posix()}"


@pytest.fixture(scope="module")
def web() -> Iterator[ModuleType]:
    """The handler module, as a cold start imports it."""
    spec = importlib.util.spec_from_file_location("web_app", APP)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setitem(sys.modules, "web_app", module)
        spec.loader.exec_module(module)
        yield module


def event(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    return {
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method}},
    }


def ask(web: ModuleType, path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = web.handler(event(path, method, **headers), None)
    return answer


def policy(answer: dict[str, Any]) -> dict[str, str]:
    directives = answer["headers"]["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (directive.partition(" ") for directive in directives)}


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/demo/", "text/html; charset=utf-8"),
        ("/console/", "text/html; charset=utf-8"),
        ("/login/", "text/html; charset=utf-8"),
        ("/embed.js", "text/javascript; charset=utf-8"),
        (built("demo", ".css"), "text/css; charset=utf-8"),
        (built("icon", ".svg"), "image/svg+xml"),
        ("/licenses.txt", "text/plain; charset=utf-8"),
        ("/openapi.json", "application/json"),
        ("/config.json", "application/json"),
    ],
)
def test_files_are_served_with_their_type_and_not_guessed_at(
    web: ModuleType, path: str, content_type: str
) -> None:
    answer = ask(web, path)

    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == content_type
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert answer["headers"]["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("folder", ["demo", "login", "console"])
def test_a_folder_answers_with_and_without_its_last_slash(web: ModuleType, folder: str) -> None:
    assert ask(web, f"/{folder}")["body"] == ask(web, f"/{folder}/")["body"]


@pytest.mark.parametrize("page", sorted(STATIC.rglob("*.html")), ids=lambda page: page.parent.name)
def test_what_a_page_names_is_there_with_and_without_its_last_slash(web: ModuleType, page: Path) -> None:
    named = re.findall(r'(?:href|src)="(?!https?:|mailto:|#)([^"]+)"', page.read_text())

    assert named
    for address in named:
        # From /demo and from /demo/ alike, `..` is the root.
        assert address.startswith("../")
        assert ask(web, address.removeprefix(".."))["statusCode"] == 200


@pytest.mark.parametrize("script", sorted(STATIC.rglob("*.js")), ids=lambda script: script.name)
def test_what_a_script_imports_is_there(script: Path) -> None:
    imported = re.findall(r'(?:from|import\(|import)\s*["`](\.[^"`]+)["`]', script.read_text())

    assert [name for name in imported if not (script.parent / name).is_file()] == []


def test_the_script_of_a_page_names_the_section_and_the_texts_that_were_built(web: ModuleType) -> None:
    named = {f"/{path}" for path in re.findall(r'"(assets/[^"]+)"', ask(web, "/embed.js")["body"])}

    languages = [path.stem for path in (APP.parents[2] / "web/embed/texts").glob("*.json")]
    assert len(languages) >= 5
    assert named == {built("section", ".js"), *(built(language, ".js") for language in languages)}


def test_built_files_are_kept_for_a_year_because_their_name_changes_with_them(web: ModuleType) -> None:
    files = [f"/{path.relative_to(STATIC).as_posix()}" for path in STATIC.glob("assets/*")]

    assert files
    assert {ask(web, path)["headers"]["Cache-Control"] for path in files} == {
        "public, max-age=31536000, immutable"
    }


@pytest.mark.parametrize("page", sorted(STATIC.rglob("*.html")), ids=lambda page: page.parent.name)
def test_pages_hold_nothing_that_their_policy_forbids(page: Path) -> None:
    html = page.read_text()

    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_the_root_leads_to_the_demo(web: ModuleType) -> None:
    answer = ask(web, "/")

    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, "demo/")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/app.py",
        "/../app.py",
        "/demo/../../app.py",
        "/%2e%2e/app.py",
        "/demo/..%2f..%2fapp.py",
        "//etc/passwd",
        "/demo//",
        "/static/embed.js",
        "/demo/\x00",
        "",
    ],
)
def test_only_what_lay_in_the_folder_at_the_start_is_served(web: ModuleType, path: str) -> None:
    answer = ask(web, path)

    problem = json.loads(answer["body"])
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert (answer["statusCode"], problem["status"], problem["title"]) == (404, 404, "Not Found")
    assert problem["type"] == "urn:parley:problem:not-found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/demo/", "/"])
def test_pages_can_only_be_read(web: ModuleType, path: str, method: str) -> None:
    answer = ask(web, path, method)

    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD")
    assert json.loads(answer["body"])["type"] == "urn:parley:problem:method-not-allowed"


def test_head_gives_the_headers_alone(web: ModuleType) -> None:
    answer = ask(web, "/demo/", "HEAD")

    assert (answer["statusCode"], answer["body"]) == (200, "")
    assert answer["headers"] == ask(web, "/demo/")["headers"]


@pytest.mark.parametrize("known", ["{etag}", '"other", {etag}', "{strong}", "*"])
def test_what_the_browser_has_is_not_sent_again(web: ModuleType, known: str) -> None:
    etag = ask(web, "/embed.js")["headers"]["ETag"]
    sent = known.format(etag=etag, strong=etag.removeprefix("W/"))

    answer = ask(web, "/embed.js", if_none_match=sent)

    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert answer["headers"]["ETag"] == etag
    assert "Cache-Control" in answer["headers"]


def test_what_has_changed_is_sent(web: ModuleType) -> None:
    other = ask(web, "/demo/")["headers"]["ETag"]

    assert ask(web, "/embed.js", if_none_match=other)["statusCode"] == 200


def test_browsers_that_take_gzip_get_it(web: ModuleType) -> None:
    plain = ask(web, "/demo/")
    zipped = ask(web, "/demo/", accept_encoding="br;q=1.0, gzip;q=0.8")

    assert zipped["headers"]["Content-Encoding"] == "gzip"
    assert zipped["headers"]["Vary"] == plain["headers"]["Vary"] == "Accept-Encoding"
    assert gzip.decompress(base64.b64decode(zipped["body"])).decode() == plain["body"]


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip-like"])
def test_others_get_it_plain(web: ModuleType, accepted: str) -> None:
    answer = ask(web, "/demo/", accept_encoding=accepted)

    assert "Content-Encoding" not in answer["headers"]
    assert answer["body"].startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/demo/", "public, max-age=60"),
        ("/embed.js", "public, max-age=60"),
        ("/config.json", "public, max-age=60"),
        # An address with an authorization code in it belongs in no cache.
        ("/login/", "no-store"),
    ],
)
def test_what_may_change_is_asked_for_again_soon(web: ModuleType, path: str, expected: str) -> None:
    assert ask(web, path)["headers"]["Cache-Control"] == expected


def test_other_folders_are_served_by_the_same_rules(web: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "embed-0123abcd.js").write_text("1")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "notes.md").write_text("not for the public")
    site = web.build(tmp_path, web.Login("", "", "", ""), [], "moderators")

    hashed, picture, notes, config = (
        site.answer(event(path))
        for path in ("/embed-0123abcd.js", "/picture.png", "/notes.md", "/config.json")
    )

    assert hashed["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (picture["isBase64Encoded"], base64.b64decode(picture["body"])) == (True, b"\x89PNG")
    assert notes["statusCode"] == 404
    assert json.loads(config["body"])["login"] is None


@pytest.mark.parametrize("path", ["/demo/", "/console/", "/login/"])
def test_pages_run_their_own_scripts_only_and_stand_in_no_frame(web: ModuleType, path: str) -> None:
    directives = policy(ask(web, path))

    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self' https://login.example"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in str(directives)


def test_every_site_may_load_the_embed_script(web: ModuleType) -> None:
    headers = ask(web, "/embed.js")["headers"]

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_configuration_is_what_the_environment_says(web: ModuleType) -> None:
    assert json.loads(ask(web, "/config.json")["body"]) == {
        "login": {
            "authorize_url": "https://login.example/oauth2/authorize",
            "token_url": "https://login.example/oauth2/token",
            "logout_url": "https://login.example/logout",
            "client_id": "client",
        },
        "page_origins": ["https://news.example", "https://www.news.example"],
        "moderators_group": "moderators",
    }


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_variable_is_found_at_the_start(web: ModuleType, name: str) -> None:
    environment = {key: value for key, value in ENVIRONMENT.items() if key != name}

    with pytest.raises(KeyError, match=name):
        web.from_env(environment)
