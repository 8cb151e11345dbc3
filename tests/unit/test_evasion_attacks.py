import random
import unicodedata

import pytest

from training.evasion_attacks import (
    ALPHABETS,
    ATTACKS,
    INVISIBLE,
    LOOK_ALIKES,
    MARKS,
    MASKS,
    PUNCTUATION,
    SEPARATORS,
    perturb,
)
from training.offensive_words import OFFENSIVE_WORDS

TEXT = "Frankly, you are an idiot and a fool."
RESPELLED = sorted(set(ATTACKS) - {"joined_words"})


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("variant", ["train", "test"])
def test_the_same_seed_gives_the_same_spelling(attack: str, variant: str) -> None:
    first = [perturb(TEXT, attack, random.Random(3), {"idiot", "fool"}, variant) for _ in range(3)]

    assert len(set(first)) == 1
    assert first[0] != TEXT


@pytest.mark.parametrize("attack", RESPELLED)
def test_only_the_target_is_respelled(attack: str) -> None:
    for seed in range(50):
        attacked = perturb(TEXT, attack, random.Random(seed), {"idiot"}, "test")

        assert attacked.startswith("Frankly, you are an ")
        assert attacked.endswith(" and a fool.")
        assert "idiot" not in attacked.split()


@pytest.mark.parametrize("attack", sorted(set(RESPELLED) - {"leetspeak"}))
def test_every_word_of_three_letters_or_more_changes(attack: str) -> None:
    for seed in range(20):
        for word in ("fry", "scum", "Imbecile", "MORONS"):
            assert ATTACKS[attack](word, random.Random(seed), "test") != word


def test_short_words_and_everything_between_words_stay() -> None:
    attacked = ATTACKS["spaced_letters"]("It is 100% a lie, ok?", random.Random(1))

    assert attacked == "It is 100% a l i e, ok?"


def test_endings_of_a_target_count() -> None:
    rng = random.Random(0)

    assert perturb("He hated those shitty idiots", "mixed_case", rng, {"hate", "shit", "idiot"}) not in (
        "He hated those shitty idiots"
    )
    attacked = perturb("they hated shitting idiots", "dotted_letters", rng, {"hate", "shit", "idiot"})
    assert [word.isalpha() for word in attacked.split()] == [True, False, False, False]


def test_without_a_target_the_longest_word_is_attacked() -> None:
    assert perturb("go away please", "split_word", random.Random(0), {"idiot"}).startswith("go away p")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("text", ["", "  ", "12 + 5", "!!", "日本", "a b"])
def test_nothing_to_attack_is_no_error(attack: str, text: str) -> None:
    assert isinstance(perturb(text, attack, random.Random(0), OFFENSIVE_WORDS, "test"), str)


def test_joined_words_lose_the_space_beside_the_target() -> None:
    rng = random.Random(0)

    assert perturb("you stupid idiot, go", "joined_words", rng, {"stupid", "idiot"}) == "youstupididiot, go"
    assert perturb("Idiot that you are", "joined_words", rng, {"idiot"}) == "Idiotthat you are"
    assert ATTACKS["joined_words"]("go away, you fool", rng) == "goaway, youfool"


@pytest.mark.parametrize("attack", ATTACKS)
def test_training_never_uses_what_only_tests_may(attack: str) -> None:
    def unseen(signs: str) -> set[str]:
        return set(signs[(len(signs) + 1) // 2 :])

    reserved = (
        set().union(*(unseen(signs) for signs in LOOK_ALIKES.values()))
        | set().union(*(alphabet.values() for alphabet in ALPHABETS[len(ALPHABETS) // 2 :]))
        | unseen(INVISIBLE)
        | unseen(MARKS)
        | unseen(SEPARATORS)
        | unseen(MASKS)
        | unseen(PUNCTUATION)
    )
    # One character may serve one list's first half and another's second: "-" separates, "_" masks.
    open_to_training = (
        set().union(*(set(signs) - unseen(signs) for signs in LOOK_ALIKES.values()))
        | set(SEPARATORS[:3])
        | set(MASKS[:3])
        | set(PUNCTUATION[:5])
        | {chr(code) for code in range(128)}
    )
    seen = {
        char
        for seed in range(200)
        for char in ATTACKS[attack](
            "The quick brown fox jumps over five lazy dogs ABCEHIKMNOPSTXY", random.Random(seed)
        )
    }

    assert seen & (reserved - open_to_training) == set()


def test_tests_use_more_look_alikes_than_training() -> None:
    def seen(variant: str) -> set[str]:
        return {
            char
            for seed in range(300)
            for char in ATTACKS["look_alikes"]("abusive", random.Random(seed), variant)
        }

    assert seen("train") < seen("test")


def test_masks_and_drops_leave_the_first_and_last_letter() -> None:
    for seed in range(100):
        for attack in ("masked_letters", "dropped_letters", "swapped_letters"):
            attacked = ATTACKS[attack]("moron", random.Random(seed), "test")
            assert (attacked[0], attacked[-1]) == ("m", "n")


def test_invisible_characters_and_marks_can_be_taken_off_again() -> None:
    for seed in range(100):
        hidden = ATTACKS["zero_width"]("idiot", random.Random(seed), "test")
        assert "".join(char for char in hidden if char not in INVISIBLE) == "idiot"
        marked = ATTACKS["combining_marks"]("idiot", random.Random(seed), "test")
        bare = "".join(char for char in marked if not unicodedata.combining(char))
        assert bare == "idiot"


def test_offensive_words_are_single_words_in_lower_case() -> None:
    assert len(OFFENSIVE_WORDS) > 200
    assert all(word.isalpha() and word == word.lower() for word in OFFENSIVE_WORDS)


def test_no_look_alike_is_listed_twice() -> None:
    assert all(len(set(signs)) == len(signs) for signs in LOOK_ALIKES.values())
