"""Makes the files that the scorer runs, and the manifest that vouches for them."""

import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from export import calibration, pruning
from export.checksums import sha256
from export.detoxify_checkpoint import load
from export.source import Source
from toxicity.manifest import FORMAT, LINEAR_FILE, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE

MODEL_DIR = Path(__file__).parent.parent / "toxicity" / "model"
MANIFEST_FILE = "manifest.json"
TOOLS = ("detoxify", "torch", "transformers", "onnx", "onnxruntime", "tokenizers", "numpy")

# Detoxify reads up to 512 tokens at once, but then harmless words drown an insult: README.md has the figures.
# Of a text that fits one window the tokens are Detoxify's.
WINDOW = {"tokens": 256, "overlap": 64}

Say = Callable[[str], None]
"""Is told what is being done."""


def build(source: Source, target: Path, say: Say = lambda _: None) -> dict[str, Any]:
    """Writes the files to `target`, uncalibrated: the encoder's own scores; a half holds, nothing rejects.

    Returns:
        The manifest.

    Raises:
        ChecksumError: the checkpoint is not the expected one.
        UnreachableError: something had to be downloaded and could not.
    """
    from export import convert  # noqa: PLC0415 (needs onnx, which only makes models)

    target.mkdir(parents=True, exist_ok=True)
    say("loading the checkpoint with Detoxify")
    detoxify = load(source)
    with tempfile.TemporaryDirectory() as scratch:
        single, int8 = Path(scratch) / "single.onnx", Path(scratch) / "int8.onnx"
        say("converting it to ONNX")
        config = detoxify.model.config
        saliency = pruning.read(source.saliency, config) if source.saliency else None
        convert.to_onnx(detoxify, single, saliency)
        say("quantising it to int8")
        convert.quantise(single, int8)
        convert.optimise(int8, target / MODEL_FILE, target / WEIGHTS_FILE)
    convert.write_tokenizer(detoxify, target / TOKENIZER_FILE)
    names = [MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE]
    if source.linear:
        shutil.copyfile(source.linear, target / LINEAR_FILE)
        names.append(LINEAR_FILE)
    labels = list(detoxify.class_names)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "model": source.name,
        "labels": labels,
        "window": WINDOW,
        "files": {name: _describe(target / name) for name in names},
        "source": origin(source),
        "tools": {name: importlib.metadata.version(name).split("+")[0] for name in TOOLS},
    }
    return write_manifest(target, manifest, calibration.uncalibrated(labels))


def origin(source: Source) -> dict[str, Any]:
    """The checkpoint that a model was made from, as its manifest names it."""
    return {
        "name": source.name,
        "checkpoint": source.checkpoint.name,
        "sha256": sha256(source.checkpoint),
        "deltas": [sha256(path) for path in source.deltas],
        "saliency": source.saliency and sha256(source.saliency),
    }


def write_manifest(target: Path, manifest: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Writes and returns the manifest with what calibration chose: blend, thresholds and how they came about.

    The model's version is derived from its files and its blend, for these decide the scores.
    """
    version = hashlib.sha256(
        json.dumps([checksums(manifest), chosen["blend"]], sort_keys=True).encode()
    ).hexdigest()
    complete = {
        **manifest,
        "model": f"{manifest['source']['name']}-{version[:8]}",
        **{name: chosen[name] for name in ("blend", "thresholds", "calibration", "metrics")},
    }
    write_json(target / MANIFEST_FILE, complete)
    return complete


def checksums(manifest: Mapping[str, Any]) -> dict[str, str]:
    """File name to SHA-256."""
    return {name: entry["sha256"] for name, entry in manifest["files"].items()}


def size(manifest: Mapping[str, Any]) -> int:
    """What the model's files weigh, in bytes."""
    return sum(entry["bytes"] for entry in manifest["files"].values())


def put(built: Path, target: Path) -> None:
    """Moves a built model to where it belongs, and takes away what an earlier one left there."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE, LINEAR_FILE, MANIFEST_FILE):
        (target / name).unlink(missing_ok=True)
    for path in built.iterdir():
        shutil.move(path, target / path.name)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes JSON as people like to read it."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _describe(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}
