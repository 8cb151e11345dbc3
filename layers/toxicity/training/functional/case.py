"""What a functional test consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

LABELS: Final = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")


@dataclass(frozen=True)
class Case:
    """A text, and what a good model says of it.

    Attributes:
        function: the distinction that it tests, such as `negated_hate`.
        text: a comment.
        toxic: whether a person should look at it before it is published.
        labels: those of `LABELS` that are beyond doubt; the others are left out.
    """

    function: str
    text: str
    toxic: bool
    labels: dict[str, bool] = field(hash=False)
