"""The only module that speaks DynamoDB."""

from __future__ import annotations

import json
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as EndpointError

from parley import keys, requests
from parley.errors import ConditionFailed, Unavailable
from parley.items import comment_from_item, entry_from_item, policy_from_item, unmarshal_item
from parley.lease import LeaseRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Change, Comment, HistoryEntry
    from parley.counting import Counted
    from parley.items import Item
    from parley.lease import Lease
    from parley.policy import Policy, SavedPolicy

# The SDK retries a throttled or failed call by itself; a request has about this long in all.
_CLIENT_CONFIG: Final = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=4,
    # Requests come from builders that tests check; checking each again costs a millisecond of a submit.
    parameter_validation=False,
)
_OUT_OF_SERVICE: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
# Reasons for which a transaction was cancelled but may succeed when tried again.
_TRY_AGAIN: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
# A BatchGetItem takes 100 keys; the parent is one of them.
_MAX_HISTORY: Final = 99
_ATTEMPTS: Final = 6
_BACKOFF_S: Final = 0.025
# The stream keeps records for a day and dead-letter queues for 14; markers stay longer than both.
_MARKER_LIFETIME_S: Final = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class SubmissionContext:
    """What one read tells about a submission.

    Attributes:
        existing: The comment that this author has already written with this key.
        first_entry: The first decision about it.
        parent: The comment that this one replies to.
        policy: The rules in force.
    """

    existing: Comment | None
    first_entry: HistoryEntry | None
    parent: Comment | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Page:
    """Some plain items of a list, and the position to go on from; None at its end."""

    items: list[Item]
    next: str | None


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _OUT_OF_SERVICE:
            raise Unavailable("The comments cannot be reached at the moment.") from error
        raise
    except (EndpointError, HTTPClientError) as error:
        raise Unavailable("The comments cannot be reached at the moment.") from error


def _take_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
    """Hand a Query's items on as they came.

    The SDK would look at every attribute of every item through its model of a value, which for a page of 50
    comments takes several times as long as everything else; `unmarshal_item` reads the same form.
    """
    if response_dict["status_code"] == HTTPStatus.OK:
        content = json.loads(response_dict["body"])
        customized_response_dict["Items"] = content.pop("Items", [])
        response_dict["body"] = json.dumps(content).encode()


