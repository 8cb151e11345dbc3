"""A linear model over hashed words and character n-grams: it makes other mistakes than the encoder does."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAGIC = b"PLIN\x01"
BUCKETS = 1 << 19
CHARACTER_NGRAMS = (3, 4, 5)
_WORD = re.compile(r"\w+|[^\w\s]")
_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - 19)


def features(text: str) -> NDArray[np.int64]:
    """The distinct buckets, in [0, BUCKETS), of a text's words, pairs of words and character n-grams.

    Case and the kind and number of spaces do not matter. Character n-grams run over spaces, so that they see
    where words begin and end. The hash is FNV-like with a Fibonacci finish; numbers wrap at 64 bits.
    """
    lowered = " ".join(text.lower().split())
    padded = f" {lowered} "
    characters = np.frombuffer(padded.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    words = np.array(
        [zlib.crc32(word.encode("utf-8", "replace")) for word in _WORD.findall(lowered)], dtype=np.uint64
    )
    found = [words + np.uint64(1 << 40), words[:-1] * _PRIME + words[1:]]
    rolling = characters
    for length in range(2, max(CHARACTER_NGRAMS) + 1):
        if len(characters) < length:
            break
        rolling = rolling[:-1] * _PRIME + characters[length - 1 :]
        if length in CHARACTER_NGRAMS:
            found.append(rolling + np.uint64(length << 50))
    mixed = np.concatenate(found)
    mixed ^= mixed >> np.uint64(29)
    buckets = ((mixed * _MIX) >> _SHIFT).astype(np.int32)
    # `np.unique` takes three times as long for so few.
    buckets.sort()
    is_first = np.ones(len(buckets), dtype=np.bool_)
    np.not_equal(buckets[1:], buckets[:-1], out=is_first[1:])
    distinct: NDArray[np.int64] = buckets[is_first].astype(np.int64)
    return distinct


class Linear:
    """Weights in 8 bits with a scale and a bias for each label."""

    def __init__(
        self, weights: NDArray[np.int8], scales: NDArray[np.float32], biases: NDArray[np.float32]
    ) -> None:
        """Weights are [BUCKETS, labels]; scales and biases are [labels]."""
        self._weights, self._scales, self._biases = weights, scales, biases

    @classmethod
    def from_bytes(cls, content: bytes) -> Linear:
        """Reads what `to_bytes` wrote; ValueError when it is something else."""
        labels = content[len(MAGIC)] if content.startswith(MAGIC) and len(content) > len(MAGIC) else 0
        head = len(MAGIC) + 1 + 8 * labels
        if not labels or len(content) != head + BUCKETS * labels:
            raise ValueError("not a linear model of this version")
        numbers = np.frombuffer(content, dtype="<f4", count=2 * labels, offset=len(MAGIC) + 1)
        weights = np.frombuffer(content, dtype=np.int8, offset=head).reshape(BUCKETS, labels)
        return cls(weights, numbers[:labels], numbers[labels:])

    def to_bytes(self) -> bytes:
        """The model's file: magic, number of labels, scales, biases (float32, little-endian), weights."""
        numbers = np.concatenate([self._scales, self._biases]).astype("<f4").tobytes()
        return MAGIC + bytes([len(self._scales)]) + numbers + self._weights.tobytes()

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Log-odds, [texts, labels]: the sum of the features' weights over the root of their number."""
        rows = np.empty((len(texts), len(self._scales)), dtype=np.float32)
        for row, text in enumerate(texts):
            found = features(text)
            total = self._weights.take(found, axis=0).sum(axis=0, dtype=np.int32)
            rows[row] = total * self._scales / np.sqrt(max(1, len(found))) + self._biases
        return rows
