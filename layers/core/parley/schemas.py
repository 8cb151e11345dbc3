"""Requests and answers as the OpenAPI document describes them; requests are validated by these models."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from parley.comment import Action, AppealOutcome, RejectionCode, ReviewCause, Rule, Status, Step
from parley.policy import LIMITS, AuditShares, Policy, Threshold
from parley.urgency import DEFAULT_TARGETS, Band

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse


_BUILT_IN = Policy()
# Versions lie in sort keys of six digits.
MAX_VERSION = 999_998


class _Request(BaseModel):
    """What a client may send: these fields, of these types, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewComment(_Request):
    """A comment to submit."""

    body: str = Field(
        description="The text, plain; at most as long as the policy allows (5,000 characters by default)"
    )
    parent_id: str | None = Field(default=None, description="The comment that this one replies to")


class DecisionRequest(_Request):
    """A moderator's decision."""

    action: Action = Field(strict=False)
    version: int = Field(
        ge=1, le=MAX_VERSION, description="The version of the comment that the moderator saw"
    )
    reason: RejectionCode | None = Field(default=None, strict=False, description="Required for rejecting")
    note: str | None = Field(default=None, description="For colleagues; at most 1,000 characters")
    message: str | None = Field(default=None, description="For the author; at most 1,000 characters")


class OneOfManyDecisions(DecisionRequest):
    """One of several decisions."""

    comment_id: str


class DecisionsRequest(_Request):
    """Several decisions; each is made or not by itself."""

    decisions: list[OneOfManyDecisions] = Field(min_length=1, max_length=100)


class LabelThresholds(_Request):
    """Probabilities from which on a label holds or rejects; null never does."""

    review_at: float | None = Field(default=None, strict=False)
    reject_at: float | None = Field(default=None, strict=False)


class ReviewTargets(_Request):
    """Minutes within which somebody should look at a comment, by how urgent it is."""

    severe: int = DEFAULT_TARGETS[Band.SEVERE]
    high: int = DEFAULT_TARGETS[Band.HIGH]
    normal: int = DEFAULT_TARGETS[Band.NORMAL]
    low: int = DEFAULT_TARGETS[Band.LOW]


class Audit(_Request):
    """Shares, 0 to 1, of what is decided automatically that moderators see blind."""

    published: float = Field(default=0, strict=False)
    rejected: float = Field(default=0, strict=False)


class PolicyRules(_Request):
    """The rules of the site; labels that are not named keep the model's own thresholds."""

    version: int = Field(ge=0, le=MAX_VERSION, description="The version that these rules were made from")
    thresholds: dict[str, LabelThresholds] = Field(default_factory=dict)
    banned_terms: list[str] = Field(default_factory=list, description="Words and phrases that reject")
    held_terms: list[str] = Field(default_factory=list, description="Words and phrases that hold")
    max_links: int = Field(default=3, description="More links than this hold")
    max_length: int = Field(default=5000, description="Longest text in characters")
    max_depth: int = Field(default=3, description="Deepest reply; 0 allows top-level comments only")
    max_comments: int = Field(default=_BUILT_IN.max_comments, description="Comments and edits of an author")
    rate_seconds: int = Field(default=_BUILT_IN.rate_seconds, description="within so many seconds")
    max_previews: int = Field(default=_BUILT_IN.max_previews, description="Previews in the same time")
    repeat_minutes: int = Field(
        default=_BUILT_IN.repeat_minutes, description="The same text again within this time is held; 0: never"
    )
    first_comments: int = Field(
        default=_BUILT_IN.first_comments, description="Held until an author has so many published; 0: none"
    )
    max_rejections: int = Field(
        default=_BUILT_IN.max_rejections, description="Held after so many recent rejections; 0: never"
    )
    rejection_days: int = Field(default=_BUILT_IN.rejection_days, description="What counts as recent")
    edit_minutes: int = Field(
        default=_BUILT_IN.edit_minutes, description="For so long a comment can be edited; 0: never"
    )
    appeal_days: int = Field(
        default=_BUILT_IN.appeal_days, description="For so long a rejection can be appealed"
    )
    close_after_days: int = Field(
        default=_BUILT_IN.close_after_days,
        description="Articles close so long after their first comment; 0: never",
    )
    report_review_at: float = Field(
        default=_BUILT_IN.report_review_at,
        strict=False,
        description="From this weight of reports on a person looks; one weighs 0.5, or 0 to 1 as earned",
    )
    report_hold_at: float = Field(
        default=_BUILT_IN.report_hold_at,
        strict=False,
        description="From this weight on it is held until then",
    )
    staff_skips_scoring: bool = Field(
        default=_BUILT_IN.staff_skips_scoring, description="Moderators' own comments are published unscored"
    )
    review_targets: ReviewTargets = Field(default_factory=ReviewTargets)
    audit: Audit = Field(default_factory=Audit)

    def to_policy(self) -> Policy:
        """The rules themselves."""
        return Policy(
            version=self.version,
            thresholds={label: Threshold(t.review_at, t.reject_at) for label, t in self.thresholds.items()},
            banned_terms=tuple(self.banned_terms),
            held_terms=tuple(self.held_terms),
            **{name: getattr(self, name) for name in LIMITS},
            staff_skips_scoring=self.staff_skips_scoring,
            review_targets={band: getattr(self.review_targets, band) for band in Band},
            audit=AuditShares(self.audit.published, self.audit.rejected),
        )


