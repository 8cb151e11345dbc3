"""Identifiers, table keys and cursors. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from typing import Final

from parley.errors import Malformed

ID_LENGTH: Final = 26  # 128 bits in base 32, without padding
QUEUE_SHARDS: Final = 4
DECISIONS_SHARDS: Final = 4

_ARTICLE_ID: Final = re.compile(r"[A-Za-z0-9._~:-]{1,128}")
_COMMENT_ID: Final = re.compile(f"[a-z2-7]{{{ID_LENGTH}}}")
_LEASE_ID: Final = re.compile(r"[0-9a-f]{32}")
_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

COMMENT: Final = "COMMENT"
ARTICLE: Final = "ARTICLE"
AUTHOR: Final = "AUTHOR"
LEASE: Final = "LEASE"
COUNTS: Final = "COUNTS"
JOB: Final = "JOB"
POLICY: Final = "POLICY"
CURRENT: Final = "CURRENT"


def _derived(salt: str, *parts: str) -> str:
    """A keyed, collision-free digest of the parts: HMAC-SHA-256 cut to 128 bits, base 32, lower case."""
    message = json.dumps(parts).encode()
    digest = hmac.new(salt.encode(), message, hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def comment_id(salt: str, author_sub: str, idempotency_key: str) -> str:
    """The id of the comment that this author writes with this key: the write is its own duplicate check."""
    return _derived(salt, "comment", author_sub, idempotency_key)


def author_id(salt: str, author_sub: str) -> str:
    """The author's public id, from which the token's `sub` cannot be found."""
    return _derived(salt, "author", author_sub)


def request_hash(salt: str, *parts: str) -> str:
    """Tells whether two requests with one idempotency key are the same, without keeping their text."""
    return _derived(salt, "request", *parts)


def text_fingerprint(salt: str, author_sub: str, folded: str) -> str:
    """Tells whether an author writes the same text again, without keeping the text."""
    return _derived(salt, "text", author_sub, folded)[: ID_LENGTH // 2]


def job_id(salt: str, *parts: str) -> str:
    """The id of a job: the same parts, the same job."""
    return _derived(salt, "job", *parts)


def parse_article_id(value: str) -> str:
    """The id itself.

    Raises:
        Malformed: It has characters outside `[A-Za-z0-9._~:-]`, or not 1 to 128 of them.
    """
    if not _ARTICLE_ID.fullmatch(value):
        raise Malformed("article_id", "must be 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : -")
    return value


def parse_comment_id(value: str, *, field: str = "comment_id") -> str:
    """The id itself.

    Raises:
        Malformed: It is not an id that this API gives out.
    """
    if not _COMMENT_ID.fullmatch(value):
        raise Malformed(field, "is not a comment id")
    return value


def parse_author_id(value: str) -> str:
    """The id itself.

    Raises:
        Malformed: It is not an id that this API gives out.
    """
    if not _COMMENT_ID.fullmatch(value):
        raise Malformed("author_id", "is not an author's id")
    return value


def parse_job_id(value: str) -> str:
    """The id itself.

    Raises:
        Malformed: It is not an id that this API gives out.
    """
    if not _COMMENT_ID.fullmatch(value):
        raise Malformed("job_id", "is not a job's id")
    return value


def parse_idempotency_key(value: str | None) -> str:
    """The key itself.

    Raises:
        Malformed: It is absent, or not 1 to 255 visible ASCII characters.
    """
    if value is None:
        raise Malformed("Idempotency-Key", "is required: a new random value for each new comment")
    if not _IDEMPOTENCY_KEY.fullmatch(value):
        raise Malformed("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return value


def parse_lease_id(value: str) -> str:
    """The id itself.

    Raises:
        Malformed: It is not an id that this API gives out.
    """
    if not _LEASE_ID.fullmatch(value):
        raise Malformed("lease_id", "is not a lease id")
    return value


def comment_key(comment_id: str) -> dict[str, str]:
    """Where a comment lies."""
    return {"PK": f"COMMENT#{comment_id}", "SK": COMMENT}


def history_key(comment_id: str, version: int) -> dict[str, str]:
    """Where the decision that made this version lies."""
    return {"PK": f"COMMENT#{comment_id}", "SK": f"HISTORY#{version:06d}"}


def counted_key(comment_id: str, version: int) -> dict[str, str]:
    """Where it is noted that this version of a comment has been counted."""
    return {"PK": f"COMMENT#{comment_id}", "SK": f"COUNTED#{version:06d}"}


def article_key(article_id: str) -> dict[str, str]:
    """Where an article's counts lie."""
    return {"PK": f"ARTICLE#{article_id}", "SK": ARTICLE}


