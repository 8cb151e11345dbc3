"""What another policy would have made of comments that are decided already. Pure.

Scores and facts are replayed as they were; words are looked for anew where a list has words that were not on
it then, which takes the text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from parley import policy
from parley.comment import Status
from parley.histograms import histograms
from parley.intervals import Rate, rate
from parley.text import matching_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parley.comment import Reason
    from parley.histograms import Histogram
    from parley.policy import Policy
    from parley.verdicts import Case

MAX_COMMENTS: Final = 10_000
MAX_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Lists:
    """The word lists of a policy version."""

    banned: frozenset[str]
    held: frozenset[str]

    @classmethod
    def of(cls, rules: Policy) -> Lists:
        """Those of a policy."""
        return cls(frozenset(rules.banned_terms), frozenset(rules.held_terms))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy makes of the comments, against what moderators said.

    Attributes:
        outcomes: How many it publishes, holds and rejects.
        misses: Of what moderators rejected, how much it publishes.
        false_holds: Of what they approved, how much it holds.
        false_rejections: Of what they approved, how much it rejects.
        queue_per_hour: How many comments it sends to the queue an hour, its audit sample included; None where
            fewer than two comments were written in the time that was looked at.
    """

    outcomes: Mapping[Status, int]
    misses: Rate
    false_holds: Rate
    false_rejections: Rate
    queue_per_hour: float | None


@dataclass(frozen=True, slots=True)
class Example:
    """A comment of which two policies make different things, and why."""

    comment_id: str
    before: tuple[Reason, ...]
    after: tuple[Reason, ...]
    verdict: Status | None


