"""Reads the frames and fills them.

A file of frames/ holds functions, each beginning with a line

    ## name = hateful +insult ?obscene

whose first word stands for labels that are beyond doubt (`BASES`), followed by labels that also hold (+), do
not hold (-) or are open (?). Below it stands one frame a line. A place in braces is filled with a word of its
slot; `a:` puts its article before it, and letters after a slash say which kinds of group may stand there. All
places for a group in one frame get the same group; a place that repeats another slot gets another word.
"""

from __future__ import annotations

import random
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from training.functional.case import LABELS, Case
from training.functional.words import HERE, KINDS, Group, groups, with_article, words
from training.names import people

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES_PER_FUNCTION: Final = 48

BASES: Final[dict[str, dict[str, bool]]] = {
    "hateful": {"toxicity": True, "identity_attack": True},
    "personal": {"toxicity": True, "identity_attack": False},
    "harmless": dict.fromkeys(LABELS, False),
}
_GROUP_FORMS: Final = {
    "groups": "plural",
    "group": "singular",
    "adj": "adjective",
    "slur": "slur",
    "slurs": "slurs",
    "reclaimed": "reclaimed",
}
_SLOT: Final = re.compile(r"\{(?P<article>a:)?(?P<name>[a-z_]+)(?:/(?P<kinds>[a-z]+))?\}")
# A place begins a sentence at the start, after a full stop, and after a quotation mark that does so itself.
_SENTENCE_START: Final = re.compile(r'(?:^|[.!?]["]? )"?$')
_ATTEMPTS: Final = 25

T = TypeVar("T")


@dataclass(frozen=True)
class Function:
    """A distinction that a model should make, with the frames that put it to the test."""

    name: str
    labels: dict[str, bool]
    frames: tuple[str, ...]

    @property
    def toxic(self) -> bool:
        """Whether its texts are for a person to look at."""
        return self.labels["toxicity"]

    def cases(self) -> list[Case]:
        """The function's cases: each frame in turn, filled with words in an order drawn once for all."""
        filler = _Filler(random.Random(f"functional/{self.name}"))
        texts: dict[str, None] = {}
        open_frames = deque(self.frames)
        while open_frames and len(texts) < CASES_PER_FUNCTION:
            frame = open_frames.popleft()
            new = next((text for text in filler.attempts(frame) if text not in texts), None)
            if new is not None:
                texts[new] = None
                open_frames.append(frame)
        return [Case(self.name, text, self.toxic, self.labels) for text in texts]


def functions() -> list[Function]:
    """All functions that have frames, in the order of the files; ValueError for what is not in the format."""
    found = []
    for path in sorted((HERE / "frames").glob("*.txt")):
        for block in path.read_text("utf-8").split("## ")[1:]:
            head, *frames = block.strip().splitlines()
            name, _, meaning = head.partition(" = ")
            found.append(Function(name, _labels(meaning), tuple(frames)))
    return found


def _labels(meaning: str) -> dict[str, bool]:
    base, *changes = meaning.split()
    labels = dict(BASES[base])
    for change in changes:
        sign, label = change[0], change[1:]
        if sign not in "+-?" or label not in LABELS:
            raise ValueError(f"not a label with its sign: {change}")
        labels.pop(label, None)
        if sign != "?":
            labels[label] = sign == "+"
    return labels


class _Filler:
    """Fills frames; draws from each list in a shuffled order, so that nothing repeats before all was used."""

    def __init__(self, rng: random.Random) -> None:
        given, family = people()
        lists = {**words(), "unusual_given": given, "unusual_family": family}
        self._words = {name: _shuffled(list(listed), rng) for name, listed in lists.items()}
        self._groups = _shuffled(list(groups()), rng)

    def attempts(self, frame: str) -> Iterator[str]:
        """The frame filled again and again; once is enough for a frame without a place."""
        for _ in range(_ATTEMPTS if _SLOT.search(frame) else 1):
            yield self._fill(frame)

    def _fill(self, frame: str) -> str:
        places = list(_SLOT.finditer(frame))
        group = self._group(places)
        parts: list[str] = []
        done = 0
        for place in places:
            name = place["name"]
            word = _form(group, name) if group and name in _GROUP_FORMS else self._word(name)
            if place["article"]:
                word = with_article(word)
            before = frame[: place.start()]
            if _SENTENCE_START.search(before):
                word = word[0].upper() + word[1:]
            parts += [frame[done : place.start()], word]
            done = place.end()
        return "".join([*parts, frame[done:]])

    def _word(self, name: str) -> str:
        listed = self._words[name]
        listed.rotate(-1)
        return listed[-1]

    def _group(self, places: list[re.Match[str]]) -> Group | None:
        needed = [place for place in places if place["name"] in _GROUP_FORMS]
        if not needed:
            return None
        kinds = KINDS.intersection(*(place["kinds"] for place in needed if place["kinds"]))
        for group in self._groups:
            if group.kind in kinds and all(_form(group, place["name"]) for place in needed):
                self._groups.remove(group)
                self._groups.append(group)
                return group
        raise ValueError(f"no group fits {needed[0].string}")


def _form(group: Group, name: str) -> str:
    form: str | None = getattr(group, _GROUP_FORMS[name])
    return form or ""


def _shuffled(listed: list[T], rng: random.Random) -> deque[T]:
    return deque(rng.sample(listed, k=len(listed)))
