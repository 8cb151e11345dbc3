"""An appeal goes to another moderator than the one who rejected, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.integration.people import Site, moderator_named

from parley import errors, moderation
from parley.comment import Status
from parley.roster import ACTIVE_FOR, NOTED_EVERY, Roster

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.store import Store


@pytest.fixture
def site(store: Store, dynamodb: DynamoDBClient, table: str) -> Site:
    return Site(store, dynamodb, table)


def appealed(site: Site) -> Comment:
    """A comment that Mo rejected, and its author's appeal."""
    made = site.comment("borderline")
    site.reject(made, moderator="mo")
    return site.appeal(made)


def take(site: Site, moderator: str, named: Comment | None = None) -> list[str]:
    who, lease_id = moderator_named(moderator), moderator.encode().hex().ljust(32, "0")
    if named:
        taken = moderation.take_named(
            site.store, who, lease_id=lease_id, comment_ids=[named.id], now=site.now
        )
    else:
        taken = moderation.take_lease(site.store, who, lease_id=lease_id, limit=5, now=site.now)
    return [comment.id for comment in taken.comments]


def test_who_rejected_neither_takes_nor_decides_the_appeal(site: Site) -> None:
    roster = Roster(site.store)
    roster.note("ada", site.now)
    made = appealed(site)

    assert take(site, "mo") == []
    assert take(site, "mo", named=made) == []
    with pytest.raises(errors.OwnAppeal):
        site.reject(made, moderator="mo")

    assert take(site, "ada") == [made.id]
    assert site.approve(made, moderator="ada").status is Status.PUBLISHED


def test_where_nobody_else_is_at_work_an_appeal_does_not_wait_for_ever(site: Site) -> None:
    roster = Roster(site.store)
    roster.note("mo", site.now)
    roster.note("ada", site.now)
    made = appealed(site)

    site.pass_(days=ACTIVE_FOR.days, seconds=1)

    assert take(site, "mo") == [made.id]
    assert site.approve(made, moderator="mo").status is Status.PUBLISHED


def test_an_appeal_against_the_policy_is_anybodys(site: Site) -> None:
    Roster(site.store).note("ada", site.now)
    made = site.comment("vile")
    site.appeal(made)

    assert take(site, "mo") == [made.id]


def test_a_moderators_presence_is_noted_once_an_hour(site: Site) -> None:
    roster = Roster(site.store)
    calls: list[str] = []
    site.dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))

    for _ in range(3):
        roster.note("ada", site.now)
    site.pass_(seconds=NOTED_EVERY.total_seconds())
    roster.note("ada", site.now)

    assert calls == ["UpdateItem", "UpdateItem"]
