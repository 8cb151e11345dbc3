from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.factories import NOW, approval, comment, held, rejection
from tests.integration.calls import call

from parley import changes, errors, moderation, policy_history
from parley import comment as comments
from parley.policy import Policy, SavedPolicy, Threshold

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from parley.store import Store


def save(store: Store, policy: Policy, by: str = "Mo") -> SavedPolicy:
    return moderation.save_policy(store, policy, saved_by=by, note="why", now=NOW)


def test_the_built_in_policy_is_version_0(store: Store) -> None:
    assert store.policy() == SavedPolicy(Policy())
    assert store.policy(0) == SavedPolicy(Policy())
    assert store.policy(1) is None


def test_a_saved_policy_is_in_force_and_keeps_its_history(store: Store) -> None:
    first = save(store, Policy(max_links=1, banned_terms=("dork",)))
    second = save(store, replace(first.policy, thresholds={"insult": Threshold(0.4, None)}))

    assert (first.policy.version, second.policy.version) == (1, 2)
    assert store.policy() == second
    assert store.policy(1) == first
    assert (second.saved_by, second.note, second.saved_at) == ("Mo", "why", comments.timestamp(NOW))
    assert second.policy.thresholds == {"insult": Threshold(0.4, None)}


def test_going_back_is_saving_an_earlier_version_again(store: Store) -> None:
    first = save(store, Policy(max_links=1))
    second = save(store, replace(first.policy, max_links=9))

    third = save(store, replace(first.policy, version=second.policy.version))

    assert third.policy == replace(first.policy, version=3)


def test_of_several_who_save_at_once_one_does(store: Store) -> None:
    save(store, Policy())

    def try_to(number: int) -> SavedPolicy | None:
        try:
            return save(store, Policy(version=1, max_links=number), by=f"m{number}")
        except errors.PolicyConflict:
            return None

    with ThreadPoolExecutor(6) as pool:
        saved = [made for made in pool.map(try_to, range(6)) if made]

    assert len(saved) == 1
    assert store.policy() == saved[0]


def test_who_saves_over_somebody_learns_who_was_first(store: Store) -> None:
    save(store, Policy(), by="Ada")

    with pytest.raises(errors.PolicyConflict) as lost:
        save(store, Policy(), by="Bob")

    assert (lost.value.version, lost.value.saved_by) == (1, "Ada")


