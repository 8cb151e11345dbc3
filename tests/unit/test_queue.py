from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import comment, held

from parley import items
from parley.comment import Comment, Reason, Review, ReviewCause, Rule, Status
from parley.queue import EVERYTHING, QueueCounts, QueueFilter, changed_facets, facets, summed

INSULT = Reason(rule=Rule.MODEL, outcome=Status.HELD, label="insult", score=0.7, threshold=0.5)
LINKS = Reason(rule=Rule.LINKS, outcome=Status.HELD)
OPENED = "2026-11-23T12:00:00.000Z"


def row(stored: Comment) -> dict[str, Any]:
    """The comment's item as the stream and the index hand it on."""
    return items.unmarshal_item(items.marshal_item(items.comment_to_item(stored)))


HELD = row(held(reasons=(INSULT, LINKS)))
BLIND = row(comment(review=Review((ReviewCause.AUDIT,), OPENED, 0), reasons=(INSULT,)))


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        (EVERYTHING, True),
        (QueueFilter(cause=ReviewCause.BORDERLINE), True),
        (QueueFilter(cause=ReviewCause.UNSCORED), False),
        (QueueFilter(rule=Rule.LINKS), True),
        (QueueFilter(rule=Rule.BANNED_TERM), False),
        (QueueFilter(label="insult"), True),
        (QueueFilter(label="threat"), False),
        (QueueFilter(article_id="a-1"), True),
        (QueueFilter(article_id="a-2"), False),
        (QueueFilter(author_id=HELD["author"]["id"]), True),
        (QueueFilter(author_id="somebody"), False),
        (QueueFilter(opened_before=OPENED), True),
        (QueueFilter(opened_before="2026-11-23T11:59:59.999Z"), False),
        (QueueFilter(label="insult", article_id="a-2"), False),
    ],
)
def test_a_filter_finds_what_meets_all_of_it(wanted: QueueFilter, *, is_found: bool) -> None:
    assert wanted.matches(HELD) is is_found


@pytest.mark.parametrize("wanted", [QueueFilter(rule=Rule.MODEL), QueueFilter(label="insult")])
def test_no_filter_tells_what_the_policy_made_of_a_blind_comment(wanted: QueueFilter) -> None:
    assert not wanted.matches(BLIND)
    assert QueueFilter(cause=ReviewCause.AUDIT).matches(BLIND)


def test_what_waits_is_counted_by_cause_rule_and_label() -> None:
    assert facets(HELD) == {
        "total": 1,
        "cause.borderline": 1,
        "rule.model": 1,
        "rule.links": 1,
        "label.insult": 1,
    }
    assert facets(BLIND) == {"total": 1, "cause.audit": 1}
    assert facets(row(comment())) == facets(None) == {}


LIFE = st.lists(
    st.sampled_from(
        [
            comment(),
            held(reasons=(INSULT,)),
            held(ReviewCause.UNSCORED),
            comment(review=Review((ReviewCause.AUDIT,), OPENED, 0)),
            replace(held(reasons=(LINKS, INSULT)), status=Status.REJECTED),
        ]
    ),
    max_size=8,
)


@given(LIFE)
def test_counts_follow_a_comment_through_its_life_and_end_where_it_is(life: list[Comment]) -> None:
    images = [None, *(row(stored) for stored in life)]
    counts: dict[str, int] = {}

    for old, new in pairwise(images):
        for name, delta in changed_facets(old, new).items():
            counts[name] = counts.get(name, 0) + delta

    assert {name: number for name, number in counts.items() if number} == facets(images[-1])


def test_the_shards_counts_are_summed_and_zeroes_left_out() -> None:
    counted = summed(
        [
            {"total": 2, "cause.borderline": 2, "rule.model": 1, "label.insult": 1},
            {"total": 1, "cause.borderline": 1, "rule.model": -1},
        ]
    )

    assert counted == QueueCounts(3, {"borderline": 3}, {}, {"insult": 1})
