"""The project's own template on an emulator of its own, IAM enforced, for e2e and browser tests.

A conftest.py that imports `stack` has the fixture.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import httpx
import pytest

import deployment
import seed
from emulator import REGION, Emulator
from parley.policy import Policy, SavedPolicy
from parley.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deployment import Stack

T = TypeVar("T")
# Two people write everything that the tests need, often the same, and faster than any policy should allow.
WIDE_LIMITS: dict[str, Any] = {
    "max_comments": 60,
    "rate_seconds": 1,
    "repeat_minutes": 0,
    "max_rejections": 0,
}
LOOK_S = 0.1
OPERATIONS = Path(__file__).resolve().parents[1] / "operations"


@dataclass
class DeployedStack:
    """A running stack and the ways to it that tests need.

    Attributes:
        emulator: What it runs on.
        stack: Addresses and outputs.
        passwords: By login: ann and ben are authors, mod is a moderator.
    """

    emulator: Emulator
    stack: Stack
    passwords: Mapping[str, str]
    _tokens: dict[str, str] = field(default_factory=dict)
    _role_clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """The API for Python clients."""
        return self.stack.api_url

    @property
    def origin(self) -> str:
        """The API and the pages for browsers; Python cannot resolve it."""
        return self.stack.origin

    @property
    def outputs(self) -> Mapping[str, str]:
        """The template's outputs."""
        return self.stack.outputs

    def token(self, login: str) -> str:
        """A bearer (ID) token; one a login and session."""
        if login not in self._tokens:
            ids = self.outputs["UserPoolId"], self.outputs["UserPoolClientId"]
            self._tokens[login] = seed.bearer(
                self.emulator.client_settings, *ids, login, self.passwords[login]
            )
        return self._tokens[login]

    def add_person(self, login: str, *, is_moderator: bool = False) -> None:
        """Somebody else to log in as: for tests whose people others must not meet."""
        if login in self.passwords:
            return
        words = {login: f"{login}-secret-word"}
        seed.people(self.emulator, self.stack, words, [seed.Person(login, login.title(), is_moderator)])
        self.passwords = {**self.passwords, **words}

    def operate(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a program of operations/ on this stack."""
        settings = self.emulator.client_settings
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": settings["endpoint_url"],
            "AWS_ACCESS_KEY_ID": settings["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": settings["aws_secret_access_key"],
            "AWS_DEFAULT_REGION": REGION,
        }
        command = [sys.executable, str(OPERATIONS / tool), deployment.STACK, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def request(self, method: str, path: str, *, user: str | None = None, **arguments: Any) -> httpx.Response:
        """One request to the API, as `user` if given; the other arguments are httpx's."""
        headers = dict(arguments.pop("headers", None) or {})
        if user:
            headers["Authorization"] = f"Bearer {self.token(user)}"
        return httpx.request(method, f"{self.api_url}{path}", headers=headers, timeout=60, **arguments)

    def client(self, service: str) -> Any:
        """A boto3 client that acts as the account's root user."""
        return boto3.client(service, **self.emulator.client_settings)  # type: ignore[call-overload]

    def function_name(self, function: str) -> str:
        """The deployed name of `comments`, `pages`, `moderation`, `projections`, `rescoring` or `web`."""
        return self.outputs[f"{function.capitalize()}FunctionName"]

    def role_client(self, function: str, service: str) -> Any:
        """A boto3 client with exactly the rights of a function: credentials of its role."""
        if (function, service) not in self._role_clients:
            self._role_clients[function, service] = self._assume(function, service)
        return self._role_clients[function, service]

    def _assume(self, function: str, service: str) -> Any:
        arn = self.client("lambda").get_function_configuration(FunctionName=self.function_name(function))[
            "Role"
        ]
        iam, role = self.client("iam"), arn.rsplit("/", 1)[-1]
        trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        root = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{arn.split(':')[4]}:root"},
            "Action": "sts:AssumeRole",
        }
        opened = {**trust, "Statement": [*trust["Statement"], root]}
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(opened))
        try:
            assumed = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        finally:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.emulator.endpoint,
            region_name=REGION,
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )

    def set_function_env(self, function: str, variables: Mapping[str, str | None]) -> dict[str, str | None]:
        """Changes environment variables of a function (None removes one); returns when they are in effect.

        Returns:
            What to give this method to undo it.
        """
        client, name = self.client("lambda"), self.function_name(function)
        now = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        wanted = {key: value for key, value in {**now, **variables}.items() if value is not None}
        client.update_function_configuration(FunctionName=name, Environment={"Variables": wanted})
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
        return {key: now.get(key) for key in variables}

    @contextmanager
    def function_env(self, function: str, **variables: str | None) -> Iterator[None]:
        """Changes environment variables of a function for a while."""
        before = self.set_function_env(function, variables)
        try:
            yield
        finally:
            self.set_function_env(function, before)

    def set_rescoring_delay(self, seconds: int) -> None:
        """How long a message that could not be scored waits for its next try; six minutes as deployed."""
        self.client("sqs").set_queue_attributes(
            QueueUrl=self.outputs["RescoringQueueUrl"], Attributes={"VisibilityTimeout": str(seconds)}
        )

    def logs(self, function: str) -> list[str]:
        """Every message in a function's log group, the emulator's own START and END lines included."""
        pages = (
            self.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=f"/parley/{deployment.STACK}/{function}")
        )
        return [event["message"] for page in pages for event in page["events"]]


def wait_for(look: Callable[[], T | None], seconds: float = 30) -> T:
    """Looks until there is something to see, and returns it; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"nothing to see after {seconds} s: {look}")
        time.sleep(LOOK_S)
    return seen


@contextmanager
def deployed(
    folder: Path, parameters: Callable[[Emulator], Mapping[str, str]] = lambda _: {}
) -> Iterator[DeployedStack]:
    """The template as it is now, with people but without comments.

    Args:
        folder: For the emulator's files.
        parameters: Prepares the emulator, and says which parameters the stack is to have.
    """
    deployment.build()
    with Emulator(folder, auth=True) as emulator:
        stack = deployment.deploy(emulator, parameters(emulator))
        words = seed.passwords(folder / "passwords.json")
        seed.people(emulator, stack, words)
        table = Store(boto3.client("dynamodb", **emulator.client_settings), stack.outputs["TableName"])
        table.save_policy(SavedPolicy(Policy(version=1, **WIDE_LIMITS)))
        yield DeployedStack(emulator, stack, words)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    """One stack for all tests that leave it as it was."""
    with deployed(tmp_path_factory.mktemp("stack")) as running:
        yield running
