"""What requests cost at the table, by the size of an article: units as consumed, and calls.

With a million comments on an article the newest thousand are whole, the others nothing but their keys in the
table and its indexes (see `crowd.load_keys`). The emulator goes through a whole partition for every query,
which takes it a minute then; what a request consumes is not told by the time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import boto3
from botocore.config import Config
from tests.benchmarks import crowd, handlers
from tests.benchmarks.crowd import ARTICLE, BODY, MO, NOW
from tests.benchmarks.metering import Meter
from tests.fakes import KeywordScorer
from tests.template import table_definition

from emulator import Emulator
from parley import comment as comments
from parley import insights, keys, moderation, queue
from parley.comment import Action, ModeratorDecision
from parley.counting import Counted
from parley.policy import Policy, Threshold
from parley.queue import EVERYTHING
from parley.scoring import Scoring
from parley.store import Store, table
from parley.submission import Submission, Submitter

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES: Final = (10, 10_000, 1_000_000)
WHOLE: Final = 10_000
WHOLE_OF_MANY: Final = 1_000
WAITING: Final = 300
DECISIONS: Final = 10_000
PAGE: Final = 50
QUEUE_PAGE: Final = 20
SIMULATION_ROUNDS: Final = 3
# The emulator's time must not look like a table that cannot be reached.
PATIENT: Final = table._CLIENT_CONFIG.merge(Config(read_timeout=600))


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """All figures of this module."""
    figures: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Emulator(Path(folder)) as emulator,
        patch.dict("os.environ", handlers.environment(emulator)),
    ):
        for size in SIZES:
            progress(f"costs: with {size} comments on one article")
            figures |= _with_comments(emulator, size, progress)
        figures["flat.worst"] = _worst_growth(figures)
        progress(f"costs: a simulation over {DECISIONS} decided comments")
        figures |= _simulation(emulator, Path(folder))
    return figures


def _worst_growth(figures: dict[str, float]) -> float:
    """What the largest article costs over the smallest, for the operation that grows most."""
    smallest, largest = f".{SIZES[0]}", f".{SIZES[-1]}"
    return max(
        figures[name.removesuffix(smallest) + largest] / value
        for name, value in figures.items()
        if name.endswith(smallest) and value
    )


def _with_comments(emulator: Emulator, size: int, progress: Callable[[str], None]) -> dict[str, float]:
    name = f"size-{size}"
    client = boto3.client("dynamodb", **emulator.client_settings)
    client.create_table(**table_definition(name))
    whole = size if size <= WHOLE else WHOLE_OF_MANY
    crowd.load(client, name, (item for number in range(whole) for item in crowd.published(number)))
    crowd.load_keys(client, name, range(whole, size), progress)
    crowd.load(client, name, (item for number in range(WAITING) for item in crowd.waiting(number)))
    meter = Meter()
    with patch.object(table, "_CLIENT_CONFIG", PATIENT):
        store = Store.for_table(name)
    meter.attach(store._client)
    figures: dict[str, float] = {}

    def measured(operation: str, run: Callable[[], Any]) -> Any:
        meter.reset()
        result = run()
        figures.update(meter.figures(operation, size))
        return result

    # A policy, an author and an article that are known already, as they usually are.
    moderation.save_policy(store, Policy(), saved_by="Mo", note=None, now=NOW)
    store.count(Counted("0" * 26, 1, ARTICLE, None, 1), now_s=0)
    submitter = Submitter(store, Scoring(KeywordScorer(), timeout_s=5), salt="bench")
    earlier = Submission(ARTICLE, "Good morning.", None, "bench-earlier")
    submitter.submit(earlier, author_sub="new", author_name="New", now=NOW)
    submission = Submission(ARTICLE, BODY, None, "bench-submit")
    measured("submit", lambda: submitter.submit(submission, author_sub="new", author_name="New", now=NOW))
    partition = keys.thread_partition(ARTICLE, None)
    page_size = min(PAGE, SIZES[0])
    page = measured("page", lambda: store.page("pages", partition, limit=page_size - 1, is_ascending=False))
    assert len(page.items) == page_size - 1
    rows = measured("queue_page", lambda: queue.page(store, EVERYTHING, limit=QUEUE_PAGE)).rows
    assert len(rows) == QUEUE_PAGE
    lease = measured(
        "lease",
        lambda: moderation.take_lease(store, MO, lease_id="0" * 32, limit=QUEUE_PAGE, now=NOW),
    )
    assert len(lease.comments) == QUEUE_PAGE
    decision = ModeratorDecision(action=Action.APPROVE, version=1, by=MO)
    measured("decision", lambda: moderation.decide(store, rows[0]["id"], decision, now=NOW))
    return figures


def _simulation(emulator: Emulator, folder: Path) -> dict[str, float]:
    """In a process of its own: from its first statement to the answer, as a cold start."""
    client = boto3.client("dynamodb", **emulator.client_settings)
    client.create_table(**table_definition(handlers.TABLE))
    now = datetime.now(UTC)
    # The end of what is read is exclusive.
    shift = now - NOW - timedelta(seconds=1)
    crowd.load(
        client,
        handlers.TABLE,
        (_moved(item, shift) for n in range(DECISIONS) for item in crowd.decided(n)),
    )
    store = Store.for_table(handlers.TABLE)
    meter = Meter()
    meter.attach(store._client)
    candidate = Policy(thresholds={"insult": Threshold(0.7, 0.95)}, held_terms=("cycled", "crypto*"))
    made = insights.try_out(store, candidate, defaults={}, limit=DECISIONS, now=now)
    assert made.simulation.comments == made.simulation.decided_by_moderators == DECISIONS
    assert made.simulation.shifts
    event = handlers.sample("simulation")
    event["body"] = json.dumps(
        {
            "policy": {
                "version": 0,
                "thresholds": {"insult": {"review_at": 0.7, "reject_at": 0.95}},
                "held_terms": ["cycled", "crypto*"],
            },
            "comments": DECISIONS,
        }
    )
    path = folder / "simulation.json"
    path.write_text(json.dumps(event))
    runs = [_run(path, emulator) for _ in range(SIMULATION_ROUNDS)]
    assert all(run["status"] == 200 for run in runs), runs
    return {
        "simulation.cpu_seconds": statistics.median(run["cpu_seconds"] for run in runs),
        "simulation.seconds": statistics.median(run["seconds"] for run in runs),
        "simulation.peak_mb": max(run["peak_mb"] for run in runs),
        "simulation.calls": sum(meter.calls.values()),
        "simulation.read_units": meter.read_units,
    }


def _moved(item: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    """The item with its place in the `decisions` index moved to now."""
    if "decisions_sk" not in item:
        return item
    at = comments.timestamp(datetime.fromisoformat(item["at"]) + shift)
    return {
        **item,
        "at": at,
        "decisions_pk": keys.decisions_partition(at, item["comment_id"]),
        "decisions_sk": keys.by_decision(at, item["comment_id"], item["version"]),
    }


def _run(event: Path, emulator: Emulator) -> dict[str, float]:
    root = handlers.ROOT
    layers = os.pathsep.join([str(root / "layers/core"), str(root / "layers/toxicity")])
    command = [
        sys.executable,
        str(root / "tests/benchmarks/cold_start.py"),
        str(root / "functions/insights/app.py"),
        str(event),
    ]
    environment = os.environ | handlers.environment(emulator) | {"PYTHONPATH": layers}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
