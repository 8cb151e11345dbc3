"""What a training changed, in few bits a weight: small, near, and refused where it does not belong."""

from __future__ import annotations

import gzip
import io
import lzma
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from export import delta
from export.source import SourceError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32]]

LAYER = Path(delta.__file__).parent.parent
# Applies a delta in another process, which chooses its kernels when it starts.
ELSEWHERE = """
import sys, pathlib, numpy
from export import delta
old, path, found = map(pathlib.Path, sys.argv[1:])
numpy.save(found, delta.applied(dict(numpy.load(old)), [path])["matrix"])
"""
SHAPES = {"words": (4000, 16), "matrix": (384, 96), "bias": (96,), "head": (6, 96)}


@pytest.fixture
def old() -> Weights:
    return weights(1)


def weights(seed: int, scale: float = 0.05) -> Weights:
    draw = np.random.default_rng(seed)
    return {name: (scale * draw.standard_normal(shape)).astype(np.float32) for name, shape in SHAPES.items()}


def trained(old: Weights) -> Weights:
    changes = weights(2, 0.005)
    return {name: old[name] if name == "words" else old[name] + changes[name] for name in old}


def test_new_weights_come_back_nearly(old: Weights, tmp_path: Path) -> None:
    new = trained(old)

    delta.write(old, new, tmp_path / "delta.npz.xz")
    found = delta.applied(old, [tmp_path / "delta.npz.xz"])

    # Rounding to steps adds step / sqrt(12) of noise, and a little more where a code is cut off.
    for name, step in (("matrix", delta.STEP), ("bias", delta.FACTOR_STEP), ("head", delta.FACTOR_STEP)):
        missed = np.linalg.norm(found[name] - new[name]) / np.linalg.norm(new[name] - old[name])
        assert missed == pytest.approx(step / math.sqrt(12), rel=0.2 if name == "bias" else 0.05)
    assert (found["words"] == old["words"]).all()
    assert all(array.dtype == np.float32 for array in found.values())


def test_a_changed_weight_takes_about_three_bits_and_an_unchanged_one_none(
    old: Weights, tmp_path: Path
) -> None:
    delta.write(old, trained(old), tmp_path / "delta.npz.xz")

    bits = 8 * (tmp_path / "delta.npz.xz").stat().st_size / math.prod(SHAPES["matrix"])
    assert bits < 3.6


def of_low_rank(old: Weights, rank: int) -> Weights:
    rows, columns = SHAPES["matrix"]
    draw = np.random.default_rng(3)
    change = 0.005 * draw.standard_normal((rows, rank)) @ draw.standard_normal((rank, columns))
    return old | {"matrix": (old["matrix"] + change).astype(np.float32)}


def test_an_older_delta_has_the_new_values_of_a_small_array(old: Weights, tmp_path: Path) -> None:
    values = np.linspace(-1, 1, 96, dtype=np.float16)
    plain = io.BytesIO()
    np.savez(plain, bias=values)
    (tmp_path / "delta.npz.gz").write_bytes(gzip.compress(plain.getvalue()))

    assert (delta.applied(old, [tmp_path / "delta.npz.gz"])["bias"] == values).all()


def test_a_change_of_low_rank_takes_a_few_bits_of_its_factors(old: Weights, tmp_path: Path) -> None:
    new, path = of_low_rank(old, rank=4), tmp_path / "delta.npz.xz"

    delta.write(old, new, path)

    found = delta.applied(old, [path])
    missed = np.linalg.norm(found["matrix"] - new["matrix"]) / np.linalg.norm(new["matrix"] - old["matrix"])
    # Both factors are rounded to steps, which adds step / sqrt(12) of noise each.
    assert missed == pytest.approx(delta.FACTOR_STEP / math.sqrt(6), rel=0.2)
    overhead = 900  # names, headers and steps
    assert path.stat().st_size < 4 * sum(SHAPES["matrix"]) * 5 / 8 + overhead
    assert all(array.dtype == np.float32 for array in found.values())


