"""How a model is calibrated and its thresholds chosen, on sets small enough to reckon by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toxicity
from export import blend, calibration, observations, thresholds
from export.build import checksums
from export.measures import lower_bound, reliability, roc_auc, share
from export.observations import Observed
from training import data

MODEL = Path(toxicity.__file__).parent / "model"
CALIBRATION = Path(toxicity.__file__).parent.parent / "export" / "calibration.json"
NUMBER = 4000


def sigmoid(logits: Any) -> Any:
    return 1 / (1 + np.exp(-logits))


def observed(
    logits: Any,
    truth: Any,
    *,
    source: Any = "one",
    weight: float = 1.0,
    labels: tuple[str, ...] = ("toxicity",),
) -> Observed:
    """Comments with one reading each: [comments, labels, 2] log-odds, [comments, labels] truth."""
    logits, truth = np.asarray(logits, float), np.asarray(truth, float)
    return Observed(
        labels=labels,
        logits=[np.stack([row, row])[None] for row in logits],
        truth=truth,
        weight=np.full(len(truth), weight),
        source=np.broadcast_to(np.asarray(source), len(truth)),
    )


def drawn(encoder: float, linear: float, bias: float, seed: int = 0) -> Observed:
    """Comments whose labels follow from both models' log-odds as stated."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (NUMBER, 1, 2))
    chance = sigmoid(logits @ [encoder, linear] + bias)
    return observed(logits, rng.random((NUMBER, 1)) < chance)


def test_the_blend_is_found_again_in_what_it_made() -> None:
    weights = blend.fit(drawn(0.6, 0.4, -1.0), with_linear=True)["toxicity"]

    assert weights == pytest.approx({"encoder": 0.6, "linear": 0.4, "bias": -1.0}, abs=0.1)


def test_shares_of_raters_are_as_good_as_votes() -> None:
    comments = drawn(0.6, 0.4, -1.0)
    shares = sigmoid(np.array([row[0, 0] for row in comments.logits]) @ [0.6, 0.4] - 1.0)

    weights = blend.fit(observed([row[0, 0] for row in comments.logits], shares), with_linear=True)[
        "toxicity"
    ]

    assert weights == pytest.approx({"encoder": 0.6, "linear": 0.4, "bias": -1.0}, abs=0.01)


def test_without_a_linear_model_it_does_not_count() -> None:
    assert blend.fit(drawn(0.6, 0.4, 0.0), with_linear=False)["toxicity"]["linear"] == 0


def test_a_linear_model_that_is_wrong_does_not_count_against() -> None:
    weights = blend.fit(drawn(0.6, -0.4, 0.0), with_linear=True)["toxicity"]

    assert weights["linear"] == 0
    assert weights["encoder"] > 0.3


def test_an_encoder_that_is_wrong_counts_as_little_as_may_be() -> None:
    assert blend.fit(drawn(-0.6, 0.4, 0.0), with_linear=True)["toxicity"]["encoder"] == blend.LEAST_ENCODER


def test_comments_that_can_be_told_apart_without_fail_give_no_infinite_weights() -> None:
    logits = np.array([[[3.0, 3.0]]] * 50 + [[[-3.0, -3.0]]] * 50)

    weights = blend.fit(observed(logits, [[1.0]] * 50 + [[0.0]] * 50), with_linear=True)["toxicity"]

    assert all(np.isfinite(value) and abs(value) < 50 for value in weights.values())


def two_labels(positives: int, source: Any = "one") -> Observed:
    """The first label as drawn, and another that only so many comments carry, at random."""
    first = drawn(0.6, 0.4, -1.0)
    truth = np.column_stack([first.truth[:, 0], np.arange(NUMBER) < positives])
    logits = np.repeat([row[0, 0] for row in first.logits], 2, axis=1)
    return observed(logits, truth, labels=("toxicity", "threat"), source=source)


