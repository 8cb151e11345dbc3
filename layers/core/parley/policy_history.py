"""The policy's versions: what changed from one to the next, and going back to one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from parley import moderation
from parley.errors import NotFound
from parley.policy import AuditShares, Policy, SavedPolicy, Threshold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parley.store import Store


@dataclass(frozen=True, slots=True)
class Version:
    """A saved policy, and which rules it changed, as a request names them: `thresholds.insult.reject_at`."""

    saved: SavedPolicy
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Some versions, latest first, and the one to go on from; None after version 1."""

    versions: tuple[Version, ...]
    next: int | None


def changed_fields(before: Policy, after: Policy) -> tuple[str, ...]:
    """Which rules two policies have different, as a request names them."""
    old, new = _flat(before), _flat(after)
    return tuple(name for name in {**old, **new} if old.get(name) != new.get(name))


def _flat(rules: Policy) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(rules):
        value = getattr(rules, field.name)
        match value:
            case AuditShares():
                parts: Mapping[str, Any] = {"published": value.published, "rejected": value.rejected}
                found |= {f"{field.name}.{name}": part for name, part in parts.items()}
            case dict():
                for key, part in value.items():
                    found |= _flat_part(f"{field.name}.{key}", part)
            case _ if field.name != "version":
                found[field.name] = value
    return found


def _flat_part(name: str, part: object) -> dict[str, Any]:
    if not isinstance(part, Threshold):
        return {name: part}
    # A label that is named never falls back on the model's own thresholds, even if it has none.
    return {
        name: True,
        f"{name}.review_at": part.review_at,
        f"{name}.reject_at": part.reject_at,
    }


def history(store: Store, *, limit: int, before: int | None = None) -> Versions:
    """Up to `limit` versions of the policy, latest first, older than `before`."""
    if before is None:
        current = store.policy()
        before = current.policy.version + 1 if current else 1
    wanted = range(max(0, before - 1 - limit), before)
    found = {saved.policy.version: saved for saved in store.policies(tuple(wanted))}
    versions = tuple(
        Version(found[number], changed_fields(found[number - 1].policy, found[number].policy))
        for number in reversed(wanted)
        if number in found and number - 1 in found
    )
    last = versions[-1].saved.policy.version if versions else 1
    return Versions(versions, last if last > 1 else None)


def roll_back(  # noqa: PLR0913
    store: Store, *, to: int, version: int, saved_by: str, note: str | None, now: datetime
) -> SavedPolicy:
    """Put the rules of an earlier version in force again, as a new version.

    Args:
        store: Where it is kept.
        to: The version to go back to; 0 for the built-in rules.
        version: The version in force, as the moderator saw it.
        saved_by: Display name of who saves.
        note: What it is for.
        now: The time.

    Raises:
        NotFound: There is no such version.
        PolicyConflict: Somebody else saved first.
        Invalid: The version in force is another, or a rule of the earlier one is no longer allowed.
    """
    earlier = store.policy(to)
    if earlier is None:
        raise NotFound("There is no such version of the policy.")
    rules = replace(earlier.policy, version=version)
    return moderation.save_policy(store, rules, saved_by=saved_by, note=note, now=now, restored_from=to)
