"""What happens when an author submits a comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from parley import audit, changes, keys
from parley import comment as comments
from parley.article import check_is_open
from parley.author import AuthorRecord, Turn, check_may_take_part, facts, with_preview, with_writing
from parley.comment import Author, Comment
from parley.errors import ConditionFailed, IdempotencyMismatch, Invalid, Unavailable
from parley.judging import Judge
from parley.text import normalise

if TYPE_CHECKING:
    from datetime import datetime

    from parley.comment import Decision
    from parley.policy import Policy
    from parley.scoring import Scoring
    from parley.store import Store, SubmissionContext


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client sends, as it came.

    Attributes:
        article_id: The article the comment belongs under.
        body: The raw text.
        parent_id: The comment that this one replies to.
        idempotency_key: The client's key for this one comment.
    """

    article_id: str
    body: str
    parent_id: str | None
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submission.

    Attributes:
        comment: The comment as it was answered the first time.
        rules: The policy in force.
        is_replay: Whether this was a retry of an earlier request.
        scoring_error: Why the text could not be scored; None if it was.
    """

    comment: Comment
    rules: Policy
    is_replay: bool = False
    scoring_error: str | None = None


# So many requests of one author at once can each have their turn; more are asked to come again.
MAX_RACES: Final = 8


class Submitter:
    """Takes submissions: screens, scores, decides and stores them, in two round trips to the table."""

    def __init__(self, store: Store, scoring: Scoring, *, salt: str) -> None:
        self._store = store
        self._judge = Judge(scoring, salt=salt)
        self._salt = salt

    def submit(
        self,
        submission: Submission,
        *,
        author_sub: str,
        author_name: str,
        now: datetime,
        is_staff: bool = False,
    ) -> Submitted:
        """Decide about a new comment and store it with its history entry, once.

        Args:
            submission: What the client sent.
            author_sub: The author's `sub` from a checked token.
            author_name: The author's display name.
            now: The time.
            is_staff: Whether the author is a moderator.

        Raises:
            Malformed: The article id, parent id or idempotency key is not of the right form.
            Invalid: The text or the parent cannot be used.
            TooLong: The text is longer than the policy allows.
            Restricted: The author is banned or suspended.
            ErasureRunning: The author's data are being erased.
            ArticleClosed: The article takes no more comments.
            TooFast: The author has written as much as the policy allows for now.
            IdempotencyMismatch: The key was used for another request.
            Unavailable: The table cannot be reached; the same key is safe to try again.
        """
        article_id = keys.parse_article_id(submission.article_id)
        key = keys.parse_idempotency_key(submission.idempotency_key)
        parent_id = submission.parent_id
        if parent_id is not None:
            keys.parse_comment_id(parent_id, field="parent_id")
        author = AuthorRecord(sub=author_sub, id=keys.author_id(self._salt, author_sub), name=author_name)
        comment_id = keys.comment_id(self._salt, author_sub, key)

        for _ in range(MAX_RACES):
            context = self._store.submission_context(comment_id, parent_id, article_id, author)
            rules = self._judge.rules(context.policy)
            body = normalise(submission.body, max_length=rules.max_length)
            request_hash = keys.request_hash(self._salt, article_id, parent_id or "", body)
            if context.existing:
                return _replay(context, request_hash)
            depth = _reply_depth(context, article_id, parent_id, max_depth=rules.max_depth)
            check_may_take_part(context.author, comments.timestamp(now))
            check_is_open(context.article, now, close_after_days=rules.close_after_days)
            fingerprint = self._judge.fingerprint(author_sub, body)
            after = with_writing(context.author, rules, name=author_name, fingerprint=fingerprint, now=now)
            known = facts(context.author, context.article, rules, fingerprint, now)
            judged = self._judge.judge(body, rules, replace(known, is_staff=is_staff))
            at = comments.timestamp(now)
            comment = Comment(
                id=comment_id,
                article_id=article_id,
                parent_id=parent_id,
                depth=depth,
                author=Author(author.id, author_name),
                author_sub=author_sub,
                body=body,
                status=judged.decision.status,
                reasons=judged.decision.reasons,
                scores=judged.scores,
                signals=judged.signals,
                model=judged.model,
                policy_version=rules.version,
                review=audit.review_for(judged.decision, comment_id, at, rules),
                version=1,
                created_at=at,
                edited_at=None,
                reply_count=0,
                request_hash=request_hash,
                decided_at=at,
            )
            try:
                self._store.apply(changes.submitted(comment), Turn(context.author, after))
            except ConditionFailed:
                # The same key arrived twice at once, or another turn of the author came between our read
                # and write. Looking again tells which.
                continue
            return Submitted(comment, rules, scoring_error=judged.scoring_error)
        raise Unavailable("Too many requests of yours at once.")

    def preview(
        self, submission: Submission, *, author_sub: str, now: datetime, is_staff: bool = False
    ) -> Decision:
        """What would become of a text. Of the text nothing is kept, but that something was asked is counted.

        Raises:
            The same errors as `submit`, but for those about the key.
        """
        article_id = keys.parse_article_id(submission.article_id)
        parent_id = submission.parent_id
        if parent_id is not None:
            keys.parse_comment_id(parent_id, field="parent_id")
        author = AuthorRecord(sub=author_sub, id=keys.author_id(self._salt, author_sub))
        for _ in range(MAX_RACES):
            context = self._store.submission_context(None, parent_id, article_id, author)
            rules = self._judge.rules(context.policy)
            body = normalise(submission.body, max_length=rules.max_length)
            _reply_depth(context, article_id, parent_id, max_depth=rules.max_depth)
            check_may_take_part(context.author, comments.timestamp(now))
            check_is_open(context.article, now, close_after_days=rules.close_after_days)
            after = with_preview(context.author, rules, now=now)
            try:
                self._store.take_turn(Turn(context.author, after))
            except ConditionFailed:
                continue
            fingerprint = self._judge.fingerprint(author_sub, body)
            known = facts(context.author, context.article, rules, fingerprint, now)
            return self._judge.judge(body, rules, replace(known, is_staff=is_staff)).decision
        raise Unavailable("Too many requests of yours at once.")


def _replay(context: SubmissionContext, request_hash: str) -> Submitted:
    """The first answer again, whatever became of the comment since."""
    existing, first = context.existing, context.first_entry
    if existing is None or first is None:
        raise ConditionFailed
    if existing.request_hash != request_hash:
        raise IdempotencyMismatch(
            "This Idempotency-Key was used for another comment. Take a new one for each new comment."
        )
    if existing.status is not comments.Status.REMOVED:
        existing = replace(existing, status=first.after, reasons=first.reasons, version=1)
    return Submitted(existing, context.policy, is_replay=True)


def _reply_depth(
    context: SubmissionContext, article_id: str, parent_id: str | None, *, max_depth: int
) -> int:
    if parent_id is None:
        return 0
    parent = context.parent
    # A parent that readers cannot see is as unknown as one that does not exist.
    if parent is None or parent.status is not comments.Status.PUBLISHED:
        raise Invalid("parent_id", "is not a published comment")
    if parent.article_id != article_id:
        raise Invalid("parent_id", "is a comment of another article")
    if parent.depth + 1 > max_depth:
        raise Invalid("parent_id", f"cannot be replied to: replies go at most {max_depth} deep")
    return parent.depth + 1
