"""Authors: their turns, their counters, what is imposed on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.author_items import COUNT, REJECTED, own_attributes, sanction_to_item
from parley.comment import Status
from parley.items import Item, marshal, marshal_item
from parley.requests.reads import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.author import AuthorRecord, Turn
    from parley.comment import Change
    from parley.requests.reads import Request
    from parley.sanction import Sanction

MODERATOR_SEEN: Final = "seen_"
"""Before a moderator's `sub`: the attribute that says when they were last at work."""


def counted(table: str, made: Change, turn: Turn | None) -> list[Request]:
    """The actions on an author that belong to a change of a comment: none if it changes nothing for them."""
    added = _counters(made)
    if turn is not None:
        return turned(table, turn, added)
    if not added:
        return []
    sub = made.before.author_sub if made.before else made.after.author_sub
    return [_update(table, sub, {}, added, "")]


def _counters(made: Change) -> dict[str, int]:
    """What a change adds to the counters of the comment's author."""
    before, after = made.before, made.after
    added: dict[str, int] = {}
    is_counted_before = before is not None and bool(before.author_sub)
    is_counted_after = bool(after.author_sub)
    if before and is_counted_before and is_counted_after and before.status is after.status:
        then, now = before.decided_at[:10], after.decided_at[:10]
        if after.status is Status.REJECTED and then != now:
            # Rejected once more on another day: it counts for the later one.
            return {f"{REJECTED}{then}": -1, f"{REJECTED}{now}": 1}
        return {}
    if before and is_counted_before:
        added[f"{COUNT}{before.status}"] = -1
        if before.status is Status.REJECTED and after.status in (Status.PUBLISHED, Status.HELD):
            # It was no rejection after all. Who removes what was rejected does not get rid of it.
            added[f"{REJECTED}{before.decided_at[:10]}"] = -1
    if is_counted_after:
        added[f"{COUNT}{after.status}"] = 1
        if after.status is Status.REJECTED:
            added[f"{REJECTED}{made.entry.at[:10]}"] = 1
    return added


def take_turn(table: str, made: Turn) -> Request:
    """One transaction: an author's own act that changes no comment."""
    return {"TransactItems": turned(table, made, {})}


def turned(table: str, made: Turn, added: Mapping[str, int]) -> list[Request]:
    """The actions for an author's own act, for a transaction of more."""
    return [_turned(table, made, added), *_pointer(table, made)]


def _turned(table: str, made: Turn, added: Mapping[str, int]) -> Request:
    """An update of an author, if they have had no turn, and nothing was imposed, since they were read."""
    before, after = made.before, made.after
    old, new = own_attributes(before), own_attributes(after)
    changed = {name: value for name, value in new.items() if value != old[name] or not before.turns}
    for day in before.rejected.keys() - after.rejected.keys():
        changed[f"{REJECTED}{day}"] = None
    conditions, values = [], {}
    for name in ("version", "turns"):
        if old[name] is None:
            conditions.append(f"attribute_not_exists(#{name})")
        else:
            conditions.append(f"#{name} = :seen_{name}")
            values[f":seen_{name}"] = marshal(old[name])
    return _update(table, before.sub, changed, added, " AND ".join(conditions), values)


def _update(  # noqa: PLR0913, PLR0917
    table: str,
    sub: str,
    changed: Mapping[str, Any],
    added: Mapping[str, int],
    condition: str,
    values: Mapping[str, Any] | None = None,
) -> Request:
    """An update that sets, removes (what is None) and adds."""
    aliases = {name: f"#a{number}" for number, name in enumerate({**changed, **added})}
    put = [name for name, value in changed.items() if value is not None]
    parts = []
    if put:
        parts.append("SET " + ", ".join(f"{aliases[name]} = :{aliases[name][1:]}" for name in put))
    gone = [aliases[name] for name, value in changed.items() if value is None]
    if gone:
        parts.append("REMOVE " + ", ".join(gone))
    if added:
        parts.append("ADD " + ", ".join(f"{aliases[name]} :{aliases[name][1:]}" for name in added))
    names = {alias: name for name, alias in aliases.items()}
    update: Request = {
        "TableName": table,
        "Key": marshal_item(keys.author_key(sub)),
        "UpdateExpression": " ".join(parts),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {
            **{f":{aliases[name][1:]}": marshal(changed[name]) for name in put},
            **{f":{aliases[name][1:]}": marshal(number) for name, number in added.items()},
            **(values or {}),
        },
    }
    if condition:
        update["ConditionExpression"] = condition
        for name in ("version", "turns"):
            if f"#{name}" in condition:
                names[f"#{name}"] = name
    return {"Update": update}


def _pointer(table: str, made: Turn) -> list[Request]:
    """With an author's first turn: whose derived id this is."""
    if made.before.turns:
        return []
    item: Item = {**keys.author_pointer_key(made.after.id), "sub": made.after.sub}
    return [{"Put": {"TableName": table, "Item": marshal_item(item)}}]


def add_to_author(table: str, sub: str, added: Mapping[str, int]) -> Request:
    """An action that adds to an author's counters."""
    return _update(table, sub, {}, added, "")


def sanction(
    table: str, before: AuthorRecord, after: AuthorRecord, imposed: Sanction, job: Request | None
) -> Request:
    """One transaction: the author, if nothing was imposed since, the record, and the job it starts."""
    record: Request = {
        "Put": {
            "TableName": table,
            "Item": marshal_item(sanction_to_item(imposed, before.sub)),
            "ConditionExpression": ABSENT,
        }
    }
    old, new = own_attributes(before), own_attributes(after)
    changed = {name: new[name] for name in ("version", "restriction", "warning") if new[name] != old[name]}
    seen = old["version"]
    condition = "attribute_not_exists(#version)" if seen is None else "#version = :seen_version"
    values = {} if seen is None else {":seen_version": marshal(seen)}
    author = _update(table, before.sub, changed, {}, condition, values)
    return {"TransactItems": [author, record, *([job] if job else [])]}


def note_moderator(table: str, sub: str, at: str) -> Request:
    """An update that notes when a moderator was last at work."""
    return {
        "TableName": table,
        "Key": marshal_item(keys.moderators_key()),
        "UpdateExpression": "SET #moderator = :at",
        "ExpressionAttributeNames": {"#moderator": f"{MODERATOR_SEEN}{sub}"},
        "ExpressionAttributeValues": {":at": marshal(at)},
    }
