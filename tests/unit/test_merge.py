from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.merge import Place, Stretch, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each row lies in one of three shards.
ROWS = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(0, 2), max_size=40)


class Shards:
    """Shards that count what is read of them."""

    def __init__(self, rows: dict[str, int], at_once: int, *, is_ascending: bool = True) -> None:
        self.at_once = at_once
        self.is_ascending = is_ascending
        self.reads = 0
        self.shards = {
            str(number): sorted(
                (key for key, shard in rows.items() if shard == number), reverse=not is_ascending
            )
            for number in range(3)
        }

    def read(self, places: Sequence[Place]) -> list[Stretch]:
        self.reads += 1
        return [self._read(place) for place in places]

    def _read(self, place: Place) -> Stretch:
        def is_behind(key: str) -> bool:
            return place.after is None or (key > place.after if self.is_ascending else key < place.after)

        behind = [key for key in self.shards[place.shard] if is_behind(key)]
        # As DynamoDB does: a full page claims that there may be more.
        rows = [{"sk": key} for key in behind[: self.at_once]]
        return Stretch(rows, len(rows) == self.at_once)


@given(rows=ROWS, at_once=st.integers(1, 7), is_ascending=st.booleans())
def test_every_row_comes_once_and_in_order(rows: dict[str, int], at_once: int, *, is_ascending: bool) -> None:
    shards = Shards(rows, at_once, is_ascending=is_ascending)

    found = [row["sk"] for row in merged("012", shards.read, sort_key="sk", is_ascending=is_ascending)]

    assert found == sorted(rows, reverse=not is_ascending)


@given(ROWS, st.integers(1, 7), st.text("abcdef", max_size=4))
def test_a_merge_begins_behind_any_place(rows: dict[str, int], at_once: int, after: str) -> None:
    found = [
        row["sk"] for row in merged("012", Shards(rows, at_once).read, sort_key="sk", after=after or None)
    ]

    assert found == sorted(key for key in rows if key > after)


@pytest.mark.parametrize(("taken", "reads"), [(1, 1), (4, 1), (5, 2)])
def test_no_more_is_read_than_is_taken(taken: int, reads: int) -> None:
    shards = Shards({f"{number:03d}": number % 3 for number in range(300)}, at_once=2)

    list(islice(merged("012", shards.read, sort_key="sk"), taken))

    assert shards.reads == reads
