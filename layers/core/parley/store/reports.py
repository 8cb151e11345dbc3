"""Readers' reports, edits and removals: changes of a comment with what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parley import keys, requests
from parley.author_items import author_from_item
from parley.errors import ConditionFailed
from parley.items import comment_from_item, policy_from_item, unmarshal_item
from parley.report_items import report_from_item
from parley.store.comments import Comments
from parley.store.table import translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parley.author import AuthorRecord, Turn
    from parley.comment import Change, Comment
    from parley.items import Item
    from parley.policy import Policy
    from parley.report import Report, ReportOutcome


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What one read tells about a report.

    Attributes:
        comment: What is reported.
        reporter: Who reports.
        existing: Their earlier report of it.
        policy: The rules in force.
    """

    comment: Comment | None
    reporter: AuthorRecord
    existing: Report | None
    policy: Policy


class Reports(Comments):
    """Reads and writes of what lies beside a comment."""

    def report_context(self, comment_id: str, reporter: AuthorRecord) -> ReportContext:
        """Everything a report needs to know, in one read."""
        found = self._read(
            {
                "comment": keys.comment_key(comment_id),
                "reporter": keys.author_key(reporter.sub),
                "report": keys.report_key(comment_id, reporter.sub),
                "policy": keys.policy_key(),
            }
        )
        comment, report = found["comment"], found["report"]
        return ReportContext(
            comment=comment_from_item(comment) if comment else None,
            reporter=author_from_item(found["reporter"], sub=reporter.sub, author_id=reporter.id),
            existing=report_from_item(report) if report else None,
            policy=policy_from_item(found["policy"]).policy,
        )

    def file_report(self, change: Change, report: Report, turn: Turn) -> None:
        """Write a report with what it sets going; all or nothing.

        Raises:
            ConditionFailed: The comment, its reports or the reporter are not as they were read.
        """
        self._transact(requests.file_report(self._table, change, report, turn))

    def reports(self, comment_id: str) -> Iterator[Report]:
        """All reports of a comment."""
        partition = keys.comment_key(comment_id)["PK"]
        return (report_from_item(item) for item in self._items(partition, keys.REPORTS))

    def settle_report(self, report: Report, outcome: ReportOutcome) -> bool:
        """Note whether a report was right, with it and with its reader; False if somebody else has."""
        try:
            self._transact(requests.settle_report(self._table, report, outcome))
        except ConditionFailed:
            return False
        return True

    def apply_edit(self, change: Change, turn: Turn) -> None:
        """Make an edit, and keep the text that it replaces.

        Raises:
            ConditionFailed: The comment or its author is not as they were read.
        """
        assert change.before is not None  # noqa: S101
        kept = requests.put_revision(self._table, change.before, replaced_at=change.entry.at)
        self.apply(change, turn, beside=[kept])

    def apply_removal(self, change: Change) -> None:
        """Remove a comment's text, with its earlier texts.

        Raises:
            ConditionFailed: The comment is not as it was read.
        """
        assert change.before is not None  # noqa: S101
        versions = change.before.revisions
        gone = [requests.remove_revision(self._table, change.before.id, version) for version in versions]
        self.apply(change, beside=gone)

    def revisions(self, comment: Comment) -> list[Item]:
        """The earlier texts of a comment, oldest first: `version`, `body`, `replaced_at`."""
        if not comment.revisions:
            return []
        found = self._read({str(v): keys.revision_key(comment.id, v) for v in comment.revisions})
        return [item for item in found.values() if item]

    def _items(self, partition: str, prefix: str) -> Iterator[Item]:
        """All items of a partition whose sort key begins so, page after page."""
        request: dict[str, Any] = requests.query_items(self._table, partition, prefix)
        while True:
            with translated_errors():
                response = self._client.query(**request)
            yield from (unmarshal_item(item) for item in response["Items"])
            if not response.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]
