"""Has everything erased that leads to an author: for who asks by letter, or after restoring a backup.

`make erase STACK=parley AUTHOR=…`, with the author's public id, as the console and the worker's log show it.
Does what `DELETE /me` does; asked again, it goes on.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "layers/core"))

from parley import errors, keys, own_data, sanctioning  # noqa: E402  # once its folder is on the path
from parley.store import Store  # noqa: E402


def order(store: Store, author_id: str, *, salt: str, now: datetime) -> str:
    """Order the erasure of an author's data.

    Returns:
        When it was ordered.

    Raises:
        Malformed: It is no author's id.
        NotFound: There is no such author, or they have been erased.
    """
    author = sanctioning.author(store, keys.parse_author_id(author_id))
    return own_data.order_erasure(store, author.sub, salt=salt, now=now)


def main() -> int:
    """Order it; 1 when there is nobody to erase, 2 when the stack cannot be reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stack", help="the stack's name")
    parser.add_argument("author", help="the author's public id")
    given = parser.parse_args()
    try:
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=given.stack)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        # As the template has it: the id of the stack.
        salt = stack["StackId"].split("/")[2]
        store = Store.for_table(outputs["TableName"])
        at = order(store, given.author, salt=salt, now=datetime.now(UTC))
    except errors.ParleyError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"{given.stack}: {error}", file=sys.stderr)
        return 2
    print(f"ordered at {at}; the worker's log says when it is done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
