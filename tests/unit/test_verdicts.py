from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW, approval, held, rejection

from parley import changes, own, verdicts
from parley.comment import Action, Comment, HistoryEntry, Status, Step


def life(steps: str) -> list[HistoryEntry]:
    """A held comment that is a(pproved), r(ejected) and u(ndone)."""
    comment: Comment = held()
    entries = [changes.submitted(comment).entry]
    for number, step in enumerate(steps):
        now = NOW + timedelta(minutes=number)
        wish = {"a": approval, "r": rejection}.get(step, approval)(version=comment.version)
        if step == "u":
            wish = replace(wish, action=Action.UNDO)
            made = changes.undo(comment, entries[-1], entries[-2], wish, now=now)
        else:
            made = changes.decide(comment, wish, now=now)
        comment = made.after
        entries.append(made.entry)
    return entries


def verdict(steps: str) -> Status | None:
    standing = verdicts.standing(life(steps))
    return standing.after if standing else None


def test_the_latest_decision_of_a_moderator_stands() -> None:
    assert verdict("") is None
    assert verdict("a") is Status.PUBLISHED
    assert verdict("ar") is Status.REJECTED


def test_what_is_taken_back_does_not_stand() -> None:
    assert verdict("au") is None
    assert verdict("aru") is Status.PUBLISHED
    assert verdict("auu") is Status.PUBLISHED
    assert verdict("auua") is Status.PUBLISHED


@given(st.lists(st.sampled_from("ar"), min_size=1, max_size=4), st.integers(0, 3))
def test_undoing_twice_changes_nothing(decisions: list[str], pairs: int) -> None:
    assert verdict("".join(decisions) + "uu" * pairs) is verdict("".join(decisions))


def test_a_verdict_is_known_without_the_beginning_of_the_history() -> None:
    (case,) = verdicts.cases(life("r")[1:])

    assert (case.verdict, case.submitted_at) == (Status.REJECTED, None)


def test_entries_are_sorted_into_comments() -> None:
    first, second = life("a"), [replace(entry, comment_id="z" * 26) for entry in life("r")]

    found = verdicts.cases([*reversed(second), *reversed(first)])

    assert [case.verdict for case in found] == [Status.PUBLISHED, Status.REJECTED]
    assert {case.submitted_at for case in found} == {first[0].at}


def test_a_new_text_is_a_new_question() -> None:
    submitted, approved = life("a")
    edited = replace(approved, version=3, action=Step.EDITED, by=submitted.by)

    assert verdicts.standing([submitted, approved, edited]) is None


def test_a_comment_that_was_removed_is_what_it_was_until_then() -> None:
    comment = held()
    submitted = changes.submitted(comment).entry
    decided = changes.decide(comment, rejection(version=1), now=NOW)
    removed = own.removed(decided.after, NOW + timedelta(days=1)).entry

    (case,) = verdicts.cases([removed, submitted, decided.entry])

    assert submitted.scores
    assert (case.scores, case.signals, case.at) == (submitted.scores, submitted.signals, decided.entry.at)
    assert case.verdict is Status.REJECTED


def test_a_removal_alone_tells_nothing_of_a_comment() -> None:
    removed = own.removed(held(), NOW).entry
    erased = replace(removed, version=removed.version + 1, action=Step.ERASED)

    assert verdicts.cases([removed, erased]) == []