@dataclass(frozen=True, slots=True)
class Shift:
    """How many comments the candidate moves from one status to another.

    Attributes:
        before: The status by the policy in force.
        after: The status by the candidate.
        count: How many.
        approved: How many of them moderators approved.
        rejected: How many of them they rejected.
        examples: Some, latest first.
    """

    before: Status
    after: Status
    count: int
    approved: int
    rejected: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Two policies on the same comments.

    Attributes:
        comments: How many.
        decided_by_moderators: About how many of them a moderator's decision stands.
        start: When the earliest of them was last decided about; None of none.
        end: When the latest was.
        without_text: How many would have had to be searched for new words, but their text is gone.
        current: The policy in force.
        candidate: The other one.
        shifts: What is different, most frequent first.
        histograms: By label, where the comments' scores lie.
    """

    comments: int
    decided_by_moderators: int
    start: str | None
    end: str | None
    without_text: int
    current: Outcome
    candidate: Outcome
    shifts: tuple[Shift, ...]
    histograms: Mapping[str, Histogram]


def new_terms(case: Case, known: Mapping[int, Lists], rules: Collection[Policy]) -> bool:
    """Whether one of these policies has a word that nobody looked for in this comment."""
    lists = known.get(case.policy_version)
    return any(
        (lists is None and bool(one.banned_terms or one.held_terms))
        or (
            lists is not None
            and bool(set(one.banned_terms) - lists.banned or set(one.held_terms) - lists.held)
        )
        for one in rules
    )


def simulate(
    cases: Sequence[Case],
    current: Policy,
    candidate: Policy,
    *,
    known: Mapping[int, Lists],
    texts: Mapping[str, str],
) -> Simulation:
    """Replay two policies on the same comments.

    Args:
        cases: The comments.
        current: The policy in force, with a threshold for each label that counts.
        candidate: The other one, likewise.
        known: The word lists of each policy version that the cases name.
        texts: By comment, the texts of those with `new_terms`, as far as they are still there.
    """
    latest_first = sorted(cases, key=lambda case: case.at, reverse=True)
    replays = [_Replay(rules, known, texts) for rules in (current, candidate)]
    outcomes = [[replay.decide(case) for case in latest_first] for replay in replays]
    statuses = [[status for status, _ in decided] for decided in outcomes]
    searched = [case for case in latest_first if new_terms(case, known, (current, candidate))]
    return Simulation(
        comments=len(latest_first),
        decided_by_moderators=sum(case.decision is not None for case in latest_first),
        start=latest_first[-1].at if latest_first else None,
        end=latest_first[0].at if latest_first else None,
        without_text=sum(case.comment_id not in texts for case in searched),
        current=_outcome(latest_first, statuses[0], current),
        candidate=_outcome(latest_first, statuses[1], candidate),
        shifts=_shifts(latest_first, outcomes[0], outcomes[1]),
        histograms=histograms(latest_first),
    )


Decided = tuple[Status, "tuple[Reason, ...]"]


class _Replay:
    """One policy, applied to what was known of comments."""

    def __init__(self, rules: Policy, known: Mapping[int, Lists], texts: Mapping[str, str]) -> None:
        self._rules = rules
        self._known = known
        self._texts = texts
        self._unknown: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def decide(self, case: Case) -> Decided:
        signals = case.signals
        rules = self._rules
        if rules.banned_terms or rules.held_terms or signals.banned_terms or signals.held_terms:
            banned, held = self._terms_to_look_for(case.policy_version)
            text = self._texts.get(case.comment_id, "") if banned or held else ""
            found = matching_terms(text, (*banned, *held)) if text else ()
            signals = replace(
                signals,
                banned_terms=_kept(signals.banned_terms, rules.banned_terms) + _kept(found, banned),
                held_terms=_kept(signals.held_terms, rules.held_terms) + _kept(found, held),
            )
        decision = policy.decide(case.scores, signals, rules)
        return decision.status, decision.reasons

    def _terms_to_look_for(self, version: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if version not in self._unknown:
            lists = self._known.get(version, Lists(frozenset(), frozenset()))
            self._unknown[version] = (
                tuple(term for term in self._rules.banned_terms if term not in lists.banned),
                tuple(term for term in self._rules.held_terms if term not in lists.held),
            )
        return self._unknown[version]


def _kept(found: Sequence[str], listed: Collection[str]) -> tuple[str, ...]:
    return tuple(term for term in found if term in listed)


def _outcome(cases: Sequence[Case], statuses: Sequence[Status], rules: Policy) -> Outcome:
    made = Counter(zip((case.verdict for case in cases), statuses, strict=True))
    approved = sum(made[Status.PUBLISHED, status] for status in Status)
    rejected = sum(made[Status.REJECTED, status] for status in Status)
    counts = Counter(statuses)
    return Outcome(
        outcomes={status: counts[status] for status in (Status.PUBLISHED, Status.HELD, Status.REJECTED)},
        misses=rate(made[Status.REJECTED, Status.PUBLISHED], rejected),
        false_holds=rate(made[Status.PUBLISHED, Status.HELD], approved),
        false_rejections=rate(made[Status.PUBLISHED, Status.REJECTED], approved),
        queue_per_hour=_queue_per_hour(cases, statuses, rules),
    )


def _queue_per_hour(cases: Sequence[Case], statuses: Sequence[Status], rules: Policy) -> float | None:
    written = [
        (datetime.fromisoformat(case.submitted_at), status)
        for case, status in zip(cases, statuses, strict=True)
        if case.submitted_at
    ]
    if not written:
        return None
    times = [at for at, _ in written]
    hours = (max(times) - min(times)) / timedelta(hours=1)
    if not hours:
        return None
    counts = Counter(status for _, status in written)
    audited = (
        counts[Status.PUBLISHED] * rules.audit.published + counts[Status.REJECTED] * rules.audit.rejected
    )
    return round((counts[Status.HELD] + audited) / hours, 2)


def _shifts(cases: Sequence[Case], before: Sequence[Decided], after: Sequence[Decided]) -> tuple[Shift, ...]:
    moved: dict[tuple[Status, Status], list[tuple[Case, Decided, Decided]]] = {}
    for case, old, new in zip(cases, before, after, strict=True):
        if old[0] is not new[0]:
            moved.setdefault((old[0], new[0]), []).append((case, old, new))
    shifts = [
        Shift(
            before=old_status,
            after=new_status,
            count=len(found),
            approved=sum(case.verdict is Status.PUBLISHED for case, _, _ in found),
            rejected=sum(case.verdict is Status.REJECTED for case, _, _ in found),
            examples=tuple(
                Example(case.comment_id, old[1], new[1], case.verdict)
                for case, old, new in found[:MAX_EXAMPLES]
            ),
        )
        for (old_status, new_status), found in moved.items()
    ]
    return tuple(sorted(shifts, key=lambda shift: -shift.count))
