"""Fits one label's probability to the encoder's log-odds and the linear model's (Platt scaling, stacked).

A comment has the highest score of its readings, and a reading the lower one of what it says and of the same
about others. The one that decides is fitted: chosen by the weights of the round before, a few rounds long.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from export.measures import Bools, Floats
from export.observations import TOXIC, Observed

NAMES = ("encoder", "linear", "bias")
Blend = dict[str, dict[str, float]]

ROUNDS = 4
# A label with fewer comments for it, or against it, takes the weights of the first label, and no bias.
FEW = 50
# How many comments the first label's weights, and no bias, count for, when another label is fitted.
SHARED_COUNT = 30.0
# The encoder always counts: a score that fell as the encoder's rose could not be explained to anybody.
LEAST_ENCODER = 0.05
# Just enough to keep weights finite where comments can be told apart without fail.
_LOOSE = 1e-3
_STEPS = 100
_ENOUGH = 1e-9


@dataclass(frozen=True)
class _Weights:
    """What is known of a label's three weights before its comments are looked at.

    Attributes:
        prior: where they are drawn to; what is not free stays there.
        strength: how many comments that counts for.
        free: which may move.
    """

    prior: Floats
    strength: Floats
    free: Bools

    def fixed(self, place: int, value: float) -> "_Weights":
        """The same with one of them fixed."""
        here = np.arange(len(NAMES)) == place
        return replace(self, prior=np.where(here, value, self.prior), free=self.free & ~here)


def fit(observed: Observed, *, with_linear: bool) -> Blend:
    """The blend of every label.

    The first label is fitted freely. The others, of which few comments are known, are drawn to its weights. A
    label is fitted on the sets that have comments with it: in the others nobody may have looked for it.

    Args:
        observed: comments that neither model was trained on.
        with_linear: whether there is a linear model; without one, its weight is 0.
    """
    free = np.array([True, with_linear, True])
    start = np.array([0.5, 0.5, 0.0]) if with_linear else np.array([1.0, 0.0, 0.0])
    first = _fit_label(observed, 0, _Weights(start, np.full(3, _LOOSE), free))
    shared = _Weights(np.array([first[0], first[1], 0.0]), np.full(3, SHARED_COUNT), free)
    others = [_fit_label(observed, column, shared) for column in range(1, len(observed.labels))]
    return {
        label: {name: round(float(value), 4) for name, value in zip(NAMES, weights, strict=True)}
        for label, weights in zip(observed.labels, [first, *others], strict=True)
    }


def scores(observed: Observed, blend: Mapping[str, Mapping[str, float]]) -> Floats:
    """What the scorer gives with this blend, [comments, labels]."""
    weights = np.array([[blend[label][name] for name in NAMES] for label in observed.labels])
    return _sigmoid(np.array([log_odds(pairs, weights) for pairs in observed.logits]))


def log_odds(pairs: Floats, weights: Floats) -> Floats:
    """A comment's log-odds, [labels].

    Args:
        pairs: of its readings, [readings, 2, labels, 2], as in `Observed.logits`.
        weights: of the encoder and the linear model, and the bias, [labels, 3].
    """
    blended = (pairs * weights[:, :2]).sum(axis=3)
    found: Floats = blended.min(axis=1).max(axis=0) + weights[:, 2]
    return found


def _fit_label(observed: Observed, column: int, known: _Weights) -> Floats:
    rows = _rows(observed, column)
    target, weight = observed.truth[rows, column], observed.weight[rows]
    if min((target >= TOXIC).sum(), (target < TOXIC).sum()) < FEW:
        return known.prior
    logits = [observed.logits[row][:, :, column] for row in rows]
    weights = known.prior
    for _ in range(ROUNDS):
        features = np.array([_deciding(pairs, weights[:2]) for pairs in logits])
        weights = _constrained(features, target, weight, known)
    return weights


def _deciding(pairs: Floats, weights: Floats) -> Floats:
    """Of [readings, 2, 2] the log-odds of both models that decide: the highest of the pairs' lower ones."""
    blended = pairs @ weights
    reading = blended.min(axis=1).argmax()
    found: Floats = pairs[reading, blended[reading].argmin()]
    return found


def _rows(observed: Observed, column: int) -> NDArray[np.intp]:
    """Which comments a label is fitted on."""
    truth = observed.truth[:, column]
    chosen = ~np.isnan(truth)
    if column:
        having = np.unique(observed.source[np.nan_to_num(truth) >= TOXIC])
        chosen &= np.isin(observed.source, having)
    return np.flatnonzero(chosen)


def _constrained(features: Floats, target: Floats, weight: Floats, known: _Weights) -> Floats:
    """Logistic regression with an encoder that counts and a linear model that does not count against."""
    weights = _logistic(features, target, weight, known)
    if weights[1] < 0:
        known = known.fixed(1, 0.0)
        weights = _logistic(features, target, weight, known)
    if weights[0] < LEAST_ENCODER:
        weights = _logistic(features, target, weight, known.fixed(0, LEAST_ENCODER))
    return weights


def _logistic(features: Floats, target: Floats, weight: Floats, known: _Weights) -> Floats:
    """Weights of both features and the bias: Newton's method on log loss and the pull to what is known."""
    design = np.column_stack([features, np.ones(len(features))])
    weights, free = known.prior.copy(), known.free
    for _ in range(_STEPS):
        probability = _sigmoid(design @ weights)
        gradient = design.T @ (weight * (probability - target)) + known.strength * (weights - known.prior)
        spread = design * (weight * probability * (1 - probability))[:, None]
        curvature = spread.T @ design + np.diag(known.strength)
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        # Far from the minimum a whole step may overshoot; log loss is convex, so short steps arrive, too.
        weights = weights - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < _ENOUGH:
            break
    return weights


def _sigmoid(logits: Floats) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    return probabilities
