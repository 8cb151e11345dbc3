"""A comment, its statuses, and every change that may happen to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from parley.errors import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.lease import Lease


class Status(StrEnum):
    """Who may see a comment."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"


# The one table of transitions; whatever is not in it does not happen.
TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.PUBLISHED: frozenset({Status.HELD, Status.REJECTED}),
    Status.HELD: frozenset({Status.PUBLISHED, Status.REJECTED}),
    Status.REJECTED: frozenset({Status.PUBLISHED, Status.HELD}),
}


class ReviewCause(StrEnum):
    """Why a person should look at a comment."""

    BORDERLINE = "borderline"
    UNSCORED = "unscored"


class Rule(StrEnum):
    """What can decide about a comment."""

    MODEL = "model"
    BANNED_TERM = "banned_term"
    HELD_TERM = "held_term"
    LINKS = "links"
    UNSCORED = "unscored"
    MODERATOR = "moderator"


class RejectionCode(StrEnum):
    """The reasons a moderator can give for rejecting."""

    ABUSIVE = "abusive"
    HATEFUL = "hateful"
    HARASSMENT = "harassment"
    THREAT = "threat"
    SEXUAL = "sexual"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"
    ILLEGAL = "illegal"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that fired, with what a moderator needs to judge it.

    Attributes:
        rule: Which kind of rule.
        outcome: The status that this rule alone asks for.
        label: The model's label, for `Rule.MODEL`.
        score: The label's probability in [0, 1].
        threshold: The threshold it reached.
        term: The term of a word list that matched.
        code: The moderator's reason for rejecting.
    """

    rule: Rule
    outcome: Status
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    term: str | None = None
    code: RejectionCode | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a comment, why, and how urgently a person should look (0 to 99)."""

    status: Status
    reasons: tuple[Reason, ...]
    urgency: int

    @property
    def review_causes(self) -> tuple[ReviewCause, ...]:
        """Why a person should look; empty when nobody needs to."""
        if self.status is not Status.HELD:
            return ()
        is_unscored = any(reason.rule is Rule.UNSCORED for reason in self.reasons)
        return (ReviewCause.UNSCORED,) if is_unscored else (ReviewCause.BORDERLINE,)


@dataclass(frozen=True, slots=True)
class Author:
    """An author as readers know them: a derived id, never the token's `sub`, and a display name."""

    id: str
    name: str


class ActorKind(StrEnum):
    """Who decides."""

    POLICY = "policy"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a decision; `id` is empty for the policy."""

    kind: ActorKind
    id: str
    name: str


POLICY_ACTOR: Final = Actor(ActorKind.POLICY, "", "policy")


@dataclass(frozen=True, slots=True)
class Review:
    """An open request that a person looks at a comment.

    Attributes:
        causes: Why.
        opened_at: Since when, ISO 8601 UTC.
        urgency: 0 (can wait) to 99 (first).
    """

    causes: tuple[ReviewCause, ...]
    opened_at: str
    urgency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One text by one author under one article. Times are ISO 8601 in UTC with milliseconds."""

    id: str
    article_id: str
    parent_id: str | None
    depth: int
    author: Author
    author_sub: str
    body: str
    status: Status
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float] | None
    model: str | None
    policy_version: int
    review: Review | None
    lease: Lease | None = None
    version: int
    created_at: str
    edited_at: str | None
    reply_count: int
    request_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One decision about a comment: what is known of it for good. Never holds the text.

    Attributes:
        comment_id: The comment.
        article_id: Its article.
        version: The comment's version that this decision made.
        at: When.
        before: The status it had; None for the first decision.
        after: The status it got.
        reasons: The rules that fired, or the moderator's reason.
        scores: The scores as they were then.
        model: Which model gave them.
        policy_version: Which policy decided.
        by: Who decided.
        note: The moderator's free note.
        request: Key of the request that made it, so that a retry is recognised.
    """

    comment_id: str
    article_id: str
    version: int
    at: str
    before: Status | None
    after: Status
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float] | None
    model: str | None
    policy_version: int
    by: Actor
    note: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A comment before and after one decision, and the entry that records it.

    Attributes:
        before: The comment that the decision was made on; None for a new one.
        after: What it becomes.
        entry: The record.
        leased_to: The moderator who decides: an active lease of anybody else stands in the way. None for the
            policy, which no lease stops.
    """

    before: Comment | None
    after: Comment
    entry: HistoryEntry
    leased_to: str | None = None


