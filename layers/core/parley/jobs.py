"""The worker's part of jobs. Every step can be repeated: what is done shows it, and is not done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from parley import changes, own
from parley import comment as comments
from parley.comment import Action, Actor, ActorKind, ModeratorDecision, Status
from parley.errors import ConditionFailed, NotYet
from parley.job import JobKind, JobState

if TYPE_CHECKING:
    from parley.comment import Comment
    from parley.job import Job
    from parley.store import Store

PAGE: Final = 25
MAX_STEPS_WITHOUT_WORK: Final = 100
_RACES: Final = 5

Clock = Callable[[], datetime]
"""The time."""
HasTime = Callable[[], bool]
"""Whether there is time for another page."""


def run(store: Store, job_id: str, *, clock: Clock, has_time: HasTime) -> Job | None:
    """Go on with a job until it is done or the time is up.

    Returns:
        The job as it is then; None if there is none, or it is done already.

    Raises:
        NotYet: It cannot be finished at the moment; try again.
    """
    job = store.job(job_id)
    if job is None or job.state is JobState.DONE:
        return None
    work = _reject_open if job.kind is JobKind.REJECT_OPEN else _erase
    return work(store, job, clock, has_time)


def _reject_open(store: Store, job: Job, clock: Clock, has_time: HasTime) -> Job:
    """Reject what an author has waiting in the queue, but for appeals and what a colleague holds."""
    while True:
        page = store.author_page(job.author_sub, limit=PAGE, after=job.position)
        open_ones = [item["id"] for item in page.items if "review" in item]
        left = sum(not _reject(store, job, comment_id, clock()) for comment_id in open_ones)
        is_last = page.next is None
        is_enough = is_last or not has_time()
        job = store.continue_job(
            job,
            position=page.next,
            left=left,
            is_step=is_enough and not is_last,
            finished_at=comments.timestamp(clock()) if is_last else None,
        )
        if is_enough:
            return job


def _reject(store: Store, job: Job, comment_id: str, now: datetime) -> bool:
    """Reject one comment; False if it is left to the colleague who holds it."""
    for _ in range(_RACES):
        comment = store.comment(comment_id)
        if comment is None or not _is_waiting(comment):
            return True
        decision = ModeratorDecision(
            action=Action.REJECT,
            version=comment.version,
            by=Actor(ActorKind.MODERATOR, job.by_id, job.by_name),
            code=job.reason,
            message=job.message,
        )
        if comment.lease and comment.lease.keeps_out(job.by_id, comments.timestamp(now)):
            return False
        try:
            store.apply_for_job(changes.decide(comment, decision, now=now), job)
        except ConditionFailed:
            continue
        return True
    return False


def _is_waiting(comment: Comment) -> bool:
    return comment.review is not None and comment.status in (Status.HELD, Status.PUBLISHED)


def _erase(store: Store, job: Job, clock: Clock, has_time: HasTime) -> Job:
    """Erase an author's comments and reports, and in the end what is known of the author, and the job."""
    while has_time():
        items = store.author_page(job.author_sub, limit=PAGE).items
        reports = store.reports_by(job.author_sub, limit=PAGE)
        erased = sum(_erase_comment(store, job, item["id"], clock()) for item in items)
        for report in reports:
            store.delete_report(report)
        if erased or reports:
            continue
        author = store.author(job.author_sub, job.author_id)
        if any(number > 0 for number in author.counts.values()):
            # The index is a moment behind the table, which knows of more; the next step looks again.
            if job.step >= MAX_STEPS_WITHOUT_WORK:
                raise NotYet("The index does not show all of the author's comments.")
            return store.continue_job(job, position=None, left=0, is_step=True, finished_at=None)
        return store.forget_author(author, job, at=comments.timestamp(clock()))
    return store.continue_job(job, position=None, left=0, is_step=True, finished_at=None)


def _erase_comment(store: Store, job: Job, comment_id: str, now: datetime) -> bool:
    """Erase one comment with all that lies beside it; False if that has been done."""
    for _ in range(_RACES):
        comment = store.comment(comment_id)
        if comment is None or comment.author_sub != job.author_sub:
            return False
        store.scrub_history(comment)
        for report in store.reports(comment_id):
            store.delete_report(report)
        try:
            store.apply_for_job(own.erased(comment, comments.timestamp(now)), job)
        except ConditionFailed:
            continue
        return True
    raise NotYet("Others are changing a comment that is to be erased.")
