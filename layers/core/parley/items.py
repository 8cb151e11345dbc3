"""Between domain objects and DynamoDB items. Pure.

An item here is a plain dictionary; `marshal` and `unmarshal` give it DynamoDB's type tags. Which sparse
indexes hold a comment follows from its status and review alone, and is decided in `index_keys`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parley import keys, signals
from parley.comment import (
    Actor,
    ActorKind,
    Appeal,
    AppealOutcome,
    Author,
    Comment,
    HistoryEntry,
    Reason,
    RejectionCode,
    Review,
    ReviewCause,
    Rule,
    Status,
    Step,
)
from parley.lease import Lease
from parley.policy import LIMITS, AuditShares, Policy, SavedPolicy, Threshold
from parley.urgency import Band, due_at

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, Any]


def marshal(value: Any) -> dict[str, Any]:  # noqa: ANN401
    """A plain value as DynamoDB takes it. None inside lists and maps is not needed, so not supported."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case list() | tuple():
            return {"L": [marshal(element) for element in value]}
        case dict():
            return {"M": marshal_item(value)}
    raise TypeError(f"cannot store a {type(value).__name__}")


def marshal_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """A whole item or map as DynamoDB takes it; attributes that are None are left out."""
    return {name: marshal(value) for name, value in item.items() if value is not None}


