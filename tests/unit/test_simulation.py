from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW, approval, comment, rejection

from parley import changes, simulation, verdicts
from parley.comment import Status
from parley.policy import AuditShares, Policy, Threshold, decide, screen
from parley.signals import Signals
from parley.simulation import Lists, simulate
from parley.verdicts import Case

PUBLISHED, HELD, REJECTED = Status.PUBLISHED, Status.HELD, Status.REJECTED
CURRENT = Policy(version=3, thresholds={"insult": Threshold(0.5, 0.9)}, held_terms=("crypto",), max_links=1)
KNOWN = {3: Lists.of(CURRENT)}


def case(number: int, score: float | None, verdict: Status | None = None, **given: Any) -> Case:
    at = f"2026-11-24T{number:02d}:00:00.000Z"
    stored = comment(id=f"c{number}", created_at=at)
    entry = None
    if verdict:
        wish = approval() if verdict is PUBLISHED else rejection()
        entry = changes.decide(stored, wish, now=NOW).entry
    fields: dict[str, Any] = {
        "comment_id": f"c{number}",
        "at": at,
        "submitted_at": at,
        "scores": None if score is None else {"insult": score},
        "signals": Signals(),
        "policy_version": 3,
        "decision": entry,
    }
    return Case(**(fields | given))


def run(cases: list[Case], candidate: Policy, texts: dict[str, str] | None = None) -> simulation.Simulation:
    return simulate(cases, CURRENT, candidate, known=KNOWN, texts=texts or {})


def test_a_simulation_shows_what_would_become_of_comments_and_what_moderators_said() -> None:
    cases = [
        case(1, 0.1, PUBLISHED),
        case(2, 0.4, REJECTED),
        case(3, 0.6, PUBLISHED),
        case(4, 0.6, REJECTED),
        case(5, 0.95, PUBLISHED),
        case(6, 0.95),
        case(7, None),
    ]

    made = run(cases, replace(CURRENT, thresholds={"insult": Threshold(0.3, 0.55)}))

    assert made.current.outcomes == {PUBLISHED: 2, HELD: 3, REJECTED: 2}
    assert made.candidate.outcomes == {PUBLISHED: 1, HELD: 2, REJECTED: 4}
    assert (made.comments, made.decided_by_moderators) == (7, 5)
    rates = [
        (rate.count, rate.of)
        for outcome in (made.current, made.candidate)
        for rate in (outcome.misses, outcome.false_holds, outcome.false_rejections)
    ]
    assert rates == [(1, 2), (1, 3), (1, 3), (0, 2), (0, 3), (2, 3)]
    assert [(s.before, s.after, s.count, s.approved, s.rejected) for s in made.shifts] == [
        (HELD, REJECTED, 2, 1, 1),
        (PUBLISHED, HELD, 1, 0, 1),
    ]
    examples = made.shifts[0].examples
    assert [(e.comment_id, e.verdict) for e in examples] == [("c4", REJECTED), ("c3", PUBLISHED)]


def test_the_queue_is_foretold_with_its_audit_sample() -> None:
    cases = [case(hour, 0.1) for hour in range(10)] + [case(10, 0.6)]

    made = run(cases, replace(CURRENT, audit=AuditShares(published=0.2, rejected=0)))

    assert made.current.queue_per_hour == 0.1
    assert made.candidate.queue_per_hour == 0.3


def test_of_one_moment_no_rate_is_told() -> None:
    assert run([case(1, 0.6)], CURRENT).current.queue_per_hour is None
    assert run([], CURRENT).comments == 0


def test_facts_are_replayed_against_the_new_limits() -> None:
    made = run([case(1, 0.1, signals=Signals(links=2))], replace(CURRENT, max_links=2))

    assert [(shift.before, shift.after) for shift in made.shifts] == [(HELD, PUBLISHED)]


def test_a_word_that_leaves_the_list_no_longer_holds_without_looking_at_the_text() -> None:
    found = case(1, 0.1, signals=Signals(held_terms=("crypto",)))
    candidate = replace(CURRENT, held_terms=())

    assert not simulation.new_terms(found, KNOWN, [CURRENT, candidate])
    assert [(s.before, s.after) for s in run([found], candidate).shifts] == [(HELD, PUBLISHED)]


def test_a_new_word_is_looked_for_in_the_text() -> None:
    cases = [case(1, 0.1), case(2, 0.1), case(3, 0.1)]
    candidate = replace(CURRENT, banned_terms=("dork",))

    assert all(simulation.new_terms(one, KNOWN, [candidate]) for one in cases)
    made = run(cases, candidate, {"c1": "You d0rk.", "c2": "Good morning."})

    assert made.candidate.outcomes == {PUBLISHED: 2, HELD: 0, REJECTED: 1}
    assert made.without_text == 1
    (reason,) = made.shifts[0].examples[0].after
    assert reason.term == "dork"


def test_a_comment_of_a_forgotten_policy_is_searched_for_all_words() -> None:
    found = case(1, 0.1, policy_version=1)

    assert simulation.new_terms(found, KNOWN, [CURRENT])
    assert run([found], CURRENT, {"c1": "Buy crypto."}).current.outcomes[HELD] == 1


def test_examples_are_few_and_latest_first() -> None:
    made = run([case(hour, 0.6) for hour in range(20)], replace(CURRENT, thresholds={}))

    assert made.shifts[0].count == 20
    assert [e.comment_id for e in made.shifts[0].examples] == ["c19", "c18", "c17", "c16", "c15"]


WORDS = ("crypto", "dork", "spam", "bridge")
LISTS = st.lists(st.sampled_from(WORDS), unique=True).map(tuple)
TEXTS = st.lists(st.sampled_from((*WORDS, "www.example.org")), max_size=4).map(" ".join)


@given(
    st.lists(st.tuples(TEXTS, st.floats(0, 1)), min_size=1, max_size=8),
    LISTS,
    LISTS,
    st.integers(0, 2),
    st.floats(0.01, 1),
)
def test_replaying_a_policy_decides_as_the_policy_itself(
    written: list[tuple[str, float]], banned: tuple[str, ...], held: tuple[str, ...], links: int, limit: float
) -> None:
    candidate = Policy(
        thresholds={"insult": Threshold(limit, None)}, banned_terms=banned, held_terms=held, max_links=links
    )
    cases = [
        case(number, score, signals=screen(text, CURRENT)) for number, (text, score) in enumerate(written)
    ]

    made = run(cases, candidate, {f"c{number}": text for number, (text, _) in enumerate(written)})

    expected = [
        decide({"insult": score}, screen(text, candidate), candidate).status for text, score in written
    ]
    outcomes = {status: expected.count(status) for status in (PUBLISHED, HELD, REJECTED)}
    assert made.candidate.outcomes == outcomes


@pytest.mark.parametrize("verdict", [None, PUBLISHED, REJECTED])
def test_a_case_comes_from_the_history(verdict: Status | None) -> None:
    before = comment(signals=Signals(links=4), status=Status.HELD)
    entries = [changes.submitted(before).entry]
    if verdict:
        wish = approval() if verdict is PUBLISHED else rejection()
        entries.append(changes.decide(before, wish, now=NOW).entry)

    (found,) = verdicts.cases(entries)

    assert (found.verdict, found.signals, found.scores) == (verdict, Signals(links=4), before.scores)
