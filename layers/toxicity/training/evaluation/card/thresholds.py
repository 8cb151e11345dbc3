"""What a score means, and what the thresholds do to comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.data import LABELS
from training.evaluation.card.tables import SET_NAMES, SYSTEMS, area, measured_systems, share, table

if TYPE_CHECKING:
    from collections.abc import Mapping


def calibration_fields(results: Mapping[str, Any]) -> dict[str, str]:
    """The fields on what a score means."""
    systems = {
        name: one
        for name, one in measured_systems(results).items()
        if name in {"bundled", "start", "baseline", "encoder"}
    }
    names = [SYSTEMS[name] for name in systems]

    def error(one: Mapping[str, Any], label: str) -> str:
        return area(one["calibration"]["labels"].get(label, {}).get("expected_calibration_error"))

    labels = [[label, *(error(one, label) for one in systems.values())] for label in LABELS]
    sets = [
        [SET_NAMES[source], *(area(one["calibration"]["sets"].get(source)) for one in systems.values())]
        for source in results["systems"]["bundled"]["calibration"]["sets"]
    ]
    return {
        "calibration": table(["label", *names], labels),
        "calibration_sets": table(["set", *names], sets),
    }


def threshold_fields(results: Mapping[str, Any]) -> dict[str, str]:
    """The fields on thresholds and what they do."""
    bundled = results["systems"]["bundled"]
    limits = [
        [label, f"{pair['review_at']:g}", f"{pair['reject_at']:g}" if pair["reject_at"] < 1 else "never"]
        for label, pair in bundled["thresholds"].items()
    ]
    rows = [
        [
            SET_NAMES[source],
            f"{one['comments']:,}",
            share(one["toxic_share"]),
            share(one["published_share"]),
            share(one["held_share"]),
            share(one["rejected_share"]),
            share(one.get("toxic_published_share")),
            share(_sum(one, "harmless_held_share", "harmless_rejected_share")),
            share(one.get("rejected_precision")),
        ]
        for source, one in bundled["outcomes"].items()
    ]
    head = ["set", "comments", "toxic", "published", "held", "rejected"]
    head += [
        "toxic ones published (missed)",
        "harmless ones held or rejected",
        "toxic among the rejected (precision)",
    ]
    rule = results.get("rule")
    return {
        "thresholds": table(["label", "held from", "rejected from"], limits),
        "rule": f"How they were chosen: {rule}"
        if rule
        else "They were not chosen for this model: a half holds, nothing rejects.",
        "outcomes": table(head, rows),
    }


def _sum(one: Mapping[str, float], *names: str) -> float | None:
    found = [one[name] for name in names if name in one]
    return sum(found) if found else None
