"""The export of decisions with their statements of reasons, a line a decision. Pure.

The columns follow what the EU's transparency database asks of a statement of reasons. They hold no personal
data: neither texts nor names, and comments by their opaque ids.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from parley.comment import Rule, Status, timestamp
from parley.errors import Malformed
from parley.statements import RESTRICTION, SCOPE, Redress, Source, grounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parley.comment import HistoryEntry

# So many lines of up to 1,000 characters of explanation each stay below the 6 MB that Lambda may answer with.
MAX_LINES: Final = 1000
COLUMNS: Final = (
    "id",
    "comment_id",
    "version",
    "article_id",
    "content_type",
    "written_at",
    "decided_at",
    "action",
    "by",
    "before",
    "after",
    "restriction",
    "scope",
    "ground",
    "code",
    "rules",
    "labels",
    "source",
    "automated_detection",
    "automated_decision",
    "explanation",
    "redress",
    "policy_version",
    "model",
)


def line(entry: HistoryEntry) -> dict[str, Any]:
    """A decision as the export shows it; where nothing is rejected, there is no statement of reasons."""
    is_rejection = entry.after is Status.REJECTED
    ground, code, rules = grounds(entry.reasons)
    is_automated = Rule.MODERATOR not in rules
    statement = {
        "restriction": RESTRICTION,
        "scope": SCOPE,
        "ground": ground,
        "code": code,
        "source": Source.REPORTS if entry.is_upon_reports else Source.OWN_INITIATIVE,
        "automated_detection": is_automated or not entry.is_upon_reports,
        "automated_decision": is_automated,
        "explanation": entry.message,
        "redress": list(Redress),
    }
    return {
        "id": f"{entry.comment_id}-{entry.version}",
        "comment_id": entry.comment_id,
        "version": entry.version,
        "article_id": entry.article_id,
        "content_type": "text",
        "written_at": entry.written_at or None,
        "decided_at": entry.at,
        "action": entry.action,
        "by": entry.by.kind,
        "before": entry.before,
        "after": entry.after,
        **{name: value if is_rejection else None for name, value in statement.items()},
        "rules": list(dict.fromkeys(reason.rule for reason in entry.reasons)),
        "labels": [reason.label for reason in entry.reasons if reason.label],
        "policy_version": entry.policy_version,
        "model": entry.model,
    }


def as_csv(lines: Iterable[Mapping[str, Any]], *, with_header: bool) -> str:
    """Lines as CSV (RFC 4180); several values of one column are separated by spaces."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    if with_header:
        writer.writeheader()
    for found in lines:
        writer.writerow({name: _cell(found[name]) for name in COLUMNS})
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    text = str(value)
    # A spreadsheet would take such a text for a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def parse_bound(field: str, text: str) -> str:
    """A date (its beginning in UTC) or a time, in the form that is stored.

    Raises:
        Malformed: It is neither.
    """
    try:
        if len(text) == len("2026-11-24"):
            found = datetime.combine(date.fromisoformat(text), time(), UTC)
        else:
            found = datetime.fromisoformat(text)
        return timestamp(found.replace(tzinfo=UTC) if found.tzinfo is None else found)
    except (ValueError, OverflowError) as error:
        raise Malformed(field, "must be a date or a time, ISO 8601 in UTC") from error


def check_span(start: str, end: str) -> None:
    """See that a span of time is one, and not longer than anybody keeps decisions.

    Raises:
        Malformed: It ends before it begins, or is longer than ten years.
    """
    if end <= start:
        raise Malformed("to", "must be later than from")
    if datetime.fromisoformat(end) - datetime.fromisoformat(start) > timedelta(days=3660):
        raise Malformed("to", "must be within ten years of from")
