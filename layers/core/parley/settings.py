"""What the functions are told by their environment; anything missing fails at start-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that several functions share.

    Attributes:
        table_name: The table.
        site_salt: Keys the derived ids; must stay the same for the life of the table.
        moderators_group: The group whose members moderate.
        groups_claim: The token's claim that lists the groups.
    """

    table_name: str
    site_salt: str
    moderators_group: str
    groups_claim: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read from environment variables.

        Raises:
            KeyError: One is missing or empty.
        """
        return cls(
            table_name=required(env, "TABLE_NAME"),
            site_salt=required(env, "SITE_SALT"),
            moderators_group=required(env, "MODERATORS_GROUP"),
            groups_claim=required(env, "GROUPS_CLAIM"),
        )


def required(env: Mapping[str, str], name: str) -> str:
    """The variable's value.

    Raises:
        KeyError: It is missing or empty.
    """
    value = env.get(name)
    if not value:
        raise KeyError(f"environment variable {name} is not set")
    return value
