"""What a later training changed in a checkpoint's weights, in about three bits a weight.

Training changes weights by a tenth of their size, and rounding the change coarsely costs less than rounding
the weights finely: the idea of BitDelta (Liu et al. 2024, arXiv:2402.10193). So a new model costs a
repository a tenth of what another checkpoint would. The file is numpy's `.npz`, in gzip:

* of a changed matrix `NAME`: `NAME`, int8 [rows, columns], and `NAME:step`, float16 [rows]; the new weight is
  `old + NAME * step`;
* of a small changed array `NAME`: `NAME`, float16, its new values.

What has not changed is not in it.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping
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
_STEP_SUFFIX: Final = ":step"
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
        steps = (STEP * np.sqrt((change**2).mean(axis=1))).astype(np.float16)
        wide = steps.astype(np.float32)[:, np.newaxis]
        codes = np.divide(change, wide, out=np.zeros_like(change), where=wide > 0)
        content[name] = np.rint(codes).clip(-_LARGEST_CODE, _LARGEST_CODE).astype(np.int8)
        content[name + _STEP_SUFFIX] = steps
    plain = io.BytesIO()
    np.savez(plain, **content)
    # Codes are noise: to look for repetitions in them, as deflate does, takes a fifth more room than not to.
    packing = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY, wbits=_GZIP)
    target.write_bytes(packing.compress(plain.getvalue()) + packing.flush())


def applied(old: Weights, delta: Path | None) -> dict[str, NDArray[np.float32]]:
    """The new weights; the old ones when there is no delta.

    Raises:
        SourceError: the file is no delta of these weights.
    """
    weights = dict(old)
    if delta is None:
        return weights
    try:
        with np.load(io.BytesIO(gzip.decompress(delta.read_bytes())), allow_pickle=False) as content:
            for name in content.files:
                if name.endswith(_STEP_SUFFIX):
                    continue
                change, shape = content[name], weights[name].shape
                if change.dtype == np.int8:
                    steps = content[name + _STEP_SUFFIX].astype(np.float32)
                    weights[name] = weights[name] + change.astype(np.float32) * steps[:, np.newaxis]
                else:
                    weights[name] = change.astype(np.float32)
                if weights[name].shape != shape:
                    raise SourceError(f"{delta.name} has {name} in another shape")
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError, KeyError) as exc:
        raise SourceError(f"{delta.name} is no delta of this checkpoint: {exc!r}") from exc
    return weights
