"""Versions of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys
from parley.items import marshal, marshal_item, policy_to_item
from parley.requests.reads import ABSENT

if TYPE_CHECKING:
    from parley.policy import SavedPolicy
    from parley.requests.reads import Request


def save_policy(table: str, saved: SavedPolicy) -> Request:
    """One transaction: a new version of the policy, and its copy as the current one."""
    item = policy_to_item(saved)
    before = saved.policy.version - 1
    version = marshal_item({**keys.policy_version_key(saved.policy.version), **item})
    current: Request = {"TableName": table, "Item": marshal_item({**keys.policy_key(), **item})}
    if before:
        current |= {
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":before": marshal(before)},
        }
    else:
        current["ConditionExpression"] = ABSENT
    return {
        "TransactItems": [
            {"Put": {"TableName": table, "Item": version, "ConditionExpression": ABSENT}},
            {"Put": current},
        ]
    }
