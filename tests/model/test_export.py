"""The exporter: the same files again, all or nothing, and nothing unpickled unchecked."""

from __future__ import annotations

import pickle
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.model.families import FAMILIES, folder, pin

from export import __main__ as program
from export import checkpoint_folder, pack, room, torch_file
from export.build import MODEL_DIR
from export.checksums import ChecksumError, read_sums, sha256
from export.detoxify_checkpoint import load, published
from export.source import Source, SourceError, UnreachableError
from toxicity import Scorer

TINY = FAMILIES["original-small"]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkpoint, made once; tests that change it take a copy."""
    return folder(tmp_path_factory.mktemp("tiny"), TINY)


@pytest.fixture
def source(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "source"))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["export", *arguments])
    return program.main()


@pytest.mark.parametrize("name", sorted(path.name for path in MODEL_DIR.iterdir()))
def test_an_export_gives_the_committed_files_again(exported: Path, name: str) -> None:
    assert (exported / name).read_bytes() == (MODEL_DIR / name).read_bytes()


def test_a_folder_exports_to_a_folder_that_the_scorer_runs(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "linear.bin").write_bytes(b"weights")
    pin(source)
    out = tmp_path / "out"

    status = run(monkeypatch, str(source), "--out", str(out))

    said = capsys.readouterr()
    assert status == 0, said.err
    assert {path.name for path in out.iterdir()} == {
        "model.onnx",
        "model.onnx.data",
        "tokenizer.json",
        "linear.bin",
        "manifest.json",
    }
    assert re.search("loading.*converting.*quantising", said.err, re.DOTALL)
    assert "No thresholds were chosen for it" in said.out
    assert f"ModelSha256={sha256(out / 'manifest.json')}" in said.out


def test_an_export_replaces_what_lay_there(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linear.bin").write_bytes(b"of a model before")

    assert run(monkeypatch, str(tiny), "--out", str(tmp_path)) == 0

    assert not (tmp_path / "linear.bin").exists()
    assert Scorer.load(tmp_path).model.startswith("tiny-")


def test_a_model_without_room_in_the_layer_is_refused_with_the_way_out(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.json").write_text("as it was")
    monkeypatch.setattr(program, "MODEL_DIR", tmp_path)
    monkeypatch.setattr(room.require_room, "__defaults__", (10_000,))

    assert run(monkeypatch, str(tiny), "--out", str(tmp_path)) == 1

    said = capsys.readouterr().err.splitlines()[-1]
    assert "the layer has room for" in said
    assert "OUT=FOLDER" in said
    assert "ModelUri" in said
    assert (tmp_path / "manifest.json").read_text() == "as it was"


def test_elsewhere_a_model_may_be_of_any_size(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.require_room, "__defaults__", (10_000,))

    assert run(monkeypatch, str(tiny), "--out", str(tmp_path)) == 0


@pytest.mark.parametrize("name", ["original-small", "unbiased"])
def test_without_a_network_a_published_model_says_so_and_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    assert run(monkeypatch, name, "--out", str(tmp_path / "out")) == 1

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert f"model: {name} needs the network" in said[0]
    assert "github.com" in said[0]
    assert "MODEL=FOLDER" in said[0]
    assert not (tmp_path / "out").exists()


def test_without_a_network_a_published_models_tokenizer_is_missed_in_one_line(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    checkpoint = tiny / "tiny.ckpt"

    with pytest.raises(UnreachableError, match=r"needs the network: its tokenizer .* huggingface\.co"):
        load(Source("original-small", checkpoint, sha256(checkpoint), config=None))


def test_an_unknown_model_is_named_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "huge") == 1

    assert re.search(r"no model 'huge'.*bundled.*unbiased-small", capsys.readouterr().err)


class Dangerous:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def test_a_checkpoint_with_another_checksum_is_never_unpickled(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = source / "tiny.ckpt"
    checkpoint.write_bytes(pickle.dumps(Dangerous(tmp_path / "trace")))

    status = run(monkeypatch, str(source), "--out", str(tmp_path / "out"))
    for config in (None, source / "hf"):
        with pytest.raises(ChecksumError):
            load(Source("model", checkpoint, "0" * 64, config))

    assert status == 1
    assert "tiny.ckpt has SHA-256" in capsys.readouterr().err
    assert not (tmp_path / "trace").exists()


def test_a_pinned_pickle_in_a_folder_still_runs_no_code(source: Path, tmp_path: Path) -> None:
    torch.save({"config": {}, "state_dict": Dangerous(tmp_path / "trace")}, source / "tiny.ckpt")
    pin(source)

    with pytest.raises(pickle.UnpicklingError):
        load(checkpoint_folder.read(source))

    assert not (tmp_path / "trace").exists()


def test_a_published_model_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    (tmp_path / "original-albert-0e1d6498.ckpt").write_bytes(b"something else")

    with pytest.raises(ChecksumError, match="expected 0e1d6498"):
        load(published("original-small", tmp_path))


def test_halving_the_bundled_checkpoint_widened_gives_it_again(tmp_path: Path) -> None:
    # The single-precision file is not in the repository; what is there, widened, halves to the same bytes.
    source = Path(shutil.copytree(checkpoint_folder.BUNDLED, tmp_path / "source"))
    checkpoint = checkpoint_folder.find(source)
    whole = torch.load(checkpoint, weights_only=True)
    whole["state_dict"] = {name: tensor.float() for name, tensor in whole["state_dict"].items()}
    torch.save(whole, checkpoint)
    for path in (source / "README.md", *checkpoint_folder.deltas(source)):
        path.unlink()
    pin(source)

    pack.half(source, tmp_path / "target")

    ours, bundled = read_sums(tmp_path / "target"), read_sums(checkpoint_folder.BUNDLED)
    deltas = {path.name for path in checkpoint_folder.deltas(checkpoint_folder.BUNDLED)}
    assert ours == {name: digest for name, digest in bundled.items() if name not in deltas}


def test_halving_keeps_the_scores_and_clears_a_checkpoint_before_away(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    before = Path(shutil.copytree(tiny, target)) / "old.ckpt"
    (target / "tiny.ckpt").rename(before)
    pin(target)

    pack.half(tiny, target)

    assert not before.exists()
    halved, whole = load(checkpoint_folder.read(target)), load(checkpoint_folder.read(tiny))
    assert halved.model.dtype == torch.float32
    theirs, ours = whole.predict(["You are an idiot."]), halved.predict(["You are an idiot."])
    assert all(abs(ours[label] - theirs[label]) < 0.01 for label in theirs)
    assert (target / "tiny.ckpt").stat().st_size < 0.7 * (tiny / "tiny.ckpt").stat().st_size


def trained_on(folder: Path) -> dict[str, torch.Tensor]:
    """Changes the weights of the folder's checkpoint as training would, but for the words' vectors."""
    checkpoint = checkpoint_folder.find(folder)
    whole = torch.load(checkpoint, weights_only=True)
    generator = torch.Generator().manual_seed(1)
    weights: dict[str, torch.Tensor] = whole["state_dict"]
    for name, tensor in weights.items():
        if tensor.is_floating_point() and "word_embeddings" not in name:
            tensor.add_(0.1 * tensor.std(correction=0) * torch.randn(tensor.shape, generator=generator))
    torch.save(whole, checkpoint)
    pin(folder)
    return weights


def test_a_delta_makes_an_older_checkpoint_the_newer_one(source: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copytree(source, tmp_path / "newer"))
    weights = trained_on(newer)
    before = load(checkpoint_folder.read(source)).model.state_dict()

    pack.difference(newer, source)

    after = load(checkpoint_folder.read(source)).model.state_dict()
    for name, tensor in weights.items():
        if tensor.is_floating_point():
            changed, missed = (tensor - before[name]).norm(), (tensor - after[name]).norm()
            assert missed <= 0.25 * changed, name


def test_another_delta_comes_after_the_first(source: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copytree(source, tmp_path / "newer"))
    trained_on(newer)
    pack.difference(newer, source)
    weights = trained_on(newer)

    pack.difference(newer, source)

    read = checkpoint_folder.read(source)
    assert [path.name for path in read.deltas] == ["delta-1.npz.xz", "delta-2.npz.xz"]
    found = load(read).model.state_dict()
    for name in (name for name in weights if name.endswith("dense.weight")):
        assert (found[name] - weights[name]).norm() < 0.05 * weights[name].norm(), name


def test_what_the_newer_checkpoint_lacks_the_older_one_loses(source: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copytree(source, tmp_path / "newer"))
    trained_on(newer)
    for name in ("linear.bin", "saliency.npy"):
        (source / name).write_bytes(b"of the older one")
    pin(source)

    pack.difference(newer, source)

    read = checkpoint_folder.read(source)
    assert (read.linear, read.saliency) == (None, None)
    assert not (source / "saliency.npy").exists()


def test_a_checkpoint_with_a_delta_becomes_one_that_detoxify_loads(source: Path, tmp_path: Path) -> None:
    newer = Path(shutil.copytree(source, tmp_path / "newer"))
    trained_on(newer)
    pack.difference(newer, source)

    pack.half(source, tmp_path / "one")

    assert checkpoint_folder.deltas(tmp_path / "one") == []
    one = load(checkpoint_folder.read(tmp_path / "one")).model.state_dict()
    two = load(checkpoint_folder.read(source)).model.state_dict()
    for name, weights in two.items():
        if weights.is_floating_point():  # to half precision, and to six bits of the fraction
            torch.testing.assert_close(one[name], weights, rtol=2**-7 + 2**-11, atol=1e-6)


def test_a_delta_of_another_architecture_is_refused(source: Path, tmp_path: Path) -> None:
    other = folder(tmp_path / "other", FAMILIES["unbiased-small"])

    with pytest.raises(SourceError, match="different architectures"):
        pack.difference(other, source)


def test_weights_are_the_same_read_without_torch() -> None:
    checkpoint = checkpoint_folder.find(checkpoint_folder.BUNDLED)
    expected = torch.load(checkpoint, weights_only=True)["state_dict"]

    found = torch_file.read(checkpoint)

    assert set(found) == {name for name, tensor in expected.items() if tensor.is_floating_point()}
    assert all((found[name] == expected[name].float().numpy()).all() for name in found)
