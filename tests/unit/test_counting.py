from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import comment, held

from parley.comment import ReviewCause, Status
from parley.counting import Counted, closes_reports, counted, needs_rescoring, place_is_wrong
from parley.items import comment_to_item

Image = dict[str, Any]


def image(status: Status, version: int = 1, comment_id: str = "c", parent_id: str | None = None) -> Image:
    return comment_to_item(comment(id=comment_id, status=status, version=version, parent_id=parent_id))


def test_a_new_published_comment_counts() -> None:
    assert counted(None, image(Status.PUBLISHED)) == Counted(
        "c", 1, "a-1", None, 1, replies=1, written_at="2026-11-23T12:00:00.000Z"
    )


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


def test_only_a_newly_unscored_text_needs_rescoring() -> None:
    unscored = comment_to_item(held(ReviewCause.UNSCORED))

    assert needs_rescoring(None, unscored)
    assert not needs_rescoring(unscored, unscored | {"version": 2})
    assert needs_rescoring(unscored, unscored | {"version": 2, "body": "another text"})
    assert not needs_rescoring(None, comment_to_item(held()))
    assert not needs_rescoring(unscored, None)


def removed(replies: int, version: int = 2, *, is_shown: bool | None = None) -> Image:
    """A removed comment; on its page if it has replies, or as told."""
    found = comment_to_item(comment(id="c", status=Status.REMOVED, version=version, reply_count=replies))
    if is_shown is False:
        return {name: value for name, value in found.items() if not name.startswith("pages_")}
    return found | {"pages_pk": "ARTICLE#a-1", "pages_sk": "place"} if is_shown else found


def test_a_removed_comment_with_replies_leaves_the_count_but_not_its_thread() -> None:
    kept, gone = counted(image(Status.PUBLISHED), removed(1)), counted(image(Status.PUBLISHED), removed(0))

    assert kept is not None
    assert gone is not None
    assert ((kept.delta, kept.replies), (gone.delta, gone.replies)) == ((-1, 0), (-1, -1))


def test_what_is_no_new_version_counts_for_nothing() -> None:
    assert counted(removed(0, is_shown=True), removed(0)) is None


def test_a_removed_comment_is_on_its_page_while_it_has_replies() -> None:
    assert place_is_wrong(removed(0, is_shown=True))
    assert place_is_wrong(removed(1, is_shown=False))
    assert not place_is_wrong(removed(1))
    assert not place_is_wrong(removed(0))
    assert not place_is_wrong(image(Status.PUBLISHED))
    assert not place_is_wrong(None)


def test_reports_are_decided_about_when_their_review_is_closed_by_publishing_or_rejecting() -> None:
    reported = comment_to_item(held(ReviewCause.REPORTED))

    assert closes_reports(reported, image(Status.PUBLISHED, 2))
    assert closes_reports(reported, image(Status.REJECTED, 2))
    assert not closes_reports(reported, image(Status.REMOVED, 2))
    assert not closes_reports(reported, reported | {"version": 2})
    assert not closes_reports(comment_to_item(held()), image(Status.PUBLISHED, 2))
    assert not closes_reports(None, image(Status.PUBLISHED))
