"""What a checkpoint gets wrong, with the linear model beside it: that is what is worth reading of it.

Sentences can be made without end, and a model is right about most of them. Those that it is not right about
teach more than as many drawn at random (hard example mining, Shrivastava et al. 2016, arXiv:1604.03540).
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from training import batches, encoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.beside import Linears
    from training.mixture import Row


class Judge:
    """A classifier of the labels, in Hugging Face's form, and the linear models beside it."""

    def __init__(self, classifier: Path, beside: Linears) -> None:
        from transformers import AutoTokenizer  # noqa: PLC0415 (seconds to import)

        self._tokenizer = AutoTokenizer.from_pretrained(classifier)
        self._model = encoder.classifier(classifier).eval()
        self._beside = beside

    def errors(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """The cross-entropy of each row: of the sum of both models' log-odds, over the labels known."""
        found = np.empty(len(rows), dtype=np.float32)
        labels = torch.tensor(encoder.LABEL_WEIGHTS)
        done, shown = 0, time.monotonic()
        for places, batch in batches.in_order(self._tokenizer, rows, self._beside):
            with torch.no_grad():
                alone = encoder.log_odds(self._model, batch).cpu()
            both = encoder.together(alone, batch)
            found[places] = encoder.cross_entropies(both, batch["targets"], labels).numpy()
            done += len(places)
            if time.monotonic() - shown > encoder.SHOW_EVERY_S:
                sys.stderr.write(f"judge: {done} of {len(rows)} texts\n")
                shown = time.monotonic()
        return found
