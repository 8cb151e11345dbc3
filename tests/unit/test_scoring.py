import threading
from collections.abc import Callable, Sequence

import pytest

from parley.errors import ScoringFailed
from parley.scoring import Scores, Scoring


class FakeScorer:
    model = "fake"

    def __init__(self, answer: Callable[[], Scores]) -> None:
        self.thresholds: dict[str, dict[str, float]] = {}
        self._answer = answer

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [self._answer() for _ in texts]


def nothing() -> Scores:
    return {}


def boom() -> Scores:
    raise RuntimeError("the text itself")


def test_a_score_never_reaches_a_threshold_by_being_shortened() -> None:
    assert Scoring(FakeScorer(lambda: {"obscene": 0.99999}), timeout_s=1).score("x") == {"obscene": 0.9999}


def test_scores_are_handed_on() -> None:
    assert Scoring(FakeScorer(lambda: {"toxicity": 0.12345678}), timeout_s=1).score("x") == {
        "toxicity": 0.1234
    }


@pytest.mark.parametrize(
    "answer",
    [
        boom,
        nothing,
        lambda: {"toxicity": float("nan")},
        lambda: {"toxicity": 1.5},
        lambda: {"toxicity": -0.1},
    ],
)
def test_whatever_goes_wrong_is_one_error_that_does_not_quote_the_text(answer: Callable[[], Scores]) -> None:
    with pytest.raises(ScoringFailed) as failed:
        Scoring(FakeScorer(answer), timeout_s=1).score("x")

    assert "the text itself" not in str(failed.value)


def test_without_a_scorer_every_call_fails() -> None:
    with pytest.raises(ScoringFailed, match="there is no scorer"):
        Scoring(None, timeout_s=1).score("x")


def test_a_scorer_that_was_away_at_the_start_is_asked_for_until_it_is_there() -> None:
    there = FakeScorer(lambda: {"toxicity": 0.1})
    answers = iter([None, there])
    scoring = Scoring(None, timeout_s=5, load=lambda: next(answers))

    with pytest.raises(ScoringFailed, match="there is no scorer"):
        scoring.score("x")

    assert scoring.score("x") == scoring.score("x") == {"toxicity": 0.1}
    assert scoring.model == "fake"


def test_a_scorer_that_takes_long_to_come_holds_nobody_up() -> None:
    arrived = threading.Event()

    def load() -> FakeScorer:
        arrived.wait(10)
        return FakeScorer(lambda: {"toxicity": 0.1})

    scoring = Scoring(None, timeout_s=0.05, load=load)

    with pytest.raises(ScoringFailed, match="no score within"):
        scoring.score("x")
    arrived.set()


def test_a_slow_scorer_is_given_up_and_works_again_later() -> None:
    release = threading.Event()

    def slow() -> Scores:
        release.wait(10)
        return {"toxicity": 0.1}

    scoring = Scoring(FakeScorer(slow), timeout_s=0.05)

    with pytest.raises(ScoringFailed):
        scoring.score("x")
    release.set()
    recovered = Scoring(FakeScorer(lambda: {"toxicity": 0.1}), timeout_s=5)

    assert recovered.score("x") == {"toxicity": 0.1}