def unmarshal(value: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A plain value from DynamoDB's tagged one. Whole numbers become int, others float."""
    for tag, content in value.items():  # there is one
        if tag == "S" or tag == "BOOL":  # noqa: PLR1714  # by far the most frequent, on the hottest path
            return content
        if tag == "N":
            return int(content) if content.lstrip("-").isdigit() else float(content)
        if tag == "L":
            return [unmarshal(element) for element in content]
        if tag == "M":
            return unmarshal_item(content)
    raise TypeError(f"cannot read the attribute types {list(value)}")


def unmarshal_item(item: Mapping[str, Any]) -> Item:
    """A whole plain item from DynamoDB's tagged one."""
    return {name: unmarshal(value) for name, value in item.items()}


def index_keys(comment: Comment) -> Item:
    """The keys of the sparse indexes that hold this comment now."""
    found: Item = {}
    if comment.author_sub:
        found["authors_pk"] = keys.author_partition(comment.author_sub)
        found["authors_sk"] = keys.by_time(comment.created_at, comment.id)
    # A removed comment stays where it was while it has replies, so that they keep their place.
    is_kept = comment.status is Status.REMOVED and comment.reply_count > 0
    if comment.status is Status.PUBLISHED or is_kept:
        found["pages_pk"] = keys.thread_partition(comment.article_id, comment.parent_id)
        found["pages_sk"] = keys.by_time(comment.created_at, comment.id)
    if comment.review:
        found["queue_pk"] = keys.queue_partition(keys.shard(comment.id, keys.QUEUE_SHARDS))
        found["queue_sk"] = keys.by_time(due_at(comment.review), comment.id)
    return found


def reason_to_map(reason: Reason) -> Item:
    """A reason as a map without empty fields."""
    found = {
        "rule": reason.rule,
        "outcome": reason.outcome,
        "label": reason.label,
        "score": reason.score,
        "threshold": reason.threshold,
        "term": reason.term,
        "code": reason.code,
    }
    return {name: value for name, value in found.items() if value is not None}


def _reason(found: Mapping[str, Any]) -> Reason:
    return Reason(
        rule=Rule(found["rule"]),
        outcome=Status(found["outcome"]),
        label=found.get("label"),
        score=found.get("score"),
        threshold=found.get("threshold"),
        term=found.get("term"),
        code=RejectionCode(found["code"]) if "code" in found else None,
    )


def review_to_map(review: Review) -> Item:
    """A review without empty fields."""
    found = {
        "causes": list(review.causes),
        "opened_at": review.opened_at,
        "urgency": review.urgency,
        "reports": review.reports or None,
        "target_min": review.target_min,
    }
    return {name: value for name, value in found.items() if value is not None}


def review_from_map(found: Mapping[str, Any]) -> Review:
    """The review in a comment's or an entry's item."""
    return Review(
        tuple(ReviewCause(cause) for cause in found["causes"]),
        found["opened_at"],
        found["urgency"],
        reports=found.get("reports", 0),
        target_min=found.get("target_min"),
    )


def lease_to_map(lease: Lease) -> Item:
    """A lease as it lies in a comment."""
    return {"id": lease.id, "moderator": lease.moderator, "name": lease.name, "expires_at": lease.expires_at}


def lease_from_map(found: Mapping[str, Any]) -> Lease:
    """The lease in a comment's item."""
    return Lease(found["id"], found["moderator"], found["name"], found["expires_at"])


def _appeal_to_map(appeal: Appeal) -> Item:
    return {
        "text": appeal.text,
        "made_at": appeal.made_at,
        "against": appeal.against,
        "outcome": appeal.outcome,
        "decided_at": appeal.decided_at,
    }


def appeal_from_map(found: Mapping[str, Any]) -> Appeal:
    """The appeal in a comment's item."""
    return Appeal(
        text=found.get("text"),
        made_at=found["made_at"],
        against=found["against"],
        outcome=AppealOutcome(found["outcome"]) if found.get("outcome") else None,
        decided_at=found.get("decided_at"),
    )


def comment_to_item(comment: Comment) -> Item:
    """The comment's whole item."""
    return {
        **keys.comment_key(comment.id),
        **index_keys(comment),
        "id": comment.id,
        "article_id": comment.article_id,
        "parent_id": comment.parent_id,
        "depth": comment.depth,
        "author": {"id": comment.author.id, "name": comment.author.name},
        "body": comment.body,
        "status": comment.status,
        "reasons": [reason_to_map(reason) for reason in comment.reasons],
        "scores": dict(comment.scores) if comment.scores is not None else None,
        "signals": signals.to_map(comment.signals) or None,
        "model": comment.model,
        "policy_version": comment.policy_version,
        "review": review_to_map(comment.review) if comment.review else None,
        "lease": lease_to_map(comment.lease) if comment.lease else None,
        "version": comment.version,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "reply_count": comment.reply_count,
        "request_hash": comment.request_hash,
        "decided_at": comment.decided_at or None,
        "decided_by": comment.decided_by or None,
        "message": comment.message,
        "is_upon_reports": comment.is_upon_reports or None,
        "report_count": comment.report_count or None,
        "report_weight": comment.report_weight or None,
        "appeal": _appeal_to_map(comment.appeal) if comment.appeal else None,
        "revisions": list(comment.revisions) or None,
    }


def comment_from_item(item: Mapping[str, Any]) -> Comment:
    """The comment of an item from the table or the `authors` index."""
    return Comment(
        id=item["id"],
        article_id=item["article_id"],
        parent_id=item.get("parent_id"),
        depth=item["depth"],
        author=Author(item["author"]["id"], item["author"]["name"]),
        author_sub=item.get("authors_pk", "").removeprefix(keys.author_partition("")),
        body=item["body"],
        status=Status(item["status"]),
        reasons=tuple(_reason(found) for found in item["reasons"]),
        scores=item.get("scores"),
        signals=signals.from_map(item.get("signals") or {}),
        model=item.get("model"),
        policy_version=item["policy_version"],
        review=review_from_map(item["review"]) if item.get("review") else None,
        lease=lease_from_map(item["lease"]) if item.get("lease") else None,
        version=item["version"],
        created_at=item["created_at"],
        edited_at=item.get("edited_at"),
        reply_count=item["reply_count"],
        request_hash=item["request_hash"],
        decided_at=item.get("decided_at") or "",
        decided_by=item.get("decided_by") or "",
        message=item.get("message"),
        is_upon_reports=bool(item.get("is_upon_reports")),
        report_count=item.get("report_count") or 0,
        report_weight=item.get("report_weight") or 0.0,
        appeal=appeal_from_map(item["appeal"]) if item.get("appeal") else None,
        revisions=tuple(item.get("revisions") or ()),
    )


def entry_to_item(entry: HistoryEntry) -> Item:
    """The history entry's item, with the keys of the `decisions` index."""
    return {
        **keys.history_key(entry.comment_id, entry.version),
        "decisions_pk": keys.decisions_partition(entry.at, entry.comment_id),
        "decisions_sk": keys.by_decision(entry.at, entry.comment_id, entry.version),
        "comment_id": entry.comment_id,
        "article_id": entry.article_id,
        "version": entry.version,
        "action": entry.action,
        "at": entry.at,
        "before": entry.before,
        "after": entry.after,
        "reasons": [reason_to_map(reason) for reason in entry.reasons],
        "scores": dict(entry.scores) if entry.scores is not None else None,
        "signals": signals.to_map(entry.signals) or None,
        "model": entry.model,
        "policy_version": entry.policy_version,
        "by": {"kind": entry.by.kind, "id": entry.by.id, "name": entry.by.name},
        "review": review_to_map(entry.review) if entry.review else None,
        "note": entry.note,
        "message": entry.message,
        "written_at": entry.written_at or None,
        "request": entry.request,
    }


def entry_from_item(item: Mapping[str, Any]) -> HistoryEntry:
    """The history entry of an item."""
    return HistoryEntry(
        comment_id=item["comment_id"],
        article_id=item["article_id"],
        version=item["version"],
        action=Step(item["action"]),
        at=item["at"],
        before=Status(item["before"]) if "before" in item else None,
        after=Status(item["after"]),
        reasons=tuple(_reason(found) for found in item["reasons"]),
        scores=item.get("scores"),
        signals=signals.from_map(item.get("signals") or {}),
        model=item.get("model"),
        policy_version=item["policy_version"],
        by=Actor(ActorKind(item["by"]["kind"]), item["by"]["id"], item["by"]["name"]),
        review=review_from_map(item["review"]) if item.get("review") else None,
        note=item.get("note"),
        message=item.get("message"),
        written_at=item.get("written_at", ""),
        request=item.get("request"),
    )


def policy_to_item(saved: SavedPolicy) -> Item:
    """A policy version without its key: it lies at two."""
    policy = saved.policy
    return {
        "version": policy.version,
        "thresholds": {
            label: {
                name: value
                for name, value in (("review_at", threshold.review_at), ("reject_at", threshold.reject_at))
                if value is not None
            }
            for label, threshold in policy.thresholds.items()
        },
        "banned_terms": list(policy.banned_terms),
        "held_terms": list(policy.held_terms),
        **{name: getattr(policy, name) for name in LIMITS},
        "staff_skips_scoring": policy.staff_skips_scoring,
        "review_targets": {str(band): minutes for band, minutes in policy.review_targets.items()},
        "audit": {"published": policy.audit.published, "rejected": policy.audit.rejected},
        "saved_at": saved.saved_at,
        "saved_by": saved.saved_by,
        "note": saved.note,
        "restored_from": saved.restored_from,
    }


def policy_from_item(item: Mapping[str, Any] | None) -> SavedPolicy:
    """The policy of an item; the built-in one while none has been saved."""
    if item is None:
        return SavedPolicy(Policy())
    default = Policy()
    policy = Policy(
        version=item["version"],
        thresholds={
            label: Threshold(values.get("review_at"), values.get("reject_at"))
            for label, values in item.get("thresholds", {}).items()
        },
        banned_terms=tuple(item.get("banned_terms", default.banned_terms)),
        held_terms=tuple(item.get("held_terms", default.held_terms)),
        **{name: item.get(name, getattr(default, name)) for name in LIMITS},
        staff_skips_scoring=item.get("staff_skips_scoring", default.staff_skips_scoring),
        review_targets={Band(band): minutes for band, minutes in item["review_targets"].items()}
        if "review_targets" in item
        else default.review_targets,
        audit=AuditShares(**item["audit"]) if "audit" in item else default.audit,
    )
    return SavedPolicy(
        policy,
        item.get("saved_at", ""),
        item.get("saved_by", ""),
        item.get("note"),
        item.get("restored_from"),
    )
