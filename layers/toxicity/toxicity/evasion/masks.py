"""Masks: `f*ck`, `sh_t`."""

import re
from typing import Final

from toxicity.evasion.spelling import LONGEST, like
from toxicity.lexicon import ABBREVIATED, DISGUISED

_MASKED: Final = re.compile(
    r"(?<![A-Za-z0-9_*@#/.\-])[A-Za-z]+(?:[*#_%\u00d7•·\-]{1,8}[A-Za-z]*)+(?![\w*/@])"
)
_MASK: Final = re.compile(r"[^A-Za-z]")
_FEWEST_SHOWN: Final = 2


def filled(text: str) -> str:
    """The text without masks that only one word fits."""
    return _MASKED.sub(_filled, text)


def _filled(match: re.Match[str]) -> str:
    """The one word that fits a masked one; what was written where none or several do."""
    written = match[0]
    masked = _MASK.sub("*", written.lower())
    if masked in ABBREVIATED:
        return like(written, ABBREVIATED[masked])
    if len(masked) > LONGEST or len(masked) - masked.count("*") < _FEWEST_SHOWN or masked[-1] == "*":
        return written
    pattern = re.compile(masked.replace("*", "[a-z]"))
    fitting = [word for word in DISGUISED if len(word) == len(masked) and pattern.fullmatch(word)]
    return like(written, fitting[0]) if len(fitting) == 1 else written
