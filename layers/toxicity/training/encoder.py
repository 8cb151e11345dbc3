"""Fine-tunes the encoder, a step at a time, so that it can be stopped and go on where it was."""

import copy
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import torch

from training import low_rank
from training.beside import LINEAR_SHARE, Linears
from training.data import LABELS
from training.mixture import Passes, Row

MAX_TOKENS = 80
BATCH_TOKENS = 2048
PEAK_RATE = 2e-4
WARM_UP = 150
# The rate stays at its peak and falls to nothing over the last part, so that the number of steps may change
# on the way.
DECAY_SHARE = 0.35
WEIGHT_DECAY = 0.01
LABEL_WEIGHTS = (1.0, 0.5, 0.7, 0.8, 0.7, 1.0)
# When training goes on from a checkpoint: the rank of what changes, and how fast (share of the peak rate).
RANK, RANK_PACE = 16, 2.0
# Beside a linear model, the share of the loss that is the encoder's by itself, and its log-odds' weight in
# the sum.
ALONE, ENCODER_SHARE = 0.3, 0.6
# Without it the encoder comes to know the comments by heart: it ranked 0.997 of those that it had read, and
# 0.973 of others.
DROPOUT = 0.1
# Rows are sorted by length within stretches of this many, so that a batch has texts of like length.
STRETCH = 4096
SAVE_EVERY_S = 240


Batch = dict[str, torch.Tensor]


@dataclass
class Progress:
    """Where training is: what a later run needs to go on."""

    step: int = 0
    passes: int = 0
    row: int = 0


@dataclass(frozen=True)
class Schedule:
    """How long training goes on, and how fast it learns.

    Attributes:
        steps: optimiser steps in all, those of earlier runs included.
        rank: of what may be added to the matrices of a checkpoint to go on from; 0: every weight changes.
        pace: share of the peak rate.
    """

    steps: int
    rank: int = 0
    pace: float = 1.0

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        falling = (self.steps - step) / (DECAY_SHARE * self.steps)
        return self.pace * PEAK_RATE * min(1.0, (step + 1) / WARM_UP, falling)


def train(  # noqa: PLR0913 (each of them is somebody else's)
    encoder: Path,
    passes: Passes,
    schedule: Schedule,
    *,
    folder: Path,
    seed: int,
    beside: Linears | None = None,
) -> Path:
    """Trains to the schedule's end; returns the folder of the model, in Hugging Face's form.

    Args:
        encoder: the encoder to begin with, or a classifier of the labels to go on from, both in Hugging
            Face's form.
        passes: the rows of a pass, counted from 0.
        schedule: how long, and what changes.
        folder: for the state of an unfinished run, and for the model.
        seed: of the head's first weights and of the batches' order.
        beside: linear models that will score beside the encoder, which then learns what they cannot tell.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415 (seconds to import)

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = _classifier(encoder, device)
    before = copy.deepcopy(model).eval() if schedule.rank and beside else None
    if schedule.rank:
        low_rank.adapt(model, schedule.rank)
    learning = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = _optimiser(learning)
    progress = _restored(folder / "state.pt", model, optimiser)
    model.train()
    labels = torch.tensor(LABEL_WEIGHTS, device=device)
    halved = device.type == "cuda" or _multiplies_bfloat16()
    started, saved, shown = time.monotonic(), time.monotonic(), time.monotonic()
    first, tokens, losses = progress.step, 0, []
    for made in _batches(tokenizer, passes, progress, seed, beside):
        if progress.step >= schedule.steps:
            break
        batch = {name: part.to(device) for name, part in made.items()}
        torch.manual_seed(seed + progress.step)  # a run that goes on drops what an unbroken one would
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(progress.step)
        with torch.autocast(device.type, torch.bfloat16, enabled=halved):
            logits = _logits(model, batch)
            said = None
            if before is not None:
                with torch.no_grad():
                    said = _logits(before, batch)
        loss = _loss(logits, _believed(batch, said), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        progress.step += 1
        progress.row += len(batch["ids"])
        tokens += batch["ids"].numel()
        losses.append(loss.item())
        now = time.monotonic()
        if now - shown > 20:  # noqa: PLR2004 (seconds)
            left = (now - started) / (progress.step - first) * (schedule.steps - progress.step) / 60
            sys.stderr.write(
                f"encoder: step {progress.step} of {schedule.steps}, pass {progress.passes + 1}, loss "
                f"{sum(losses[-100:]) / len(losses[-100:]):.4f}, {tokens / (now - started):.0f} tokens/s, "
                f"{left:.0f} min left\n"
            )
            shown = now
        if now - saved > SAVE_EVERY_S:
            _save(folder / "state.pt", model, optimiser, progress)
            saved = now
    _save(folder / "state.pt", model, optimiser, progress)
    low_rank.settle(model)
    model.eval().save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    return folder / "model"


def _classifier(encoder: Path, device: torch.device) -> Any:  # noqa: ANN401 (transformers has no types here)
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 (seconds to import)

    return AutoModelForSequenceClassification.from_pretrained(
        encoder,
        num_labels=len(LABELS),
        attention_probs_dropout_prob=DROPOUT,
        hidden_dropout_prob=DROPOUT,
        # On processors the fused form takes four times as long as its parts: 48 ms against 12 ms a layer.
        attn_implementation="sdpa" if device.type == "cuda" else "eager",
    ).to(device)


def _optimiser(learning: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
    decayed = [weights for weights in learning if weights.dim() > 1]
    other = [weights for weights in learning if weights.dim() == 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": other, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)


def _multiplies_bfloat16() -> bool:
    """Whether the processor does; imitating it takes thirty times as long as single precision."""
    about = Path("/proc/cpuinfo")
    if not about.exists():
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(about.read_text("utf-8").split())


def _logits(model: Any, batch: Batch) -> torch.Tensor:  # noqa: ANN401 (transformers has no types here)
    logits: torch.Tensor = model(input_ids=batch["ids"], attention_mask=batch["mask"]).logits
    return logits.float()


def _believed(batch: Batch, before: torch.Tensor | None) -> Batch:
    """The batch with its targets as far as they are trusted, and else what the models say that score.

    Without an encoder of before that is the linear model alone. With one it is both, by as much as is kept.
    """
    if "beside" not in batch:
        return batch
    trust, said = batch["trust"], batch["beside"]
    if before is not None:
        trust, said = 1 - batch["kept"], ENCODER_SHARE * before + LINEAR_SHARE * said
    targets = trust * batch["targets"] + (1 - trust) * said.sigmoid()
    return batch | {"targets": torch.where(trust > 0, targets, said.sigmoid())}


def _loss(logits: torch.Tensor, batch: Batch, labels: torch.Tensor) -> torch.Tensor:
    """Of the encoder's log-odds, and of their sum with a linear model's if the batch has these."""
    alone = _cross_entropy(logits, batch, labels)
    if "beside" not in batch:
        return alone
    together = ENCODER_SHARE * logits + LINEAR_SHARE * batch["beside"]
    return ALONE * alone + (1 - ALONE) * _cross_entropy(together, batch, labels)


def _cross_entropy(logits: torch.Tensor, batch: Batch, labels: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy over the known targets, as a mean over rows."""
    known = ~batch["targets"].isnan()
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, batch["targets"].nan_to_num(), reduction="none"
    )
    return (each * known * labels * batch["weights"].unsqueeze(1)).sum() / len(logits)


