"""The labelled comments of a data folder as one list: each once, split by document, labels as far as known.

What each set is, its licence and where anyone can get it stands in `training.sources`.
"""

import csv
import gzip
import hashlib
import html
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
# Jigsaw's own names, as Detoxify renames them.
JIGSAW = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "obscene": "obscene",
    "threat": "threat",
    "insult": "insult",
    "identity_hate": "identity_attack",
}
SPAN_TYPES = {
    "Insult": "insult",
    "Profane/Obscene": "obscene",
    "Identity based Attack": "identity_attack",
    "Threat": "threat",
}
TRAIN, CALIBRATION, TEST = "train", "calibration", "test"
# Percent of the documents of a set without parts of its own.
_TEST_SHARE, _CALIBRATION_SHARE = 10, 5
_LETTER = re.compile(r"[^\W_]+")
_TWEET_SIGNS = re.compile(r"https?://\S*|@\w+|\bRT\b|&#?\w+;|…")
_HARMLESS = dict.fromkeys(LABELS, 0.0)


@dataclass(frozen=True)
class Example:
    """A comment and what is known about it.

    Attributes:
        text: as it was written.
        labels: label to the share of raters (or a teacher's probability), 0 to 1; unknown labels are absent.
        source: the set it comes from.
        part: train, calibration (chooses blends and thresholds) or test (only ever measured).
        weight: how many comments it stands for when a set is measured.
    """

    text: str
    labels: dict[str, float]
    source: str
    part: str
    weight: float = 1.0


def load(data: Path) -> list[Example]:
    """Every example below `data`, each text once: where sets share one, the stricter part keeps it.

    Raises:
        FileNotFoundError: a file that `training.sources` names is missing.
    """
    csv.field_size_limit(sys.maxsize)
    kept: dict[str, Example] = {}
    strictness = {TRAIN: 0, CALIBRATION: 1, TEST: 2}
    for read in SETS:
        for example in read(data):
            key = fingerprint(example.text)
            if not key:
                continue
            known = kept.get(key)
            if known is None:
                kept[key] = example
            elif strictness[example.part] > strictness[known.part]:
                kept[key] = replace(known, part=example.part)
    return list(kept.values())


def fingerprint(text: str) -> str:
    """What makes two texts the same document: their letters and digits, whatever case, accents and signs.

    A text without letters keeps its signs: emoji are all that some have.
    """
    folded = unicodedata.normalize("NFKD", text).lower()
    words = "".join(_LETTER.findall(folded)).encode("ascii", "ignore").decode()
    # Emoji make a difference: "I love [heart]" and "I love [knife]" are a pair in one set.
    signs = "".join(sign for sign in text if ord(sign) > 0x2190)  # noqa: PLR2004 (arrows and beyond)
    return words + signs


def part_of(document: str) -> str:
    """The part of a document, by hash: one in ten is for testing, one in twenty for calibration."""
    bucket = int.from_bytes(hashlib.sha256(document.encode()).digest()[:4]) % 100
    if bucket < _TEST_SHARE:
        return TEST
    return CALIBRATION if bucket < _TEST_SHARE + _CALIBRATION_SHARE else TRAIN


def _read(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=delimiter)


def jigsaw_six(data: Path) -> Iterator[Example]:
    """Jigsaw rows with all six labels: only measured."""
    for raw in _read(data / "jigsaw_multilabel_2k.csv.gz"):
        labels = {ours: float(raw[theirs]) for theirs, ours in JIGSAW.items()}
        yield Example(raw["comment_text"], labels, "jigsaw_six", TEST)


def identity_talk(data: Path) -> Iterator[Example]:
    """Talk-page comments with identity terms: half calibrate, half test."""
    for raw in _read(data / "bias_madlibs/toxicity_nonfuzzed_testset.csv.gz"):
        part = (CALIBRATION, TEST)[_half(raw["rev_id"])]
        toxic = float(raw["toxic"] == "True")
        yield Example(raw["comment"], {"toxicity": toxic} if toxic else _HARMLESS, "identity_talk", part)


def natural(data: Path) -> Iterator[Example]:
    """Talk-page comments at natural rate: half calibrate, half test; of the harmless, one stands for four."""
    for name in ("gc", "gn"):
        for raw in _read(data / f"wiki_cat_large/{name}.csv.gz"):
            toxic = raw["label"] == "1"
            if not toxic and int.from_bytes(hashlib.sha256(raw["id"].encode()).digest()[:2]) % 4:
                continue
            part = (CALIBRATION, TEST)[_half(raw["id"])]
            labels = {"toxicity": 1.0} if toxic else _HARMLESS
            yield Example(raw["text"], labels, "natural", part, 1.0 if toxic else 4.0)


def madlibs(data: Path) -> Iterator[Example]:
    """Template sentences with identity terms, for measuring bias: the harmless and every tenth bad one."""
    for number, raw in enumerate(_read(data / "bias_madlibs/bias_madlibs_77k.csv.gz")):
        bad = raw["Label"] == "BAD"
        if not bad or number % 10 == 0:
            yield Example(raw["Text"], {"toxicity": 1.0} if bad else _HARMLESS, "madlibs", TEST)


