"""Templated training examples: reproducible, balanced, apart from the words of the functional tests."""

import random
import re
from collections import Counter

import pytest

from training import templates
from training.templates import expansion
from training.templates.invented import LONGEST, SHORTEST, name_like

# The identity groups that only the functional tests may use, as the stems of the words for them.
HELD_BACK = re.compile(
    r"\b(sikh|hindu|buddhis|mormon|jehovah|gyps(y|ies)|kurd|somali(s|an?|ans)?\b|nigeria|ethiopia|poles\b|polish|romania|ukrain|albania|"
    r"filipin|vietnam|bangladesh|afghan|syria|brazil|cuba|bisexual|non-?binary|intersex|deaf|blind\b|wheelchair|autis|"
    r"down syndrome|refugee|asylum|pensioner|aborigin|native american|maori|inuit|latin[oax]s?\b|"
    r"queers?\b|drag queen|housewi|single mother)",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def drawn() -> list[templates.Templated]:
    return list(templates.examples(1))


def test_the_same_seed_gives_the_same_examples_and_another_seed_others() -> None:
    first, again, other = (list(templates.examples(seed, per_function=20)) for seed in (1, 1, 2))

    assert again == first
    assert other != first


def test_no_text_comes_twice(drawn: list[templates.Templated]) -> None:
    counts = Counter(example.text.lower() for example in drawn)

    assert [text for text, count in counts.items() if count > 1] == []


def test_every_function_gives_its_share(drawn: list[templates.Templated]) -> None:
    counts = Counter(example.function for example in drawn)

    assert len(counts) >= 45
    assert 25_000 <= len(drawn) <= 65_000
    assert max(counts.values()) == expansion.PER_FUNCTION
    assert min(counts.values()) >= expansion.PER_FUNCTION / 3


def test_no_function_is_taught_by_the_wording_of_few_frames(drawn: list[templates.Templated]) -> None:
    frames_of = Counter(frame.function for frame in templates.frames())
    counts = Counter(example.function for example in drawn)

    for function, count in counts.items():
        assert count <= frames_of[function] * expansion.PER_FRAME, function


def test_fewer_examples_of_each_function_can_be_asked_for() -> None:
    counts = Counter(example.function for example in templates.examples(1, per_function=7))

    assert set(counts.values()) == {7}


def test_labels_are_the_six_known_or_absent(drawn: list[templates.Templated]) -> None:
    for example in drawn:
        assert set(example.labels) <= set(expansion.LABELS)
        assert set(example.labels.values()) <= {0.0, 1.0}
        assert "toxicity" in example.labels
        assert "identity_attack" in example.labels


def test_a_harmless_example_carries_no_other_label_than_obscene(drawn: list[templates.Templated]) -> None:
    for example in drawn:
        if example.labels["toxicity"] == 0:
            assert not any(value for label, value in example.labels.items() if label != "obscene"), example


def test_every_frame_s_slots_have_words() -> None:
    known = {slot for slot, listed in expansion.words().items() if listed}
    of_groups = set(expansion._GROUP_SLOTS)
    for frame in templates.frames():
        for slot in frame.slots():
            assert slot in known or slot.removeprefix("other_") in of_groups, frame
        assert "{" not in expansion._SLOT.sub("", frame.pattern), frame
        assert frame.pattern.count("[") == frame.pattern.count("]"), frame


def test_no_frame_is_written_twice() -> None:
    counts = Counter(frame.pattern.lower() for frame in templates.frames() if frame.slots())

    assert [(pattern, count) for pattern, count in counts.items() if count > 1] == []


def test_words_beside_names_in_insults_stand_beside_names_in_harmless_frames_too() -> None:
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for frame in templates.frames():
        if {"given", "surname"}.intersection(frame.slots()):
            plain = re.sub(r"\{[^}]*\}", " ", frame.pattern.lower())
            words[frame.labels.get("toxicity") == 1].update(re.findall(r"[a-z]{3,}", plain))

    # Or else an odd name beside such a word is taken for somebody insulted. What is left are words of abuse.
    alone = words[True] - words[False]
    assert len(words[True]) > 400
    assert len(alone) < 0.07 * len(words[True]), sorted(alone)


def test_slot_words_are_on_the_training_side_of_the_split() -> None:
    assert expansion.for_training("idiot")
    assert not expansion.for_training("moron")
    for slot, listed in expansion.words().items():
        assert len(listed) >= 4, slot
        for word in listed:
            assert expansion.for_training(word), (slot, word)


def test_names_come_from_many_cultures() -> None:
    assert len(expansion.words()["given"]) + len(expansion.words()["surname"]) >= 300


def test_no_group_of_the_functional_tests_is_named(drawn: list[templates.Templated]) -> None:
    named = [example.text for example in drawn if HELD_BACK.search(example.text)]

    assert named == []


def test_no_group_of_the_functional_tests_is_among_the_words() -> None:
    listed = {word for words in expansion.words().values() for word in words}
    listed |= {word for group in expansion.groups() for words in group.words.values() for word in words}

    assert [word for word in listed if HELD_BACK.search(word)] == []


def test_no_group_of_the_functional_tests_is_in_a_frame_or_a_context() -> None:
    for frame in templates.frames():
        assert not HELD_BACK.search(frame.pattern), frame
    for context in expansion._contexts():
        assert not HELD_BACK.search(context), context


def test_profanity_and_slurs_make_a_text_obscene_and_nothing_else_does(
    drawn: list[templates.Templated],
) -> None:
    labels = {example.text: example.labels for example in drawn}

    swearing = [
        text for text in labels if re.search(r"\bfuck", text, re.IGNORECASE) and "obscene" in labels[text]
    ]
    assert swearing
    assert all(labels[text]["obscene"] == 1 for text in swearing)
    assert not any(example.labels["obscene"] for example in drawn if example.function == "medical")


def test_articles_fit_and_slots_of_one_frame_speak_of_one_group() -> None:
    frame = expansion.Frame("f", "{A adj} {job} is {a member}.", {}, obscene_by_words=True)

    texts = {expansion.fill(frame, random.Random(seed)) for seed in range(200)}

    assert any(text.startswith("An Arab ") and " is an Arab" in text for text in texts)
    assert not any(re.search(r"\b[aA] [aeio]|\b[aA]n [bcdfghjklmnpqrstvwxz]", text) for text in texts)
    assert not any(text.startswith("An Arab ") and "Irish" in text for text in texts)


def test_the_other_group_of_a_frame_is_another_one() -> None:
    frame = expansion.Frame("f", "{group} | {other_group}", {}, obscene_by_words=True)
    group_of = {word: group.name for group in expansion.groups() for word in group.words["group"]}

    for seed in range(300):
        one, other = expansion.fill(frame, random.Random(seed)).split(" | ")
        assert group_of[one] != group_of[other]


LISTED = ("Marta", "Marina", "Katrin", "Rina", "Tamar")


def test_an_invented_name_is_spelled_as_listed_ones_are() -> None:
    draw = random.Random(3)
    parts = {f"^^{name.lower()}$"[at : at + 3] for name in LISTED for at in range(len(name) + 1)}

    found = {name_like(LISTED, draw) for _ in range(200)}

    assert len(found - set(LISTED)) >= 10
    for name in found:
        assert name[0].isupper()
        assert SHORTEST <= len(name) <= LONGEST
        spelled = f"^^{name.lower()}$"
        assert {spelled[at : at + 3] for at in range(len(name) + 1)} <= parts


def test_where_no_name_can_be_invented_a_listed_one_is_given() -> None:
    assert name_like(("Bo",), random.Random(1)) == "Bo"


def test_an_invented_name_is_on_the_training_side() -> None:
    draw = random.Random(5)
    listed = expansion.words()["given"]

    assert all(expansion.for_training(expansion._invented(listed, draw)) for _ in range(100))