class Store:
    """The table, as the use cases see it.

    Every method raises `Unavailable` when DynamoDB cannot be reached or is throttled after all retries.
    """

    def __init__(
        self, client: DynamoDBClient, table: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    @classmethod
    def for_table(cls, table: str) -> Self:
        """A store on the table of this name, reached as the environment says."""
        client = boto3.client("dynamodb", config=_CLIENT_CONFIG)
        client.meta.events.register("before-parse.dynamodb.Query", _take_items)
        return cls(client, table)

    def submission_context(self, comment_id: str, parent_id: str | None) -> SubmissionContext:
        """Everything a submission needs to know, in one read."""
        wanted = {
            "existing": keys.comment_key(comment_id),
            "entry": keys.history_key(comment_id, 1),
            "policy": keys.policy_key(),
        }
        if parent_id and parent_id != comment_id:
            wanted["parent"] = keys.comment_key(parent_id)
        found = self._read(wanted)
        existing, entry, parent = found["existing"], found["entry"], found.get("parent")
        return SubmissionContext(
            existing=comment_from_item(existing) if existing else None,
            first_entry=entry_from_item(entry) if entry else None,
            parent=comment_from_item(parent) if parent else None,
            policy=policy_from_item(found["policy"]).policy,
        )

    def comment_and_policy(self, comment_id: str) -> tuple[Comment | None, Policy]:
        """A comment, None if there is none, and the rules in force."""
        found = self._read({"comment": keys.comment_key(comment_id), "policy": keys.policy_key()})
        item = found["comment"]
        return (comment_from_item(item) if item else None), policy_from_item(found["policy"]).policy

    def policy(self, version: int | None = None) -> SavedPolicy | None:
        """A version of the policy, None if there is none; without a version, the one in force."""
        key = keys.policy_key() if version is None else keys.policy_version_key(version)
        item = self._get(key)
        return policy_from_item(item) if item or version in (None, 0) else None

    def save_policy(self, saved: SavedPolicy) -> None:
        """Save a new version and put it in force.

        Raises:
            ConditionFailed: It does not follow the version in force.
        """
        self._transact(requests.save_policy(self._table, saved))

    def comment_with_history(self, comment: Comment) -> tuple[list[HistoryEntry], Comment | None]:
        """The decisions about a comment, first to latest (of many, the latest), and its parent; one read."""
        oldest = max(1, comment.version - _MAX_HISTORY + 1)
        wanted = {str(n): keys.history_key(comment.id, n) for n in range(oldest, comment.version + 1)}
        if comment.parent_id:
            wanted["parent"] = keys.comment_key(comment.parent_id)
        found = self._read(wanted)
        parent = found.pop("parent", None)
        entries = [entry_from_item(item) for item in found.values() if item]
        return entries, comment_from_item(parent) if parent else None

    def comment(self, comment_id: str) -> Comment | None:
        """A comment, None if there is none."""
        item = self._get(keys.comment_key(comment_id))
        return comment_from_item(item) if item else None

    def comment_and_entry(self, comment_id: str, version: int) -> tuple[Comment | None, HistoryEntry | None]:
        """A comment as it is now, and the decision that made one of its versions."""
        found = self._read(
            {"comment": keys.comment_key(comment_id), "entry": keys.history_key(comment_id, version)}
        )
        comment, entry = found["comment"], found["entry"]
        return (comment_from_item(comment) if comment else None), (entry_from_item(entry) if entry else None)

    def apply(self, change: Change) -> None:
        """Make a change and record it, both or neither.

        Raises:
            ConditionFailed: The comment is no longer what the change was made on, or exists already.
        """
        self._transact(requests.change(self._table, change))

    def page(
        self, index: str, partition: str, *, limit: int, after: str | None = None, is_ascending: bool = True
    ) -> Page:
        """Up to `limit` items of one index partition behind the position `after`, in one Query."""
        with _translated_errors():
            response = self._client.query(
                # One more than asked for tells whether there is a next page.
                **requests.query(
                    self._table, index, partition, limit=limit + 1, after=after, is_ascending=is_ascending
                )
            )
        items = [unmarshal_item(item) for item in response["Items"]]
        has_more = len(items) > limit or "LastEvaluatedKey" in response
        items = items[:limit]
        return Page(items, items[-1][f"{index}_sk"] if has_more and items else None)

    def queue(self, *, limit: int, after: str | None = None) -> Page:
        """The most urgent open reviews behind the position `after`, merged over all shards."""
        pages = [
            self.page("queue", keys.queue_partition(number), limit=limit, after=after)
            for number in range(keys.QUEUE_SHARDS)
        ]
        merged = sorted((item for page in pages for item in page.items), key=lambda item: item["queue_sk"])
        items = merged[:limit]
        has_more = len(merged) > limit or any(page.next for page in pages)
        return Page(items, items[-1]["queue_sk"] if has_more and items else None)

    def take_lease(self, comment_id: str, lease: Lease, *, at: str) -> Comment | None:
        """Lease a comment of the queue; None if somebody holds it, or it has left the queue."""
        return self._update(requests.take_lease(self._table, comment_id, lease, at=at))

    def extend_lease(self, comment_id: str, lease: Lease) -> Comment | None:
        """Extend a lease on a comment; None if it is no longer the one on it."""
        return self._update(requests.extend_lease(self._table, comment_id, lease))

    def release_lease(self, comment_id: str, lease_id: str) -> Comment | None:
        """Give a comment back; None if the lease is no longer the one on it."""
        return self._update(requests.release_lease(self._table, comment_id, lease_id))

    def put_lease(self, record: LeaseRecord, *, expires_at: int) -> None:
        """Note what a lease was given for."""
        with _translated_errors():
            self._client.put_item(**requests.put_lease(self._table, record, expires_at=expires_at))

    def lease(self, lease_id: str) -> LeaseRecord | None:
        """What a lease was given for; None if there is no such lease."""
        item = self._get(keys.lease_key(lease_id))
        return LeaseRecord(lease_id, item["moderator"], tuple(item["comment_ids"])) if item else None

    def counts(self, article_ids: Sequence[str]) -> dict[str, int]:
        """How many published comments each article has; articles without any count 0."""
        found = self._batch_get(requests.counts_read(self._table, article_ids))
        counted = {item["PK"]: item.get(requests.COMMENT_COUNT, 0) for item in found}
        return {article_id: counted.get(keys.article_key(article_id)["PK"], 0) for article_id in article_ids}

    def count(self, counted: Counted, *, now_s: float) -> bool:
        """Add to the counts what a version of a comment means; False if it had been counted before."""
        expires_at = int(now_s) + _MARKER_LIFETIME_S
        try:
            self._transact(requests.count(self._table, counted, expires_at=expires_at))
        except ConditionFailed as failed:
            if requests.MARKER_ACTION in failed.actions:
                return False
            # The parent is gone, and its count with it; the article's still counts.
            return self.count(replace(counted, parent_id=None), now_s=now_s)
        return True

    def _update(self, request: dict[str, Any]) -> Comment | None:
        """A single update; the comment after it, None when its condition did not hold."""
        try:
            with _translated_errors():
                response = self._client.update_item(**request, ReturnValues="ALL_NEW")
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return comment_from_item(unmarshal_item(response["Attributes"]))

    def _get(self, key: Mapping[str, str]) -> Item | None:
        with _translated_errors():
            item = self._client.get_item(**requests.get(self._table, key)).get("Item")
        return unmarshal_item(item) if item else None

    def _read(self, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Item | None]:
        """Several items in one read, under the names they were asked for."""
        found = self._batch_get(requests.batch_get(self._table, wanted.values()))
        by_key = {(item["PK"], item["SK"]): item for item in found}
        return {name: by_key.get((key["PK"], key["SK"])) for name, key in wanted.items()}

    def _batch_get(self, request: dict[str, Any]) -> list[Item]:
        found: list[Item] = []
        for attempt in self._attempts():
            with _translated_errors():
                response = self._client.batch_get_item(**request)
            found += (unmarshal_item(item) for item in response["Responses"].get(self._table, ()))
            if not response.get("UnprocessedKeys"):
                return found
            request = {"RequestItems": response["UnprocessedKeys"]}
            self._back_off(attempt)
        raise Unavailable("The comments cannot be reached at the moment.")

    def _transact(self, request: dict[str, Any]) -> None:
        for attempt in self._attempts():
            try:
                with _translated_errors():
                    self._client.transact_write_items(**request)
            except self._client.exceptions.TransactionCanceledException as error:
                codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
                failed = frozenset(n for n, code in enumerate(codes) if code == "ConditionalCheckFailed")
                if failed:
                    raise ConditionFailed(failed) from error
                if not _TRY_AGAIN.intersection(codes):
                    raise
                self._back_off(attempt)
            else:
                return
        raise Unavailable("The comments cannot be reached at the moment.")

    @staticmethod
    def _attempts() -> Iterable[int]:
        return range(_ATTEMPTS)

    def _back_off(self, attempt: int) -> None:
        """Exponential backoff with full jitter, so that those who collided do not collide again."""
        self._sleep(random.uniform(0, _BACKOFF_S * 2**attempt))  # noqa: S311
