"""Exports a Detoxify checkpoint into the files that the scorer runs.

python -m export                              the bundled checkpoint, thresholds as committed
python -m export --calibrate DATA             the same, and thresholds chosen anew from the comments in DATA
python -m export --checkpoint F --sha256 S --config DIR --calibrate DATA
python -m export --published original-small --calibrate DATA    (Detoxify downloads it)
"""

import argparse
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from export import calibration, convert
from export.checksums import ChecksumError, read_sums, sha256
from export.detoxify_checkpoint import Source, load, published
from export.halve import BUNDLED, CHECKPOINT

LAYER = Path(__file__).parent.parent
MODEL_DIR = LAYER / "toxicity" / "model"
CALIBRATION = Path(__file__).parent / "calibration.json"
TOOLS = ("detoxify", "torch", "transformers", "onnx", "onnxruntime", "tokenizers", "numpy")

# Detoxify reads up to 512 tokens at once, but then harmless words drown an insult: README.md has the figures.
# A text that fits one window scores as Detoxify scores it.
WINDOW = {"tokens": 256, "overlap": 64}


def export(source: Source, target: Path, calibration_file: Path, data: Path | None) -> dict[str, Any]:
    """Writes model.onnx, tokenizer.json and manifest.json to `target`; returns the manifest.

    Args:
        source: the checkpoint.
        target: folder for the files, made when it is missing.
        calibration_file: thresholds and measurements; read, or written when `data` is given.
        data: folder with labelled comments to choose thresholds from; None to take those chosen before.

    Raises:
        ChecksumError: the checkpoint is not the expected one.
        calibration.CalibrationError: the thresholds in the file were chosen for another model.
    """
    manifest = build(source, target)
    if data is not None:
        _write(calibration_file, calibration.calibrate(target, data))
    chosen = calibration.read(calibration_file, model=manifest["model"])
    manifest |= {"thresholds": chosen["thresholds"], "calibration": chosen["calibration"]}
    _write(target / "manifest.json", manifest)
    return manifest


def build(source: Source, target: Path) -> dict[str, Any]:
    """The same without calibration: every label holds at a half and none rejects."""
    target.mkdir(parents=True, exist_ok=True)
    detoxify = load(source)
    with tempfile.TemporaryDirectory() as scratch:
        single, int8 = Path(scratch) / "single.onnx", Path(scratch) / "int8.onnx"
        convert.to_onnx(detoxify, single)
        convert.quantise(single, int8)
        convert.optimise(int8, target / "model.onnx")
    convert.write_tokenizer(detoxify, target / "tokenizer.json")
    files = {name: _describe(target / name) for name in ("model.onnx", "tokenizer.json")}
    manifest: dict[str, Any] = {
        "format": 1,
        "model": f"{source.name}-{files['model.onnx']['sha256'][:8]}",
        "labels": list(detoxify.class_names),
        "window": WINDOW,
        "files": files,
        "source": {"checkpoint": source.checkpoint.name, "sha256": sha256(source.checkpoint)},
        "tools": {name: importlib.metadata.version(name).split("+")[0] for name in TOOLS},
        "thresholds": {label: dict(calibration.UNKNOWN) for label in detoxify.class_names},
    }
    _write(target / "manifest.json", manifest)
    return manifest


def bundled() -> Source:
    """The checkpoint that lies in this repository."""
    return Source(
        name=Path(CHECKPOINT).stem.replace("_", "-"),
        checkpoint=BUNDLED / CHECKPOINT,
        sha256=read_sums(BUNDLED)[CHECKPOINT],
        config=BUNDLED / "hf",
    )


def _describe(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _source(args: argparse.Namespace) -> Source:
    if args.published:
        return published(args.published, Path(tempfile.gettempdir()) / "detoxify-models")
    if args.checkpoint:
        return Source(args.checkpoint.stem.replace("_", "-"), args.checkpoint, args.sha256 or "", args.config)
    return bundled()


def main() -> int:
    """Runs the command line; the exit status is 1 when the export was refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint in Detoxify's format")
    parser.add_argument("--sha256", help="its checksum; without it nothing is unpickled")
    parser.add_argument("--config", type=Path, help="folder with its Hugging Face config and tokenizer")
    parser.add_argument("--published", metavar="NAME", help="one of Detoxify's published models")
    parser.add_argument("--calibrate", metavar="DATA", type=Path, help="choose thresholds from this data")
    parser.add_argument("--out", type=Path, default=MODEL_DIR, help="folder for the files")
    args = parser.parse_args()
    try:
        manifest = export(_source(args), args.out, CALIBRATION, args.calibrate)
    except (ChecksumError, calibration.CalibrationError, ValueError, OSError) as exc:
        sys.stderr.write(f"export: {exc}\n")
        return 1
    sizes = ", ".join(f"{name} {entry['bytes'] / 1e6:.1f} MB" for name, entry in manifest["files"].items())
    print(f"{manifest['model']}: {sizes}, labels {', '.join(manifest['labels'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
