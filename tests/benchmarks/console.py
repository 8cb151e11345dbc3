"""The console in a browser: from the press of a key to the next comment, against an empty page."""

from __future__ import annotations

import base64
import json
import mimetypes
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from tests.browser.chromium import ARGUMENTS, executable

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Route

STATIC = Path(__file__).resolve().parents[2] / "functions/web/static"
# Nothing is there: the run answers for it itself, so that no server's time is in the figures.
ORIGIN: Final = "http://console.bench"
COMMENTS: Final = 120
PRESSES: Final = 60
LABELS: Final = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
EMPTY_PAGE: Final = "<!doctype html><meta charset=utf-8><title>Empty</title><p id=next>0</p>"
# Milliseconds from each press to the frame after the change has been drawn.
MEASURE: Final = """async ([presses, key, current]) => {
    const read = new Function("return " + current);
    const soon = () => new Promise((resolve) => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
    });
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => soon().then(resolve)));
    const times = [];
    for (let press = 0; press < presses; press += 1) {
        // Between presses a moderator reads: whatever the page does meanwhile is done.
        await new Promise((resolve) => setTimeout(resolve, 60));
        await drawn();
        const before = read();
        const start = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
        while (read() === before) await soon();
        await drawn();
        times.push(performance.now() - start);
    }
    return times;
}"""


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """Medians in milliseconds."""
    progress("console: key press to next comment")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        empty = statistics.median(_times(_empty_page(browser), "document.getElementById('next').textContent"))
        page = _console(browser)
        times = _times(page, "document.querySelector('.reading').dataset.id")
        browser.close()
    script = (
        STATIC / json.loads((STATIC / "manifest.json").read_text())["pages"]["console/index.html"]["file"]
    )
    return {
        "console.empty_page_ms": empty,
        "console.next_comment_ms": statistics.median(times),
        "console.next_over_empty_ms": statistics.median(times) - empty,
        "console.script_kb": len(script.read_bytes()) / 1000,
    }


def _times(page: Page, current: str) -> list[float]:
    times: list[float] = page.evaluate(MEASURE, [PRESSES, "a", current])
    return times


def _empty_page(browser: Browser) -> Page:
    """A page that does nothing at a key but to count it."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=EMPTY_PAGE, content_type="text/html"))
    page.goto(ORIGIN)
    page.evaluate("addEventListener('keydown', () => { document.getElementById('next').textContent++ })")
    return page


def _console(browser: Browser) -> Page:
    """The built console with a long queue."""
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    session = {"idToken": _token(), "refreshToken": None, "expiresAt": 4102444800000}
    stored = json.dumps(json.dumps(session))
    page.add_init_script(f"sessionStorage.setItem('parley.session', {stored})")
    page.route("**/*", _answer)
    page.goto(f"{ORIGIN}/console/index.html")
    page.locator(".reading").wait_for()
    return page


def _token() -> str:
    """What the console reads of a token; nothing checks its signature here."""
    now = datetime.now(UTC)
    claims = {"name": "Mo Derator", "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 3600}
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{part}.x"


def _answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    file = STATIC / path.lstrip("/")
    if file.is_file():
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)
    elif (answer := _api(path)) is not None:
        route.fulfill(json=answer)
    else:
        route.fulfill(status=404, json={"status": 404, "detail": "There is nothing here."})


def _api(path: str) -> dict[str, Any] | None:
    """The API's answers, as far as the queue cannot do without them."""
    comments = [_comment(number) for number in range(COMMENTS)]
    one = _comment(int(path.split("/")[3])) if path.startswith("/moderation/comments/") else {}
    lease = {"lease": {"id": "lease", "expires_at": _time(5)}, "comments": comments}
    counts = {"total": COMMENTS, "causes": {"borderline": COMMENTS}, "rules": {}, "labels": {}}
    words = [{"start": 7, "end": 11, "text": "fool", "weight": 0.5}]
    answers: dict[str, dict[str, Any]] = {
        "queue": {"comments": comments, "next": None, "scanned": COMMENTS},
        "counts": {"counts": counts},
        "leases": lease,
        "lease": lease,
        "decisions": {"comment": {**one, "status": "published", "review": None}},
        "explanation": {"model": "bundled", "explanation": {"insult": words}},
        one.get("id", ""): {"comment": one, "history": [], "parent": None},
    }
    return answers.get(path.rsplit("/", 1)[-1])


def _comment(number: int) -> dict[str, Any]:
    scores = dict.fromkeys(LABELS, 0.1) | {"toxicity": 0.72, "insult": 0.64}
    return {
        "id": str(number),
        "article_id": "harbour-bridge",
        "parent_id": None,
        "author": {"id": f"author-{number % 9}", "name": f"Reader {number % 9}"},
        "body": f"Only a fool would believe that nonsense, and this is number {number}. " * 4,
        "status": "held",
        "reasons": [
            {"rule": "model", "outcome": "held", "label": "insult", "score": 0.64, "threshold": 0.35}
        ],
        "scores": scores,
        "model": "bundled",
        "policy_version": 1,
        "review": {
            "causes": ["borderline"],
            "opened_at": _time(-COMMENTS + number),
            "urgency": 60,
            "band": "high",
            "due_at": _time(number),
            "reports": 0,
        },
        "lease": None,
        "version": 1,
        "created_at": _time(-COMMENTS + number),
        "edited_at": None,
        "reply_count": 0,
    }


_START: Final = datetime.now(UTC)


def _time(minutes: int) -> str:
    return (_START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
