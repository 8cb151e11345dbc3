from __future__ import annotations

import csv
import io

import pytest
from tests.factories import NOW, approval, comment, held, rejection

from parley import changes, errors, export
from parley.comment import Reason, ReviewCause, Rule, Status


def test_a_rejection_by_the_policy_carries_its_statement() -> None:
    reason = Reason(rule=Rule.MODEL, outcome=Status.REJECTED, label="insult", score=0.99, threshold=0.9)
    entry = changes.submitted(comment(status=Status.REJECTED, reasons=(reason,))).entry

    line = export.line(entry)

    assert {name: line[name] for name in ("by", "ground", "code", "rules", "labels", "source")} == {
        "by": "policy",
        "ground": "terms",
        "code": None,
        "rules": ["model"],
        "labels": ["insult"],
        "source": "own_initiative",
    }
    assert (line["automated_detection"], line["automated_decision"]) == (True, True)
    assert line["written_at"] == "2026-11-23T12:00:00.000Z"


def test_a_rejection_by_a_moderator_upon_reports_says_so_and_names_nobody() -> None:
    entry = changes.decide(held(ReviewCause.REPORTED), rejection(moderator="ada"), now=NOW).entry

    line = export.line(entry)

    assert (line["by"], line["code"], line["source"]) == ("moderator", "abusive", "reports")
    assert (line["automated_detection"], line["automated_decision"]) == (False, False)
    assert "Ada" not in repr(line)
    assert "ada" not in repr(line)


def test_an_approval_has_no_statement() -> None:
    line = export.line(changes.decide(held(), approval(), now=NOW).entry)

    assert [line[name] for name in ("restriction", "ground", "redress", "automated_decision")] == [None] * 4


def test_csv_holds_what_the_lines_hold_and_no_formulas() -> None:
    line = export.line(changes.decide(held(), rejection(), now=NOW).entry)
    risky = line | {"explanation": '=HYPERLINK("x")\n"quoted", too'}

    (found,) = csv.DictReader(io.StringIO(export.as_csv([risky], with_header=True)))

    assert tuple(found) == export.COLUMNS
    assert found["explanation"] == '\'=HYPERLINK("x")\n"quoted", too'
    assert (found["redress"], found["automated_decision"]) == ("appeal out_of_court court", "false")
    assert export.as_csv([], with_header=False) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24T10:00:00+02:00", "2026-11-24T08:00:00.000Z"),
        ("2026-11-24T10:00:00", "2026-11-24T10:00:00.000Z"),
    ],
)
def test_a_bound_is_a_date_or_a_time(text: str, expected: str) -> None:
    assert export.parse_bound("from", text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+10:00"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(errors.Malformed) as refused:
        export.parse_bound("from", text)

    assert refused.value.field == "from"


def test_a_span_that_is_none_is_named() -> None:
    for start, end in (("2026-11-24", "2026-11-24"), ("2000-01-01", "2026-01-01")):
        bounds = export.parse_bound("from", start), export.parse_bound("to", end)
        with pytest.raises(errors.Malformed) as refused:
            export.check_span(*bounds)
        assert refused.value.field == "to"
