"""Names that perhaps nobody bears, spelled as the listed ones are: no model should know names by heart."""

import random
from collections.abc import Sequence
from functools import cache

# A letter is drawn by the two before it.
_ORDER = 2
_START, _END = "^" * _ORDER, "$"
SHORTEST, LONGEST = 3, 12
_TRIES = 20


def name_like(listed: Sequence[str], draw: random.Random) -> str:
    """A name whose every three letters in a row stand in a listed one; a listed one where that fails."""
    following = _following(tuple(listed))
    for _ in range(_TRIES):
        found = _START
        while found[-1] != _END and len(found) <= LONGEST + _ORDER:
            found += draw.choice(following[found[-_ORDER:]])
        name = found[_ORDER:-1]
        if found[-1] == _END and len(name) >= SHORTEST:
            return name[0].upper() + name[1:]
    return draw.choice(listed)


@cache
def _following(listed: tuple[str, ...]) -> dict[str, str]:
    """For every two letters in a row, those that follow them: each as often as it does."""
    found: dict[str, str] = {}
    for name in listed:
        spelled = f"{_START}{name.lower()}{_END}"
        for place in range(_ORDER, len(spelled)):
            before = spelled[place - _ORDER : place]
            found[before] = found.get(before, "") + spelled[place]
    return found
