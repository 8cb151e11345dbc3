from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.factories import NOW, SALT, comment

from parley import changes, keys
from parley import comment as comments
from parley.comment import Comment, Status
from parley.counting import Counted
from parley.views import PUBLIC

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.store import Store


def put(store: Store, number: int, status: Status = Status.PUBLISHED) -> Comment:
    made = comment(
        id=keys.comment_id(SALT, "ann", f"comment-{number}"),
        # Several share a millisecond, so that time alone does not order them.
        created_at=comments.timestamp(NOW + timedelta(milliseconds=number // 3)),
        status=status,
        body=f"Comment {number}",
    )
    store.apply(changes.submitted(made))
    return made


@pytest.mark.parametrize("is_ascending", [True, False])
@pytest.mark.parametrize("limit", [1, 4, 5, 100])
def test_pages_follow_each_other_without_gap_or_repeat(
    store: Store, limit: int, *, is_ascending: bool
) -> None:
    statuses = [random.Random(number).choice(list(Status)) for number in range(15)]
    made = [put(store, number, status) for number, status in enumerate(statuses)]
    published = sorted((c.created_at, c.id) for c in made if c.status is Status.PUBLISHED)
    expected = [found for _, found in (published if is_ascending else reversed(published))]

    seen: list[str] = []
    position, pages = None, 0
    while True:
        page = store.page("pages", "ARTICLE#a-1", limit=limit, after=position, is_ascending=is_ascending)
        pages += 1
        seen += [item["id"] for item in page.items]
        position = page.next
        if position is None:
            break

    assert seen == expected
    assert pages == max(1, -(-len(expected) // limit))  # never an empty page at the end


def test_an_empty_article_has_one_empty_page(store: Store) -> None:
    page = store.page("pages", "ARTICLE#nothing", limit=10)

    assert (page.items, page.next) == ([], None)


def test_the_public_index_carries_nothing_private(store: Store) -> None:
    put(store, 1)

    (item,) = store.page("pages", "ARTICLE#a-1", limit=10).items

    assert set(item) <= {*PUBLIC, "depth", "PK", "SK", "pages_pk", "pages_sk"}


def test_a_page_is_one_query(store: Store, dynamodb: DynamoDBClient) -> None:
    for number in range(5):
        put(store, number)
    calls: list[str] = []
    dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))

    store.page("pages", "ARTICLE#a-1", limit=3)

    assert calls == ["Query"]


def test_counts_are_exact_when_everything_is_delivered_thrice_and_at_once(store: Store) -> None:
    changes = [Counted(f"c{n}", 1, f"a-{n % 2}", None, 1) for n in range(20)]
    changes += [Counted(f"c{n}", 2, f"a-{n % 2}", None, -1) for n in range(5)]
    deliveries = changes * 3
    random.Random(1).shuffle(deliveries)

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda change: store.count(change, now_s=0), deliveries))

    assert sum(counted) == len(changes)
    assert store.counts(["a-0", "a-1", "a-2"]) == {"a-0": 7, "a-1": 8, "a-2": 0}


def test_replies_are_counted_on_their_parent(store: Store) -> None:
    parent = put(store, 1)

    for number in range(3):
        store.count(Counted(f"reply-{number}", 1, "a-1", parent.id, 1, replies=1), now_s=0)

    (item,) = store.page("pages", "ARTICLE#a-1", limit=10).items
    assert item["reply_count"] == 3
    assert store.counts(["a-1"]) == {"a-1": 3}


def test_a_reply_to_a_comment_that_is_gone_still_counts_for_the_article(store: Store) -> None:
    assert store.count(Counted("reply", 1, "a-1", "gone", 1, replies=1), now_s=0)

    assert store.counts(["a-1"]) == {"a-1": 1}
    assert store.comment("gone") is None


def test_markers_of_counting_expire(store: Store, dynamodb: DynamoDBClient, table: str) -> None:
    store.count(Counted("c", 1, "a-1", None, 1), now_s=1_000)

    markers = [i for i in dynamodb.scan(TableName=table)["Items"] if i["SK"]["S"].startswith("COUNTED#")]

    assert [int(marker["expires_at"]["N"]) > 1_000 + 14 * 24 * 3600 for marker in markers] == [True]
