"""What happens when an author submits a comment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parley import audit, changes, keys, policy
from parley import comment as comments
from parley.comment import Author, Comment
from parley.errors import ConditionFailed, IdempotencyMismatch, Invalid, ScoringFailed
from parley.text import normalise

if TYPE_CHECKING:
    from datetime import datetime

    from parley.scoring import Scores, Scoring
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
        is_replay: Whether this was a retry of an earlier request.
        scoring_error: Why the text could not be scored; None if it was.
    """

    comment: Comment
    is_replay: bool = False
    scoring_error: str | None = None


class Submitter:
    """Takes submissions: screens, scores, decides and stores them, in two round trips to the table."""

    def __init__(self, store: Store, scoring: Scoring, *, salt: str) -> None:
        self._store = store
        self._scoring = scoring
        self._salt = salt

    def submit(
        self, submission: Submission, *, author_sub: str, author_name: str, now: datetime
    ) -> Submitted:
        """Decide about a new comment and store it with its history entry, once.

        Args:
            submission: What the client sent.
            author_sub: The author's `sub` from a checked token.
            author_name: The author's display name.
            now: The time.

        Raises:
            Malformed: The article id, parent id or idempotency key is not of the right form.
            Invalid: The text or the parent cannot be used.
            TooLong: The text is longer than the policy allows.
            IdempotencyMismatch: The key was used for another request.
            Unavailable: The table cannot be reached; the same key is safe to try again.
        """
        article_id = keys.parse_article_id(submission.article_id)
        key = keys.parse_idempotency_key(submission.idempotency_key)
        parent_id = submission.parent_id
        if parent_id is not None:
            keys.parse_comment_id(parent_id, field="parent_id")
        comment_id = keys.comment_id(self._salt, author_sub, key)

        context = self._store.submission_context(comment_id, parent_id)
        rules = policy.with_model_defaults(context.policy, self._scoring.thresholds)
        body = normalise(submission.body, max_length=rules.max_length)
        request_hash = keys.request_hash(self._salt, article_id, parent_id or "", body)
        if context.existing:
            return _replay(context, request_hash)

        depth = _reply_depth(context, article_id, parent_id, max_depth=rules.max_depth)
        scores, scoring_error = self._score(body)
        signals = policy.screen(body, rules)
        decision = policy.decide(scores, signals, rules)
        at = comments.timestamp(now)
        comment = Comment(
            id=comment_id,
            article_id=article_id,
            parent_id=parent_id,
            depth=depth,
            author=Author(keys.author_id(self._salt, author_sub), author_name),
            author_sub=author_sub,
            body=body,
            status=decision.status,
            reasons=decision.reasons,
            scores=scores,
            signals=signals,
            model=self._scoring.model if scores is not None else None,
            policy_version=rules.version,
            review=audit.review_for(decision, comment_id, at, rules),
            version=1,
            created_at=at,
            edited_at=None,
            reply_count=0,
            request_hash=request_hash,
        )
        try:
            self._store.apply(changes.submitted(comment))
        except ConditionFailed:
            # The same key arrived twice at once, and the other one was stored between our read and write.
            return _replay(self._store.submission_context(comment_id, None), request_hash)
        return Submitted(comment, scoring_error=scoring_error)

    def _score(self, body: str) -> tuple[Scores | None, str | None]:
        try:
            return self._scoring.score(body), None
        except ScoringFailed as error:
            return None, str(error)


def _replay(context: SubmissionContext, request_hash: str) -> Submitted:
    """The first answer again, whatever became of the comment since."""
    existing, first = context.existing, context.first_entry
    if existing is None or first is None:
        raise ConditionFailed
    if existing.request_hash != request_hash:
        raise IdempotencyMismatch(
            "This Idempotency-Key was used for another comment. Take a new one for each new comment."
        )
    return Submitted(replace(existing, status=first.after, reasons=first.reasons, version=1), is_replay=True)


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