class NewPolicy(PolicyRules):
    """Rules to put in force."""

    note: str | None = Field(default=None, description="What the change is for; at most 1,000 characters")


class _Answer(BaseModel):
    """What the API answers; documented here, built by `views`."""

    @classmethod
    def described(cls, description: str) -> OpenAPIResponse:
        """This answer as a response of an OpenAPI operation."""
        return {"description": description, "content": {"application/json": {"model": cls}}}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class PublicAuthor(BaseModel):
    """An author as everybody sees them; the id is derived and stable within the site."""

    id: str
    name: str


class PublicComment(_Answer):
    """A comment as everybody sees it. Times are ISO 8601 in UTC."""

    id: str
    article_id: str
    parent_id: str | None
    author: PublicAuthor
    body: str
    status: Status
    version: int
    created_at: str
    edited_at: str | None
    reply_count: int


class PageComment(PublicComment):
    """A comment on a page, with the beginning of its thread where that was asked for."""

    replies: CommentList | None = Field(default=None, description="With `replies=n`, if it has any")


class CommentList(_Answer):
    """A page of comments; `next` is the cursor of the next page."""

    comments: list[PageComment]
    next: str | None


class AuthorsReason(BaseModel):
    """Which rule held or rejected a comment."""

    rule: Rule
    label: str | None = Field(default=None, description="The model's label, for the rule `model`")
    code: RejectionCode | None = Field(default=None, description="The moderator's reason")


class ModeratorsReason(AuthorsReason):
    """A rule that fired, with what a moderator needs to judge it."""

    outcome: Status
    score: float | None = None
    threshold: float | None = None
    term: str | None = None


class OpenReview(BaseModel):
    """Why a comment is in the queue, since when, and by when somebody should have looked."""

    causes: list[ReviewCause]
    opened_at: str
    urgency: int | None = Field(description="0 (can wait) to 99 (first); null while the comment is blind")
    band: Band
    due_at: str
    reports: int | None = Field(description="How many readers reported it; null while the comment is blind")


class HeldBy(BaseModel):
    """The latest lease on a comment: by whom, until when; it may have lapsed."""

    id: str
    name: str
    expires_at: str


class MadeAppeal(BaseModel):
    """What the author says to a rejection, and what became of it."""

    text: str | None
    made_at: str
    outcome: AppealOutcome | None
    decided_at: str | None


class ModeratorsComment(PublicComment):
    """A comment as moderators see it.

    One of the audit sample is blind: nothing tells what the policy made of it, until somebody has decided.
    """

    status: Status | None  # type: ignore[assignment]  # null while it is blind
    is_blind: bool
    reasons: list[ModeratorsReason]
    scores: dict[str, float] | None
    model: str | None
    policy_version: int
    decided_at: str | None = Field(description="When the status was last decided about")
    message: str | None = Field(description="What the moderator who decided tells the author")
    review: OpenReview | None
    lease: HeldBy | None
    report_count: int = Field(description="Readers' reports since the last decision of a moderator")
    report_weight: float = Field(description="What they weigh together")
    appeal: MadeAppeal | None
    revision_count: int = Field(description="How many earlier texts there are")


class GivenLease(BaseModel):
    """A lease: its id, and until when it holds."""

    id: str
    expires_at: str


class LeaseAnswer(_Answer):
    """A lease and the comments it holds now."""

    lease: GivenLease
    comments: list[ModeratorsComment]


class ModeratorsCommentAnswer(_Answer):
    """One comment."""

    comment: ModeratorsComment


class Decider(BaseModel):
    """Who decided."""

    kind: str
    name: str


class Decided(BaseModel):
    """One decision of a comment's history."""

    version: int
    action: Step
    at: str
    before: Status | None
    after: Status
    reasons: list[ModeratorsReason]
    scores: dict[str, float] | None
    model: str | None
    policy_version: int
    note: str | None
    message: str | None
    by: Decider
    review: OpenReview | None = Field(description="The open review that this decision closed")


class Outcome(BaseModel):
    """What became of one of several decisions: the comment, or the problem."""

    comment_id: str
    status: int
    comment: ModeratorsComment | None = None
    problem: Problem | None = None


class Outcomes(_Answer):
    """What became of each decision, in their order."""

    outcomes: list[Outcome]


class PolicyInForce(PolicyRules):
    """A saved policy."""

    saved_at: str
    saved_by: str
    note: str | None
    restored_from: int | None = Field(description="The version that this one brought back")


class PolicyAnswer(_Answer):
    """A version of the policy."""

    policy: PolicyInForce


class Counts(_Answer):
    """Published comments per article."""

    counts: dict[str, int]


ProblemStatus = Literal[400, 401, 403, 404, 409, 413, 422, 429, 503]


def problems(*statuses: ProblemStatus) -> dict[int, OpenAPIResponse]:
    """These errors as responses of an OpenAPI operation."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"model": Problem}},
        }
        for status in statuses
    }
