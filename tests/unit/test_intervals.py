import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.intervals import Rate, rate


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_the_literature(count: int, of: int, low: float, high: float) -> None:
    found = rate(count, of)

    assert (found.low, found.high) == (low, high)


def test_nothing_is_known_of_an_empty_sample() -> None:
    assert rate(0, 0) == Rate(0, 0, None, None, None)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_in_its_interval(sample: tuple[int, int]) -> None:
    found = rate(*sample)

    assert found.rate is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.rate <= found.high <= 1
