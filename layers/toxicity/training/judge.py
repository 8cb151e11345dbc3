"""What a checkpoint gets wrong, with the linear model beside it: that is what is worth reading of it.

Sentences can be made without end, and a model is right about most of them. Those that it is not right about
teach more than as many drawn at random (hard example mining, Shrivastava et al. 2016, arXiv:1604.03540).
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from training import batches, encoder
from training.beside import LINEAR_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.beside import Linears
    from training.mixture import Row

_SHOW_EVERY_S: Final = 20


class Judge:
    """A classifier of the labels, in Hugging Face's form, and the linear models beside it."""

    def __init__(self, classifier: Path, beside: Linears) -> None:
        from transformers import AutoTokenizer  # noqa: PLC0415 (seconds to import)

        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._tokenizer = AutoTokenizer.from_pretrained(classifier)
        self._model = encoder.classifier(classifier, self._device).eval()
        self._beside = beside

    def errors(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """The cross-entropy of each row: of the sum of both models' log-odds, over the labels known."""
        found = np.empty(len(rows), dtype=np.float32)
        labels = torch.tensor(encoder.LABEL_WEIGHTS)
        done, shown = 0, time.monotonic()
        for places, batch in batches.in_order(self._tokenizer, rows, self._beside):
            on_device = {name: part.to(self._device) for name, part in batch.items()}
            with torch.no_grad():
                alone = encoder.log_odds(self._model, on_device).cpu()
            together = encoder.ENCODER_SHARE * alone + LINEAR_SHARE * batch["beside"]
            found[places] = encoder.cross_entropies(together, batch["targets"], labels).numpy()
            done += len(places)
            if time.monotonic() - shown > _SHOW_EVERY_S:
                sys.stderr.write(f"judge: {done} of {len(rows)} texts\n")
                shown = time.monotonic()
        return found
