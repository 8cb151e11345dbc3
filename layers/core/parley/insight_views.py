"""Simulations and statistics as moderators see them. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from parley.items import reason_to_map
from parley.views import View, for_moderator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.insights import Report, Simulated
    from parley.items import Item
    from parley.simulation import Example, Outcome, Shift


def simulation_view(made: Simulated) -> View:
    """Two policies on the same comments; examples whose comment may not be shown are left out."""
    simulation = made.simulation
    return {
        "comments": simulation.comments,
        "decided_by_moderators": simulation.decided_by_moderators,
        "from": simulation.start,
        "to": simulation.end,
        "without_text": simulation.without_text,
        "current": _outcome(simulation.current),
        "candidate": _outcome(simulation.candidate),
        "changes": [_shift(shift, made.items) for shift in simulation.shifts],
        "histograms": {label: asdict(histogram) for label, histogram in simulation.histograms.items()},
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


def _shift(shift: Shift, items: Mapping[str, Item]) -> View:
    return {
        "from": shift.before,
        "to": shift.after,
        "count": shift.count,
        "approved": shift.approved,
        "rejected": shift.rejected,
        "examples": [
            _example(example, items[example.comment_id])
            for example in shift.examples
            if example.comment_id in items
        ],
    }


def _example(example: Example, item: Item) -> View:
    return {
        "comment": for_moderator(item),
        "from_reasons": [reason_to_map(reason) for reason in example.before],
        "to_reasons": [reason_to_map(reason) for reason in example.after],
        "verdict": example.verdict,
    }


def report_view(report: Report) -> View:
    """How moderation went, and the queue now."""
    queue, statistics = report.queue, report.statistics
    return {
        "from": report.start,
        "to": report.end,
        "is_complete": report.is_complete,
        "queue": {
            "total": queue.counts.total,
            "causes": queue.counts.causes,
            "oldest_opened_at": queue.oldest_opened_at,
            "is_oldest_exact": queue.is_oldest_exact,
            "next_due_at": queue.next_due_at,
            "overdue": queue.overdue,
            "is_overdue_exact": queue.is_overdue_exact,
        },
        **asdict(statistics),
        "days": [asdict(day) for day in report.days],
    }
