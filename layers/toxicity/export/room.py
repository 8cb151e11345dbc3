"""How large a model may be: Lambda limits what a function and its layers weigh together."""

MEBIBYTE = 1024 * 1024
# Function and layers together, unzipped (AWS Lambda quotas).
LAMBDA_LIMIT = 250 * MEBIBYTE
# What everything but the model may weigh: libraries, byte code, the function itself, and some air.
# tests/e2e/test_build.py holds what is built against it.
RESERVED = 120 * MEBIBYTE
ROOM = LAMBDA_LIMIT - RESERVED


class TooLargeError(Exception):
    """The model has no room in a layer."""


def require_room(model: str, size: int, room: int = ROOM) -> None:
    """TooLargeError, with the way out, when a model's files come to more bytes than a layer has room for."""
    if size > room:
        raise TooLargeError(
            f"{model} has {size / MEBIBYTE:.0f} MB, and the layer has room for {room / MEBIBYTE:.0f} MB: "
            f"a function may weigh {LAMBDA_LIMIT // MEBIBYTE} MB unzipped, and libraries take the rest. "
            "Export it with OUT=FOLDER, upload the folder to S3 and give the stack its address, as parameter "
            'ModelUri: docs/operations.md, "A model of your own".'
        )
