"""What a pass of training reads: how often each set, soft targets, and words disguised as abusers do it."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

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
# How often a pass takes an example of a set.
REPEATS = {"hatemoji": 2, "stormfront hateful": 2}
DISGUISED_TOXIC, DISGUISED_HARMLESS = 0.2, 0.05
# Slips of the fingers, which no reading undoes, come this many times as often as another attack.
SLIPS, SLIP_TIMES = ("dropped_letters", "swapped_letters"), 6
# Emoji are given in words, as the scorer's second reading has them; now and then as they are, like the first.
EMOJI_IN_WORDS = 0.7
# Toxic words hide among harmless ones; as many harmless texts are put together, so that length says nothing.
BURIED = 2_000
# So many comments that name a group are also there with another group in its place: of harmless ones, and of
# those that attack a group; and so many harmless ones that name people, with unusual names for common ones.
SWAPPED_HARMLESS, SWAPPED_ATTACKS, RENAMED = 6_000, 1_500, 6_000
# Longer ones than this many characters are left out: they say much else.
SWAPPED_LONGEST = 400
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
        kept: when training goes on from a checkpoint, the share in what is learned of what it says itself.
    """

    text: str
    targets: tuple[float, ...]
    weight: float = 1.0
    fold: int = 0
    trust: float = 1.0
    kept: float = 0.0


Passes = Callable[[int], list[Row]]
"""The rows of a pass, counted from 0."""


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
        self, examples: Sequence[Example], hard: NDArray[np.float32], seed: int, *, goes_on: bool = False
    ) -> None:
        """What passes are made of.

        Args:
            examples: the training part.
            hard: the teacher's toxicity of each of its examples.
            seed: of what is drawn.
            goes_on: whether training goes on from a checkpoint, and there are pieces for it to judge itself.
        """
        self._seed, self._goes_on = seed, goes_on
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
        pieces = _pieces(rows, rng) if self._goes_on else []
        rows += _counterfactual(rows, rng)
        rows += [templated(one) for one in templates.examples(self._seed + number)]
        rows += _buried(rows, rng)
        rows = [_disguised(_with_emoji_in_words(row, rng), rng) for row in rows] + pieces
        rng.shuffle(rows)
        return rows


def row_of(example: Example) -> Row:
    """An example as a row of targets."""
    return Row(
        example.text,
        _targets(example.labels),
        weight=WEIGHTS.get(example.source, 1.0),
        fold=fold_of(example.text),
        trust=TRUST.get(example.source, 1.0),
        kept=KEPT,
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
    """Some words in a row out of comments."""
    made = []
    for row in rng.choices(rows, k=PIECES):
        words = row.text.split()
        length = rng.randint(SHORTEST_PIECE, max(SHORTEST_PIECE, 3 * len(words) // 4))
        start = rng.randint(0, max(0, len(words) - length))
        text = " ".join(words[start : start + length])
        made.append(replace(row, text=text, targets=(float("nan"),) * len(LABELS), weight=1.0, kept=1.0))
    return made


def _counterfactual(rows: list[Row], rng: random.Random) -> list[Row]:
    """Comments with other groups and people than they name. Raters are believed: models have their bias."""
    attack = LABELS.index("identity_attack")
    short = [row for row in rows if len(row.text) <= SWAPPED_LONGEST]
    harmless = [row for row in short if row.targets[0] <= 0.1]  # noqa: PLR2004 (all but agreed)
    attacks = [row for row in short if row.targets[attack] >= 0.5]  # noqa: PLR2004 (more than half of the raters)
    kinds = (
        (harmless, swapped, SWAPPED_HARMLESS),
        (attacks, swapped, SWAPPED_ATTACKS),
        (harmless, renamed, RENAMED),
    )
    made = []
    for these, change, wanted in kinds:
        found = (
            replace(row, text=text, weight=1.0, trust=1.0, kept=0.0)
            for row in rng.sample(these, len(these))
            if (text := change(row.text, rng))
        )
        made += list(islice(found, wanted))
    return made


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
