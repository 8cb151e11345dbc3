"""Which words in a name's place are insults, and which names are none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toxicity.insults import is_insult

TRAINING = Path(__file__).parents[2] / "layers/toxicity/training"


@pytest.mark.parametrize(
    "word",
    [
        "Pillock", "plonkers", "NIGNOG", "Dickface", "Knobhead", "Fagot", "Cocksplat", "Buffoon",
        "Fucktard", "Rediculous", "Bullshitov", "Shitgibbon", "Beyotch", "Ratbag", "Sleazeball", "Halfwits",
        "Handjob", "Paedophile", "Rednecks", "Idoit", "Shitastic", "Retardo", "Faggish", "Niggler",
        "Dumbocrat", "Wankfest", "Nazipig", "Cock-Breath", "Fat-Slob", "Asshoel", "pikey",
    ],
)  # fmt: skip
def test_insults_are_known_however_they_are_put_together(word: str) -> None:
    assert is_insult(word)


@pytest.mark.parametrize(
    "name",
    [
        "Fuk", "Dick", "Shitov", "Shitova", "Birkhead", "Woodhead", "Boniface", "Jawad", "Prewitt",
        "Chavez", "Lovejoy", "Larsen", "Harshit", "Takeshita", "Nwankwo", "Nazir", "Wiggers", "Fagotto",
        "Honkanen", "Fagan", "Dawit", "Abdelgawad", "Suker", "Wai-Hang", "Abo-Zaid", "O'Shea", "Tardif",
        "Dikshita", "Cockburn", "Cumming", "Leavitt", "Vanneck", "Okonkwo",
    ],
)  # fmt: skip
def test_names_are_none(name: str) -> None:
    assert not is_insult(name)


def test_hardly_any_name_of_the_lists_is_taken_for_one() -> None:
    listed = (TRAINING / "names.txt").read_text("utf-8") + (TRAINING / "templates/names.txt").read_text(
        "utf-8"
    )
    names = set(re.findall(r"\b[A-Z][a-z]{2,}\b", listed))

    assert len(names) > 2000
    assert len(list(filter(is_insult, names))) < len(names) / 60
