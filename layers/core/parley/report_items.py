"""Between reports and their items. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parley import keys
from parley.comment import RejectionCode
from parley.report import Report, ReportOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.items import Item


def report_to_item(report: Report) -> Item:
    """The report's item, with the keys by which all of a reader's reports are found."""
    return {
        **keys.report_key(report.comment_id, report.reporter),
        "authors_pk": keys.reporter_partition(report.reporter),
        "authors_sk": keys.by_time(report.at, report.comment_id),
        "comment_id": report.comment_id,
        "reporter": report.reporter,
        "reason": report.reason,
        "note": report.note,
        "at": report.at,
        "weight": report.weight,
        "outcome": report.outcome,
    }


def report_from_item(item: Mapping[str, Any]) -> Report:
    """The report of an item."""
    return Report(
        comment_id=item["comment_id"],
        reporter=item["reporter"],
        reason=RejectionCode(item["reason"]),
        note=item.get("note"),
        at=item["at"],
        weight=item["weight"],
        outcome=ReportOutcome(item["outcome"]) if "outcome" in item else None,
    )
