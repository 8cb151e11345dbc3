"""Blend, thresholds and measurements of one model, from labelled comments that it was not trained on."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from export import blend, thresholds
from export.measures import Bools, reliability, roc_auc
from export.observations import TOXIC, Example, Observed, observe, sample
from toxicity.manifest import LINEAR_FILE

CALIBRATION, TEST = "calibration", "test"
# Comments of each set, chosen by hash: more would change little and take long.
MOST = {CALIBRATION: 3000, TEST: 1500}
HALF = {"review_at": 0.5, "reject_at": thresholds.NEVER}
_CALIBRATE = "choose anew with `make model DATA=FOLDER`"


class CalibrationError(Exception):
    """There is no calibration for this model, or none can be made from these data."""


def uncalibrated(labels: Sequence[str]) -> dict[str, Any]:
    """What a model has without calibration: the encoder's own scores, held from a half on, never rejected."""
    return {
        "blend": {label: {"encoder": 1.0, "linear": 0.0, "bias": 0.0} for label in labels},
        "thresholds": {label: dict(HALF) for label in labels},
        "calibration": {},
        "metrics": {},
    }


def read(path: Path, files: Mapping[str, str]) -> dict[str, Any]:
    """What was chosen before; CalibrationError unless it was for a model of these very files.

    Args:
        path: a file that `calibrate` gave the content of.
        files: name to SHA-256 of the model's files.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as exc:
        raise CalibrationError(f"there is no {path.name}: {_CALIBRATE}") from exc
    if content["files"] != files:
        raise CalibrationError(f"{path.name} is for another model than this checkpoint gives: {_CALIBRATE}")
    return content


def calibrate(model_dir: Path, data: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Blend and thresholds for the model in `model_dir`, how they were chosen, and what they do.

    Args:
        model_dir: an exported model; the blend in its manifest plays no part.
        data: folder with labelled comments, as `training.data` reads it.
        say: is told what is being done.

    Returns:
        `blend` and `thresholds` for each label; `calibration`: rule, targets, and outcomes on the comments
        that were used to choose; `metrics`: outcomes, ROC-AUC and calibration error on the test part;
        `reliability`: for each label, tables of the test part, blended and of the encoder alone.

    Raises:
        CalibrationError: the data have too few comments of the calibration or the test part.
    """
    say("reading labelled comments")
    choosing, testing = (observe(model_dir, rows, say) for rows in _parts(data))
    chosen = blend.fit(choosing, with_linear=(model_dir / LINEAR_FILE).exists())
    scores = blend.scores(choosing, chosen)
    limits = thresholds.choose(choosing, scores)
    outcome = thresholds.outcomes(choosing, scores, limits)
    return {
        "blend": chosen,
        "thresholds": limits,
        "calibration": {
            "rule": thresholds.RULE,
            "targets": thresholds.targets(outcome["all"]),
            "outcomes": outcome,
        },
        **measure(testing, chosen, limits),
    }


def measure(testing: Observed, chosen: blend.Blend, limits: thresholds.Thresholds) -> dict[str, Any]:
    """`metrics` and `reliability` on comments that nothing was chosen with."""
    scores = blend.scores(testing, chosen)
    alone = blend.scores(testing, uncalibrated(testing.labels)["blend"])
    tables: dict[str, Any] = {}
    ranking: dict[str, Any] = {}
    for column, label in enumerate(testing.labels):
        rows = _having(testing, column)
        truth, weight = testing.truth[rows, column], testing.weight[rows]
        if not (truth >= TOXIC).any():
            continue
        tables[label] = {
            "blended": reliability(truth, scores[rows, column], weight),
            "encoder_alone": reliability(truth, alone[rows, column], weight),
        }
        ranking[label] = {
            source: round(roc_auc(truth[here] >= TOXIC, scores[rows, column][here], weight[here]), 4)
            for source in sorted(set(testing.source[rows]))
            if (here := testing.source[rows] == source).any() and len(set(truth[here] >= TOXIC)) > 1
        }
    return {
        "metrics": {
            "outcomes": thresholds.outcomes(testing, scores, limits),
            "roc_auc": ranking,
            "expected_calibration_error": {
                label: {name: table["expected_calibration_error"] for name, table in pair.items()}
                for label, pair in tables.items()
            },
        },
        "reliability": tables,
    }


def _having(observed: Observed, column: int) -> Bools:
    """Comments for which the label is known, in sets that have comments with it (as in `blend`)."""
    truth = observed.truth[:, column]
    having = np.unique(observed.source[np.nan_to_num(truth) >= TOXIC])
    found: Bools = ~np.isnan(truth) & np.isin(observed.source, having)
    return found


def _parts(data: Path) -> list[list[Example]]:
    """The sampled comments of both parts, with how many comments each stands for."""
    from training.data import load  # noqa: PLC0415 (an export without data needs no training)

    everything = load(data)
    found: list[list[Example]] = []
    for part, most in MOST.items():
        rows = [row for row in everything if row.part == part]
        toxic = sum(max(row.labels.values(), default=0.0) >= TOXIC for row in rows)
        if min(toxic, len(rows) - toxic) < thresholds.SUPPORT:
            raise CalibrationError(
                f"{data} has too few comments of the part {part!r} to choose anything with"
            )
        found.append([replace(row, weight=weight) for row, weight in sample(rows, most)])
    return found
