"""What happens when authors edit, remove or appeal comments of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from parley import comment as comments
from parley import keys, own
from parley.author import AuthorRecord, Turn, check_may_take_part, facts, with_writing
from parley.comment import Status
from parley.errors import ConditionFailed, Conflict, NotFound, Unavailable
from parley.judging import Judge
from parley.submission import MAX_RACES
from parley.text import normalise

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import Comment
    from parley.judging import Judgement
    from parley.policy import Policy
    from parley.scoring import Scoring
    from parley.store import Store


MAX_APPEAL_LENGTH: Final = 1000


class OwnComments:
    """Authors at their own comments; nobody else's can be found here."""

    def __init__(self, store: Store, scoring: Scoring, *, salt: str) -> None:
        self._store = store
        self._judge = Judge(scoring, salt=salt)
        self._salt = salt

    def edit(  # noqa: PLR0913
        self,
        comment_id: str,
        raw: str,
        *,
        author_sub: str,
        author_name: str,
        version: int | None = None,
        now: datetime,
        is_staff: bool = False,
    ) -> tuple[Comment, Policy, Judgement | None]:
        """Give a comment another text; it is scored and decided about again, and the earlier text is kept.

        Args:
            comment_id: The comment.
            raw: The new text as it came.
            author_sub: The author's `sub`.
            author_name: The author's display name.
            version: The version that the author edited, if they say so.
            now: The time.
            is_staff: Whether the author is a moderator.

        Returns:
            The comment as it is now, the policy in force, and what it made of the text; None if the comment
            has this text already.

        Raises:
            NotFound: This author has no such comment.
            NotEditable: It cannot be edited, or not any more.
            Conflict: The version has passed; it says who was first.
            Restricted, ErasureRunning, TooFast, Invalid, TooLong: As for a submission.
        """
        author = AuthorRecord(sub=author_sub, id=keys.author_id(self._salt, author_sub), name=author_name)
        for _ in range(MAX_RACES):
            comment = self._own(comment_id, author_sub)
            if version is not None and version != comment.version:
                self._raise_conflict(comment)
            context = self._store.submission_context(None, None, comment.article_id, author)
            rules = self._judge.rules(context.policy)
            body = normalise(raw, max_length=rules.max_length)
            if body == comment.body:
                return comment, rules, None
            check_may_take_part(context.author, comments.timestamp(now))
            own.check_is_editable(comment, rules, now)
            fingerprint = self._judge.fingerprint(author_sub, body)
            after = with_writing(context.author, rules, name=author_name, fingerprint=fingerprint, now=now)
            known = facts(context.author, context.article, rules, fingerprint, now)
            if comment.status is Status.PUBLISHED:
                # It is one of those that count, and no judge of itself.
                known = replace(known, earlier_published=max(0, (known.earlier_published or 0) - 1))
            judged = self._judge.judge(body, rules, replace(known, is_staff=is_staff))
            change = own.edited(comment, body, judged, rules, now)
            try:
                self._store.apply_edit(change, Turn(context.author, after))
            except ConditionFailed:
                continue
            return change.after, rules, judged
        raise Unavailable("Too many requests of yours at once.")

    def remove(self, comment_id: str, *, author_sub: str, now: datetime) -> None:
        """Remove a comment with all its texts. Removing it again is no error.

        Raises:
            NotFound: This author has no such comment.
        """
        for _ in range(MAX_RACES):
            comment = self._own(comment_id, author_sub)
            if comment.status is Status.REMOVED:
                return
            try:
                self._store.apply_removal(own.removed(comment, now))
            except ConditionFailed:
                continue
            return
        raise Unavailable("This comment is being changed by others. Try again.")

    def appeal(
        self, comment_id: str, raw: str | None, *, author_sub: str, now: datetime
    ) -> tuple[Comment, Policy]:
        """Ask for another person's look at a rejection.

        Raises:
            NotFound: This author has no such comment.
            NotAppealable: It is not rejected, was appealed before, or too long ago.
            Invalid, TooLong: The text cannot be used.
        """
        text = normalise(raw, max_length=MAX_APPEAL_LENGTH, field="text") if raw else None
        for _ in range(MAX_RACES):
            comment, rules = self._store.comment_and_policy(comment_id)
            if comment is None or comment.author_sub != author_sub:
                raise NotFound("You have no such comment.")
            change = own.appealed(comment, text, rules, now)
            try:
                self._store.apply(change)
            except ConditionFailed:
                continue
            return change.after, rules
        raise Unavailable("This comment is being changed by others. Try again.")

    def _own(self, comment_id: str, author_sub: str) -> Comment:
        comment = self._store.comment(comment_id)
        if comment is None or comment.author_sub != author_sub:
            raise NotFound("You have no such comment.")
        return comment

    def _raise_conflict(self, comment: Comment) -> None:
        _, latest = self._store.comment_and_entry(comment.id, comment.version)
        assert latest is not None  # noqa: S101  # each version has its entry
        raise Conflict(comment.id, comment.version, comment.status, latest.by.name, latest.at, latest.action)
