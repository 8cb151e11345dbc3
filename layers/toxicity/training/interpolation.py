"""Takes a trained encoder some of the way back to the one that it was trained from.

On that way a model first loses what it learned by heart: WiSE-FT (Wortsman et al. 2022, arXiv:2109.01903).
"""

import shutil
from pathlib import Path
from typing import Any

# What goes back. Words' vectors and the head have no counterpart, or are better as they are.
_LAYERS = "encoder.layer"


def back(trained: Path, origin: Path, share: float, target: Path) -> Path:
    """Writes the trained model with its encoder's layers taken back; returns `target`.

    Args:
        trained: a classifier in Hugging Face's form.
        origin: the encoder that its training began with, in the same form.
        share: how far, from 0, the trained layers, to 1, the original ones.
        target: folder for the outcome, made when it is missing.
    """
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 (seconds to import)

    model = AutoModelForSequenceClassification.from_pretrained(trained)
    labels = model.config.num_labels
    first = AutoModelForSequenceClassification.from_pretrained(origin, num_labels=labels).state_dict()
    state = model.state_dict()
    for name, weights in state.items():
        if _LAYERS in name:
            weights.lerp_(first[name], share)
    return saved(model, trained, target)


def saved(model: Any, tokenizer: Path, target: Path) -> Path:  # noqa: ANN401 (transformers has no types here)
    """Writes a model in Hugging Face's form, with the tokenizer in another folder; returns `target`."""
    model.save_pretrained(target)
    for path in tokenizer.glob("tokenizer*"):
        shutil.copyfile(path, target / path.name)
    return target
