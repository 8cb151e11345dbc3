"""Whole comments, authors and articles as moderators ask for them; see `schemas`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from parley.article import ArticleState
from parley.comment import RejectionCode
from parley.job import JobKind, JobState
from parley.report import ReportOutcome
from parley.sanction import SanctionAction
from parley.schemas import MAX_VERSION, Decided, ModeratorsComment, _Answer, _Request
from parley.schemas_people import AuthorsStanding, Revision


class SanctionRequest(_Request):
    """What to impose on an author."""

    action: SanctionAction = Field(strict=False)
    version: int = Field(ge=0, le=MAX_VERSION, description="The author's version that the moderator saw")
    reason: RejectionCode | None = Field(
        default=None, strict=False, description="Required for everything but lifting"
    )
    message: str | None = Field(default=None, description="For the author; at most 1,000 characters")
    note: str | None = Field(default=None, description="For colleagues; at most 1,000 characters")
    until: str | None = Field(
        default=None, description="When it ends, ISO 8601 with a time zone; required for suspending"
    )
    reject_open: bool = Field(
        default=False, description="With a ban: reject all comments of theirs that wait in the queue"
    )


class ReportsOfAuthor(BaseModel):
    """The reports that an author has filed, and what one weighs."""

    made: int
    right: int
    wrong: int
    weight: float


class ModeratorsAuthor(AuthorsStanding):
    """An author as moderators see them."""

    version: int
    recent_rejections: int
    reports: ReportsOfAuthor


class ImposedBy(BaseModel):
    """Who imposed it."""

    name: str


class Imposed(BaseModel):
    """Something that was imposed on an author."""

    version: int
    action: SanctionAction
    reason: RejectionCode | None
    message: str | None
    note: str | None
    until: str | None
    at: str
    by: ImposedBy
    job: str | None


class AuthorWithComments(_Answer):
    """An author with what was imposed on them, and a page of their comments."""

    author: ModeratorsAuthor
    sanctions: list[Imposed]
    comments: list[ModeratorsComment]
    next: str | None


class ShownJob(BaseModel):
    """A job and what it has done; `left` are comments that colleagues hold."""

    id: str
    kind: JobKind
    state: JobState
    started_at: str
    finished_at: str | None
    rejected: int
    left: int


class AuthorAnswer(_Answer):
    """An author after a sanction, and the job that it started."""

    author: ModeratorsAuthor
    job: ShownJob | None


class JobAnswer(_Answer):
    """A job."""

    job: ShownJob


class ArticleRequest(_Request):
    """What to set for an article."""

    state: ArticleState = Field(strict=False)
    closes_at: str | None = Field(default=None, description="When it closes by itself, ISO 8601")


class ShownArticle(BaseModel):
    """An article, and whether it takes comments now."""

    id: str
    state: ArticleState
    closes_at: str | None
    is_open: bool
    comment_count: int
    changed_at: str | None
    changed_by: str | None


class ArticleAnswer(_Answer):
    """An article."""

    article: ShownArticle


class FiledReport(BaseModel):
    """A reader's report; the outcome is null while nobody has decided."""

    reason: RejectionCode
    note: str | None
    at: str
    weight: float
    outcome: ReportOutcome | None


class WholeComment(_Answer):
    """A comment with all that is known about it, and what it replies to."""

    comment: ModeratorsComment
    history: list[Decided]
    parent: ModeratorsComment | None
    reports: list[FiledReport] = Field(description="None while the comment is blind")
    revisions: list[Revision] = Field(description="Earlier texts, oldest first")
    author: ModeratorsAuthor | None = Field(description="null once their data have been erased")
