"""The site's rules: from scores and signals to a decision. Pure functions on plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from parley.comment import Reason, ReviewCause, Rule, Status
from parley.text import count_links, matching_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

# Strictest last: the strictest rule that fires wins.
_STRICTNESS: Final = (Status.PUBLISHED, Status.HELD, Status.REJECTED)
MAX_URGENCY: Final = 99
# Without scores nothing is known, so an unscored comment waits in the middle of the queue.
UNSCORED_URGENCY: Final = 50


@dataclass(frozen=True, slots=True)
class Threshold:
    """Probabilities in [0, 1] from which on a label holds or rejects; None never does."""

    review_at: float | None
    reject_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rules; version 0 is the built-in default.

    Attributes:
        version: Counts up with each saved change.
        thresholds: Per label of the model.
        banned_terms: Words and phrases that reject.
        held_terms: Words and phrases that hold.
        max_links: More links than this hold.
        max_length: Longest text in characters.
        max_depth: Deepest reply; 0 allows top-level comments only.
    """

    version: int = 0
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    banned_terms: tuple[str, ...] = ()
    held_terms: tuple[str, ...] = ()
    max_links: int = 3
    max_length: int = 5000
    max_depth: int = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """What the text shows without the model."""

    banned_terms: tuple[str, ...] = ()
    held_terms: tuple[str, ...] = ()
    links: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a comment, why, and how urgently a person should look (0 to 99)."""

    status: Status
    reasons: tuple[Reason, ...]
    urgency: int

    @property
    def review_causes(self) -> tuple[ReviewCause, ...]:
        """Why a person should look; empty when nobody needs to."""
        if self.status is not Status.HELD:
            return ()
        is_unscored = any(reason.rule is Rule.UNSCORED for reason in self.reasons)
        return (ReviewCause.UNSCORED,) if is_unscored else (ReviewCause.BORDERLINE,)


def with_model_defaults(policy: Policy, defaults: Mapping[str, Mapping[str, float]]) -> Policy:
    """The policy, with the model's own thresholds for every label that it does not set."""
    thresholds = {
        label: Threshold(values.get("review_at"), values.get("reject_at"))
        for label, values in defaults.items()
    }
    return replace(policy, thresholds=thresholds | dict(policy.thresholds))


def screen(text: str, policy: Policy) -> Signals:
    """Look at a normalised text with the policy's word lists."""
    return Signals(
        banned_terms=matching_terms(text, policy.banned_terms),
        held_terms=matching_terms(text, policy.held_terms),
        links=count_links(text),
    )


def _model_reasons(scores: Mapping[str, float], policy: Policy) -> list[Reason]:
    reasons = []
    for label, score in scores.items():
        threshold = policy.thresholds.get(label)
        if threshold is None:
            continue
        for outcome, limit in ((Status.REJECTED, threshold.reject_at), (Status.HELD, threshold.review_at)):
            if limit is not None and score >= limit:
                reasons.append(
                    Reason(rule=Rule.MODEL, outcome=outcome, label=label, score=score, threshold=limit)
                )
                break
    return reasons


def decide(scores: Mapping[str, float] | None, signals: Signals, policy: Policy) -> Decision:
    """Apply every rule; the strictest outcome wins and every rule that fired is kept.

    Args:
        scores: Probability per label, or None when the text could not be scored: then it is never published.
        signals: What `screen` saw.
        policy: The rules, with a threshold for each label that counts.
    """
    reasons = [
        Reason(rule=Rule.BANNED_TERM, outcome=Status.REJECTED, term=term) for term in signals.banned_terms
    ]
    reasons += [Reason(rule=Rule.HELD_TERM, outcome=Status.HELD, term=term) for term in signals.held_terms]
    if signals.links > policy.max_links:
        reasons.append(Reason(rule=Rule.LINKS, outcome=Status.HELD))
    if scores is None:
        reasons.append(Reason(rule=Rule.UNSCORED, outcome=Status.HELD))
    else:
        reasons += _model_reasons(scores, policy)
    status = max((reason.outcome for reason in reasons), key=_STRICTNESS.index, default=Status.PUBLISHED)
    return Decision(status, tuple(reasons), _urgency(scores))


def _urgency(scores: Mapping[str, float] | None) -> int:
    if scores is None:
        return UNSCORED_URGENCY
    return round(MAX_URGENCY * max(scores.values(), default=0.0))
