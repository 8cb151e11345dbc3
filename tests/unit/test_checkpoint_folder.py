"""Folders with a checkpoint: every file pinned, or nothing is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from export import checkpoint_folder
from export.checksums import ChecksumError, read_sums, write_sums
from export.room import LAMBDA_LIMIT, RESERVED, ROOM, TooLargeError, require_room
from export.source import SourceError

FILES = ["some_model.ckpt", "hf/config.json", "hf/tokenizer.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hf").mkdir()
    for name in FILES:
        (tmp_path / name).write_text(name)
    write_sums(tmp_path, FILES)
    return tmp_path


def test_a_pinned_folder_is_a_source(folder: Path) -> None:
    source = checkpoint_folder.read(folder)

    assert (source.name, source.checkpoint.name, source.config) == (
        "some-model",
        "some_model.ckpt",
        folder / "hf",
    )
    assert source.sha256 == read_sums(folder)["some_model.ckpt"]
    assert (source.deltas, source.linear) == ((), None)


def test_a_linear_model_beside_it_belongs_to_it(folder: Path) -> None:
    (folder / "linear.bin").write_text("weights")
    write_sums(folder, [*FILES, "linear.bin"])

    assert checkpoint_folder.read(folder).linear == folder / "linear.bin"


def test_deltas_beside_it_belong_to_it_in_their_order(folder: Path) -> None:
    names = [f"delta-{number}.npz.{'gz' if number < 4 else 'xz'}" for number in range(1, 12)]
    for name in reversed(names):
        (folder / name).write_text("changes")
    write_sums(folder, [*FILES, *names])

    assert [path.name for path in checkpoint_folder.read(folder).deltas] == names
    assert checkpoint_folder.next_delta(folder).name == "delta-12.npz.xz"


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("something else")

    with pytest.raises(ChecksumError, match=f"{Path(name).name} has SHA-256"):
        checkpoint_folder.read(folder)


@pytest.mark.parametrize("name", ["hf/tokenizer_config.json", "linear.bin", "delta-1.npz.gz"])
def test_a_file_that_nobody_vouches_for_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("new")

    with pytest.raises(SourceError, match=f"does not name {name}"):
        checkpoint_folder.read(folder)


def test_checksums_cover_nothing_outside_the_folder(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.write_text("x")
    write_sums(folder, [*FILES, "../outside"])

    with pytest.raises(SourceError, match="outside the folder"):
        checkpoint_folder.read(folder)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("SHA256SUMS", "no SHA256SUMS"),
        ("some_model.ckpt", "one checkpoint.*holds 0"),
        ("hf/config.json", "Hugging Face config"),
    ],
)
def test_what_is_missing_is_said(folder: Path, missing: str, message: str) -> None:
    (folder / missing).unlink()

    with pytest.raises(SourceError, match=message):
        checkpoint_folder.read(folder)


def test_two_checkpoints_are_one_too_many(folder: Path) -> None:
    (folder / "other.ckpt").write_text("x")

    with pytest.raises(SourceError, match="holds 2"):
        checkpoint_folder.read(folder)


def test_a_model_may_fill_the_room_but_no_more() -> None:
    require_room("huge", ROOM)

    with pytest.raises(TooLargeError, match=r"huge has 130 MB.*room for 130 MB.*weigh 250 MB.*ModelUri"):
        require_room("huge", ROOM + 1)
    assert ROOM + RESERVED == LAMBDA_LIMIT
