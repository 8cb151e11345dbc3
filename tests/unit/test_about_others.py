"""Readings about others: groups and unusual names give way, everything else stays; the lower score counts."""

from __future__ import annotations

import time

import numpy as np
import pytest

from export.observations import paired
from toxicity import Scorer
from toxicity.about_others import about_others

KNOWN = {"kwame", "the", "was", "a", "of", "boats", "street", "sold", "john", "thanks"}


def read(text: str) -> str:
    return about_others(text, lambda word: word.lower() in KNOWN)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("the Kurds and an Afghan man have come", "the Hungarians and a Hungarian woman have come"),
        ("MUSLIMS are in this town", "Hungarians are in this town"),
        ("the Jewish people's club, one of many", "the Hungarian people's club, one of many"),
        ("I am an old man and a wheelchair user", "I am a Hungarian woman and a Hungarian"),
        ("we are people with Down syndrome", "we are Hungarians"),
        ("some of the Jehovah\u2019s Witnesses", "some of the Hungarians"),
        ("THIS IS AN AFGHAN BOAT", "THIS IS A Hungarian BOAT"),
        ("some non-binary ones, and a Muslim's boat", "some Hungarian ones, and a Hungarian's boat"),
        ("he is a kind gay and they are gay people", "he is a kind Hungarian and they are Hungarian people"),
    ],
)
def test_a_group_gives_way_to_another(text: str, about: str) -> None:
    assert read(text) == about


@pytest.mark.parametrize(
    "text",
    [
        "you are gay and so is he",
        "do not be such a Jew",
        'you are a  "Jew"',
        "the Chinese\n virus is here",
        "are you autistic",
        "I think that they are all mentally ill",
        "the Jews control all of it",
        "and the Kurds go home",
        "all Black people go home",
        "that is a white lie about the boats and the black sea",
        "we polish the pole for them",
        "all Hungarians are vermin and should go",
        "look at @kurds and at www.kurds.org",
    ],
)
def test_what_names_no_group_stays(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Thanks to Adaeze Okonkwo, who was there", "Thanks to John Smith, who was there"),
        ("Kwame Nkansah sold all of the boats", "Kwame Smith sold all of the boats"),
        ("Nkansah, Adaeze is on the list", "John, Smith is on the list"),
        ("this is by \u674e\u96f7 and good", "this is by Smith and good"),
        ("it was by Wai-Man Fuk and not by him", "it was by John Smith and not by him"),
        (
            "this is Mr Kwok, first name Fuk, who was there",
            "this is Mr Smith, first name Smith, who was there",
        ),
        ("that is what Prof. Nkansah and Mr. Okonkwo said", "that is what Prof. Smith and Mr. Smith said"),
        ("it is Mrs. Nkansah, maiden name Okonkwo", "it is Mrs. Smith, maiden name Smith"),
        (
            "all of the Shitov family was at the Okonkwo place",
            "all of the Smith family was at the Smith place",
        ),
        ("The Shitova families and the Okonkwo household", "The Smith families and the Smith household"),
    ],
)
def test_an_unusual_name_gives_way_to_a_common_one(text: str, about: str) -> None:
    assert read(text) == about


@pytest.mark.parametrize(
    "text",
    [
        "John sold boats of the street",
        "You Bellend, what a Numbskull you are",
        "go and ask for Shitgibbon",
        "it is time to Fuk them all",
        "I asked Adaeze to come",
        "go home Cuck",
        "hey Jackass Johnson, how is it going",
        "Yes we know Captain Rediculous",
        "he is Cuck and you know it",
        "What You See Is Tosser Nkansah",
        "you are \u50bb\u903c",
        "Adaeze",
        "Der Kwakwa und die Tochter des Nkansah",
        "she asked ADAEZE and adaeze to come",
        "his first name is Fuk you and that is it",
        "Kwok, first name Fuk  you all and that is it",
        "his last name is Pillock, and it shows",
        "that is the Fucktard family and the Fagot household",
        "this is the Dickface household and this the Pillock place",
        "what the Okonkwo place was and what the Okonkwo house is",
        "this is not at the housecat Pillock, it is the Pillock householder",
        "all of you Okonkwo family go home",
        "he is with the Bullshitov family and the Shitgibbon family",
        "they said so. Okonkwo is here",
    ],
)
def test_what_may_be_an_insult_or_no_name_stays(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize(
    "unit", ["Aa ", "an an Afghan ", "Xa-", "O'O'", "A", "\u674e", "is Kurds@", "people with "]
)
def test_hostile_text_takes_time_linear_in_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "it is " * (length // 12) + (unit * length)[: length // 2]
        began = time.perf_counter()
        read(text)
        return time.perf_counter() - began

    assert min(seconds(80_000) for _ in range(3)) < 40 * max(min(seconds(8_000) for _ in range(3)), 1e-3)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("My best friend at evening classes is a Kurd.", "My best friend at evening classes is a Hungarian."),
        ("I wonder what Ay\u015fe K\u0131l\u0131\u00e7 would say.", "I wonder what John Smith would say."),
    ],
)
def test_who_is_named_raises_no_score(scorer: Scorer, text: str, other: str) -> None:
    [named, others] = scorer.score([text, other])

    assert all(named[label] <= others[label] for label in scorer.labels)


def test_what_is_said_of_a_group_counts(scorer: Scorer) -> None:
    scores = scorer.score(
        [f"{group} are vermin and should be shot." for group in ("Kurds", "Jews", "Muslims")]
    )

    assert min(each["toxicity"] for each in scores) > 0.5


def test_hate_beyond_the_first_window_of_what_is_said_of_others_counts(scorer: Scorer) -> None:
    text = "The women and the men of the town met. " * 60 + "Kurds are vermin and should be shot."

    assert scorer.score([text])[0]["toxicity"] > 0.5


def test_pairs_of_readings_give_the_scorers_scores(scorer: Scorer) -> None:
    text = "The Kurds said that Ay\u015fe is an 1d10t. " * 40

    pairs = paired(scorer, text)
    lower = [np.minimum(*scorer._blended(list(pair))) for pair in pairs]

    assert len(pairs) > 2
    assert np.max(lower, axis=0) == pytest.approx(scorer.log_odds(scorer.readings(text)).max(axis=0))
