"""Harmless sentences that a biased model holds: about identity groups, and with names seldom heard."""

from training.harmless.identity import (
    FalsePositives,
    IdentitySentence,
    Rate,
    false_positives,
    identity_sentences,
)
from training.harmless.people import NamedSentence, held_because_of_name, named_sentences

__all__ = [
    "FalsePositives",
    "IdentitySentence",
    "NamedSentence",
    "Rate",
    "false_positives",
    "held_because_of_name",
    "identity_sentences",
    "named_sentences",
]
