"""What a training changed, in few bits a weight: small, near, and refused where it does not belong."""

from __future__ import annotations

import gzip
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from export import delta
from export.source import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Weights = dict[str, NDArray[np.float32]]

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

    delta.write(old, new, tmp_path / "delta.npz.gz")
    found = delta.applied(old, tmp_path / "delta.npz.gz")

    # Rounding to steps adds step / sqrt(12) of noise, and a little more where a code is cut off.
    missed = np.linalg.norm(found["matrix"] - new["matrix"]) / np.linalg.norm(new["matrix"] - old["matrix"])
    assert missed == pytest.approx(delta.STEP / math.sqrt(12), rel=0.05)
    for name in ("bias", "head"):
        np.testing.assert_allclose(found[name], new[name], rtol=1e-3, atol=1e-6)
    assert (found["words"] == old["words"]).all()
    assert all(array.dtype == np.float32 for array in found.values())


def test_a_changed_weight_takes_about_three_bits_and_an_unchanged_one_none(
    old: Weights, tmp_path: Path
) -> None:
    delta.write(old, trained(old), tmp_path / "delta.npz.gz")

    bits = 8 * (tmp_path / "delta.npz.gz").stat().st_size / math.prod(SHAPES["matrix"])
    assert bits < 3.6


def test_the_same_change_gives_the_same_file(old: Weights, tmp_path: Path) -> None:
    for name in ("one.npz.gz", "two.npz.gz"):
        delta.write(old, trained(old), tmp_path / name)

    assert (tmp_path / "one.npz.gz").read_bytes() == (tmp_path / "two.npz.gz").read_bytes()


def test_a_row_that_did_not_change_stays(old: Weights, tmp_path: Path) -> None:
    new = trained(old)
    new["matrix"][7] = old["matrix"][7]

    delta.write(old, new, tmp_path / "delta.npz.gz")

    assert (delta.applied(old, tmp_path / "delta.npz.gz")["matrix"][7] == old["matrix"][7]).all()


def test_without_a_delta_the_weights_are_the_old_ones(old: Weights) -> None:
    assert delta.applied(old, None) == old


def test_another_architecture_has_no_delta(old: Weights, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="different architectures"):
        delta.write(old, {**old, "matrix": old["matrix"].T}, tmp_path / "delta.npz.gz")


@pytest.mark.parametrize("what", ["unknown name", "other shape", "no archive", "objects"])
def test_a_delta_of_something_else_is_refused(old: Weights, tmp_path: Path, what: str) -> None:
    path = tmp_path / "delta.npz.gz"
    if what == "no archive":
        path.write_bytes(b"something else")
    else:
        contents: dict[str, dict[str, Any]] = {
            "unknown name": {"nobody": np.zeros(3, np.float16)},
            "other shape": {"bias": np.zeros(3, np.float16)},
            "objects": {"bias": np.array([{}, {}], dtype=object)},
        }
        plain = io.BytesIO()
        np.savez(plain, **contents[what])
        path.write_bytes(gzip.compress(plain.getvalue()))

    with pytest.raises(SourceError, match=r"delta\.npz\.gz"):
        delta.applied(old, path)
