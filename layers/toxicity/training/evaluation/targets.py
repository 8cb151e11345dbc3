"""What the bundled model is to reach, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from training.data import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Target:
    """A figure and its bound.

    Attributes:
        name: what is measured.
        bound: what it must not fall below, or not exceed.
        at_least: which of the two.
        kind: how to write it: `share`, `points`, `auc`, `count` or `mb`.
        find: the figure in the results; None where it was not measured.
    """

    name: str
    bound: float
    at_least: bool
    kind: str
    find: Callable[[Mapping[str, Any]], float | None]

    def is_reached(self, value: float) -> bool:
        """Whether a figure is within the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Verdict:
    """A target with what was reached; None: not measured, which counts as missed."""

    target: Target
    value: float | None

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached."""
        return self.value is not None and self.target.is_reached(self.value)


def _bundled(results: Mapping[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    return results["systems"]["bundled"]


def six_label_mean(figures: Mapping[str, Any]) -> float | None:
    """Mean ROC-AUC of the six labels on the rows that have all six; None unless every label was measured."""
    found = figures["ranking"].get("jigsaw_six", {})
    if any(label not in found for label in LABELS):
        return None
    return float(sum(found[label]["roc_auc"] for label in LABELS) / len(LABELS))


def _held_out(results: Mapping[str, Any]) -> float | None:
    found = _bundled(results)["ranking"].get("jigsaw", {}).get("toxicity")
    return found and found["roc_auc"]


def _worst_attack(results: Mapping[str, Any]) -> float:
    return max(one["lost"] for one in _bundled(results)["evasion"]["attacks"].values())


TARGETS: Final = (
    Target("ROC-AUC, held-out Jigsaw comments", 0.987, True, "auc", _held_out),
    Target(
        "ROC-AUC, mean of the six labels", 0.982, True, "auc", lambda found: six_label_mean(_bundled(found))
    ),
    *(
        target
        for name, key in (("madlibs sentences", "madlibs"), ("own sentences about groups", "own"))
        for target in (
            Target(
                f"Harmless {name} held",
                0.03,
                False,
                "share",
                lambda found, key=key: _bundled(found)["identity"][key]["held"],
            ),
            Target(
                f"Harmless {name}: worst group above the mean",
                0.02,
                False,
                "points",
                lambda found, key=key: _bundled(found)["identity"][key]["widest_gap"],
            ),
        )
    ),
    Target(
        "Sentences held because of a name",
        0,
        False,
        "count",
        lambda found: _bundled(found)["names"]["because_of_name"],
    ),
    Target("Recall lost to the worst attack", 0.05, False, "points", _worst_attack),
    Target(
        "Functional tests right", 0.85, True, "share", lambda found: _bundled(found)["functional"]["accuracy"]
    ),
    Target("Size of the model's files", 30.0, False, "mb", lambda found: found["size"]["bytes"] / MEGABYTE),
)


def check(results: Mapping[str, Any]) -> list[Verdict]:
    """Every target beside what was measured."""
    return [Verdict(target, target.find(results)) for target in TARGETS]


def written(kind: str, value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "not measured"
    return {
        "auc": f"{value:.4f}",
        "share": f"{value:.1%}",
        "points": f"{value * 100:.1f} points",
        "count": f"{value:.0f}",
        "mb": f"{value:.1f} MB",
    }[kind]


def table(verdicts: list[Verdict]) -> str:
    """The targets in plain text, missed ones as plainly as reached ones."""
    width = max(len(verdict.target.name) for verdict in verdicts)
    lines = []
    for verdict in verdicts:
        target = verdict.target
        bound = f"at {'least' if target.at_least else 'most'} {written(target.kind, target.bound)}"
        value = written(target.kind, verdict.value)
        lines.append(
            f"{target.name:{width}}  {value:>13}  {bound:20}  {'reached' if verdict.is_reached else 'MISSED'}"
        )
    return "\n".join(lines)
