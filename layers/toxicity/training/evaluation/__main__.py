"""Measures a model beside what it is to improve on, and writes the model card; `make evaluate` calls it."""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from export import build
from export.__main__ import BUNDLED, REFUSALS, find
from export.source import Source
from toxicity.errors import ModelError
from toxicity.manifest import LINEAR_FILE
from training.evaluation import baseline, card, pictures
from training.evaluation.card.tables import SYSTEMS
from training.evaluation.measure import at_same_recall, measure, recall_of
from training.evaluation.recorded import ENCODER_ALONE, LINEAR_ALONE, record
from training.evaluation.samples import FULL, QUICK, Samples, draw, is_toxic, test_part
from training.evaluation.targets import check, table
from training.functional.words import groups

if TYPE_CHECKING:
    from training.review import Scorer

ROOT: Final = Path(__file__).resolve().parents[4]
BUNDLED_DIR: Final = ROOT / "layers/toxicity/toxicity/model"
START_CHECKPOINT: Final = "minilm_toxic.ckpt"
START_SHA256: Final = "6a2eaade6344069da1a51a627adcc5badcd61960e6d9e973b39222e6cfc80849"


def evaluate(  # noqa: PLR0913 (each stands on the command line)
    model_dir: Path, data: Path, start: Path | None, cache: Path, *, quick: bool, processes: int
) -> dict[str, Any]:
    """Every figure of the card.

    Args:
        model_dir: the exported model to measure.
        data: folder with the labelled comments.
        start: folder with the starting checkpoint and `hf/`; None to leave it out.
        cache: folder for what need not be computed again.
        quick: whether a few comments of each set are enough, to try the evaluation itself.
        processes: how many score.
    """
    samples = draw(test_part(data, cache, say), QUICK if quick else FULL)
    texts = samples.texts()
    recorded = record(model_dir, texts, cache, say, processes)
    scorers: dict[str, Scorer] = {"bundled": recorded}
    if start:
        started = record(_started(start, cache), texts, cache, say, processes)
        scorers["start"] = _compared(started, recorded, samples)
    if (simple := _baseline(data, cache)) is not None:
        scorers["baseline"] = _compared(simple, recorded, samples)
    manifest = json.loads((model_dir / "manifest.json").read_text("utf-8"))
    if LINEAR_FILE in manifest["files"]:
        scorers["encoder"] = _compared(recorded.alone(ENCODER_ALONE), recorded, samples)
        scorers["linear"] = _compared(recorded.alone(LINEAR_ALONE), recorded, samples)
    systems = {}
    for name, scorer in scorers.items():
        say(f"measuring: {SYSTEMS[name]}")
        systems[name] = measure(scorer, samples)
    return {
        "model": manifest["model"],
        "date": datetime.now(UTC).date().isoformat(),
        "quick": quick,
        "labels": manifest["labels"],
        "rule": manifest["calibration"].get("rule"),
        "comments": len(samples.rows),
        "jigsaw_toxic": sum(row.source == "jigsaw" and is_toxic(row) for row in samples.rows),
        "jigsaw_harmless": sum(row.source == "jigsaw" and not is_toxic(row) for row in samples.rows),
        "unknown_groups": [group.plural for group in groups()],
        "size": {
            "bytes": build.size(manifest),
            "files": {name: entry["bytes"] for name, entry in manifest["files"].items()},
        },
        "systems": systems,
    }


