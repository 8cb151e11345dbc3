"""Authors, sanctions, articles, reports and jobs as moderators see them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parley import views
from parley.job import JobKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from parley.article import Article
    from parley.author import AuthorRecord
    from parley.job import Job
    from parley.policy import Policy
    from parley.report import Report
    from parley.sanction import Sanction

View = dict[str, Any]


def author_for_moderator(record: AuthorRecord, rules: Policy, now: datetime) -> View:
    """An author with what moderators weigh before they impose something."""
    return {
        **views.author(record, rules, now),
        "version": record.version,
        "recent_rejections": record.recent_rejections(now, days=rules.rejection_days),
        "reports": {
            "made": record.reports_made,
            "right": record.reports_right,
            "wrong": record.reports_wrong,
            "weight": record.report_weight(),
        },
    }


def sanction_for_moderator(sanction: Sanction) -> View:
    """The record of a sanction; the moderator's subject stays inside."""
    return {
        "version": sanction.version,
        "action": sanction.action,
        "reason": sanction.reason,
        "message": sanction.message,
        "note": sanction.note,
        "until": sanction.until,
        "at": sanction.at,
        "by": {"name": sanction.by_name},
        "job": sanction.job,
    }


def sanction_for_author(sanction: Sanction) -> View:
    """What was imposed on an author, as they may know it: neither by whom nor what colleagues wrote."""
    shown = sanction_for_moderator(sanction)
    return {name: shown[name] for name in ("action", "reason", "message", "until", "at")}


def job(found: Job) -> View:
    """A job and what it has done."""
    assert found.kind is JobKind.REJECT_OPEN  # noqa: S101  # nobody looks at the others
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "rejected": found.done,
        "left": found.left,
    }


def article(found: Article, rules: Policy, now: datetime) -> View:
    """An article, and whether it takes comments now."""
    return {
        "id": found.id,
        "state": found.state,
        "closes_at": found.closes_at,
        "is_open": found.is_open(now, close_after_days=rules.close_after_days),
        "comment_count": found.comment_count,
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
    }


def report_for_moderator(report: Report) -> View:
    """A report; who filed it stays inside."""
    return {
        "reason": report.reason,
        "note": report.note,
        "at": report.at,
        "weight": report.weight,
        "outcome": report.outcome,
    }


def revision(item: Mapping[str, Any]) -> View:
    """An earlier text of a comment."""
    return {name: item[name] for name in ("version", "body", "replaced_at")}


def report_for_export(report: Report) -> View:
    """A report with all that its reader has said."""
    return {**views.report_for_reader(report), "note": report.note}
