"""Small models that tests make for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toxicity.linear import BUCKETS, Linear, features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def linear_model(words: Mapping[str, Sequence[int]], *, labels: int, bias: float = 0.0) -> Linear:
    """A linear model that knows these words alone.

    A text with one of them leans by its number, -127 to 127, for each label.
    """
    weights = np.zeros((BUCKETS, labels), dtype=np.int8)
    for word, numbers in words.items():
        weights[features(word)] = numbers
    return Linear(weights, np.full(labels, 0.01, dtype=np.float32), np.full(labels, bias, dtype=np.float32))
