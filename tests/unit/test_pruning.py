"""The file that says how much a token tells."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from export import pruning
from export.source import SourceError

if TYPE_CHECKING:
    from pathlib import Path

BERT = SimpleNamespace(model_type="bert", num_hidden_layers=6, hidden_size=384)


def archive() -> bytes:
    found = io.BytesIO()
    np.savez(found, weights=np.ones(384))
    return found.getvalue()


def test_weights_come_back_in_their_order_at_unit_length(tmp_path: Path) -> None:
    weights = np.random.default_rng(1).standard_normal(384).astype(np.float32)

    pruning.write(1e-4 * weights, tmp_path / pruning.FILE)
    found = pruning.read(tmp_path / pruning.FILE, BERT)

    assert found.dtype == np.float32
    np.testing.assert_allclose(found, weights / np.linalg.norm(weights), rtol=1e-3, atol=1e-6)
    assert (tmp_path / pruning.FILE).stat().st_size < 1000


@pytest.mark.parametrize(
    "content",
    [
        np.zeros((2, 384)),
        np.full(384, np.nan),
        np.ones(384, int),
        np.array([{}] * 384),
        np.ones(1),
        np.ones(5),
    ],
    ids=["matrix", "not finite", "whole numbers", "objects", "one weight", "another width"],
)
def test_other_numbers_are_refused(tmp_path: Path, content: np.ndarray) -> None:
    np.save(tmp_path / pruning.FILE, content)

    with pytest.raises(SourceError, match="saliency"):
        pruning.read(tmp_path / pruning.FILE, BERT)


@pytest.mark.parametrize("content", [b"weights", b"PK\x03\x04", b"", archive()])
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / pruning.FILE).write_bytes(content)

    with pytest.raises(SourceError, match="saliency"):
        pruning.read(tmp_path / pruning.FILE, BERT)


@pytest.mark.parametrize("change", [{"model_type": "roberta"}, {"num_hidden_layers": 3}])
def test_they_are_of_no_use_to_other_models(tmp_path: Path, change: dict[str, object]) -> None:
    pruning.write(np.ones(384, np.float32), tmp_path / pruning.FILE)

    with pytest.raises(SourceError, match="BERT models of more than 3 layers"):
        pruning.read(tmp_path / pruning.FILE, SimpleNamespace(**{**vars(BERT), **change}))
