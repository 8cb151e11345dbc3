"""Times as clients send them. Pure."""

from __future__ import annotations

from datetime import datetime

from parley.comment import timestamp
from parley.errors import Invalid


def checked_time(field: str, text: str) -> str:
    """A time in the form that is stored: ISO 8601 in UTC with milliseconds.

    Raises:
        Invalid: It is no ISO 8601 time, or says no time zone.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field, "is not an ISO 8601 time") from error
    if time.tzinfo is None:
        raise Invalid(field, "needs a time zone, e.g. Z")
    try:
        return timestamp(time)
    except OverflowError as error:
        raise Invalid(field, "is not an ISO 8601 time") from error
