"""What a model of the simplest kind makes of the same training rows: words and pairs of words, no encoder."""

from __future__ import annotations

import hashlib
import re
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from training.data import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.mixture import Row

BUCKETS: Final = 1 << 18
PENALTY: Final = 2e-6
SEED: Final = 20261124
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_PAIR: Final = 1_000_003


class Baseline:
    """Logistic regression on a text's distinct words and pairs of words, weighed by how rare they are."""

    # Whoever compares it gives it a threshold.
    thresholds: Final = {label: {"review_at": 0.5, "reject_at": 1.0} for label in LABELS}

    def __init__(self, weights: NDArray[np.float32], biases: NDArray[np.float32]) -> None:
        """Weights are [BUCKETS, labels], biases [labels]."""
        self._weights, self._biases = weights, biases

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One dict a text: label to probability."""
        found = []
        for text in texts:
            buckets = features(text)
            logits = self._weights[buckets].sum(axis=0) / np.sqrt(max(1, len(buckets))) + self._biases
            found.append(dict(zip(LABELS, map(float, 1 / (1 + np.exp(-logits))), strict=True)))
        return found


def features(text: str) -> NDArray[np.int64]:
    """The distinct buckets, in [0, BUCKETS), of a text's words and pairs of them, whatever their case."""
    words = [zlib.crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(text.lower())]
    pairs = [one * _PAIR + other for one, other in pairwise(words)]
    return np.unique(np.array([*words, *pairs], dtype=np.uint64) % BUCKETS).astype(np.int64)


def trained(data: Path, cache: Path, say: Callable[[str], None]) -> Baseline:
    """The baseline for a data folder, trained once and then read from `cache`.

    Raises:
        ImportError: training needs scipy, and the teacher's package for the labels that one set lacks.
        FileNotFoundError: the teacher's package, or a file of the data folder, is missing.
    """
    path = cache / f"baseline-{fingerprint(data)}.npz"
    if not path.exists():
        say("training the baseline (once)")
        from training.fit_linear import regress  # noqa: PLC0415 (training only)

        weights, biases = regress(_rows(data), features, BUCKETS, penalty=PENALTY)
        cache.mkdir(parents=True, exist_ok=True)
        partial = cache / "baseline.partial.npz"
        np.savez(partial, weights=weights.astype(np.float32), biases=biases.astype(np.float32))
        partial.rename(path)
    with np.load(path) as stored:
        return Baseline(stored["weights"], stored["biases"])


def fingerprint(data: Path) -> str:
    """Short digest of a data folder's files, by name and size."""
    files = sorted(path for path in data.rglob("*.gz") if path.is_file())
    listed = "\n".join(f"{path.relative_to(data).as_posix()} {path.stat().st_size}" for path in files)
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def _rows(data: Path) -> list[Row]:
    from training import mixture, templates  # noqa: PLC0415 (the teacher needs torch)

    rows = [mixture.row_of(example) for example in mixture.training_examples(data)]
    return rows + [mixture.templated(one) for one in templates.examples(SEED)]
