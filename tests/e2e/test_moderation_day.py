"""A whole day of moderation through HTTP on the deployed stack: each step goes on from the one before."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from tests.stack import WIDE_LIMITS, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import DeployedStack

KIND: Final = "A bridge would help all of us who cycle to work."
BORDERLINE: Final = "Only a fool would believe that nonsense."
VILE: Final = "Go and die, you worthless piece of shit"
JAM: Final = "I like quince jam."
ARTICLE: Final = "moderation-day"
IRIS, OMAR, ADA, MO = "day-iris", "day-omar", "day-ada", "mod"
READERS: Final = ("ben", "ann", OMAR)
_numbers = itertools.count()


@dataclass
class Day:
    """The site on that day.

    Attributes:
        stack: Where it runs.
        began_at: When the day began.
        policy: The version in force then.
        statistics: The statistics until then.
        made: The comments that the story goes on with, by a name, as they were answered last.
    """

    stack: DeployedStack
    began_at: datetime
    policy: int
    statistics: dict[str, Any]
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, user: str, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        headers = {"Idempotency-Key": f"day-{next(_numbers)}"}
        return self.stack.request(method, path, user=user, json=body, params=query or None, headers=headers)

    def call(self, user: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.ask(user, method, path, body, **query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def submit(self, name: str, user: str, body: str, **more: str) -> str:
        """A new comment, remembered by its name; its status."""
        made = self.call(user, "POST", f"/articles/{ARTICLE}/comments", {"body": body, **more})["comment"]
        self.made[name] = made
        return str(made["status"])

    def id(self, name: str) -> str:
        return str(self.made[name]["id"])

    def look(self, name: str) -> dict[str, Any]:
        """A comment with its history and reports, as a moderator sees it."""
        whole: dict[str, Any] = self.call(MO, "GET", f"/moderation/comments/{self.id(name)}")
        return whole

    def try_to_decide(self, user: str, name: str, **decision: Any) -> httpx.Response:
        wish = {"version": self.made[name]["version"], **decision}
        return self.ask(user, "POST", f"/moderation/comments/{self.id(name)}/decisions", wish)

    def decide(self, user: str, name: str, **decision: Any) -> str:
        """Decides about the version that was seen last; the status then."""
        answer = self.try_to_decide(user, name, **decision)
        assert answer.status_code == httpx.codes.OK, answer.text
        self.made[name] = answer.json()["comment"]
        return str(self.made[name]["status"])

    def lease(self, user: str) -> set[str]:
        """Takes what can be taken of this article."""
        wanted = {"limit": 50, "filter": {"article_id": ARTICLE}}
        return {found["id"] for found in self.call(user, "POST", "/moderation/leases", wanted)["comments"]}

    def queue(self) -> set[str]:
        found = self.call(MO, "GET", "/moderation/queue", article_id=ARTICLE, limit=100)["comments"]
        return {comment["id"] for comment in found}

    def page(self) -> dict[str, dict[str, Any]]:
        """The article's page as everybody sees it, by id."""
        answer = self.stack.request("GET", f"/articles/{ARTICLE}/comments", params={"limit": 100})
        return {comment["id"]: comment for comment in answer.json()["comments"]}

    def mine(self, user: str, name: str) -> dict[str, Any]:
        """A comment as its author finds it among their own."""
        own = self.call(user, "GET", "/me/comments", limit=100)["comments"]
        (found,) = [comment for comment in own if comment["id"] == self.id(name)]
        return dict(found)

    def export(self) -> list[dict[str, Any]]:
        """The decisions about this article, of the whole day."""
        span = {"from": self.began_at.isoformat(), "to": (self.began_at + timedelta(days=1)).isoformat()}
        lines = self.ask(MO, "GET", "/moderation/decisions", **span).text.splitlines()
        return [line for line in map(json.loads, lines) if line["article_id"] == ARTICLE]


