"""Who is asking, and what several routes have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from parley.comment import Actor
from parley.text import normalise

MAX_NOTE_LENGTH: Final = 1000

WhoModerates = Callable[[], Actor]
"""Tells who is calling; raises when it is no moderator."""


def note(text: str | None, *, field: str = "note") -> str | None:
    """A moderator's free note, or message to an author, made safe like any text."""
    return normalise(text, max_length=MAX_NOTE_LENGTH, field=field) if text else None
