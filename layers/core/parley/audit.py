"""The audit sample: automatic outcomes that people look at without knowing them. Pure.

Moderators see what the policy held and what readers reported. What was published or rejected automatically
they would never see, and nobody would know how often the policy is wrong. So a share of it goes to review,
blind.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from parley.comment import Review, ReviewCause, Status
from parley.urgency import open_review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.comment import Decision
    from parley.policy import Policy

# Nothing about an audit may hint at what the policy saw, so they all wait alike.
URGENCY: Final = 0
_SCALE: Final = 2**32


def is_sampled(comment_id: str, share: float) -> bool:
    """Whether a comment belongs to the sample, for this share of all.

    A comment's id is a keyed digest, so nobody can choose to be left out; the same comment always gets the
    same answer, so a retry changes nothing.
    """
    digest = hashlib.sha256(f"audit#{comment_id}".encode()).digest()
    return int.from_bytes(digest[:4]) < share * _SCALE


def review_for(decision: Decision, comment_id: str, at: str, rules: Policy) -> Review | None:
    """The review that the policy's decision opens: for its own causes, or blind for the sample, or none."""
    if decision.review_causes:
        return open_review(
            decision.review_causes, at=at, urgency=decision.urgency, targets=rules.review_targets
        )
    share = {Status.PUBLISHED: rules.audit.published, Status.REJECTED: rules.audit.rejected}
    if not is_sampled(comment_id, share.get(decision.status, 0)):
        return None
    return open_review((ReviewCause.AUDIT,), at=at, urgency=URGENCY, targets=rules.review_targets)


def is_blind(item: Mapping[str, Any]) -> bool:
    """Whether whoever looks at this comment's item must not learn what the policy made of it."""
    review = item.get("review")
    return review is not None and ReviewCause.AUDIT in review["causes"]


def is_audit(review: Review) -> bool:
    """Whether a review is a blind one."""
    return ReviewCause.AUDIT in review.causes
