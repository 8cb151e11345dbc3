"""Checksums of files: a wrong or a short one is no checksum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from export.checksums import ChecksumError, require

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("expected", ["", "abc", "0" * 64, "0" * 8])
def test_a_file_with_another_checksum_is_refused(tmp_path: Path, expected: str) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"content")

    with pytest.raises(ChecksumError, match=r"model\.ckpt has SHA-256"):
        require(tmp_path / "model.ckpt", expected)


def test_the_beginning_of_a_checksum_is_enough(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"content")

    require(tmp_path / "model.ckpt", "ED7002B4")
