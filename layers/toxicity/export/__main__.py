"""Exports a Detoxify checkpoint into the files that the scorer runs; `make model` calls it."""

import argparse
import logging
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from export import build, calibration, checkpoint_folder, room
from export.build import MODEL_DIR
from export.checksums import ChecksumError, sha256
from export.detoxify_checkpoint import published, published_names
from export.source import Source, SourceError, UnreachableError

CALIBRATION = Path(__file__).parent / "calibration.json"
BUNDLED = "bundled"

REFUSALS = (
    ChecksumError,
    SourceError,
    UnreachableError,
    room.TooLargeError,
    calibration.CalibrationError,
    OSError,
)
EPILOG = f"""
MODEL is
  {BUNDLED}   the checkpoint in layers/toxicity/checkpoint (default)
  a name    one of Detoxify's own, which Detoxify downloads: original-small, unbiased-small, ...
  a folder  with a checkpoint *.ckpt, its Hugging Face files in hf/, SHA256SUMS, and perhaps linear.bin
"""


def export(
    source: Source, target: Path, *, calibration_file: Path | None, data: Path | None, say: build.Say
) -> dict[str, Any]:
    """Writes the model's files and manifest to `target`, all or nothing; returns the manifest.

    Args:
        source: the checkpoint.
        target: folder for the files, made when it is missing.
        calibration_file: what was chosen for this model before; read, or written when `data` is given.
            Without it and without data the model stays uncalibrated.
        data: folder with labelled comments to calibrate and choose thresholds with.
        say: is told what is being done.

    Raises:
        calibration.CalibrationError: the file's choice is for another model, or the data do not serve.
        room.TooLargeError: `target` is the layer's, and the model has no room there.
        ChecksumError, UnreachableError: see `build.build`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch) / "model"
        manifest = build.build(source, built, say)
        if target == MODEL_DIR:
            room.require_room(source.name, build.size(manifest))
        if data is not None:
            chosen = calibration.calibrate(built, data, say) | {"files": build.checksums(manifest)}
            if calibration_file:
                build.write_json(calibration_file, chosen)
            manifest = build.write_manifest(built, manifest, chosen)
        elif calibration_file:
            chosen = calibration.read(calibration_file, build.checksums(manifest))
            manifest = build.write_manifest(built, manifest, chosen)
        build.put(built, target)
    return manifest


def find(model: str) -> Source:
    """The checkpoint that a name or a folder stands for.

    Raises:
        SourceError: it stands for none.
        ChecksumError, UnreachableError: see `checkpoint_folder.read` and `published`.
    """
    if model == BUNDLED:
        return checkpoint_folder.read(checkpoint_folder.BUNDLED)
    if Path(model).is_dir():
        return checkpoint_folder.read(Path(model))
    names = published_names()
    if model not in names:
        raise SourceError(
            f"there is no model {model!r}: it is neither a folder nor one of {BUNDLED}, {', '.join(names)}"
        )
    return published(model)


def main() -> int:
    """Runs the command line; the exit status is 1 when the export was refused."""
    parser = argparse.ArgumentParser(
        prog="make model",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", nargs="?", default=BUNDLED, metavar="MODEL")
    parser.add_argument("--out", type=Path, default=MODEL_DIR, help="folder for the files, to upload to S3")
    parser.add_argument(
        "--calibrate", metavar="DATA", type=Path, help="choose blend and thresholds with this data"
    )
    args = parser.parse_args()
    # The libraries' remarks on graphs and weights are for those who judge them: the parity tests.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    bundled = args.model == BUNDLED
    try:
        manifest = export(
            find(args.model),
            args.out,
            calibration_file=CALIBRATION if bundled else None,
            data=args.calibrate,
            say=lambda what: print(f"model: {what} ...", file=sys.stderr, flush=True),
        )
    except REFUSALS as exc:
        sys.stderr.write(f"model: {exc}\n")
        return 1
    print(report(manifest, args.out, calibrated=bundled or args.calibrate is not None))
    return 0


def report(manifest: dict[str, Any], out: Path, *, calibrated: bool) -> str:
    """What was made and what to do with it."""
    sizes = ", ".join(f"{name} {entry['bytes'] / 1e6:.1f} MB" for name, entry in manifest["files"].items())
    lines = [f"{manifest['model']}: {sizes}; labels {', '.join(manifest['labels'])}"]
    if not calibrated:
        lines.append(
            "No thresholds were chosen for it: it holds from 0.5 on and rejects nothing by itself. "
            "Choose them with DATA=FOLDER (layers/toxicity/README.md), or in the policy."
        )
    if out == MODEL_DIR:
        lines.append("It is in the layer: `make run` or `make deploy` puts it to work.")
    else:
        lines.append(
            f"To run it from S3: aws s3 cp --recursive {out} s3://BUCKET/PREFIX, and deploy with\n"
            f"  ModelUri=s3://BUCKET/PREFIX ModelSha256={sha256(out / build.MANIFEST_FILE)}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
