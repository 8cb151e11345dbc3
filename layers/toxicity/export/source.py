"""Where a checkpoint to export comes from, and what can be wrong with it."""

from dataclasses import dataclass
from pathlib import Path


class SourceError(Exception):
    """There is no such checkpoint, or something that belongs to it is missing."""


class UnreachableError(Exception):
    """A published model, or its tokenizer, could not be downloaded."""


@dataclass(frozen=True)
class Source:
    """A checkpoint to export.

    Attributes:
        name: what the model is called, in its version.
        checkpoint: the file.
        sha256: its expected checksum, or the checksum's beginning of 8 hex digits or more.
        config: folder with the Hugging Face config and tokenizer; None when the checkpoint's own
            `model_type` names one on a hub that can be reached.
        deltas: what later trainings changed in its weights (`export.delta`), the oldest first.
        linear: a linear model that scores beside it; None without one.
        saliency: weights of how much a token tells (`export.pruning`); None to read on with all tokens.
    """

    name: str
    checkpoint: Path
    sha256: str
    config: Path | None
    deltas: tuple[Path, ...] = ()
    linear: Path | None = None
    saliency: Path | None = None
