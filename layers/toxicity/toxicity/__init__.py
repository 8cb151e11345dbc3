"""Scores comments for toxicity with the model that lies beside this package."""

from toxicity.errors import ModelError, TextTooLongError
from toxicity.scorer import Scorer

__all__ = ["ModelError", "Scorer", "TextTooLongError"]
