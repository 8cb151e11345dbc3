"""Linear models that score beside the encoder while it learns, each text by one that never saw it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from toxicity.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.mixture import Row

FOLDS: Final = 3
# The weight of the linear model's log-odds in the sum that is learned. The blend is fitted anew afterwards.
LINEAR_SHARE: Final = 0.45


def fold_of(text: str) -> int:
    """Which of the models has not seen the text."""
    return zlib.crc32(text.encode("utf-8", "replace")) % FOLDS


class Linears:
    """A model for each fold, fitted on the rows of the other folds.

    On its own rows a linear model is surer than it is on others: an encoder that learned beside it would
    trust it too much.
    """

    def __init__(self, models: Sequence[Linear]) -> None:
        """Takes the models in the order of their folds."""
        self._models = models

    @classmethod
    def fitted(cls, rows: Sequence[Row], fit: Callable[[Sequence[Row]], Linear], folder: Path) -> Linears:
        """Fits the models, or reads from `folder` those that an earlier run fitted."""
        models = []
        for fold in range(FOLDS):
            path = folder / f"linear-{fold}.bin"
            if not path.exists():
                partial = path.with_suffix(".partial")
                partial.write_bytes(fit([row for row in rows if row.fold != fold]).to_bytes())
                partial.rename(path)
            models.append(Linear.from_bytes(path.read_bytes()))
        return cls(models)

    def log_odds(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """[rows, labels], each row by the model of its fold."""
        found = [self._models[row.fold].logits([row.text])[0] for row in rows]
        return np.array(found, dtype=np.float32)