def queue_counts_key(shard_number: int) -> dict[str, str]:
    """Where it is counted what waits in one shard of the review queue."""
    return {"PK": queue_partition(shard_number), "SK": COUNTS}


def author_key(author_sub: str) -> dict[str, str]:
    """Where an author lies."""
    return {"PK": f"AUTHOR#{author_sub}", "SK": AUTHOR}


def author_pointer_key(author_id: str) -> dict[str, str]:
    """Where it is noted whose derived id this is."""
    return {"PK": f"AUTHORID#{author_id}", "SK": AUTHOR}


def sanction_key(author_sub: str, version: int) -> dict[str, str]:
    """Where the sanction that made this version of an author lies."""
    return {"PK": f"AUTHOR#{author_sub}", "SK": f"SANCTION#{version:06d}"}


def revision_key(comment_id: str, version: int) -> dict[str, str]:
    """Where the text that a comment had at this version lies."""
    return {"PK": f"COMMENT#{comment_id}", "SK": f"REVISION#{version:06d}"}


REPORTS: Final = "REPORT#"


def report_key(comment_id: str, reporter_sub: str) -> dict[str, str]:
    """Where somebody's report of a comment lies."""
    return {"PK": f"COMMENT#{comment_id}", "SK": f"{REPORTS}{reporter_sub}"}


def job_key(job_id: str) -> dict[str, str]:
    """Where a job lies."""
    return {"PK": f"JOB#{job_id}", "SK": JOB}


def moderators_key() -> dict[str, str]:
    """Where it is noted when moderators were last at work."""
    return {"PK": "MODERATORS", "SK": "ACTIVE"}


def lease_key(lease_id: str) -> dict[str, str]:
    """Where it is noted what a lease was given for."""
    return {"PK": f"LEASE#{lease_id}", "SK": LEASE}


def policy_key() -> dict[str, str]:
    """Where a copy of the latest policy version lies, so that one read finds it."""
    return {"PK": POLICY, "SK": CURRENT}


def policy_version_key(version: int) -> dict[str, str]:
    """Where one version of the policy lies."""
    return {"PK": POLICY, "SK": f"VERSION#{version:06d}"}


def shard(identifier: str, shards: int) -> int:
    """Spreads ids evenly over `shards` partitions; the same id always on the same one."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:4]) % shards


def thread_partition(article_id: str, parent_id: str | None) -> str:
    """The `pages` partition: an article's top-level comments, or a comment's replies."""
    return f"THREAD#{parent_id}" if parent_id else f"ARTICLE#{article_id}"


def author_partition(author_sub: str) -> str:
    """The `authors` partition of one author."""
    return f"AUTHOR#{author_sub}"


def reporter_partition(reporter_sub: str) -> str:
    """The `authors` partition of the reports that somebody has filed."""
    return f"REPORTER#{reporter_sub}"


def queue_partition(shard_number: int) -> str:
    """One shard of the review queue."""
    return f"QUEUE#{shard_number}"


def decisions_partition(at: str, identifier: str) -> str:
    """The `decisions` partition of a day (the date of an ISO time) and a comment."""
    return f"DECISIONS#{at[:10]}#{shard(identifier, DECISIONS_SHARDS)}"


def decisions_partitions(day: str) -> list[str]:
    """All `decisions` partitions of a day, an ISO date."""
    return [f"DECISIONS#{day}#{number}" for number in range(DECISIONS_SHARDS)]


def by_time(at: str, identifier: str) -> str:
    """A sort key: by time, then id."""
    return f"{at}#{identifier}"


def by_decision(at: str, identifier: str, version: int) -> str:
    """A sort key of history entries: by time, then comment, then version."""
    return f"{by_time(at, identifier)}#{version:06d}"


def encode_cursor(scope: str, position: str) -> str:
    """An opaque cursor: a place in one list, and which list it is of.

    A cursor only says where to go on in a list that the request names itself, so a forged one shows nothing
    that the list would not.
    """
    return base64.urlsafe_b64encode(json.dumps([_fingerprint(scope), position]).encode()).decode().rstrip("=")


def decode_cursor(scope: str, cursor: str | None) -> str | None:
    """The position in a cursor of this list; None for the first page.

    Raises:
        Malformed: It is no cursor, or one of another list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found, position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise Malformed("cursor", "is not a cursor of this API") from error
    if found != _fingerprint(scope) or not isinstance(position, str) or not position.isprintable():
        raise Malformed("cursor", "belongs to another list")
    return position


def _fingerprint(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:12]
