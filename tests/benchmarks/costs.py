"""What requests cost at the table, by the size of an article: units as consumed, and calls.

Write units are what the emulator reports as consumed; it counts as DynamoDB does, a unit for each begun 1 KB
of an item and of each index that it touches, twice as much in a transaction. Of reads the emulator reports
the least that a call can cost, whatever it reads. So these are computed from the bytes that came back, by
DynamoDB's rule: half a unit for each begun 4 KB of a query, and of each item that is asked for by key, twice
as much if it may not be a moment behind.

Sizes end at 10,000: the emulator sorts a whole partition for every query, so a million comments would measure
the emulator. What a request costs follows from the items that it names and from its `Limit`, neither of which
knows the size; the figures show that nothing else comes in between.
"""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import boto3
from tests.benchmarks import handlers
from tests.fakes import KeywordScorer
from tests.template import table_definition

from emulator import Emulator
from parley import changes, insights, keys, moderation, queue
from parley import comment as comments
from parley.comment import (
    Action,
    Actor,
    ActorKind,
    Author,
    Comment,
    ModeratorDecision,
    Reason,
    Review,
    ReviewCause,
    Rule,
    Status,
)
from parley.counting import Counted
from parley.items import comment_to_item, entry_to_item, marshal_item
from parley.policy import Policy, Threshold
from parley.queue import EVERYTHING
from parley.scoring import Scoring
from parley.store import Store
from parley.submission import Submission, Submitter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

SIZES: Final = (10, 1_000, 10_000)
WAITING: Final = 300
DECISIONS: Final = 10_000
PAGE: Final = 50
QUEUE_PAGE: Final = 20
NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
# A thousand a day.
APART: Final = timedelta(seconds=86.4)
MO: Final = Actor(ActorKind.MODERATOR, "mo", "Mo")
ARTICLE: Final = "bench"
# As long as comments usually are; the same words in another order each time, as words repeat in any language.
BODY: Final = "I have cycled over the old bridge for ten years, and the new one is worth every cent. " * 3
VOCABULARY: Final = tuple(f"{one}{other}" for one in BODY.split() for other in ("", "s", "ing", "ed", "er"))
SCORES: Final = dict.fromkeys(
    ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"), 0.0123
)
READ_BLOCK: Final = 4096
READS: Final = frozenset({"GetItem", "BatchGetItem", "Query"})
SIMULATION_ROUNDS: Final = 3


