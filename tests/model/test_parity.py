"""Exported scores equal Detoxify's own, each step within its tolerance."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.model import comments

from export import labelled
from export.calibration import roc_auc

if TYPE_CHECKING:
    import onnxruntime
    from numpy.typing import NDArray

    from toxicity import Scorer

SINGLE_TOLERANCE = 1e-4
INT8_MEAN_TOLERANCE = 0.02
ROC_AUC_TOLERANCE = 0.003
ROWS = 300

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data" / "toxicity"))


def own(_: Path) -> list[labelled.Row]:
    """The comments of this folder, labelled; what there is where the data are not."""
    toxic = [labelled.Row(text, frozenset({"toxicity"})) for text in comments.TOXIC]
    return toxic + [labelled.Row(text, frozenset()) for text in comments.HARMLESS]


SETS = [own, labelled.identity, labelled.jigsaw] if DATA.is_dir() else [own]


def detoxify_scores(detoxify: Any, texts: list[str]) -> NDArray[np.float64]:
    """Detoxify's scores, one text at a time, so that padding plays no part."""
    rows = [detoxify.predict([text]) for text in texts]
    return np.array([[np.float64(row[label]) for label in detoxify.class_names] for row in rows])


def scorer_scores(scorer: Scorer, texts: list[str]) -> NDArray[np.float64]:
    return np.array([list(row.values()) for row in scorer.score(texts)])


def test_labels_are_detoxifys_in_its_order(detoxify: Any, scorer: Scorer) -> None:
    assert list(scorer.labels) == detoxify.class_names


@pytest.mark.parametrize("text", comments.ALL, ids=range(len(comments.ALL)))
def test_in_single_precision_every_score_is_detoxifys(
    detoxify: Any, single: onnxruntime.InferenceSession, text: str
) -> None:
    ids = np.array([detoxify.tokenizer(text, truncation=True)["input_ids"]])

    [ours] = single.run(None, {"input_ids": ids})

    assert np.abs(ours - detoxify_scores(detoxify, [text])).max() <= SINGLE_TOLERANCE


@pytest.mark.parametrize("text", comments.ALL, ids=range(len(comments.ALL)))
def test_the_scorer_reads_a_text_as_detoxify_does(detoxify: Any, scorer: Scorer, text: str) -> None:
    theirs = detoxify.tokenizer(text)["input_ids"]

    first = scorer._windows(text)[0][0].tolist()

    if len(theirs) <= scorer._manifest.window_tokens:
        assert first == theirs
    else:
        assert first[:-1] == theirs[: len(first) - 1]


def test_a_batch_of_detoxifys_equals_the_scorers_single_texts(detoxify: Any, scorer: Scorer) -> None:
    texts = [*comments.TOXIC, *comments.HARMLESS]

    theirs = detoxify.predict(texts)

    ours = scorer.score(texts)
    difference = [abs(row[label] - theirs[label][index]) for index, row in enumerate(ours) for label in row]
    assert np.mean(difference) <= INT8_MEAN_TOLERANCE


@pytest.mark.parametrize("load", SETS, ids=lambda load: load.__name__)
def test_the_scorer_loses_next_to_nothing_on_labelled_comments(detoxify: Any, scorer: Scorer, load: Any) -> None:
    rows = load(DATA)
    rows = rows[:: max(1, len(rows) // ROWS)]
    texts = [row.text for row in rows]

    theirs, ours = detoxify_scores(detoxify, texts), scorer_scores(scorer, texts)

    assert np.abs(ours - theirs).mean() <= INT8_MEAN_TOLERANCE
    losses = []
    for index, label in enumerate(scorer.labels):
        truth = np.array([label in row.labels for row in rows])
        if truth.any():
            losses.append(roc_auc(truth, theirs[:, index]) - roc_auc(truth, ours[:, index]))
    print(f"{len(rows)} rows: mean difference {np.abs(ours - theirs).mean():.4f}, losses {np.round(losses, 4)}")
    assert losses[0] <= ROC_AUC_TOLERANCE
    assert np.mean(losses) <= ROC_AUC_TOLERANCE
