"""`make token USER=ann`: a fresh bearer token of a seeded person, and nothing else."""

import json
import sys

from botocore.exceptions import BotoCoreError, ClientError

from emulator import ClientSettings, local_folder
from seed import bearer

STACK_FILE = local_folder() / "stack.json"


def main(login: str) -> int:
    """Prints the token; returns the exit status."""
    try:
        stack = json.loads(STACK_FILE.read_text())
        password = stack["users"][login]["password"]
    except FileNotFoundError:
        print("Parley is not running: call `make run` first.", file=sys.stderr)
        return 1
    except KeyError:
        print(f"There is no {login!r}: take one of {', '.join(stack['users'])}.", file=sys.stderr)
        return 1
    settings: ClientSettings = {
        "endpoint_url": stack["endpoint"],
        "region_name": stack["region"],
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    try:
        print(bearer(settings, stack["user_pool_id"], stack["client_id"], login, password))
    except (ClientError, BotoCoreError) as problem:
        print(f"Parley gives no token: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
