"""Exported scores equal Detoxify's own, each step within its tolerance."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.model import comments

from export.measures import roc_auc
from export.observations import TOXIC
from training import data

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnxruntime
    from numpy.typing import NDArray

    from toxicity import Scorer

SINGLE_TOLERANCE = 1e-4
INT8_MEAN_TOLERANCE = 0.02
INT8_LOSS = 0.003
# Windows find what harmless words drown (layers/toxicity/README.md), and long harmless comments pay for it.
WINDOWS_LOSS = 0.005
# Of the toxic comments and of the harmless ones of a set.
ROWS = 200
# With fewer comments that have a label, one of them decides over its ROC-AUC.
FEW = 20

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data" / "toxicity"))


def own(_: Path) -> Iterator[data.Example]:
    """The comments of this folder, labelled; what there is where the data are not."""
    for toxicity, texts in ((1.0, comments.TOXIC), (0.0, comments.HARMLESS)):
        for text in texts:
            yield data.Example(text, {"toxicity": toxicity}, "own", data.TEST)


SETS = [own, data.identity_talk, data.jigsaw_six] if DATA.is_dir() else [own]


def some(rows: list[data.Example]) -> list[data.Example]:
    """At most ROWS of each kind, taken from the whole length of the list."""
    return rows[:: max(1, -(-len(rows) // ROWS))]


def detoxify_scores(detoxify: Any, texts: list[str]) -> NDArray[np.float64]:
    """Detoxify's scores, one text at a time, so that padding plays no part."""
    rows = [detoxify.predict([text]) for text in texts]
    return np.array([[np.float64(row[label]) for label in detoxify.class_names] for row in rows])


def raw_tokens(scorer: Scorer, text: str) -> list[tuple[int, ...]]:
    """The windows of the text as it stands, which is all that Detoxify knows."""
    return [reading.tokens for reading in scorer.readings(text) if reading.start is not None]


def scorer_scores(scorer: Scorer, texts: list[str]) -> NDArray[np.float64]:
    """What the exported encoder makes of the texts, before the linear model and calibration."""
    return np.array([scorer.encoder_probabilities(raw_tokens(scorer, text)).max(axis=0) for text in texts])


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

    first = list(raw_tokens(scorer, text)[0])

    if len(theirs) <= scorer._manifest.window_tokens:
        assert first == theirs
    else:
        assert first[:-1] == theirs[: len(first) - 1]


def test_a_batch_of_detoxifys_equals_the_scorers_single_texts(detoxify: Any, scorer: Scorer) -> None:
    texts = [*comments.TOXIC, *comments.HARMLESS]

    theirs = detoxify.predict(texts)

    ours = scorer_scores(scorer, texts)
    assert np.abs(ours.T - [theirs[label] for label in scorer.labels]).mean() <= INT8_MEAN_TOLERANCE


@pytest.fixture(scope="module", params=SETS, ids=lambda load: load.__name__)
def compared(request: pytest.FixtureRequest, detoxify: Any, scorer: Scorer) -> Compared:
    """Some hundred labelled comments under both. Detoxify cuts texts at 512 tokens, the scorer does not."""
    known = [row for row in request.param(DATA) if row.part == data.TEST]
    toxic = [row for row in known if row.labels["toxicity"] >= TOXIC]
    rows = [*some(toxic), *some([row for row in known if row not in toxic])]
    texts = [row.text for row in rows]
    return Compared(
        theirs=detoxify_scores(detoxify, texts),
        ours=scorer_scores(scorer, texts),
        truth=np.array([[row.labels.get(label, 0.0) >= TOXIC for label in scorer.labels] for row in rows]),
        short=np.array([len(raw_tokens(scorer, text)) == 1 for text in texts]),
    )


@dataclass(frozen=True)
class Compared:
    """Scores and labels, a row each comment, a column each label; which comments fit one window."""

    theirs: NDArray[np.float64]
    ours: NDArray[np.float64]
    truth: NDArray[np.bool_]
    short: NDArray[np.bool_]

    def losses(self, which: NDArray[np.bool_]) -> list[float]:
        """By how much the scorer's ROC-AUC is below Detoxify's, for labels that enough comments have."""
        columns = zip(self.truth[which].T, self.theirs[which].T, self.ours[which].T, strict=True)
        return [
            roc_auc(truth, theirs) - roc_auc(truth, ours)
            for column, (truth, theirs, ours) in enumerate(columns)
            if not column or truth.sum() >= FEW
        ]


def test_scores_are_close_to_detoxifys_on_labelled_comments(compared: Compared) -> None:
    assert np.abs(compared.ours - compared.theirs).mean() <= INT8_MEAN_TOLERANCE


def test_int8_loses_next_to_nothing_on_labelled_comments(compared: Compared) -> None:
    losses = compared.losses(compared.short)

    assert losses[0] <= INT8_LOSS
    assert np.mean(losses) <= INT8_LOSS


def test_windows_cost_little_on_labelled_comments(compared: Compared) -> None:
    losses = compared.losses(np.ones_like(compared.short))

    assert losses[0] <= WINDOWS_LOSS
    assert np.mean(losses) <= WINDOWS_LOSS