def test_a_label_that_hardly_any_comment_has_takes_the_firsts_weights_and_no_bias() -> None:
    weights = blend.fit(two_labels(blend.FEW - 1), with_linear=True)

    assert weights["threat"] == {**weights["toxicity"], "bias": 0.0}


def test_a_label_with_more_comments_has_weights_of_its_own() -> None:
    weights = blend.fit(two_labels(NUMBER // 4), with_linear=True)

    assert weights["threat"]["encoder"] < 0.3
    assert weights["threat"]["bias"] < -0.5


def test_a_set_in_which_nobody_looked_for_a_label_says_nothing_of_it() -> None:
    # The second set has as many comments, and none with the label.
    source = np.where(np.arange(NUMBER) < NUMBER // 2, "one", "two")

    weights = blend.fit(two_labels(NUMBER // 4, source), with_linear=True)

    assert abs(weights["threat"]["bias"]) < 0.3


def test_unknown_labels_are_left_out() -> None:
    comments = drawn(0.6, 0.4, -1.0)
    comments.truth[: NUMBER // 2] = np.nan

    assert blend.fit(comments, with_linear=True)["toxicity"] == pytest.approx(
        {"encoder": 0.6, "linear": 0.4, "bias": -1.0}, abs=0.2
    )


def test_a_label_that_no_set_knows_of_is_blended_and_held_as_an_unknown_one() -> None:
    comments = two_labels(10)
    comments.truth[:, 1] = np.nan

    weights = blend.fit(comments, with_linear=True)
    chosen = thresholds.choose(comments, blend.scores(comments, weights))

    assert weights["threat"] == {**weights["toxicity"], "bias": 0.0}
    assert chosen["threat"]["review_at"] >= thresholds.UNKNOWN
    assert chosen["threat"]["reject_at"] == thresholds.NEVER


def test_a_comment_has_the_highest_score_of_its_readings() -> None:
    comments = observed([[[0.0, 0.0]]], [[1.0]])
    comments.logits[0] = np.array([[[[2.0, -1.0]]] * 2, [[[0.0, 2.0]]] * 2])

    scores = blend.scores(comments, {"toxicity": {"encoder": 1.0, "linear": 1.0, "bias": 0.5}})

    assert scores == pytest.approx(sigmoid(2.5))


def test_a_reading_scores_no_higher_than_the_same_about_others() -> None:
    comments = observed([[[0.0, 0.0]]], [[1.0]])
    comments.logits[0] = np.array([[[[2.0, -1.0]], [[-3.0, 0.0]]], [[[-1.0, 0.0]], [[4.0, 0.0]]]])

    scores = blend.scores(comments, {"toxicity": {"encoder": 1.0, "linear": 1.0, "bias": 0.5}})

    assert scores == pytest.approx(sigmoid(-0.5))


@pytest.mark.parametrize(
    ("beside", "said"), [("a reading", -9.0), ("a reading", 9.0), ("the same about others", 9.0)]
)
def test_weights_are_fitted_on_what_decides(beside: str, said: float) -> None:
    # A disguised word: as written nothing is to be seen, undone it is. A group: more is seen than without it.
    comments = drawn(1.0, 0.0, 0.0)
    for row, logits in enumerate(comments.logits):
        if beside == "a reading":
            harmless = np.full_like(logits, -9.0)
            harmless[:, 0] = said
            comments.logits[row] = np.concatenate([harmless, logits])
        else:
            comments.logits[row] = np.stack([np.full_like(logits[:, 0], said), logits[:, 0]], axis=1)

    assert blend.fit(comments, with_linear=False)["toxicity"]["encoder"] == pytest.approx(1.0, abs=0.1)


def scored(
    toxic: list[float], harmless: list[float], weight: float = 1.0, source: str = "one"
) -> tuple[Observed, Any]:
    """A set with one label, and the scores of its comments; the harmless ones weigh `weight` each."""
    truth = [[1.0]] * len(toxic) + [[0.0]] * len(harmless)
    comments = observed(np.zeros((len(truth), 1, 2)), truth, source=source)
    comments.weight[len(toxic) :] = weight
    return comments, np.array([[score] for score in toxic + harmless])


def together(*sets: tuple[Observed, Any]) -> tuple[Observed, Any]:
    observed_sets, scores = [pair[0] for pair in sets], [pair[1] for pair in sets]
    return Observed(
        labels=observed_sets[0].labels,
        logits=[row for each in observed_sets for row in each.logits],
        truth=np.concatenate([each.truth for each in observed_sets]),
        weight=np.concatenate([each.weight for each in observed_sets]),
        source=np.concatenate([each.source for each in observed_sets]),
    ), np.concatenate(scores)


def test_it_rejects_from_where_the_precision_is_sure() -> None:
    # 300 toxic ones at 0.9 are sure; with 15 harmless ones at 0.8 it is 95.2%, but not surely 95%.
    comments = scored([0.9] * 300, [0.8] * 15 + [0.1] * 100)

    assert thresholds.choose(*comments)["toxicity"]["reject_at"] == 0.81


def test_it_never_rejects_on_too_few_comments() -> None:
    comments = scored([0.9] * (thresholds.SUPPORT - 1), [0.1] * 100)

    assert thresholds.choose(*comments)["toxicity"]["reject_at"] == thresholds.NEVER


def test_every_set_with_enough_comments_must_agree() -> None:
    large = scored([0.9] * 2000, [0.1] * 100)
    worse = scored([0.7] * 60, [0.5] * 10, source="two")

    assert thresholds.choose(*large)["toxicity"]["reject_at"] == 0.11
    assert thresholds.choose(*together(large, worse))["toxicity"]["reject_at"] == 0.51


def test_weights_count_in_the_precision() -> None:
    comments = scored([0.9] * 1000, [0.8] * 15 + [0.1] * 100, weight=8.0)

    assert thresholds.choose(*comments)["toxicity"]["reject_at"] == 0.81


def test_it_holds_from_where_few_toxic_comments_are_missed() -> None:
    comments = scored([0.2] * 2 + [0.4] * 98, [0.4] * 8 + [0.1] * 111)

    assert thresholds.choose(*comments)["toxicity"]["review_at"] == 0.4


def test_a_queue_that_can_be_borne_goes_before_what_is_missed() -> None:
    comments = scored([0.2] * 50 + [0.9] * 50, [0.3] * 50 + [0.1] * 50)

    assert thresholds.choose(*comments)["toxicity"]["review_at"] == 0.31
    found = thresholds.targets(
        thresholds.outcomes(*comments, {"toxicity": {"review_at": 0.31, "reject_at": 1.0}})["all"]
    )
    assert found["toxic_published_share"] == {"target": 0.02, "reached": 0.5, "met": False}
    assert found["harmless_held_or_rejected_share"]["met"] is True
    assert found["rejected_precision_at_least"] == {"target": 0.95, "reached": None, "met": False}


def test_a_set_of_harmless_comments_is_left_in_peace() -> None:
    mixed = scored([0.4] * 100, [0.2] * 300)
    harmless = scored([], [0.5] * 4 + [0.1] * 96, source="names of groups")

    assert thresholds.choose(*mixed)["toxicity"]["review_at"] <= 0.4
    assert thresholds.choose(*together(mixed, harmless))["toxicity"]["review_at"] == 0.51


def test_sets_that_are_mostly_harmless_must_agree_together() -> None:
    mostly_toxic = scored([0.9] * 3000, [0.1] * 10)
    # Each too small to count by itself.
    natural = [
        scored([0.8] * 30, [0.6] * 3 + [0.1] * 300, source=source) for source in ("a site", "another site")
    ]

    assert thresholds.choose(*together(mostly_toxic, natural[0]))["toxicity"]["reject_at"] == 0.11
    assert thresholds.choose(*together(mostly_toxic, *natural))["toxicity"]["reject_at"] == 0.61


def with_threats(threats: list[float], harmless: list[float]) -> dict[str, float]:
    """What is chosen for `threat` where these comments are threats and those are harmless."""
    truth = [[1.0, 1.0]] * len(threats) + [[0.0, 0.0]] * len(harmless)
    comments = observed(np.zeros((len(truth), 2, 2)), truth, labels=("toxicity", "threat"))
    scores = np.array([[0.9, score] for score in threats] + [[0.1, score] for score in harmless])
    return thresholds.choose(comments, scores)["threat"]


def test_another_label_never_rejects_and_does_not_drown_the_queue() -> None:
    assert with_threats([0.05] * 40, [0.3] * 50 + [0.02] * 50) == {"review_at": 0.31, "reject_at": 1.0}
    assert with_threats([0.4] * 40, [0.02] * 100) == {"review_at": 0.4, "reject_at": 1.0}


def test_a_label_without_comments_holds_from_a_half_on_or_from_where_no_harmless_comment_is() -> None:
    assert with_threats([], [0.3] * 100)["review_at"] == 0.5
    assert with_threats([], [0.6] * 100)["review_at"] == 0.61


def test_outcomes_count_each_comment_once() -> None:
    comments = scored([0.95, 0.6, 0.1], [0.6, 0.1], weight=2.0)

    result = thresholds.outcomes(*comments, {"toxicity": {"review_at": 0.5, "reject_at": 0.9}})["all"]

    assert result["rejected_share"] == pytest.approx(1 / 7, abs=1e-4)
    assert result["held_share"] == pytest.approx(3 / 7, abs=1e-4)
    assert result["published_share"] == pytest.approx(3 / 7, abs=1e-4)
    assert result["toxic_published_share"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["harmless_held_share"] == pytest.approx(1 / 2, abs=1e-4)


def test_each_set_is_measured_by_itself() -> None:
    both = together(scored([0.9], [0.1]), scored([0.1], [0.9], source="two"))

    result = thresholds.outcomes(*both, {"toxicity": {"review_at": 0.5, "reject_at": 1.0}})

    assert (result["one"]["roc_auc"], result["two"]["roc_auc"], result["all"]["roc_auc"]) == (1.0, 0.0, 0.5)


def test_what_is_not_known_to_be_toxic_or_harmless_is_not_counted() -> None:
    comments, scores = scored([0.9], [0.1])
    comments.truth[1] = np.nan

    assert (
        thresholds.outcomes(comments, scores, {"toxicity": {"review_at": 0.5, "reject_at": 1.0}})["all"][
            "comments"
        ]
        == 1
    )


def test_roc_auc_is_the_chance_that_a_toxic_comment_scores_higher() -> None:
    truth, scores = np.array([True, True, False, False]), np.array([0.9, 0.5, 0.5, 0.1])

    assert roc_auc(truth, scores) == (1 + 1 + 0.5 + 1) / 4
    assert roc_auc(truth, scores, np.array([1.0, 3.0, 1.0, 1.0])) == (1 + 1 + 3 * 0.5 + 3) / 8
    assert np.isnan(roc_auc(truth | True, scores))


def test_a_share_is_surely_less_than_it_looks() -> None:
    which = np.arange(100) < 95
    everything = np.ones(100, dtype=bool)

    # Wilson's interval for 95 of 100, one-sided at 95%.
    assert lower_bound(which, everything, np.ones(100)) == pytest.approx(0.9013, abs=1e-3)
    assert lower_bound(which, everything, np.full(100, 7.0)) == pytest.approx(0.9013, abs=1e-3)
    assert share(which, everything, np.ones(100)) == 0.95
    assert lower_bound(which, ~everything, np.ones(100)) == 0


def test_reliability_holds_what_was_said_against_what_came_true() -> None:
    scores = np.array([0.05, 0.15, 0.15, 1.0])

    table = reliability(np.array([0.0, 1.0, 0.0, 1.0]), scores, np.array([1.0, 1.0, 1.0, 3.0]))

    assert [
        (row["from"], row["comments"], row["mean_score"], row["observed_rate"]) for row in table["bins"]
    ] == [
        (0.0, 1, 0.05, 0.0),
        (0.1, 2, 0.15, 0.5),
        (0.9, 1, 1.0, 1.0),
    ]
    assert table["expected_calibration_error"] == pytest.approx((0.05 + 0.35 * 2 + 0) / 6, abs=1e-4)


def test_a_sample_stands_for_the_whole_set() -> None:
    rows: list[Any] = [
        type("Row", (), {"text": str(number), "source": source, "weight": 2.0})
        for source, count in (("large", 100), ("small", 3))
        for number in range(count)
    ]

    kept = list(observations.sample(rows, 10))

    assert [weight for row, weight in kept if row.source == "large"] == [20.0] * 10
    assert [weight for row, weight in kept if row.source == "small"] == [2.0] * 3
    assert [row.text for row, _ in kept] == [row.text for row, _ in observations.sample(rows[::-1], 10)]


def test_the_committed_manifest_has_what_was_chosen_for_its_files() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))

    chosen = calibration.read(CALIBRATION, checksums(manifest))

    for name in ("blend", "thresholds", "calibration", "metrics"):
        assert manifest[name] == chosen[name]
    assert chosen["calibration"]["rule"] == thresholds.RULE


def test_a_choice_for_other_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(calibration.CalibrationError, match=r"is for another model.*DATA=FOLDER"):
        calibration.read(CALIBRATION, {"model.onnx": "0" * 64})
    with pytest.raises(calibration.CalibrationError, match=r"there is no none\.json.*DATA=FOLDER"):
        calibration.read(tmp_path / "none.json", {})


def examples(part: str, *, flipped: bool = False) -> list[data.Example]:
    """Comments of two sets in one part, toxic and harmless ones; `flipped` calls the one the other."""
    kinds = [
        ("You are an idiot, number {}, and everybody hates you.", 1.0),
        ("Thank you, number {}, for this lovely article.", 0.0),
    ]
    return [
        data.Example(
            text.format(number),
            {"toxicity": abs(toxic - flipped), "insult": abs(toxic - flipped)},
            source,
            part,
        )
        for source in ("one", "two")
        for text, toxic in kinds
        for number in range(thresholds.SUPPORT)
    ]


def calibrated(monkeypatch: pytest.MonkeyPatch, rows: list[data.Example]) -> dict[str, Any]:
    monkeypatch.setattr(data, "load", lambda _: rows)
    return calibration.calibrate(MODEL, Path("data"), lambda _: None)


def test_only_the_calibration_part_chooses_and_only_the_test_part_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choosing = examples("calibration")

    one = calibrated(monkeypatch, choosing + examples("test"))
    other = calibrated(
        monkeypatch, choosing + examples("test", flipped=True) + examples("train", flipped=True)
    )

    assert {name: one[name] for name in ("blend", "thresholds", "calibration")} == {
        name: other[name] for name in ("blend", "thresholds", "calibration")
    }
    assert (one["metrics"]["roc_auc"]["toxicity"], other["metrics"]["roc_auc"]["toxicity"]) == (
        {"one": 1.0, "two": 1.0},
        {"one": 0.0, "two": 0.0},
    )
    assert set(one["reliability"]) == {"toxicity", "insult"}
    json.dumps(one)


def test_what_calibration_says_of_a_comment_is_what_the_scorer_gives() -> None:
    rows = [*examples("test")[:3], data.Example("f u c k  you, " + "and so on " * 300, {}, "long", "test")]
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))

    scores = blend.scores(observations.observe(MODEL, rows, lambda _: None), manifest["blend"])

    expected = [list(row.values()) for row in toxicity.Scorer.load(MODEL).score([row.text for row in rows])]
    assert scores == pytest.approx(np.array(expected), abs=1e-9)


def test_too_few_comments_choose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(calibration.CalibrationError, match="too few comments of the part 'test'"):
        calibrated(monkeypatch, examples("calibration") + examples("test")[:10])
