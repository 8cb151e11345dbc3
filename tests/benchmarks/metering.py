"""What calls to the table consume.

Write units are what the emulator reports as consumed; it counts as DynamoDB does, a unit for each begun 1 KB
of an item and of each index that it touches, twice as much in a transaction. Of reads the emulator reports
the least that a call can cost, whatever it reads. So these are computed from the bytes that came back, by
DynamoDB's rule: half a unit for each begun 4 KB of a query, and of each item that is asked for by key, twice
as much if it may not be a moment behind.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_BLOCK: Final = 4096
READS: Final = frozenset({"GetItem", "BatchGetItem", "Query"})


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