class Action(StrEnum):
    """What a moderator can do with a comment."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorDecision:
    """A moderator's wish, made against the `version` that they saw."""

    action: Action
    version: int
    by: Actor
    code: RejectionCode | None = None
    note: str | None = None
    request: str | None = None


def timestamp(now: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: sorts as text in the order of time."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _become(comment: Comment, status: Status, **fields: Any) -> Comment:  # noqa: ANN401
    """The comment's next version, with this status."""
    if status is not comment.status and status not in TRANSITIONS[comment.status]:
        raise ValueError(f"a {comment.status} comment cannot become {status}")
    return replace(comment, status=status, version=comment.version + 1, **fields)


def _entry(before: Comment | None, after: Comment, *, by: Actor, at: str) -> HistoryEntry:
    return HistoryEntry(
        comment_id=after.id,
        article_id=after.article_id,
        version=after.version,
        at=at,
        before=before.status if before else None,
        after=after.status,
        reasons=after.reasons,
        scores=after.scores,
        model=after.model,
        policy_version=after.policy_version,
        by=by,
    )


def submitted(comment: Comment) -> Change:
    """The first change: a new comment with the policy's decision already in it."""
    return Change(None, comment, _entry(None, comment, by=POLICY_ACTOR, at=comment.created_at))


def decide(comment: Comment, decision: ModeratorDecision, *, now: datetime) -> Change:
    """What a moderator's decision makes of a comment; it closes the review.

    Approving what is published, or rejecting what is rejected, confirms it: the decision is recorded and the
    review closed.

    Raises:
        ConditionFailed: The comment has moved on since the moderator saw it, or somebody else holds it.
    """
    at = timestamp(now)
    is_held_by_other = comment.lease is not None and comment.lease.keeps_out(decision.by.id, at)
    if decision.version != comment.version or is_held_by_other:
        raise ConditionFailed
    status = Status.PUBLISHED if decision.action is Action.APPROVE else Status.REJECTED
    reasons = (
        (Reason(rule=Rule.MODERATOR, outcome=status, code=decision.code),)
        if status is Status.REJECTED
        else ()
    )
    after = _become(comment, status, reasons=reasons, review=None, lease=None)
    entry = replace(
        _entry(comment, after, by=decision.by, at=at), note=decision.note, request=decision.request
    )
    return Change(comment, after, entry, leased_to=decision.by.id)


def awaits_score(comment: Comment) -> bool:
    """Whether a comment is still waiting for a score and nobody has decided about it."""
    return comment.review is not None and ReviewCause.UNSCORED in comment.review.causes


def rescored(  # noqa: PLR0913
    comment: Comment,
    outcome: Decision,
    *,
    scores: Mapping[str, float],
    model: str | None,
    policy_version: int,
    now: datetime,
) -> Change:
    """What a later score makes of a comment that `awaits_score`.

    What the policy lets through is published and leaves the queue. Anything else stays with the humans it
    was promised to, now with its scores and the rules that fired.
    """
    known = {"scores": scores, "model": model, "policy_version": policy_version, "reasons": outcome.reasons}
    if outcome.status is Status.PUBLISHED:
        after = _become(comment, Status.PUBLISHED, review=None, lease=None, **known)
    else:
        opened_at = comment.review.opened_at if comment.review else timestamp(now)
        review = Review((ReviewCause.BORDERLINE,), opened_at, outcome.urgency)
        after = _become(comment, Status.HELD, review=review, **known)
    return Change(comment, after, _entry(comment, after, by=POLICY_ACTOR, at=timestamp(now)))
