"""The site's rules: from scores and signals to a decision. Pure functions on plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from parley.comment import Decision, Reason, Rule, Status
from parley.errors import Invalid
from parley.signals import NONE, Signals
from parley.text import MIN_BESIDE_WILDCARD, count_links, has_broad_wildcard, matching_terms
from parley.urgency import DEFAULT_TARGETS, MAX_TARGET, Band

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Strictest last: the strictest rule that fires wins.
_STRICTNESS: Final = (Status.PUBLISHED, Status.HELD, Status.REJECTED)
MAX_URGENCY: Final = 99
# Without scores nothing is known, so an unscored comment waits in the middle of the queue.
UNSCORED_URGENCY: Final = 50
# What a word list or a limit holds may be harmless to the model, but somebody waits for it all the same.
RULE_URGENCY: Final = 40
# What a site may set: from the least that makes sense to what one request can still work off.
LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "max_links": (0, 100),
    "max_length": (1, 10_000),
    "max_depth": (0, 10),
    "max_comments": (1, 60),
    "max_previews": (1, 60),
    "rate_seconds": (1, 3600),
    "repeat_minutes": (0, 7 * 24 * 60),
    "first_comments": (0, 100),
    "max_rejections": (0, 100),
    "rejection_days": (1, 30),
    "edit_minutes": (0, 7 * 24 * 60),
    "appeal_days": (1, 366),
    "close_after_days": (0, 3660),
    "report_review_at": (0.1, 100),
    "report_hold_at": (0.1, 100),
}
MAX_TERMS: Final = 1000
MAX_TERM_LENGTH: Final = 100
# Of both lists in UTF-8: the whole policy is one item, which DynamoDB takes up to 400 KB of.
MAX_BYTES_OF_TERMS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Threshold:
    """Probabilities in [0, 1] from which on a label holds or rejects; None never does."""

    review_at: float | None
    reject_at: float | None


@dataclass(frozen=True, slots=True)
class AuditShares:
    """Shares in [0, 1] of automatic outcomes that moderators see blind, so that misses are measured."""

    published: float = 0.0
    rejected: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the rules; version 0 is the built-in default.

    Attributes:
        version: Counts up with each saved change.
        thresholds: Per label of the model.
        banned_terms: Words and phrases that reject.
        held_terms: Words and phrases that hold.
        max_links: More links than this hold.
        max_length: Longest text in characters.
        max_depth: Deepest reply; 0 allows top-level comments only.
        max_comments: How many comments and edits an author may write
        rate_seconds: within so many seconds;
        max_previews: and how many previews they may ask for.
        repeat_minutes: Who writes the same text again within so many minutes is held; 0 for never.
        first_comments: Comments are held until an author has so many published; 0 for none.
        max_rejections: Who has had so many comments rejected is held; 0 for nobody,
        rejection_days: counted over so many days.
        edit_minutes: For how long an author may edit a comment; 0 for never.
        appeal_days: For how long a rejection may be appealed.
        close_after_days: So many days after its first comment an article closes; 0 for never.
        report_review_at: From this weight of readers' reports on, a person looks,
        report_hold_at: and from this on, the comment is held until then.
        staff_skips_scoring: Whether comments by moderators are published without being scored.
        review_targets: Minutes within which somebody should look, per band of urgency.
        audit: How much of what is decided automatically goes to a blind review.
    """

    version: int = 0
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    banned_terms: tuple[str, ...] = ()
    held_terms: tuple[str, ...] = ()
    max_links: int = 3
    max_length: int = 5000
    max_depth: int = 3
    max_comments: int = 10
    rate_seconds: int = 60
    max_previews: int = 30
    repeat_minutes: int = 60
    first_comments: int = 0
    max_rejections: int = 5
    rejection_days: int = 7
    edit_minutes: int = 15
    appeal_days: int = 184  # six months, as Article 20 of the EU's Digital Services Act asks
    close_after_days: int = 0
    report_review_at: float = 0.5
    report_hold_at: float = 2.0
    staff_skips_scoring: bool = False
    review_targets: Mapping[Band, int] = field(default_factory=lambda: dict(DEFAULT_TARGETS))
    audit: AuditShares = AuditShares()


