"""Labelled comments to choose thresholds from and to measure with, as the data's SOURCES.md lists them."""

import csv
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Jigsaw's names, as Detoxify renames them.
JIGSAW_LABELS = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "obscene": "obscene",
    "threat": "threat",
    "insult": "insult",
    "identity_hate": "identity_attack",
}
# One in ten of Jigsaw's comments is toxic; its 2,000-row sample has more, so harmless rows weigh more.
JIGSAW_TOXIC_SHARE = 0.1
# Of the harmless comments at natural rate every fourth, chosen by hash, stands for four.
NATURAL_HARMLESS_KEPT = 4


@dataclass(frozen=True)
class Row:
    """A comment, the labels that raters gave it, and how many comments it stands for."""

    text: str
    labels: frozenset[str]
    weight: float = 1.0


def jigsaw(data: Path) -> list[Row]:
    """2,000 Wikipedia talk comments with all six labels; about four fifths were seen in training."""
    rows = [
        Row(raw["comment_text"], frozenset(name for key, name in JIGSAW_LABELS.items() if raw[key] == "1"))
        for raw in _read(data / "jigsaw_multilabel_2k.csv.gz")
    ]
    toxic = sum(bool(row.labels) for row in rows)
    weight = toxic / (len(rows) - toxic) * (1 - JIGSAW_TOXIC_SHARE) / JIGSAW_TOXIC_SHARE
    return [row if row.labels else Row(row.text, row.labels, weight) for row in rows]


def identity(data: Path) -> list[Row]:
    """1,492 Wikipedia talk comments with identity terms, toxic or not; none seen in training."""
    rows = _read(data / "bias_madlibs" / "toxicity_nonfuzzed_testset.csv.gz")
    return [_binary(raw["comment"], toxic=raw["toxic"] == "True") for raw in rows]


def natural(data: Path) -> list[Row]:
    """20,000 Wikipedia talk comments at natural rate (1% toxic), thinned out; none seen in training."""
    rows = [
        _binary(raw["text"], toxic=raw["label"] == "1")
        for name in ("gc", "gn")
        for raw in _read(data / "wiki_cat_large" / f"{name}.csv.gz")
    ]
    kept = [row for row in rows if not row.labels and _bucket(row.text) == 0]
    weight = sum(not row.labels for row in rows) / len(kept)
    return [row for row in rows if row.labels] + [Row(row.text, row.labels, weight) for row in kept]


def _binary(text: str, *, toxic: bool) -> Row:
    return Row(text, frozenset({"toxicity"} if toxic else ()))


def _bucket(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % NATURAL_HARMLESS_KEPT


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
