"""Changes a model's matrices by matrices of low rank: LoRA (Hu et al. 2021, arXiv:2106.09685).

A change of rank 16 has a twentieth of a matrix's numbers, one of rank 3 a hundredth: it costs a repository
little (`export.delta`), and they are too few to learn comments by heart.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import torch
from torch.nn.utils import parametrize

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where a model is changed: half of its weights are the vectors of words and positions, which hardly move.
_CHANGED: Final = ("encoder.layer", "pooler", "classifier")
_LEAST_RANK_WORTH: Final = 2


class _Changed(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
    """`weight + left @ right`; nothing is changed at first, for `left` is 0."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.left = torch.nn.Parameter(torch.zeros(rows, rank))
        self.right = torch.nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + self.left @ self.right


def adapt(model: torch.nn.Module, rank: int) -> None:
    """Lets only changes of this rank be learned, and biases and norms of the same layers as they are.

    A matrix with fewer rows than twice the rank, the head's, is learned as it is.
    """
    for name, weights in model.named_parameters():
        weights.requires_grad = any(part in name for part in _CHANGED)
    for layer in _linears(model):
        rows, columns = layer.weight.shape
        if rows < _LEAST_RANK_WORTH * rank or not layer.weight.requires_grad:
            continue
        layer.weight.requires_grad = False
        change = _Changed(rows, columns, rank).to(layer.weight.device)
        parametrize.register_parametrization(layer, "weight", change)


def settle(model: torch.nn.Module) -> None:
    """Adds the changes to the weights; the model has its own form again."""
    for layer in _linears(model):
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)


def _linears(model: torch.nn.Module) -> Iterator[torch.nn.Linear]:
    for module in list(model.modules()):
        if isinstance(module, torch.nn.Linear):
            yield module
