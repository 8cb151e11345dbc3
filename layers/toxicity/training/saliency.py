"""Finds how much a token tells: what the scores lose without it, said beforehand by its vector.

The encoder reads on with the tokens that tell most (`export.pruning`), so this must be known before it has
read on. For some texts it is tried: each token is left out where others would be, and the loss is ranked
within its text. The rank is then foretold from the token's vector there, by ridge regression.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from export.pruning import LAYER
from training.batches import token_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.mixture import Row

TEXTS: Final = 1500
"""As many are enough: with twice as many, the same tokens are kept."""
SHORTEST: Final = 4
# How much the weights are drawn to nothing, as a share of each number's spread.
RIDGE: Final = 1e-3
SHOW_EVERY_S: Final = 20


def fitted(model: Any, tokenizer: Any, rows: Sequence[Row]) -> NDArray[np.float32]:  # noqa: ANN401 (transformers)
    """The weights, [width], of a BERT classifier in Hugging Face's form, from the first TEXTS rows."""
    model.eval()
    vectors, ranks = [], []
    started = shown = time.monotonic()
    long_enough = [ids for ids in token_ids(tokenizer, rows[:TEXTS]) if len(ids) >= SHORTEST]
    for number, ids in enumerate(long_enough):
        with torch.no_grad():
            hidden = _until(model, torch.tensor([ids], device=model.device))
            lost = losses(model, hidden)
        vectors.append(hidden[0, 1:].double().cpu().numpy())
        ranks.append(lost.argsort().argsort().double().cpu().numpy() / len(lost))
        if time.monotonic() - shown > SHOW_EVERY_S:
            shown = time.monotonic()
            left = (shown - started) / (number + 1) * (len(long_enough) - number - 1) / 60
            sys.stderr.write(f"saliency: {number + 1} of {len(long_enough)} texts, {left:.0f} min left\n")
    return _regressed(np.concatenate(vectors), np.concatenate(ranks))


def losses(model: Any, hidden: torch.Tensor) -> torch.Tensor:  # noqa: ANN401 (transformers has no types here)
    """How far any label's log-odds go without each token but the first, [tokens - 1].

    Args:
        model: a BERT classifier in Hugging Face's form.
        hidden: [1, tokens, width], in the layer where tokens are left out.
    """
    count = hidden.shape[1]
    others = ~torch.eye(count, dtype=torch.bool, device=hidden.device)[1:]
    without = hidden[0].expand(count - 1, -1, -1)[others].view(count - 1, count - 1, -1)
    apart: torch.Tensor = (_from(model, without) - _from(model, hidden)).abs()
    return apart.amax(dim=1)


def _until(model: Any, ids: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
    hidden = model.bert.embeddings(input_ids=ids)
    for layer in model.bert.encoder.layer[:LAYER]:
        hidden = layer(hidden)
    attended: torch.Tensor = model.bert.encoder.layer[LAYER].attention(hidden)[0]
    return attended


def _from(model: Any, hidden: torch.Tensor) -> torch.Tensor:  # noqa: ANN401
    layer, *later = model.bert.encoder.layer[LAYER:]
    hidden = layer.output(layer.intermediate(hidden), hidden)
    for layer in later:
        hidden = layer(hidden)
    logits: torch.Tensor = model.classifier(model.bert.pooler(hidden))
    return logits


def _regressed(vectors: NDArray[np.float64], ranks: NDArray[np.float64]) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    spread = centred.T @ centred + np.diag(RIDGE * len(vectors) * centred.var(axis=0))
    weights: NDArray[np.float32] = np.linalg.solve(spread, centred.T @ (ranks - ranks.mean())).astype(
        np.float32
    )
    return weights
