"""What the policy makes of a text: screened, scored, decided. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley import keys, policy
from parley.author import MIN_REPEATED_LENGTH
from parley.errors import ScoringFailed
from parley.text import fold

if TYPE_CHECKING:
    from parley.comment import Decision
    from parley.policy import Policy
    from parley.scoring import Scores, Scoring
    from parley.signals import Signals


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy makes of a text, and what it knew.

    Attributes:
        decision: What is to become of it.
        signals: What was known beside the scores.
        scores: The scores; None without.
        model: Which model gave them; None without scores.
        scoring_error: Why there are none; None if there are, or if none were wanted.
    """

    decision: Decision
    signals: Signals
    scores: Scores | None
    model: str | None
    scoring_error: str | None = None


class Judge:
    """Screens, scores and decides."""

    def __init__(self, scoring: Scoring, *, salt: str) -> None:
        self._scoring = scoring
        self._salt = salt

    def rules(self, current: Policy) -> Policy:
        """The rules in force, with the model's own thresholds where they set none."""
        return policy.with_model_defaults(current, self._scoring.thresholds)

    def fingerprint(self, author_sub: str, body: str) -> str:
        """Tells whether an author writes the same again; empty for texts that everybody repeats."""
        folded = fold(body)
        return (
            keys.text_fingerprint(self._salt, author_sub, folded) if len(body) >= MIN_REPEATED_LENGTH else ""
        )

    def judge(self, body: str, rules: Policy, circumstances: Signals) -> Judgement:
        """What the policy makes of a normalised text under these circumstances."""
        signals = policy.screen(body, rules, circumstances)
        if policy.skips_scoring(signals, rules):
            return Judgement(policy.decide(None, signals, rules), signals, None, None)
        try:
            scores, error = self._scoring.score(body), None
        except ScoringFailed as failed:
            scores, error = None, str(failed)
        decision = policy.decide(scores, signals, rules)
        return Judgement(
            decision, signals, scores, self._scoring.model if scores is not None else None, error
        )
