"""What a model is measured on: the test parts, thinned out by hash, and what the project wrote itself."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training import data as labelled
from training.data import TEST, Example
from training.evaluation.baseline import fingerprint
from training.evasion_attacks import ATTACKS, Variant, perturb
from training.functional import Case, cases
from training.harmless import IdentitySentence, NamedSentence, identity_sentences, named_sentences
from training.offensive_words import OFFENSIVE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TOXIC: Final = 0.5
"""From which share of raters on a comment has a label."""

_LANGUAGES: Final = Path(__file__).with_name("languages.txt")


@dataclass(frozen=True)
class Limits:
    """How many of each are scored, chosen by hash; what is left stands for what is not.

    Attributes:
        toxic, harmless: of each set.
        term: harmless template sentences of each identity term.
        attacked: toxic comments that every attack is tried on.
        own: every how manieth of the project's own sentences.
    """

    toxic: int = 1200
    harmless: int = 1200
    jigsaw: int = 2400
    term: int = 80
    attacked: int = 240
    own: int = 1


FULL: Final = Limits()
QUICK: Final = Limits(toxic=50, harmless=50, jigsaw=50, term=4, attacked=12, own=25)

# Comments longer than this bury what is attacked, and cost time.
LONGEST_ATTACKED: Final = 300

TERMS: Final = (
    *(
        "lesbian",
        "gay",
        "bisexual",
        "transgender",
        "trans",
        "queer",
        "lgbt",
        "lgbtq",
        "homosexual",
        "straight",
    ),
    *("heterosexual", "male", "female", "nonbinary", "african", "african american", "black", "white"),
    *("european", "hispanic", "latino", "latina", "latinx", "mexican", "canadian", "american", "asian"),
    *("indian", "middle eastern", "chinese", "japanese", "christian", "muslim", "jewish", "buddhist"),
    *("catholic", "protestant", "sikh", "taoist", "old", "older", "young", "younger", "teenage", "millenial"),
    *("middle aged", "elderly", "blind", "deaf", "paralyzed"),
)
"""The identity terms of the madlibs sentences, as these spell them."""


@dataclass(frozen=True)
class Foreign:
    """A sentence in a language that the model was not made for."""

    language: str
    is_toxic: bool
    text: str


@dataclass(frozen=True)
class Samples:
    """All that is scored.

    Attributes:
        rows: examples of the test parts, with how many comments each stands for.
        madlibs: harmless template sentences, each with its identity term.
        own: the project's harmless sentences about groups.
        named: the project's harmless sentences with names.
        functional: the project's functional tests.
        attacked: attack to the spelled-otherwise forms of `targets`, in the same order.
        targets: toxic comments as they were written.
        foreign: sentences in other languages.
    """

    rows: tuple[Example, ...]
    madlibs: tuple[tuple[str, str], ...]
    own: tuple[IdentitySentence, ...]
    named: tuple[NamedSentence, ...]
    functional: tuple[Case, ...]
    targets: tuple[str, ...]
    attacked: dict[str, tuple[str, ...]]
    foreign: tuple[Foreign, ...]

    def texts(self) -> list[str]:
        """Every text, once."""
        listed = [row.text for row in self.rows]
        listed += [text for _, text in self.madlibs]
        listed += [sentence.text for sentence in self.own]
        listed += [text for one in self.named for text in (one.text, one.common_text)]
        listed += [case.text for case in self.functional]
        listed += self.targets
        listed += [text for texts in self.attacked.values() for text in texts]
        listed += [sentence.text for sentence in self.foreign]
        return list(dict.fromkeys(listed))


def is_toxic(example: Example) -> bool:
    """Whether half of the raters or more gave it any label."""
    return max(example.labels.values(), default=0.0) >= TOXIC


def draw(examples: Sequence[Example], limits: Limits = FULL) -> Samples:
    """The samples of test examples and of the project's own sentences.

    Args:
        examples: examples of every set; those that are not of the test part are left out.
        limits: how many of each.
    """
    tested = [example for example in examples if example.part == TEST]
    targets = _targets(tested, limits.attacked)
    return Samples(
        rows=tuple(_thinned([row for row in tested if row.source != "madlibs"], limits)),
        madlibs=tuple(_madlibs(tested, limits.term)),
        own=tuple(identity_sentences()[:: limits.own]),
        named=tuple(named_sentences()[:: limits.own]),
        functional=tuple(cases()[:: limits.own]),
        targets=targets,
        attacked={attack: tuple(map(partial(attacked, attack), targets)) for attack in ATTACKS},
        foreign=tuple(foreign_sentences()),
    )


def test_part(data: Path, cache: Path, say: Callable[[str], None]) -> list[Example]:
    """The test examples of a data folder; read and de-duplicated once, then from `cache`."""
    code = hashlib.sha256(Path(labelled.__file__).read_bytes()).hexdigest()[:12]
    path = cache / f"test-part-{fingerprint(data)}-{code}.json"
    if not path.exists():
        say("reading and splitting the comments")
        found = [asdict(example) for example in labelled.load(data) if example.part == TEST]
        cache.mkdir(parents=True, exist_ok=True)
        partial_path = path.with_suffix(".partial")
        partial_path.write_text(json.dumps(found), "utf-8")
        partial_path.rename(path)
    return [Example(**raw) for raw in json.loads(path.read_text("utf-8"))]


def attacked(attack: str, text: str) -> str:
    """The text with its offensive words spelled as the attack does, the same every time."""
    return perturb(text, attack, random.Random(f"{attack}/{text}"), OFFENSIVE_WORDS, Variant.TEST)


def term_of(text: str) -> str | None:
    """The longest identity term that a madlibs sentence names; None for one about a profession."""
    words = f" {text.lower().rstrip('.!')} "
    return max((term for term in TERMS if f" {term} " in words), key=len, default=None)


def foreign_sentences() -> list[Foreign]:
    """The sentences of languages.txt."""
    found = []
    for line in _LANGUAGES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, kind, text = line.split("; ", 2)
            found.append(Foreign(language, kind == "toxic", text))
    return found


def _thinned(rows: Iterable[Example], limits: Limits) -> Iterable[Example]:
    """At most so many toxic and harmless examples of each set, each standing for those left out."""
    for (source, toxic), group in groupby(
        sorted(rows, key=_order), key=lambda row: (row.source, is_toxic(row))
    ):
        listed = list(group)
        most = limits.jigsaw if source == "jigsaw" else limits.toxic if toxic else limits.harmless
        factor = len(listed) / min(most, len(listed))
        yield from (replace(row, weight=row.weight * factor) for row in listed[:most])


def _madlibs(rows: Iterable[Example], most: int) -> Iterable[tuple[str, str]]:
    harmless = [row for row in rows if row.source == "madlibs" and not is_toxic(row)]
    taken = dict.fromkeys(TERMS, 0)
    for row in sorted(harmless, key=_order):
        term = term_of(row.text)
        if term and taken[term] < most:
            taken[term] += 1
            yield term, row.text


def _targets(rows: Iterable[Example], most: int) -> tuple[str, ...]:
    short = [
        row
        for row in rows
        if row.source in {"jigsaw", "civil"} and is_toxic(row) and len(row.text) <= LONGEST_ATTACKED
    ]
    return tuple(row.text for row in sorted(short, key=lambda row: _digest(row.text))[:most])


def _order(row: Example) -> tuple[str, bool, bytes]:
    return row.source, is_toxic(row), _digest(row.text)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
