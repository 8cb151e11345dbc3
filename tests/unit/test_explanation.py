"""Which words drove a score."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from tests.models import linear_model

from toxicity import Scorer, explanation
from toxicity.manifest import Blend

HARMLESS = "The council met on Tuesday and talked about the new bridge over the river for quite a while, then"
INSULT = "you are all complete idiots, said one of them,"
REST = "and went home by the tram that had been late again because of the rain in the old part of town."


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


class Words:
    """Stands in for the encoder: each of these words adds to the log-odds of every label."""

    def __init__(self, scorer: Scorer, weights: dict[str, float], base: float = -3.0) -> None:
        self.tokenizer = scorer._tokenizer
        self.weights = weights
        self.base = base
        self.labels = len(scorer.labels)
        self.passes = 0

    def run(self, _: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.passes += 1
        text = self.tokenizer.decode(inputs["input_ids"][0].tolist())
        log_odds = self.base + sum(self.weights.get(word, 0.0) for word in re.findall(r"\w+", text))
        return [np.full((1, self.labels), 1 / (1 + math.exp(-log_odds)))]


def steered(scorer: Scorer, weights: dict[str, float]) -> tuple[Scorer, Words]:
    words = Words(scorer, weights)
    neutral = Blend(encoder=1.0, linear=0.0, bias=0.0)
    manifest = scorer._manifest._replace(blend=(neutral,) * len(scorer.labels))
    return Scorer(manifest, scorer._tokenizer, words), words


def test_the_insult_is_found_and_where_it_stands(scorer: Scorer) -> None:
    text = f"{HARMLESS} {INSULT} {REST}"

    found = scorer.explain(text)

    assert tuple(found) == scorer.labels
    strongest = found["toxicity"][0]
    assert strongest.text == "idiots"
    assert text[strongest.start : strongest.end] == "idiots"
    assert all(
        text[one.start : one.end] == one.text and one.weight > 0 for words in found.values() for one in words
    )


def test_what_a_word_weighs_is_what_is_lost_without_it(scorer: Scorer) -> None:
    by_words, _ = steered(scorer, {"vile": 4.0, "nasty": 2.0, "kind": -3.0})

    [one, other] = by_words.explain("a vile and nasty but kind remark")["toxicity"]

    assert (one.text, other.text) == ("vile", "nasty")
    assert [one.weight, other.weight] == pytest.approx([4, 2], abs=0.01)


def test_in_a_longer_text_the_words_that_matter_are_found_in_few_passes(scorer: Scorer) -> None:
    by_words, encoder = steered(scorer, {"vile": 6.0, "nasty": 3.0})
    words = ["word"] * 90
    words[17], words[71] = "vile", "nasty"

    found = by_words.explain(" ".join(words))["toxicity"]

    assert found[0].text == "vile"
    assert "nasty" in found[1].text
    assert encoder.passes <= 1 + explanation.PASSES


def test_a_stretch_that_was_not_looked_into_says_so_by_its_length(scorer: Scorer) -> None:
    by_words, _ = steered(scorer, {f"bad{letter}": 1.0 for letter in "abcdefgh"})
    words = [f"bad{letter} word word word word word word" for letter in "abcdefgh"]

    found = by_words.explain(" ".join(words))["toxicity"]

    assert any(len(one.text.split()) > 1 for one in found)
    spans = sorted((one.start, one.end) for one in found)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_when_one_abuse_hides_behind_another_both_are_named(scorer: Scorer) -> None:
    text = f"{HARMLESS} you are a complete 1d10t, i d i o t and fool, said one of them."

    found = {one.text for one in scorer.explain(text)["toxicity"]}

    assert {"1d10t", "i d i o t"} & found


def test_letters_apart_are_one_word_and_lie_where_the_text_has_them(scorer: Scorer) -> None:
    text = "Well, you are an  i d i o t  and nothing else"

    strongest = scorer.explain(text)["toxicity"][0]

    assert strongest.text == "i d i o t"
    assert text[strongest.start : strongest.end] == strongest.text


def test_punctuation_around_a_word_is_not_part_of_it(scorer: Scorer) -> None:
    by_words, _ = steered(scorer, {"vile": 4.0})

    [one] = by_words.explain('that (so "vile"!) remark')["toxicity"]

    assert (one.text, one.start) == ("vile", 10)


def test_of_a_long_text_the_worst_window_is_explained(scorer: Scorer) -> None:
    text = f"{(HARMLESS + ' ') * 30}{INSULT} {(REST + ' ') * 30}"

    strongest = scorer.explain(text)["toxicity"][:2]

    assert any("idiots" in one.text for one in strongest)
    start = text.index(INSULT)
    assert all(one.start < start + len(INSULT) and start < one.end for one in strongest)


def test_the_linear_model_has_its_say(scorer: Scorer) -> None:
    linear = linear_model({"lovely": [120] * len(scorer.labels)}, labels=len(scorer.labels))
    blend = tuple(one._replace(linear=5.0) for one in scorer._manifest.blend)
    both = Scorer(scorer._manifest._replace(blend=blend), scorer._tokenizer, scorer._session, linear)

    found = both.explain("What a lovely day it was")["toxicity"]

    assert found[0].text == "lovely"


def test_the_same_text_has_the_same_explanation(scorer: Scorer) -> None:
    text = f"{HARMLESS} {INSULT} {REST}"

    assert scorer.explain(text) == scorer.explain(text)


@pytest.mark.parametrize(
    "text", ["", "   \n", "👍🏽", "a" * 5000, "! " * 3000, "bad \ud83d end", "e\u0301" * 3000]
)
def test_hostile_text_has_an_explanation(scorer: Scorer, text: str) -> None:
    found = scorer.explain(text)

    assert tuple(found) == scorer.labels
    assert all(math.isfinite(one.weight) for words in found.values() for one in words)
