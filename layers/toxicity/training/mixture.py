"""What a pass of training reads: how often each set, soft targets, and words disguised as abusers do it."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toxicity.emoji import spelled
from training import data, teacher, templates
from training.beside import fold_of
from training.counterfactual import renamed, swapped
from training.data import LABELS, Example
from training.evasion_attacks import ATTACKS, perturb
from training.offensive_words import OFFENSIVE_WORDS

# Of Jigsaw's harmless comments a pass takes those that the teacher finds hardest, and as many others, which
# count for those that it leaves out.
HARD_HARMLESS, OTHER_HARMLESS = 18_000, 22_000
# What a row counts for: what people wrote, and raters saw, more than sentences that are made by the thousand.
WEIGHTS = {"jigsaw": 1.5}
TEMPLATED = 0.5
# How far raters are believed, who were few a comment; the rest of a target is what a linear model says that
# has not seen the comment. An encoder made to reproduce single raters' slips learns the comments by heart.
TRUST = {"jigsaw": 0.7}
# A checkpoint that training goes on from has learned the labels of what people wrote; mostly what is made for
# training is to teach it more. So that it goes on to say the same of other comments, it also reads pieces of
# comments, so many a pass, of which nothing is known but what it says.
KEPT = 0.9
PIECES = 60_000
SHORTEST_PIECE = 6
# With a judge, up to so many times as many sentences are made as are read, and half of those that are read
# are the ones on which it errs most.
CHOICE, WORST = 3, 0.5
# How often a pass takes an example of a set.
REPEATS = {"hatemoji": 2, "stormfront hateful": 2}
DISGUISED_TOXIC, DISGUISED_HARMLESS = 0.2, 0.05
# Slips of the fingers, of which the scorer undoes few, come this many times as often as another attack.
SLIPS, SLIP_TIMES = ("dropped_letters", "swapped_letters"), 6
# Emoji are given in words, as the scorer's second reading has them; now and then as they are, like the first.
EMOJI_IN_WORDS = 0.7
# Toxic words hide among harmless ones; as many harmless texts are put together, so that length says nothing.
BURIED = 2_000
# So many comments that name a group are also there with another group in its place: of harmless ones, and of
# those that attack a group; and so many harmless ones that name people, with unusual names for common ones.
SWAPPED_HARMLESS, SWAPPED_ATTACKS, RENAMED = 8_000, 1_500, 10_000
# Longer ones than this many characters are not taken whole, and pieces have at most so many words: they say
# much else.
SWAPPED_LONGEST = 400
LONGEST_PIECE = 25
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Row:
    """A text with a target for each label.

    Attributes:
        text: as it is read, perhaps disguised.
        targets: in the order of LABELS; NaN where it is unknown.
        weight: how much the row counts.
        fold: which of the linear models has not seen it (`training.beside`).
        trust: the targets' share in what is learned; the rest is what that linear model says.
        kept: when training goes on from a checkpoint, how much it is to stay with what it says itself; its
            targets count by the rest.
    """

    text: str
    targets: tuple[float, ...]
    weight: float = 1.0
    fold: int = 0
    trust: float = 1.0
    kept: float = 0.0


Passes = Callable[[int], list[Row]]
"""The rows of a pass, counted from 0."""


class Errors(Protocol):
    """A model that training goes on from, by what it gets wrong: `training.judge.Judge`."""

    def errors(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """How wrong it is about each row, [rows]."""


def training_examples(folder: Path) -> list[Example]:
    """The training part, with the teacher's soft targets for what Jigsaw's large file does not say."""
    return softened([example for example in data.load(folder) if example.part == data.TRAIN])


def softened(examples: list[Example]) -> list[Example]:
    """The same; Jigsaw's toxic ones with the teacher's probabilities for the labels but the first."""
    toxic = [row for row, example in enumerate(examples) if is_toxic_jigsaw(example)]
    scores = teacher.score([examples[row].text for row in toxic])
    result = list(examples)
    for row, probabilities in zip(toxic, scores, strict=True):
        labels = {label: float(p) for label, p in zip(teacher.LABELS, probabilities, strict=True)}
        labels["toxicity"] = examples[row].labels["toxicity"]
        result[row] = Example(examples[row].text, labels, "jigsaw", examples[row].part)
    return result


def is_toxic_jigsaw(example: Example) -> bool:
    """Whether this is a row of Jigsaw's large file that has some label."""
    return example.source == "jigsaw" and example.labels["toxicity"] > 0


