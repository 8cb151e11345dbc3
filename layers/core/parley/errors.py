"""Every error a caller can meet, in one place; `http` maps them to status codes."""

from __future__ import annotations

from dataclasses import dataclass


class ParleyError(Exception):
    """Base of all expected errors; its text is safe to show to a client."""


@dataclass(eq=False)
class FieldError(ParleyError):
    """Something a client sent in one field cannot be used.

    Attributes:
        field: The field's name as the client wrote it, e.g. `parent_id` or `Idempotency-Key`.
        message: What is wrong with it, in a sentence.
        others: Further fields that cannot be used, and what is wrong with them.
    """

    field: str
    message: str
    others: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The field and what is wrong with it."""
        return f"{self.field}: {self.message}"


class Malformed(FieldError):
    """Raised when an identifier, cursor or header is not of the form that the API gives out (400)."""


class Invalid(FieldError):
    """Raised when a well-formed value fails a rule of the API (422)."""


class TooLong(FieldError):
    """Raised when a text is longer than the policy allows (413)."""


class NotFound(ParleyError):
    """Raised when what was asked for does not exist, or is not the caller's to know of (404)."""


class Forbidden(ParleyError):
    """Raised when the caller is signed in but may not do this (403)."""

    kind = "forbidden"


@dataclass(eq=False)
class Restricted(ParleyError):
    """Raised when an author is banned or suspended (403).

    Attributes:
        kind: `banned` or `suspended`.
        reason: Why, as a rejection code.
        message: Why, in a moderator's words.
        since: Since when, ISO 8601 UTC.
        until: Until when; None for good.
    """

    kind: str
    reason: str
    message: str | None
    since: str
    until: str | None

    def __str__(self) -> str:
        """What the author may not do, and until when."""
        end = f"until {self.until}" if self.until else "for good"
        return f"You are {self.kind} {end} ({self.reason})."


class ErasureRunning(Forbidden):
    """Raised when somebody writes while their data are being erased (403)."""

    kind = "erasing"


class ArticleClosed(Forbidden):
    """Raised when an article takes no more comments (403)."""

    kind = "article-closed"


class OwnComment(Forbidden):
    """Raised when somebody reports a comment of their own (403)."""

    kind = "own-comment"


class NotAuthenticated(ParleyError):
    """Raised when a handler is reached without the claims of a checked token (401)."""


class IdempotencyMismatch(ParleyError):
    """Raised when an Idempotency-Key comes back with a different request (422)."""


@dataclass(eq=False)
class TooFast(ParleyError):
    """Raised when somebody does more than the policy allows in a while (429).

    Attributes:
        retry_after_s: In how many seconds the next one is taken.
    """

    retry_after_s: int

    def __str__(self) -> str:
        """When to come back."""
        return f"That was too fast. Try again in {self.retry_after_s} s."


class NotPossible(ParleyError):
    """Raised when the state of a comment does not allow what was asked for (409)."""

    kind = "not-possible"


class NotEditable(NotPossible):
    """Raised when a comment cannot be edited, or not any more (409)."""

    kind = "not-editable"


class NotAppealable(NotPossible):
    """Raised when a comment is not rejected, or was appealed before, or too long ago (409)."""

    kind = "not-appealable"


class OwnAppeal(NotPossible):
    """Raised when a moderator would decide the appeal against their own rejection (409)."""

    kind = "own-appeal"


@dataclass(eq=False)
class AuthorConflict(ParleyError):
    """Raised when somebody else imposed something on an author first (409).

    Attributes:
        version: The author's version now.
        changed_by: Who was first,
        changed_at: and when.
    """

    version: int
    changed_by: str
    changed_at: str

    def __str__(self) -> str:
        """Who was first."""
        return f"{self.changed_by} was first, at {self.changed_at}; look at the author before you go on"


@dataclass(eq=False)
class Conflict(ParleyError):
    """Raised when somebody else changed the comment first (409).

    Attributes:
        comment_id: The comment that was to be changed.
        version: Its version now.
        status: Its status now.
        decided_by: Display name of who made the latest decision, `policy` for an automatic one.
        decided_at: When, as an ISO 8601 time in UTC.
        action: What they did, a step of the history.
    """

    comment_id: str
    version: int
    status: str
    decided_by: str
    decided_at: str
    action: str = ""

    def __str__(self) -> str:
        """Who was first, and what became of the comment."""
        return f"{self.decided_by} was first: the comment is {self.status} since {self.decided_at}"


@dataclass(eq=False)
class PolicyConflict(ParleyError):
    """Raised when somebody else saved a policy first (409).

    Attributes:
        version: The version in force.
        saved_by: Who saved it.
        saved_at: When.
    """

    version: int
    saved_by: str
    saved_at: str

    def __str__(self) -> str:
        """Who was first."""
        return (
            f"{self.saved_by} saved version {self.version} at {self.saved_at}; look at it before saving yours"
        )


@dataclass(eq=False)
class Leased(ParleyError):
    """Raised when somebody else is looking at the comment (409).

    Attributes:
        comment_id: The comment.
        leased_by: Display name of who holds it.
        expires_at: Until when, unless they extend it.
    """

    comment_id: str
    leased_by: str
    expires_at: str

    def __str__(self) -> str:
        """Who holds it, and until when."""
        return f"{self.leased_by} is looking at this comment until {self.expires_at}"


@dataclass(eq=False)
class ConditionFailed(ParleyError):
    """Raised when a write's condition did not hold; the use case finds out why.

    Attributes:
        actions: Which actions of the transaction had a condition that failed, counted from 0.
    """

    actions: frozenset[int] = frozenset()


class Unavailable(ParleyError):
    """Raised when the table cannot be reached or is throttled after all retries (503)."""


class NotYet(ParleyError):
    """Raised when a job cannot go on at the moment; its message is delivered again."""


class ScoringFailed(ParleyError):
    """Raised when the scorer raised, timed out or is missing.

    A submitted comment is held for a human then; whoever asks for an explanation is told to try later (503).
    """
