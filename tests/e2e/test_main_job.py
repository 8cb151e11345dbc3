"""The main job through HTTP on the deployed stack: submit, score, review, publish."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.stack import WIDE_LIMITS, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from tests.stack import DeployedStack

KIND = "A bridge would help all of us who cycle to work."
BORDERLINE = "Only a fool would believe that nonsense."
VILE = "Go and die, you worthless piece of shit"
_numbers = itertools.count()


@pytest.fixture
def article() -> str:
    """An article of this test's own."""
    return f"article-{next(_numbers)}"


@pytest.fixture
def empty_queue(stack: DeployedStack) -> Iterator[None]:
    """Leaves no open review behind for other tests."""
    yield
    for comment in queue(stack):
        decide(stack, comment, action="reject", reason="other")


def post(
    stack: DeployedStack, article: str, body: str, *, user: str = "ann", key: str = "", **more: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": key or f"key-{next(_numbers)}"}
    return stack.request(
        "POST", f"/articles/{article}/comments", user=user, json={"body": body, **more}, headers=headers
    )


def submitted(stack: DeployedStack, article: str, body: str, **more: Any) -> dict[str, Any]:
    response = post(stack, article, body, **more)
    assert response.status_code == 201, response.text
    comment: dict[str, Any] = response.json()["comment"]
    return comment


def page(stack: DeployedStack, article: str, **query: Any) -> dict[str, Any]:
    response = stack.request("GET", f"/articles/{article}/comments", params=query)
    assert response.status_code == 200, response.text
    content: dict[str, Any] = response.json()
    return content


def queue(stack: DeployedStack) -> list[dict[str, Any]]:
    response = stack.request("GET", "/moderation/queue", user="mod", params={"limit": 100})
    assert response.status_code == 200, response.text
    comments: list[dict[str, Any]] = response.json()["comments"]
    return comments


def decide(stack: DeployedStack, comment: dict[str, Any], **decision: Any) -> httpx.Response:
    wish = {"version": comment["version"], **decision}
    return stack.request("POST", f"/moderation/comments/{comment['id']}/decisions", user="mod", json=wish)


def count(stack: DeployedStack, article: str) -> int:
    counts: dict[str, int] = stack.request("GET", "/counts", params={"article_id": article}).json()["counts"]
    return counts[article]


def ids(comments: list[dict[str, Any]]) -> list[str]:
    return [comment["id"] for comment in comments]


def test_a_kind_comment_is_published_at_once(stack: DeployedStack, article: str) -> None:
    made = submitted(stack, article, KIND)

    (shown,) = page(stack, article)["comments"]
    assert made["status"] == "published"
    assert (shown["id"], shown["body"], shown["author"]["name"]) == (made["id"], KIND, "Ann Example")
    assert not {"reasons", "scores", "review"} & set(shown)


@pytest.mark.usefixtures("empty_queue")
def test_a_borderline_comment_waits_for_a_moderator_who_publishes_it(
    stack: DeployedStack, article: str
) -> None:
    made = submitted(stack, article, BORDERLINE)
    assert made["status"] == "held"
    assert made["reasons"][0]["rule"] == "model"
    assert page(stack, article)["comments"] == []

    (queued,) = [comment for comment in queue(stack) if comment["id"] == made["id"]]
    assert queued["scores"]["toxicity"] > 0
    decided = decide(stack, queued, action="approve")

    assert decided.status_code == 200
    assert ids(page(stack, article)["comments"]) == [made["id"]]
    assert made["id"] not in ids(queue(stack))
    assert wait_for(lambda: count(stack, article) == 1)


@pytest.mark.usefixtures("empty_queue")
def test_a_rejected_comment_never_appears_and_its_author_learns_why(
    stack: DeployedStack, article: str
) -> None:
    made = submitted(stack, article, BORDERLINE)

    assert decide(stack, made, action="reject", reason="abusive").status_code == 200

    assert page(stack, article)["comments"] == []
    own = stack.request("GET", "/me/comments", user="ann", params={"limit": 100}).json()["comments"]
    (mine,) = [comment for comment in own if comment["id"] == made["id"]]
    assert (mine["status"], mine["reasons"]) == ("rejected", [{"rule": "moderator", "code": "abusive"}])


def test_a_vile_comment_is_refused_at_once_with_its_reasons(stack: DeployedStack, article: str) -> None:
    made = submitted(stack, article, VILE)

    assert made["status"] == "rejected"
    assert made["reasons"]
    assert page(stack, article)["comments"] == []
    assert made["id"] not in ids(queue(stack))


@pytest.mark.usefixtures("empty_queue")
def test_of_two_moderators_the_second_learns_who_was_first(stack: DeployedStack, article: str) -> None:
    made = submitted(stack, article, BORDERLINE)

    with ThreadPoolExecutor(4) as pool:
        wishes = [{"action": "approve"}, {"action": "reject", "reason": "spam"}] * 2
        answers = list(pool.map(lambda wish: decide(stack, made, **wish), wishes))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    lost = next(answer.json() for answer in answers if answer.status_code == 409)
    won = next(answer.json()["comment"] for answer in answers if answer.status_code == 200)
    assert (lost["decided_by"], lost["comment_status"], lost["version"]) == ("Mo Derator", won["status"], 2)


@pytest.mark.usefixtures("empty_queue")
def test_a_lease_keeps_a_comment_for_one_moderator(stack: DeployedStack, article: str) -> None:
    made = submitted(stack, article, BORDERLINE)

    taken = stack.request("POST", "/moderation/leases", user="mod", json={"limit": 50})
    assert taken.status_code == 201, taken.text
    lease = taken.json()["lease"]
    assert made["id"] in ids(taken.json()["comments"])
    again = stack.request("POST", "/moderation/leases", user="mod", json={"limit": 50})
    assert made["id"] not in ids(again.json()["comments"])
    (queued,) = [comment for comment in queue(stack) if comment["id"] == made["id"]]
    assert queued["lease"] == {"id": lease["id"], "name": "Mo Derator", "expires_at": lease["expires_at"]}
    path = f"/moderation/leases/{lease['id']}"
    extended = stack.request("PUT", path, user="mod")
    assert extended.json()["lease"]["expires_at"] > lease["expires_at"]
    assert stack.request("DELETE", path, user="mod").status_code == 204
    assert made["id"] in ids(
        stack.request("POST", "/moderation/leases", user="mod", json={"limit": 50}).json()["comments"]
    )
    assert stack.request("PUT", "/moderation/leases/nonsense", user="mod").status_code == 400
    assert stack.request("PUT", f"/moderation/leases/{'0' * 32}", user="mod").status_code == 404
    assert stack.request("POST", "/moderation/leases", user="ann", json={"limit": 1}).status_code == 403
    refused = stack.request("POST", "/moderation/leases", user="mod", json={"limit": 51})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "limit")


