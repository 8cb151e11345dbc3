"""Which tokens of a long text the encoder reads on with: those that tell most, after the first layers.

Most words of a comment change nothing about its scores. So once every token has met all others, in layer
LAYER, only the half of them that tells most goes on, and half of these from layer AGAIN (token pruning as in
PoWER-BERT, Goyal et al. 2020, arXiv:2001.08950): later layers take a quarter of the time. The first token,
which is what is classified, always goes on, and so do all of a short text. How much a token tells is a
weighted sum of its vector; training finds the weights, `saliency.npy`, float16 [width] (`training.saliency`).
"""

import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from export.source import SourceError

LAYER: Final = 1
"""In this layer, counted from 0, between attention and what follows it."""
AGAIN: Final = LAYER + 1
"""In this one only the first half asks what all tell: they stand in the order in which they tell."""
LEAST: Final = 16
"""So many tokens are kept of a text that has them."""
FILE: Final = "saliency.npy"


def fits(config: Any) -> bool:  # noqa: ANN401 (transformers has no types)
    """Whether a model can be read so: a BERT in which layers follow that may be spared something."""
    return bool(config.model_type == "bert" and config.num_hidden_layers > AGAIN + 1)


def read(path: Path, config: Any) -> NDArray[np.float32]:  # noqa: ANN401 (transformers has no types)
    """The weights that tell how much a token tells, [width].

    Args:
        path: the file.
        config: the Hugging Face config of the model that they are for.

    Raises:
        SourceError: the file holds something else, or is for another model.
    """
    if not fits(config):
        raise SourceError(f"{path.name} is for BERT models of more than {AGAIN + 1} layers")
    try:
        weights = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as exc:
        raise SourceError(f"{path.name} is no array: {exc}") from exc
    is_right = isinstance(weights, np.ndarray) and weights.shape == (config.hidden_size,)
    if not is_right or not np.issubdtype(weights.dtype, np.floating) or not np.isfinite(weights).all():
        raise SourceError(f"{path.name} should hold {config.hidden_size} finite weights")
    found: NDArray[np.float32] = weights.astype(np.float32)
    return found


def write(weights: NDArray[np.float32], path: Path) -> None:
    """Writes them at half precision, scaled to unit length: only their order counts."""
    partial = path.with_suffix(".partial.npy")
    np.save(partial, (weights / np.linalg.norm(weights)).astype(np.float16), allow_pickle=False)
    partial.rename(path)