def say(message: str) -> None:
    """Tells on standard error what is being done, and since when."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S}  evaluate: {message}\n")
    sys.stderr.flush()


def write(results: dict[str, Any], card_file: Path, images: Path, figures: Path) -> None:
    """Writes the card, its pictures and the figures."""
    for folder in (card_file.parent, images, figures.parent):
        folder.mkdir(parents=True, exist_ok=True)
    build.write_json(figures, results)
    card_file.write_text(card.render(results), "utf-8")
    for name, content in pictures.pictures(results).items():
        (images / name).write_text(content, "utf-8")


def speed(model: str, bench: Path, cache: Path) -> dict[str, float]:
    """Speed, cold start and memory of the bundled model: of `make bench`, unless that is older; else now."""
    kept = cache / f"speed-{model}.json"
    manifest = BUNDLED_DIR / "manifest.json"
    if bench.exists() and bench.stat().st_mtime > manifest.stat().st_mtime:
        kept = bench
    elif not kept.exists():
        say("measuring speed, cold start and memory beside Detoxify")
        python = ROOT / ".venv/bin/python"
        command = [str(python if python.exists() else sys.executable), "tests/benchmarks/score_bench.py"]
        done = subprocess.run([*command, "--out", str(kept)], cwd=ROOT, check=False)  # noqa: S603
        if done.returncode:
            return {}
    found: dict[str, float] = json.loads(kept.read_text("utf-8"))
    return found


def _compared(scorer: Scorer, recorded: Scorer, samples: Samples) -> Scorer:
    return at_same_recall(scorer, samples.rows, recall_of(recorded, samples.rows))


def _started(start: Path, cache: Path) -> Path:
    """The starting checkpoint, exported once."""
    target = cache / "start"
    if not (target / build.MANIFEST_FILE).exists():
        say("exporting the starting checkpoint (once)")
        source = Source("minilm-start", start / START_CHECKPOINT, START_SHA256, start / "hf")
        build.build(source, target, say)
    return target


def _baseline(data: Path, cache: Path) -> baseline.Baseline | None:
    try:
        return baseline.trained(data, cache, say)
    except (ImportError, FileNotFoundError) as exc:
        say(f"the baseline is left out: {exc}")
        return None


def _exported(model: str, cache: Path) -> Path:
    """The folder of an exported model: as given, or exported from what `make model` takes."""
    if model == BUNDLED:
        return BUNDLED_DIR
    folder = Path(model)
    if (folder / build.MANIFEST_FILE).exists():
        return folder
    source = find(model)
    target = cache / f"exported-{source.sha256[:12]}"
    if not (target / build.MANIFEST_FILE).exists():
        build.build(source, target, say)
    return target


def main() -> int:
    """Runs the command line; the exit status is 1 when it cannot measure, or `--check` finds a miss."""
    parser = argparse.ArgumentParser(prog="make evaluate", description=__doc__)
    parser.add_argument("--model", default=BUNDLED, help="an exported model, or what make model takes")
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled comments")
    parser.add_argument("--start", type=Path, help="folder with the starting checkpoint")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder for figures and caches")
    parser.add_argument("--processes", type=int, default=2, help="how many score (%(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="a few comments of each set; the card is no card"
    )
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    args = parser.parse_args()
    # The libraries' remarks on graphs and weights are for those who judge them: the parity tests.
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    cache = args.build / "evaluation-cache"
    start: Path | None = args.start
    if start and not (start / START_CHECKPOINT).exists():
        say(f"the starting checkpoint is left out: {start} does not hold it")
        start = None
    try:
        model_dir = _exported(args.model, cache)
        results = evaluate(model_dir, args.data, start, cache, quick=args.quick, processes=args.processes)
    except (*REFUSALS, ModelError) as exc:
        sys.stderr.write(f"evaluate: {exc}\n")
        return 1
    if args.model == BUNDLED and not args.quick:
        results["speed"] = speed(results["model"], args.build / "bench.json", cache)
        card_file, images, figures = (
            ROOT / "docs/model-card.md",
            ROOT / "docs/images",
            args.build / "evaluation.json",
        )
    else:
        folder = args.build / "evaluation"
        card_file, images, figures = folder / "model-card.md", folder / "images", folder / "evaluation.json"
    write(results, card_file, images, figures)
    verdicts = check(results)
    print(f"{results['model']}\n\n{table(verdicts)}\n\n{card_file}, {figures}")  # noqa: T201
    return 1 if args.check and not all(verdict.is_reached for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