def test_a_change_of_high_rank_is_not_forced_into_a_low_one(old: Weights, tmp_path: Path) -> None:
    delta.write(old, of_low_rank(old, rank=60), tmp_path / "delta.npz.xz")

    with np.load(io.BytesIO(lzma.decompress((tmp_path / "delta.npz.xz").read_bytes()))) as content:
        assert sorted(content.files) == ["matrix", "matrix:step"]


def test_deltas_add_up(old: Weights, tmp_path: Path) -> None:
    one, two = tmp_path / "delta-1.npz.xz", tmp_path / "delta-2.npz.xz"
    delta.write(old, trained(old), one)
    middle = delta.applied(old, [one])
    delta.write(middle, of_low_rank(middle, rank=4), two)

    assert (delta.applied(old, [one, two])["matrix"] == delta.applied(middle, [two])["matrix"]).all()


def test_the_same_change_gives_the_same_file(old: Weights, tmp_path: Path) -> None:
    for name in ("one.npz.xz", "two.npz.xz"):
        delta.write(old, trained(old), tmp_path / name)

    assert (tmp_path / "one.npz.xz").read_bytes() == (tmp_path / "two.npz.xz").read_bytes()


@pytest.mark.parametrize("kernels", ["Haswell", "SkylakeX", "Prescott"])
def test_a_change_gives_the_same_weights_on_every_processor(
    old: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernels: str
) -> None:
    """OpenBLAS, which numpy multiplies matrices with, adds up in another order with each set of kernels."""
    path = tmp_path / "delta.npz.xz"
    delta.write(old, of_low_rank(old, rank=16), path)
    np.savez(tmp_path / "old.npz", **old)  # type: ignore[arg-type]  # numpy's stub takes one for a flag
    monkeypatch.setenv("OPENBLAS_CORETYPE", kernels)

    elsewhere = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, tmp_path / "old.npz", path, tmp_path / "found.npy"],
        env=os.environ | {"PYTHONPATH": str(LAYER)},
        check=False,
    )

    assert elsewhere.returncode == 0
    assert (np.load(tmp_path / "found.npy") == delta.applied(old, [path])["matrix"]).all()


def test_a_row_that_did_not_change_stays(old: Weights, tmp_path: Path) -> None:
    new = trained(old)
    new["matrix"][7] = old["matrix"][7]

    delta.write(old, new, tmp_path / "delta.npz.xz")

    assert (delta.applied(old, [tmp_path / "delta.npz.xz"])["matrix"][7] == old["matrix"][7]).all()


def test_without_a_delta_the_weights_are_the_old_ones(old: Weights) -> None:
    assert delta.applied(old, []) == old


def test_another_architecture_has_no_delta(old: Weights, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="different architectures"):
        delta.write(old, {**old, "matrix": old["matrix"].T}, tmp_path / "delta.npz.xz")


@pytest.mark.parametrize("what", ["unknown name", "other shape", "half of a change", "no archive", "objects"])
def test_a_delta_of_something_else_is_refused(old: Weights, tmp_path: Path, what: str) -> None:
    path = tmp_path / "delta.npz.xz"
    if what == "no archive":
        path.write_bytes(b"something else")
    else:
        contents: dict[str, dict[str, Any]] = {
            "unknown name": {"nobody": np.zeros(3, np.float16)},
            "other shape": {"bias": np.zeros(3, np.float16)},
            "half of a change": {"matrix:left": np.zeros((384, 2), np.int8)},
            "objects": {"bias": np.array([{}, {}], dtype=object)},
        }
        plain = io.BytesIO()
        np.savez(plain, **contents[what])
        path.write_bytes(lzma.compress(plain.getvalue()))

    with pytest.raises(SourceError, match=r"delta\.npz\.xz"):
        delta.applied(old, [path])
