"""Scores every text once, keeps what was computed, and reads it as any of a model's halves."""

from __future__ import annotations

import hashlib
import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from export.blend import log_odds
from export.observations import paired
from toxicity import Scorer
from toxicity.linear import Linear
from toxicity.manifest import LINEAR_FILE, Manifest
from toxicity.scorer import logit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_CHUNK: Final = 250
_WAIT_S: Final = 300

Weights = tuple[float, float, float]
"""Of the encoder's log-odds, of the linear model's, and what is added."""
ENCODER_ALONE: Final[Weights] = (1.0, 0.0, 0.0)
LINEAR_ALONE: Final[Weights] = (0.0, 1.0, 0.0)

_TABLE: Final = "CREATE TABLE IF NOT EXISTS reading (key BLOB PRIMARY KEY, logits BLOB) WITHOUT ROWID"


@dataclass(frozen=True)
class Recorded:
    """Scores of texts that were scored before, in the form of a scorer.

    Attributes:
        labels: in the order of the columns.
        thresholds: label to `review_at` and `reject_at`.
        blend: each label's weights.
        logits: text to [readings, 2, labels, 2]: of each reading, and of the same about others, the encoder's
            log-odds and the linear model's.
    """

    labels: tuple[str, ...]
    thresholds: dict[str, dict[str, float]]
    blend: tuple[Weights, ...]
    logits: Mapping[str, NDArray[np.float64]]

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """What `toxicity.Scorer.score` gives with this blend; KeyError for a text that was not recorded."""
        weights = np.array(self.blend)
        found = []
        for text in texts:
            logits = log_odds(self.logits[text], weights)
            scores = 1 / (1 + np.exp(-logits.clip(-500, 500)))
            found.append(dict(zip(self.labels, map(float, scores), strict=True)))
        return found

    def alone(self, weights: Weights) -> Recorded:
        """One half of the model by itself."""
        return Recorded(self.labels, self.thresholds, (weights,) * len(self.labels), self.logits)


def record(
    model_dir: Path, texts: Sequence[str], cache: Path, say: Callable[[str], None], processes: int = 1
) -> Recorded:
    """Scores the texts with an exported model; what `cache` holds of an earlier run is not computed again.

    Args:
        model_dir: an exported model.
        texts: each once.
        cache: folder for what was computed, a file for each model.
        say: is told how far it is.
        processes: how many work at it.
    """
    manifest = Manifest.read(model_dir)
    cache.mkdir(parents=True, exist_ok=True)
    # The blend plays no part in what is kept, so a model that is calibrated anew is not scored anew.
    digest = hashlib.sha256(repr(sorted(manifest.checksums.items())).encode()).hexdigest()[:16]
    path = cache / f"readings-{digest}.sqlite"
    logits: dict[str, NDArray[np.float64]] = {}
    chunks = [texts[at : at + _CHUNK] for at in range(0, len(texts), _CHUNK)]
    for chunk, found in zip(chunks, _worked(model_dir, path, chunks, processes), strict=True):
        logits |= zip(chunk, found, strict=True)
        say(f"{manifest.model}: {len(logits)} of {len(texts)} texts")
    blend = tuple((one.encoder, one.linear, one.bias) for one in manifest.blend)
    return Recorded(manifest.labels, manifest.thresholds, blend, logits)


def _worked(
    model_dir: Path, path: Path, chunks: Sequence[Sequence[str]], processes: int
) -> Iterator[list[NDArray[np.float64]]]:
    if processes == 1:
        reader = _Reader(model_dir, path)
        yield from map(reader.read, chunks)
        return
    # Not forked: a process that has loaded onnxruntime or torch must not be.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (model_dir, path)) as pool:
        yield from pool.map(_read_here, chunks)


class _Reader:
    """A model, and what it said before."""

    def __init__(self, model_dir: Path, path: Path) -> None:
        self._scorer = Scorer.load(model_dir)
        manifest = Manifest.read(model_dir)
        has_linear = LINEAR_FILE in manifest.checksums
        self._linear = Linear.from_bytes(manifest.file(LINEAR_FILE)) if has_linear else None
        self._path = path

    def read(self, texts: Sequence[str]) -> list[NDArray[np.float64]]:
        """[readings, 2, labels, 2] of each text."""
        with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as known:
            known.execute(_TABLE)
            computed: dict[bytes, bytes] = {}
            found = [self._logits(text, known, computed) for text in texts]
            # All at once: while one process writes, the others wait.
            known.executemany("INSERT OR IGNORE INTO reading VALUES (?, ?)", computed.items())
            known.commit()
        return found

    def _logits(
        self, text: str, known: sqlite3.Connection, computed: dict[bytes, bytes]
    ) -> NDArray[np.float64]:
        rows = []
        for reading in chain.from_iterable(paired(self._scorer, text)):
            key = hashlib.sha256(f"{reading.tokens} {reading.text}".encode()).digest()[:16]
            row = known.execute("SELECT logits FROM reading WHERE key = ?", (key,)).fetchone()
            content = row[0] if row else computed.get(key)
            if content is None:
                both = [logit(self._scorer.encoder_probabilities([reading.tokens]))[0]]
                both.append(
                    self._linear.logits([reading.text])[0] if self._linear else np.zeros_like(both[0])
                )
                content = np.stack(both, axis=1).astype("<f8").tobytes()
                computed[key] = content
            rows.append(np.frombuffer(content, "<f8").reshape(-1, 2))
        return np.stack(rows).reshape(-1, 2, *rows[0].shape)


_here: list[_Reader] = []


def _begin(model_dir: Path, path: Path) -> None:
    _here.append(_Reader(model_dir, path))


def _read_here(texts: Sequence[str]) -> list[NDArray[np.float64]]:
    return _here[0].read(texts)
