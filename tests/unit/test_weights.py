"""The weights file is made from the checkpoint alone, exactly as the manifest names it, or not at all."""

from __future__ import annotations

import json
import pickle
import shutil
import zipfile
from pathlib import Path

import pytest

from export import torch_file, weights
from export.build import MANIFEST_FILE, MODEL_DIR
from export.checksums import ChecksumError, sha256
from export.source import SourceError
from toxicity.manifest import WEIGHTS_FILE


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The bundled model as a fresh clone has it."""
    folder = Path(shutil.copytree(MODEL_DIR, tmp_path / "model"))
    (folder / WEIGHTS_FILE).unlink()
    return folder


def changed(model: Path, *keys: str, to: str) -> None:
    manifest = json.loads((model / MANIFEST_FILE).read_text("utf-8"))
    inner = manifest
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = to
    (model / MANIFEST_FILE).write_text(json.dumps(manifest), "utf-8")


def test_the_checkpoint_gives_what_the_manifest_names(model: Path) -> None:
    weights.make(model)

    assert sha256(model / WEIGHTS_FILE) == sha256(MODEL_DIR / WEIGHTS_FILE)


def test_what_is_there_and_right_is_not_made_again(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copyfile(MODEL_DIR / WEIGHTS_FILE, model / WEIGHTS_FILE)
    monkeypatch.setattr(torch_file, "read", pytest.fail)

    weights.make(model)


def test_what_comes_out_otherwise_than_named_is_not_kept(model: Path) -> None:
    changed(model, "files", WEIGHTS_FILE, "sha256", to="0" * 64)

    with pytest.raises(ChecksumError, match="expected 0000"):
        weights.make(model)

    assert not (model / WEIGHTS_FILE).exists()


def test_weights_of_another_model_come_from_its_own_export(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(model, "source", "sha256", to="1" * 64)
    monkeypatch.setattr(weights.make, "__defaults__", (model,))

    assert weights.main() == 1

    assert "export it again with `make model`" in capsys.readouterr().err


def test_a_pickle_with_anything_but_weights_is_refused(tmp_path: Path) -> None:
    class Dangerous:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (tmp_path / "trace",)

    checkpoint = tmp_path / "some.ckpt"
    with zipfile.ZipFile(checkpoint, "w") as archive:
        archive.writestr("some/data.pkl", pickle.dumps({"state_dict": Dangerous()}))

    with pytest.raises(SourceError, match="has no place in a checkpoint"):
        torch_file.read(checkpoint)

    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "pickled",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(pickle.dumps({"state_dict": {"bias": [0.1]}})[:-9], id="cut off"),
        pytest.param(pickle.dumps({"state_dict": {"bias": [0.1]}}), id="a list instead of weights"),
        pytest.param(pickle.dumps({"state_dict": None}), id="no weights"),
        pytest.param(pickle.dumps(["state_dict"]), id="a list"),
    ],
)
def test_a_damaged_checkpoint_is_refused_in_a_sentence(tmp_path: Path, pickled: bytes) -> None:
    checkpoint = tmp_path / "some.ckpt"
    with zipfile.ZipFile(checkpoint, "w") as archive:
        archive.writestr("some/data.pkl", pickled)

    with pytest.raises(SourceError, match=r"some\.ckpt is no checkpoint"):
        torch_file.read(checkpoint)


@pytest.mark.parametrize("content", [b"", b"something else"])
def test_what_torch_did_not_write_is_refused(tmp_path: Path, content: bytes) -> None:
    checkpoint = tmp_path / "some.ckpt"
    checkpoint.write_bytes(content)

    with pytest.raises(SourceError, match=r"some\.ckpt is no checkpoint"):
        torch_file.read(checkpoint)
