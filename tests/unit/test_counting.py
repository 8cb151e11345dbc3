from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import comment, held

from parley.comment import ReviewCause, Status
from parley.counting import Counted, counted, needs_rescoring
from parley.items import comment_to_item

Image = dict[str, Any]


def image(status: Status, version: int = 1, comment_id: str = "c", parent_id: str | None = None) -> Image:
    return comment_to_item(comment(id=comment_id, status=status, version=version, parent_id=parent_id))


def test_a_new_published_comment_counts() -> None:
    assert counted(None, image(Status.PUBLISHED)) == Counted("c", 1, "a-1", None, 1)


def test_a_reply_counts_for_its_parent_too() -> None:
    change = counted(None, image(Status.PUBLISHED, parent_id="p"))

    assert change is not None
    assert change.parent_id == "p"


def test_a_held_comment_does_not_count() -> None:
    assert counted(None, image(Status.HELD)) is None


def test_what_changes_nothing_for_readers_changes_no_count() -> None:
    assert counted(image(Status.PUBLISHED, 1), image(Status.PUBLISHED, 2)) is None
    assert counted(image(Status.HELD, 1), image(Status.REJECTED, 2)) is None


HISTORIES = st.lists(st.lists(st.sampled_from(Status), min_size=1, max_size=6), min_size=1, max_size=4)


@given(HISTORIES, st.data())
def test_counts_are_exact_whatever_is_delivered_twice(
    histories: list[list[Status]], data: st.DataObject
) -> None:
    records = []
    for number, statuses in enumerate(histories):
        images = [image(status, version, f"c{number}") for version, status in enumerate(statuses, start=1)]
        records += list(zip([None, *images], images, strict=False))
    deliveries = records + data.draw(st.lists(st.sampled_from(records), max_size=10))

    total: Counter[str] = Counter()
    markers: set[tuple[str, int]] = set()
    for old, new in deliveries:
        change = counted(old, new)
        if change and (change.comment_id, change.version) not in markers:
            markers.add((change.comment_id, change.version))
            total[change.article_id] += change.delta

    assert total["a-1"] == sum(statuses[-1] is Status.PUBLISHED for statuses in histories)


def test_only_a_newly_unscored_comment_needs_rescoring() -> None:
    unscored = comment_to_item(held(ReviewCause.UNSCORED))

    assert needs_rescoring(None, unscored)
    assert not needs_rescoring(unscored, unscored | {"version": 2})
    assert not needs_rescoring(None, comment_to_item(held()))
    assert not needs_rescoring(unscored, None)
