from dataclasses import replace

import pytest

from parley.policy import AuditShares, Policy, Threshold
from parley.policy_history import changed_fields
from parley.urgency import DEFAULT_TARGETS, Band

NEVER = Threshold(None, None)
BEFORE = Policy(version=3, thresholds={"insult": Threshold(0.4, 0.9)})


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (replace(BEFORE, version=4), ()),
        (replace(BEFORE, max_links=1, held_terms=("crypto",)), ("held_terms", "max_links")),
        (
            replace(BEFORE, thresholds={"insult": Threshold(0.4, None)}),
            ("thresholds.insult.reject_at",),
        ),
        (
            replace(BEFORE, thresholds={}),
            ("thresholds.insult", "thresholds.insult.review_at", "thresholds.insult.reject_at"),
        ),
        (
            replace(BEFORE, thresholds={**BEFORE.thresholds, "threat": NEVER}),
            ("thresholds.threat",),
        ),
        (replace(BEFORE, audit=AuditShares(published=0.01)), ("audit.published",)),
        (replace(BEFORE, review_targets={**DEFAULT_TARGETS, Band.LOW: 9999}), ("review_targets.low",)),
    ],
)
def test_a_change_is_named_as_a_request_names_it(after: Policy, changes: tuple[str, ...]) -> None:
    assert changed_fields(BEFORE, after) == changes