def test_a_version_that_never_was_is_refused(store: Store) -> None:
    with pytest.raises(errors.Invalid) as refused:
        save(store, Policy(version=7))

    assert refused.value.field == "version"


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"thresholds": {"insult": Threshold(0.9, 0.5)}}, "thresholds.insult.reject_at"),
        ({"thresholds": {"insult": Threshold(0.0, 0.5)}}, "thresholds.insult.review_at"),
        ({"thresholds": {"insult": Threshold(0.5, 1.5)}}, "thresholds.insult.reject_at"),
        ({"thresholds": {"insult": Threshold(float("nan"), None)}}, "thresholds.insult.review_at"),
        ({"banned_terms": ("fine", " ")}, "banned_terms.1"),
        ({"held_terms": ("!!!",)}, "held_terms.0"),
        ({"held_terms": ("x" * 101,)}, "held_terms.0"),
        ({"banned_terms": tuple(f"term {n}" for n in range(1001))}, "banned_terms"),
        ({"max_links": -1}, "max_links"),
        ({"max_length": 0}, "max_length"),
        ({"max_length": 20_000}, "max_length"),
        ({"max_depth": 11}, "max_depth"),
    ],
)
def test_a_rule_that_cannot_work_is_named_and_nothing_is_saved(
    store: Store, rules: dict[str, Any], field: str
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        save(store, Policy(**rules))

    assert refused.value.field == field
    assert store.policy() == SavedPolicy(Policy())


def test_terms_are_saved_trimmed_and_once(store: Store) -> None:
    saved = save(store, Policy(banned_terms=("  two   words ", "two words", "Dork")))

    assert saved.policy.banned_terms == ("two words", "Dork")


def test_a_comment_comes_with_its_history_and_its_parent(store: Store) -> None:
    parent = comment()
    reply = held(id="b" * 26, parent_id=parent.id, depth=1)
    for made in (parent, reply):
        store.apply(changes.submitted(made))
    moderation.decide(store, reply.id, approval(), now=NOW)
    decided = moderation.decide(store, reply.id, rejection(version=2), now=NOW)

    history, found_parent = store.comment_with_history(decided)

    assert [(entry.version, entry.before, entry.after) for entry in history] == [
        (1, None, "held"),
        (2, "held", "published"),
        (3, "published", "rejected"),
    ]
    assert found_parent == parent


def test_the_versions_are_listed_latest_first_with_what_each_changed(store: Store) -> None:
    policy = Policy()
    for number in range(1, 8):
        policy = save(store, replace(policy, max_links=number), by=f"m{number}").policy

    first = policy_history.history(store, limit=3)
    rest = policy_history.history(store, limit=10, before=first.next)

    versions = [*first.versions, *rest.versions]
    assert [version.saved.policy.version for version in versions] == [7, 6, 5, 4, 3, 2, 1]
    assert [version.saved.saved_by for version in first.versions] == ["m7", "m6", "m5"]
    assert {version.changes for version in versions} == {("max_links",)}
    assert rest.next is None


def test_of_a_policy_that_was_never_saved_there_are_no_versions(store: Store) -> None:
    assert policy_history.history(store, limit=3) == policy_history.Versions((), None)


def test_going_back_is_a_new_version_that_says_what_it_brought_back(store: Store) -> None:
    first = save(store, Policy(max_links=1, banned_terms=("dork",)))
    save(store, replace(first.policy, max_links=9, banned_terms=()))

    back = policy_history.roll_back(store, to=1, version=2, saved_by="Mo", note="too strict", now=NOW)

    assert back.policy == replace(first.policy, version=3)
    assert (back.restored_from, back.note) == (1, "too strict")
    assert store.policy() == back
    built_in = policy_history.roll_back(store, to=0, version=3, saved_by="Mo", note=None, now=NOW)
    assert built_in.policy == Policy(version=4)


def test_nobody_goes_back_over_somebody_elses_change(store: Store) -> None:
    save(store, Policy())
    save(store, Policy(version=1), by="Ada")

    with pytest.raises(errors.PolicyConflict) as lost:
        policy_history.roll_back(store, to=0, version=1, saved_by="Bob", note=None, now=NOW)

    assert lost.value.saved_by == "Ada"
    with pytest.raises(errors.NotFound):
        policy_history.roll_back(store, to=7, version=2, saved_by="Bob", note=None, now=NOW)


def test_versions_and_rollbacks_over_http(load_function: Callable[[str], ModuleType]) -> None:
    function = load_function("moderation")
    for number in range(3):
        call(function, "PUT", "/moderation/policy", {"version": number, "max_links": number})

    status, first = call(function, "GET", "/moderation/policy/versions", limit="2")
    _, second = call(function, "GET", "/moderation/policy/versions", cursor=first["next"])
    assert status == 200
    assert [version["version"] for version in first["versions"] + second["versions"]] == [3, 2, 1]
    assert first["versions"][0]["changes"] == ["max_links"]
    assert second["next"] is None

    status, answer = call(function, "POST", "/moderation/policy/rollbacks", {"to": 1, "version": 3})
    assert (status, answer["policy"]["max_links"], answer["policy"]["restored_from"]) == (200, 0, 1)
    status, problem = call(function, "POST", "/moderation/policy/rollbacks", {"to": 1, "version": 3})
    assert (status, problem["type"], problem["version"]) == (409, "urn:parley:problem:policy-changed", 4)
