"""Tiny checkpoints of every architecture that Detoxify publishes, in its format."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
import transformers
from tests.model import comments
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from export.checksums import write_sums

if TYPE_CHECKING:
    from pathlib import Path

# As Detoxify's checkpoints name them; its loader renames the first, the second and the fourth.
ORIGINAL = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
UNBIASED = [
    "toxicity",
    "severe_toxicity",
    "obscene",
    "identity_attack",
    "insult",
    "threat",
    "sexual_explicit",
]
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
# Weights much larger than those a training starts from, so that every text has scores of its own.
SPREAD = {"initializer_range": 0.3}
VOCABULARY = 300
PAIRED = {"max_position_embeddings": 514, "type_vocab_size": 1}


@dataclass(frozen=True)
class Family:
    """What a published checkpoint says about itself: `arch.args` and the classes."""

    model_type: str
    architecture: str
    classes: list[str]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def model_name(self) -> str:
        return f"{self.architecture}ForSequenceClassification"

    @property
    def tokenizer_name(self) -> str:
        return f"{self.architecture}Tokenizer"


FAMILIES = {
    "original": Family("bert-base-uncased", "Bert", ORIGINAL),
    "original-small": Family("albert-base-v2", "Albert", ORIGINAL, {"embedding_size": 16}),
    "unbiased": Family("roberta-base", "Roberta", UNBIASED, PAIRED),
    "unbiased-small": Family("albert-base-v2", "Albert", UNBIASED, {"embedding_size": 16}),
    "multilingual": Family("xlm-roberta-base", "XLMRoberta", UNBIASED, PAIRED),
}


def tokenizer(family: Family) -> Any:
    """A tokenizer of the family's class, with a vocabulary from this folder's comments."""
    known = getattr(transformers, family.tokenizer_name)
    if family.architecture == "Roberta":
        backend = Tokenizer(models.BPE())
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        backend.train_from_iterator(comments.ALL, trainer)
        made = known(vocab=backend.get_vocab(), merges=_merges(backend))
    else:
        made = known().train_new_from_iterator(comments.ALL, VOCABULARY, show_progress=False)
    made.model_max_length = 512
    return made


def folder(where: Path, family: Family) -> Path:
    """A folder as `make model MODEL=FOLDER` takes it; the checkpoint's `model_type` is a name on a hub."""
    made = tokenizer(family)
    made.save_pretrained(where / "hf")
    torch.manual_seed(0)
    model_class = getattr(transformers, family.model_name)
    config = model_class.config_class(
        vocab_size=max(len(made), VOCABULARY),
        num_labels=len(family.classes),
        pad_token_id=made.pad_token_id,
        **{**SMALL, **SPREAD, **family.options},
    )
    model = model_class(config)
    model.config.save_pretrained(where / "hf")
    arch = {
        "model_type": family.model_type,
        "model_name": family.model_name,
        "tokenizer_name": family.tokenizer_name,
        "num_classes": len(family.classes),
    }
    content = {"arch": {"args": arch}, "dataset": {"args": {"classes": family.classes}}}
    torch.save({"config": content, "state_dict": model.state_dict()}, where / "tiny.ckpt")
    pin(where)
    return where


def pin(where: Path) -> None:
    """Writes the folder's SHA256SUMS for what is in it now."""
    files = [path.relative_to(where).as_posix() for path in where.rglob("*") if path.is_file()]
    write_sums(where, [name for name in files if name != "SHA256SUMS"])


def _merges(backend: Tokenizer) -> list[tuple[str, str]]:
    return [tuple(pair) for pair in json.loads(backend.to_str())["model"]["merges"]]
