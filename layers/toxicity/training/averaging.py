"""Weights between two models: what a second leg has learned, and what it had forgotten of the first."""

import shutil
from pathlib import Path
from typing import Final

EMBEDDING: Final = "embeddings.word_embeddings.weight"


def averaged(first: Path, second: Path, share: float, target: Path) -> Path:
    """Writes the model whose weights lie between two others'; both, and it, in Hugging Face's form.

    A model that goes on with other texts forgets some of the old ones. On the way back to where it began lie
    models that are as good as either (Wortsman and others: Robust fine-tuning of zero-shot models, 2022).

    The words' vectors stay the first one's, to the bit: they moved by some hundredths of their length, to no
    effect that could be measured, and the repository has them already.

    Args:
        first: the model that the second went on from.
        second: the model that it became; its config and tokenizer are taken.
        share: of the second, in [0, 1].
        target: folder for the model.
    """
    from safetensors.torch import load_file, save_file  # noqa: PLC0415 (seconds to import)

    begun, arrived = load_file(first / "model.safetensors"), load_file(second / "model.safetensors")
    shutil.copytree(second, target, dirs_exist_ok=True)
    between = {
        name: begun[name] if name.endswith(EMBEDDING) else begun[name] * (1 - share) + weights * share
        for name, weights in arrived.items()
    }
    save_file(between, target / "model.safetensors", metadata={"format": "pt"})
    return target
