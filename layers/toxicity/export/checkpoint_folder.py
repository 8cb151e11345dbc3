"""A folder that pins its checkpoint: `*.ckpt`, `hf/`, `SHA256SUMS`, and what else belongs to it."""

from collections.abc import Iterator
from pathlib import Path

from export import pruning
from export.checksums import SUMS_FILE, read_sums, require
from export.source import Source, SourceError

BUNDLED = Path(__file__).parent.parent / "checkpoint"
CONFIG = "hf"
LINEAR = "linear.bin"
SUFFIX = ".ckpt"


def read(folder: Path) -> Source:
    """The checkpoint in a folder, once every file has the checksum that SHA256SUMS names.

    Args:
        folder: holds one file `*.ckpt` in Detoxify's format, `hf/` with its Hugging Face config and
            tokenizer, SHA256SUMS as `sha256sum` writes it, and perhaps `delta-1.npz.xz` and so on, what
            training changed in the checkpoint since, `linear.bin`, to score beside it, and `saliency.npy`,
            how much a token tells.

    Raises:
        SourceError: something is missing.
        ChecksumError: a file is another one than SHA256SUMS says.
    """
    if not (folder / SUMS_FILE).is_file():
        raise SourceError(
            f"{folder} has no {SUMS_FILE}: a checkpoint is a pickle, and only a pinned one is loaded"
        )
    sums = read_sums(folder)
    for path in used(folder):
        if path.relative_to(folder).as_posix() not in sums:
            raise SourceError(f"{folder / SUMS_FILE} does not name {path.relative_to(folder)}")
    for name, digest in sums.items():
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise SourceError(f"{folder / SUMS_FILE} names {name}, which is outside the folder")
        require(folder / name, digest)
    checkpoint = find(folder)
    linear, saliency = folder / LINEAR, folder / pruning.FILE
    return Source(
        name=checkpoint.stem.replace("_", "-"),
        checkpoint=checkpoint,
        sha256=sums[checkpoint.name],
        config=folder / CONFIG,
        deltas=tuple(deltas(folder)),
        linear=linear if linear.is_file() else None,
        saliency=saliency if saliency.is_file() else None,
    )


def find(folder: Path) -> Path:
    """The folder's only checkpoint; SourceError when there is none, or more than one."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    if len(found) != 1:
        raise SourceError(f"{folder} should hold one checkpoint, *{SUFFIX}, and holds {len(found)}")
    return found[0]


def deltas(folder: Path) -> list[Path]:
    """What training changed in the folder's checkpoint, the oldest change first."""
    return sorted(folder.glob("delta-*.npz.[gx]z"), key=lambda path: (len(path.name), path.name))


def next_delta(folder: Path) -> Path:
    """The file for another change."""
    return folder / f"delta-{len(deltas(folder)) + 1}.npz.xz"


def used(folder: Path) -> Iterator[Path]:
    """The files that an export reads."""
    config = folder / CONFIG
    if not (config / "config.json").is_file():
        raise SourceError(f"{config} should hold the checkpoint's Hugging Face config and tokenizer")
    yield find(folder)
    yield from sorted(path for path in config.rglob("*") if path.is_file())
    yield from deltas(folder)
    yield from (path for name in (LINEAR, pruning.FILE) if (path := folder / name).is_file())
