"""The linear models that the encoder learns beside: none of them scores what it was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toxicity.linear import BUCKETS, Linear
from training.beside import FOLDS, Linears, fold_of
from training.data import Example
from training.mixture import Row, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LABEL_COUNT = 6
ROWS = [Row(f"comment {number}", (0.0,) * LABEL_COUNT, fold=number % FOLDS) for number in range(4 * FOLDS)]


def biased(bias: float) -> Linear:
    """A model that gives every text the same log-odds."""
    biases = np.full(LABEL_COUNT, bias, np.float32)
    return Linear(np.zeros((BUCKETS, LABEL_COUNT), np.int8), np.zeros(LABEL_COUNT, np.float32), biases)


def test_a_row_is_scored_by_the_model_that_has_not_seen_it(tmp_path: Path) -> None:
    seen: list[set[int]] = []

    def fit(rows: Sequence[Row]) -> Linear:
        seen.append({row.fold for row in rows})
        return biased(float(len(seen) - 1))

    linears = Linears.fitted(ROWS, fit, tmp_path)

    scored_by = linears.log_odds(ROWS)[:, 0].astype(int)
    assert len(seen) == FOLDS
    for row, model in zip(ROWS, scored_by, strict=True):
        assert row.fold not in seen[model]
        assert len(seen[model]) == FOLDS - 1


def test_models_of_an_earlier_run_are_read_and_not_fitted_again(tmp_path: Path) -> None:
    first = Linears.fitted(ROWS, lambda _: biased(2.5), tmp_path)

    def never(_: Sequence[Row]) -> Linear:
        raise AssertionError

    again = Linears.fitted(ROWS, never, tmp_path)

    assert np.array_equal(again.log_odds(ROWS), first.log_odds(ROWS))


def test_a_comment_s_row_has_the_fold_of_its_text() -> None:
    folds = set()
    for number in range(30):
        text = f"comment {number}"
        row = row_of(Example(text, {"toxicity": 0.0}, "jigsaw", "train"))
        assert row.fold == fold_of(text)
        folds.add(row.fold)

    assert folds == set(range(FOLDS))