def statistics(stack: DeployedStack) -> dict[str, Any]:
    # Two days, so that nothing leaves the span at midnight.
    answer = stack.request("GET", "/moderation/statistics", user=MO, params={"days": 2})
    found: dict[str, Any] = answer.json()["statistics"]
    return found


@pytest.fixture
def day(stack: DeployedStack) -> Iterator[Day]:
    """The day before anybody is up; after it the policy is the one of before, and nothing waits."""
    stack.add_person(IRIS)
    stack.add_person(OMAR)
    stack.add_person(ADA, is_moderator=True)
    before = stack.request("GET", "/moderation/policy", user=MO).json()["policy"]["version"]
    begun = Day(stack, datetime.now(UTC), before, statistics(stack))
    yield begun
    now = begun.call(MO, "GET", "/moderation/policy")["policy"]
    if now["version"] != before and now["restored_from"] != before:
        begun.call(MO, "POST", "/moderation/policy/rollbacks", {"to": before, "version": now["version"]})
    for comment in begun.call(MO, "GET", "/moderation/queue", article_id=ARTICLE, limit=100)["comments"]:
        wish = {"action": "reject", "reason": "other", "version": comment["version"]}
        for moderator in (MO, ADA):  # one of them may hold it, or may not decide about it
            begun.ask(moderator, "POST", f"/moderation/comments/{comment['id']}/decisions", wish)


def test_a_day_of_moderation(day: Day) -> None:
    readers_write(day)
    a_moderator_decides_what_waits_and_a_colleague_comes_late(day)
    a_decision_is_taken_back(day)
    readers_report_what_a_moderator_finds_in_order(day)
    an_appeal_is_granted_by_somebody_else(day)
    an_author_is_suspended_and_let_back_in(day)
    authors_edit_and_remove_what_is_theirs(day)
    a_policy_is_tried_out_saved_and_taken_back(day)
    what_still_waits_can_be_taken(day)
    the_numbers_of_the_day_are_right(day)


def readers_write(day: Day) -> None:
    assert day.submit("bridge", IRIS, KIND) == "published"
    assert day.submit("jam", IRIS, JAM) == "published"
    assert day.submit("thanks", IRIS, "And another one, thank you.") == "published"
    assert day.submit("reply", OMAR, "I agree.", parent_id=day.id("thanks")) == "published"
    assert day.submit("clear", IRIS, BORDERLINE) == "held"
    assert day.submit("doubtful", IRIS, f"{BORDERLINE} Really.") == "held"
    assert day.submit("mistaken", OMAR, f"{BORDERLINE} All of it.") == "held"
    assert day.submit("vile", OMAR, VILE) == "rejected"

    assert set(day.page()) == {day.id("bridge"), day.id("jam"), day.id("thanks")}
    assert day.queue() == {day.id("clear"), day.id("doubtful"), day.id("mistaken")}
    statement = day.mine(OMAR, "vile")["statement"]
    assert (statement["automated_decision"], statement["rules"]) == (True, ["model"])


def a_moderator_decides_what_waits_and_a_colleague_comes_late(day: Day) -> None:
    assert day.lease(MO) == day.queue()
    assert day.lease(ADA) == set()
    held_back = day.try_to_decide(ADA, "clear", action="approve")
    assert (held_back.status_code, held_back.json()["leased_by"]) == (httpx.codes.CONFLICT, "Mo Derator")

    seen = day.made["clear"]
    assert day.decide(MO, "clear", action="approve") == "published"
    late = day.try_to_decide(ADA, "clear", version=seen["version"], action="reject", reason="spam")
    assert late.status_code == httpx.codes.CONFLICT
    told = late.json()
    assert (told["decided_by"], told["comment_status"], told["version"]) == ("Mo Derator", "published", 2)

    message = "Please argue about the matter."
    assert day.decide(MO, "doubtful", action="reject", reason="abusive", message=message) == "rejected"
    assert day.id("clear") in day.page()
    assert day.id("doubtful") not in day.page()
    assert day.queue() == {day.id("mistaken")}


