"""Reading on with the tokens that tell most: the same in the graph and in training, and the right ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import pytest
import torch
from tests.model.families import FAMILIES, folder

from export import checkpoint_folder, convert, pruning
from export.detoxify_checkpoint import load
from training import pruned, saliency
from training.data import LABELS
from training.mixture import Row

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LENGTHS = [2, 3, 15, 16, 17, 31, 32, 33, 60, 71]
UNKNOWN = (float("nan"),) * len(LABELS)


@pytest.fixture(scope="module")
def detoxify(tmp_path_factory: pytest.TempPathFactory) -> Any:
    deep = replace(FAMILIES["original"], options={"num_hidden_layers": 4})
    return load(checkpoint_folder.read(folder(tmp_path_factory.mktemp("checkpoint"), deep)))


@pytest.fixture
def weights(detoxify: Any) -> NDArray[np.float32]:
    width: int = detoxify.model.config.hidden_size
    return np.random.default_rng(3).standard_normal(width).astype(np.float32)


def text(length: int, vocabulary: int) -> NDArray[np.int64]:
    return np.random.default_rng(length).integers(5, vocabulary, (1, length))


def mask(length: int, padding: int = 0) -> torch.Tensor:
    return torch.tensor([[1] * length + [0] * padding])


@pytest.mark.parametrize("length", LENGTHS)
def test_the_graph_reads_on_as_training_does(
    detoxify: Any, weights: NDArray[np.float32], tmp_path: Path, length: int
) -> None:
    model = detoxify.model.eval()
    ids = text(length, model.config.vocab_size)
    convert.to_onnx(detoxify, tmp_path / "pruned.onnx", weights)

    session = onnxruntime.InferenceSession(str(tmp_path / "pruned.onnx"), providers=["CPUExecutionProvider"])
    [scores] = session.run(None, {"input_ids": ids})

    with torch.no_grad():
        expected = pruned.log_odds(model, torch.from_numpy(ids), mask(length), torch.from_numpy(weights))
        whole = model(input_ids=torch.from_numpy(ids)).logits
    assert np.abs(scores - expected.sigmoid().numpy()).max() <= 1e-5
    # A short text is read as it is; of a long one something is lost, for these weights are no good.
    assert torch.allclose(expected, whole, atol=1e-5) == (length <= pruning.LEAST)


def test_padding_changes_nothing(detoxify: Any, weights: NDArray[np.float32]) -> None:
    model, telling = detoxify.model.eval(), torch.from_numpy(weights)
    ids = torch.from_numpy(text(40, model.config.vocab_size))
    padded = torch.cat([torch.nn.functional.pad(ids, (0, 30)), torch.ones(1, 70, dtype=torch.long)])
    masks = torch.cat([mask(40, 30), mask(70)])

    with torch.no_grad():
        alone = pruned.log_odds(model, ids, mask(40), telling)
        beside = pruned.log_odds(model, padded, masks, telling)[:1]

    assert torch.allclose(alone, beside, atol=1e-5)


@pytest.mark.parametrize(("length", "count"), [(2, 2), (16, 16), (17, 16), (32, 16), (33, 17), (60, 30)])
def test_half_is_kept_and_the_first_token_and_all_of_few(length: int, count: int) -> None:
    hidden = torch.arange(length, dtype=torch.float32)[None, :, None]

    chosen, left = pruned.kept(hidden, mask(length), torch.ones(1))

    assert left.tolist() == [[1] * count]
    assert sorted(chosen[0, :, 0].tolist()) == [0, *range(length - count + 1, length)]
    assert chosen[0, 0, 0] == 0


def test_a_token_tells_as_much_as_is_lost_without_it(detoxify: Any) -> None:
    model = detoxify.model.eval()
    hidden = torch.randn(1, 9, model.config.hidden_size, generator=torch.Generator().manual_seed(1))

    with torch.no_grad():
        found = saliency.losses(model, hidden)
        without = [torch.cat([hidden[:, :place], hidden[:, place + 1 :]], dim=1) for place in range(1, 9)]
        whole, *others = (pruned.ended(model, some, mask(some.shape[1])) for some in (hidden, *without))

    expected = [float((one - whole).abs().max()) for one in others]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)


def test_weights_are_found_by_which_the_telling_tokens_are_known(detoxify: Any) -> None:
    rows = [
        Row(" ".join(f"word{(7 * number + place) % 50}" for place in range(30)), UNKNOWN)
        for number in range(60)
    ]

    found = torch.from_numpy(saliency.fitted(detoxify.model, detoxify.tokenizer, rows[:40]))

    agreed = []
    with torch.no_grad():
        for row in rows[40:]:
            ids = torch.tensor([detoxify.tokenizer(row.text, truncation=True, max_length=80)["input_ids"]])
            hidden = pruned.begun(detoxify.model, ids, torch.ones_like(ids))
            lost, told = saliency.losses(detoxify.model, hidden), hidden[0, 1:] @ found
            agreed.append(np.corrcoef(lost.argsort().argsort(), told.argsort().argsort())[0, 1])
    assert np.mean(agreed) > 0.4
