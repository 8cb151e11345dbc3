"""What the policy's rules look at besides the model's scores: facts, not outcomes. Pure.

They are kept with each decision, so that another policy can be tried on it later.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known about a text and its circumstances without the model. Every field has a default.

    Attributes:
        banned_terms: Which terms of the list that rejects are in it.
        held_terms: Which terms of the list that holds are in it.
        links: How many web addresses are in it.
        repeats: How often its author has written the same lately.
        earlier_published: How many comments of its author are published; None where nobody looked.
        recent_rejections: How many of theirs were rejected lately.
        is_author_premoderated: Whether a moderator wants to see whatever its author writes.
        is_article_premoderated: Whether a moderator wants to see whatever is written under its article.
        is_staff: Whether its author is a moderator.
    """

    banned_terms: tuple[str, ...] = ()
    held_terms: tuple[str, ...] = ()
    links: int = 0
    repeats: int = 0
    earlier_published: int | None = None
    recent_rejections: int = 0
    is_author_premoderated: bool = False
    is_article_premoderated: bool = False
    is_staff: bool = False


NONE: Final = Signals()
"""Nothing is known."""


def to_map(signals: Signals) -> dict[str, Any]:
    """The facts as a plain map, without what is as by default."""
    found = {field.name: (getattr(signals, field.name), field.default) for field in fields(Signals)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, (value, default) in found.items()
        if value != default
    }


def from_map(found: Mapping[str, Any]) -> Signals:
    """The facts of a plain map; what a later version of the code wrote into it is left out."""
    known = {field.name for field in fields(Signals)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in found.items()
        if name in known
    }
    return Signals(**values)
