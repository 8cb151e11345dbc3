"""Rows as batches of texts of like length, for the encoder."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.beside import Linears
    from training.mixture import Passes, Row

MAX_TOKENS: Final = 80
BATCH_TOKENS = 2048
# Rows are sorted by length within stretches of this many, so that a batch has texts of like length.
STRETCH: Final = 4096

Batch = dict[str, torch.Tensor]


@dataclass
class Progress:
    """Where training is: what a later run needs to go on."""

    step: int = 0
    passes: int = 0
    row: int = 0


def of_passes(
    tokenizer: Any,  # noqa: ANN401 (transformers has no types here)
    passes: Passes,
    progress: Progress,
    seed: int,
    beside: Linears | None,
) -> Iterator[Batch]:
    """Batches of about BATCH_TOKENS tokens, pass after pass, from where training was."""
    for number in count(progress.passes):
        rows = passes(number)
        seen = 0
        for at in range(0, len(rows), STRETCH):
            stretch = rows[at : at + STRETCH]
            if seen + len(stretch) <= progress.row:
                seen += len(stretch)
                continue
            ids = token_ids(tokenizer, stretch)
            groups = _by_length(ids)
            random.Random(f"{seed}-{number}-{at}").shuffle(groups)
            for group in groups:
                seen += len(group)
                if seen <= progress.row:
                    continue
                yield of([ids[row] for row in group], [stretch[row] for row in group], beside)
        progress.passes, progress.row = number + 1, 0


def in_order(
    tokenizer: Any,  # noqa: ANN401 (transformers has no types here)
    rows: Sequence[Row],
    beside: Linears,
) -> Iterator[tuple[list[int], Batch]]:
    """Each row once: batches, and the places of their rows."""
    ids = token_ids(tokenizer, rows)
    for group in _by_length(ids):
        yield group, of([ids[row] for row in group], [rows[row] for row in group], beside)


def token_ids(tokenizer: Any, rows: Sequence[Row]) -> list[list[int]]:  # noqa: ANN401
    """The rows' tokens, at most MAX_TOKENS of each."""
    found: list[list[int]] = tokenizer([row.text for row in rows], truncation=True, max_length=MAX_TOKENS)[
        "input_ids"
    ]
    return found


def of(ids: Sequence[Sequence[int]], rows: Sequence[Row], beside: Linears | None) -> Batch:
    """One batch: `ids` and `mask` [rows, tokens], `targets` [rows, labels], `weights` [rows].

    With linear models beside, also what these say, `beside` [rows, labels], and `trust` and `kept` [rows, 1].
    """
    length = max(map(len, ids))
    padded = torch.zeros(len(ids), length, dtype=torch.long)
    mask = torch.zeros(len(ids), length, dtype=torch.long)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    batch = {
        "ids": padded,
        "mask": mask,
        "targets": torch.tensor([row.targets for row in rows], dtype=torch.float32),
        "weights": torch.tensor([row.weight for row in rows], dtype=torch.float32),
    }
    if beside:
        batch["beside"] = torch.from_numpy(beside.log_odds(rows))
        for name in ("trust", "kept"):
            batch[name] = torch.tensor([[getattr(row, name)] for row in rows], dtype=torch.float32)
    return batch


def _by_length(ids: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places of texts, in groups of about BATCH_TOKENS tokens, the shortest texts first."""
    groups: list[list[int]] = []
    for row in sorted(range(len(ids)), key=lambda row: len(ids[row])):
        if not groups or len(ids[row]) * (len(groups[-1]) + 1) > BATCH_TOKENS:
            groups.append([])
        groups[-1].append(row)
    return groups
