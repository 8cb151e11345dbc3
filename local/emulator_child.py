"""Runs the emulator in its own environment; started by `emulator.py`, never by hand.

Standard input is a lifeline: a pipe that the parent holds open. When it closes, because the parent stopped or
was killed, the emulator stops too, so nothing is left behind. Before that the parent may send single letters:

* `K`: the state is worth keeping. Save it at the stop; until then a stop saves nothing.
* `D`: the state is not worth keeping, for something is half done.
* `S`: save it now.
* `s`: save the data in it now, and leave alone what only a deployment changes.
"""

import copy
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import iam_actions, persistence
from ministack.services import apigateway, dynamodb

# The services that hold what people enter.
DATA = {"dynamodb", "cognito", "sqs"}


def main() -> None:
    """Runs the emulator until it is told to stop or the lifeline ends."""
    complete_dynamodb_conditions()
    persist_streams()
    read_cors_from_templates()
    threading.Thread(target=follow_the_parent, daemon=True, name="lifeline").start()
    app.main()


def follow_the_parent() -> None:
    """Obeys the letters on standard input; asks this process to stop when there are no more."""
    keep = False
    while letter := sys.stdin.buffer.read(1):
        if letter in b"Ss":
            services = app._build_persistence_save_dict()  # noqa: SLF001 - there is no public name
            wanted = services if letter == b"S" else DATA & services.keys()
            persistence.save_all({name: services[name] for name in wanted})
        else:
            keep = letter == b"K"
    if not keep:
        # The state on disk, of before, is the good one. The workers end with their own standard input.
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGTERM)


def complete_dynamodb_conditions() -> None:
    """Makes IAM conditions on reads by key hold as they do on AWS.

    The emulator knows neither `dynamodb:LeadingKeys` nor the projections of a BatchGetItem, so a policy that
    names the items and attributes a function may read would not be enforced in full.
    """
    known = iam_actions.dynamodb_service_context

    def complete(body: bytes) -> dict[str, Any]:
        context: dict[str, Any] = known(body)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return context
        if isinstance(request, dict):
            context |= conditions_of_reads(request)
        return context

    iam_actions.dynamodb_service_context = complete


def persist_streams() -> None:
    """Makes a table's stream outlive a restart.

    The emulator saves how far a function has read in a stream, but not the stream: after a restart it would
    take new records for read ones, and changes not yet read would be lost.
    """
    known_state, known_load = dynamodb.get_state, dynamodb.load_persisted_state
    streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}  # noqa: SLF001

    def state() -> dict[str, Any]:
        return {**known_state(), **copy.deepcopy(streams)}

    def load(data: dict[str, Any]) -> None:
        known_load(data)
        for name, stream in streams.items():
            stream.update(data.get(name, {}))

    dynamodb.get_state, dynamodb.load_persisted_state = state, load


def read_cors_from_templates() -> None:
    """Makes an API's CORS settings hold when they come from a template.

    The emulator stores them as templates spell them, AllowOrigins, and looks for allowOrigins.
    """

    def respelled(known: Callable[..., Any]) -> Callable[..., Any]:
        def answer(settings: dict[str, Any], origin: str) -> Any:  # noqa: ANN401 - whatever the emulator answers
            return known({name[:1].lower() + name[1:]: value for name, value in settings.items()}, origin)

        return answer

    for name in ("_cors_response_headers", "_cors_preflight_response"):
        setattr(apigateway, name, respelled(getattr(apigateway, name)))


def conditions_of_reads(request: dict[str, Any]) -> dict[str, Any]:
    """The condition keys of a read's request that the emulator leaves out."""
    if "Key" in request:
        return {"dynamodb:LeadingKeys": [leading_key(request["Key"])]}
    queried = re.match(r"PK = (:\w+)", str(request.get("KeyConditionExpression")))
    if queried and "IndexName" not in request:
        values = request.get("ExpressionAttributeValues") or {}
        return {"dynamodb:LeadingKeys": [leading_key({"PK": values.get(queried[1], {})})]}
    tables = request.get("RequestItems")
    if not isinstance(tables, dict) or not all(isinstance(read, dict) for read in tables.values()):
        return {}
    reads = list(tables.values())
    projections = [names_in(read) for read in reads]
    return {
        "dynamodb:LeadingKeys": [leading_key(key) for read in reads for key in read.get("Keys", [])],
        "dynamodb:Attributes": sorted({name for names in projections for name in names}),
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES" if all(projections) else "ALL_ATTRIBUTES",
    }


def leading_key(key: dict[str, dict[str, str]]) -> str:
    """The partition key's value; Parley's only table names it PK."""
    return str(next(iter(key.get("PK", {}).values()), ""))


def names_in(read: dict[str, Any]) -> list[str]:
    """The top-level attributes that a projection names."""
    names = read.get("ExpressionAttributeNames") or {}
    heads = [
        part.split(".")[0].split("[")[0].strip() for part in read.get("ProjectionExpression", "").split(",")
    ]
    return [names.get(head, head) for head in heads if head]


if __name__ == "__main__":
    main()
