"""The deployed stack: who may do what, who gets in, what is logged."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from botocore.exceptions import ClientError
from tests.stack import wait_for

import deployment

if TYPE_CHECKING:
    from tests.stack import DeployedStack

DENIED = {"AccessDenied", "AccessDeniedException"}
COMMENT_KEY = {"PK": {"S": "COMMENT#1"}, "SK": {"S": "COMMENT"}}
ARTICLE_KEY = {"PK": {"S": "ARTICLE#1"}, "SK": {"S": "ARTICLE"}}
QUERIES = {
    ("pages", "pages"),
    ("comments", "authors"),
    ("moderation", "queue"),
    ("moderation", "authors"),
    ("jobs", "authors"),
    ("insights", "queue"),
    ("insights", "decisions"),
}
FUNCTIONS = ("comments", "pages", "moderation", "insights", "projections", "jobs", "rescoring", "web")
DELETING = {"comments", "jobs"}

Call = tuple[str, dict[str, Any]]


def query(index: str | None) -> Call:
    key = f"{index}_pk" if index else "PK"
    return "query", {
        **({"IndexName": index} if index else {}),
        "KeyConditionExpression": f"{key} = :key",
        "ExpressionAttributeValues": {":key": {"S": "ARTICLE#1"}},
    }


def get(key: dict[str, Any], projection: str | None = None) -> Call:
    return "get_item", {"Key": key, **({"ProjectionExpression": projection} if projection else {})}


def batch_get(key: dict[str, Any], projection: str | None = None) -> Call:
    read = {"Keys": [key], **({"ProjectionExpression": projection} if projection else {})}
    return "batch_get_item", {"RequestItems": {"TABLE": read}}


def put(key: dict[str, Any]) -> Call:
    return "put_item", {"Item": key}


def update(key: dict[str, Any]) -> Call:
    return "update_item", {
        "Key": key,
        "UpdateExpression": "SET x = :x",
        "ExpressionAttributeValues": {":x": {"S": "x"}},
    }


def transact(key: dict[str, Any]) -> Call:
    return "transact_write_items", {"TransactItems": [{"Put": {"TableName": "TABLE", "Item": key}}]}


DELETE: Call = ("delete_item", {"Key": COMMENT_KEY})
WRITES = [put(COMMENT_KEY), update(COMMENT_KEY), DELETE, transact(COMMENT_KEY)]
SCANS: list[Call] = [("scan", {}), ("scan", {"IndexName": "pages"}), ("scan", {"IndexName": "queue"})]


def is_denied(stack: DeployedStack, function: str, call: Call) -> bool:
    operation, arguments = call
    table = stack.outputs["TableName"]
    filled = json.loads(json.dumps(arguments).replace('"TABLE"', json.dumps(table)))
    if "RequestItems" not in filled and "TransactItems" not in filled:
        filled["TableName"] = table
    try:
        getattr(stack.role_client(function, "dynamodb"), operation)(**filled)
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return True
    return False


@pytest.mark.parametrize(
    "call",
    [
        query("pages"),
        get(ARTICLE_KEY, "PK, comment_count"),
        batch_get(ARTICLE_KEY, "PK, SK, comment_count"),
    ],
    ids=str,
)
def test_the_pages_function_may_query_the_public_index_and_read_counts(
    stack: DeployedStack, call: Call
) -> None:
    assert not is_denied(stack, "pages", call)


@pytest.mark.parametrize(
    "call",
    [
        query("queue"),
        query("authors"),
        query("decisions"),
        query(None),
        get(COMMENT_KEY),
        get(COMMENT_KEY, "PK, SK"),
        get(ARTICLE_KEY),
        get(ARTICLE_KEY, "PK, premoderated"),
        batch_get(COMMENT_KEY),
        batch_get(COMMENT_KEY, "PK, comment_count"),
        batch_get(ARTICLE_KEY),
        batch_get(ARTICLE_KEY, "PK, premoderated"),
        *SCANS,
        *WRITES,
    ],
    ids=str,
)
def test_the_pages_function_may_do_nothing_else(stack: DeployedStack, call: Call) -> None:
    assert is_denied(stack, "pages", call)


@pytest.mark.parametrize(
    ("function", "index"),
    [
        (function, index)
        for function in FUNCTIONS
        for index in ("pages", "queue", "authors", "decisions", None)
        if (function, index) not in QUERIES
    ],
)
def test_every_function_queries_its_own_index_only(
    stack: DeployedStack, function: str, index: str | None
) -> None:
    assert is_denied(stack, function, query(index))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_lies_with_a_comment_is_for_two_to_query(stack: DeployedStack, function: str) -> None:
    operation, arguments = query(None)
    arguments["ExpressionAttributeValues"] = {":key": {"S": "COMMENT#1"}}

    assert is_denied(stack, function, (operation, arguments)) == (function not in {"moderation", "jobs"})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_scans_and_few_delete(stack: DeployedStack, function: str) -> None:
    for call in SCANS:
        assert is_denied(stack, function, call)
    assert is_denied(stack, function, DELETE) == (function not in DELETING)


@pytest.mark.parametrize(
    "function", ["comments", "pages", "moderation", "insights", "jobs", "rescoring", "web"]
)
def test_only_the_projections_ask_for_a_rescoring(stack: DeployedStack, function: str) -> None:
    queue = stack.outputs["RescoringQueueUrl"]

    with pytest.raises(ClientError) as refusal:
        stack.role_client(function, "sqs").send_message(QueueUrl=queue, MessageBody="{}")

    assert refusal.value.response["Error"]["Code"] in DENIED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/articles/a/comments"),
        ("PATCH", "/comments/x"),
        ("GET", "/me"),
        ("GET", "/me/comments"),
        ("GET", "/moderation/queue"),
        ("POST", "/moderation/comments/x/decisions"),
        ("GET", "/moderation/comments/x/explanation"),
    ],
)
def test_what_needs_a_login_refuses_without_a_valid_token(
    stack: DeployedStack, method: str, path: str
) -> None:
    head, claims, signature = stack.token("ann").split(".")
    forged = base64.urlsafe_b64encode(json.dumps({"sub": "mod"}).encode()).decode().rstrip("=")

    for token in (None, "nonsense", f"{head}.{forged}.{signature}", f"{head}.{claims}."):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        assert stack.request(method, path, headers=headers).status_code == httpx.codes.UNAUTHORIZED


def test_the_login_page_gives_a_token_for_the_api_by_code_and_pkce(stack: DeployedStack) -> None:
    configuration = stack.client("lambda").get_function_configuration(FunctionName=stack.function_name("web"))
    settings = configuration["Environment"]["Variables"]
    client_id, callback = stack.outputs["UserPoolClientId"], f"{stack.origin}/login/"
    verifier = uuid.uuid4().hex * 2
    digest = hashlib.sha256(verifier.encode()).digest()
    browser = httpx.Client(timeout=30)

    page = browser.get(
        settings["LOGIN_AUTHORIZE_URL"],
        params={
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": callback,
            "scope": "openid profile",
            "state": "s1",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        },
    )
    answer = browser.post(
        page.url.join(form_action(page.text)),
        data={**form_fields(page.text), "username": "ann", "password": stack.passwords["ann"]},
    )
    returned = urlsplit(answer.headers["location"])
    values = parse_qs(returned.query)
    exchange = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "redirect_uri": callback,
        "code": values["code"][0],
    }
    token = browser.post(
        settings["LOGIN_TOKEN_URL"],
        data={**exchange, "code_verifier": verifier},
        headers={"Origin": stack.origin},
    )

    assert f"{returned.scheme}://{returned.netloc}{returned.path}" == callback
    assert values["state"] == ["s1"]
    assert token.headers["access-control-allow-origin"] in {"*", stack.origin}
    mine = stack.request(
        "GET", "/me/comments", headers={"Authorization": f"Bearer {token.json()['id_token']}"}
    )
    assert mine.status_code == httpx.codes.OK


def test_a_code_is_worth_nothing_without_its_verifier(stack: DeployedStack) -> None:
    client_id, callback = stack.outputs["UserPoolClientId"], f"{stack.origin}/login/"
    host = f"http://localhost:{stack.emulator.port}"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"right").digest()).decode().rstrip("=")
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "scope": "openid",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = httpx.get(f"{host}/oauth2/authorize", params=parameters)
    answer = httpx.post(
        page.url.join(form_action(page.text)),
        data={**form_fields(page.text), "username": "ann", "password": stack.passwords["ann"]},
    )
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    token = httpx.post(
        f"{host}/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "client_id": client_id,
            "redirect_uri": callback,
            "code": code,
            "code_verifier": "wrong",
        },
    )

    assert token.status_code == httpx.codes.BAD_REQUEST


def form_action(page: str) -> str:
    found = re.search(r'<form[^>]*\baction="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def form_fields(page: str) -> dict[str, str]:
    inputs = re.findall(r"<input[^>]*>", page)
    found = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {name[1]: html.unescape(value[1]) for name, value in found if name and value}


def test_pages_of_a_known_origin_may_call_the_api(stack: DeployedStack) -> None:
    asked = {
        "Origin": deployment.PAGE_ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }

    answer = stack.request("OPTIONS", "/articles/a/comments", headers=asked)

    assert answer.is_success
    assert answer.headers["access-control-allow-origin"] == deployment.PAGE_ORIGIN
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "idempotency-key"))


def test_pages_of_other_origins_may_not(stack: DeployedStack) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}

    answer = stack.request("OPTIONS", "/articles/a/comments", headers=asked)

    assert "access-control-allow-origin" not in answer.headers


def submit(stack: DeployedStack, article: str, body: str, user: str = "ann") -> httpx.Response:
    return stack.request(
        "POST",
        f"/articles/{article}/comments",
        user=user,
        json={"body": body},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )


def test_neither_comments_nor_tokens_reach_a_log(stack: DeployedStack) -> None:
    marker = uuid.uuid4().hex

    assert submit(stack, "logged", f"A comment with a marker: {marker}").status_code == httpx.codes.CREATED
    assert submit(stack, "logged", f"{marker} " * 2000).is_client_error
    stack.request("GET", "/articles/logged/comments")
    wait_for(lambda: any("REPORT" in line for line in stack.logs("projections")))

    logged = [line for function in FUNCTIONS for line in stack.logs(function)]
    assert logged
    for line in logged:
        assert marker not in line
        assert stack.token("ann") not in line


def test_a_second_deployment_keeps_the_stack_and_its_data(stack: DeployedStack) -> None:
    body = f"Still here? {uuid.uuid4()}"
    assert submit(stack, "kept", body).status_code == httpx.codes.CREATED
    before = dict(stack.outputs)

    again = deployment.deploy(stack.emulator)

    assert dict(again.outputs) == before
    mine = stack.request("GET", "/me/comments", user="ann").json()["comments"]
    assert [comment["body"] for comment in mine].count(body) == 1