@pytest.mark.usefixtures("empty_queue")
def test_several_decisions_have_an_outcome_each(stack: DeployedStack, article: str) -> None:
    one, other = (submitted(stack, article, f"{BORDERLINE} {number}") for number in range(2))
    wishes = [
        {"comment_id": one["id"], "action": "approve", "version": 1},
        {"comment_id": other["id"], "action": "reject", "version": 1},
        {"comment_id": "a" * 26, "action": "approve", "version": 1},
    ]

    answer = stack.request("POST", "/moderation/decisions", user="mod", json={"decisions": wishes})

    assert answer.status_code == 200, answer.text
    outcomes = answer.json()["outcomes"]
    assert [outcome["status"] for outcome in outcomes] == [200, 422, 404]
    assert outcomes[0]["comment"]["status"] == "published"
    assert outcomes[1]["problem"]["errors"][0]["field"] == "reason"
    late = {"comment_id": one["id"], "action": "reject", "reason": "spam", "version": 1}
    (lost,) = stack.request("POST", "/moderation/decisions", user="mod", json={"decisions": [late]}).json()[
        "outcomes"
    ]
    assert (lost["status"], lost["problem"]["decided_by"]) == (409, "Mo Derator")
    assert ids(page(stack, article)["comments"]) == [one["id"]]
    whole = stack.request("GET", f"/moderation/comments/{one['id']}", user="mod").json()
    assert [(entry["after"], entry["by"]["name"]) for entry in whole["history"]] == [
        ("held", "policy"),
        ("published", "Mo Derator"),
    ]
    assert stack.request("GET", f"/moderation/comments/{one['id']}", user="ann").status_code == 403


