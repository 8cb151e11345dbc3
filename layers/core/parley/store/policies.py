"""The versions of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys, requests
from parley.items import policy_from_item
from parley.store.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parley.policy import Policy, SavedPolicy


class Policies(Table):
    """Reads and saves of the policy."""

    def policy(self, version: int | None = None) -> SavedPolicy | None:
        """A version of the policy, None if there is none; without a version, the one in force."""
        key = keys.policy_key() if version is None else keys.policy_version_key(version)
        item = self._get(key)
        return policy_from_item(item) if item or version in (None, 0) else None

    def policies(self, versions: Sequence[int]) -> list[SavedPolicy]:
        """Those of up to 100 versions of the policy that exist, in one read; the built-in one always does."""
        saved = {str(version): keys.policy_version_key(version) for version in versions if version}
        found = self._read(saved) if saved else {}
        items = [None] * (0 in versions) + [item for item in found.values() if item]
        return [policy_from_item(item) for item in items]

    def rules(self) -> Policy:
        """The rules in force."""
        return policy_from_item(self._get(keys.policy_key())).policy

    def save_policy(self, saved: SavedPolicy) -> None:
        """Save a new version and put it in force.

        Raises:
            ConditionFailed: It does not follow the version in force.
        """
        self._transact(requests.save_policy(self._table, saved))
