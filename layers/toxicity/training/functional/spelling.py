"""Toxic cases whose offensive words are spelled otherwise: one function for each way that abusers have."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from training.evasion_attacks import Variant, perturb, targets_in
from training.functional.case import Case
from training.functional.words import groups, words
from training.offensive_words import OFFENSIVE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES_PER_FUNCTION: Final = 48
# Functions whose offence lies in words, so that a model which reads past the spelling still finds it.
WRITTEN_OTHERWISE: Final = (
    "personal_insult",
    "personal_insult_profane",
    "severe_abuse",
    "hate_with_profanity",
    "slur_attack",
    "dehumanisation",
)
_OFFENSIVE_SLOTS: Final = ("insult", "swearing", "abusive", "vermin", "plague", "vice")
SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "spelling_leetspeak": ("leetspeak",),
    "spelling_spaced_letters": ("spaced_letters",),
    "spelling_dotted_letters": ("dotted_letters",),
    "spelling_repeated_letters": ("repeated_letters",),
    "spelling_look_alikes": ("look_alikes",),
    "spelling_zero_width": ("zero_width",),
    "spelling_masked": ("masked_letters",),
    "spelling_typing_errors": ("swapped_letters", "dropped_letters"),
    "spelling_mixed_case_and_marks": ("mixed_case", "combining_marks"),
    "spelling_punctuation": ("inserted_punctuation",),
    "spelling_moved_spaces": ("split_word", "joined_words"),
}


def targets() -> frozenset[str]:
    """What is spelled otherwise: the tests' insults, swearwords, slurs and vermin, and common profanity."""
    slots = words()
    named = {word for slot in _OFFENSIVE_SLOTS for word in slots[slot]}
    slurs = {word for group in groups() for word in (group.slur or "").split()}
    return OFFENSIVE_WORDS | named | slurs


def cases(plain: Sequence[Case]) -> list[Case]:
    """The cases of every function of `SPELLINGS`, made from those of `WRITTEN_OTHERWISE` among `plain`."""
    offensive = targets()
    sources = [
        case for case in plain if case.function in WRITTEN_OTHERWISE and targets_in(case.text, offensive)
    ]
    found = []
    for function, attacks in SPELLINGS.items():
        rng = random.Random(f"functional/{function}")
        texts: set[str] = set()
        for at, case in enumerate(rng.sample(sources, k=len(sources))):
            text = perturb(case.text, attacks[at % len(attacks)], rng, offensive, Variant.TEST)
            if text != case.text and text not in texts:
                texts.add(text)
                found.append(Case(function, text, case.toxic, case.labels))
            if len(texts) == CASES_PER_FUNCTION:
                break
    return found
