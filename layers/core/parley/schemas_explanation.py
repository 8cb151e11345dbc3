"""The answer that explains a comment's scores, as the OpenAPI document describes it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from parley.schemas import _Answer


class DrivingWords(BaseModel):
    """A word of the comment, or a few in a row, that raised a score."""

    start: int = Field(description="Where it begins in the body, in code points")
    end: int = Field(description="Where it ends")
    text: str = Field(description="What stands there")
    weight: float = Field(description="By how much the label's log-odds fall without it")


class ExplanationAnswer(_Answer):
    """Which words drove the scores that the model gives the text as it is now.

    Nothing is explained while a comment is blind, or where no word raises a score.
    """

    model: str = Field(description="The model that was asked; an older one may have scored the comment")
    explanation: dict[str, list[DrivingWords]] = Field(description="By label, strongest first")
