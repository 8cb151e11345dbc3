"""How many cases a scorer gets right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.review import Scorer, held_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.functional.case import Case


@dataclass(frozen=True)
class Tally:
    """Cases right, of how many.

    Attributes:
        cases: how many there were.
        right: how many a policy with the scorer's thresholds treats as they deserve.
        right_by_every_label: the same where any label at all holds a comment back, that for profanity too.
    """

    cases: int
    right: int
    right_by_every_label: int

    @property
    def share(self) -> float:
        """The accuracy, 0 to 1."""
        return self.right / self.cases

    @property
    def share_by_every_label(self) -> float:
        """The stricter accuracy, 0 to 1."""
        return self.right_by_every_label / self.cases


@dataclass(frozen=True)
class Accuracy:
    """The tally of all cases and of each function, in the order in which functions first occur."""

    overall: Tally
    by_function: dict[str, Tally]


def accuracy(scorer: Scorer, cases: Sequence[Case]) -> Accuracy:
    """Scores the cases and counts those that come out right.

    A toxic case is right when any label reaches its review threshold. A harmless one is right when none does
    but `obscene` for a text that is: whether a site wants to look at "this is fucking great" is for its
    policy to say. `right_by_every_label` leaves that allowance out.

    Raises:
        ValueError: there are no cases.
    """
    if not cases:
        raise ValueError("no cases")
    outcomes: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for case, held in zip(cases, held_by(scorer, [case.text for case in cases]), strict=True):
        outcomes[case.function].append(_outcome(case, held))
    return Accuracy(
        _tally([outcome for listed in outcomes.values() for outcome in listed]),
        {function: _tally(listed) for function, listed in outcomes.items()},
    )


def _outcome(case: Case, held: frozenset[str]) -> tuple[bool, bool]:
    if case.toxic:
        return bool(held), bool(held)
    wrongly = {label for label in held if not case.labels.get(label, label == "obscene")}
    return not wrongly, not held


def _tally(outcomes: Sequence[tuple[bool, bool]]) -> Tally:
    return Tally(
        len(outcomes),
        sum(right for right, _ in outcomes),
        sum(by_every_label for _, by_every_label in outcomes),
    )
