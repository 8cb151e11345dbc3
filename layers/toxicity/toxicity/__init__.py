"""Scores comments for toxicity with the model that lies beside this package."""

from typing import TYPE_CHECKING

from toxicity.errors import ModelError, TextTooLongError

if TYPE_CHECKING:
    from toxicity.scorer import Scorer

__all__ = ["ModelError", "Scorer", "TextTooLongError"]


def __getattr__(name: str) -> object:
    """Imports the scorer when it is asked for: those who want the manifest only need not wait for it."""
    if name != "Scorer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from toxicity.scorer import Scorer  # noqa: PLC0415

    globals()[name] = Scorer
    return Scorer
