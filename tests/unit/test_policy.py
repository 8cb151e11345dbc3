import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.comment import ReviewCause, Rule, Status
from parley.errors import Invalid
from parley.policy import (
    RULE_URGENCY,
    AuditShares,
    Policy,
    Threshold,
    checked,
    decide,
    screen,
    with_model_defaults,
)
from parley.signals import Signals
from parley.urgency import DEFAULT_TARGETS, MAX_TARGET, Band

RULES = Policy(
    thresholds={"toxicity": Threshold(0.5, 0.9), "threat": Threshold(0.3, None)},
    banned_terms=("dork",),
    held_terms=("crypto",),
    max_links=1,
)
NOTHING = Signals()
STRICTNESS = [Status.PUBLISHED, Status.HELD, Status.REJECTED]


@pytest.mark.parametrize(
    ("scores", "status"),
    [
        ({"toxicity": 0.49, "threat": 0.29}, Status.PUBLISHED),
        ({"toxicity": 0.5, "threat": 0.0}, Status.HELD),
        ({"toxicity": 0.89, "threat": 0.0}, Status.HELD),
        ({"toxicity": 0.9, "threat": 0.0}, Status.REJECTED),
        ({"toxicity": 0.0, "threat": 1.0}, Status.HELD),
    ],
)
def test_a_score_at_a_threshold_reaches_it(scores: dict[str, float], status: Status) -> None:
    assert decide(scores, NOTHING, RULES).status is status


def test_every_rule_that_fired_is_kept_and_the_strictest_wins() -> None:
    text = "dork, buy crypto at a.com and b.com"

    decision = decide({"toxicity": 0.6, "threat": 0.4}, screen(text, RULES), RULES)

    assert decision.status is Status.REJECTED
    assert [(r.rule, r.outcome, r.label or r.term) for r in decision.reasons] == [
        (Rule.BANNED_TERM, Status.REJECTED, "dork"),
        (Rule.HELD_TERM, Status.HELD, "crypto"),
        (Rule.LINKS, Status.HELD, None),
        (Rule.MODEL, Status.HELD, "toxicity"),
        (Rule.MODEL, Status.HELD, "threat"),
    ]


def test_a_reason_of_the_model_names_label_score_and_threshold() -> None:
    (reason,) = decide({"toxicity": 0.95}, NOTHING, RULES).reasons

    assert (reason.label, reason.score, reason.threshold) == ("toxicity", 0.95, 0.9)


@given(
    st.builds(
        Signals,
        banned_terms=st.sampled_from([(), ("dork",)]),
        held_terms=st.sampled_from([(), ("crypto",)]),
        links=st.integers(0, 5),
    )
)
def test_what_could_not_be_scored_is_never_published(signals: Signals) -> None:
    decision = decide(None, signals, RULES)

    assert decision.status is not Status.PUBLISHED
    assert (decision.review_causes == (ReviewCause.UNSCORED,)) == (decision.status is Status.HELD)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_never_gets_a_milder_outcome(one: float, other: float) -> None:
    low, high = sorted((one, other))

    outcomes = [STRICTNESS.index(decide({"toxicity": s}, NOTHING, RULES).status) for s in (low, high)]

    assert outcomes == sorted(outcomes)


def test_only_held_comments_ask_for_a_person() -> None:
    assert decide({"toxicity": 0.1}, NOTHING, RULES).review_causes == ()
    assert decide({"toxicity": 0.6}, NOTHING, RULES).review_causes == (ReviewCause.BORDERLINE,)
    assert decide({"toxicity": 0.99}, NOTHING, RULES).review_causes == ()


def test_a_label_without_thresholds_never_decides() -> None:
    assert decide({"sexual_explicit": 1.0}, NOTHING, RULES).status is Status.PUBLISHED


def test_the_model_fills_in_thresholds_that_the_policy_does_not_set() -> None:
    defaults = {
        "toxicity": {"review_at": 0.1, "reject_at": 0.2},
        "insult": {"review_at": 0.4, "reject_at": 0.8},
    }

    merged = with_model_defaults(Policy(thresholds={"toxicity": Threshold(0.7, None)}), defaults)

    assert merged.thresholds == {"toxicity": Threshold(0.7, None), "insult": Threshold(0.4, 0.8)}


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (Policy(audit=AuditShares(published=1.5)), "audit.published"),
        (Policy(audit=AuditShares(rejected=-0.1)), "audit.rejected"),
        (Policy(review_targets={**DEFAULT_TARGETS, Band.LOW: 0}), "review_targets.low"),
        (Policy(review_targets={**DEFAULT_TARGETS, Band.NORMAL: 30}), "review_targets.normal"),
        (Policy(review_targets={**DEFAULT_TARGETS, Band.LOW: MAX_TARGET + 1}), "review_targets.low"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_by_its_name(broken: Policy, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(broken)

    assert refused.value.field == field


def test_all_rules_that_cannot_work_are_named_at_once() -> None:
    broken = Policy(
        thresholds={"insult": Threshold(0.9, 0.5)},
        max_links=-1,
        audit=AuditShares(published=1.5),
        review_targets={**DEFAULT_TARGETS, Band.SEVERE: 0},
        banned_terms=("fine", "!!!", "a*"),
    )

    with pytest.raises(Invalid) as refused:
        checked(broken)

    assert [refused.value.field, *(field for field, _ in refused.value.others)] == [
        "thresholds.insult.reject_at",
        "max_links",
        "review_targets.severe",
        "audit.published",
        "banned_terms.1",
        "banned_terms.2",
    ]


def test_what_a_rule_beside_the_model_holds_does_not_wait_at_the_end() -> None:
    decision = decide({"toxicity": 0.01}, Signals(held_terms=("crypto",)), RULES)

    assert decision.urgency == RULE_URGENCY
