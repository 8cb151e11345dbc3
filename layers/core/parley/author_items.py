"""Between authors, articles, sanctions and their items. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parley import keys
from parley.article import Article, ArticleState
from parley.author import AuthorRecord, Restriction, RestrictionKind, Warned, Written
from parley.comment import RejectionCode, Status
from parley.sanction import Sanction, SanctionAction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.items import Item

COUNT: Final = "count_"
REJECTED: Final = "rejected_"


def restriction_to_map(restriction: Restriction) -> Item:
    """A restriction as it lies in an author's item, and as everybody concerned may see it."""
    return {
        "kind": restriction.kind,
        "reason": restriction.reason,
        "message": restriction.message,
        "since": restriction.since,
        "until": restriction.until,
    }


def warning_to_map(warning: Warned) -> Item:
    """A warning as it lies in an author's item, and as everybody concerned may see it."""
    return {"reason": warning.reason, "message": warning.message, "at": warning.at}


def own_attributes(author: AuthorRecord) -> Item:
    """What turns and sanctions set of an author's item; counters are added to, never set."""
    return {
        "sub": author.sub,
        "id": author.id,
        "name": author.name,
        "version": author.version or None,
        "turns": author.turns or None,
        "restriction": restriction_to_map(author.restriction) if author.restriction else None,
        "warning": warning_to_map(author.warning) if author.warning else None,
        # Texts, not maps: there may be 60 of them, and each is read and written with every submission.
        "written": [f"{w.at_ms} {w.fingerprint}" for w in author.written] or None,
        "previews": list(author.previews) or None,
        "reported": list(author.reported) or None,
        "erasing_since": author.erasing_since,
    }


def author_from_item(item: Mapping[str, Any] | None, *, sub: str, author_id: str) -> AuthorRecord:
    """The author of an item; without one, somebody who has not done anything yet."""
    if item is None:
        return AuthorRecord(sub=sub, id=author_id)
    restriction, warning = item.get("restriction"), item.get("warning")
    return AuthorRecord(
        sub=sub,
        id=author_id,
        name=item.get("name", ""),
        version=item.get("version", 0),
        turns=item.get("turns", 0),
        restriction=Restriction(
            RestrictionKind(restriction["kind"]),
            RejectionCode(restriction["reason"]),
            restriction.get("message"),
            restriction["since"],
            restriction.get("until"),
        )
        if restriction
        else None,
        warning=Warned(RejectionCode(warning["reason"]), warning.get("message"), warning["at"])
        if warning
        else None,
        written=tuple(_written(text) for text in item.get("written", ())),
        previews=tuple(item.get("previews", ())),
        reported=tuple(item.get("reported", ())),
        counts={status: item[f"{COUNT}{status}"] for status in Status if f"{COUNT}{status}" in item},
        rejected={
            name.removeprefix(REJECTED): number for name, number in item.items() if name.startswith(REJECTED)
        },
        reports_made=item.get("reports_made", 0),
        reports_right=item.get("reports_right", 0),
        reports_wrong=item.get("reports_wrong", 0),
        erasing_since=item.get("erasing_since"),
    )


def _written(text: str) -> Written:
    at_ms, _, fingerprint = text.partition(" ")
    return Written(int(at_ms), fingerprint)


def article_from_item(item: Mapping[str, Any] | None, article_id: str) -> Article:
    """The article of an item; without one, one that is open and has no comments."""
    if item is None:
        return Article(id=article_id)
    return Article(
        id=article_id,
        state=ArticleState(item.get("state", ArticleState.OPEN)),
        closes_at=item.get("closes_at"),
        first_at=item.get("first_at"),
        comment_count=item.get("comment_count", 0),
        changed_at=item.get("changed_at"),
        changed_by=item.get("changed_by"),
    )


def sanction_to_item(sanction: Sanction, sub: str) -> Item:
    """The record of a sanction."""
    return {
        **keys.sanction_key(sub, sanction.version),
        "version": sanction.version,
        "action": sanction.action,
        "reason": sanction.reason,
        "message": sanction.message,
        "note": sanction.note,
        "until": sanction.until,
        "at": sanction.at,
        "by": {"id": sanction.by_id, "name": sanction.by_name},
        "job": sanction.job,
    }


def sanction_from_item(item: Mapping[str, Any]) -> Sanction:
    """The sanction of an item."""
    return Sanction(
        version=item["version"],
        action=SanctionAction(item["action"]),
        reason=RejectionCode(item["reason"]) if "reason" in item else None,
        message=item.get("message"),
        note=item.get("note"),
        until=item.get("until"),
        at=item["at"],
        by_id=item["by"]["id"],
        by_name=item["by"]["name"],
        job=item.get("job"),
    )
