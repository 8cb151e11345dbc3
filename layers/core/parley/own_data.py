"""What happens when authors ask for all their data, or want them erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from parley import comment as comments
from parley import keys
from parley.errors import ConditionFailed, Malformed, Unavailable
from parley.items import comment_from_item
from parley.job import Job, JobKind
from parley.report_items import report_from_item
from parley.submission import MAX_RACES

if TYPE_CHECKING:
    from datetime import datetime

    from parley.items import Item
    from parley.report import Report
    from parley.store import Store

# Characters of texts in one part, earlier ones included: a character may take 4 bytes of the 6 MB that Lambda
# answers with.
MAX_CHARACTERS: Final = 1_000_000
_COMMENTS: Final = "C"
_REPORTS: Final = "R"


@dataclass(frozen=True, slots=True)
class ExportPage:
    """A part of all that is kept of an author.

    Attributes:
        comments: Comments with their earlier texts.
        reports: Reports that they have filed.
        next: Where it goes on; None at the end.
    """

    comments: list[tuple[Item, list[Item]]]
    reports: list[Report]
    next: str | None


def export(store: Store, author_sub: str, *, limit: int, after: str | None) -> ExportPage:
    """A page of an author's comments, oldest first, and behind these of their reports.

    Where texts are long, or were edited often, a page ends before `limit`.

    Raises:
        Malformed: `after` is no place in an export.
    """
    section, _, position = (after or _COMMENTS).partition(" ")
    if section == _COMMENTS:
        page = store.author_page(author_sub, limit=limit, after=position or None)
        found: list[tuple[Item, list[Item]]] = []
        characters = 0
        for item in page.items:
            if characters >= MAX_CHARACTERS:
                return ExportPage(found, [], f"{_COMMENTS} {found[-1][0]['authors_sk']}")
            texts = store.revisions(comment_from_item(item))
            characters += sum(len(one["body"]) for one in (item, *texts))
            found.append((item, texts))
        return ExportPage(found, [], f"{_COMMENTS} {page.next}" if page.next else _REPORTS)
    if section != _REPORTS:
        raise Malformed("cursor", "is not a place in an export")
    partition = keys.reporter_partition(author_sub)
    page = store.page("authors", partition, limit=limit, after=position or None)
    reports = [report_from_item(item) for item in page.items]
    return ExportPage([], reports, f"{_REPORTS} {page.next}" if page.next else None)


def order_erasure(store: Store, author_sub: str, *, salt: str, now: datetime) -> str:
    """Have everything erased that leads to an author; nothing more can be written by them until it is done.

    Returns:
        When it was ordered; asked again, the first time counts.
    """
    author_id = keys.author_id(salt, author_sub)
    at = comments.timestamp(now)
    for _ in range(MAX_RACES):
        author = store.author(author_sub, author_id)
        if author.erasing_since:
            return author.erasing_since
        job = Job(
            id=keys.job_id(salt, "erase", author_sub, at),
            kind=JobKind.ERASE,
            author_sub=author_sub,
            author_id=author_id,
            started_at=at,
        )
        try:
            store.order_erasure(author, job)
        except ConditionFailed:
            continue
        return at
    raise Unavailable("Your data are being changed by others. Try again.")
