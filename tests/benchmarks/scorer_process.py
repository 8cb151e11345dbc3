"""A child process of `score_bench.py`: one side of the comparison, Parley's scorer or Detoxify.

Usage: python scorer_process.py {parley|detoxify} {cold|serve}, with the package's folder on PYTHONPATH.
`cold` scores one text, prints a line of JSON and ends. `serve` reads a line for each thing to do, `score`,
`batch` or `explain` (Parley's only), and prints how long it took.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import json  # noqa: E402  # the clock starts before everything
import os  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

# 58 words that are one token each, and the two that frame a text: 60 tokens.
TEXT = " ".join(["the", "council", "said", "that", "you", "are", "all", "very", "wrong", "about", "this"] * 6)
TEXT = " ".join(TEXT.split()[:58])
# As many comments as a page has, of 6 to 60 tokens.
BATCH = [" ".join(TEXT.split()[: 4 + number * 54 // 49]) for number in range(50)]
# Each time so often in a row, as a process does that has its processor for itself.
IN_A_ROW = {"score": 5, "batch": 1, "explain": 1}


def parley() -> dict[str, Callable[[], object]]:
    """Scores and explains the text with the model as the functions run it."""
    from toxicity import Scorer  # noqa: PLC0415  # what is timed

    scorer = Scorer.load()
    return {
        "score": lambda: scorer.score([TEXT]),
        "batch": lambda: scorer.score(BATCH),
        "explain": lambda: scorer.explain(TEXT),
    }


def detoxify() -> dict[str, Callable[[], object]]:
    """Scores the text with Detoxify and the same checkpoint, from the folder that CHECKPOINT names."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.chdir(os.environ["CHECKPOINT"])
    import torch  # noqa: PLC0415  # what is timed
    from detoxify import Detoxify  # noqa: PLC0415

    torch.set_num_threads(1)
    model = Detoxify(checkpoint="minilm_toxic.ckpt", huggingface_config_path="hf")
    return {"score": lambda: model.predict(TEXT), "batch": lambda: model.predict(BATCH)}


def peak_mb() -> float:
    """This process's own peak memory; getrusage would give the parent's, inherited across exec."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def seconds(work: Callable[[], object], times: int) -> float:
    """How long it takes, the median of so many times."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Print how long it took: from the start for the first score, then for each thing asked for."""
    side, mode = sys.argv[1:]
    abilities = {"parley": parley, "detoxify": detoxify}[side]()
    abilities["score"]()
    print(json.dumps({"seconds": time.perf_counter() - STARTED, "peak_mb": peak_mb()}), flush=True)  # noqa: T201
    if mode == "serve":
        for line in sys.stdin:
            wanted = line.strip()
            print(json.dumps({"seconds": seconds(abilities[wanted], IN_A_ROW[wanted])}), flush=True)  # noqa: T201


main()
