"""Frames x words: reads the data files beside it and draws labelled examples from them.

A frame is a line of text with slots. `{insult}` draws a word of that list, `{insult2}` another one,
`{Insult}` capitalises it, `{a insult}` and `{A insult}` put the fitting article before it; `[so|very|]` is a
choice of wording. The slots `group`, `member`, `adj`, `slur`, `slurs`, `own_slur`, `own_slurs` of one frame
all speak of one identity group, `other_group` and its like of a second one; `ethnic` is a `group` among those
told to have a country.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path

from training.templates.invented import name_like

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
PER_FUNCTION = 600  # distinct texts of a function, if its frames give so many
CONTEXT_SHARE = 0.25  # of the examples get a harmless sentence before or after
LOWER_SHARE = 0.12  # of the examples are written without capitals
BARE_SHARE = 0.15  # of the examples lack their last full stop
PER_FRAME = 30  # of them at most from one frame, lest a function with few frames teaches their wording
INVENTED = 0.5  # of the names of people are invented
OFTEN = 4  # times as often as another is a group drawn that is marked so
TRIES = 12  # draws per wanted text before a function counts as exhausted

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(?:(?P<article>[aA]) )?(?P<name>[A-Za-z_]+)(?P<number>\d?)\}")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_QUANTIFIER = re.compile(
    r"\b(?:all|any|every|few|fewer|good|many|more|most|no|of|some|the|these|those|to be|"
    r"there (?:are|were)) $",
    re.IGNORECASE,
)
_NAME_SLOTS = ("given", "surname")
_GROUP_SLOTS = ("group", "member", "adj", "slur", "slurs", "own_slur", "own_slurs", "ethnic")


@dataclass(frozen=True)
class Templated:
    """One example: its text, its known labels (0.0 or 1.0; absent: unknown), and what it teaches."""

    text: str
    labels: dict[str, float]
    function: str


@dataclass(frozen=True)
class Frame:
    """One hand-written line with slots; `obscene` None means that the words drawn decide."""

    function: str
    pattern: str
    labels: dict[str, float] = field(hash=False)
    obscene_by_words: bool

    def slots(self) -> list[str]:
        """Names of the slots, lower-case, numbers dropped."""
        return [found["name"].lower() for found in _SLOT.finditer(self.pattern)]


@dataclass(frozen=True)
class Group:
    """How one identity group is spoken of; each field is a list of interchangeable words."""

    name: str
    ethnic: bool
    times: int
    words: dict[str, tuple[str, ...]] = field(hash=False)


def for_training(word: str) -> bool:
    """Whether the word is on the training side of the split (the functional tests have the other)."""
    return hashlib.sha256(word.lower().encode()).digest()[0] % 2 == 0


@cache
def words() -> dict[str, tuple[str, ...]]:
    """The words of each slot other than the groups', training side only."""
    lists: dict[str, tuple[str, ...]] = {}
    for name in ("words.txt", "names.txt"):
        for line in _lines(name):
            slot, _, listed = line.partition(":")
            kept = dict.fromkeys(word for word in _listed(listed) if for_training(word))
            lists[slot.strip()] = lists.get(slot.strip(), ()) + tuple(kept)
    return lists


@cache
def profane() -> frozenset[str]:
    """Words that make a text obscene: profanity, and the slurs of the groups; lower-case."""
    own = {word for line in _lines("profane.txt") for word in _listed(line)}
    slurs = {word for group in groups() for slot in ("slur", "slurs") for word in group.words[slot]}
    return frozenset(word.lower() for word in own | slurs)


@cache
def groups() -> tuple[Group, ...]:
    """The identity groups of the training side."""
    found = []
    for line in _lines("groups.txt"):
        title, *columns = [part.strip() for part in line.split("|")]
        columns += [""] * (7 - len(columns))
        fields = dict(
            zip(("group", "member", "adj", "slur", "slurs", "own_slur", "own_slurs"), columns, strict=False)
        )
        lists = {name: tuple(_listed(text)) for name, text in fields.items()}
        lists["ethnic"] = lists["group"]
        times = OFTEN if "[often]" in title else 1
        found.append(Group(title.partition("[")[0].strip(), "[ethnic]" in title, times, lists))
    return tuple(found)


@cache
def frames() -> tuple[Frame, ...]:
    """Every frame of the files in `frames/`, in the order of the files' names."""
    found = []
    for path in sorted((_FOLDER / "frames").glob("*.txt")):
        function, labels, by_words = "", dict[str, float](), True
        for line in _lines(f"frames/{path.name}"):
            if line.startswith("=="):
                function, labels, by_words = _header(line)
            else:
                found.append(Frame(function, line, labels, by_words))
    return tuple(found)


def examples(seed: int, per_function: int | None = None) -> Iterator[Templated]:
    """Distinct examples, function by function, the same for the same seed.

    Args:
        seed: decides which words and frames are drawn.
        per_function: the most of a function, `PER_FUNCTION` if not given; fewer where its frames give fewer.
    """
    wanted = PER_FUNCTION if per_function is None else per_function
    by_function: dict[str, list[Frame]] = {}
    for frame in frames():
        by_function.setdefault(frame.function, []).append(frame)
    seen: set[str] = set()
    for function in sorted(by_function):
        draw = random.Random(f"{seed}:{function}")
        given = Counter[Frame]()
        for number in range(wanted * TRIES):
            if given.total() == wanted:
                break
            frame = _next(by_function[function], number, draw)
            text = "" if given[frame] == PER_FRAME else fill(frame, draw)
            dressed = _dressed(text, draw) if text else ""
            if not text or not seen.isdisjoint({text.lower(), dressed.lower()}):
                continue
            seen |= {text.lower(), dressed.lower()}
            given[frame] += 1
            labels = dict(frame.labels)
            if frame.obscene_by_words:
                labels["obscene"] = float(_is_profane(text))
            yield Templated(dressed, labels, function)


