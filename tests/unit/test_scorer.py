"""The scorer with the committed model: what it gives, and what it withstands."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.models import linear_model

from toxicity import ModelError, Scorer, TextTooLongError
from toxicity import scorer as module
from toxicity.manifest import Blend

if TYPE_CHECKING:
    from toxicity.linear import Linear

INSULT = "You are a fucking idiot and everyone hates you."
KIND = "What a lovely article, thank you for writing it!"
HARMLESS = "The council met on Tuesday and talked about the new bridge over the river. "

HOSTILE = {
    "empty": "",
    "blank": " \t\r\n\u3000",
    "NUL": "a\0b\0" * 100,
    "lone surrogate": "bad \ud83d end \udc00",
    "surrogate pair": "\ud83d\ude00",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽" * 40,
    "combining marks": "e" + "\u0301" * 50_000,
    "whitespace": " " * 100_000,
    "one endless word": "a" * 100_000,
    "right to left": "\u202eyou are\u202c שלום مرحبا",
    "hangul": "각 " * 6_000,
    "private use and unassigned": "\ue000\U0010ffff\U000e0001" * 100,
    "markup": "<script>alert(1)</script>" * 50,
}


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


def windows(scorer: Scorer, text: str) -> list[list[int]]:
    """The token ids of the text as it stands."""
    return [list(reading.tokens) for reading in scorer.readings(text) if reading.start is not None]


def test_every_label_has_a_probability_in_the_models_order(scorer: Scorer) -> None:
    [insult, kind] = scorer.score([INSULT, KIND])

    assert tuple(insult) == tuple(kind) == scorer.labels
    assert all(type(score) is float and 0 <= score <= 1 for score in [*insult.values(), *kind.values()])


def test_an_insult_scores_high_and_thanks_score_low(scorer: Scorer) -> None:
    [insult, kind] = scorer.score([INSULT, KIND])

    assert insult["toxicity"] > 0.9
    assert insult["insult"] > 0.8
    assert kind["toxicity"] < 0.05
    assert all(kind[label] < scorer.thresholds[label]["review_at"] / 2 for label in scorer.labels)


def test_by_default_the_insult_is_rejected_and_the_thanks_are_published(scorer: Scorer) -> None:
    [insult, kind] = scorer.score([INSULT, KIND])

    assert any(insult[label] >= pair["reject_at"] for label, pair in scorer.thresholds.items())
    assert all(kind[label] < pair["review_at"] for label, pair in scorer.thresholds.items())


def test_thresholds_are_the_callers_to_change(scorer: Scorer) -> None:
    before = scorer.thresholds

    scorer.thresholds["toxicity"]["reject_at"] = 0.0

    assert scorer.thresholds == before
    assert tuple(before) == scorer.labels
    assert all(0 < pair["review_at"] <= pair["reject_at"] <= 1 for pair in before.values())


def test_no_texts_no_scores(scorer: Scorer) -> None:
    assert scorer.score([]) == []


def test_a_texts_scores_depend_on_that_text_alone(scorer: Scorer) -> None:
    texts = [INSULT, KIND, HARMLESS * 20, "", "you", INSULT]

    together = scorer.score(texts)

    assert together == [scorer.score([text])[0] for text in texts]
    assert together == scorer.score(texts)


def test_threads_may_share_a_scorer(scorer: Scorer) -> None:
    texts = [f"{INSULT} {number}" for number in range(8)]

    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(lambda text: scorer.score([text])[0], texts))

    assert parallel == scorer.score(texts)


@pytest.mark.parametrize("words_before", [150, 300, 600])
def test_an_insult_behind_harmless_words_is_found(scorer: Scorer, words_before: int) -> None:
    padding = " ".join((HARMLESS * 60).split()[:words_before])

    [hidden, harmless] = scorer.score([f"{padding} {INSULT} {padding}", f"{padding} {padding}"])

    assert harmless["toxicity"] < scorer.thresholds["toxicity"]["review_at"] < hidden["toxicity"]
    assert hidden["toxicity"] > 0.3


def test_windows_overlap_and_leave_nothing_out(scorer: Scorer) -> None:
    text = " ".join(str(number) for number in range(1000, 1500))

    rows = windows(scorer, text)

    assert len(rows) > 2
    assert max(map(len, rows)) == scorer._manifest.window_tokens
    overlap = scorer._manifest.window_overlap
    for earlier, later in pairwise(rows):
        assert earlier[1:-1][-overlap:] == later[1:-1][:overlap]
    inner = rows[0][1:-1] + [token for row in rows[1:] for token in row[1:-1][overlap:]]
    assert scorer._tokenizer.decode(inner).replace(" ##", "").split() == text.split()


@pytest.mark.parametrize("insult", ["1d10t", "i d i o t", "іdіоt", "i\u200bd\u200bi\u200bot", "idiooooot"])
def test_a_disguised_insult_scores_at_least_as_high_as_the_plain_one(scorer: Scorer, insult: str) -> None:
    [disguised, plain] = scorer.score([f"You are an {insult}.", "You are an idiot."])

    assert all(disguised[label] >= plain[label] for label in scorer.labels)


def test_without_a_disguise_a_text_is_read_once(scorer: Scorer) -> None:
    assert len(scorer.readings(INSULT)) == 1
    assert len(scorer.readings("Caf\u00e9 au lait, 3\u20ac")) == 1


def test_what_the_tokenizer_sees_through_costs_the_encoder_nothing(scorer: Scorer) -> None:
    # The linear model reads characters, so it reads both.
    readings = scorer.readings("you i\u0308di\u0308ot")

    assert len({reading.tokens for reading in readings}) == 1
    assert [reading.text for reading in readings] == ["you i\u0308di\u0308ot", "you idiot"]


def test_a_disguise_beyond_the_first_window_is_undone_too(scorer: Scorer) -> None:
    [disguised, harmless] = scorer.score(
        [HARMLESS * 30 + "You are an 1d10t. " + HARMLESS * 30, HARMLESS * 60]
    )

    assert disguised["toxicity"] > harmless["toxicity"] + 0.3


def test_the_linear_model_reads_what_each_window_covers(scorer: Scorer) -> None:
    text = f"  {HARMLESS * 40}{INSULT}  "

    parts = [reading for reading in scorer.readings(text) if reading.start is not None]

    assert len(parts) > 2
    assert all(text.startswith(part.text, part.start) for part in parts)
    assert parts[0].text.startswith("The council")
    assert parts[-1].text.endswith("hates you.")


def test_a_flood_of_one_sign_costs_few_windows(scorer: Scorer) -> None:
    assert len(windows(scorer, "! " * 10_000)) <= 2


def test_special_tokens_in_a_comment_are_text(scorer: Scorer) -> None:
    end_of_text = scorer._tokenizer.token_to_id("[SEP]")

    [row] = windows(scorer, f"{KIND} [SEP] {INSULT}")

    assert [token for token in row if token == end_of_text] == row[-1:]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_has_scores(scorer: Scorer, text: str) -> None:
    [scores] = scorer.score([text])

    assert all(math.isfinite(score) and 0 <= score <= 1 for score in scores.values())


def test_a_text_beyond_the_bound_is_refused_whole(scorer: Scorer) -> None:
    with pytest.raises(TextTooLongError, match="200001 characters"):
        scorer.score(["a" * 200_001])


class BrokenSession:
    """Stands in for a session whose run fails or gives nonsense."""

    def __init__(self, output: Exception | list[float]) -> None:
        self.output = output

    def run(self, *_: object) -> list[object]:
        if isinstance(self.output, Exception):
            raise self.output
        return [np.array([self.output], dtype="float32")]


@pytest.mark.parametrize(
    "output",
    [RuntimeError("secret comment text"), [math.nan] * 6, [math.inf] * 6, [0.5] * 5],
    ids=["raises", "NaN", "infinite", "too few"],
)
def test_an_output_that_is_no_probability_is_an_error(
    scorer: Scorer, output: Exception | list[float]
) -> None:
    broken = Scorer(scorer._manifest, scorer._tokenizer, BrokenSession(output))

    with pytest.raises(ModelError) as caught:
        broken.score([KIND])

    assert "secret" not in str(caught.value)


def test_rounding_beyond_the_range_is_clipped(scorer: Scorer) -> None:
    neutral = Blend(encoder=1.0, linear=0.0, bias=0.0)
    rounded = blended(scorer, neutral, [1.0000001, -1e-9, 0, 1, 0.5, 0.25])

    [scores] = rounded.score([KIND])

    assert list(scores.values()) == pytest.approx([1, 0, 0, 1, 0.5, 0.25], abs=1e-5)
    assert all(0 <= score <= 1 for score in scores.values())


def blended(scorer: Scorer, blend: Blend, output: list[float], linear: Linear | None = None) -> Scorer:
    manifest = scorer._manifest._replace(blend=(blend,) * len(scorer.labels))
    return Scorer(manifest, scorer._tokenizer, BrokenSession(output), linear)


def test_the_two_models_are_blended_in_log_odds(scorer: Scorer) -> None:
    linear = linear_model({"kind": [-100, 0, 0, 0, 0, 50]}, labels=len(scorer.labels))
    one = blended(scorer, Blend(encoder=0.5, linear=2.0, bias=0.25), [0.5, 0.9, 0.1, 0.0, 1.0, 0.5], linear)
    [evidence] = linear.logits(["kind"])

    [scores] = one.score(["kind"])

    log_odds = [0, math.log(9), -math.log(9), -12, 12, 0]
    expected = [
        1 / (1 + math.exp(-(0.5 * encoder + 2 * by_linear + 0.25)))
        for encoder, by_linear in zip(log_odds, evidence, strict=True)
    ]
    assert evidence[0] < -0.5
    assert list(scores.values()) == pytest.approx(expected, abs=1e-6)


def test_a_blend_may_turn_the_encoder_into_calibrated_probabilities(scorer: Scorer) -> None:
    [scores] = blended(scorer, Blend(encoder=2.0, linear=0.0, bias=-1.0), [0.5] * 6).score([KIND])

    assert list(scores.values()) == pytest.approx([1 / (1 + math.e)] * 6)


@pytest.mark.parametrize("weight", [1e6, -1e6])
def test_certainty_is_no_overflow(scorer: Scorer, weight: float) -> None:
    [scores] = blended(scorer, Blend(encoder=weight, linear=0.0, bias=0.0), [0.0, 1.0] * 3).score([KIND])

    assert all(math.isfinite(score) and 0 <= score <= 1 for score in scores.values())


def test_a_linear_model_that_fails_is_an_error(scorer: Scorer) -> None:
    linear = linear_model({}, labels=len(scorer.labels), bias=math.nan)

    with pytest.raises(ModelError, match="no usable scores"):
        blended(scorer, Blend(1.0, 1.0, 0.0), [0.5] * 6, linear).score(["kind"])


@pytest.mark.parametrize(
    ("memory", "threads"), [(None, 1), ("", 1), ("512", 1), ("1769", 1), ("3538", 2), ("10240", 5), ("-1", 1)]
)
def test_one_thread_for_each_whole_processor_that_lambda_gives(
    monkeypatch: pytest.MonkeyPatch, memory: str | None, threads: int
) -> None:
    monkeypatch.setattr(os, "environ", {} if memory is None else {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory})

    assert module._threads() == threads
