"""What a later training changed in a checkpoint's weights, in about three bits a weight or much less.

Training changes weights by a tenth of their size, and rounding the change coarsely costs less than rounding
the weights finely: the idea of BitDelta (Liu et al. 2024, arXiv:2402.10193). So a new model costs a
repository a tenth of what another checkpoint would, and a change of low rank (`training.low_rank`) an eighth
of that. The file is numpy's `.npz`, in xz (older ones in gzip):

* of a changed matrix `NAME`: `NAME`, int8 [rows, columns], and `NAME:step`, float16 [rows]; the new weight is
  `old + NAME * step`;
* or, where the change is of low rank: `NAME:left` [rows, rank] and `NAME:right` [rank, columns], int8, and
  `NAME:step`, float16 [rank]; the new weight is `old + (left * step) @ (right * step^T)`;
* of a small changed array `NAME`: `NAME`, int8, and `NAME:step`, float16 [1]; the new values are
  `old + NAME * step`. Older deltas have `NAME` alone, float16, its new values.

What has not changed is not in it.
"""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from export.source import SourceError

Weights = Mapping[str, NDArray[np.float32]]

# A row's step, as a share of the root mean square of its changes. For changes that spread like a normal
# distribution the rounding adds 20% of them as noise, step / sqrt(12), and a code has 2.6 bits.
STEP: Final = 0.7
# Arrays of fewer weights have one step for all of them.
_SMALL: Final = 10_000
_LARGEST_CODE: Final = 127
# The same for the numbers of a change of low rank: 12% of noise in all, and packed about five bits a number.
FACTOR_STEP: Final = 0.3
# What a low rank may leave out of a change's energy. Noise of that size is below that of the codes.
LEFT_OUT: Final = 0.003
_STEP, _LEFT, _RIGHT = ":step", ":left", ":right"
# Codes are noise, which xz packs by the frequency of each, and what numpy writes around them repeats itself.
_XZ: Final = [{"id": lzma.FILTER_LZMA2, "preset": 9, "lc": 3, "lp": 0, "pb": 0}]


def write(old: Weights, new: Weights, target: Path) -> None:
    """Writes what leads from the old weights to the new ones, nearly.

    Raises:
        SourceError: they are not the weights of the same architecture.
    """
    if {name: old[name].shape for name in old} != {name: new[name].shape for name in new}:
        raise SourceError("the checkpoints are of different architectures")
    content: dict[str, Any] = {}
    for name, before in old.items():
        change = new[name] - before
        if not change.any():
            continue
        if change.size < _SMALL:
            whole = change.reshape(1, -1)
            step = _steps(whole, FACTOR_STEP)
            content |= {name: _codes(whole, step).reshape(change.shape), name + _STEP: step}
            continue
        left, right = _factors(change)
        if 2 * (left.size + right.size) < change.size:
            content |= _of_low_rank(name, left, right)
        else:
            steps = _steps(change, STEP)
            content |= {name: _codes(change, steps), name + _STEP: steps}
    plain = io.BytesIO()
    np.savez(plain, **content)
    target.write_bytes(lzma.compress(plain.getvalue(), filters=_XZ))


def _factors(change: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two matrices [rows, rank], [rank, columns] of the least rank that makes up the change, nearly.

    Column by column and row by row they are of equal size, so that both bear rounding equally well.
    """
    left, sizes, right = np.linalg.svd(change, full_matrices=False)
    energy = np.cumsum(sizes.astype(np.float64) ** 2)
    rank = int(np.searchsorted(energy, (1 - LEFT_OUT) * energy[-1])) + 1
    roots = np.sqrt(sizes[:rank])
    # Scaled so that numbers of both have the same root mean square: the vectors have unit length.
    ratio = (len(left) / right.shape[1]) ** 0.25
    return left[:, :rank] * roots * ratio, (right[:rank].T * roots / ratio).T


def _of_low_rank(name: str, left: NDArray[np.float32], right: NDArray[np.float32]) -> dict[str, Any]:
    steps = _steps(right, FACTOR_STEP)
    return {
        name + _LEFT: _codes(left.T, steps).T,
        name + _RIGHT: _codes(right, steps),
        name + _STEP: steps,
    }


def _steps(rows: NDArray[np.float32], share: float) -> NDArray[np.float16]:
    """Each row's step, [rows]: that share of the root mean square of its numbers, or more for an outlier."""
    spread, largest = np.sqrt((rows**2).mean(axis=1)), np.abs(rows).max(axis=1)
    steps: NDArray[np.float16] = np.maximum(share * spread, largest / _LARGEST_CODE).astype(np.float16)
    return steps


def _codes(rows: NDArray[np.float32], steps: NDArray[np.float16]) -> NDArray[np.int8]:
    """The rows in whole steps; a row without any is all 0."""
    wide = steps.astype(np.float32)[:, np.newaxis]
    codes = np.divide(rows, wide, out=np.zeros_like(rows), where=wide > 0)
    return np.rint(codes).clip(-_LARGEST_CODE, _LARGEST_CODE).astype(np.int8)


def applied(old: Weights, deltas: Iterable[Path]) -> dict[str, NDArray[np.float32]]:
    """The weights with all that the deltas changed, one after the other.

    Raises:
        SourceError: a file is no delta of these weights.
    """
    weights = dict(old)
    for delta in deltas:
        weights = _with(weights, delta)
    return weights


def _with(weights: dict[str, NDArray[np.float32]], delta: Path) -> dict[str, NDArray[np.float32]]:
    try:
        packed = delta.read_bytes()
        plain = gzip.decompress(packed) if delta.suffix == ".gz" else lzma.decompress(packed)
        with np.load(io.BytesIO(plain), allow_pickle=False) as content:
            for name in {key.partition(":")[0] for key in content.files}:
                changed = _changed(weights[name], name, content)
                if changed.shape != weights[name].shape:
                    raise SourceError(f"{delta.name} has {name} in another shape")
                weights[name] = changed.astype(np.float32)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError, KeyError) as exc:
        raise SourceError(f"{delta.name} is no delta of this checkpoint: {exc!r}") from exc
    return weights


def _changed(old: NDArray[np.float32], name: str, content: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    if name + _STEP not in content:
        return content[name]
    steps = content[name + _STEP].astype(np.float32)
    if name in content:
        codes = content[name].astype(np.float32)
        return old + codes * steps.reshape(-1, *[1] * (codes.ndim - 1))
    left, right = (content[name + side].astype(np.float32) for side in (_LEFT, _RIGHT))
    return old + _product(left * steps, right * steps[:, np.newaxis])


def _product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matrix product, the same to the bit on every machine, because checksums are taken of what it makes.

    `@` adds up in an order that depends on the processor. Here single products, which double precision holds
    exactly, are added one after the other, and each sum is rounded to single precision.
    """
    total = np.zeros((len(left), right.shape[1]), dtype=np.float32)
    for column, row in zip(left.T.astype(np.float64), right.astype(np.float64), strict=True):
        total = (total + np.outer(column, row)).astype(np.float32)
    return total
