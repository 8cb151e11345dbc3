"""The labelled sets: split by document, each text once, and what of them is trained on."""

from __future__ import annotations

import csv
import gzip
import io
import pickle
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from training import data, mixture, teacher, templates
from training.data import CALIBRATION, TEST, TRAIN, Example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

COMMENTS = [f"comment number {number} about bridges" for number in range(400)]


def write(path: Path, rows: list[dict[str, Any]], delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of every set, in the form of the large one."""
    six = dict.fromkeys(data.JIGSAW, 0)
    write(
        tmp_path / "jigsaw_multilabel_2k.csv.gz",
        [{"comment_text": "You fool", **six, "toxic": 1, "insult": 1}],
    )
    write(
        tmp_path / "jigsaw_and_davidson.csv.gz",
        [
            {"is_offensive": 1, "text": "you FOOL!"},
            {"is_offensive": 1, "text": " these hoes ain't loyal at all my friend"},
            *({"is_offensive": number % 2, "text": text} for number, text in enumerate(COMMENTS)),
        ],
    )
    tweet = "!!! RT @someone: these hoes ain't loyal at all my friend"
    votes = {"count": 3, "hate_speech": 1, "offensive_language": 2, "class": 1}
    write(tmp_path / "davidson.csv.gz", [{**votes, "tweet": tweet}])
    madlibs = tmp_path / "bias_madlibs"
    write(
        madlibs / "toxicity_nonfuzzed_testset.csv.gz",
        [{"rev_id": 1, "comment": "Talk page", "toxic": "False"}],
    )
    write(madlibs / "bias_madlibs_77k.csv.gz", [{"Text": "hug a friend", "Label": "NOT_BAD"}])
    write(
        madlibs / "toxicity_debiasing_data.tsv.gz",
        [{"comment": "The bishop spoke.", "is_toxic": "False", "split": "dev"}],
        delimiter="\t",
    )
    for name in ("gc", "gn"):
        write(
            tmp_path / f"wiki_cat_large/{name}.csv.gz",
            [{"id": name, "text": f"natural {name}", "label": "1"}],
        )
    emoji = {"type": "none", "label_gold": "0"}
    for name in ("train", "validation", "test"):
        write(tmp_path / f"hatemoji_build/{name}.csv.gz", [{**emoji, "text": f"I like {name} \N{DOG FACE}"}])
    civil = tmp_path / "toxic_spans_civil"
    write(civil / "comments.csv.gz", [{"comment_id": 5, "comment_text": "He is a clown and a fool."}])
    write(
        civil / "annotations.csv.gz",
        [{"annotation": number, "comment_id": 5, "not toxic": str(number == 0)} for number in range(4)],
    )
    write(civil / "spans.csv.gz", [{"annotation": number, "type": "Insult"} for number in (1, 1, 2)])
    write(
        tmp_path / "stormfront.csv.gz", [{"file_id": "9_1", "label": "noHate", "text": "A forum sentence ."}]
    )
    pair = {"toxic": "that is a damn lie", "neutral1": "that is not true"}
    write(tmp_path / "paradetox.tsv.gz", [pair], delimiter="\t")
    return tmp_path


def test_a_text_that_several_sets_have_is_kept_once_and_tested_when_any_of_them_tests_it(
    folder: Path,
) -> None:
    fools = [example for example in data.load(folder) if data.fingerprint(example.text) == "youfool"]

    assert [(fool.source, fool.part) for fool in fools] == [("jigsaw_six", TEST)]


def test_cleaned_copies_of_tweets_are_left_out_of_jigsaws_file(folder: Path) -> None:
    examples = data.load(folder)

    assert not [one for one in examples if one.source == "jigsaw" and "loyal" in one.text]
    [tweet] = [one for one in examples if one.source == "davidson"]
    assert tweet.labels == {"toxicity": 1.0, "identity_attack": pytest.approx(1 / 3)}


def test_every_part_has_its_share_and_no_text_is_in_two(folder: Path) -> None:
    examples = [one for one in data.load(folder) if one.source == "jigsaw"]

    parts = Counter(one.part for one in examples)

    assert sum(parts.values()) == len({data.fingerprint(one.text) for one in examples}) == len(COMMENTS)
    assert parts[TRAIN] > 300 > parts[TEST] > parts[CALIBRATION] > 0


def test_labels_of_news_comments_are_shares_of_raters(folder: Path) -> None:
    [comment] = [one for one in data.load(folder) if one.source == "civil"]

    assert comment.labels["toxicity"] == 0.75
    assert comment.labels["insult"] == 0.5
    assert comment.labels["threat"] == 0


def test_a_missing_set_is_named(folder: Path) -> None:
    (folder / "stormfront.csv.gz").unlink()

    with pytest.raises(FileNotFoundError, match="stormfront"):
        data.load(folder)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("You idiot!", "you, IDIOT", True),
        ("Café", "cafe", True),
        ("I love \N{DOG FACE}", "I love \N{PILE OF POO}", False),
        ("No bridge", "Nobridge", True),
        ("bridge one", "bridge two", False),
    ],
)
def test_documents_are_the_same_by_their_letters(one: str, other: str, *, is_same: bool) -> None:
    assert (data.fingerprint(one) == data.fingerprint(other)) is is_same


def examples() -> list[Example]:
    harmless = dict.fromkeys(data.LABELS, 0.0)
    rude = {"toxicity": 1.0, "insult": 1.0}
    return [Example(f"you idiot number {n}, nobody asked", rude, "civil", TRAIN) for n in range(50)] + [
        Example(f"harmless remark number {n} about the bridge in town", harmless, "jigsaw", TRAIN)
        for n in range(50)
    ]


def few_harmless_comments_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "examples", lambda *_: iter(()))
    monkeypatch.setattr(mixture, "HARD_HARMLESS", 10)
    monkeypatch.setattr(mixture, "OTHER_HARMLESS", 20)


def test_passes_are_the_same_for_the_same_seed_and_differ_from_one_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    monkeypatch.setattr(mixture, "BURIED", 5)
    hard = np.arange(100, dtype=np.float32)

    passes = mixture.Mixture(examples(), hard, seed=1)
    first, second = passes.rows(0), passes.rows(1)
    again = mixture.Mixture(examples(), hard, seed=1).rows(0)

    assert [row.text for row in first] == [row.text for row in again]
    assert [row.text for row in first] != [row.text for row in second]
    assert len(first) == 50 + 10 + 20 + 2 * 5


def test_comments_that_a_pass_takes_count_for_those_that_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    monkeypatch.setattr(mixture, "BURIED", 0)
    monkeypatch.setattr(mixture, "WEIGHTS", {"jigsaw": 1.5})

    rows = mixture.Mixture(examples(), np.arange(100, dtype=np.float32), seed=1).rows(0)

    harmless = sorted(row.weight for row in rows if row.targets[0] == 0)
    assert harmless == [1.5] * 10 + [3.0] * 20
    assert sum(harmless) == 50 * 1.5
    assert {row.weight for row in rows if row.targets[0] == 1} == {1.0}


class Erring:
    """A judge whose errors follow from the text."""

    def __init__(self, error: Callable[[str], float]) -> None:
        self.error = error

    def errors(self, rows: Sequence[mixture.Row]) -> NDArray[np.float32]:
        return np.array([self.error(row.text) for row in rows], dtype=np.float32)


def test_going_on_keeps_what_is_said_of_comments_and_of_pieces_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    monkeypatch.setattr(mixture, "BURIED", 3)
    monkeypatch.setattr(mixture, "PIECES", 40)
    monkeypatch.setattr(mixture, "DISGUISED_TOXIC", 0.0)
    monkeypatch.setattr(mixture, "DISGUISED_HARMLESS", 0.0)
    hard = np.arange(100, dtype=np.float32)

    anew = mixture.Mixture(examples(), hard, seed=1).rows(0)
    going_on = mixture.Mixture(examples(), hard, seed=1, judge=Erring(len)).rows(0)

    assert {row.kept for row in anew} == {0.0}
    assert Counter(row.kept for row in going_on) == {mixture.KEPT: 80, 0.0: 6, 1.0: 40}
    pieces = [row for row in going_on if row.kept == 1]
    comments = [example.text for example in examples()]
    assert all(any(piece.text in comment for comment in comments) for piece in pieces)
    assert any(piece.text not in comments for piece in pieces)
    assert all(np.isnan(piece.targets).all() for piece in pieces)


def test_of_a_comment_that_is_disguised_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    for name in ("BURIED", "PIECES", "DISGUISED_HARMLESS"):
        monkeypatch.setattr(mixture, name, 0)
    monkeypatch.setattr(mixture, "DISGUISED_TOXIC", 1.0)

    rows = mixture.Mixture(examples(), np.arange(100, dtype=np.float32), 1, Erring(len)).rows(0)

    assert {row.kept for row in rows if row.targets[0] == 1} == {0.0}
    assert {row.kept for row in rows if row.targets[0] == 0} == {mixture.KEPT}


def test_half_of_the_made_sentences_that_are_read_are_a_judges_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    monkeypatch.setattr(templates, "PER_FUNCTION", 20)
    monkeypatch.setattr(templates, "examples", numbered)
    monkeypatch.setattr(mixture, "BURIED", 0)
    monkeypatch.setattr(mixture, "DISGUISED_HARMLESS", 0.0)

    judged = mixture.Mixture(
        examples(), np.arange(100, dtype=np.float32), 1, Erring(lambda text: int(text[-2:]))
    )
    read = sorted(int(row.text[-2:]) for row in judged.rows(0) if row.text.startswith("sentence"))

    assert len(read) == 20
    assert read[10:] == list(range(50, 60))
    assert len(set(read)) == 20
    assert min(read) < 40


def numbered(_seed: int, per_function: int = 20) -> Iterator[templates.Templated]:
    labels = dict.fromkeys(data.LABELS, 0.0)
    return (templates.Templated(f"sentence {number:02}", labels, "any") for number in range(per_function))


def test_of_comments_said_of_others_those_are_a_judges_worst_that_changed_its_mind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_harmless_comments_a_pass(monkeypatch)
    for name in ("BURIED", "PIECES", "SWAPPED_ATTACKS", "RENAMED", "DISGUISED_HARMLESS"):
        monkeypatch.setattr(mixture, name, 0)
    monkeypatch.setattr(mixture, "SWAPPED_HARMLESS", 12)
    monkeypatch.setattr(mixture, "WORST", 1.0)
    harmless = dict.fromkeys(data.LABELS, 0.0)
    comments = [
        Example(f"{said} the German bakery number {number}", harmless, "debiasing", TRAIN)
        for said in ("hopeless", "fine")
        for number in range(15)
    ]
    judge = Erring(lambda text: 9.0 if "hopeless" in text else 1.0 - ("German" in text))

    judged = mixture.Mixture([*examples(), *comments], np.arange(130, dtype=np.float32), 1, judge)
    made = [row.text for row in judged.rows(0) if "bakery" in row.text and not row.kept]

    assert len(made) == 12
    assert all(text.startswith("fine") and "German" not in text for text in made)


def test_the_teachers_word_list_cannot_run_anything() -> None:
    hostile = pickle.dumps(print)

    with pytest.raises(pickle.UnpicklingError, match="no business"):
        teacher._Unpickler(io.BytesIO(hostile)).load()
