"""The comment section in a browser: what it weighs, and how long a page waits for it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import statistics
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from playwright.sync_api import sync_playwright
from tests import factories
from tests.browser.chromium import ARGUMENTS, executable

from parley import items, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "functions/web/static"
COMMENTS = 50
LOADS = 15
WARM_UPS = 2
ARTICLE = f'<parley-comments article-id="bench" page-size="{COMMENTS}" refresh="0"></parley-comments>'
EMPTY = "<!doctype html><html lang=en><meta charset=utf-8><title>Bench</title><h1>An article</h1>"
PAGES = {"/empty": EMPTY, "/comments": f'{EMPTY}{ARTICLE}<script src="/embed.js" async></script>'}
# Milliseconds until the page has been painted with what it is waiting for.
PAINTED = """condition => new Promise(resolve => {
    const look = () => eval(condition)
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        : requestAnimationFrame(look);
    look();
})"""
IS_LOADED = "document.readyState === 'complete'"
LISTED = "document.querySelector('parley-comments').shadowRoot?.querySelectorAll('.list li').length"
IS_LISTED = f"{LISTED} === {COMMENTS}"
EMBED = "performance.getEntriesByType('resource').find(({name}) => name.endsWith('/embed.js'))"
SCRIPT_START = f"{EMBED}.startTime"


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """All figures of this module."""
    progress("web: weights")
    figures = weights()
    progress("web: time to the list")
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        figures |= times(browser, address)
        browser.close()
    return figures


def weights() -> dict[str, float]:
    """Gzipped kB (1,000 bytes) that a page loads: for reading, and when somebody is logged in.

    The texts are those of the language that weighs most.
    """
    files = json.loads((STATIC / "manifest.json").read_text())["embed"]
    sizes = {source: _gzipped(STATIC / entry["file"]) for source, entry in files.items()}
    texts = max(size for source, size in sizes.items() if "/texts/" in source)
    reading = _gzipped(STATIC / "embed.js") + sizes["embed/section.js"] + texts
    return {
        "web.embed_kb": reading / 1000,
        "web.embed_writing_kb": (reading + sizes["embed/author.js"]) / 1000,
    }


def _gzipped(path: Path) -> int:
    # As the function sends it.
    return len(gzip.compress(path.read_bytes(), mtime=0))


def times(browser: Browser, address: str) -> dict[str, float]:
    """Medians over loads in turn, each in a browser of its own without a cache."""
    empty: list[float] = []
    listed: list[float] = []
    for number in range(WARM_UPS + LOADS):
        for path, condition, found in (("/empty", IS_LOADED, empty), ("/comments", IS_LISTED, listed)):
            context = browser.new_context(locale="en-GB")
            page = context.new_page()
            page.goto(f"{address}{path}", wait_until="commit")
            painted = page.evaluate(PAINTED, condition)
            start = page.evaluate(SCRIPT_START) if found is listed else 0
            if number >= WARM_UPS:
                found.append(painted - start)
            context.close()
    return {
        "web.empty_page_ms": statistics.median(empty),
        "web.list_ms": statistics.median(listed),
        "web.list_ratio": statistics.median(one / other for one, other in zip(listed, empty, strict=True)),
    }


@contextmanager
def server() -> Iterator[str]:
    """The web function, the page above and one page of comments, on a port of this machine."""
    site = _site()
    listed = json.dumps({"comments": [_comment(number) for number in range(COMMENTS)], "next": None})
    answers = {
        "/articles/bench/comments": ("application/json", listed),
        "/counts": ("application/json", json.dumps({"counts": {"bench": COMMENTS}})),
        **{path: ("text/html; charset=utf-8", html) for path, html in PAGES.items()},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path in answers:
                kind, body = answers[path]
                return self._send(200, {"Content-Type": kind}, body.encode())
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = site.handler(
                {"rawPath": path, "headers": headers, "requestContext": {"http": {"method": "GET"}}}, None
            )
            body = answer["body"].encode()
            if answer.get("isBase64Encoded"):
                body = site.base64.b64decode(body)
            return self._send(answer["statusCode"], answer["headers"], body)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing: the figures are what is printed."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()


def _site() -> Any:
    names = re.findall(r'_variable\(env, "(\w+)"\)', (ROOT / "functions/web/app.py").read_text())
    spec = importlib.util.spec_from_file_location("bench_web_app", ROOT / "functions/web/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with patch.dict("os.environ", dict.fromkeys(names, "")), patch.dict("sys.modules", bench_web_app=module):
        spec.loader.exec_module(module)
    return module


def _comment(number: int) -> dict[str, Any]:
    body = f"Comment number {number}. " + "It was cold on the platform, and nobody minded. " * (number % 9)
    comment = factories.comment(id=f"{number:026}".replace("0", "a"), body=body, reply_count=number % 3)
    return views.public(items.comment_to_item(comment))
