"""Round trips, processor time, cold start and memory of the API's handlers."""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from tests.fakes import KeywordScorer
from tests.template import table_definition

from emulator import Emulator
from parley.scoring import Scoring
from parley.settings import Settings
from parley.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
TABLE = "bench"
REQUESTS = 60
ROUNDS = 7
COLD_STARTS = 5
COMMENTS_ON_PAGE = 50

Event = dict[str, Any]


def environment(emulator: Emulator) -> dict[str, str]:
    """The functions' environment variables, on the emulator."""
    return {
        "TABLE_NAME": TABLE,
        "SITE_SALT": "bench",
        "MODERATORS_GROUP": "moderators",
        "GROUPS_CLAIM": "cognito:groups",
        "SCORER_TIMEOUT_MS": "20000",
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "Parley",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }


def sample(name: str) -> Event:
    """One of the sample events."""
    content: Event = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return content


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """All figures of this module."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Emulator(Path(folder)) as emulator,
        # Only for as long as this emulator runs: other modules start their own.
        patch.dict("os.environ", environment(emulator)),
    ):
        client = boto3.client("dynamodb", **emulator.client_settings)
        client.create_table(**table_definition(TABLE))
        progress("handlers: round trips and processor time")
        with redirect_stdout(StringIO()):  # metrics, which the handlers print
            figures = _warm()
        for function, event in (("comments", "submit"), ("pages", "article-page")):
            progress(f"handlers: cold start of {function}")
            figures |= _cold(function, event)
    return figures


def _load(function: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec
    assert spec.loader
    sys.path.insert(0, str(ROOT / "functions" / function))
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"{function}_app"] = module
    spec.loader.exec_module(module)
    return module


def _bare() -> Callable[[Event], Any]:
    """The least that a Powertools handler can do: one route that answers a constant."""
    app = APIGatewayHttpResolver()

    @app.post("/articles/<article_id>/comments")
    @app.get("/articles/<article_id>/comments")
    def answer(article_id: str) -> dict[str, str]:
        return {"article_id": article_id}

    return lambda event: app.resolve(event, None)  # type: ignore[arg-type]


def _warm() -> dict[str, float]:
    """Requests of a warm handler, the scorer replaced by one that costs nothing."""
    store = Store.for_table(TABLE)
    calls: list[str] = []
    client = store._client  # counting calls needs the very client that makes them
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    scoring = Scoring(KeywordScorer(), timeout_s=5)
    settings = Settings.from_env(os.environ)
    submit_app = _load("comments").build(settings, store, scoring)
    page_app = _load("pages").build(store)
    number = 0

    def submit(_: Event) -> Any:
        nonlocal number
        number += 1
        event = sample("submit")
        event["headers"]["idempotency-key"] = f"bench-{number}"
        # Nobody writes as fast as this.
        event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = f"bench-{number}"
        return submit_app.resolve(event, None)

    def page(event: Event) -> Any:
        return page_app.resolve(event, None)

    for _ in range(COMMENTS_ON_PAGE):
        assert submit({})["statusCode"] == 201
    page_event = sample("article-page")
    page_event["queryStringParameters"] = {"limit": str(COMMENTS_ON_PAGE)}
    figures: dict[str, float] = {}
    calls.clear()
    submit({})
    figures["submit.round_trips"] = len(calls)
    calls.clear()
    assert len(json.loads(page(page_event)["body"])["comments"]) == COMMENTS_ON_PAGE
    figures["page.round_trips"] = len(calls)
    bare = _bare()
    for name, handler, event in (("submit", submit, sample("submit")), ("page", page, page_event)):
        figures[f"{name}.cpu_ratio"] = _ratio(partial(handler, event), partial(bare, event))
    return figures


def _ratio(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """Median over rounds of the processor time of one over the other's, taken in turn."""
    ratios = []
    for _ in range(ROUNDS):
        times = []
        for run in (one, other):
            started = time.process_time()
            for _ in range(REQUESTS):
                run()
            times.append(time.process_time() - started)
        ratios.append(times[0] / times[1])
    return statistics.median(ratios)


def _cold(function: str, event: str) -> dict[str, float]:
    """A fresh process from its first statement to its first answer, with the real model."""
    layers = os.pathsep.join([str(ROOT / "layers/core"), str(ROOT / "layers/toxicity")])
    command = [
        sys.executable,
        str(ROOT / "tests/benchmarks/cold_start.py"),
        str(ROOT / "functions" / function / "app.py"),
        str(ROOT / "events" / f"{event}.json"),
    ]
    runs = []
    for _ in range(COLD_STARTS):
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": layers}, capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    assert all(run["status"] < 300 for run in runs), runs
    return {
        f"cold.{function}_s": statistics.median(run["seconds"] for run in runs),
        f"memory.{function}_mb": statistics.median(run["peak_mb"] for run in runs),
    }