def _batches(
    tokenizer: Any,  # noqa: ANN401 (transformers has no types here)
    passes: Passes,
    progress: Progress,
    seed: int,
    beside: Linears | None,
) -> Iterator[Batch]:
    """Batches of about BATCH_TOKENS tokens, from where training was."""
    for number in count(progress.passes):
        rows = passes(number)
        seen = 0
        for at in range(0, len(rows), STRETCH):
            stretch = rows[at : at + STRETCH]
            if seen + len(stretch) <= progress.row:
                seen += len(stretch)
                continue
            ids = tokenizer([row.text for row in stretch], truncation=True, max_length=MAX_TOKENS)[
                "input_ids"
            ]
            order = sorted(range(len(stretch)), key=lambda row: len(ids[row]))
            groups: list[list[int]] = [[]]
            for row in order:
                if len(ids[row]) * (len(groups[-1]) + 1) > BATCH_TOKENS:
                    groups.append([])
                groups[-1].append(row)
            random.Random(f"{seed}-{number}-{at}").shuffle(groups)
            for group in groups:
                seen += len(group)
                if seen <= progress.row:
                    continue
                yield _batch([ids[row] for row in group], [stretch[row] for row in group], beside)
        progress.passes, progress.row = number + 1, 0


def _batch(ids: list[list[int]], rows: list[Row], beside: Linears | None) -> Batch:
    length = max(map(len, ids))
    padded = torch.zeros(len(ids), length, dtype=torch.long)
    mask = torch.zeros(len(ids), length, dtype=torch.long)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    batch = {
        "ids": padded,
        "mask": mask,
        "targets": torch.tensor([row.targets for row in rows], dtype=torch.float32),
        "weights": torch.tensor([row.weight for row in rows], dtype=torch.float32),
    }
    if beside:
        batch["beside"] = torch.from_numpy(beside.log_odds(rows))
        for name in ("trust", "kept"):
            batch[name] = torch.tensor([[getattr(row, name)] for row in rows], dtype=torch.float32)
    return batch


def _save(path: Path, model: Any, optimiser: Any, progress: Progress) -> None:  # noqa: ANN401
    partial = path.with_suffix(".partial")
    state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "progress": vars(progress)}
    torch.save(state, partial)
    partial.rename(path)


def _restored(path: Path, model: Any, optimiser: Any) -> Progress:  # noqa: ANN401
    if not path.exists():
        return Progress()
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return Progress(**state["progress"])
