"""How default thresholds are chosen, on sets small enough to reckon by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import toxicity
from export.build import checksums
from export.calibration import RULE, CalibrationError, Scored, choose, outcome, read, roc_auc
from export.checksums import ChecksumError, require

MODEL = Path(toxicity.__file__).parent / "model"
CALIBRATION = Path(toxicity.__file__).parent.parent / "export" / "calibration.json"


def scored(toxic: list[float], harmless: list[float], weight: float = 1.0, label: str = "toxicity") -> Scored:
    """A set with one label: scores of its toxic and of its harmless comments, which weigh `weight` each."""
    return Scored(
        labels=(label,),
        scores=np.array([[score] for score in toxic + harmless]),
        truth=np.array([[True]] * len(toxic) + [[False]] * len(harmless)),
        weight=np.array([1.0] * len(toxic) + [weight] * len(harmless)),
    )


def test_it_rejects_from_where_nineteen_of_twenty_are_toxic() -> None:
    # 95 toxic over 0.8 and 5 harmless at 0.85: exactly 95%. A sixth harmless one at 0.7 makes it too few.
    comments = scored([0.9] * 95, [0.85] * 5 + [0.7] + [0.1] * 100)

    assert choose("toxicity", [comments])["reject_at"] == 0.71


def test_it_never_rejects_on_too_few_comments() -> None:
    assert choose("toxicity", [scored([0.9] * 49, [0.1] * 100)])["reject_at"] == 1.0


def test_weights_count() -> None:
    comments = scored([0.9] * 95, [0.85] * 5 + [0.1] * 100, weight=2.0)

    assert choose("toxicity", [comments])["reject_at"] == 0.86


def test_both_sets_must_agree() -> None:
    good, worse = scored([0.9] * 60, [0.1] * 60), scored([0.9] * 60, [0.5] * 60)

    assert choose("toxicity", [good])["reject_at"] == 0.11
    assert choose("toxicity", [good, worse])["reject_at"] == 0.51


def test_it_holds_from_where_nineteen_of_twenty_toxic_ones_are_caught() -> None:
    comments = scored([0.2] + [0.4] * 19, [0.1] * 20)

    assert choose("toxicity", [comments])["review_at"] == 0.4


def test_another_label_never_rejects_and_does_not_drown_the_queue() -> None:
    comments = scored([0.05] * 20, [0.3] * 50 + [0.02] * 50, label="threat")

    assert choose("threat", [comments]) == {"review_at": 0.31, "reject_at": 1.0}


def test_a_label_without_comments_is_held_at_a_half() -> None:
    comments = scored([], [0.3] * 50, label="sexual_explicit")

    assert choose("sexual_explicit", [comments]) == {"review_at": 0.5, "reject_at": 1.0}


def test_the_outcome_counts_each_comment_once() -> None:
    result = outcome(
        scored([0.95, 0.6, 0.1], [0.6, 0.1], weight=2.0), {"toxicity": {"review_at": 0.5, "reject_at": 0.9}}
    )

    assert result["rejected_share"] == pytest.approx(1 / 7, abs=1e-4)
    assert result["held_share"] == pytest.approx(3 / 7, abs=1e-4)
    assert result["held_or_rejected_recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["toxic_among_published"] == pytest.approx(1 / 3, abs=1e-4)


def test_roc_auc_is_the_chance_that_a_toxic_comment_scores_higher() -> None:
    truth, scores = np.array([True, True, False, False]), np.array([0.9, 0.5, 0.5, 0.1])

    assert roc_auc(truth, scores) == (1 + 1 + 0.5 + 1) / 4


def test_the_committed_manifest_has_what_was_chosen_for_its_files() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))

    chosen = read(CALIBRATION, checksums(manifest))

    for name in ("blend", "thresholds", "calibration", "metrics"):
        assert manifest[name] == chosen[name]
    assert chosen["calibration"]["rule"] == RULE


def test_a_choice_for_other_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match=r"is for another model.*DATA=FOLDER"):
        read(CALIBRATION, {"model.onnx": "0" * 64})
    with pytest.raises(CalibrationError, match=r"there is no none\.json.*DATA=FOLDER"):
        read(tmp_path / "none.json", {})


@pytest.mark.parametrize("expected", ["", "abc", "0" * 64, "0" * 8])
def test_a_file_with_another_checksum_is_refused(tmp_path: Path, expected: str) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"content")

    with pytest.raises(ChecksumError, match=r"model\.ckpt has SHA-256"):
        require(tmp_path / "model.ckpt", expected)


def test_the_beginning_of_a_checksum_is_enough(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"content")

    require(tmp_path / "model.ckpt", "ED7002B4")