def test_a_policy_that_is_saved_decides_from_then_on(stack: DeployedStack, article: str) -> None:
    def put(**rules: Any) -> httpx.Response:
        return stack.request("PUT", "/moderation/policy", user="mod", json=WIDE_LIMITS | rules)

    before = stack.request("GET", "/moderation/policy", user="mod").json()["policy"]["version"]
    saved = put(version=before, banned_terms=["gooseberry"], note="No fruit.")
    assert saved.status_code == 200, saved.text
    try:
        refused = submitted(stack, article, "I like g00seberry jam.")
        assert (refused["status"], refused["reasons"]) == ("rejected", [{"rule": "banned_term"}])
        again = put(version=before)
        assert (again.status_code, again.json()["saved_by"]) == (409, "Mo Derator")
        wrong = put(version=before + 1, thresholds={"insult": {"review_at": 0.9, "reject_at": 0.1}})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "thresholds.insult.reject_at")
        assert stack.request("PUT", "/moderation/policy", user="ann", json={"version": 1}).status_code == 403
    finally:
        assert put(version=before + 1).status_code == 200
    assert submitted(stack, article, "I like gooseberry jam.")["status"] == "published"


def test_moderation_is_for_moderators(stack: DeployedStack, article: str) -> None:
    assert stack.request("GET", "/moderation/queue", user="ann").status_code == 403
    assert stack.request("GET", "/moderation/queue").status_code == 401
    made = submitted(stack, article, KIND)
    path = f"/moderation/comments/{made['id']}/decisions"
    refused = stack.request(
        "POST", path, user="ben", json={"action": "reject", "reason": "spam", "version": 1}
    )
    assert refused.status_code == 403
    assert ids(page(stack, article)["comments"]) == [made["id"]]


def test_without_a_login_nothing_is_accepted(stack: DeployedStack, article: str) -> None:
    path = f"/articles/{article}/comments"
    anonymous = stack.request("POST", path, json={"body": KIND}, headers={"Idempotency-Key": "k"})
    forged = stack.request(
        "POST",
        path,
        json={"body": KIND},
        headers={"Idempotency-Key": "k", "Authorization": f"Bearer {stack.token('ann')[:-4]}AAAA"},
    )

    assert (anonymous.status_code, forged.status_code) == (401, 401)
    assert stack.request("GET", "/me/comments").status_code == 401
    assert page(stack, article)["comments"] == []


