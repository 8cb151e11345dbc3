from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW, comment, held

from parley import changes, items, views
from parley.comment import (
    Actor,
    ActorKind,
    Appeal,
    AppealOutcome,
    Author,
    Comment,
    HistoryEntry,
    Reason,
    RejectionCode,
    Review,
    ReviewCause,
    Rule,
    Status,
    Step,
    timestamp,
)
from parley.policy import Policy
from parley.signals import Signals

PLAIN = st.recursive(
    st.text() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e9, 1e9, allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)
REASONS = st.lists(
    st.builds(
        Reason,
        rule=st.sampled_from(Rule),
        outcome=st.sampled_from(Status),
        label=st.none() | st.text(min_size=1),
        score=st.none() | st.floats(0, 1),
        threshold=st.none() | st.floats(0, 1),
        term=st.none() | st.text(min_size=1),
        code=st.none() | st.sampled_from(RejectionCode),
    ),
    max_size=3,
).map(tuple)
SCORES = st.none() | st.dictionaries(st.text(min_size=1), st.floats(0, 1), max_size=3)
NAMES = st.text(min_size=1, max_size=20)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda time: timestamp(time.replace(tzinfo=UTC))
)
REVIEWS = st.none() | st.builds(
    Review,
    st.lists(st.sampled_from(ReviewCause)).map(tuple),
    TIMES,
    st.integers(0, 99),
    reports=st.integers(0, 9),
    target_min=st.none() | st.integers(1, 9999),
)
SIGNALS = st.builds(
    Signals,
    banned_terms=st.lists(NAMES, max_size=2).map(tuple),
    held_terms=st.lists(NAMES, max_size=2).map(tuple),
    links=st.integers(0, 9),
)
COMMENTS = st.builds(
    Comment,
    id=NAMES,
    article_id=NAMES,
    parent_id=st.none() | NAMES,
    depth=st.integers(0, 5),
    author=st.builds(Author, NAMES, NAMES),
    author_sub=st.just("") | NAMES,
    body=NAMES,
    status=st.sampled_from(Status),
    reasons=REASONS,
    scores=SCORES,
    model=st.none() | NAMES,
    policy_version=st.integers(0, 99),
    signals=SIGNALS,
    review=REVIEWS,
    version=st.integers(1, 99),
    created_at=NAMES,
    edited_at=st.none() | NAMES,
    reply_count=st.integers(0, 99),
    request_hash=NAMES,
    decided_at=st.just("") | NAMES,
    decided_by=st.just("") | NAMES,
    message=st.none() | NAMES,
    is_upon_reports=st.booleans(),
    report_count=st.integers(0, 99),
    report_weight=st.floats(0, 99),
    appeal=st.none()
    | st.builds(
        Appeal,
        text=st.none() | NAMES,
        made_at=NAMES,
        against=st.just("") | NAMES,
        outcome=st.none() | st.sampled_from(AppealOutcome),
        decided_at=st.none() | NAMES,
    ),
    revisions=st.lists(st.integers(1, 99), max_size=3).map(tuple),
)
ENTRIES = st.builds(
    HistoryEntry,
    comment_id=NAMES,
    article_id=NAMES,
    version=st.integers(1, 99),
    action=st.sampled_from(Step),
    at=NAMES,
    before=st.none() | st.sampled_from(Status),
    after=st.sampled_from(Status),
    reasons=REASONS,
    scores=SCORES,
    model=st.none() | NAMES,
    policy_version=st.integers(0, 99),
    by=st.builds(Actor, st.sampled_from(ActorKind), st.text(), NAMES),
    signals=SIGNALS,
    review=REVIEWS,
    note=st.none() | NAMES,
    message=st.none() | NAMES,
    written_at=st.just("") | NAMES,
    request=st.none() | NAMES,
)


@given(st.dictionaries(st.text(min_size=1), PLAIN, max_size=5))
def test_what_is_stored_comes_back(item: items.Item) -> None:
    assert items.unmarshal_item(items.marshal_item(item)) == item


def test_a_type_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(TypeError):
        items.marshal({1, 2})


@given(COMMENTS)
def test_a_comment_survives_the_table(stored: Comment) -> None:
    item = items.unmarshal_item(items.marshal_item(items.comment_to_item(stored)))

    assert items.comment_from_item(item) == stored


@given(ENTRIES)
def test_a_history_entry_survives_the_table(stored: HistoryEntry) -> None:
    item = items.unmarshal_item(items.marshal_item(items.entry_to_item(stored)))

    assert items.entry_from_item(item) == stored


@given(COMMENTS)
def test_status_and_review_alone_decide_which_indexes_hold_a_comment(stored: Comment) -> None:
    found = items.index_keys(stored)

    is_kept = stored.status is Status.REMOVED and stored.reply_count > 0
    assert ("pages_pk" in found) == (stored.status is Status.PUBLISHED or is_kept)
    assert ("queue_pk" in found) == (stored.review is not None)
    assert ("authors_pk" in found) == bool(stored.author_sub)


def test_replies_are_paged_by_their_thread_and_top_level_comments_by_their_article() -> None:
    assert items.index_keys(comment())["pages_pk"] == "ARTICLE#a-1"
    assert items.index_keys(comment(parent_id="p"))["pages_pk"] == "THREAD#p"


def test_a_history_entry_never_holds_the_text() -> None:
    entry = items.entry_to_item(changes.submitted(comment(body="a very particular text")).entry)

    assert "a very particular text" not in repr(entry)


def test_the_public_sees_neither_reasons_nor_scores_nor_the_subject() -> None:
    stored = replace(held(), status=Status.PUBLISHED, author_sub="secret-subject")

    view = views.public(items.comment_to_item(stored))

    assert set(view) == {
        "id",
        "article_id",
        "parent_id",
        "author",
        "body",
        "status",
        "version",
        "created_at",
        "edited_at",
        "reply_count",
    }
    assert "secret-subject" not in repr(view)


def test_authors_learn_which_rule_fired_but_not_how_close_it_was() -> None:
    reason = Reason(rule=Rule.MODEL, outcome=Status.HELD, label="insult", score=0.71, threshold=0.7)

    (shown,) = views.comment_for_author(held(reasons=(reason,)), Policy(), NOW)["reasons"]

    assert shown == {"rule": "model", "label": "insult"}
