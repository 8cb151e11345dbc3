"""Fills the model card's text with figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training import sources
from training.evaluation.card.groups import group_fields
from training.evaluation.card.ranking import ranking_fields
from training.evaluation.card.robustness import robustness_fields
from training.evaluation.card.tables import SYSTEMS, table
from training.evaluation.card.thresholds import calibration_fields, threshold_fields
from training.evaluation.targets import MEGABYTE, check, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


TEMPLATE: Final = Path(__file__).with_name("card.md")
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
DESCRIBED: Final = {
    "start": "the checkpoint that training was to improve on, exported in the same way, uncalibrated",
    "baseline": "logistic regression on words and pairs of words, trained on the same rows",
    "encoder": "the bundled encoder without the linear model, uncalibrated",
    "linear": "the bundled linear model without the encoder, uncalibrated",
}


def render(results: Mapping[str, Any], template: str | None = None) -> str:
    """The card; KeyError when the text asks for something that is not there."""
    text = TEMPLATE.read_text("utf-8") if template is None else template
    found = fields(results)
    return _PLACE.sub(lambda match: found[match[1]], text)


def fields(results: Mapping[str, Any]) -> dict[str, str]:
    """What the card's text has places for."""
    bundled = results["systems"]["bundled"]
    return {
        "model": results["model"],
        "date": results["date"],
        "quick": "\n**This was a quick run on a few comments. Its figures say little.**\n"
        if results["quick"]
        else "",
        "label_count": str(len(results["labels"])),
        "labels": ", ".join(f"`{label}`" for label in results["labels"]),
        "parts": (
            "An encoder (MiniLM-L6, int8) and a linear model over words and parts of words read each "
            "comment; their "
            "log-odds are added up."
            if "linear" in results["systems"]
            else "An encoder (MiniLM-L6, int8) reads each comment."
        ),
        "targets": _targets(results),
        "sets": _sources(sources.SETS),
        "own": _sources(sources.OWN),
        "models": _sources(sources.MODELS),
        "attribution": "\n".join(
            f"* {one.name}: {one.attribution}." for one in (*sources.SETS, *sources.MODELS) if _asks(one)
        ),
        "groups": str(len(bundled["identity"]["own"]["by_term"])),
        "test_groups": str(len(results["unknown_groups"])),
        "comments": f"{results['comments']:,}",
        "jigsaw_toxic": f"{results['jigsaw_toxic']:,}",
        "jigsaw_harmless": f"{results['jigsaw_harmless']:,}",
        "systems": "".join(
            f"\n* **{SYSTEMS[name]}**: {DESCRIBED[name]};" for name in results["systems"] if name in DESCRIBED
        ).rstrip(";")
        + ".\n",
        "start_note": (
            " Most of the Jigsaw comments were among those that the starting checkpoint was trained on, "
            "and so were some "
            "madlibs sentences: its figures there flatter it."
            if "start" in results["systems"]
            else ""
        ),
        **ranking_fields(results),
        **calibration_fields(results),
        **threshold_fields(results),
        **group_fields(results),
        **robustness_fields(results),
        "size": _size(results),
        "speed": _speed(results.get("speed") or {}),
    }


def _asks(source: sources.Source) -> bool:
    return not source.attribution.startswith("none asked for")


def _targets(results: Mapping[str, Any]) -> str:
    rows = []
    for verdict in check(results):
        target = verdict.target
        bound = f"{'≥' if target.at_least else '≤'} {written(target.kind, target.bound)}"
        outcome = "reached" if verdict.is_reached else "**missed**"
        rows.append([target.name, written(target.kind, verdict.value), bound, outcome])
    return table(["target", "measured", "bound", ""], rows)


def _sources(listed: Sequence[sources.Source]) -> str:
    rows = [
        [
            one.name,
            one.content,
            one.use,
            one.licence,
            f"`{one.address}`" if "://" not in one.address else one.address,
        ]
        for one in listed
    ]
    return table(["what", "content", "used for", "licence", "where"], rows)


def _size(results: Mapping[str, Any]) -> str:
    files = ", ".join(f"{name} {size / MEGABYTE:.1f} MB" for name, size in results["size"]["files"].items())
    return f"{results['size']['bytes'] / MEGABYTE:.1f} MB in all: {files}."


def _speed(speed: Mapping[str, float]) -> str:
    """Figures of `make bench`, each with the other side measured in the same run."""
    if "score.ms" not in speed:
        return "Speed was not measured in this run: `make bench` does it, and the next `make evaluate` tells."
    lines = [
        f"On one thread of the machine that measured, a comment of 60 tokens takes {speed['score.ms']:.1f} ms"
    ]
    if "score.speedup" in speed:
        lines[0] += (
            f", {speed['score.speedup']:.1f} times as fast as Detoxify with the same checkpoint in the "
            "same run"
        )
    if "cold.scorer_s" in speed:
        lines.append(f" From a fresh process to the first score: {speed['cold.scorer_s']:.2f} s")
        if "cold.speedup" in speed:
            lines[-1] += f", {speed['cold.speedup']:.0f} times as fast as Detoxify"
    if "memory.scorer_mb" in speed:
        lines.append(f" It needs {speed['memory.scorer_mb']:.0f} MB of memory")
        if "memory.ratio" in speed:
            lines[-1] += f", {speed['memory.ratio']:.0%} of what Detoxify needs"
    return ".".join(lines) + "."