def fill(frame: Frame, draw: random.Random) -> str:
    """The frame with its choices made and its slots filled."""
    pattern = frame.pattern
    while _CHOICE.search(pattern):
        pattern = _CHOICE.sub(lambda found: draw.choice(found[1].split("|")), pattern, count=1)
    pattern = re.sub(r"\s+([.,!?;])", r"\1", " ".join(pattern.split()))
    slots = frame.slots()
    first = _group_for(slots, draw, "")
    second = _group_for(
        [slot.removeprefix("other_") for slot in slots if slot.startswith("other_")], draw, first.name
    )
    drawn: dict[str, str] = {}
    choices_of: dict[str, tuple[str, ...]] = {}

    def value(found: re.Match[str]) -> str:
        name, number = found["name"].lower(), found["number"]
        key = name + number
        if key not in drawn:
            if name.removeprefix("other_") in _GROUP_SLOTS:
                owner = second if name.startswith("other_") else first
                choices = owner.words[name.removeprefix("other_")]
            else:
                choices = words()[name]
            choices_of[key] = choices
            unused = [word for word in choices if word not in drawn.values()]
            drawn[key] = draw.choice(unused or choices)
            if name in _NAME_SLOTS and draw.random() < INVENTED:
                drawn[key] = _invented(choices, draw)
        word = drawn[key]
        if word.startswith("the ") and _QUANTIFIER.search(pattern[: found.start()]):  # "many the elderly"
            word = next(other for other in choices_of[key] if not other.startswith("the "))
        if found["article"]:
            word = f"{'an' if _vowel(word) else 'a'} {word}"
        upper = found["article"] == "A" or (not found["article"] and found["name"][0].isupper())
        return word[0].upper() + word[1:] if upper else word

    return _SLOT.sub(value, pattern)


def given_name(draw: random.Random) -> str:
    """A person's name as frames have them, listed or invented."""
    return fill(Frame("", "{given}", {}, obscene_by_words=False), draw)


def _invented(listed: tuple[str, ...], draw: random.Random) -> str:
    """A new name of the training side."""
    while not for_training(name := name_like(listed, draw)):
        pass
    return name


def _next(of_function: list[Frame], number: int, draw: random.Random) -> Frame:
    """Frames take turns, each round in a new order, so that none of a function is rare by chance."""
    if number % len(of_function) == 0:
        draw.shuffle(of_function)
    return of_function[number % len(of_function)]


def _group_for(slots: list[str], draw: random.Random, unlike: str) -> Group:
    """A group that has words for the slots; another one than `unlike`."""
    fitting, weights = _fitting(frozenset(slots).intersection(_GROUP_SLOTS))
    while (found := draw.choices(fitting, cum_weights=weights)[0]).name == unlike:
        pass
    return found


@cache
def _fitting(slots: frozenset[str]) -> tuple[list[Group], list[int]]:
    """The groups that have words for all the slots, and their weights, added up."""
    found = [
        group
        for group in groups()
        if (group.ethnic or "ethnic" not in slots) and all(group.words[slot] for slot in slots)
    ]
    return found, list(accumulate(group.times for group in found))


def _dressed(text: str, draw: random.Random) -> str:
    """Ordinary carelessness, the same for every function: a sentence around it, no capitals, no full stop."""
    if draw.random() < CONTEXT_SHARE:
        before, after = draw.choice(((1, 0), (0, 1), (1, 1)))
        sentences = draw.sample(_contexts(), before + after)
        text = " ".join((*sentences[:before], _ended(text) if after else text, *sentences[before:]))
    if draw.random() < LOWER_SHARE:
        text = text.lower()
    if draw.random() < BARE_SHARE:
        text = text.removesuffix(".")
    return text


@cache
def _contexts() -> tuple[str, ...]:
    return tuple(_lines("contexts.txt"))


def _ended(text: str) -> str:
    return text if text[-1] in ".!?\"')…" else text + "."


def _is_profane(text: str) -> bool:
    return _profane_pattern().search(text.lower()) is not None


@cache
def _profane_pattern() -> re.Pattern[str]:
    listed = sorted(profane(), key=lambda word: (-len(word), word))
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, listed)) + r")(?![a-z])")


def _vowel(word: str) -> bool:
    """Whether "an" goes before the word; by letter, with the few exceptions that the lists hold."""
    lower = word.lower()
    if lower.startswith(("honest", "hour", "heir")):
        return True
    return lower[0] in "aeiou" and not lower.startswith(("uni", "use", "uk", "euro", "one"))


def _header(line: str) -> tuple[str, dict[str, float], bool]:
    """`== name: insult ?threat -obscene`: named ones are 1, with ? unknown, with - 0 whatever the words."""
    function, _, named = line.removeprefix("==").partition(":")
    labels, by_words = dict.fromkeys(LABELS, 0.0), True
    for word in named.split():
        label = word.lstrip("?-")
        if label not in labels:
            raise ValueError(f"no such label: {word} in {line}")
        if label == "obscene":
            by_words = False
        if word.startswith("?"):
            del labels[label]
        else:
            labels[label] = 0.0 if word.startswith("-") else 1.0
    return function.strip(), labels, by_words


def _listed(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(",")) if word]


def _lines(name: str) -> list[str]:
    """The lines of a data file, without comments and empty ones."""
    lines = (line.strip() for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(("# ", "#\n"))]
