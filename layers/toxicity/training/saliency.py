"""Finds how much a token tells: what the scores lose without it, said beforehand by its vector.

The encoder reads on with the tokens that tell most (`export.pruning`), so this must be known before it has
read on. For some texts it is tried: each token is left out where others would be, once, and the loss is
ranked within its text. The rank is then foretold from the token's vector there, by ridge regression.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from training import encoder, pruned
from training.batches import token_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.mixture import Row

TEXTS: Final = 1500
SHORTEST: Final = 4
# How much the weights are drawn to nothing, as a share of each number's spread.
RIDGE: Final = 1e-3


def fitted(model: Any, tokenizer: Any, rows: Sequence[Row]) -> NDArray[np.float32]:  # noqa: ANN401 (transformers)
    """The weights, [width], of a BERT classifier in Hugging Face's form, from the first TEXTS rows."""
    model.eval()
    vectors, ranks = [], []
    started = shown = time.monotonic()
    long_enough = [ids for ids in token_ids(tokenizer, rows[:TEXTS]) if len(ids) >= SHORTEST]
    for number, ids in enumerate(long_enough):
        with torch.no_grad():
            whole = torch.tensor([ids], device=model.device)
            hidden = pruned.begun(model, whole, torch.ones_like(whole))
            lost = losses(model, hidden)
        vectors.append(hidden[0, 1:].double().cpu().numpy())
        ranks.append(lost.argsort().argsort().double().cpu().numpy() / len(lost))
        if time.monotonic() - shown > encoder.SHOW_EVERY_S:
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
    said, expected = (pruned.ended(model, some, some.new_ones(some.shape[:2])) for some in (without, hidden))
    return (said - expected).abs().amax(dim=1)


def _regressed(vectors: NDArray[np.float64], ranks: NDArray[np.float64]) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    spread = centred.T @ centred + np.diag(RIDGE * len(vectors) * centred.var(axis=0))
    weights: NDArray[np.float32] = np.linalg.solve(spread, centred.T @ (ranks - ranks.mean())).astype(
        np.float32
    )
    return weights
