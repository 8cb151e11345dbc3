"""Jobs, and the erasing of what is known of an author."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from parley import keys, requests
from parley.errors import ConditionFailed, NotYet
from parley.items import unmarshal_item
from parley.job import JobState, job_from_item
from parley.report_items import report_from_item
from parley.signals import NONE
from parley.store.reports import Reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parley.author import AuthorRecord
    from parley.comment import Change, Comment, HistoryEntry
    from parley.job import Job
    from parley.report import Report
    from parley.store.table import Page


# A BatchGetItem takes 100 keys; the comment is one of them.
_BATCH: Final = 99


def _has_term(entry: HistoryEntry) -> bool:
    return any(reason.term for reason in entry.reasons)


class Jobs(Reports):
    """Reads and writes of jobs, and of what they work on."""

    def job(self, job_id: str) -> Job | None:
        """A job, None if there is none."""
        item = self._get(keys.job_key(job_id))
        return job_from_item(item) if item else None

    def author_page(self, author_sub: str, *, limit: int, after: str | None = None) -> Page:
        """A page of an author's comments, oldest first."""
        return self.page("authors", keys.author_partition(author_sub), limit=limit, after=after)

    def reports_by(self, reporter_sub: str, *, limit: int) -> list[Report]:
        """Some of the reports that somebody has filed."""
        page = self.page("authors", keys.reporter_partition(reporter_sub), limit=limit)
        return [report_from_item(item) for item in page.items]

    def apply_for_job(self, change: Change, job: Job) -> None:
        """Make a change and count it with the job; texts that the comment no longer has go with it.

        Raises:
            ConditionFailed: The comment is not as it was read.
        """
        assert change.before is not None  # noqa: S101
        versions = set(change.before.revisions) - set(change.after.revisions)
        gone = [requests.remove_revision(self._table, change.before.id, v) for v in sorted(versions)]
        self.apply(change, beside=[requests.count_for_job(self._table, job), *gone])

    def continue_job(
        self, job: Job, *, position: str | None, left: int, is_step: bool, finished_at: str | None
    ) -> Job:
        """Note how far a job has come; the job as it is then.

        Raises:
            NotYet: Another worker has taken it further; what is left is theirs.
        """
        request = requests.continue_job(
            self._table,
            job,
            position=position,
            left=left,
            is_step=is_step,
            finished_at=finished_at,
        )
        try:
            response = self._write(self._client.update_item, request)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise NotYet("Another worker goes on with this job.") from error
        return job_from_item(unmarshal_item(response["Attributes"]))

    def order_erasure(self, author: AuthorRecord, job: Job) -> None:
        """Let nothing more be written by an author, and order the job that erases what there is.

        Raises:
            ConditionFailed: It was ordered before, or something was imposed since the author was read.
        """
        self._transact(requests.order_erasure(self._table, author, job, at=job.started_at))

    def scrub_history(self, comment: Comment) -> None:
        """Take out of the record of a comment what moderators wrote and what its text had in it."""
        for first in range(1, comment.version + 1, _BATCH):
            versions = range(first, min(first + _BATCH, comment.version + 1))
            _, entries = self.comment_and_entries(comment.id, versions)
            for entry in entries:
                if entry and (entry.note or entry.message or entry.signals != NONE or _has_term(entry)):
                    self._write(self._client.update_item, requests.scrub_entry(self._table, entry))

    def delete_report(self, report: Report) -> None:
        """Delete a report."""
        self._delete(keys.report_key(report.comment_id, report.reporter))

    def forget_author(self, author: AuthorRecord, job: Job, *, at: str) -> Job:
        """Delete what is known of an author, and the jobs about them. A restriction that is in force stays.

        Raises:
            NotYet: The author's item has changed meanwhile.
        """
        for version in range(1, author.version + 1):
            key = keys.sanction_key(author.sub, version)
            sanction = self._get(key)
            if sanction and "job" in sanction:
                # It names the author and repeats what they were told; were it still at work, it would stop.
                self._delete(keys.job_key(sanction["job"]))
            self._delete(key)
        is_kept_out = author.restriction_at(at) is not None
        try:
            self._transact(requests.forget_author(self._table, author, job, is_kept_out=is_kept_out))
        except ConditionFailed as error:
            raise NotYet("The author has changed while being erased.") from error
        return replace(job, state=JobState.DONE, finished_at=at)

    def _delete(self, key: Mapping[str, str]) -> None:
        self._write(self._client.delete_item, requests.delete(self._table, key))
