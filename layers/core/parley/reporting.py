"""What happens when a reader reports a comment, and when the reports have been decided about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parley import comment as comments
from parley.author import AuthorRecord, Turn, check_may_take_part, with_report
from parley.comment import Status
from parley.errors import ConditionFailed, NotFound, OwnComment, Unavailable
from parley.report import Report, outcome_of, reported
from parley.submission import MAX_RACES
from parley.text import normalise

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import RejectionCode
    from parley.store import Store

MAX_NOTE_LENGTH: Final = 1000


def report(  # noqa: PLR0913
    store: Store,
    comment_id: str,
    reporter: AuthorRecord,
    *,
    reason: RejectionCode,
    note: str | None,
    now: datetime,
) -> tuple[Report, bool]:
    """Report a published comment; once a person.

    Args:
        store: Where it is kept.
        comment_id: The comment.
        reporter: Who reports: `sub`, `id` and `name` are looked at.
        reason: Why, as a code.
        note: Why, in their words as they came.
        now: The time.

    Returns:
        The report, and whether it is a new one; the earlier one if this person had reported it before.

    Raises:
        NotFound: There is no such published comment.
        OwnComment: It is the reporter's own.
        Restricted, ErasureRunning: They may not take part.
        TooFast: They have filed as many as anybody may in a while.
        Invalid, TooLong: The note cannot be used.
    """
    text = normalise(note, max_length=MAX_NOTE_LENGTH, field="note") if note else None
    at = comments.timestamp(now)
    for _ in range(MAX_RACES):
        context = store.report_context(comment_id, reporter)
        if context.existing:
            return context.existing, False
        comment = context.comment
        if comment is None or comment.status is not Status.PUBLISHED:
            raise NotFound("There is no such comment.")
        if comment.author_sub == reporter.sub:
            raise OwnComment("This comment is your own. You can remove it.")
        check_may_take_part(context.reporter, at)
        weight = context.reporter.report_weight()
        turn = Turn(context.reporter, with_report(context.reporter, name=reporter.name, now=now))
        made = Report(
            comment_id=comment_id, reporter=reporter.sub, reason=reason, note=text, at=at, weight=weight
        )
        try:
            store.file_report(reported(comment, weight, context.policy, now), made, turn)
        except ConditionFailed:
            continue
        return made, True
    raise Unavailable("Too many people report this comment at once. Try again.")


def settle(store: Store, comment_id: str) -> int:
    """Note with each report of a comment, and with each reporter, whether they were right.

    Looks at the comment as it is now, so it does not matter how often it is done and in which order; a
    decision that was changed changes what is noted.

    Returns:
        How many reports were noted anew.
    """
    comment = store.comment(comment_id)
    outcome = outcome_of(comment) if comment else None
    if comment is None or outcome is None:
        return 0
    settled = 0
    for found in store.reports(comment_id):
        if found.outcome is not outcome and found.at <= comment.decided_at:
            settled += store.settle_report(found, outcome)
    return settled
