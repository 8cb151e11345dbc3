"""Parley's functional tests for toxicity models: what a newsroom must be able to tell apart, case by case.

Each function is one distinction (hate and the same hate negated, a threat and a news item about one) with at
least 40 sentences. Frames and words are the tests' own: training never sees them. In English.
"""

from training.functional.accuracy import Accuracy, Tally, accuracy
from training.functional.case import LABELS, Case
from training.functional.frames import functions
from training.functional.spelling import cases as _spelled_otherwise

__all__ = ["LABELS", "Accuracy", "Case", "Tally", "accuracy", "cases", "functions"]


def cases() -> list[Case]:
    """All cases, function by function; the same every time."""
    plain = [case for function in functions() for case in function.cases()]
    return plain + _spelled_otherwise(plain)
