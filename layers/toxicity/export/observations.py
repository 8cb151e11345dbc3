"""What a model's two halves say of labelled comments, before they are blended."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from export.measures import Bools, Floats
from toxicity import Scorer
from toxicity.linear import Linear
from toxicity.manifest import LINEAR_FILE
from toxicity.scorer import Reading, logit

TOXIC = 0.5
"""From which share of raters on a comment has a label."""

_SAID_EVERY = 2000


class Example(Protocol):
    """A labelled comment, as `training.data` gives it."""

    @property
    def text(self) -> str:
        """As it was written."""

    @property
    def labels(self) -> dict[str, float]:
        """Label to the share of raters, 0 to 1; unknown labels are absent."""

    @property
    def source(self) -> str:
        """The set it comes from."""

    @property
    def part(self) -> str:
        """What it may be used for: train, calibration or test."""

    @property
    def weight(self) -> float:
        """How many comments it stands for."""


AnyExample = TypeVar("AnyExample", bound=Example)


@dataclass(frozen=True)
class Observed:
    """Labelled comments of one part, with log-odds of every reading of theirs.

    Attributes:
        labels: names of the columns.
        logits: for each comment, [readings, 2, labels, 2]: each reading as it is and about others (the same
            where it names nobody), the encoder's and the linear model's.
        truth: [comments, labels], 0 to 1; NaN where unknown.
        weight: how many comments each stands for.
        source: which set each comes from.
    """

    labels: tuple[str, ...]
    logits: list[Floats]
    truth: Floats
    weight: Floats
    source: NDArray[np.str_]

    @property
    def toxic(self) -> Bools:
        """Which comments carry any label."""
        found: Bools = np.logical_or.reduce(np.nan_to_num(self.truth) >= TOXIC, axis=1)
        return found

    @property
    def harmless(self) -> Bools:
        """Which carry none, as far as known, and are known not to be toxic."""
        found: Bools = ~self.toxic & ~np.isnan(self.truth[:, 0])
        return found

    def of(self, source: str) -> Bools:
        """Which comments are of a set."""
        return np.equal(self.source, source)


def observe(model_dir: Path, examples: Sequence[Example], say: Callable[[str], None]) -> Observed:
    """Runs both models over comments; the model's own blend plays no part."""
    scorer = Scorer.load(model_dir)
    path = model_dir / LINEAR_FILE
    linear = Linear.from_bytes(path.read_bytes()) if path.exists() else None
    logits: list[Floats] = []
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for found in workers.map(lambda row: _logits(scorer, linear, row.text), examples):
            if len(logits) % _SAID_EVERY == 0:
                say(f"scoring labelled comments, {len(logits)} of {len(examples)}")
            logits.append(found)
    return Observed(
        labels=scorer.labels,
        logits=logits,
        truth=np.array([[row.labels.get(label, np.nan) for label in scorer.labels] for row in examples]),
        weight=np.array([row.weight for row in examples]),
        source=np.array([row.source for row in examples]),
    )


def sample(examples: Sequence[AnyExample], most: int) -> Iterator[tuple[AnyExample, float]]:
    """At most so many of each set, chosen by hash, each with the number of comments it stands for."""
    by_source = sorted(
        examples, key=lambda row: (row.source, sha256(row.text.encode("utf-8", "replace")).digest())
    )
    for _, group in groupby(by_source, key=lambda row: row.source):
        rows = list(group)
        kept = rows[:most]
        for row in kept:
            yield row, row.weight * len(rows) / len(kept)


def paired(scorer: Scorer, text: str) -> list[tuple[Reading, Reading]]:
    """Each reading of a text with what it says of others; with itself where it names nobody.

    Where the others need several windows, the reading stands with each of them. So the text's score is the
    highest of the pairs' lower ones: what `Scorer.log_odds` makes of it.
    """
    return [
        (reading, other)
        for reading in scorer.readings(text)
        for other in scorer.about_others(reading) or [reading]
    ]


def _logits(scorer: Scorer, linear: Linear | None, text: str) -> Floats:
    readings = [reading for pair in paired(scorer, text) for reading in pair]
    encoder = logit(scorer.encoder_probabilities([reading.tokens for reading in readings]))
    other = linear.logits([reading.text for reading in readings]) if linear else np.zeros_like(encoder)
    both: Floats = np.stack([encoder, other], axis=2)
    return both.reshape(-1, 2, *both.shape[1:])
