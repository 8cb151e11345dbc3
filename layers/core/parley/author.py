"""An author as the site knows them: standing, pace, counters. Pure.

What an author does (submit, edit, preview, report) is a turn. Turns are numbered, and each is written under
the condition that it is the next: of two requests at once, the second looks again at what the first has
left, so no burst gets past a limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parley.comment import RejectionCode, Status, timestamp
from parley.errors import ErasureRunning, Restricted, TooFast
from parley.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.article import Article
    from parley.policy import Policy

# Shorter texts are said again and again without being spam: "Thank you!"
MIN_REPEATED_LENGTH: Final = 20
# How many of an author's latest texts are compared, whatever the rate allows.
MIN_RECENT: Final = 20
# Reports are for things that stand out; who files more than this in ten minutes is not reading.
MAX_REPORTS: Final = 20
REPORTS_WINDOW_S: Final = 600
# What a warned or restricted author is told, and sanctions are listed by.
MAX_SANCTIONS_SHOWN: Final = 50


class Standing(StrEnum):
    """How the site stands to an author."""

    NEW = "new"
    TRUSTED = "trusted"
    PREMODERATED = "premoderated"
    SUSPENDED = "suspended"
    BANNED = "banned"


class RestrictionKind(StrEnum):
    """What an author may not do; each has a standing of the same name."""

    PREMODERATED = "premoderated"
    SUSPENDED = "suspended"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Restriction:
    """What an author may not do, why, and until when.

    Attributes:
        kind: What.
        reason: Why, as a code.
        message: Why, in the moderator's words to the author.
        since: ISO 8601 UTC.
        until: ISO 8601 UTC; None for good.
    """

    kind: RestrictionKind
    reason: RejectionCode
    message: str | None
    since: str
    until: str | None

    def is_in_force(self, at: str) -> bool:
        """Whether it holds at a time."""
        return self.until is None or self.until > at


@dataclass(frozen=True, slots=True)
class Warned:
    """A moderator's latest warning."""

    reason: RejectionCode
    message: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Written:
    """That an author wrote something: when (ms since 1970), and a fingerprint of what, "" for short texts."""

    at_ms: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorRecord:
    """All that is kept about an author beside their comments.

    Attributes:
        sub: The token's subject.
        id: The derived id that others see.
        name: The display name when they last did something.
        version: How many sanctions and other acts about them there were.
        turns: How many acts of their own.
        restriction: The latest restriction; it may have ended.
        warning: The latest warning.
        written: Their latest submissions and edits, oldest first.
        previews: When they last asked for previews, ms since 1970.
        reported: When they last reported something, ms since 1970.
        counts: How many of their comments have each status.
        rejected: How many were rejected, by day (ISO date).
        reports_made: How many reports they have filed,
        reports_right: how many of these moderators agreed with,
        reports_wrong: and how many not.
        erasing_since: Since when their data are being erased; None if they are not.
    """

    sub: str
    id: str
    name: str = ""
    version: int = 0
    turns: int = 0
    restriction: Restriction | None = None
    warning: Warned | None = None
    written: tuple[Written, ...] = ()
    previews: tuple[int, ...] = ()
    reported: tuple[int, ...] = ()
    counts: Mapping[Status, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    reports_made: int = 0
    reports_right: int = 0
    reports_wrong: int = 0
    erasing_since: str | None = None

    def restriction_at(self, at: str) -> Restriction | None:
        """The restriction that is in force at a time."""
        return self.restriction if self.restriction and self.restriction.is_in_force(at) else None

    def published(self) -> int:
        """How many of their comments are published."""
        return self.counts.get(Status.PUBLISHED, 0)

    def standing(self, at: str, *, first_comments: int) -> Standing:
        """How the site stands to them; who has published nothing yet, or too little, is new."""
        restriction = self.restriction_at(at)
        if restriction:
            return Standing(restriction.kind)
        return Standing.TRUSTED if self.published() >= max(first_comments, 1) else Standing.NEW

    def recent_rejections(self, now: datetime, *, days: int) -> int:
        """How many comments were rejected on these latest days, today included."""
        first = timestamp(now - timedelta(days=days - 1))[:10]
        return sum(max(0, number) for day, number in self.rejected.items() if day >= first)

    def report_weight(self) -> float:
        """What a report of theirs weighs: how likely it is right, by those that moderators judged.

        Laplace's rule of succession: 0.5 for who has never been judged, towards 1 or 0 with every judgement.
        """
        judged = self.reports_right + self.reports_wrong
        return round((self.reports_right + 1) / (judged + 2), 4)


@dataclass(frozen=True, slots=True)
class Turn:
    """An author before and after one act of their own."""

    before: AuthorRecord
    after: AuthorRecord


def check_may_take_part(author: AuthorRecord, at: str) -> None:
    """See that an author may write and report.

    Raises:
        Restricted: They are banned or suspended; it says why and until when.
        ErasureRunning: Their data are being erased.
    """
    if author.erasing_since:
        raise ErasureRunning("Your data are being erased. You can write again when that is done.")
    restriction = author.restriction_at(at)
    if restriction and restriction.kind is not RestrictionKind.PREMODERATED:
        raise Restricted(
            restriction.kind, restriction.reason, restriction.message, restriction.since, restriction.until
        )


def facts(author: AuthorRecord, article: Article, policy: Policy, fingerprint: str, now: datetime) -> Signals:
    """What the policy's rules need to know about the circumstances of a text."""
    since_ms = _ms(now) - policy.repeat_minutes * 60_000
    restriction = author.restriction_at(timestamp(now))
    return Signals(
        repeats=sum(
            1 for w in author.written if fingerprint and w.fingerprint == fingerprint and w.at_ms > since_ms
        ),
        earlier_published=author.published(),
        recent_rejections=author.recent_rejections(now, days=policy.rejection_days),
        is_author_premoderated=restriction is not None and restriction.kind is RestrictionKind.PREMODERATED,
        is_article_premoderated=article.is_premoderated,
    )


def with_writing(
    author: AuthorRecord, policy: Policy, *, name: str, fingerprint: str, now: datetime
) -> AuthorRecord:
    """The author after one more submission or edit.

    Raises:
        TooFast: They have written as much as the policy allows in its window.
    """
    window_s = policy.rate_seconds
    now_ms = _ms(now)
    _admit([w.at_ms for w in author.written], now_ms, limit=policy.max_comments, window_s=window_s)
    kept_since = now_ms - 1000 * max(window_s, policy.repeat_minutes * 60)
    kept = [w for w in author.written if w.at_ms > kept_since]
    latest = (*kept, Written(now_ms, fingerprint))[-max(MIN_RECENT, policy.max_comments) :]
    first_day = timestamp(now - timedelta(days=policy.rejection_days))[:10]
    rejected = {day: number for day, number in author.rejected.items() if day >= first_day}
    return replace(author, turns=author.turns + 1, name=name, written=latest, rejected=rejected)


def with_preview(author: AuthorRecord, policy: Policy, *, now: datetime) -> AuthorRecord:
    """The author after one more preview.

    Raises:
        TooFast: They have asked for as many as the policy allows in its window.
    """
    times = _admit(author.previews, _ms(now), limit=policy.max_previews, window_s=policy.rate_seconds)
    return replace(author, turns=author.turns + 1, previews=times)


def with_report(author: AuthorRecord, *, name: str, now: datetime) -> AuthorRecord:
    """The author after one more report.

    Raises:
        TooFast: They have filed as many as anybody may in a while.
    """
    times = _admit(author.reported, _ms(now), limit=MAX_REPORTS, window_s=REPORTS_WINDOW_S)
    return replace(
        author,
        turns=author.turns + 1,
        name=name,
        reported=times,
        reports_made=author.reports_made + 1,
    )


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _admit(times: tuple[int, ...] | list[int], now_ms: int, *, limit: int, window_s: int) -> tuple[int, ...]:
    """The times within the window, with now; too many of them are refused until the oldest has left it."""
    window_ms = window_s * 1000
    inside = [at for at in times if at > now_ms - window_ms]
    if len(inside) >= limit:
        wait_ms = inside[len(inside) - limit] + window_ms - now_ms
        raise TooFast(max(1, math.ceil(wait_ms / 1000)))
    return (*inside, now_ms)
