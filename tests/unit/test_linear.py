"""The linear model beside the encoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toxicity.linear import BUCKETS, Linear, features


def model(labels: int = 2) -> Linear:
    weights = np.zeros((BUCKETS, labels), dtype=np.int8)
    weights[features("idiot")] = 50
    return Linear(weights, np.full(labels, 0.1, np.float32), np.full(labels, -3, np.float32))


def test_a_word_raises_the_score_of_the_text_it_stands_in() -> None:
    linear = model()

    with_word, without = linear.logits(["what an idiot", "what a lovely day"])

    assert (with_word > without).all()


def test_case_and_spaces_do_not_matter() -> None:
    assert features("You  IDIOT\n").tolist() == features("you idiot").tolist()


def test_the_order_of_words_matters() -> None:
    assert features("dog bites man").tolist() != features("man bites dog").tolist()


def test_a_feature_counts_once() -> None:
    found = features("ha ha ha ha ha")

    assert found.tolist() == np.unique(found).tolist()
    assert found.tolist() == features("ha ha ha ha").tolist()


def test_features_stay_the_same_for_good() -> None:
    # The weights belong to these very numbers: another hash would need another model.
    found = features("Hello, wörld")

    assert (len(found), int(found[0]), int(found[-1]), int(found.sum())) == (38, 10721, 501256, 8453792)


@given(st.text(max_size=300))
def test_any_text_has_a_finite_score(text: str) -> None:
    found = features(text)

    assert found.size == 0 or (found.min() >= 0 and found.max() < BUCKETS)
    assert np.isfinite(model().logits([text])).all()


def test_what_was_written_is_read_again() -> None:
    linear = model(labels=6)

    again = Linear.from_bytes(linear.to_bytes())

    assert again.logits(["you idiot"]).tolist() == linear.logits(["you idiot"]).tolist()


@pytest.mark.parametrize("content", [b"", b"PLIN\x01", b"PLIN\x01\x02abc", b"something else entirely"])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a linear model"):
        Linear.from_bytes(content)


def test_a_file_cut_short_is_refused() -> None:
    with pytest.raises(ValueError, match="not a linear model"):
        Linear.from_bytes(model().to_bytes()[:-1])