def hardness(examples: Sequence[Example]) -> NDArray[np.float32]:
    """The teacher's toxicity of each example."""
    hard: NDArray[np.float32] = teacher.score([example.text for example in examples])[:, 0]
    return hard


class Mixture:
    """What each pass reads; the passes differ, and are the same for the same seed."""

    def __init__(
        self,
        examples: Sequence[Example],
        hard: NDArray[np.float32],
        seed: int,
        judge: Errors | None = None,
    ) -> None:
        """What passes are made of.

        Args:
            examples: the training part.
            hard: the teacher's toxicity of each of its examples.
            seed: of what is drawn.
            judge: where training goes on from a checkpoint, what that errs on: it chooses among what is made
                for training. What is said of comments is kept then.
        """
        self._seed, self._judge = seed, judge
        harmless = [
            row
            for row, example in enumerate(examples)
            if example.source == "jigsaw" and not is_toxic_jigsaw(example)
        ]
        by_hardness = [examples[row] for row in sorted(harmless, key=lambda row: -hard[row])]
        self._hardest, self._others = by_hardness[:HARD_HARMLESS], by_hardness[HARD_HARMLESS:]
        self._kept = [
            example for example in examples if example.source != "jigsaw" or is_toxic_jigsaw(example)
        ]

    def rows(self, number: int) -> list[Row]:
        """The rows of a pass, counted from 0, shuffled."""
        rng = random.Random(f"{self._seed}-{number}")
        start = number * OTHER_HARMLESS % len(self._others)
        some = (self._others + self._others)[start : start + OTHER_HARMLESS]
        left_out = len(self._others) / len(some)
        rows = [row_of(example) for example in self._hardest]
        rows += [replace(row, weight=row.weight * left_out) for row in map(row_of, some)]
        for example in self._kept:
            rows += [row_of(example)] * REPEATS.get(_kind(example), 1)
        made = [
            row
            for pairs, wanted in _counterfactual(rows, rng)
            for row in self._said_of_others(pairs, wanted, rng)
        ]
        made += self._templated(number, rng)
        pieces = []
        if self._judge:
            rows = [replace(row, kept=KEPT) for row in rows]
            pieces = _pieces(rows, rng)
        rows += made
        rows += _buried(rows, rng)
        rows = [_disguised(_with_emoji_in_words(row, rng), rng) for row in rows] + pieces
        rng.shuffle(rows)
        return rows

    def _said_of_others(self, pairs: Iterator[tuple[Row, Row]], wanted: int, rng: random.Random) -> list[Row]:
        """As many changed rows as are wanted; with a judge, half of them those that made it err most."""
        if self._judge is None:
            return [changed for _, changed in islice(pairs, wanted)]
        some = list(islice(pairs, CHOICE * wanted))
        originals = list(dict.fromkeys(row for row, _ in some))
        errors = dict(zip(originals, self._judge.errors(originals), strict=True))
        changed = [row for _, row in some]
        rise = self._judge.errors(changed) - np.array([errors[row] for row, _ in some])
        return _worst_and_others(changed, rise, wanted, rng)

    def _templated(self, number: int, rng: random.Random) -> list[Row]:
        """Templated sentences; with a judge, half of them those on which it errs most."""
        seed = self._seed + number
        if self._judge is None:
            return [templated(one) for one in templates.examples(seed)]
        made = list(templates.examples(seed, CHOICE * templates.PER_FUNCTION))
        of_functions = Counter(one.function for one in made).values()
        rows = [templated(one) for one in made]
        wanted = sum(min(templates.PER_FUNCTION, count) for count in of_functions)
        return _worst_and_others(rows, self._judge.errors(rows), wanted, rng)


def row_of(example: Example) -> Row:
    """An example as a row of targets."""
    return Row(
        example.text,
        _targets(example.labels),
        weight=WEIGHTS.get(example.source, 1.0),
        fold=fold_of(example.text),
        trust=TRUST.get(example.source, 1.0),
    )


def templated(example: templates.Templated) -> Row:
    """A templated sentence as a row of targets."""
    return Row(example.text, _targets(example.labels), TEMPLATED, fold_of(example.text))


def _kind(example: Example) -> str:
    is_hateful = example.source == "stormfront" and example.labels["identity_attack"] > 0
    return "stormfront hateful" if is_hateful else example.source


def _targets(labels: dict[str, float]) -> tuple[float, ...]:
    return tuple(labels.get(label, float("nan")) for label in LABELS)