def test_posting_again_with_the_same_key_is_safe(stack: DeployedStack, article: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(stack, article, KIND, key="same"), range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["comment"]["id"] for answer in answers}) == 1
    assert len(page(stack, article)["comments"]) == 1
    other = post(stack, article, "Another text.", key="same")
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_replies_have_pages_and_counts_of_their_own(stack: DeployedStack, article: str) -> None:
    parent = submitted(stack, article, KIND)
    replies = [
        submitted(stack, article, f"Reply {n}: I agree.", user="ben", parent_id=parent["id"])
        for n in range(3)
    ]

    first = stack.request("GET", f"/comments/{parent['id']}/replies", params={"limit": 2}).json()
    second = stack.request(
        "GET", f"/comments/{parent['id']}/replies", params={"limit": 2, "cursor": first["next"]}
    ).json()
    assert ids(first["comments"] + second["comments"]) == ids(replies)
    assert second["next"] is None
    assert ids(page(stack, article)["comments"]) == [parent["id"]]
    assert wait_for(lambda: page(stack, article)["comments"][0]["reply_count"] == 3)
    assert wait_for(lambda: count(stack, article) == 4)
    (with_replies,) = page(stack, article, replies=2)["comments"]
    assert ids(with_replies["replies"]["comments"]) == ids(replies[:2])
    elsewhere = stack.request("GET", f"/articles/{article}/comments", params={"cursor": first["next"]})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["field"]) == (400, "cursor")


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_run_in_both_orders(stack: DeployedStack, article: str, order: str) -> None:
    made = [submitted(stack, article, f"Comment {n}: well said.") for n in range(5)]
    expected = ids(made) if order == "oldest" else ids(made)[::-1]

    seen: list[str] = []
    cursor: str | None = None
    while True:
        content = page(stack, article, order=order, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += ids(content["comments"])
        cursor = content["next"]
        if not cursor:
            break

    assert seen == expected


def test_a_page_can_be_cached_and_asked_for_again(stack: DeployedStack, article: str) -> None:
    submitted(stack, article, KIND)
    path = f"/articles/{article}/comments"
    first = stack.request("GET", path)

    again = stack.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert "s-maxage" in first.headers["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")
    submitted(stack, article, "And another one, thank you.")
    changed = stack.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_hidden_characters_cannot_hide_or_reorder(stack: DeployedStack, article: str) -> None:
    made = submitted(stack, article, "Wel\u200bcome \u202eevil\u202c friends 👩\u200d👧 می\u200cخواهم")

    assert made["body"] == "Welcome evil friends 👩\u200d👧 می\u200cخواهم"


BAD = [
    ({"content": b'{"body": "cut'}, 400, "body"),
    ({"json": {"body": 1}}, 422, "body"),
    ({"json": {"body": " "}}, 422, "body"),
    ({"json": {"body": "x" * 5001}}, 413, "body"),
    ({"json": {"body": "\u0301" * 500_000}}, 413, "body"),
    ({"content": b'{"body": "\\ud800"}'}, 422, "body"),
    ({"json": {"body": "nul\0"}}, 422, "body"),
    ({"json": {"body": KIND, "parent_id": "a" * 26}}, 422, "parent_id"),
    ({"json": {"body": KIND}, "headers": {"Idempotency-Key": None}}, 400, "Idempotency-Key"),
    ({"json": {"body": KIND}, "headers": {"Idempotency-Key": "a b"}}, 400, "Idempotency-Key"),
    ({"json": {"body": KIND}, "article": "bad!id"}, 400, "article_id"),
]


@pytest.mark.parametrize(("request_", "status", "field"), BAD, ids=range(len(BAD)))
def test_bad_input_names_the_field_and_writes_nothing(
    stack: DeployedStack, article: str, request_: dict[str, Any], status: int, field: str
) -> None:
    arguments = dict(request_)
    named = {"Idempotency-Key": "bad", "Content-Type": "application/json", **arguments.pop("headers", {})}
    headers = {name: value for name, value in named.items() if value is not None}
    target = arguments.pop("article", article)

    response = stack.request("POST", f"/articles/{target}/comments", user="ann", headers=headers, **arguments)

    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert page(stack, article)["comments"] == []
    own = stack.request("GET", "/me/comments", user="ann", params={"limit": 100}).json()["comments"]
    assert [comment for comment in own if comment["article_id"] == article] == []


@pytest.mark.usefixtures("empty_queue")
def test_while_the_model_is_away_comments_wait_for_a_person_and_are_scored_later(
    stack: DeployedStack, article: str
) -> None:
    """Both scorers fail; a moderator rejects one comment; the model comes back and decides about the rest."""
    stack.set_rescoring_delay(8)
    broken = {"TOXICITY_MODEL_DIR": "/nonexistent"}
    with stack.function_env("rescoring", **broken):
        with stack.function_env("comments", **broken):
            kind = submitted(stack, article, KIND)
            judged = submitted(stack, article, "Also a fine day for a walk.")
            borderline = submitted(stack, article, BORDERLINE)

            for made in (kind, judged, borderline):
                assert (made["status"], made["reasons"]) == ("held", [{"rule": "unscored"}])
            assert page(stack, article)["comments"] == []
            assert {c["id"] for c in queue(stack)} >= {kind["id"], judged["id"], borderline["id"]}
            assert decide(stack, judged, action="reject", reason="off_topic").status_code == 200
            # Reading goes on.
            assert count(stack, article) == 0
        # Accepting goes on with the model back, while rescoring still fails.
        assert submitted(stack, article, "The model is back.")["status"] == "published"

    assert wait_for(lambda: kind["id"] in ids(page(stack, article)["comments"]), seconds=90)
    (waiting,) = wait_for(
        lambda: [c for c in queue(stack) if c["id"] == borderline["id"] and c["scores"]], seconds=90
    )
    assert waiting["review"]["causes"] == ["borderline"]
    assert judged["id"] not in ids(page(stack, article)["comments"])
    assert wait_for(lambda: count(stack, article) == 2)


def test_no_log_holds_a_text_or_a_token(stack: DeployedStack, article: str) -> None:
    text = "A sentence that must stay between us and the table."
    submitted(stack, article, text)
    assert page(stack, article)["comments"]

    logged = wait_for(
        lambda: "\n".join(line for f in ("comments", "pages", "projections") for line in stack.logs(f))
    )

    assert "stay between us" not in logged
    assert stack.token("ann")[:40] not in logged
