from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.factories import NOW, SALT, approval, held, rejection
from tests.fakes import KeywordScorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parley.store import Store

from parley import changes, errors, keys, moderation
from parley import comment as comments
from parley.comment import Comment, ModeratorDecision, Review, ReviewCause, Status
from parley.counting import Counted
from parley.scoring import Scoring
from parley.urgency import due_at

SCORING = Scoring(KeywordScorer(), timeout_s=5)


def put(store: Store, comment: Comment) -> Comment:
    store.apply(changes.submitted(comment))
    return comment


def queued(store: Store, number: int, urgency: int, cause: ReviewCause = ReviewCause.BORDERLINE) -> Comment:
    """A held comment, the `number`th to enter the queue."""
    at = comments.timestamp(NOW + timedelta(seconds=number))
    comment_id = keys.comment_id(SALT, "ann", f"queued-{number}")
    return put(store, held(cause, id=comment_id, created_at=at, review=Review((cause,), at, urgency)))


def test_an_approval_publishes_and_leaves_the_queue(store: Store) -> None:
    comment = put(store, held())

    decided = moderation.decide(store, comment.id, approval(), now=NOW)

    assert decided == store.comment(comment.id)
    assert decided.status is Status.PUBLISHED
    assert store.queue(limit=5).items == []
    assert [item["id"] for item in store.page("pages", "ARTICLE#a-1", limit=5).items] == [comment.id]


def test_a_rejection_leaves_the_queue_and_never_reaches_the_page(store: Store) -> None:
    comment = put(store, held())

    moderation.decide(store, comment.id, rejection(), now=NOW)

    assert store.queue(limit=5).items == []
    assert store.page("pages", "ARTICLE#a-1", limit=5).items == []


def test_a_published_comment_can_be_rejected_and_leaves_its_page(store: Store) -> None:
    comment = put(store, held())
    moderation.decide(store, comment.id, approval(), now=NOW)

    moderation.decide(store, comment.id, rejection(version=2), now=NOW)

    assert store.page("pages", "ARTICLE#a-1", limit=5).items == []


def test_the_second_of_two_decisions_learns_who_was_first(store: Store) -> None:
    comment = put(store, held())
    moderation.decide(store, comment.id, approval(moderator="ada"), now=NOW)

    with pytest.raises(errors.Conflict) as lost:
        moderation.decide(store, comment.id, rejection(moderator="bob"), now=NOW)

    assert (lost.value.decided_by, lost.value.status, lost.value.version) == ("Ada", Status.PUBLISHED, 2)
    assert lost.value.decided_at == comments.timestamp(NOW)


def test_of_many_moderators_who_decide_at_once_exactly_one_does(store: Store) -> None:
    comment = put(store, held())

    def decide(number: int) -> Comment | None:
        wish = approval if number % 2 else rejection
        try:
            return moderation.decide(store, comment.id, wish(moderator=f"m{number}"), now=NOW)
        except errors.Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        decided = [made for made in pool.map(decide, range(16)) if made]

    assert len(decided) == 1
    assert store.comment(comment.id) == decided[0]
    assert store.comment_and_entry(comment.id, 3)[1] is None


def test_a_retry_of_the_same_request_gets_the_same_answer(store: Store) -> None:
    comment = put(store, held())
    wish = rejection(request="request-1")
    first = moderation.decide(store, comment.id, wish, now=NOW)

    assert moderation.decide(store, comment.id, wish, now=NOW + timedelta(seconds=9)) == first


@pytest.mark.parametrize("wish", [approval(version=9), rejection(version=2)])
def test_a_version_that_never_was_is_refused(store: Store, wish: ModeratorDecision) -> None:
    comment = put(store, held())

    with pytest.raises(errors.Invalid) as refused:
        moderation.decide(store, comment.id, wish, now=NOW)

    assert refused.value.field == "version"


def test_deciding_on_nothing_is_not_found(store: Store) -> None:
    with pytest.raises(errors.NotFound):
        moderation.decide(store, held().id, approval(), now=NOW)


