"""Templated training examples: the distinctions that scraped comments do not teach.

Frames (`frames/*.txt`) and words are plain text; `expansion` turns them into labelled examples. The texts are
offensive by nature: they are what a moderation model has to tell apart.
"""

from training.templates.expansion import (
    PER_FUNCTION,
    Frame,
    Group,
    Templated,
    examples,
    frames,
    given_name,
    groups,
)

__all__ = ["PER_FUNCTION", "Frame", "Group", "Templated", "examples", "frames", "given_name", "groups"]
