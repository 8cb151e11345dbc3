"""Readers' reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley import keys
from parley.items import marshal, marshal_item
from parley.report import ReportOutcome
from parley.report_items import report_to_item
from parley.requests import authors, comments
from parley.requests.reads import ABSENT

if TYPE_CHECKING:
    from parley.author import Turn
    from parley.comment import Change
    from parley.report import Report
    from parley.requests.reads import Request

REPORTS_MADE = "reports_made"
_COUNTERS = {ReportOutcome.RIGHT: "reports_right", ReportOutcome.WRONG: "reports_wrong"}


def file_report(table: str, made: Change, report: Report, turn: Turn) -> Request:
    """One transaction: the comment, if nobody has reported it since it was read, the report, its reader."""
    assert made.before is not None  # noqa: S101
    put: Request = {
        "Put": {
            "TableName": table,
            "Item": marshal_item(report_to_item(report)),
            "ConditionExpression": ABSENT,
        }
    }
    beside = [put, *authors.turned(table, turn, {REPORTS_MADE: 1})]
    is_new_version = made.after.version != made.before.version
    if is_new_version:
        request = comments.change(table, made, beside=beside)
    else:
        request = {"TransactItems": [comments.replace(table, made), *beside]}
    update = request["TransactItems"][0]["Update"]
    update["ExpressionAttributeNames"]["#report_count"] = "report_count"
    condition = comments.unreported(made.before, update["ExpressionAttributeValues"])
    update["ConditionExpression"] += f" AND {condition}"
    return request


def settle_report(table: str, report: Report, outcome: ReportOutcome) -> Request:
    """One transaction: whether a report was right, and its reader's score, if nobody has noted it yet."""
    earlier = report.outcome
    added = {_COUNTERS[outcome]: 1}
    if earlier:
        added[_COUNTERS[earlier]] = -1
    reader = authors.add_to_author(table, report.reporter, added)
    # Somebody whose data were erased does not come back for having been right.
    reader["Update"]["ConditionExpression"] = "attribute_exists(PK)"
    values = {":outcome": marshal(outcome), **({":earlier": marshal(earlier)} if earlier else {})}
    return {
        "TransactItems": [
            {
                "Update": {
                    "TableName": table,
                    "Key": marshal_item(keys.report_key(report.comment_id, report.reporter)),
                    "UpdateExpression": "SET #outcome = :outcome",
                    "ConditionExpression": "attribute_exists(PK) AND "
                    + ("#outcome = :earlier" if earlier else "attribute_not_exists(#outcome)"),
                    "ExpressionAttributeNames": {"#outcome": "outcome"},
                    "ExpressionAttributeValues": values,
                }
            },
            reader,
        ]
    }