@dataclass(frozen=True, slots=True)
class SavedPolicy:
    """A version of the policy, and who saved it.

    Attributes:
        policy: The rules.
        saved_at: When, ISO 8601 UTC; empty for the built-in version 0.
        saved_by: Display name of who did.
        note: What it was for.
        restored_from: The version that it brought back; None for a version of its own.
    """

    policy: Policy
    saved_at: str = ""
    saved_by: str = ""
    note: str | None = None
    restored_from: int | None = None


def with_model_defaults(policy: Policy, defaults: Mapping[str, Mapping[str, float]]) -> Policy:
    """The policy, with the model's own thresholds for every label that it does not set."""
    thresholds = {
        label: Threshold(values.get("review_at"), values.get("reject_at"))
        for label, values in defaults.items()
    }
    return replace(policy, thresholds=thresholds | dict(policy.thresholds))


def checked(policy: Policy) -> Policy:
    """The policy as it may be saved: terms trimmed and without repeats.

    Raises:
        Invalid: Rules cannot work; it names each by its field, e.g. `thresholds.insult.reject_at`.
    """
    banned, held = _trimmed(policy.banned_terms), _trimmed(policy.held_terms)
    wrong: dict[str, str] = {}
    for name, message in _wrong_rules(policy, banned, held):
        wrong.setdefault(name, message)
    if wrong:
        (name, message), *others = wrong.items()
        raise Invalid(name, message, tuple(others))
    return replace(policy, banned_terms=banned, held_terms=held)


