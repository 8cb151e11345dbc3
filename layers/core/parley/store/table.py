"""The table as a client sees it: calls, what is tried again, and how errors are told."""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as EndpointError

from parley import requests
from parley.errors import ConditionFailed, Unavailable
from parley.items import comment_from_item, unmarshal_item
from parley.merge import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from parley.comment import Comment
    from parley.items import Item
    from parley.merge import Place

T = TypeVar("T")
R = TypeVar("R")

MAX_CONNECTIONS: Final = 4
"""So many calls at once to the table; as many as the shards of an index."""
# The SDK retries a throttled or failed call by itself; a request has about this long in all.
_CLIENT_CONFIG: Final = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=MAX_CONNECTIONS,
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
# What a write of a single item is refused with while a transaction writes the same.
_IN_TRANSACTION: Final = "TransactionConflictException"
_ATTEMPTS: Final = 6
_BACKOFF_S: Final = 0.025


@dataclass(frozen=True, slots=True)
class Page:
    """Some plain items of a list, and the position to go on from; None at its end."""

    items: list[Item]
    next: str | None


@contextmanager
def translated_errors() -> Iterator[None]:
    """Say of a table that cannot be reached, or throttles after all retries, that it is unavailable."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _OUT_OF_SERVICE:
            raise Unavailable("The comments cannot be reached at the moment.") from error
        raise
    except (EndpointError, HTTPClientError) as error:
        raise Unavailable("The comments cannot be reached at the moment.") from error


def _take_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:  # noqa: ANN401
    """Hand the items of a Query, or those of a BatchGetItem by table, on as they came.

    The SDK would look at every attribute of every item through its model of a value, which for a page of 50
    comments takes several times as long as everything else; `unmarshal_item` reads the same form.
    """
    if response_dict["status_code"] == HTTPStatus.OK:
        content = json.loads(response_dict["body"])
        for name in ("Items", "Responses"):
            if name in content:
                customized_response_dict[name] = content.pop(name)
        response_dict["body"] = json.dumps(content).encode()


class Table:
    """What all parts of the store are made of; `Store` puts them together."""

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
        for call in ("Query", "BatchGetItem"):
            client.meta.events.register(f"before-parse.dynamodb.{call}", _take_items)
        return cls(client, table)

    def page(
        self, index: str, partition: str, *, limit: int, after: str | None = None, is_ascending: bool = True
    ) -> Page:
        """Up to `limit` items of one index partition behind the position `after`, in one Query."""
        with translated_errors():
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

    def _stretches(
        self,
        index: str,
        places: Sequence[Place],
        *,
        at_once: int,
        is_ascending: bool = True,
    ) -> list[Stretch]:
        """Up to `at_once` plain items behind each of several places of an index, read side by side.

        Args:
            index: The index.
            places: Partitions, with the position to go on from.
            at_once: How many items of each to read.
            is_ascending: Whether to read upwards.
        """

        def read(place: Place) -> Stretch:
            request = requests.query(
                self._table,
                index,
                place.shard,
                limit=at_once,
                after=place.after,
                is_ascending=is_ascending,
            )
            with translated_errors():
                response = self._client.query(**request)
            rows = [unmarshal_item(item) for item in response["Items"]]
            return Stretch(rows, "LastEvaluatedKey" in response)

        return self._side_by_side(read, places)

    def _side_by_side(self, call: Callable[[T], R], arguments: Sequence[T]) -> list[R]:
        """The results of several calls that do not depend on each other, in order."""
        if len(arguments) <= 1:
            return [call(argument) for argument in arguments]
        with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
            return list(pool.map(call, arguments))

    def _update(self, request: dict[str, Any]) -> Comment | None:
        """A single update; the comment after it, None when its condition did not hold."""
        try:
            response = self._write(self._client.update_item, {**request, "ReturnValues": "ALL_NEW"})
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return comment_from_item(unmarshal_item(response["Attributes"]))

    def _write(self, call: Callable[..., R], request: Mapping[str, Any]) -> R:
        """A write of a single item, tried again while a transaction is at work on it.

        The SDK tries throttled writes again, but not these.

        Raises:
            Unavailable: There was always one.
        """
        for attempt in self._attempts():
            try:
                with translated_errors():
                    return call(**request)
            except ClientError as error:
                if error.response["Error"]["Code"] != _IN_TRANSACTION:
                    raise
            self._back_off(attempt)
        raise Unavailable("The comments cannot be reached at the moment.")

    def _get(self, key: Mapping[str, str]) -> Item | None:
        with translated_errors():
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
            with translated_errors():
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
                with translated_errors():
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