def _pieces(rows: list[Row], rng: random.Random) -> list[Row]:
    """Some words in a row out of comments, of which nothing is known."""
    unknown = (float("nan"),) * len(LABELS)
    return [
        replace(row, text=_piece(row.text, rng), targets=unknown, weight=1.0, kept=1.0)
        for row in rng.choices(rows, k=PIECES)
    ]


def _piece(text: str, rng: random.Random, longest: int | None = None) -> str:
    """Some words in a row; at most so many, if that is given."""
    words = text.split()
    most = max(SHORTEST_PIECE, min(3 * len(words) // 4, longest or len(words)))
    length = rng.randint(SHORTEST_PIECE, most)
    start = rng.randint(0, max(0, len(words) - length))
    return " ".join(words[start : start + length])


def _counterfactual(rows: list[Row], rng: random.Random) -> list[tuple[Iterator[tuple[Row, Row]], int]]:
    """Comments beside the same with other groups and people than they name, and how many of them are wanted.

    Harmless ones are also taken to pieces: the less stands around a name, the more a model makes of it.
    Raters are believed: models have their bias.
    """
    attack = LABELS.index("identity_attack")
    harmless = [row for row in rows if row.targets[0] <= 0.1]  # noqa: PLR2004 (all but agreed)
    attacks = [row for row in rows if row.targets[attack] >= 0.5]  # noqa: PLR2004 (more than half of the raters)
    return [
        (_changed(harmless, swapped, rng, in_pieces=True), SWAPPED_HARMLESS),
        (_changed(attacks, swapped, rng, in_pieces=False), SWAPPED_ATTACKS),
        (_changed(harmless, renamed, rng, in_pieces=True), RENAMED),
    ]


def _changed(
    rows: list[Row],
    change: Callable[[str, random.Random], str | None],
    rng: random.Random,
    *,
    in_pieces: bool,
) -> Iterator[tuple[Row, Row]]:
    """Rows beside what becomes of them, a few times: whole at first, if they are short."""
    for turn in range(CHOICE):
        for row in rng.sample(rows, len(rows)):
            if in_pieces and turn:
                before = replace(row, text=_piece(row.text, rng, LONGEST_PIECE))
            elif len(row.text) <= SWAPPED_LONGEST:
                before = row
            else:
                continue
            if text := change(before.text, rng):
                yield before, replace(before, text=text, weight=1.0, trust=1.0)


def _worst_and_others(
    rows: Sequence[Row], errors: NDArray[np.float32], wanted: int, rng: random.Random
) -> list[Row]:
    """As many rows as are wanted: those with the greatest errors, and as many of the others."""
    order = np.argsort(-errors, kind="stable").tolist()
    worst = order[: int(WORST * wanted)]
    others = order[len(worst) :]
    return [rows[place] for place in worst + rng.sample(others, min(len(others), wanted - len(worst)))]


def _buried(rows: list[Row], rng: random.Random) -> list[Row]:
    toxic = [row for row in rows if row.targets[0] >= 0.9 and len(row.text) < 200]  # noqa: PLR2004
    harmless = [row for row in rows if row.targets[0] <= 0.02 and 40 < len(row.text) < 300]  # noqa: PLR2004
    made = []
    for number in range(2 * BURIED):
        first, after = rng.choice(harmless), rng.choice(harmless).text.strip()
        before = first.text.strip()
        if number % 2:
            made.append(Row(f"{before} {after}", (0.0,) * len(LABELS), fold=first.fold))
        else:
            inner = rng.choice(toxic)
            parts = (before, inner.text.strip(), after) if number % 4 else (before, inner.text.strip())
            made.append(Row(" ".join(parts), inner.targets, fold=inner.fold))
    return made


def _with_emoji_in_words(row: Row, rng: random.Random) -> Row:
    if row.text.isascii() or rng.random() >= EMOJI_IN_WORDS:
        return row
    return replace(row, text=spelled(row.text))


def _disguised(row: Row, rng: random.Random) -> Row:
    """The row with words disguised, sometimes: a toxic text's offensive ones, any one of a harmless text."""
    toxic = row.targets[0] >= 0.5  # noqa: PLR2004 (more than half of the raters)
    if rng.random() >= (DISGUISED_TOXIC if toxic else DISGUISED_HARMLESS):
        return row
    attack = rng.choice([*sorted(ATTACKS), *SLIPS * (SLIP_TIMES - 1)])
    targets = OFFENSIVE_WORDS if toxic else {rng.choice(_WORD.findall(row.text.lower()) or [""])}
    return replace(row, text=perturb(row.text, attack, rng, targets), kept=0.0)
