"""Which words drove a text's scores: what is lost when they are taken out.

Taking out every word by itself would be exact, and take a pass of the model a word. Instead stretches of
words are taken out, and those that matter most are divided until a word is left or the passes are spent.
README.md has how often that finds the word that taking out each would have found.

Where a text is abusive twice, nothing is lost with either abuse. Then it counts what stretches score alone.
"""

from __future__ import annotations

import heapq
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from toxicity.evasion import plain
from toxicity.scorer import Reading, sigmoid, well_formed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from toxicity.scorer import Scorer

    Effect = Callable[[int, int], NDArray[np.float64]]

# Passes of the model, of 2 to 4 ms for 60 tokens, beside the first: fewer than 100 ms in all. Where somebody
# is named, each of them is two.
PASSES = 17
_STRETCHES = 6
_PARTS = 3
# A word matters if it does a tenth of what the strongest does, and if it would change a score to be seen.
_LEAST_SHARE = 0.1
_LEAST_WEIGHT = 0.1
_MOST_WORDS = 20
# From here on a score asks for an explanation.
_HIGH = 0.5
_CONTEXT = 30
_CHUNK = re.compile(r"\S+")
_EDGES = ".,;:!?\"'()[]{}<>\u2026\u201c\u201d\u2018\u2019\u00ab\u00bb"


class Contribution(NamedTuple):
    """A word, or a stretch of words that was not looked into further.

    Attributes:
        start: where it begins in the text, in characters.
        end: where it ends.
        text: what stands there.
        weight: by how much the label's log-odds fall when it is taken out.
    """

    start: int
    end: int
    text: str
    weight: float


class _Stretch(NamedTuple):
    """Words `first` to before `last`; sorts by what it does to the scores, most first."""

    urgency: float
    first: int
    last: int
    effect: tuple[float, ...]


def explain(scorer: Scorer, text: str) -> dict[str, list[Contribution]]:
    """For each label the words that raised its score, strongest first; none where no word does.

    Of a long text the window with the highest score is explained. Where that score comes from the text with
    disguises undone, a word is what has to be taken out together: `i d i o t`. Deterministic.

    Raises:
        TextTooLongError: see `Scorer.readings`.
        ModelError: see `Scorer.log_odds`.
    """
    text = well_formed(text)
    window, is_undone, log_odds = _most_telling(scorer, text)
    start, content = window.start or 0, window.text
    words = [(match.start(), match.end()) for match in _CHUNK.finditer(content)]
    if is_undone:
        words = _together(content, words)

    def scored(written: str) -> NDArray[np.float64]:
        [found] = scorer.log_odds([scorer.first_reading(plain(written) if is_undone else written)])
        return found  # type: ignore[no-any-return]

    def lost_without(first: int, last: int) -> NDArray[np.float64]:
        return log_odds - scored(content[: words[first][0]] + content[words[last - 1][1] :])

    def shown(stretches: list[_Stretch], label: int) -> list[Contribution]:
        spans = [(words[one.first][0], words[one.last - 1][1], one.effect[label]) for one in stretches]
        return _strongest(text, [(start + a, start + b, weight) for a, b, weight in spans])

    probabilities = sigmoid(log_odds)
    stretches = _divided(len(words), lost_without, probabilities)
    found = [shown(stretches, index) for index in range(len(scorer.labels))]
    unexplained = [
        index for index, words_ in enumerate(found) if not words_ and probabilities[index] >= _HIGH
    ]
    if unexplained:
        nothing = scored("")
        stretches = _divided(
            len(words),
            lambda first, last: scored(content[words[first][0] : words[last - 1][1]]) - nothing,
            probabilities,
        )
        for index in unexplained:
            found[index] = shown(stretches, index)
    return dict(zip(scorer.labels, found, strict=True))


def _most_telling(scorer: Scorer, text: str) -> tuple[Reading, bool, NDArray[np.float64]]:
    """The window with the highest score, whether its disguises are undone for that, and its log-odds."""
    windows = [reading for reading in scorer.readings(text) if reading.start is not None]
    undone = [(window, plain(window.text)) for window in windows]
    choices = [(window, False) for window in windows]
    choices += [(window, True) for window, written in undone if written != window.text]
    read = [
        scorer.first_reading(plain(window.text)) if is_undone else window for window, is_undone in choices
    ]
    log_odds = scorer.log_odds(read)
    best = int(log_odds.max(axis=1).argmax())
    return *choices[best], log_odds[best]


def _together(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words, with those made one that are undone as one: where both sides read otherwise alone."""
    merged: list[tuple[int, int]] = []
    for start, end in words:
        if merged:
            before, after = text[max(0, start - _CONTEXT) : start], text[start : start + _CONTEXT]
            if plain(before + after) != plain(before) + plain(after):
                merged[-1] = (merged[-1][0], end)
                continue
        merged.append((start, end))
    return merged


def _divided(words: int, effect_of: Effect, probabilities: NDArray[np.float64]) -> list[_Stretch]:
    """So many words in stretches, each with its effect; the more it matters, the shorter they are."""
    passes = PASSES

    def weighed(first: int, last: int) -> _Stretch:
        effect = effect_of(first, last)
        # What a label has little of is not worth looking for.
        urgency = float((probabilities * effect).max())
        return _Stretch(-urgency, first, last, tuple(map(float, effect)))

    def parts(first: int, last: int, count: int) -> list[tuple[int, int]]:
        count = max(1, min(count, last - first))
        cuts = [first + (last - first) * part // count for part in range(count + 1)]
        return list(pairwise(cuts))

    if words == 0:
        return []
    single: list[_Stretch] = []
    divisible: list[_Stretch] = []
    todo = parts(0, words, words if words <= passes else _STRETCHES)
    while todo and len(todo) <= passes:
        passes -= len(todo)
        for stretch in [weighed(*part) for part in todo]:
            heapq.heappush(divisible if stretch.last - stretch.first > 1 else single, stretch)
        todo = parts(divisible[0].first, divisible[0].last, _PARTS) if divisible else []
        if todo and len(todo) <= passes:
            heapq.heappop(divisible)
    return single + divisible


def _strongest(text: str, weighed: Sequence[tuple[int, int, float]]) -> list[Contribution]:
    least = max(_LEAST_WEIGHT, _LEAST_SHARE * max((weight for _, _, weight in weighed), default=0.0))
    found = []
    for start, end, weight in weighed:
        if weight >= least:
            # The comma behind a word was taken out with it, and is not what it is about.
            shown = text[start:end].strip(_EDGES) or text[start:end]
            at = text.index(shown, start)
            found.append(Contribution(at, at + len(shown), shown, round(weight, 3)))
    return sorted(found, key=lambda one: (-one.weight, one.start))[:_MOST_WORDS]