def test_replies_counted_meanwhile_survive_a_decision(store: Store) -> None:
    before = put(store, held())
    change = changes.decide(before, approval(), now=NOW)
    store.count(Counted("reply", 1, "a-1", before.id, 1, replies=1), now_s=0)

    store.apply(change)

    stored = store.comment(before.id)
    assert stored is not None
    assert stored.reply_count == 1
    assert replace(stored, reply_count=0) == change.after


def test_the_queue_is_merged_from_its_shards_by_when_a_comment_is_due(store: Store) -> None:
    urgencies = [10, 90, 50, 90, 10, 50, 70, 90, 10, 30, 50, 99]
    made = [queued(store, number, urgency) for number, urgency in enumerate(urgencies)]
    expected = [c.id for c in sorted(made, key=lambda c: (due_at(c.review), c.id))]  # type: ignore[arg-type]
    assert len({keys.shard(c.id, keys.QUEUE_SHARDS) for c in made}) > 1

    seen: list[str] = []
    position = None
    while True:
        page = store.queue(limit=5, after=position)
        seen += [item["id"] for item in page.items]
        position = page.next
        if position is None:
            break

    assert seen == expected


def test_a_place_in_the_queue_survives_the_work_of_others(store: Store) -> None:
    made = [queued(store, number, urgency=50) for number in range(6)]
    first = store.queue(limit=2)
    moderation.decide(store, made[1].id, approval(), now=NOW)  # where the page ended
    moderation.decide(store, made[2].id, approval(), now=NOW)

    second = store.queue(limit=10, after=first.next)

    assert [item["id"] for item in second.items] == [c.id for c in made[3:]]


@pytest.mark.parametrize(
    ("body", "status", "causes"),
    [
        ("fine", Status.PUBLISHED, None),
        ("borderline", Status.HELD, ["borderline"]),
        ("vile", Status.HELD, ["borderline"]),
    ],
)
def test_when_the_model_is_back_the_policy_decides_or_hands_over(
    store: Store, body: str, status: Status, causes: list[str] | None
) -> None:
    comment = put(store, held(ReviewCause.UNSCORED, body=body, model=None))

    decided = moderation.rescore(store, SCORING, comment.id, now=NOW)

    assert decided is not None
    assert (decided.status, decided.model) == (status, KeywordScorer.model)
    queue = store.queue(limit=5).items
    assert [item["review"]["causes"] for item in queue] == ([causes] if causes else [])
    assert decided == store.comment(comment.id)


def test_a_moderator_who_came_first_keeps_the_last_word(store: Store) -> None:
    comment = put(store, held(ReviewCause.UNSCORED, body="fine"))
    moderation.decide(store, comment.id, rejection(), now=NOW)

    assert moderation.rescore(store, SCORING, comment.id, now=NOW) is None

    stored = store.comment(comment.id)
    assert stored is not None
    assert stored.status is Status.REJECTED


def test_a_moderator_who_decides_while_the_model_thinks_keeps_the_last_word(store: Store) -> None:
    comment = put(store, held(ReviewCause.UNSCORED, body="fine"))

    class SlowScorer(KeywordScorer):
        def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
            moderation.decide(store, comment.id, rejection(), now=NOW)
            return super().score(texts)

    assert moderation.rescore(store, Scoring(SlowScorer(), timeout_s=5), comment.id, now=NOW) is None

    stored = store.comment(comment.id)
    assert stored is not None
    assert stored.status is Status.REJECTED


def test_a_message_that_comes_twice_rescores_once(store: Store) -> None:
    comment = put(store, held(ReviewCause.UNSCORED, body="fine"))
    moderation.rescore(store, SCORING, comment.id, now=NOW)

    assert moderation.rescore(store, SCORING, comment.id, now=NOW) is None
    stored = store.comment(comment.id)
    assert stored is not None
    assert stored.version == 2


def test_without_a_model_rescoring_fails_and_changes_nothing(store: Store) -> None:
    comment = put(store, held(ReviewCause.UNSCORED))

    with pytest.raises(errors.ScoringFailed):
        moderation.rescore(store, Scoring(None, timeout_s=1), comment.id, now=NOW)

    assert store.comment(comment.id) == comment
