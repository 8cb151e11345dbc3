from parley import signals
from parley.signals import Signals


def test_what_is_known_comes_back_and_what_is_not_takes_no_room() -> None:
    known = Signals(banned_terms=("dork",), links=2)

    assert signals.to_map(known) == {"banned_terms": ["dork"], "links": 2}
    assert signals.from_map(signals.to_map(known)) == known
    assert signals.to_map(Signals()) == {}


def test_a_fact_of_a_later_version_is_left_out() -> None:
    assert signals.from_map({"links": 2, "moon_phase": 3}) == Signals(links=2)
