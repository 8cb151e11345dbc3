"""The exporter: the same files again, any checkpoint of Detoxify's kind, nothing unpickled unchecked."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from export import convert, halve
from export.__main__ import MODEL_DIR, build
from export.checksums import ChecksumError, read_sums, sha256
from export.detoxify_checkpoint import Source, load, published
from toxicity import Scorer

CLASSES = ["toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit"]
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
FAMILIES = {
    "bert-base-uncased": ("BertForSequenceClassification", {}),
    "roberta-base": ("RobertaForSequenceClassification", {"max_position_embeddings": 514, "pad_token_id": 1}),
    "albert-base-v2": ("AlbertForSequenceClassification", {"embedding_size": 16}),
    "xlm-roberta-base": (
        "XLMRobertaForSequenceClassification",
        {"max_position_embeddings": 514, "pad_token_id": 1},
    ),
}


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_an_export_gives_the_committed_files_again(exported: Path, name: str) -> None:
    assert (exported / name).read_bytes() == (MODEL_DIR / name).read_bytes()


def tiny(folder: Path, hub_name: str) -> Source:
    """A random checkpoint in Detoxify's format: seven labels, and a `model_type` that is a name on a hub."""
    torch.manual_seed(0)
    model_name, options = FAMILIES[hub_name]
    words = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "you", "are", "an", "idiot", "kind"]
    backend = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, "[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 0))
    config = folder / "config"
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]", model_max_length=512
    ).save_pretrained(config)
    model_class = getattr(transformers, model_name)
    model = model_class(
        model_class.config_class(
            vocab_size=200, num_labels=len(CLASSES), **{"pad_token_id": 1, **SMALL, **options}
        )
    )
    model.config.save_pretrained(config)
    checkpoint = folder / "tiny.ckpt"
    arch = {
        "model_type": hub_name,
        "model_name": model_name,
        "tokenizer_name": "AutoTokenizer",
        "num_classes": len(CLASSES),
    }
    content = {"arch": {"args": arch}, "dataset": {"args": {"classes": CLASSES}}}
    torch.save({"config": content, "state_dict": model.state_dict()}, checkpoint)
    return Source("tiny", checkpoint, sha256(checkpoint), config)


@pytest.mark.parametrize("hub_name", FAMILIES)
def test_every_family_of_detoxifys_models_exports(tmp_path: Path, hub_name: str) -> None:
    source = tiny(tmp_path, hub_name)
    texts = ["you are an idiot", "kind", "you are kind " * 30]

    detoxify = load(source)
    expected = [list(detoxify.predict([text]).values()) for text in texts]
    convert.to_onnx(detoxify, tmp_path / "single.onnx")
    manifest = build(source, tmp_path / "exported")

    session = onnxruntime.InferenceSession(str(tmp_path / "single.onnx"))
    for text, scores in zip(texts, expected, strict=True):
        ids = np.array([detoxify.tokenizer(text)["input_ids"]])
        assert np.abs(session.run(None, {"input_ids": ids})[0][0] - scores).max() <= 1e-4
    scorer = Scorer.load(tmp_path / "exported")
    assert list(scorer.labels) == manifest["labels"] == CLASSES
    rows = [list(row.values()) for row in scorer.score(texts)]
    assert np.abs(np.array(rows) - expected).mean() <= 0.02


class Dangerous:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def test_a_checkpoint_with_another_checksum_is_never_unpickled(tmp_path: Path) -> None:
    checkpoint = tmp_path / "model.ckpt"
    checkpoint.write_bytes(pickle.dumps(Dangerous(tmp_path / "trace")))

    for config in (None, tmp_path):
        with pytest.raises(ChecksumError):
            load(Source("model", checkpoint, "0" * 64, config))

    assert not (tmp_path / "trace").exists()


def test_a_published_model_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    (tmp_path / "original-albert-0e1d6498.ckpt").write_bytes(b"something else")

    with pytest.raises(ChecksumError, match="expected 0e1d6498"):
        load(published("original-small", tmp_path))


def test_an_unknown_published_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no model 'huge'; it has .*unbiased"):
        published("huge", tmp_path)


def test_halving_again_gives_the_bundled_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The single-precision file is not in the repository; what is there, widened, halves to the same bytes.
    content = torch.load(halve.BUNDLED / halve.CHECKPOINT, weights_only=True)
    content["state_dict"] = {name: tensor.float() for name, tensor in content["state_dict"].items()}
    source, target = tmp_path / "source", tmp_path / "target"
    for name in halve.COPIED:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((halve.BUNDLED / name).read_bytes())
    torch.save(content, source / halve.CHECKPOINT)
    monkeypatch.setattr(halve, "SOURCE_SHA256", sha256(source / halve.CHECKPOINT))

    halve.halve(source, target)

    assert read_sums(target) == read_sums(halve.BUNDLED)