def a_decision_is_taken_back(day: Day) -> None:
    opened_at = day.made["mistaken"]["created_at"]
    assert day.decide(MO, "mistaken", action="approve") == "published"
    assert day.id("mistaken") in day.page()

    assert day.decide(MO, "mistaken", action="undo") == "held"
    assert day.made["mistaken"]["review"]["opened_at"] == opened_at
    assert day.id("mistaken") not in day.page()
    assert day.decide(MO, "mistaken", action="reject", reason="off_topic") == "rejected"

    history = day.look("mistaken")["history"]
    assert [entry["action"] for entry in history] == ["submitted", "approved", "undone", "rejected"]


def readers_report_what_a_moderator_finds_in_order(day: Day) -> None:
    reporters = 0
    for reader in READERS:
        day.call(reader, "POST", f"/comments/{day.id('bridge')}/reports", {"reason": "spam"})
        reporters += 1
        reported = day.look("bridge")["comment"]
        if reported["review"]:
            break
    assert (reported["status"], reported["review"]["causes"]) == ("published", ["reported"])
    assert reported["report_count"] == reporters

    day.made["bridge"] = reported
    assert day.lease(ADA) == {day.id("bridge")}
    assert day.decide(ADA, "bridge", action="approve") == "published"

    assert day.queue() == set()
    wrong = ["wrong"] * reporters
    wait_for(lambda: [report["outcome"] for report in day.look("bridge")["reports"]] == wrong)
    assert day.id("bridge") in day.page()


def an_appeal_is_granted_by_somebody_else(day: Day) -> None:
    refused = day.mine(IRIS, "doubtful")
    statement = refused["statement"]
    assert (statement["code"], statement["automated_decision"]) == ("abusive", False)
    assert statement["explanation"] == "Please argue about the matter."
    assert "appeal" in statement["redress"]

    appeal = {"text": "It was about the argument, not about anybody."}
    day.call(IRIS, "POST", f"/comments/{day.id('doubtful')}/appeals", appeal)
    day.made["doubtful"] = day.look("doubtful")["comment"]
    assert day.made["doubtful"]["review"]["causes"] == ["appealed"]

    assert day.lease(MO) == set()
    own = day.try_to_decide(MO, "doubtful", action="approve")
    assert own.status_code == httpx.codes.CONFLICT
    assert own.json()["type"].endswith("own-appeal")
    assert day.lease(ADA) == {day.id("doubtful")}
    assert day.decide(ADA, "doubtful", action="approve", message="You are right.") == "published"

    told = day.mine(IRIS, "doubtful")
    assert (told["status"], told["statement"]) == ("published", None)
    assert (told["appeal"]["outcome"], told["appeal"]["message"]) == ("granted", "You are right.")
    assert day.page()[day.id("doubtful")]["body"] == f"{BORDERLINE} Really."


