"""A model that lies in S3: fetched at the start of a function, and used only if it is the expected one.

The manifest's SHA-256 pins the manifest, and the manifest pins every other file.
"""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toxicity.errors import ModelError

URI_VARIABLE = "TOXICITY_MODEL_URI"
SHA256_VARIABLE = "TOXICITY_MODEL_SHA256"
MANIFEST_FILE = "manifest.json"
# The only place that a function may write to; what lies there outlives a restart of its process.
FOLDER = Path(tempfile.gettempdir()) / "toxicity"

_URI = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<prefix>[^/]+(?:/[^/]+)*)/?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_MAX_MANIFEST_BYTES = 1_000_000
_CHUNK = 1 << 20
# A function has ten seconds to start and some more for its first request: rather an early error than none.
_TIMEOUTS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "retries": {"mode": "standard", "max_attempts": 3},
}


def named_by(env: Mapping[str, str]) -> Path | None:
    """The folder of the model that TOXICITY_MODEL_URI names, fetched if need be; None when it names none.

    Raises:
        ModelError: see `fetch`.
    """
    uri = env.get(URI_VARIABLE)
    return fetch(uri, env.get(SHA256_VARIABLE, ""), FOLDER) if uri else None


def manifest_named_by(env: Mapping[str, str]) -> Path | None:
    """The folder with nothing but the manifest of the model that TOXICITY_MODEL_URI names; None for none.

    Raises:
        ModelError: see `fetch`.
    """
    uri = env.get(URI_VARIABLE)
    if not uri:
        return None
    return fetch(uri, env.get(SHA256_VARIABLE, ""), FOLDER / "manifests", is_manifest_enough=True)


def fetch(uri: str, sha256: str, parent: Path, *, is_manifest_enough: bool = False) -> Path:
    """The folder with the model's files; what is there already is not fetched again.

    The files appear all at once, and only when every checksum holds.

    Args:
        uri: `s3://bucket/prefix`, under which the files lie that `make model OUT=...` wrote.
        sha256: of manifest.json, in hex.
        parent: folder for models.
        is_manifest_enough: to leave out the files that the manifest names.

    Raises:
        ModelError: the address or the checksum makes no sense; an object is missing, may not be read or is
            not the expected one; there is no room for it.
    """
    place = _URI.fullmatch(uri)
    if not place:
        raise ModelError(f"{URI_VARIABLE} is not s3://bucket/prefix: {uri}")
    if not _SHA256.fullmatch(sha256):
        raise ModelError(f"{SHA256_VARIABLE} is not the SHA-256 of {uri}/{MANIFEST_FILE}")
    target = parent / sha256
    if _is_there(target, sha256):
        return target
    scratch = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=parent))
        _download(
            _Place(place["bucket"], place["prefix"]), sha256, scratch, is_manifest_enough=is_manifest_enough
        )
        _rename(scratch, target)
    except OSError as exc:
        raise ModelError(f"cannot keep the model of {uri}: {exc.strerror}") from exc
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    return target


def _is_there(target: Path, sha256: str) -> bool:
    """Whether the model was fetched before; the scorer itself checks the files that the manifest names."""
    try:
        return hashlib.sha256((target / MANIFEST_FILE).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


class _Place:
    """A prefix in a bucket, and the client to read there."""

    def __init__(self, bucket: str, prefix: str) -> None:
        # Half a second to import: only for those who keep a model in S3.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        self._bucket = bucket
        self._prefix = prefix
        self._client: Any = boto3.client("s3", config=Config(**_TIMEOUTS))

    def save(self, name: str, path: Path, *, sha256: str, max_bytes: int) -> None:
        """Writes an object to a file; ModelError unless it has that checksum, and no more bytes than that."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        key = f"{self._prefix}/{name}"
        digest, written = hashlib.sha256(), 0
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            with path.open("wb") as file:
                for chunk in body.iter_chunks(_CHUNK):
                    written += len(chunk)
                    if written > max_bytes:
                        break
                    digest.update(chunk)
                    file.write(chunk)
        except ClientError as exc:
            # To those who may not list a bucket, and nobody needs to here, S3 says AccessDenied of a missing
            # object as well.
            code = exc.response.get("Error", {}).get("Code")
            raise ModelError(f"cannot fetch s3://{self._bucket}/{key}: {code}") from exc
        except BotoCoreError as exc:
            raise ModelError(f"cannot fetch s3://{self._bucket}/{key}: {type(exc).__name__}") from exc
        if written > max_bytes or digest.hexdigest() != sha256:
            raise ModelError(f"s3://{self._bucket}/{key} is not the expected file: checksum differs")


def _download(place: _Place, sha256: str, folder: Path, *, is_manifest_enough: bool) -> None:
    manifest = folder / MANIFEST_FILE
    place.save(MANIFEST_FILE, manifest, sha256=sha256, max_bytes=_MAX_MANIFEST_BYTES)
    if is_manifest_enough:
        return
    for name, (digest, size) in _files(manifest).items():
        place.save(name, folder / name, sha256=digest, max_bytes=size)


def _files(manifest: Path) -> dict[str, tuple[str, int]]:
    """What the manifest names: checksum and size of each file."""
    try:
        files = json.loads(manifest.read_text("utf-8"))["files"]
        found = {str(name): (str(entry["sha256"]), int(entry["bytes"])) for name, entry in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelError(f"{MANIFEST_FILE} of the model in S3 is none: {exc!r}") from exc
    for name in found:
        if not _NAME.fullmatch(name) or name == MANIFEST_FILE:
            raise ModelError(f"{MANIFEST_FILE} of the model in S3 names a file {name!r}")
    return found


def _rename(scratch: Path, target: Path) -> None:
    try:
        scratch.rename(target)
    except OSError:
        # Another was faster, and has checked the same files.
        if not target.is_dir():
            raise
