"""What a later training changed in a checkpoint's weights, in about three bits a weight or much less.

Training changes weights by a tenth of their size, and rounding the change coarsely costs less than rounding
the weights finely: the idea of BitDelta (Liu et al. 2024, arXiv:2402.10193). So a new model costs a
repository a tenth of what another checkpoint would, and a change of low rank (`training.low_rank`) an eighth
of that. The file is numpy's `.npz`, in gzip:

* of a changed matrix `NAME`: `NAME`, int8 [rows, columns], and `NAME:step`, float16 [rows]; the new weight is
  `old + NAME * step`;
* or, where the change is of low rank: `NAME:left` [rows, rank] and `NAME:right` [rank, columns], int8, and
  `NAME:step`, float16 [rank]; the new weight is `old + (left * step) @ (right * step^T)`;
* of a small changed array `NAME`: `NAME`, float16, its new values.

What has not changed is not in it.
"""

import gzip
import io
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
# Arrays of fewer weights are kept as they are.
_SMALL: Final = 10_000
_LARGEST_CODE: Final = 127
# The same for the numbers of a change of low rank: 12% of noise in all, and packed about five bits a number.
FACTOR_STEP: Final = 0.3
# What a low rank may leave out of a change's energy. Noise of that size is below that of the codes.
LEFT_OUT: Final = 0.003
_STEP, _LEFT, _RIGHT = ":step", ":left", ":right"
_GZIP: Final = 16 + zlib.MAX_WBITS  # zlib's number for that container


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
            content[name] = new[name].astype(np.float16)
            continue
        left, right = _factors(change)
        if 2 * (left.size + right.size) < change.size:
            content |= _of_low_rank(name, left, right)
        else:
            steps = (STEP * np.sqrt((change**2).mean(axis=1))).astype(np.float16)
            content |= {name: _codes(change, steps), name + _STEP: steps}
    plain = io.BytesIO()
    np.savez(plain, **content)
    # Codes are noise: to look for repetitions in them, as deflate does, takes a fifth more room than not to.
    packing = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY, wbits=_GZIP)
    target.write_bytes(packing.compress(plain.getvalue()) + packing.flush())


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
    steps = (FACTOR_STEP * np.sqrt((right**2).mean(axis=1))).astype(np.float16)
    return {
        name + _LEFT: _codes(left.T, steps).T,
        name + _RIGHT: _codes(right, steps),
        name + _STEP: steps,
    }


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
        with np.load(io.BytesIO(gzip.decompress(delta.read_bytes())), allow_pickle=False) as content:
            for name in {key.partition(":")[0] for key in content.files}:
                changed = _changed(weights[name], name, content)
                if changed.shape != weights[name].shape:
                    raise SourceError(f"{delta.name} has {name} in another shape")
                weights[name] = changed.astype(np.float32)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError, KeyError) as exc:
        raise SourceError(f"{delta.name} is no delta of this checkpoint: {exc!r}") from exc
    return weights


def _changed(old: NDArray[np.float32], name: str, content: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    if name + _STEP not in content:
        return content[name]
    steps = content[name + _STEP].astype(np.float32)
    if name in content:
        return old + content[name].astype(np.float32) * steps[:, np.newaxis]
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
