"""The graph that is written instead of traced: the same scores, fewer steps, weights in a file beside it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
import pytest
from tests.model import comments
from tests.model.families import FAMILIES, folder

from export import checkpoint_folder, convert, graph
from export.detoxify_checkpoint import load

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = ["original", "unbiased", "multilingual"]  # BERT, RoBERTa, XLM-R


def family(name: str, target: Path) -> Any:
    target.mkdir(exist_ok=True)
    return load(checkpoint_folder.read(folder(target, FAMILIES[name])))


def scores(path: Path, rows: list[list[int]]) -> np.ndarray[Any, Any]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"input_ids": np.array([row])})[0] for row in rows])


@pytest.mark.parametrize("name", WRITTEN)
def test_the_written_graph_scores_as_the_traced_one(tmp_path: Path, name: str) -> None:
    detoxify = family(name, tmp_path / "checkpoint")
    rows = [detoxify.tokenizer(text, truncation=True)["input_ids"] for text in comments.ALL]

    convert.to_onnx(detoxify, tmp_path / "written.onnx")
    convert._trace(detoxify.model.eval(), tmp_path / "traced.onnx")

    assert graph.is_supported(detoxify.model)
    written, traced = scores(tmp_path / "written.onnx", rows), scores(tmp_path / "traced.onnx", rows)
    assert np.abs(written - traced).max() <= 1e-5
    assert traced.std(axis=0).min() > 0.03


def test_albert_is_traced(tmp_path: Path) -> None:
    assert not graph.is_supported(family("original-small", tmp_path).model)


@pytest.mark.parametrize("change", [{"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}])
def test_a_model_out_of_the_ordinary_is_traced(tmp_path: Path, change: dict[str, str]) -> None:
    model = family("original", tmp_path).model
    for name, value in change.items():
        setattr(model.config, name, value)

    assert not graph.is_supported(model)


def test_the_last_layer_works_for_the_first_token_alone(tmp_path: Path) -> None:
    detoxify = family("original", tmp_path / "checkpoint")

    convert.to_onnx(detoxify, tmp_path / "written.onnx")

    steps = Counter(node.op_type for node in onnx.load(tmp_path / "written.onnx").graph.node)
    layers = detoxify.model.config.num_hidden_layers
    assert (steps["MultiHeadAttention"], steps["Softmax"], steps["Gelu"]) == (layers - 1, 1, layers)


def test_weights_move_to_a_file_beside_the_graph(tmp_path: Path) -> None:
    detoxify = family("original", tmp_path / "checkpoint")
    rows = [[0, 4, 5, 6, 2]]
    convert.to_onnx(detoxify, tmp_path / "whole.onnx")

    for run in ("first", "again"):
        (tmp_path / run).mkdir()
        graph.externalise(tmp_path / "whole.onnx", tmp_path / run / "m.onnx", tmp_path / run / "m.data")

    first, again = tmp_path / "first", tmp_path / "again"
    assert scores(first / "m.onnx", rows).tolist() == scores(tmp_path / "whole.onnx", rows).tolist()
    assert (first / "m.onnx").stat().st_size < (first / "m.data").stat().st_size
    assert [path.read_bytes() for path in sorted(first.iterdir())] == [
        path.read_bytes() for path in sorted(again.iterdir())
    ]
    # Layers are unpacked as they were packed, and the functions run as somebody else.
    assert (first / "m.data").stat().st_mode & 0o044
