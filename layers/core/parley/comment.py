"""A comment, its statuses and its history; what may happen to it stands in `changes`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parley.signals import NONE, Signals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.lease import Lease


class Status(StrEnum):
    """Who may see a comment."""

    PUBLISHED = "published"
    HELD = "held"
    REJECTED = "rejected"
    REMOVED = "removed"


# The one table of transitions; whatever is not in it does not happen.
TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.PUBLISHED: frozenset({Status.HELD, Status.REJECTED, Status.REMOVED}),
    Status.HELD: frozenset({Status.PUBLISHED, Status.REJECTED, Status.REMOVED}),
    Status.REJECTED: frozenset({Status.PUBLISHED, Status.HELD, Status.REMOVED}),
    Status.REMOVED: frozenset(),
}


class ReviewCause(StrEnum):
    """Why a person should look at a comment."""

    BORDERLINE = "borderline"
    UNSCORED = "unscored"
    PREMODERATED = "premoderated"
    REPORTED = "reported"
    APPEALED = "appealed"
    AUDIT = "audit"


class Step(StrEnum):
    """What a history entry records."""

    SUBMITTED = "submitted"
    RESCORED = "rescored"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNDONE = "undone"
    EDITED = "edited"
    REPORTED = "reported"
    APPEALED = "appealed"
    REMOVED = "removed"
    ERASED = "erased"


# What a moderator may take back; undoing an undoing does it again.
UNDOABLE: Final = frozenset({Step.APPROVED, Step.REJECTED, Step.UNDONE})


class Rule(StrEnum):
    """What can decide about a comment."""

    MODEL = "model"
    BANNED_TERM = "banned_term"
    HELD_TERM = "held_term"
    LINKS = "links"
    UNSCORED = "unscored"
    REPEATED = "repeated"
    FIRST_COMMENT = "first_comment"
    RECENT_REJECTIONS = "recent_rejections"
    PREMODERATED_AUTHOR = "premoderated_author"
    PREMODERATED_ARTICLE = "premoderated_article"
    STAFF = "staff"
    REPORTS = "reports"
    MODERATOR = "moderator"


# Rules that hold whoever writes what: a person was to look from the start.
PREMODERATING: Final = frozenset({Rule.FIRST_COMMENT, Rule.PREMODERATED_AUTHOR, Rule.PREMODERATED_ARTICLE})


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
        rules = {reason.rule for reason in self.reasons}
        if Rule.UNSCORED in rules:
            return (ReviewCause.UNSCORED,)
        causes = []
        if rules & PREMODERATING:
            causes.append(ReviewCause.PREMODERATED)
        if rules - PREMODERATING:
            causes.append(ReviewCause.BORDERLINE)
        return tuple(causes) or (ReviewCause.BORDERLINE,)


@dataclass(frozen=True, slots=True)
class Author:
    """An author as readers know them: a derived id, never the token's `sub`, and a display name."""

    id: str
    name: str


class ActorKind(StrEnum):
    """Who decides."""

    POLICY = "policy"
    MODERATOR = "moderator"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a decision; `id` is empty but for moderators: the record names no author."""

    kind: ActorKind
    id: str
    name: str


POLICY_ACTOR: Final = Actor(ActorKind.POLICY, "", "policy")
AUTHOR_ACTOR: Final = Actor(ActorKind.AUTHOR, "", "the author")


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """An author's request that another person looks at a rejection.

    Attributes:
        text: What the author says.
        made_at: When, ISO 8601 UTC.
        against: The `sub` of the moderator who rejected; empty if the policy did.
        outcome: What became of it; None while it is open.
        decided_at: When that was.
    """

    text: str | None
    made_at: str
    against: str
    outcome: AppealOutcome | None = None
    decided_at: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """An open request that a person looks at a comment.

    Attributes:
        causes: Why.
        opened_at: Since when, ISO 8601 UTC.
        urgency: 0 (can wait) to 99 (first).
        reports: How many readers reported the comment.
        target_min: Within how many minutes somebody should look; None as long as is usual for its band
            (`urgency.due_at`).
    """

    causes: tuple[ReviewCause, ...]
    opened_at: str
    urgency: int
    reports: int = 0
    target_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One text by one author under one article. Times are ISO 8601 in UTC with milliseconds.

    Attributes of which the name does not say it all:
        author_sub: The author's `sub`; empty once their data have been erased.
        decided_at: When the status was last decided about, by the policy or a moderator.
        decided_by: The `sub` of the moderator who did; empty for the policy.
        message: What that moderator tells the author.
        is_upon_reports: Whether readers' reports led to that decision.
        report_count: How many readers have reported it since then,
        report_weight: and what their reports weigh together.
        appeal: The author's appeal, if they made one.
        revisions: At which versions an edit put an earlier text aside.
        request_hash: Tells a retry of the submission from another one with the same key.
    """

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
    signals: Signals = NONE
    model: str | None
    policy_version: int
    review: Review | None
    lease: Lease | None = None
    version: int
    created_at: str
    edited_at: str | None
    reply_count: int
    request_hash: str
    decided_at: str = ""
    decided_by: str = ""
    message: str | None = None
    is_upon_reports: bool = False
    report_count: int = 0
    report_weight: float = 0.0
    appeal: Appeal | None = None
    revisions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One decision about a comment: what is known of it for good. Never holds the text.

    Attributes:
        comment_id: The comment.
        article_id: Its article.
        version: The comment's version that this decision made.
        action: What happened.
        at: When.
        before: The status it had; None for the first decision.
        after: The status it got.
        reasons: The rules that fired, or the moderator's reason.
        scores: The scores as they were then.
        signals: What else the policy knew.
        model: Which model gave them.
        policy_version: Which policy decided.
        by: Who decided.
        review: The open review that this decision closed; None if it closed none.
        note: The moderator's free note.
        message: What the moderator tells the author.
        written_at: When the comment was submitted.
        request: Key of the request that made it, so that a retry is recognised.
    """

    comment_id: str
    article_id: str
    version: int
    action: Step
    at: str
    before: Status | None
    after: Status
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float] | None
    signals: Signals = NONE
    model: str | None
    policy_version: int
    by: Actor
    review: Review | None = None
    note: str | None = None
    message: str | None = None
    written_at: str = ""
    request: str | None = None

    @property
    def is_upon_reports(self) -> bool:
        """Whether it closed a review that readers' reports had opened."""
        return self.review is not None and ReviewCause.REPORTED in self.review.causes


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
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorDecision:
    """A moderator's wish, made against the `version` that they saw."""

    action: Action
    version: int
    by: Actor
    code: RejectionCode | None = None
    note: str | None = None
    message: str | None = None
    request: str | None = None


def timestamp(now: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: sorts as text in the order of time."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
