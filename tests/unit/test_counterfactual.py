"""Comments said of another group: all words of one group change, nothing else does."""

from __future__ import annotations

import math
import random
import re

import pytest

from training import mixture
from training.counterfactual import renamed, swapped
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


def test_a_common_name_becomes_an_unusual_one_everywhere() -> None:
    texts = [renamed("John met Mary. John was late.", random.Random(seed)) for seed in range(50)]

    for text in texts:
        matched = re.fullmatch(r"(.+) met (.+)\. (.+) was late\.", text or "")
        assert matched, text
        assert matched[1] == matched[3]
        assert not {matched[1], matched[2]} & {"John", "Mary"}
    assert len(set(texts)) > 40
    assert renamed("Johnny met a mark", random.Random(1)) is None


def test_harmless_comments_and_attacks_come_with_other_groups_and_their_own_targets() -> None:
    rows = [
        Row("The Swedish bakery is good", HARMLESS, weight=3.0, trust=0.7),
        Row("Swedes are scum", ATTACK),
        Row("You fool of a Swede", (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)),
        Row("No group at all", HARMLESS),
        Row("The Swedish bakery is good " * 40, HARMLESS),
    ]

    harmless, attacks, people = (list(pairs) for pairs, _ in mixture._counterfactual(rows, random.Random(1)))
    made = [changed for _, changed in harmless + attacks]

    # Harmless ones whole at first, if they are short, and then in pieces; attacks whole.
    assert harmless[0][0] == rows[0]
    pieces = [before.text for before, _ in harmless[1:]]
    assert len(pieces) > mixture.CHOICE
    assert all(len(piece.split()) <= mixture.LONGEST_PIECE and piece in rows[4].text for piece in pieces)
    assert [before for before, _ in attacks] == [rows[1]] * mixture.CHOICE
    assert people == []
    assert {row.targets for row in made} == {HARMLESS, ATTACK}
    assert all(changed.targets == before.targets for before, changed in harmless + attacks)
    assert made[0].text.endswith("bakery is good")
    # What models say of such texts is what is to be mended.
    assert all((row.trust, row.weight) == (1.0, 1.0) for row in made)


def test_a_piece_is_some_words_in_a_row_of_which_nothing_is_known() -> None:
    words = [f"word{number}" for number in range(40)]
    rows = [Row(" ".join(words), ATTACK, weight=3.0, fold=2, trust=0.7, kept=0.9), Row("too short", HARMLESS)]

    pieces = mixture._pieces(rows, random.Random(1))

    assert len(pieces) == mixture.PIECES
    lengths = {len(piece.text.split()) for piece in pieces if piece.fold == 2}
    assert (min(lengths), max(lengths)) == (mixture.SHORTEST_PIECE, 30)
    assert all(piece.text in " ".join(words) or piece.text == "too short" for piece in pieces)
    assert all(all(map(math.isnan, piece.targets)) and piece.kept == 1.0 for piece in pieces)