def hatemoji(data: Path) -> Iterator[Example]:
    """Adversarial sentences with emoji, in the parts that they came in; pairs stay together."""
    for name, part in (("test", TEST), ("validation", CALIBRATION), ("train", TRAIN)):
        for raw in _read(data / f"hatemoji_build/{name}.csv.gz"):
            hateful = raw["label_gold"] == "1"
            labels = {"toxicity": 1.0, "identity_attack": 1.0} if hateful else {"identity_attack": 0.0}
            if hateful and raw["type"] == "threateninglanguage":
                labels["threat"] = 1.0
            if not hateful:
                labels |= {"toxicity": 0.0, "threat": 0.0, "severe_toxicity": 0.0}
            yield Example(raw["text"], labels, "hatemoji", part)


def davidson(data: Path) -> Iterator[Example]:
    """Tweets: hateful, offensive or neither, as shares of raters."""
    for raw in _read(data / "davidson.csv.gz"):
        count = float(raw["count"])
        hate = float(raw["hate_speech"]) / count
        offensive = float(raw["offensive_language"]) / count
        labels = {"toxicity": min(1.0, hate + offensive), "identity_attack": hate}
        if raw["class"] == "2":
            labels |= {"severe_toxicity": 0.0, "threat": 0.0, "insult": 0.0}
        yield Example(html.unescape(raw["tweet"]), labels, "davidson", part_of(raw["tweet"]))


def civil(data: Path) -> Iterator[Example]:
    """Comments on news sites: labels are shares of raters, from the kinds of spans that they marked."""
    folder = data / "toxic_spans_civil"
    kinds: dict[str, set[str]] = defaultdict(set)
    for raw in _read(folder / "spans.csv.gz"):
        kinds[raw["annotation"]].add(raw["type"])
    raters: dict[str, list[set[str] | None]] = defaultdict(list)
    for raw in _read(folder / "annotations.csv.gz"):
        harmless = raw["not toxic"] == "True"
        raters[raw["comment_id"]].append(None if harmless else kinds[raw["annotation"]])
    for raw in _read(folder / "comments.csv.gz"):
        votes = raters.get(raw["comment_id"])
        if not votes:
            continue
        labels = {"toxicity": sum(vote is not None for vote in votes) / len(votes)}
        for kind, label in SPAN_TYPES.items():
            labels[label] = sum(vote is not None and kind in vote for vote in votes) / len(votes)
        yield Example(raw["comment_text"], labels, "civil", part_of(raw["comment_id"]))


def stormfront(data: Path) -> Iterator[Example]:
    """Sentences of a forum, hateful or not; split by the post they stand in."""
    for raw in _read(data / "stormfront.csv.gz"):
        if raw["label"] not in {"hate", "noHate"}:
            continue
        hateful = raw["label"] == "hate"
        labels = {"toxicity": 0.9, "identity_attack": 1.0} if hateful else {"identity_attack": 0.0}
        if not hateful:
            labels |= {"toxicity": 0.05, "severe_toxicity": 0.0, "threat": 0.0}
        yield Example(raw["text"], labels, "stormfront", part_of(raw["file_id"].split("_")[0]))


def paradetox(data: Path) -> Iterator[Example]:
    """Toxic sentences and their neutral rewritings, a pair in the same part."""
    for raw in _read(data / "paradetox.tsv.gz", delimiter="\t"):
        part = part_of(raw["toxic"])
        # What was given to be rewritten is rude, but not always: "he had steel balls too".
        yield Example(raw["toxic"], {"toxicity": 0.9}, "paradetox", part)
        yield Example(raw["neutral1"], _HARMLESS | {"toxicity": 0.02}, "paradetox", part)


def debiasing(data: Path) -> Iterator[Example]:
    """Harmless encyclopedia sentences with identity terms, in the parts that they came in."""
    parts = {"train": TRAIN, "dev": CALIBRATION, "test": TEST}
    for raw in _read(data / "bias_madlibs/toxicity_debiasing_data.tsv.gz", delimiter="\t"):
        if raw["is_toxic"] == "False":
            yield Example(raw["comment"], _HARMLESS, "debiasing", parts[raw["split"]])


def jigsaw(data: Path) -> Iterator[Example]:
    """Wikipedia talk comments: toxic by any label, or harmless by all. Soft labels come from the teacher."""
    tweets = {_tweet(raw["tweet"]) for raw in _read(data / "davidson.csv.gz")}
    for raw in _read(data / "jigsaw_and_davidson.csv.gz"):
        if _tweet(raw["text"]) in tweets:
            continue
        labels = {"toxicity": 1.0} if raw["is_offensive"] == "1" else _HARMLESS
        yield Example(raw["text"], labels, "jigsaw", part_of(fingerprint(raw["text"])))


def _tweet(text: str) -> str:
    """What a tweet and its cleaned copy in Jigsaw's file have in common: how both begin, cleaned."""
    words = fingerprint(_TWEET_SIGNS.sub(" ", text)).encode("ascii", "ignore")
    return words[:25].decode()


def _half(document: str) -> int:
    return hashlib.sha256(document.encode()).digest()[5] % 2


# In order of who keeps a text that several have: the sets that are only measured first, and Davidson's tweets
# before Jigsaw's file, which holds them too, with less known about them.
SETS: tuple[Callable[[Path], Iterator[Example]], ...] = (
    jigsaw_six,
    identity_talk,
    natural,
    madlibs,
    hatemoji,
    davidson,
    civil,
    stormfront,
    paradetox,
    debiasing,
    jigsaw,
)