def an_author_is_suspended_and_let_back_in(day: Day) -> None:
    author = f"/moderation/authors/{day.made['vile']['author']['id']}"
    version = day.call(MO, "GET", author)["author"]["version"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    suspension = {"action": "suspend", "reason": "threat", "message": "Calm down.", "until": tomorrow}
    suspended = day.call(MO, "POST", f"{author}/sanctions", {**suspension, "version": version})["author"]

    refused = day.ask(OMAR, "POST", f"/articles/{ARTICLE}/comments", {"body": "Well said."})
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert (refused.json()["reason"], refused.json()["message"]) == ("threat", "Calm down.")
    assert day.call(OMAR, "GET", "/me")["author"]["standing"] == "suspended"

    day.call(ADA, "POST", f"{author}/sanctions", {"action": "lift", "version": suspended["version"]})
    assert day.submit("back", OMAR, "Well said.") == "published"


def authors_edit_and_remove_what_is_theirs(day: Day) -> None:
    edit = {"body": "A tunnel would, too.", "version": 1}
    edited = day.call(OMAR, "PATCH", f"/comments/{day.id('reply')}", edit)["comment"]
    assert (edited["status"], edited["version"]) == ("published", 2)
    assert edited["edited_at"]
    assert [old["body"] for old in day.look("reply")["revisions"]] == ["I agree."]

    wait_for(lambda: day.page()[day.id("thanks")]["reply_count"] == 1)
    day.call(IRIS, "DELETE", f"/comments/{day.id('thanks')}")

    left = wait_for(lambda: day.page().get(day.id("thanks")))
    assert (left["status"], left["body"], left["reply_count"]) == ("removed", "", 1)
    replies = day.stack.request("GET", f"/comments/{day.id('thanks')}/replies").json()["comments"]
    assert [(reply["id"], reply["body"]) for reply in replies] == [(day.id("reply"), edit["body"])]


def a_policy_is_tried_out_saved_and_taken_back(day: Day) -> None:
    rules = {**WIDE_LIMITS, "version": day.policy, "banned_terms": ["quince"]}
    wanted = {"policy": rules, "comments": 100}
    simulation = day.call(MO, "POST", "/moderation/policy/simulations", wanted)["simulation"]
    now, then = simulation["current"]["outcomes"], simulation["candidate"]["outcomes"]
    assert sum(now.values()) == sum(then.values())
    assert (then["published"], then["rejected"]) == (now["published"] - 1, now["rejected"] + 1)
    (change,) = simulation["changes"]
    assert (change["from"], change["to"], change["count"]) == ("published", "rejected", 1)
    assert change["examples"][0]["comment"]["id"] == day.id("jam")

    saved = day.call(MO, "PUT", "/moderation/policy", {**rules, "note": "No fruit."})["policy"]
    assert day.submit("forbidden", OMAR, JAM) == "rejected"
    assert day.made["forbidden"]["reasons"] == [{"rule": "banned_term"}]

    rollback = {"to": day.policy, "version": saved["version"]}
    back = day.call(ADA, "POST", "/moderation/policy/rollbacks", rollback)["policy"]
    assert (back["restored_from"], back["banned_terms"]) == (day.policy, [])
    assert day.submit("allowed", OMAR, JAM) == "published"


def what_still_waits_can_be_taken(day: Day) -> None:
    assert day.submit("evening", IRIS, f"{BORDERLINE} Good night.") == "held"

    waiting = day.queue()
    assert waiting == {day.id("evening")}
    assert day.lease(ADA) == waiting

    assert day.decide(ADA, "evening", action="reject", reason="off_topic") == "rejected"
    assert day.queue() == set()


def the_numbers_of_the_day_are_right(day: Day) -> None:
    published = {"bridge", "jam", "clear", "doubtful", "back", "allowed"}
    assert set(day.page()) == {day.id(name) for name in published | {"thanks"}}

    def count() -> int:
        counts = day.stack.request("GET", "/counts", params={"article_id": ARTICLE}).json()["counts"]
        return int(counts[ARTICLE])

    # The reply under the removed comment counts, the removed comment does not.
    wait_for(lambda: count() == len(published) + 1)
    for author, expected in (
        (IRIS, {"published": 4, "held": 0, "rejected": 1, "removed": 1}),
        (OMAR, {"published": 3, "held": 0, "rejected": 3, "removed": 0}),
    ):
        assert day.call(author, "GET", "/me")["author"]["counts"] == expected, author

    steps = {"submitted": 12, "reported": 1, "appealed": 1, "edited": 1, "removed": 1}
    decisions = {"approved": 4, "rejected": 3, "undone": 1}
    wait_for(lambda: Counter(line["action"] for line in day.export()) == steps | decisions)
    (granted,) = [
        line
        for line in day.export()
        if (line["comment_id"], line["action"]) == (day.id("doubtful"), "approved")
    ]
    assert (granted["by"], granted["before"], granted["after"]) == ("moderator", "rejected", "published")

    def grown(name: str) -> dict[str, int]:
        before, now = day.statistics[name], statistics(day.stack)[name]
        return {key: now[key] - before[key] for key in now}

    wait_for(lambda: grown("moderators") == decisions)
    assert grown("automatic") == {"published": 6, "held": 4, "rejected": 2}
