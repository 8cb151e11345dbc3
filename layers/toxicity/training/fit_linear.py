"""Fits the linear model: logistic regression on hashed features, one for each label."""

import random
import sys
from collections.abc import Sequence

import numpy as np

from toxicity.linear import BUCKETS, Linear, features
from training.data import LABELS
from training.mixture import Row

EPOCHS = 4
BATCH = 256
RATE = 0.25
DECAY = 2e-7
LONGEST = 2000


def fit(rows: Sequence[Row], seed: int) -> Linear:
    """Trains with Adagrad, so that rare features learn as fast as frequent ones; NaN targets are left out."""
    import torch  # noqa: PLC0415 (seconds to import)

    torch.manual_seed(seed)
    found = []
    for number, row in enumerate(rows):
        found.append(features(row.text[:LONGEST]).astype(np.int32))
        if number % 50_000 == 0:
            sys.stderr.write(f"linear: features of {number} of {len(rows)} texts\n")
    targets = torch.tensor([row.targets for row in rows], dtype=torch.float32)
    known = ~targets.isnan()
    targets = targets.nan_to_num()
    weights = torch.nn.EmbeddingBag(BUCKETS, len(LABELS), mode="sum", sparse=True)
    torch.nn.init.zeros_(weights.weight)
    rate = targets.sum(0) / known.sum(0)
    bias = torch.nn.Parameter(torch.logit(rate.clamp(1e-4, 1 - 1e-4)))
    steps = torch.optim.Adagrad(weights.parameters(), lr=RATE), torch.optim.Adam([bias], lr=1e-3)
    order = list(range(len(rows)))
    for epoch in range(EPOCHS):
        random.Random(f"{seed}-{epoch}").shuffle(order)
        total = 0.0
        for at in range(0, len(order), BATCH):
            chosen = order[at : at + BATCH]
            lengths = [len(found[row]) for row in chosen]
            ids = torch.from_numpy(np.concatenate([found[row] for row in chosen]).astype(np.int64))
            offsets = torch.tensor([0, *np.cumsum(lengths)[:-1]])
            scale = torch.tensor(lengths).clamp(min=1).rsqrt().unsqueeze(1)
            logits = weights(ids, offsets) * scale + bias
            losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets[chosen], reduction="none")
            loss = (losses * known[chosen]).sum() / len(chosen)
            for step in steps:
                step.zero_grad()
            loss.backward()
            for step in steps:
                step.step()
            total += float(loss) * len(chosen)
        sys.stderr.write(f"linear: epoch {epoch + 1} of {EPOCHS}, loss {total / len(order):.4f}\n")
    table = weights.weight.detach().numpy()
    # The few largest weights are cut, so that the many others keep their precision.
    scales = np.quantile(np.abs(table), 0.99999, axis=0).astype(np.float32) / 127
    stored = np.clip(np.rint(table / scales), -127, 127).astype(np.int8)
    return Linear(stored, scales, bias.detach().numpy().astype(np.float32))
