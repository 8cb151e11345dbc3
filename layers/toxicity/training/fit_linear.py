"""Fits a linear model: logistic regression on hashed features, one for each label."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toxicity.linear import BUCKETS, Linear, features
from training.data import LABELS
from training.mixture import Row

LONGEST = 1200
# Strength of the penalty on the square of the weights, over the mean loss; chosen on the calibration part.
PENALTY = 3e-7
ITERATIONS = 100

Features = Callable[[str], NDArray[np.int64]]


def fit(rows: Sequence[Row], *, penalty: float = PENALTY) -> Linear:
    """The model in the form that the scorer runs, in 8 bits."""
    weights, biases = regress(rows, features, BUCKETS, penalty=penalty)
    # The few largest weights are cut, so that the many others keep their precision.
    scales = (np.quantile(np.abs(weights), 0.99999, axis=0) / 127).astype(np.float32)
    stored = np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)
    return Linear(stored, scales, biases.astype(np.float32))


def regress(
    rows: Sequence[Row], extract: Features, buckets: int, *, penalty: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights [buckets, labels] and biases [labels] that L-BFGS finds; unknown targets are left out.

    A feature that is in many texts says little about each: the penalty is on weights over inverse document
    frequencies, as if the features had been scaled by these.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 (training only)

    matrix, idf = matrix_of([row.text[:LONGEST] for row in rows], extract, buckets)
    transposed = matrix.T.tocsr()
    targets = np.array([row.targets for row in rows], dtype=np.float32)
    importance = np.array([row.weight for row in rows], dtype=np.float32)[:, None]
    known = ~np.isnan(targets) * importance
    targets = np.nan_to_num(targets).astype(np.float64)
    weights = np.zeros((buckets, len(LABELS)))
    biases = np.zeros(len(LABELS))
    for column, label in enumerate(LABELS):
        total = known[:, column].sum()

        def loss(
            flat: NDArray[np.float64], column: int = column, total: float = total
        ) -> tuple[float, NDArray[np.float64]]:
            logits = (matrix @ flat[:-1].astype(np.float32)).astype(np.float64) + flat[-1]
            each = np.logaddexp(0, logits) - targets[:, column] * logits
            slope = (np.exp(-np.logaddexp(0, -logits)) - targets[:, column]) * known[:, column] / total
            gradient = np.append(transposed @ slope.astype(np.float32) + 2 * penalty * flat[:-1], slope.sum())
            value = float((each * known[:, column]).sum() / total + penalty * (flat[:-1] ** 2).sum())
            return value, gradient

        rate = float((targets[:, column] * known[:, column]).sum() / total)
        start = np.zeros(buckets + 1)
        start[-1] = np.log(rate / (1 - rate))
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "maxcor": 6}
        )
        sys.stderr.write(f"linear: {label}, loss {found.fun:.4f} after {found.nit} iterations\n")
        weights[:, column], biases[column] = found.x[:-1] * idf, found.x[-1]
    return weights, biases


def matrix_of(texts: Sequence[str], extract: Features, buckets: int) -> tuple[Any, NDArray[np.float32]]:
    """Texts by features, sparse, rows scaled by the root of their number, columns by idf; and the idf."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (training only)

    found = []
    for number, text in enumerate(texts):
        if number % 20_000 == 0:
            sys.stderr.write(f"linear: features of {number} of {len(texts)} texts\n")
        found.append(extract(text).astype(np.int32))
    lengths = np.array([len(one) for one in found])
    columns = np.concatenate(found)
    frequency = np.bincount(columns, minlength=buckets)
    idf = (np.log((1 + len(texts)) / (1 + frequency)) / np.log(len(texts))).astype(np.float32)
    values = idf[columns] * np.repeat(1 / np.sqrt(np.maximum(1, lengths)), lengths).astype(np.float32)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    return csr_matrix((values, columns, pointers), shape=(len(texts), buckets), copy=False), idf
