"""Requests and answers about authors and what they do with comments of their own; see `schemas`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from parley.author import RestrictionKind, Standing
from parley.comment import AppealOutcome, RejectionCode, Rule, Status
from parley.sanction import SanctionAction
from parley.schemas import AuthorsReason, PublicComment, _Answer, _Request
from parley.statements import Ground, Redress, Source


class StatementOfReasons(BaseModel):
    """Why a comment was rejected, after Article 17 of the EU's Digital Services Act."""

    decided_at: str
    restriction: str
    scope: str
    ground: Ground
    code: RejectionCode | None
    rules: list[Rule]
    source: Source
    automated_detection: bool
    automated_decision: bool
    explanation: str | None = Field(description="In the moderator's words")
    redress: list[Redress]
    appeal_until: str | None


class AuthorsAppeal(BaseModel):
    """An appeal and what became of it."""

    text: str | None
    made_at: str
    outcome: AppealOutcome | None
    decided_at: str | None
    message: str | None = Field(description="What the moderator who decided it says")


class AuthorsComment(PublicComment):
    """A comment as its author sees it."""

    reasons: list[AuthorsReason]
    message: str | None = Field(description="What the moderator who decided says")
    statement: StatementOfReasons | None = Field(description="For a rejected comment")
    appeal: AuthorsAppeal | None
    edit_until: str | None = Field(description="null: it cannot be edited, or not any more")


class AuthorsCommentAnswer(_Answer):
    """One comment."""

    comment: AuthorsComment


class AuthorsCommentList(_Answer):
    """A page of the author's own comments."""

    comments: list[AuthorsComment]
    next: str | None


class NewPreview(_Request):
    """A text to try out."""

    body: str
    parent_id: str | None = Field(default=None, description="The comment that it would reply to")


class Preview(BaseModel):
    """What would become of it."""

    status: Status
    reasons: list[AuthorsReason]


class PreviewAnswer(_Answer):
    """What would become of a text."""

    preview: Preview


class Edit(_Request):
    """A new text for a comment."""

    body: str
    version: int | None = Field(default=None, ge=1, description="The version that was edited, if it matters")


class NewReport(_Request):
    """What is wrong with a comment."""

    reason: RejectionCode = Field(strict=False)
    note: str | None = Field(default=None, description="For the moderators; at most 1,000 characters")


class Report(BaseModel):
    """A report as its reader sees it."""

    comment_id: str
    reason: RejectionCode
    at: str


class ReportAnswer(_Answer):
    """A report."""

    report: Report


class NewAppeal(_Request):
    """Why a rejection is wrong."""

    text: str | None = Field(default=None, description="At most 1,000 characters")


class RestrictionInForce(BaseModel):
    """What an author may not do, why, and until when (null: for good)."""

    kind: RestrictionKind
    reason: RejectionCode
    message: str | None
    since: str
    until: str | None


class LatestWarning(BaseModel):
    """A moderator's latest warning."""

    reason: RejectionCode
    message: str | None
    at: str


class CommentCounts(BaseModel):
    """How many comments an author has in each status."""

    published: int
    held: int
    rejected: int
    removed: int


class Erasure(BaseModel):
    """An erasure that goes on."""

    requested_at: str


class AuthorsStanding(BaseModel):
    """An author as the site knows them."""

    id: str
    name: str
    standing: Standing
    restriction: RestrictionInForce | None
    warning: LatestWarning | None
    counts: CommentCounts


class Me(AuthorsStanding):
    """The caller as the site knows them."""

    is_moderator: bool
    erasure: Erasure | None


class MeAnswer(_Answer):
    """The caller."""

    author: Me


class ErasureAnswer(_Answer):
    """An erasure that has begun."""

    erasure: Erasure


class Revision(BaseModel):
    """An earlier text of a comment."""

    version: int
    body: str
    replaced_at: str


class ExportedComment(AuthorsComment):
    """A comment with its earlier texts."""

    revisions: list[Revision]


class ExportedReport(Report):
    """A report with what its reader wrote."""

    note: str | None


class ExportedSanction(BaseModel):
    """Something that was imposed on the author."""

    action: SanctionAction
    reason: RejectionCode | None
    message: str | None
    until: str | None
    at: str


class ExportAnswer(_Answer):
    """A part of all that is kept of the caller; author and sanctions come with the first."""

    author: AuthorsStanding | None
    sanctions: list[ExportedSanction]
    comments: list[ExportedComment]
    reports: list[ExportedReport]
    next: str | None
