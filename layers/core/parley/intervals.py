"""Shares with what can be known of them. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# The 97.5 % point of the normal distribution: intervals cover 95 %.
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of a sample, and the interval in which the true one lies with 95 % confidence.

    Attributes:
        count: How many.
        of: Of how many.
        rate: The share; None of an empty sample.
        low: The interval's lower end.
        high: Its upper end.
    """

    count: int
    of: int
    rate: float | None
    low: float | None
    high: float | None


def rate(count: int, of: int) -> Rate:
    """The share `count / of` with its Wilson score interval (1927), which holds for small samples too."""
    if of == 0:
        return Rate(0, 0, None, None, None)
    share = count / of
    scale = 1 + _Z**2 / of
    middle = (share + _Z**2 / (2 * of)) / scale
    half = _Z / scale * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Rate(count, of, round(share, 4), round(low, 4), round(high, 4))
