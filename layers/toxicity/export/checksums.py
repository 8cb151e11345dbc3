"""SHA-256 of files, and lists of them as `sha256sum` writes and reads them."""

import hashlib
from pathlib import Path

SUMS_FILE = "SHA256SUMS"


class ChecksumError(Exception):
    """A file is not the one whose checksum was given."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require(path: Path, expected: str) -> None:
    """Raises ChecksumError unless the file's SHA-256 starts with `expected`, 8 hex digits or more."""
    minimum = 8
    actual = sha256(path)
    if len(expected) < minimum or not actual.startswith(expected.lower()):
        raise ChecksumError(f"{path.name} has SHA-256 {actual}, expected {expected}: not loaded")


def write_sums(directory: Path, names: list[str]) -> None:
    """Writes the folder's SHA256SUMS for the named files."""
    lines = [f"{sha256(directory / name)}  {name}\n" for name in sorted(names)]
    (directory / SUMS_FILE).write_text("".join(lines), "utf-8")


def read_sums(directory: Path) -> dict[str, str]:
    """File name to SHA-256, from the folder's SHA256SUMS."""
    lines = (directory / SUMS_FILE).read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
