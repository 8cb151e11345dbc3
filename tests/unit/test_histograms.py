from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import approval, comment, held, rejection
from tests.unit.test_statistics import decided, named

from parley.histograms import BINS, bin_of, histograms
from parley.verdicts import cases


def test_scores_are_counted_by_label_class_and_what_moderators_said() -> None:
    entries = [
        *decided(named(1, replace(held(), scores={"insult": 0.62, "threat": 0.0})), approval()),
        *decided(named(2, replace(held(), scores={"insult": 0.64, "threat": 1.0})), rejection()),
        *decided(named(3, replace(comment(), scores={"insult": 0.61}))),
    ]

    found = histograms(cases(entries))

    assert set(found) == {"insult", "threat"}
    insult = found["insult"]
    assert (insult.approved[12], insult.rejected[12], insult.undecided[12]) == (1, 1, 1)
    assert sum(insult.approved + insult.rejected + insult.undecided) == 3
    assert found["threat"].approved[0] == 1
    assert found["threat"].rejected[BINS - 1] == 1


def test_a_comment_without_scores_counts_nowhere() -> None:
    assert histograms(cases(decided(replace(held(), scores=None)))) == {}


@given(st.lists(st.floats(0, 1), min_size=2))
def test_a_higher_score_never_falls_into_a_lower_class(scores: list[float]) -> None:
    places = [bin_of(score) for score in sorted(scores)]

    assert all(0 <= place < BINS for place in places)
    assert all(low <= high for low, high in pairwise(places))
