"""How good scores are: ranking, calibration, and how sure a share is. Every measure takes weights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10
# One-sided 95%.
Z = 1.645

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def roc_auc(truth: Bools, scores: Floats, weight: Floats | None = None) -> float:
    """Area under the ROC curve: the chance that a positive scores higher, ties count half.

    NaN without both kinds.
    """
    weights = np.ones(len(scores)) if weight is None else weight
    order = np.argsort(scores, kind="stable")
    ranked, positive = scores[order], np.where(truth, weights, 0.0)[order]
    negative = np.where(truth, 0.0, weights)[order]
    pairs = positive.sum() * negative.sum()
    if not pairs:
        return float("nan")
    _, first, group = np.unique(ranked, return_index=True, return_inverse=True)
    tied = np.add.reduceat(negative, first)
    below = np.concatenate([[0.0], np.cumsum(tied)[:-1]])
    return float((positive * (below + tied / 2)[group]).sum() / pairs)


def share(which: Bools, among: Bools, weight: Floats) -> float:
    """Weighted share of `which` in `among`; 0 when there are none."""
    base = weight[among].sum()
    return float(weight[which & among].sum() / base) if base else 0.0


def lower_bound(which: Bools, among: Bools, weight: Floats) -> float:
    """What the share of `which` in `among` is at least, with 95% confidence.

    Wilson's score interval (1927), one-sided, for as many comments as the weights are worth (Kish).
    """
    weights = weight[among]
    if not weights.size:
        return 0.0
    count = weights.sum() ** 2 / (weights**2).sum()
    part, square = share(which, among, weight), Z * Z / count
    centre = part + square / 2
    margin = Z * np.sqrt(part * (1 - part) / count + square / (4 * count))
    return float((centre - margin) / (1 + square))


def reliability(truth: Floats, scores: Floats, weight: Floats) -> dict[str, Any]:
    """How often what was given a probability is so, in ten bins of equal width.

    Args:
        truth: 0 to 1, a share of raters where there were several.
        scores: probabilities.
        weight: how many comments each stands for.

    Returns:
        `bins`: from, to, comments, weight's sum, mean score, observed rate, for bins that are not empty;
        `expected_calibration_error`: mean distance of the two, by weight.
    """
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins = []
    error = 0.0
    for place in range(BINS):
        here = places == place
        total = weight[here].sum()
        if not total:
            continue
        mean = float((scores[here] * weight[here]).sum() / total)
        observed = float((truth[here] * weight[here]).sum() / total)
        error += abs(mean - observed) * total
        bins.append(
            {
                "from": place / BINS,
                "to": (place + 1) / BINS,
                "comments": int(here.sum()),
                "weight": round(float(total), 1),
                "mean_score": round(mean, 4),
                "observed_rate": round(observed, 4),
            }
        )
    return {"expected_calibration_error": round(float(error / weight.sum()), 4), "bins": bins}
