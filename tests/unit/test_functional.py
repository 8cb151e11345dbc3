import re
from collections import Counter
from collections.abc import Sequence

import pytest

from training import templates
from training.functional import LABELS, Case, accuracy, cases, functions
from training.functional import words as vocabulary
from training.functional.frames import Function
from training.functional.spelling import SPELLINGS
from training.functional.words import groups, is_for_tests, with_article, words
from training.templates import expansion

CASES = cases()
THRESHOLDS = {label: {"review_at": 0.5, "reject_at": 0.9} for label in LABELS}


class OneScore:
    """A scorer that gives each text the same scores, or scores of its own."""

    thresholds = THRESHOLDS

    def __init__(self, scores: dict[str, float], of: dict[str, dict[str, float]] | None = None) -> None:
        self.scores = dict.fromkeys(LABELS, 0.0) | scores
        self.of = of or {}

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        return [self.scores | self.of.get(text, {}) for text in texts]


def frame_key(frame: str) -> str:
    """The frame by its words alone."""
    return " ".join(re.findall(r"[a-z]+", re.sub(r"[\[{][^\]}]*[\]}]", " ", frame.lower())))


def test_there_are_at_least_34_functions_of_at_least_40_cases() -> None:
    sizes = Counter(case.function for case in CASES)

    assert len(sizes) >= 34
    assert min(sizes.values()) >= 40


def test_every_function_has_at_least_eight_frames_of_its_own() -> None:
    frames = [frame_key(frame) for function in functions() for frame in function.frames]

    assert min(len(function.frames) for function in functions()) >= 8
    assert [frame for frame, count in Counter(frames).items() if count > 1 and frame] == []


def test_no_frame_makes_up_much_of_its_function() -> None:
    for function in functions():
        for frame in function.frames:
            pattern = re.compile(
                "".join(
                    ".+" if part[0] == "{" else re.escape(part)
                    for part in re.findall(r"\{[^}]*\}|[^{]+", frame)
                ),
                re.IGNORECASE,
            )
            assert sum(bool(pattern.fullmatch(case.text)) for case in function.cases()) <= 10, frame


def test_no_text_stands_twice_and_none_has_a_place_left_open() -> None:
    texts = [case.text for case in CASES]

    assert len(set(texts)) == len(texts)
    assert [text for text in texts if "{" in text or "}" in text] == []


def test_the_cases_are_the_same_every_time() -> None:
    assert cases() == CASES


def test_what_is_toxic_says_so_in_its_labels() -> None:
    for case in CASES:
        assert set(case.labels) <= set(LABELS)
        assert case.labels["toxicity"] is case.toxic
        if not case.toxic:
            assert not any(value for label, value in case.labels.items() if label != "obscene"), case


def test_both_sides_are_well_represented() -> None:
    share = sum(case.toxic for case in CASES) / len(CASES)

    assert 0.4 <= share <= 0.6


def test_every_word_of_the_vocabulary_is_the_tests() -> None:
    for slot, listed in words().items():
        assert [word for word in listed if not is_for_tests(word)] == [], slot


def test_a_word_of_trainings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_for_tests("idiot")
    monkeypatch.setattr(vocabulary, "_content", lambda _: "insult: moron,\n  idiot\n")

    with pytest.raises(ValueError, match="insult: idiot"):
        vocabulary.words.__wrapped__()


def test_groups_are_those_that_only_tests_name() -> None:
    training = re.compile(
        r"\b(wom[ae]n|m[ae]n|girls?|gays?|lesbians?|trans|black|white|asians?|chinese|mexicans?|arabs?|"
        r"africans?|indians?|pakistanis?|muslims?|jews?|christians?|catholics?|atheists?|immigrants?|migrants?|"
        r"foreigners?|disabled|mentally|old|germans?|russians?|french|italians?|irish|turks?|koreans?|japanese|"
        r"palestinians?|israelis?|fat|teenagers?)\b",
        re.IGNORECASE,
    )

    assert len(groups()) >= 35
    assert [group.plural for group in groups() if training.search(group.plural)] == []


def runs(frame: str, length: int = 7) -> set[str]:
    """Every stretch of so many words that no place interrupts."""
    pieces = [re.findall(r"[a-z']+", piece) for piece in re.split(r"[\[{][^\]}]*[\]}]", frame.lower())]
    return {" ".join(words[at : at + length]) for words in pieces for at in range(len(words) - length + 1)}


def test_no_frame_is_one_of_trainings_nor_shares_seven_words_in_a_row() -> None:
    trained = [frame.pattern for frame in templates.frames()]
    keys = {frame_key(frame) for frame in trained}
    stretches = set().union(*(runs(frame) for frame in trained))

    assert len(trained) > 100
    for function in functions():
        for frame in function.frames:
            assert frame_key(frame) not in keys, frame
            assert not runs(frame) & stretches, frame


