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
        kind: how to write it: `share`, `points`, `auc`, `count` or `mb`.
        find: the figure in the results; None where it was not measured.
        at_least: whether it must not fall below the bound; else it must not exceed it.
    """

    name: str
    bound: float
    kind: str
    find: Callable[[Mapping[str, Any]], float | None]
    at_least: bool = False

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
    return float(found["roc_auc"]) if found else None


def _worst_attack(results: Mapping[str, Any]) -> float:
    return max(float(one["lost"]) for one in _bundled(results)["evasion"]["attacks"].values())


def _in_group(key: str, figure: str) -> Callable[[Mapping[str, Any]], float | None]:
    return lambda results: float(_bundled(results)["identity"][key][figure])


TARGETS: Final = (
    Target("ROC-AUC, held-out Jigsaw comments", 0.987, "auc", _held_out, at_least=True),
    Target(
        "ROC-AUC, mean of the six labels",
        0.982,
        "auc",
        lambda found: six_label_mean(_bundled(found)),
        at_least=True,
    ),
    *(
        target
        for name, key in (("madlibs sentences", "madlibs"), ("own sentences about groups", "own"))
        for target in (
            Target(
                f"Harmless {name} held",
                0.03,
                "share",
                _in_group(key, "held"),
            ),
            Target(
                f"Harmless {name}: worst group above the mean",
                0.02,
                "points",
                _in_group(key, "widest_gap"),
            ),
        )
    ),
    Target(
        "Sentences held because of a name",
        0,
        "count",
        lambda found: _bundled(found)["names"]["because_of_name"],
    ),
    Target("Recall lost to the worst attack", 0.05, "points", _worst_attack),
    Target(
        "Functional tests right",
        0.85,
        "share",
        lambda found: _bundled(found)["functional"]["accuracy"],
        at_least=True,
    ),
    Target("Size of the model's files", 30.0, "mb", lambda found: found["size"]["bytes"] / MEGABYTE),
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
