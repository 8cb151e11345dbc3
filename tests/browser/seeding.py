"""Comments in bulk, straight into the table: for tests of what is shown, not of how it came there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests import factories

from parley import keys
from parley.comment import Author, Comment, timestamp
from parley.items import comment_to_item, marshal_item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.stack import DeployedStack

ITEMS_IN_ONE_REQUEST = 25


def published(article: str, number: int, *, minutes_ago: float | None = None, **given: Any) -> Comment:
    """Comment `number` of an article: the higher its number, the older it is."""
    author = f"reader-{number % 7}"
    written = datetime.now(UTC) - timedelta(minutes=number + 1 if minutes_ago is None else minutes_ago)
    fields = {
        "id": keys.comment_id("seeding", article, str(number)),
        "article_id": article,
        "author": Author(hashlib.sha256(author.encode()).hexdigest()[:16], f"Reader {number % 7}"),
        "author_sub": author,
        "body": f"Comment number {number} about the night train.",
        "created_at": timestamp(written),
    }
    return factories.comment(**(fields | given))


def renamed(comment: Comment, name: str) -> Comment:
    """The same comment by somebody of that name."""
    author = Author(hashlib.sha256(name.encode()).hexdigest()[:16], name)
    return replace(comment, author=author, author_sub=name)


def write(stack: DeployedStack, comments: Iterable[Comment]) -> None:
    """Puts comments into the deployed stack's table as they are."""
    client, table = stack.client("dynamodb"), stack.outputs["TableName"]
    requests = [{"PutRequest": {"Item": marshal_item(comment_to_item(comment))}} for comment in comments]
    for start in range(0, len(requests), ITEMS_IN_ONE_REQUEST):
        answer = client.batch_write_item(RequestItems={table: requests[start : start + ITEMS_IN_ONE_REQUEST]})
        assert not answer.get("UnprocessedItems")


def fill(stack: DeployedStack, article: str, count: int, **given: Any) -> list[Comment]:
    """Writes that many published comments under an article; returns them, newest first."""
    comments = [published(article, number, **given) for number in range(count)]
    write(stack, comments)
    return comments
