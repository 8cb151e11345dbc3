"""The scorer's files: checked before they are used, and the command line around them."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.models import linear_model

import toxicity
from export.checksums import read_sums
from toxicity import ModelError, Scorer
from toxicity.__main__ import score_lines

PACKAGE = Path(toxicity.__file__).parent
MODEL = PACKAGE / "model"
FILES = sorted(json.loads((MODEL / "manifest.json").read_text("utf-8"))["files"])
LABELS = json.loads((MODEL / "manifest.json").read_text("utf-8"))["labels"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def rewrite_manifest(directory: Path, **changes: object) -> None:
    path = directory / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def blend(*, linear: float = 0.0, bias: float = 0.0) -> dict[str, dict[str, float]]:
    """The same weights for every label."""
    return {label: {"encoder": 1.0, "linear": linear, "bias": bias} for label in LABELS}


def accept_as_it_is(model: Path, name: str) -> None:
    """Puts the file's present checksum into the manifest."""
    files = json.loads((model / "manifest.json").read_text("utf-8"))["files"]
    files.setdefault(name, {})["sha256"] = hashlib.sha256((model / name).read_bytes()).hexdigest()
    rewrite_manifest(model, files=files)


def test_the_manifest_names_every_committed_file_with_its_checksum_and_size() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))

    present = {path.name for path in MODEL.iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == present
    for name, entry in manifest["files"].items():
        content = (MODEL / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])


def test_the_bundled_checkpoint_is_the_one_the_model_was_made_from() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))
    checkpoint = PACKAGE.parent / "checkpoint"

    sums = read_sums(checkpoint)

    assert sums[manifest["source"]["checkpoint"]] == manifest["source"]["sha256"]
    for name, digest in sums.items():
        assert hashlib.sha256((checkpoint / name).read_bytes()).hexdigest() == digest, name


def test_the_environment_names_another_model(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite_manifest(model, model="another-1")
    monkeypatch.setenv("TOXICITY_MODEL_DIR", str(model))

    assert Scorer.load().model == "another-1"


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot read .*manifest\.json: No such file"):
        Scorer.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_missing_file_is_a_clear_error(model: Path, name: str) -> None:
    (model / name).unlink()

    with pytest.raises(ModelError, match=f"cannot read .*{name}"):
        Scorer.load(model)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_noticed(model: Path, name: str) -> None:
    content = bytearray((model / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model / name).write_bytes(content)

    with pytest.raises(ModelError, match="checksum differs"):
        Scorer.load(model)


def test_a_model_may_have_a_linear_one_beside_it(model: Path) -> None:
    [before] = Scorer.load(model).score(["You are kind"])
    linear = linear_model({"kind": [-100] * len(LABELS)}, labels=len(LABELS))
    (model / "linear.bin").write_bytes(linear.to_bytes())
    rewrite_manifest(model, blend=blend(linear=1.0))
    accept_as_it_is(model, "linear.bin")

    [after] = Scorer.load(model).score(["You are kind"])

    assert all(after[label] < before[label] for label in LABELS)


def test_weights_beside_the_graph_are_checked_before_they_are_used(model: Path) -> None:
    weights = model / "model.onnx.data"
    weights.write_bytes(b"weights")
    accept_as_it_is(model, weights.name)
    weights.write_bytes(b"others")

    with pytest.raises(ModelError, match=r"model\.onnx\.data .*checksum differs"):
        Scorer.load(model)


def test_a_linear_model_for_other_labels_is_a_clear_error(model: Path) -> None:
    (model / "linear.bin").write_bytes(linear_model({"kind": [1, 1]}, labels=2).to_bytes())
    accept_as_it_is(model, "linear.bin")

    with pytest.raises(ModelError, match=r"linear\.bin does not load"):
        Scorer.load(model)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "linear.bin"])
def test_nonsense_that_the_manifest_vouches_for_is_still_a_clear_error(model: Path, name: str) -> None:
    (model / name).write_bytes(b"not a model")
    accept_as_it_is(model, name)

    with pytest.raises(ModelError, match=f"{name} does not load"):
        Scorer.load(model)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 2}',
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_a_clear_error(model: Path, content: str) -> None:
    (model / "manifest.json").write_text(content, "latin-1")

    with pytest.raises(ModelError, match="is not a model manifest"):
        Scorer.load(model)


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": []},
        {"thresholds": {}},
        {"window": {"tokens": 128, "overlap": 64}},
        {"labels": ["toxicity", "new"]},
        {"blend": {}},
        {"blend": blend(bias=math.nan)},
        {
            "blend": blend(linear=0.5),
            "files": {name: {"sha256": ""} for name in FILES if name != "linear.bin"},
        },
    ],
    ids=[
        "no labels",
        "no thresholds",
        "window that hardly moves",
        "label without thresholds",
        "no blend",
        "a blend that is no number",
        "a blend with a model that is not there",
    ],
)
def test_a_manifest_with_gaps_is_a_clear_error(model: Path, changes: dict[str, object]) -> None:
    rewrite_manifest(model, **changes)

    with pytest.raises(ModelError, match="is not a model manifest"):
        Scorer.load(model)


def test_a_model_with_other_labels_than_its_manifest_gives_no_scores(model: Path) -> None:
    rewrite_manifest(model, labels=["toxicity", "insult"])

    with pytest.raises(ModelError, match=r"no usable scores|another number of labels"):
        Scorer.load(model).score(["text"])


def test_lines_come_out_as_json_lines() -> None:
    out = io.StringIO()

    score_lines(Scorer.load(), io.StringIO("You idiot\r\n\nGrüße 😀"), out)

    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["text"] for row in rows] == ["You idiot", "", "Grüße 😀"]
    assert all(tuple(row["scores"]) == Scorer.load().labels for row in rows)


def run(*, env: dict[str, str], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "toxicity"],
        cwd=PACKAGE.parent,
        env=os.environ | env,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_the_command_scores_bytes_that_are_no_text_and_writes_valid_json() -> None:
    done = run(env={"LC_ALL": "C"}, stdin=b"caf\xc3\xa9\nbroken \xff byte\n")

    assert (done.returncode, done.stderr) == (0, b"")
    texts = [json.loads(line)["text"] for line in done.stdout.decode().splitlines()]
    assert texts == ["café", "broken \ufffd byte"]


def test_the_command_says_in_one_line_that_the_model_is_missing(tmp_path: Path) -> None:
    done = run(env={"TOXICITY_MODEL_DIR": str(tmp_path)}, stdin=b"text\n")

    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().startswith("toxicity: cannot read ")
    assert done.stderr.count(b"\n") == 1


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh Python has after running this."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})",
        ],
        cwd=PACKAGE.parent,
        capture_output=True,
        timeout=60,
        check=True,
        text=True,
    )
    return set(done.stdout.split())


def test_the_scorer_imports_neither_torch_nor_transformers_nor_parley() -> None:
    modules = imported_by("from toxicity import Scorer")

    assert "onnxruntime" in modules
    assert (
        not {"torch", "transformers", "onnx", "parley", "export", "training", "detoxify", "boto3"} & modules
    )


def test_who_wants_the_manifest_only_waits_for_no_runtime() -> None:
    modules = imported_by("from toxicity import in_use; in_use.manifest({})")

    assert not {"onnxruntime", "numpy", "tokenizers"} & modules
