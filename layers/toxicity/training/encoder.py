"""Fine-tunes the encoder, a step at a time, so that it can be stopped and go on where it was."""

import copy
import shutil
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from export import pruning
from training import batches, low_rank, pruned
from training.batches import Batch, Progress
from training.beside import LINEAR_SHARE, Linears
from training.data import LABELS
from training.mixture import Passes

PEAK_RATE = 2e-4
WARM_UP = 150
# The rate stays at its peak and falls to nothing over the last part, so that the number of steps may change
# on the way.
DECAY_SHARE = 0.35
WEIGHT_DECAY = 0.01
LABEL_WEIGHTS = (1.0, 0.5, 0.7, 0.8, 0.7, 1.0)
# What the square of a change counts for in log-odds that are to be kept. Near a probability of a tenth it is
# as much in cross-entropy, which hardly sees changes below, among comments that are published.
DRIFT = 0.05
# When training goes on from a checkpoint: the rank of what changes, and how fast (share of the peak rate).
RANK, RANK_PACE = 3, 2.0
# Beside a linear model, the share of the loss that is the encoder's by itself, and its log-odds' weight in
# the sum.
ALONE, ENCODER_SHARE = 0.3, 0.6
# Without it the encoder comes to know the comments by heart: it ranked 0.997 of those that it had read, and
# 0.973 of others.
DROPOUT = 0.1
SAVE_EVERY_S, SHOW_EVERY_S = 240, 20


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
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = classifier(encoder)
    before = _with_all_tokens(model) if schedule.rank and beside else None
    if schedule.rank:
        low_rank.adapt(model, schedule.rank)
    learning = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = _optimiser(learning)
    progress = _restored(folder / "state.pt", model, optimiser)
    model.train()
    labels = torch.tensor(LABEL_WEIGHTS, device=model.device)
    started, saved, shown = time.monotonic(), time.monotonic(), time.monotonic()
    first, tokens, losses = progress.step, 0, []
    made_of_passes = batches.of_passes(tokenizer, passes, progress, seed, beside)
    while progress.step < schedule.steps:
        made = next(made_of_passes)
        if progress.step == first:
            started = time.monotonic()  # to make the first pass takes minutes, and no step after it does
        batch = {name: part.to(model.device) for name, part in made.items()}
        torch.manual_seed(seed + progress.step)  # a run that goes on drops what an unbroken one would
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(progress.step)
        logits = log_odds(model, batch)
        loss = _loss(logits, _believed(batch), labels)
        if before is not None:
            with torch.no_grad():
                said = log_odds(before, batch)
            loss = loss + _drift(logits, said, batch, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        progress.step += 1
        progress.row += len(batch["ids"])
        tokens += batch["ids"].numel()
        losses.append(loss.item())
        now = time.monotonic()
        if now - shown > SHOW_EVERY_S:
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
    tokenizer.save_pretrained(folder / "model")
    return _settled(model, encoder, folder / "model")


def _settled(model: Any, start: Path, target: Path) -> Path:  # noqa: ANN401 (transformers has no types here)
    """Writes the model in its own form, with what belongs to the one that training began with."""
    low_rank.settle(model)
    model.eval().save_pretrained(target)
    if model.saliency is not None:
        shutil.copyfile(start / pruning.FILE, target / pruning.FILE)
    return target


def classifier(encoder: Path) -> Any:  # noqa: ANN401 (transformers has no types here)
    """A classifier of LABELS with this encoder, on the graphics card if there is one.

    One that is a classifier already is as it was. With weights of how much a token tells in its folder, it
    reads on with those that tell most.
    """
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 (seconds to import)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForSequenceClassification.from_pretrained(
        encoder,
        num_labels=len(LABELS),
        attention_probs_dropout_prob=DROPOUT,
        hidden_dropout_prob=DROPOUT,
        # On processors the fused form takes four times as long as its parts: 48 ms against 12 ms a layer.
        attn_implementation="sdpa" if device == "cuda" else "eager",
    )
    saliency = encoder / pruning.FILE
    telling = torch.from_numpy(pruning.read(saliency, model.config)) if saliency.exists() else None
    model.register_buffer("saliency", telling, persistent=False)
    return model.to(device)


def _with_all_tokens(model: Any) -> Any:  # noqa: ANN401 (transformers has no types here)
    """A copy that reads on with every token: what it says is what is to be kept."""
    found = copy.deepcopy(model).eval()
    found.saliency = None
    return found


def _optimiser(learning: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
    decayed = [weights for weights in learning if weights.dim() > 1]
    other = [weights for weights in learning if weights.dim() == 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": other, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)


def _arithmetic(device: str) -> torch.autocast:
    """At half precision where that is faster."""
    return torch.autocast(device, torch.bfloat16, enabled=device == "cuda" or _multiplies_bfloat16())


@cache
def _multiplies_bfloat16() -> bool:
    """Whether the processor does; imitating it takes thirty times as long as single precision."""
    about = Path("/proc/cpuinfo")
    if not about.exists():
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(about.read_text("utf-8").split())


def log_odds(model: Any, batch: Batch) -> torch.Tensor:  # noqa: ANN401 (transformers has no types here)
    """[rows, labels], of a classifier; where that is."""
    ids, mask = (batch[name].to(model.device) for name in ("ids", "mask"))
    with _arithmetic(model.device.type):
        logits: torch.Tensor = (
            model(input_ids=ids, attention_mask=mask).logits
            if model.saliency is None
            else pruned.log_odds(model, ids, mask, model.saliency)
        )
    return logits.float()


def _believed(batch: Batch) -> Batch:
    """The batch with its targets as far as they are trusted, and else what the linear model says."""
    if "beside" not in batch:
        return batch
    trust, said = batch["trust"], batch["beside"].sigmoid()
    targets = trust * batch["targets"] + (1 - trust) * said
    return batch | {"targets": torch.where(trust > 0, targets, said)}


def _loss(logits: torch.Tensor, batch: Batch, labels: torch.Tensor) -> torch.Tensor:
    """Of the encoder's log-odds, and of their sum with a linear model's if the batch has these."""
    alone = _cross_entropy(logits, batch, labels)
    if "beside" not in batch:
        return alone
    return ALONE * alone + (1 - ALONE) * _cross_entropy(together(logits, batch), batch, labels)


def together(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """The sum of the encoder's log-odds and those of the linear models beside it."""
    return ENCODER_SHARE * logits + LINEAR_SHARE * batch["beside"]


def _cross_entropy(logits: torch.Tensor, batch: Batch, labels: torch.Tensor) -> torch.Tensor:
    """As a mean over rows, as far as these are not kept as they are."""
    weights = batch["weights"] * (1 - batch["kept"].squeeze(1)) if "kept" in batch else batch["weights"]
    return (cross_entropies(logits, batch["targets"], labels) * weights).sum() / len(logits)


def cross_entropies(logits: torch.Tensor, targets: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The binary cross-entropy of each row, [rows]: over the labels with a target, by their weights."""
    known = ~targets.isnan()
    each = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, targets.nan_to_num(), reduction="none"
    )
    return (each * known * labels).sum(dim=1)


def _drift(logits: torch.Tensor, before: torch.Tensor, batch: Batch, labels: torch.Tensor) -> torch.Tensor:
    """How far log-odds have gone from those of before where they are to be kept, as a mean over rows."""
    apart = ((logits - before) ** 2 * labels).sum(dim=1)
    return DRIFT * (apart * batch["kept"].squeeze(1) * batch["weights"]).sum() / len(logits)


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
