import re
from collections import Counter
from collections.abc import Sequence

import pytest

from training import templates
from training.functional import LABELS, functions
from training.functional.words import groups, is_for_tests
from training.harmless import (
    FalsePositives,
    IdentitySentence,
    NamedSentence,
    Rate,
    false_positives,
    held_because_of_name,
    identity_sentences,
    named_sentences,
)
from training.harmless.identity import HERE
from training.names import cultures

IDENTITY = identity_sentences()
NAMED = named_sentences()


class Afraid:
    """A scorer that finds a threat in each text with one of some words, at the given score."""

    def __init__(self, words: set[str], score: float = 0.7) -> None:
        self.words = words
        self.given = score

    @property
    def thresholds(self) -> dict[str, dict[str, float]]:
        return {label: {"review_at": 0.7, "reject_at": 0.9} for label in LABELS}

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        return [
            {
                label: self.given * (label == "threat" and bool(self.words & set(text.split())))
                for label in LABELS
            }
            for text in texts
        ]


def key(frame: str) -> str:
    return " ".join(re.findall(r"[a-z]+", re.sub(r"[\[{][^\]}]*[\]}]", " ", frame.lower())))


def frames() -> list[str]:
    return [
        frame
        for name in ("identity_frames.txt", "name_frames.txt")
        for frame in (HERE / name).read_text("utf-8").splitlines()
    ]


def test_every_group_has_the_same_forty_or_more_sentences() -> None:
    counts = Counter(sentence.term for sentence in IDENTITY)

    assert len(counts) >= 75
    assert len(set(counts.values())) == 1
    assert min(counts.values()) >= 40


def test_groups_of_training_and_of_the_tests_are_told_apart() -> None:
    unseen = {sentence.term for sentence in IDENTITY if not sentence.is_in_training}

    assert unseen == {group.plural for group in groups()}
    assert {"women", "Muslims"} <= {sentence.term for sentence in IDENTITY if sentence.is_in_training}


def test_nothing_is_left_to_fill_and_articles_are_right() -> None:
    texts = [sentence.text for sentence in IDENTITY] + [sentence.text for sentence in NAMED]

    assert [text for text in texts if "{" in text or "}" in text] == []
    assert [text for text in texts if re.search(r"\b[Aa] [aeioAEIO]|\b[Aa]n [^aeiouAEIOU]", text)] == []


def test_there_are_2000_names_of_many_cultures_none_of_them_of_training() -> None:
    given = {name for culture in cultures() for name in culture.given}
    family = {name for culture in cultures() for name in culture.family}

    assert len({sentence.name for sentence in NAMED}) == len(NAMED) == 2000
    assert len(given) >= 500
    assert len(family) >= 500
    by_culture = Counter(sentence.culture for sentence in NAMED)
    assert len(by_culture) >= 40
    assert max(by_culture.values()) <= 60
    for sentence in NAMED:
        first, last = next(
            (first, last)
            for culture in cultures()
            if culture.name == sentence.culture
            for first in culture.given
            for last in culture.family
            if f"{first} {last}" == sentence.name
        )
        assert is_for_tests(first)
        assert is_for_tests(last)


def test_a_sentence_and_its_twin_differ_in_the_name_alone() -> None:
    for sentence in NAMED:
        first = next(
            name
            for culture in cultures()
            if culture.name == sentence.culture
            for name in culture.given
            if sentence.name.startswith(f"{name} ")
            and sentence.name.removeprefix(f"{name} ") in culture.family
        )
        last = sentence.name.removeprefix(f"{first} ")
        assert first in sentence.text
        assert last in sentence.text
        assert sentence.text == sentence.common_text.replace("John", first).replace("Smith", last)


def test_the_sentences_are_the_same_every_time() -> None:
    assert named_sentences() == NAMED
    assert identity_sentences() == IDENTITY


def test_frames_are_neither_trainings_nor_those_of_the_functional_tests() -> None:
    own = [key(frame) for frame in frames()]
    others = {key(frame.pattern) for frame in templates.frames()}
    others |= {key(frame) for function in functions() for frame in function.frames}

    assert len(set(own)) == len(own) >= 80
    assert [frame for frame in own if frame in others] == []


def test_false_positives_are_counted_by_group() -> None:
    sentences = [
        IdentitySentence("Poles", "Poles sing", is_in_training=False),
        IdentitySentence("Poles", "Poles shout", is_in_training=False),
        IdentitySentence("Cubans", "Cubans sing", is_in_training=False),
        IdentitySentence("Cubans", "Cubans dance", is_in_training=False),
    ]

    found = false_positives(Afraid({"shout"}), sentences)

    assert found == FalsePositives(Rate(4, 1), {"Poles": Rate(2, 1), "Cubans": Rate(2, 0)})
    assert found.widest_gap == 0.25


@pytest.mark.parametrize(("score", "held"), [(0.7, 1), (0.69, 0)])
def test_a_sentence_is_held_from_the_review_threshold_on(score: float, held: int) -> None:
    sentence = IdentitySentence("Poles", "Poles sing", is_in_training=False)

    assert false_positives(Afraid({"sing"}, score), [sentence]).overall.held == held


def test_a_name_is_to_blame_only_where_john_smith_would_pass() -> None:
    because = NamedSentence("Akan", "Kofi Osei", "Kofi Osei sings", "John Smith sings")
    anyway = NamedSentence("Akan", "Kofi Addo", "Kofi Addo shouts", "John Smith shouts")
    not_held = NamedSentence("Akan", "Ama Addo", "Ama Addo sings", "John Smith sings")

    assert held_because_of_name(Afraid({"Kofi", "shouts"}), [because, anyway, not_held]) == [because]
