"""Means of models: they generalise better than each of those that they are made of.

Models that went different ways from one checkpoint have a mean that is better than each: model soups
(Wortsman et al. 2022, arXiv:2203.05482). And on the way from a trained encoder back to the one that it was
trained from, a model first loses what it learned by heart: WiSE-FT (Wortsman et al. 2022, arXiv:2109.01903).
"""

import shutil
from collections.abc import Sequence
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


def mean(models: Sequence[Path], target: Path) -> Path:
    """Writes the mean of classifiers that began as the same one, in Hugging Face's form; returns `target`."""
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 (seconds to import)

    model, *others = (AutoModelForSequenceClassification.from_pretrained(path) for path in models)
    state = model.state_dict()
    for number, other in enumerate(others, start=2):
        for name, weights in other.state_dict().items():
            if weights.is_floating_point():
                state[name].lerp_(weights, 1 / number)
    return saved(model, models[0], target)


def saved(model: Any, tokenizer: Path, target: Path) -> Path:  # noqa: ANN401 (transformers has no types here)
    """Writes a model in Hugging Face's form, with the tokenizer in another folder; returns `target`."""
    model.save_pretrained(target)
    for path in tokenizer.glob("tokenizer*"):
        shutil.copyfile(path, target / path.name)
    return target
