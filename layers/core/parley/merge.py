"""One order out of several shards that are each in order. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some consecutive rows of one shard, and whether there may be more behind them."""

    rows: list[Row]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on in a shard: behind this sort key; at its beginning for None."""

    shard: str
    after: str | None


def merged(
    shards: Sequence[str],
    read: Callable[[Sequence[Place]], Sequence[Stretch]],
    *,
    sort_key: str,
    after: str | None = None,
    is_ascending: bool = True,
) -> Iterator[Row]:
    """The rows of all shards in one order, without gaps or repeats.

    A row is handed on only when every shard is known to hold none before it. Shards are read as they run dry,
    all that are dry at once, so what is asked for ahead is what is needed next.

    Args:
        shards: The shards; no row is in two.
        read: Reads on at several places at once; a stretch is empty only at the end of its shard.
        sort_key: The attribute that the rows are in the order of, different for each row.
        after: Begin behind this sort key.
        is_ascending: Whether the shards are read upwards.
    """
    buffers: dict[str, deque[Row]] = {shard: deque() for shard in shards}
    positions = dict.fromkeys(shards, after)
    unread = set(shards)
    while True:
        dry = [shard for shard in shards if shard in unread and not buffers[shard]]
        if dry:
            places = [Place(shard, positions[shard]) for shard in dry]
            for shard, stretch in zip(dry, read(places), strict=True):
                buffers[shard].extend(stretch.rows)
                if stretch.rows:
                    positions[shard] = stretch.rows[-1][sort_key]
                if not stretch.has_more or not stretch.rows:
                    unread.discard(shard)
            continue
        filled = [buffer for buffer in buffers.values() if buffer]
        if not filled:
            return
        choose = min if is_ascending else max
        yield choose(filled, key=lambda buffer: buffer[0][sort_key]).popleft()
