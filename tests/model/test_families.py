"""Every architecture that Detoxify publishes exports, and scores as it does under Detoxify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import onnxruntime
import pytest
from tests.model import comments
from tests.model.families import FAMILIES, folder
from tokenizers import Tokenizer

from export import build, checkpoint_folder, convert
from export.detoxify_checkpoint import load
from toxicity import Scorer
from toxicity.evasion import plain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SINGLE_TOLERANCE = 1e-4
INT8_MEAN_TOLERANCE = 0.02
# Detoxify cuts a text there.
LONGEST = 512


class Exported(NamedTuple):
    """A tiny checkpoint under Detoxify, in single precision, and as exported."""

    detoxify: Any
    expected: NDArray[np.float64]
    single: onnxruntime.InferenceSession
    model: Path
    manifest: dict[str, Any]


@pytest.fixture(scope="module", params=FAMILIES)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    source = checkpoint_folder.read(folder(tmp_path_factory.mktemp(request.param), FAMILIES[request.param]))
    out = tmp_path_factory.mktemp("exported")
    detoxify = load(source)
    expected = np.array([list(detoxify.predict([text]).values()) for text in comments.ALL])
    manifest = build.build(source, out / "model")
    convert.to_onnx(detoxify, out / "single.onnx")
    return Exported(detoxify, expected, session(out / "single.onnx"), out / "model", manifest)


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def run(model: onnxruntime.InferenceSession, rows: list[list[int]]) -> NDArray[np.float32]:
    return np.concatenate([model.run(None, {"input_ids": np.array([row])})[0] for row in rows])


def test_the_checkpoints_texts_differ_in_their_scores(exported: Exported) -> None:
    # Or else all that follows would hold for a model that says the same of every text.
    assert (exported.expected.std(axis=0) > 0.03).all()


def test_in_single_precision_every_score_is_detoxifys(exported: Exported) -> None:
    rows = [exported.detoxify.tokenizer(text, truncation=True)["input_ids"] for text in comments.ALL]

    scores = run(exported.single, rows)

    assert max(map(len, rows)) == LONGEST
    assert np.abs(scores - exported.expected).max() <= SINGLE_TOLERANCE


def test_the_tokenizer_reads_a_text_as_detoxify_does(exported: Exported) -> None:
    tokenizer = Tokenizer.from_file(str(exported.model / "tokenizer.json"))

    for text in comments.ALL:
        assert tokenizer.encode(text).ids == exported.detoxify.tokenizer(text)["input_ids"]


def test_in_int8_scores_are_close_to_detoxifys(exported: Exported) -> None:
    rows = [exported.detoxify.tokenizer(text, truncation=True)["input_ids"] for text in comments.ALL]

    scores = run(session(exported.model / "model.onnx"), rows)

    assert np.abs(scores - exported.expected).mean() <= INT8_MEAN_TOLERANCE


def test_the_scorer_runs_it_with_detoxifys_labels_in_detoxifys_order(exported: Exported) -> None:
    scorer = Scorer.load(exported.model)

    # Of another text it has a second reading, of which Detoxify knows nothing.
    rows = [row for row, text in enumerate(comments.ALL) if text in comments.HARMLESS and plain(text) == text]

    scores = scorer.score([comments.ALL[row] for row in rows])

    assert list(scorer.labels) == exported.manifest["labels"] == exported.detoxify.class_names
    found = np.array([list(row.values()) for row in scores])
    assert np.abs(found - exported.expected[rows]).mean() <= INT8_MEAN_TOLERANCE