def _wrong_rules(policy: Policy, banned: tuple[str, ...], held: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The fields of the rules that cannot work, with what is wrong."""
    for label, threshold in policy.thresholds.items():
        yield from _wrong_threshold(f"thresholds.{label}", threshold)
    for name, (low, high) in LIMITS.items():
        if not low <= getattr(policy, name) <= high:
            yield name, f"must be from {low} to {high}"
    if policy.report_hold_at < policy.report_review_at:
        yield "report_hold_at", "must not be under report_review_at"
    yield from _wrong_targets(policy.review_targets)
    for name in ("published", "rejected"):
        if not 0 <= getattr(policy.audit, name) <= 1:
            yield f"audit.{name}", "must be a share from 0 to 1"
    yield from _wrong_terms("banned_terms", policy.banned_terms, banned)
    yield from _wrong_terms("held_terms", policy.held_terms, held)
    if sum(len(term.encode()) for term in (*banned, *held)) > MAX_BYTES_OF_TERMS:
        longer = max(("banned_terms", banned), ("held_terms", held), key=lambda one: len("".join(one[1])))
        yield longer[0], f"is too long: both lists may take {MAX_BYTES_OF_TERMS} bytes together"


def _wrong_threshold(field_name: str, threshold: Threshold) -> Iterator[tuple[str, str]]:
    for name, value in (("review_at", threshold.review_at), ("reject_at", threshold.reject_at)):
        if value is not None and not 0 < value <= 1:
            yield f"{field_name}.{name}", "must be over 0 and at most 1, or null for never"
    if None not in (threshold.review_at, threshold.reject_at) and threshold.review_at > threshold.reject_at:  # type: ignore[operator]
        yield f"{field_name}.reject_at", "must not be under review_at"


def _wrong_targets(targets: Mapping[Band, int]) -> Iterator[tuple[str, str]]:
    least = 1
    for band in Band:
        if not 1 <= targets[band] <= MAX_TARGET:
            yield f"review_targets.{band}", f"must be from 1 to {MAX_TARGET} minutes"
        elif targets[band] < least:
            yield f"review_targets.{band}", "must not be shorter than that of a more urgent band"
        else:
            least = targets[band]


def _trimmed(terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(term.split()) for term in terms))


def _wrong_terms(
    field_name: str, terms: tuple[str, ...], trimmed: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    if len(terms) > MAX_TERMS:
        yield field_name, f"must have at most {MAX_TERMS} entries"
        return
    for number, term in enumerate(trimmed):
        if len(term) > MAX_TERM_LENGTH:
            yield f"{field_name}.{number}", f"must have at most {MAX_TERM_LENGTH} characters"
        elif has_broad_wildcard(term):
            yield f"{field_name}.{number}", f"needs {MIN_BESIDE_WILDCARD} letters beside a wildcard"
        elif not matching_terms(term, [term]):
            yield f"{field_name}.{number}", "has no word in it that could ever match"


def screen(text: str, policy: Policy, circumstances: Signals = NONE) -> Signals:
    """Look at a normalised text with the policy's word lists; what is known beside it is added."""
    return replace(
        circumstances,
        banned_terms=matching_terms(text, policy.banned_terms),
        held_terms=matching_terms(text, policy.held_terms),
        links=count_links(text),
    )


def _model_reasons(scores: Mapping[str, float], policy: Policy) -> list[Reason]:
    reasons = []
    for label, score in scores.items():
        threshold = policy.thresholds.get(label)
        if threshold is None:
            continue
        for outcome, limit in ((Status.REJECTED, threshold.reject_at), (Status.HELD, threshold.review_at)):
            if limit is not None and score >= limit:
                reasons.append(
                    Reason(rule=Rule.MODEL, outcome=outcome, label=label, score=score, threshold=limit)
                )
                break
    return reasons


def _holding_rules(signals: Signals, policy: Policy) -> list[Rule]:
    """The rules that hold a comment for what is known beside its words and scores."""
    published = signals.earlier_published
    rejections = signals.recent_rejections
    fired = {
        Rule.LINKS: signals.links > policy.max_links,
        Rule.REPEATED: policy.repeat_minutes > 0 and signals.repeats > 0,
        Rule.FIRST_COMMENT: published is not None and published < policy.first_comments,
        Rule.RECENT_REJECTIONS: 0 < policy.max_rejections <= rejections,
        Rule.PREMODERATED_AUTHOR: signals.is_author_premoderated,
        Rule.PREMODERATED_ARTICLE: signals.is_article_premoderated,
    }
    return [rule for rule, has_fired in fired.items() if has_fired]


def skips_scoring(signals: Signals, policy: Policy) -> bool:
    """Whether a comment is published unseen because its author is staff and the policy says so."""
    return signals.is_staff and policy.staff_skips_scoring


def decide(scores: Mapping[str, float] | None, signals: Signals, policy: Policy) -> Decision:
    """Apply every rule; the strictest outcome wins and every rule that fired is kept.

    Args:
        scores: Probability per label, or None when the text could not be scored: then it is never published.
        signals: What `screen` saw.
        policy: The rules, with a threshold for each label that counts.
    """
    if skips_scoring(signals, policy):
        return Decision(Status.PUBLISHED, (Reason(rule=Rule.STAFF, outcome=Status.PUBLISHED),), 0)
    reasons = [
        Reason(rule=Rule.BANNED_TERM, outcome=Status.REJECTED, term=term) for term in signals.banned_terms
    ]
    reasons += [Reason(rule=Rule.HELD_TERM, outcome=Status.HELD, term=term) for term in signals.held_terms]
    reasons += [Reason(rule=rule, outcome=Status.HELD) for rule in _holding_rules(signals, policy)]
    if scores is None:
        reasons.append(Reason(rule=Rule.UNSCORED, outcome=Status.HELD))
    else:
        reasons += _model_reasons(scores, policy)
    status = max((reason.outcome for reason in reasons), key=_STRICTNESS.index, default=Status.PUBLISHED)
    return Decision(status, tuple(reasons), _urgency(scores, reasons))


def _urgency(scores: Mapping[str, float] | None, reasons: Iterable[Reason]) -> int:
    """How bad the text may be, by its worst score; a rule beside the model puts it at least in the middle."""
    if scores is None:
        return UNSCORED_URGENCY
    least = 0 if all(reason.rule is Rule.MODEL for reason in reasons) else RULE_URGENCY
    return max(least, round(MAX_URGENCY * max(scores.values(), default=0.0)))
