"""Comments said of another group: all words of one group change, nothing else does."""

from __future__ import annotations

import random
import re

import pytest

from training import mixture
from training.counterfactual import swapped
from training.mixture import Row
from training.templates import groups

HARMLESS = (0.0,) * 6
ATTACK = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def draws(text: str, number: int = 60) -> set[str]:
    return {found for seed in range(number) if (found := swapped(text, random.Random(seed))) is not None}


def test_all_words_for_the_first_group_become_words_for_one_other() -> None:
    found = draws("A Swedish choir sang. Swedes love to sing.")

    owners = {group.name: {word.removeprefix("the ") for word in group.words["group"]} for group in groups()}
    assert len(found) >= 20
    for text in found:
        matched = re.fullmatch(r"An? (.+) choir sang\. (.+) love to sing\.", text)
        assert matched, text
        (owner,) = [name for name, plurals in owners.items() if matched[2] in plurals]
        group = next(group for group in groups() if group.name == owner)
        assert matched[1] in group.words["adj"]


def test_a_second_group_stays() -> None:
    assert all(text.endswith("and a Swede") for text in draws("A Dane, a Norwegian, a Czech and a Swede"))


@pytest.mark.parametrize(("before", "rest"), [("an Italian song", "song"), ("Is it a German song", "song")])
def test_articles_fit(before: str, rest: str) -> None:
    for text in draws(before):
        article, word = text.removeprefix("Is it ").removesuffix(f" {rest}").split(" ", 1)
        assert article == ("an" if word[0].lower() in "aeiou" else "a"), text


def test_small_letters_stay_small() -> None:
    assert all(text.islower() for text in draws("the german bakery"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A bridge would help.",
        "The white house of the old lady",
        "Germany",
        "a Swedish-speaking",
        "turkİsh",
        "éswede",
    ],
)
def test_where_no_group_is_named_there_is_no_other_text(text: str) -> None:
    assert draws(text) == set()


def test_harmless_comments_and_attacks_come_with_other_groups_and_their_own_targets() -> None:
    rows = [
        Row("The Swedish bakery is good", HARMLESS, trust=0.7, as_written=True),
        Row("Swedes are scum", ATTACK),
        Row("You fool of a Swede", (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)),
        Row("No group at all", HARMLESS),
        Row("The Swedish bakery is good " * 40, HARMLESS),
    ]

    made = mixture._counterfactual(rows, random.Random(1))

    assert [row.targets for row in made] == [HARMLESS, ATTACK]
    assert all("Swed" not in row.text for row in made)
    assert made[0].text.endswith("bakery is good")
    # What models say of such texts is what is to be mended.
    assert all(row.trust == 1.0 and not row.as_written for row in made)
