"""What happens when a moderator decides, and when the model is back to score what it missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import comment as comments
from parley import policy
from parley.errors import ConditionFailed, Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import Comment, ModeratorDecision
    from parley.scoring import Scoring
    from parley.store import Store


def decide(store: Store, comment_id: str, decision: ModeratorDecision, *, now: datetime) -> Comment:
    """Make a moderator's decision, exactly once.

    A retry of the same request (`decision.request`) gets the first answer; anybody else who decides on a
    version that is no longer current gets `Conflict`.

    Raises:
        NotFound: There is no such comment.
        Conflict: Somebody decided first; it says who, what and when.
        Invalid: The version is one that the comment has never had.
    """
    comment = store.comment(comment_id)
    if comment is None:
        raise NotFound("There is no such comment.")
    try:
        change = comments.decide(comment, decision, now=now)
        store.apply(change)
    except ConditionFailed:
        return _already_decided(store, comment_id, decision)
    return change.after


def _already_decided(store: Store, comment_id: str, decision: ModeratorDecision) -> Comment:
    comment, winner = store.comment_and_entry(comment_id, decision.version + 1)
    if comment is None:
        raise NotFound("There is no such comment.")
    if winner is None:
        raise Invalid("version", f"is not a version of the comment, which is at {comment.version}")
    if decision.request is not None and winner.request == decision.request:
        return comment
    raise Conflict(comment_id, comment.version, winner.after, winner.by.name, winner.at)


def rescore(store: Store, scoring: Scoring, comment_id: str, *, now: datetime) -> Comment | None:
    """Score a comment that could not be scored when it came.

    Returns:
        The comment as it is now; None if a moderator or another delivery of the message was first, or there
        is no such comment, so that there is nothing to do.

    Raises:
        ScoringFailed: The model is still not there; try again later.
    """
    comment, current = store.comment_and_policy(comment_id)
    if comment is None or not comments.awaits_score(comment):
        return None
    scores = scoring.score(comment.body)
    rules = policy.with_model_defaults(current, scoring.thresholds)
    outcome = policy.decide(scores, policy.screen(comment.body, rules), rules)
    change = comments.rescored(
        comment, outcome, scores=scores, model=scoring.model, policy_version=rules.version, now=now
    )
    try:
        store.apply(change)
    except ConditionFailed:
        return None
    return change.after
