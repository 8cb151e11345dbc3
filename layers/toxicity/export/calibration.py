"""Chooses default thresholds from labelled comments, and measures what they do."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export import labelled
from toxicity import Scorer

REJECT_PRECISION = 0.95
REVIEW_RECALL = 0.95
HARMLESS_HELD = 0.01
SUPPORT = 50
OVERALL = "toxicity"
GRID = [step / 100 for step in range(1, 100)]
NEVER = 1.0
UNKNOWN = {"review_at": 0.5, "reject_at": NEVER}

RULE = (
    f"reject_at of toxicity: the lowest threshold from which on at least {REJECT_PRECISION:.0%} of the "
    "comments at or over it are toxic by any label, in both choosing sets, "
    f"with {SUPPORT} comments or more at or over it. "
    "review_at of toxicity: the highest that catches "
    f"{REVIEW_RECALL:.0%} of the toxic comments of both sets. "
    "Other labels, for which there are no unseen comments, never reject by themselves (1.0); they hold "
    f"from the highest threshold that catches {REVIEW_RECALL:.0%} of the comments with that label, "
    f"but at least so high that it holds {HARMLESS_HELD:.0%} of the harmless ones or fewer. "
    "A label that the sets do not know holds at 0.5."
)
SETS = {
    "jigsaw": labelled.jigsaw,
    "identity": labelled.identity,
    "natural": labelled.natural,
}
CHOOSING = ("jigsaw", "identity")
_CALIBRATE = "choose anew with `make model DATA=FOLDER`"


class CalibrationError(Exception):
    """There are no thresholds for this model: they were chosen for another one."""


@dataclass(frozen=True)
class Scored:
    """A labelled set with the model's scores, one column a label."""

    labels: tuple[str, ...]
    scores: NDArray[np.float64]
    truth: NDArray[np.bool_]
    weight: NDArray[np.float64]

    @property
    def toxic(self) -> NDArray[np.bool_]:
        """Which comments carry any label."""
        return _any(self.truth)

    def column(self, label: str) -> NDArray[np.float64]:
        """The scores of one label."""
        return self.scores[:, self.labels.index(label)]

    def share(self, which: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> float:
        """Weighted share of `which` in `among` (by default in all); 0 when there are none."""
        base = self.weight.sum() if among is None else self.weight[among].sum()
        part = self.weight[which if among is None else which & among].sum()
        return float(part / base) if base else 0.0


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


def uncalibrated(labels: Sequence[str]) -> dict[str, Any]:
    """What a model has without calibration: the encoder's own scores, held from a half on, never rejected."""
    return {
        "blend": {label: {"encoder": 1.0, "linear": 0.0, "bias": 0.0} for label in labels},
        "thresholds": {label: dict(UNKNOWN) for label in labels},
        "calibration": {},
        "metrics": {},
    }


def calibrate(model_dir: Path, data: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Thresholds for the model in `model_dir`, how they were chosen, and what they do on each set."""
    say("scoring labelled comments")
    scorer = Scorer.load(model_dir)
    sets = {name: score(scorer, load(data)) for name, load in SETS.items()}
    thresholds = {label: choose(label, [sets[name] for name in CHOOSING]) for label in scorer.labels}
    return {
        "blend": uncalibrated(scorer.labels)["blend"],
        "thresholds": thresholds,
        "calibration": {
            "rule": RULE,
            "sets": {
                name: (load.__doc__ or "").strip()
                + (" Used to choose." if name in CHOOSING else " Measured only.")
                for name, load in SETS.items()
            },
        },
        "metrics": {
            "measured": {name: outcome(scored, thresholds) for name, scored in sets.items()},
            "roc_auc": {
                label: _rounded(roc_auc(sets["jigsaw"].truth[:, index], sets["jigsaw"].scores[:, index]))
                for index, label in enumerate(scorer.labels)
                if sets["jigsaw"].truth[:, index].any()
            },
        },
    }


def score(scorer: Scorer, rows: list[labelled.Row]) -> Scored:
    """Runs the scorer over a labelled set."""
    scores = [list(result.values()) for result in scorer.score([row.text for row in rows])]
    return Scored(
        labels=scorer.labels,
        scores=np.array(scores),
        truth=np.array([[label in row.labels for label in scorer.labels] for row in rows]),
        weight=np.array([row.weight for row in rows]),
    )


def choose(label: str, sets: list[Scored]) -> dict[str, float]:
    """`review_at` and `reject_at` of one label, by RULE."""
    known = [scored for scored in sets if scored.truth[:, scored.labels.index(label)].any()]
    if not known:
        return dict(UNKNOWN)
    caught = [t for t in GRID if all(_recall(scored, label, t) >= REVIEW_RECALL for scored in known)]
    review_at = max(caught, default=GRID[0])
    if label == OVERALL:
        reject_at = _reject_at(sets)
        return {"review_at": min(review_at, reject_at), "reject_at": reject_at}
    bearable = [t for t in GRID if all(_harmless(scored, label, t) <= HARMLESS_HELD for scored in sets)]
    return {"review_at": max(review_at, min(bearable, default=GRID[-1])), "reject_at": NEVER}


def _reject_at(sets: list[Scored]) -> float:
    lowest = NEVER
    for threshold in reversed(GRID):
        over = [(scored, scored.column(OVERALL) >= threshold) for scored in sets]
        if any(which.sum() < SUPPORT for _, which in over):
            continue
        if any(scored.share(scored.toxic, which) < REJECT_PRECISION for scored, which in over):
            break
        lowest = threshold
    return lowest


def _recall(scored: Scored, label: str, threshold: float) -> float:
    return scored.share(scored.column(label) >= threshold, scored.truth[:, scored.labels.index(label)])


def _harmless(scored: Scored, label: str, threshold: float) -> float:
    return scored.share(scored.column(label) >= threshold, ~scored.toxic)


def outcome(scored: Scored, thresholds: dict[str, dict[str, float]]) -> dict[str, float]:
    """What the thresholds together do to a set: shares of all its comments, weighted."""
    reject = _any(scored.scores >= [thresholds[label]["reject_at"] for label in scored.labels])
    hold = (scored.scores >= [thresholds[label]["review_at"] for label in scored.labels]).any(
        axis=1
    ) & ~reject
    publish = ~reject & ~hold
    return {
        "comments": len(scored.weight),
        "toxic_share": _rounded(scored.share(scored.toxic)),
        "rejected_share": _rounded(scored.share(reject)),
        "rejected_precision": _rounded(scored.share(scored.toxic, reject)),
        "held_share": _rounded(scored.share(hold)),
        "held_or_rejected_precision": _rounded(scored.share(scored.toxic, ~publish)),
        "held_or_rejected_recall": _rounded(scored.share(~publish, scored.toxic)),
        "harmless_held_share": _rounded(scored.share(hold, ~scored.toxic)),
        "harmless_rejected_share": _rounded(scored.share(reject, ~scored.toxic)),
        "toxic_among_published": _rounded(scored.share(scored.toxic, publish)),
        "roc_auc_toxicity": _rounded(roc_auc(scored.toxic, scored.column(OVERALL))),
    }


def roc_auc(truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Area under the ROC curve (Mann-Whitney, ties count half)."""
    positive, negative = np.sort(scores[truth]), np.sort(scores[~truth])
    below = np.searchsorted(negative, positive, side="left")
    not_above = np.searchsorted(negative, positive, side="right")
    return float((below + not_above).sum() / 2 / (len(positive) * len(negative)))


def _any(rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether any column of a row holds."""
    found: NDArray[np.bool_] = np.logical_or.reduce(rows, axis=1)
    return found


def _rounded(value: float) -> float:
    return round(value, 4)
