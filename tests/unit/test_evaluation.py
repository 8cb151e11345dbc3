"""The evaluation's measures by hand, and its card and targets with a scorer that is no model."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar
from xml.dom.minidom import parseString

import numpy as np
import pytest

from export.measures import reliability, roc_auc
from training import sources
from training.data import LABELS, SETS, Example
from training.evaluation import card, pictures
from training.evaluation.baseline import BUCKETS, features
from training.evaluation.measure import at_same_recall, average_precision, interval, measure, recall_of
from training.evaluation.recorded import ENCODER_ALONE, LINEAR_ALONE, Recorded
from training.evaluation.samples import QUICK, TERMS, Limits, Samples, draw, foreign_sentences, term_of
from training.evaluation.targets import TARGETS, check, table

if TYPE_CHECKING:
    from collections.abc import Sequence

EVEN = np.ones(4)


class Words:
    """Finds every label in a text with the word "idiot", and hardly any elsewhere."""

    thresholds: ClassVar = {label: {"review_at": 0.5, "reject_at": 0.9} for label in LABELS}

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        return [dict.fromkeys(LABELS, 0.95 if "idiot" in text else 0.05) for text in texts]


def examples() -> list[Example]:
    found = []
    for number in range(40):
        for source in ("jigsaw", "jigsaw_six", "civil"):
            labels = dict.fromkeys(LABELS, 1.0) if number % 2 else dict.fromkeys(LABELS, 0.0)
            word = "an idiot" if number % 2 else "a friend"
            found.append(Example(f"You are {word}, {source} {number}.", labels, source, "test"))
    found += [
        Example(f"Zoe is a kind {term}.", dict.fromkeys(LABELS, 0.0), "madlibs", "test") for term in TERMS
    ]
    return found


@pytest.fixture(scope="module")
def samples() -> Samples:
    return draw(examples(), QUICK)


@pytest.fixture(scope="module")
def results(samples: Samples) -> dict[str, Any]:
    figures = measure(Words(), samples)
    return {
        "model": "words-1",
        "date": "2026-11-24",
        "quick": False,
        "labels": list(LABELS),
        "rule": "by hand.",
        "comments": 120,
        "jigsaw_toxic": 20,
        "jigsaw_harmless": 20,
        "unknown_groups": ["Sikhs"],
        "size": {"bytes": 23_500_000, "files": {"model.onnx": 23_500_000}},
        "systems": dict.fromkeys(("bundled", "start", "baseline", "encoder", "linear"), figures),
        "speed": {"score.ms": 4.2, "score.speedup": 6.5},
    }


def test_roc_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    truth, scores = np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1])

    assert roc_auc(truth, scores, EVEN) == pytest.approx(3 / 4)
    assert roc_auc(truth, np.full(4, 0.5), EVEN) == pytest.approx(1 / 2)


def test_average_precision_adds_up_precision_at_each_new_recall() -> None:
    truth, scores = np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1])

    # Half of the positives at precision 1, the other half at 2 of 3.
    assert average_precision(truth, scores, EVEN) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_average_precision_takes_ties_at_once_and_weighs() -> None:
    assert average_precision(np.array([True, False]), np.array([0.5, 0.5]), np.array([1.0, 3.0])) == 0.25


def test_calibration_error_is_the_mean_distance_of_score_and_rate() -> None:
    scores, truth = np.array([0.25, 0.25, 0.85, 0.85]), np.array([0.0, 1.0, 1.0, 1.0])

    # Half of the comments are off by 0.5 - 0.25, half by 1 - 0.85.
    assert reliability(truth, scores, EVEN)["expected_calibration_error"] == pytest.approx(0.2)


def test_an_interval_surrounds_the_measure_and_is_the_same_every_time() -> None:
    rng = np.random.default_rng(1)
    truth = np.arange(200) % 2 == 0
    scores, weight = truth * 0.5 + rng.random(200), np.ones(200)

    low, high = interval(roc_auc, truth, scores, weight)

    assert low < roc_auc(truth, scores, weight) < high
    assert (low, high) == interval(roc_auc, truth, scores, weight)


def test_a_sample_stands_for_the_whole_set_and_keeps_both_kinds_apart() -> None:
    listed = [
        Example(f"text {number}", {"toxicity": float(number < 10)}, "civil", "test") for number in range(100)
    ]

    rows = draw(listed, Limits(toxic=5, harmless=30, own=400, attacked=1)).rows

    assert sum(row.weight for row in rows if row.labels["toxicity"]) == pytest.approx(10)
    assert sum(row.weight for row in rows) == pytest.approx(100)
    assert len(rows) == 35


def test_only_the_test_part_is_drawn_from() -> None:
    unseen, seen = (Example(part, {"toxicity": 1.0}, "civil", part) for part in ("test", "train"))

    assert [row.text for row in draw([unseen, seen], QUICK).rows] == ["test"]


def test_the_longest_identity_term_names_a_madlibs_sentence() -> None:
    assert term_of("Kim is a great african american.") == "african american"
    assert term_of("Being straight is best.") == "straight"
    assert term_of("Kim is a great barber") is None


def test_another_scorer_holds_from_where_it_catches_as_many() -> None:
    class Numbers(Words):
        def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
            return [dict.fromkeys(LABELS, float(text)) for text in texts]

    rows = [Example(text, {"toxicity": 1.0}, "civil", "test") for text in ("0.2", "0.4", "0.6", "0.8")]

    matched = at_same_recall(Numbers(), rows, 0.75)

    assert matched.review_at == 0.4
    assert recall_of(matched, rows) == 0.75


def test_recorded_scores_are_the_blend_of_the_strongest_reading() -> None:
    readings = [[[1.0, 3.0]], [[2.0, -4.0]]]
    logits = {"text": np.array([[reading, reading] for reading in readings])}
    recorded = Recorded(("toxicity",), {}, ((1.0, 0.5, -0.5),), logits)

    def probability(logit: float) -> float:
        return float(1 / (1 + np.exp(-logit)))

    assert recorded.score(["text"])[0]["toxicity"] == pytest.approx(probability(1 + 0.5 * 3 - 0.5))
    assert recorded.alone(ENCODER_ALONE).score(["text"])[0]["toxicity"] == pytest.approx(probability(2))
    assert recorded.alone(LINEAR_ALONE).score(["text"])[0]["toxicity"] == pytest.approx(probability(3))


def test_recorded_scores_take_the_lower_of_what_is_said_and_the_same_about_others() -> None:
    said, others, harmless = [[3.0, 0.0]], [[-1.0, 0.0]], [[-4.0, 0.0]]
    logits = {"text": np.array([[said, others], [harmless, harmless]])}

    [scores] = Recorded(("toxicity",), {}, (ENCODER_ALONE,), logits).score(["text"])

    assert scores["toxicity"] == pytest.approx(1 / (1 + np.exp(1)))


def test_the_baseline_knows_words_and_pairs_whatever_their_case() -> None:
    assert len(features("You fool you fool")) == 4
    assert features("YOU FOOL").tolist() == features("you fool").tolist()
    assert features("you fool").tolist() != features("fool you").tolist()
    assert features("").size == 0
    assert 0 <= features("a b c d e").min() <= features("a b c d e").max() < BUCKETS


def test_a_perfect_ranking_is_seen_and_a_disguise_that_hides_a_word_is_counted(samples: Samples) -> None:
    figures = measure(Words(), samples)

    assert figures["ranking"]["jigsaw"]["toxicity"]["roc_auc"] == 1.0
    assert figures["identity"]["madlibs"]["held"] == 0.0
    assert figures["names"]["because_of_name"] == 0
    assert figures["evasion"]["recall"] == 1.0
    assert figures["evasion"]["attacks"]["zero_width"]["lost"] == 1.0
    assert figures["outcomes"]["jigsaw"]["toxic_published_share"] == 0.0


def test_every_target_is_checked_and_a_miss_is_said(results: dict[str, Any]) -> None:
    verdicts = check(results)

    missed = {verdict.target.name for verdict in verdicts if not verdict.is_reached}
    assert len(verdicts) == len(TARGETS) == 10
    assert missed == {"Recall lost to the worst attack", "Functional tests right"}
    assert table(verdicts).count("MISSED") == 2
    assert table(verdicts).count("reached") == 8


def test_what_was_not_measured_is_missed(results: dict[str, Any]) -> None:
    without = copy.deepcopy(results)
    del without["systems"]["bundled"]["ranking"]["jigsaw_six"]["threat"]

    (verdict,) = [one for one in check(without) if "six labels" in one.target.name]

    assert not verdict.is_reached
    assert "not measured" in table([verdict])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ranking", "jigsaw", "toxicity", "roc_auc"), 0.986),
        (("identity", "own", "held"), 0.031),
        (("identity", "madlibs", "widest_gap"), 0.021),
        (("names", "because_of_name"), 1),
    ],
)
def test_a_figure_just_beyond_its_bound_is_missed(
    results: dict[str, Any], path: tuple[str, ...], value: float
) -> None:
    worse = copy.deepcopy(results)
    place = worse["systems"]["bundled"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value

    assert sum(not one.is_reached for one in check(worse)) == 1 + sum(
        not one.is_reached for one in check(results)
    )


def test_the_card_fills_every_place_and_marks_what_was_published(results: dict[str, Any]) -> None:
    text = card.render(results)

    assert "{{" not in text
    assert "words-1" in text
    assert "**missed**" in text
    assert "**as published, not measured here**" in text
    assert "*Sikhs*" in text
    assert "4.2 ms, 6.5 times" in text


def test_the_card_does_without_what_was_not_at_hand(results: dict[str, Any]) -> None:
    alone = {**results, "systems": {"bundled": results["systems"]["bundled"]}, "speed": {}, "rule": None}

    text = card.render(alone)

    assert "starting checkpoint" not in text.replace("Beside the model stand", "")
    assert "make bench" in text


def test_a_place_that_nothing_fills_is_an_error(results: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        card.render(results, "{{unheard_of}}")


def test_pictures_are_well_formed_and_read_in_the_dark(results: dict[str, Any]) -> None:
    found = pictures.pictures(results)

    for content in found.values():
        assert len(parseString(content).getElementsByTagName("svg")) == 1  # noqa: S318 (our own)
        assert "prefers-color-scheme: dark" in content
    assert set(found) == {name for name in found if f"images/{name}" in card.TEMPLATE.read_text("utf-8")}


def test_every_set_has_a_licence_an_address_and_an_attribution() -> None:
    assert {one.key for one in sources.SETS} == {read.__name__ for read in SETS}
    for one in (*sources.SETS, *sources.OWN, *sources.MODELS):
        assert one.licence
        assert one.address
        assert one.attribution
    for one in sources.SETS:
        assert "CC BY-SA" not in one.licence or "CC BY-SA 3.0" in one.attribution


def test_each_foreign_language_has_as_many_toxic_as_harmless_sentences() -> None:
    listed = foreign_sentences()

    for language in {one.language for one in listed}:
        assert [one.is_toxic for one in listed if one.language == language].count(True) == 8
        assert [one.is_toxic for one in listed if one.language == language].count(False) == 8
