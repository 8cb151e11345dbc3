"""What moderators do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.factories import SALT
from tests.integration.life.world import (
    AUTHORS,
    LATE,
    MODERATORS,
    RULES,
    STRICTER,
    World,
)
from tests.integration.people import moderator_named

from parley import errors, moderation, sanctioning
from parley.comment import Action, ModeratorDecision, RejectionCode, Status, timestamp
from parley.lease import DURATION
from parley.sanction import RESTRICTIONS, SanctionAction
from parley.sanctioning import Wish

if TYPE_CHECKING:
    from parley.comment import Comment
    from parley.job import Job
    from parley.policy import Policy


class Moderators(World):
    """Rules for leases, decisions, what is undone, what is imposed on authors, and the policy."""

    @rule(moderator=st.sampled_from(MODERATORS), limit=st.integers(1, 3))
    def takes_a_lease(self, moderator: str, limit: int) -> None:
        free = {
            comment_id
            for comment_id, item in self.images.items()
            if "review" in item and not self.is_held_by_anyone(comment_id)
        }
        lease_id = f"{len(self.leases):032x}"
        taken = moderation.take_lease(
            self.store, moderator_named(moderator), lease_id=lease_id, limit=limit, now=self.now
        )
        ids = {one.id for one in taken.comments}
        assert ids <= free
        assert len(ids) == min(limit, len(free))
        self.leases.append((moderator, lease_id))
        for one in taken.comments:
            self.holders[one.id] = (moderator, self.now + DURATION)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def gives_back(self, data: st.DataObject) -> None:
        moderator, lease_id = data.draw(st.sampled_from(self.leases))
        moderation.give_back(self.store, moderator_named(moderator), lease_id=lease_id)
        for comment_id in list(self.holders):
            if self.stored(comment_id).lease is None:
                del self.holders[comment_id]

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS), is_late=LATE)
    def approves(self, data: st.DataObject, moderator: str, is_late: bool) -> None:  # noqa: FBT001
        self.decides(data, moderator, Action.APPROVE, is_late=is_late)

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS), is_late=LATE)
    def rejects(self, data: st.DataObject, moderator: str, is_late: bool) -> None:  # noqa: FBT001
        self.decides(data, moderator, Action.REJECT, is_late=is_late)

    def decides(self, data: st.DataObject, moderator: str, action: Action, *, is_late: bool) -> None:
        comment_id = data.draw(st.sampled_from(sorted(self.accepted)))
        before = self.images[comment_id]
        version = max(1, before["version"] - is_late)
        wish = ModeratorDecision(
            action=action,
            version=version,
            by=moderator_named(moderator),
            code=RejectionCode.ABUSIVE if action is Action.REJECT else None,
        )
        is_kept_out = self.is_kept_from(moderator, comment_id)
        try:
            after = moderation.decide(self.store, comment_id, wish, now=self.now)
        except errors.Conflict:
            assert version < before["version"] or before["status"] == "removed"
        except errors.Leased:
            assert is_kept_out
        except errors.OwnAppeal:
            assert "appealed" in before["review"]["causes"]
        else:
            assert version == before["version"]
            assert not is_kept_out
            self.check_decision(after, wish)
            self.was_decided(comment_id)

    @precondition(lambda self: self.undoable())
    @rule(data=st.data(), moderator=st.sampled_from(MODERATORS))
    def undoes(self, data: st.DataObject, moderator: str) -> None:
        comment_id = data.draw(st.sampled_from(self.undoable()))
        wish = ModeratorDecision(
            action=Action.UNDO, version=self.images[comment_id]["version"], by=moderator_named(moderator)
        )
        is_kept_out = self.is_kept_from(moderator, comment_id)
        try:
            after = moderation.decide(self.store, comment_id, wish, now=self.now)
        except errors.Leased:
            assert is_kept_out
        except errors.OwnAppeal:
            assert "appeal" in self.images[comment_id]
        else:
            assert not is_kept_out
            self.check_decision(after, wish)
            self.holders.pop(comment_id, None)

    def check_decision(self, after: Comment, wish: ModeratorDecision) -> None:
        history = self.read().entries[after.id]
        assert (history[-1].version, history[-1].by.id) == (wish.version + 1, wish.by.id)
        match wish.action:
            case Action.APPROVE:
                assert after.status is Status.PUBLISHED
            case Action.REJECT:
                assert after.status is Status.REJECTED
            case Action.UNDO:
                assert after.status is history[-2].before
                assert after.review == history[-2].review
        if wish.action is not Action.UNDO:
            assert after.review is None

    @rule(
        author=st.sampled_from(AUTHORS),
        moderator=st.sampled_from(MODERATORS),
        action=st.sampled_from(SanctionAction),
        minutes=st.none() | st.integers(1, 9),
        is_late=LATE,
    )
    def imposes(
        self,
        author: str,
        moderator: str,
        action: SanctionAction,
        minutes: int | None,
        is_late: bool,  # noqa: FBT001
    ) -> None:
        if action is SanctionAction.SUSPEND:
            minutes = minutes or 5
        until = timestamp(self.now + timedelta(minutes=minutes)) if minutes else None
        self.sanctions(
            author,
            moderator,
            Wish(
                action=action,
                version=max(0, self.record_of(author).version - is_late),
                reason=None if action is SanctionAction.LIFT else RejectionCode.HARASSMENT,
                until=until if action in RESTRICTIONS else None,
            ),
        )

    @rule(author=st.sampled_from(AUTHORS), moderator=st.sampled_from(MODERATORS))
    def bans_and_rejects_what_waits(self, author: str, moderator: str) -> None:
        waiting = {
            comment_id: item["version"]
            for comment_id, item in self.images.items()
            if self.owners.get(comment_id) == author
            and "review" in item
            and item["status"] in ("held", "published")
        }
        wish = Wish(
            action=SanctionAction.BAN,
            version=self.record_of(author).version,
            reason=RejectionCode.HARASSMENT,
            is_open_rejected=True,
        )
        job = self.sanctions(author, moderator, wish)
        if job:
            self.ordered[job.id], self.rejected_by[job.id] = waiting, 0

    def sanctions(self, author: str, moderator: str, wish: Wish) -> Job | None:
        before = self.record_of(author)
        try:
            after, job = sanctioning.impose(
                self.store, before.id, wish, by=moderator_named(moderator), salt=SALT, now=self.now
            )
        except errors.NotFound:
            assert self.store.author_of(before.id) is None or author in self.erasing
        except errors.AuthorConflict:
            assert wish.version < before.version
        except errors.Invalid:
            assert wish.action is SanctionAction.LIFT
            assert self.restriction(author) is None
        else:
            assert (wish.version, after.version) == (before.version, before.version + 1)
            if wish.action is SanctionAction.LIFT:
                del self.restrictions[author]
            elif wish.action in RESTRICTIONS:
                self.restrictions[author] = (RESTRICTIONS[wish.action], wish.until)
            return job
        return None

    @rule(policy=st.sampled_from((RULES, STRICTER)), is_late=LATE)
    def saves_a_policy(self, policy: Policy, is_late: bool) -> None:  # noqa: FBT001
        seen = max(0, self.policy_version - is_late)
        try:
            moderation.save_policy(
                self.store, replace(policy, version=seen), saved_by="Mo", note=None, now=self.now
            )
        except errors.PolicyConflict:
            assert seen < self.policy_version
        else:
            assert seen == self.policy_version
            self.policy_version += 1
