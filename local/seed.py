"""Gives the local stack its people and its first comments. Running it again adds nothing twice."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deployment import Stack
    from emulator import ClientSettings, Emulator

# The article on the demo page.
ARTICLE = "demo-article"
FIRST = "My grandmother took this train every summer. I was on the platform on Saturday, and it was lovely."
REPLY = "So was I, right next to the brass quartet. It was cold, and worth it."
# Rude enough that a moderator sees it first, so that the console has something to show.
FOR_THE_QUEUE = "Only a fool would believe that nonsense about slower crossings at night."
MODERATORS = "moderators"
TIMEOUT_S = 30
# A first request starts a function and loads the model.
WARM_UP_S = 60


class SeedError(Exception):
    """The stack refused what it should take; the message is for the user."""


@dataclass(frozen=True)
class Person:
    """Somebody to log in as."""

    login: str
    name: str
    moderator: bool = False


PEOPLE = (
    Person("ann", "Ann Example"),
    Person("ben", "Ben Example"),
    Person("mod", "Mo Derator", moderator=True),
)


def passwords(file: Path) -> dict[str, str]:
    """Everybody's password: made once, then read from the file."""
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError):
        known = {}
    found = {person.login: str(known.get(person.login) or secrets.token_urlsafe(12)) for person in PEOPLE}
    if found != known:
        file.touch(mode=0o600)
        file.write_text(json.dumps(found))
    return found


def people(
    emulator: Emulator, stack: Stack, words: Mapping[str, str], who: Iterable[Person] = PEOPLE
) -> None:
    """Creates everybody with their password, the moderator in the group of moderators."""
    client = boto3.client("cognito-idp", **emulator.client_settings)
    pool = stack.outputs["UserPoolId"]
    for person in who:
        with contextlib.suppress(client.exceptions.UsernameExistsException):
            client.admin_create_user(
                UserPoolId=pool,
                Username=person.login,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "name", "Value": person.name},
                    {"Name": "email", "Value": f"{person.login}@example.com"},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
        client.admin_set_user_password(
            UserPoolId=pool, Username=person.login, Password=words[person.login], Permanent=True
        )
        if person.moderator:
            client.admin_add_user_to_group(UserPoolId=pool, Username=person.login, GroupName=MODERATORS)


def bearer(settings: ClientSettings, pool: str, client_id: str, login: str, password: str) -> str:
    """A fresh token of a person: the ID token, which carries the display name."""
    client = boto3.client("cognito-idp", **settings)
    answer = client.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": login, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def comments(stack: Stack, tokens: Mapping[str, str]) -> None:
    """Posts the demo article's first comments, as a browser would.

    Raises:
        SeedError: the API does not take a comment.
    """
    first = _post(stack, tokens["ann"], "demo-1", FIRST)
    _post(stack, tokens["ben"], "demo-2", FOR_THE_QUEUE)
    if first.get("status") == "published":
        _post(stack, tokens["ben"], "demo-3", REPLY, parent_id=str(first["id"]))


def _post(stack: Stack, token: str, key: str, body: str, **more: str) -> dict[str, object]:
    deadline = time.monotonic() + WARM_UP_S
    while True:
        answer = httpx.post(
            f"{stack.api_url}/articles/{ARTICLE}/comments",
            json={"body": body, **more},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"{key}-seed"},
            timeout=TIMEOUT_S,
        )
        if answer.is_success:
            comment: dict[str, object] = answer.json()["comment"]
            return comment
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            raise SeedError(f"the API refused a demo comment with {answer.status_code}: {answer.text[:500]}")
        time.sleep(1)