@dataclass
class Meter:
    """What the calls of a client consume.

    Attributes:
        calls: How many there were, by name.
        read_units: What they read.
        write_units: What they wrote, indexes included.
    """

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0
    # Calls are made side by side.
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asked: threading.local = field(default_factory=threading.local)

    def attach(self, client: DynamoDBClient) -> None:
        """Measure this client from now on."""
        client.meta.events.register("before-parameter-build.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._note)

    def reset(self) -> None:
        """Begin anew."""
        self.calls.clear()
        self.read_units = self.write_units = 0

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        asked = [params, *params.get("RequestItems", {}).values()]
        self._asked.is_consistent = any(isinstance(one, dict) and "ConsistentRead" in one for one in asked)
        self._asked.keys = sum(len(one.get("Keys", ())) for one in asked if isinstance(one, dict))
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _note(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        with self._lock:
            self.calls[model.name] += 1
            if model.name in READS:
                self.read_units += _blocks(model.name, parsed, self._asked.keys) * (
                    1 if self._asked.is_consistent else 0.5
                )
            else:
                found = parsed.get("ConsumedCapacity", [])
                self.write_units += sum(
                    one["CapacityUnits"] for one in (found if isinstance(found, list) else [found])
                )

    def figures(self, operation: str, size: int) -> dict[str, float]:
        """What was measured, under the names of `make bench`."""
        return {
            f"{operation}.calls.{size}": sum(self.calls.values()),
            f"{operation}.read_units.{size}": self.read_units,
            f"{operation}.write_units.{size}": self.write_units,
        }


def _blocks(call: str, parsed: dict[str, Any], asked: int) -> int:
    """The begun blocks that a read is billed for: of a query's items together, of others one by one.

    Args:
        call: The call's name.
        parsed: Its answer.
        asked: How many items were asked for by key; each that is not there counts as one block.
    """
    if call == "Query":
        return max(1, math.ceil(sum(_bytes({"M": item}) for item in parsed["Items"]) / READ_BLOCK))
    items = [parsed["Item"]] if "Item" in parsed else []
    for found in parsed.get("Responses", {}).values():
        items += found
    absent = max(asked, 1) - len(items)
    return absent + sum(math.ceil(_bytes({"M": item}) / READ_BLOCK) for item in items)


def _bytes(value: dict[str, Any]) -> int:
    """The size of a tagged value as DynamoDB bills it; of numbers, about."""
    ((tag, content),) = value.items()
    match tag:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "L":
            return 3 + sum(1 + _bytes(element) for element in content)
        case "M":
            return 3 + sum(1 + len(name) + _bytes(element) for name, element in content.items())
    return 1


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
            figures |= _with_comments(emulator, size)
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


def _with_comments(emulator: Emulator, size: int) -> dict[str, float]:
    table = f"size-{size}"
    client = boto3.client("dynamodb", **emulator.client_settings)
    client.create_table(**table_definition(table))
    _load(client, table, (item for number in range(size) for item in _published(number)))
    _load(client, table, (item for number in range(WAITING) for item in _waiting(number)))
    meter = Meter()
    store = Store.for_table(table)
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


def _comment(number: int, kind: str, **given: Any) -> Comment:
    at = comments.timestamp(NOW - number * APART)
    sub = f"author-{number % 500:04d}"
    fields: dict[str, Any] = {
        "id": keys.comment_id("bench", sub, f"{kind}-{number}"),
        "article_id": ARTICLE,
        "parent_id": None,
        "depth": 0,
        "author": Author(keys.author_id("bench", sub), "An Author"),
        "author_sub": sub,
        "body": " ".join(random.Random(number).choices(VOCABULARY, k=55)),
        "status": Status.PUBLISHED,
        "reasons": (),
        "scores": SCORES,
        "model": "bench-model",
        "policy_version": 0,
        "review": None,
        "version": 1,
        "created_at": at,
        "edited_at": None,
        "reply_count": 0,
        "request_hash": "0" * 26,
        "decided_at": at,
    }
    return Comment(**(fields | given))


def _stored(made: comments.Change) -> list[dict[str, Any]]:
    return [comment_to_item(made.after), entry_to_item(made.entry)]


def _published(number: int) -> list[dict[str, Any]]:
    return [comment_to_item(_comment(number, "published"))]


def _held(number: int) -> Comment:
    reason = Reason(rule=Rule.MODEL, outcome=Status.HELD, label="insult", score=0.6, threshold=0.5)
    at = comments.timestamp(NOW - number * APART)
    return _comment(
        number,
        "held",
        status=Status.HELD,
        article_id="waiting",
        scores={**SCORES, "insult": 0.6},
        reasons=(reason,),
        review=Review((ReviewCause.BORDERLINE,), at, 59),
    )


def _waiting(number: int) -> list[dict[str, Any]]:
    return _stored(changes.submitted(_held(number)))


def _decided(number: int) -> list[dict[str, Any]]:
    """A comment that was held and then decided about; of each four, one was rejected."""
    first = changes.submitted(_held(number))
    action = Action.APPROVE if number % 4 else Action.REJECT
    code = None if number % 4 else comments.RejectionCode.ABUSIVE
    decision = ModeratorDecision(action=action, version=1, by=MO, code=code)
    second = changes.decide(first.after, decision, now=NOW - number * APART)
    return [entry_to_item(first.entry), *_stored(second)]


def _load(client: DynamoDBClient, table: str, items: Iterable[dict[str, Any]]) -> None:
    batch: list[Any] = []
    for item in items:
        batch.append({"PutRequest": {"Item": marshal_item(item)}})
        if len(batch) == 25:
            client.batch_write_item(RequestItems={table: batch})
            batch = []
    if batch:
        client.batch_write_item(RequestItems={table: batch})


def _simulation(emulator: Emulator, folder: Path) -> dict[str, float]:
    """In a process of its own: from its first statement to the answer, as a cold start."""
    client = boto3.client("dynamodb", **emulator.client_settings)
    client.create_table(**table_definition(handlers.TABLE))
    now = datetime.now(UTC)
    # The end of what is read is exclusive.
    shift = now - NOW - timedelta(seconds=1)
    _load(client, handlers.TABLE, (_moved(item, shift) for n in range(DECISIONS) for item in _decided(n)))
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
