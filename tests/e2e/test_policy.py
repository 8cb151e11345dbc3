"""A moderator's work on the queue and the policy, through HTTP on the deployed stack, rights enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.stack import WIDE_LIMITS, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import DeployedStack

KIND = "A bridge would help all of us who cycle to work."
BORDERLINE = "Only a fool would believe that nonsense."
ARTICLE = "policy-day"


def ask(stack: DeployedStack, method: str, path: str, body: Any = None, **query: Any) -> Any:
    response = stack.request(method, f"/moderation/{path}", user="mod", json=body, params=query or None)
    assert response.status_code == 200, response.text
    return response.json()


def submitted(stack: DeployedStack, body: str, key: str) -> dict[str, Any]:
    response = stack.request(
        "POST",
        f"/articles/{ARTICLE}/comments",
        user="ann",
        json={"body": body},
        headers={"Idempotency-Key": key},
    )
    assert response.status_code == 201, response.text
    comment: dict[str, Any] = response.json()["comment"]
    return comment


@pytest.fixture
def policy(stack: DeployedStack) -> Iterator[dict[str, Any]]:
    """The policy in force; it is again after the test, and nothing waits any more."""
    before = ask(stack, "GET", "policy")["policy"]
    yield before
    now = ask(stack, "GET", "policy")["policy"]
    if now["version"] != before["version"]:
        ask(stack, "POST", "policy/rollbacks", {"to": before["version"], "version": now["version"]})
    for comment in ask(stack, "GET", "queue", article_id=ARTICLE)["comments"]:
        decision = {"action": "approve", "version": comment["version"]}
        ask(stack, "POST", f"comments/{comment['id']}/decisions", decision)


@pytest.mark.usefixtures("policy")
def test_a_decision_is_found_counted_taken_back_and_made_again(stack: DeployedStack) -> None:
    made = submitted(stack, BORDERLINE, "policy-1")
    (found,) = ask(stack, "GET", "queue", article_id=ARTICLE, rule="model")["comments"]
    assert found["id"] == made["id"]
    assert ask(stack, "GET", "queue", article_id=ARTICLE, rule="links")["comments"] == []
    wait_for(lambda: ask(stack, "GET", "queue/counts")["counts"]["causes"].get("borderline"))

    path = f"comments/{made['id']}/decisions"
    ask(stack, "POST", path, {"action": "reject", "reason": "abusive", "version": 1})
    undone = ask(stack, "POST", path, {"action": "undo", "version": 2})["comment"]
    assert (undone["status"], undone["review"]["opened_at"]) == ("held", found["review"]["opened_at"])
    again = ask(stack, "POST", path, {"action": "reject", "reason": "abusive", "version": 3})["comment"]
    assert again["status"] == "rejected"

    history = ask(stack, "GET", f"comments/{made['id']}")["history"]
    assert [entry["action"] for entry in history] == ["submitted", "rejected", "undone", "rejected"]
    wait_for(lambda: not ask(stack, "GET", "queue/counts")["counts"]["causes"].get("borderline"))


def test_a_policy_is_tried_out_saved_measured_and_taken_back(
    stack: DeployedStack, policy: dict[str, Any]
) -> None:
    submitted(stack, KIND, "policy-2")
    model = ask(stack, "GET", "model")["model"]
    strict = {
        **WIDE_LIMITS,
        "version": policy["version"],
        "thresholds": {label: {"review_at": 0.0001} for label in model["labels"]},
    }
    simulation = ask(stack, "POST", "policy/simulations", {"policy": strict, "comments": 100})["simulation"]
    assert simulation["comments"] >= 1
    assert simulation["candidate"]["outcomes"]["held"] > simulation["current"]["outcomes"]["held"]

    audited = {**WIDE_LIMITS, "version": policy["version"], "audit": {"published": 1, "rejected": 1}}
    saved = ask(stack, "PUT", "policy", audited)["policy"]
    made = submitted(stack, KIND + " Really.", "policy-3")
    assert made["status"] == "published"
    (blind,) = ask(stack, "GET", "queue", cause="audit")["comments"]
    assert (blind["id"], blind["is_blind"], blind["status"], blind["scores"]) == (
        made["id"],
        True,
        None,
        None,
    )
    decision = {"action": "reject", "reason": "spam", "version": 1}
    ask(stack, "POST", f"comments/{made['id']}/decisions", decision)
    audit = ask(stack, "GET", "statistics", days=1)["statistics"]["audit"]
    assert (audit["published"]["count"], audit["published"]["of"]) == (1, 1)

    back = ask(stack, "POST", "policy/rollbacks", {"to": policy["version"], "version": saved["version"]})[
        "policy"
    ]
    assert back["audit"] == {"published": 0.0, "rejected": 0.0}
    versions = ask(stack, "GET", "policy/versions", limit=2)["versions"]
    assert [version["restored_from"] for version in versions] == [policy["version"], None]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "statistics"), ("GET", "model"), ("POST", "policy/simulations"), ("GET", "policy/versions")],
)
def test_authors_are_not_asked_in(stack: DeployedStack, method: str, path: str) -> None:
    body = {"policy": {"version": 0}} if method == "POST" else None

    assert stack.request(method, f"/moderation/{path}", user="ann", json=body).status_code == 403
    assert stack.request(method, f"/moderation/{path}", json=body).status_code == 401
