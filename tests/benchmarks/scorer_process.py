"""A child process of `score_bench.py`: one side of the comparison, Parley's scorer or Detoxify.

Usage: python scorer_process.py {parley|detoxify} {cold|serve}, with the package's folder on PYTHONPATH.
`cold` scores one text, prints a line of JSON and ends; `serve` prints one for each line it reads.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import json  # noqa: E402  # the clock starts before everything
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

# 58 words that are one token each, and the two that frame a text: 60 tokens.
TEXT = " ".join(["the", "council", "said", "that", "you", "are", "all", "very", "wrong", "about", "this"] * 6)
TEXT = " ".join(TEXT.split()[:58])


def parley() -> Callable[[], object]:
    """Scores the text with the model as the functions run it."""
    from toxicity import Scorer  # noqa: PLC0415  # what is timed

    scorer = Scorer.load()
    return lambda: scorer.score([TEXT])


def detoxify() -> Callable[[], object]:
    """Scores the text with Detoxify and the same checkpoint, from the checkpoint's own folder."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.chdir(Path(__file__).resolve().parents[2] / "layers/toxicity/checkpoint")
    import torch  # noqa: PLC0415  # what is timed
    from detoxify import Detoxify  # noqa: PLC0415

    torch.set_num_threads(1)
    model = Detoxify(checkpoint="minilm_toxic.ckpt", huggingface_config_path="hf")
    return lambda: model.predict(TEXT)


def peak_mb() -> float:
    """This process's own peak memory; getrusage would give the parent's, inherited across exec."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def main() -> None:
    """Print how long it took: from the start for the first score, then for each asked for."""
    side, mode = sys.argv[1:]
    score = {"parley": parley, "detoxify": detoxify}[side]()
    score()
    print(json.dumps({"seconds": time.perf_counter() - STARTED, "peak_mb": peak_mb()}), flush=True)  # noqa: T201
    if mode == "serve":
        for _ in sys.stdin:
            began = time.perf_counter()
            score()
            print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)  # noqa: T201


main()
