"""Words broken in two: `stu pid`, `id-iot`."""

from itertools import pairwise
from typing import Final

from toxicity.evasion.spelling import RUN, runs
from toxicity.lexicon import COMMON, CONTRACTED, DISGUISED

_BREAKS: Final = frozenset(" .-_*~|'\u2019/,;:\\`^·•")
_MOST_PIECES: Final = 6
_BEGINNINGS: Final = frozenset(word[:end] for word in DISGUISED for end in range(1, len(word)))
_BROKEN: Final = _BEGINNINGS | DISGUISED
# A piece beside one of these is part of something else: the s of `the band's hit`, of `as s/he said`.
_HANGERS: Final = frozenset("'\u2019&@#/")


def mended(text: str) -> str:
    """The text with such words in one piece."""
    if not any(word in _BEGINNINGS and word + after in _BROKEN for word, after in pairwise(runs(text))):
        return text
    pieces = [(match[0].lower(), match.start(), match.end()) for match in RUN.finditer(text)]
    separators: list[int] = []
    index = 0
    while index < len(pieces):
        # Most words are the beginning of none that is disguised, and are passed over at once.
        count = _broken_here(pieces, index, text) if pieces[index][0] in _BEGINNINGS else 1
        separators += [pieces[index + step][1] - 1 for step in range(1, count)]
        index += count
    if not separators:
        return text
    cuts = [-1, *separators, len(text)]
    return "".join(text[before + 1 : after] for before, after in pairwise(cuts))


def _broken_here(pieces: list[tuple[str, int, int]], index: int, text: str) -> int:
    """How many pieces from this one on are one disguised word; 1 where it stands for itself."""
    word, start, end = pieces[index]
    if word in DISGUISED or text[start - 1 : start] in _HANGERS:
        return 1
    are_common = word in COMMON
    for last in range(index + 1, min(index + _MOST_PIECES, len(pieces))):
        before = end
        piece, start, end = pieces[last]
        # One separator is between pieces of a word; what an apostrophe cuts off is none.
        is_piece = start - before == 1 and text[before] in _BREAKS and piece not in DISGUISED
        if not is_piece or (text[before] in "'\u2019" and piece in CONTRACTED):
            break
        word += piece
        are_common = are_common and piece in COMMON
        if not are_common and word in DISGUISED and text[end : end + 1] not in _HANGERS:
            return last - index + 1
        if word not in _BEGINNINGS:
            break
    return 1