def test_no_text_of_training_is_a_test() -> None:
    trained = {frame_key(example.text) for example in templates.examples(seed=0)}

    assert [case.text for case in CASES if frame_key(case.text) in trained] == []


def test_training_names_none_of_the_tests_groups_and_uses_none_of_their_words() -> None:
    own = {word for listed in words().values() for word in listed}
    forms = {
        form
        for group in groups()
        for form in (group.plural, group.singular, group.adjective, group.slur, group.slurs)
        # Everybody can be deaf to reason and blind to a fault; those are no groups.
        if form and form not in {"deaf", "blind"}
    }
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)

    assert own.isdisjoint(word for listed in expansion.words().values() for word in listed)
    assert [example.text for example in templates.examples(seed=0) if named.search(example.text)] == []


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Afghan", "an Afghan"),
        ("Ukrainian", "a Ukrainian"),
        ("honest Pole", "an honest Pole"),
        ("useless hack", "a useless hack"),
        ("Inuit person", "an Inuit person"),
        ("unfit", "an unfit"),
        ("unicorn", "a unicorn"),
        ("onion", "an onion"),
        ("one-off", "a one-off"),
        ("asylum seeker", "an asylum seeker"),
        ("idiotic twit", "an idiotic twit"),
        ("uncivilised", "an uncivilised"),
    ],
)
def test_articles_go_by_sound(phrase: str, expected: str) -> None:
    assert with_article(phrase) == expected


def test_no_article_is_wrong() -> None:
    wrong = re.compile(
        r"\ba (?!us(?:ed|eless)|un?kr|on[ce]|euro|uni[^mn])[aeiou]|\ban (?!hon[eo]|hour|heir)[^aeiou\W]",
        re.IGNORECASE,
    )
    exempt = re.compile(r"dress a .*? up in|a\.s\.a\.p")

    plain = [case for case in CASES if case.function not in SPELLINGS]
    assert [case.text for case in plain if wrong.search(exempt.sub("", case.text))] == []


def test_groups_agree_within_a_sentence() -> None:
    function = Function("test", {"toxicity": False}, ("{groups} and {a:group}.",))
    plurals = {group.plural.lower(): group.singular.lower() for group in groups()}

    for case in function.cases():
        plural, singular = case.text.lower().removesuffix(".").split(" and ")
        assert singular.split(" ", 1)[1] == plurals[plural]


@pytest.mark.parametrize("function", SPELLINGS)
def test_spelling_cases_are_toxic_cases_spelled_otherwise(function: str) -> None:
    plain = {case.text for case in CASES if case.function not in SPELLINGS}
    spelled = [case for case in CASES if case.function == function]

    assert all(case.toxic for case in spelled)
    assert [case.text for case in spelled if case.text in plain] == []


HATE = Case("hate", "hate", toxic=True, labels={"toxicity": True})
PRAISE = Case("praise", "praise", toxic=False, labels=dict.fromkeys(LABELS, False))
SWEARING = Case("swearing", "swearing", toxic=False, labels=dict.fromkeys(LABELS, False) | {"obscene": True})


def test_a_toxic_case_is_right_when_any_label_reaches_its_threshold() -> None:
    assert accuracy(OneScore({"threat": 0.5}), [HATE]).overall.share == 1.0
    assert accuracy(OneScore({"threat": 0.49}), [HATE]).overall.share == 0.0


def test_a_harmless_case_is_wrong_when_any_label_reaches_its_threshold() -> None:
    assert accuracy(OneScore({"insult": 0.5}), [PRAISE]).overall.share == 0.0
    assert accuracy(OneScore({"insult": 0.49}), [PRAISE]).overall.share == 1.0


def test_harmless_profanity_may_be_called_obscene_but_nothing_else() -> None:
    obscene = accuracy(OneScore({"obscene": 0.9}), [SWEARING]).overall
    toxic = accuracy(OneScore({"obscene": 0.9, "toxicity": 0.9}), [SWEARING]).overall

    assert (obscene.share, obscene.share_by_every_label) == (1.0, 0.0)
    assert toxic.share == 0.0


def test_where_obscene_is_open_it_may_be_said_and_other_open_labels_may_not() -> None:
    reclaimed = Case("reclaimed", "word", toxic=False, labels={"toxicity": False})

    assert accuracy(OneScore({"obscene": 0.9}), [reclaimed]).overall.share == 1.0
    assert accuracy(OneScore({"insult": 0.9}), [reclaimed]).overall.share == 0.0


def test_accuracy_is_told_by_function_and_overall() -> None:
    scorer = OneScore({}, of={"hate": {"toxicity": 0.8}})
    missed = Case("hate", "missed", toxic=True, labels={"toxicity": True})

    result = accuracy(scorer, [HATE, PRAISE, missed])

    assert {name: tally.share for name, tally in result.by_function.items()} == {"hate": 0.5, "praise": 1.0}
    assert (result.overall.right, result.overall.cases) == (2, 3)


def test_accuracy_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no cases"):
        accuracy(OneScore({}), [])
