"""Requests and answers about the policy and its effects, as the OpenAPI document describes them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from parley.comment import Status
from parley.schemas import (
    MAX_VERSION,
    ModeratorsComment,
    ModeratorsReason,
    PolicyRules,
    _Answer,
    _Request,
)
from parley.simulation import MAX_COMMENTS


class Rollback(_Request):
    """Which version of the policy to bring back."""

    to: int = Field(ge=0, le=MAX_VERSION, description="The version; 0 for the built-in rules")
    version: int = Field(ge=0, le=MAX_VERSION, description="The version in force, as the moderator saw it")
    note: str | None = Field(default=None, description="What it is for; at most 1,000 characters")


class PolicyVersion(BaseModel):
    """A version of the policy, without its rules."""

    version: int
    saved_at: str
    saved_by: str
    note: str | None
    restored_from: int | None = Field(description="The version that this one brought back")
    changes: list[str] = Field(description="The rules that it changed, e.g. `thresholds.insult.reject_at`")


class PolicyVersionList(_Answer):
    """A page of versions."""

    versions: list[PolicyVersion]
    next: str | None


class SimulationRequest(_Request):
    """A policy to try out, and over how many of the latest decided comments."""

    policy: PolicyRules
    comments: int = Field(default=1000, ge=1, le=MAX_COMMENTS)


class ShownRate(BaseModel):
    """A share, with its 95 % interval (Wilson); null of an empty sample."""

    count: int
    of: int
    rate: float | None
    low: float | None
    high: float | None


class OutcomeCounts(BaseModel):
    """How many comments are published, held and rejected."""

    published: int
    held: int
    rejected: int


class PolicyOutcome(BaseModel):
    """What a policy makes of comments, against what moderators said."""

    outcomes: OutcomeCounts
    misses: ShownRate = Field(description="Of what moderators rejected, what it publishes")
    false_holds: ShownRate = Field(description="Of what they approved, what it holds")
    false_rejections: ShownRate = Field(description="Of what they approved, what it rejects")
    queue_per_hour: float | None = Field(description="Comments for the queue an hour, the audit included")


class ChangedComment(BaseModel):
    """A comment of which the two policies make different things, and what moderators said."""

    comment: ModeratorsComment
    from_reasons: list[ModeratorsReason]
    to_reasons: list[ModeratorsReason]
    verdict: Status | None


class ChangedOutcome(BaseModel):
    """Comments that the candidate moves from one status to another."""

    before: Status = Field(alias="from")
    after: Status = Field(alias="to")
    count: int
    approved: int = Field(description="How many of them moderators approved")
    rejected: int = Field(description="How many of them moderators rejected")
    examples: list[ChangedComment]


class ScoreHistogram(BaseModel):
    """Comments by a label's score, in classes of equal width over [0, 1], and by what moderators said."""

    approved: list[int]
    rejected: list[int]
    undecided: list[int]


class ShownSimulation(BaseModel):
    """The policy in force and a candidate, on the same comments."""

    comments: int
    decided_by_moderators: int
    start: str | None = Field(alias="from")
    end: str | None = Field(alias="to")
    without_text: int = Field(description="Comments that could not be searched for new words: text is gone")
    current: PolicyOutcome
    candidate: PolicyOutcome
    changes: list[ChangedOutcome]
    histograms: dict[str, ScoreHistogram]


class SimulationAnswer(_Answer):
    """A simulation."""

    simulation: ShownSimulation


class QueueNow(BaseModel):
    """The queue now."""

    total: int
    causes: dict[str, int]
    oldest_opened_at: str | None
    is_oldest_exact: bool = Field(description="False: at least so old")
    next_due_at: str | None
    overdue: int
    is_overdue_exact: bool = Field(description="False: at least so many")


class ModeratorsSteps(BaseModel):
    """What moderators did."""

    approved: int
    rejected: int
    undone: int


class WaitingTimes(BaseModel):
    """Seconds from the opening of reviews to the decisions that closed them."""

    count: int
    median: float | None
    p90: float | None
    max: float | None


class AuditResult(BaseModel):
    """Of the blind sample of automatic outcomes, what moderators overturned."""

    published: ShownRate = Field(description="Misses")
    rejected: ShownRate = Field(description="False rejections")


class ThresholdAgreement(BaseModel):
    """How a threshold agrees with moderators, on comments that they decided about."""

    threshold: float
    flagged: int
    precision: ShownRate
    recall: ShownRate


class DayCounts(BaseModel):
    """What happened on one day, in UTC."""

    day: str
    automatic: OutcomeCounts
    moderators: ModeratorsSteps


class ShownStatistics(BaseModel):
    """How moderation goes."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    is_complete: bool = Field(description="False: the latest 10,000 history entries of that time")
    queue: QueueNow
    automatic: OutcomeCounts
    moderators: ModeratorsSteps
    time_to_decision_s: WaitingTimes
    audit: AuditResult
    labels: dict[str, list[ThresholdAgreement]]
    days: list[DayCounts] = Field(description="Each day of that time, the first and the last in part")


class StatisticsAnswer(_Answer):
    """Statistics."""

    statistics: ShownStatistics


class OwnThresholds(BaseModel):
    """The model's own thresholds of a label."""

    review_at: float
    reject_at: float


class ShownModel(BaseModel):
    """The model in use."""

    name: str
    labels: list[str]
    thresholds: dict[str, OwnThresholds]


class ModelAnswer(_Answer):
    """The model."""

    model: ShownModel
