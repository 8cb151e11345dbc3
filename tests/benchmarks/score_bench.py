"""Speed, cold start, memory and size of the scorer, over Detoxify's with the same checkpoint in the same run.

As a program: `python tests/benchmarks/score_bench.py [--out FILE]`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("scorer_process.py")
PYTHONS = {"parley": Path(sys.executable), "detoxify": ROOT / ".tools/model/bin/python"}
CHECKPOINT = ROOT / "layers/toxicity/checkpoint"
MANIFEST = ROOT / "layers/toxicity/toxicity/model/manifest.json"
# The comments that `scorer_process.py` has for `batch`.
PAGE = 50
COLD_ROUNDS = 5
SCORE_ROUNDS = 40
OTHER_ROUNDS = 10
WARM_UP = 3
# One thread each, whatever library reads it. Both sides may keep byte code, which one installer leaves behind
# and another does not: the first, unmeasured round writes it.
ENVIRONMENT = os.environ | {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPATH": str(ROOT / "layers/toxicity"),
}


class Side:
    """A process that scores on demand: Parley's or Detoxify's."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            command(name, "serve"),
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def seconds(self, wanted: str) -> float:
        """How long one `score`, `batch` or `explain` took."""
        assert self._process.stdin
        self._process.stdin.write(f"{wanted}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> float:
        assert self._process.stdout
        seconds: float = json.loads(self._process.stdout.readline())["seconds"]
        return seconds


def command(name: str, mode: str) -> list[str]:
    """The command line of one side."""
    return [str(PYTHONS[name]), str(CHILD), name, mode]


def cold(name: str) -> tuple[float, float]:
    """Seconds from starting a fresh process to its first score, and its peak memory in MB."""
    began = time.perf_counter()
    with subprocess.Popen(
        command(name, "cold"), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
    return seconds, json.loads(line)["peak_mb"]


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """The scorer's figures; those over Detoxify only where .tools/model has it.

    Args:
        progress: is told what is being measured.
    """
    names = [name for name, python in PYTHONS.items() if python.exists()]
    if "detoxify" not in names:
        progress("Detoxify is not installed (`make test-model` does it): the ratios over it are left out")
        return compared(names, progress)
    with TemporaryDirectory() as folder:
        progress("Making one file of the checkpoint for Detoxify")
        pack = [str(PYTHONS["detoxify"]), "-m", "export.pack", "half", str(CHECKPOINT), folder]
        subprocess.run(pack, env=ENVIRONMENT, check=True)
        ENVIRONMENT["CHECKPOINT"] = folder
        return compared(names, progress)


def compared(names: list[str], progress: Callable[[str], None]) -> dict[str, float]:
    """The figures with these sides; see `measure`."""
    progress(f"Cold start and memory of the scorer, {COLD_ROUNDS} rounds of {' and '.join(names)}")
    starts = [{name: cold(name) for name in names} for _ in range(1 + COLD_ROUNDS)][1:]
    progress(f"Scoring a 60-token comment, {SCORE_ROUNDS} rounds of {' and '.join(names)}")
    with ExitStack() as stack:
        sides = {name: stack.enter_context(Side(name)) for name in names}
        rounds = [
            {name: side.seconds("score") for name, side in sides.items()}
            for _ in range(WARM_UP + SCORE_ROUNDS)
        ][WARM_UP:]
        progress(f"Scoring a page of {PAGE} comments, and explaining one, {OTHER_ROUNDS} rounds")
        batches = [{name: side.seconds("batch") for name, side in sides.items()} for _ in range(OTHER_ROUNDS)]
        explained = [sides["parley"].seconds("explain") for _ in range(OTHER_ROUNDS)]
    figures = {
        "score.ms": statistics.median(row["parley"] for row in rounds) * 1000,
        "score.batch_per_s": PAGE / statistics.median(row["parley"] for row in batches),
        "explain.ms": statistics.median(explained) * 1000,
        "model.mb": sum(entry["bytes"] for entry in json.loads(MANIFEST.read_text())["files"].values()) / 1e6,
        "cold.scorer_s": statistics.median(start["parley"][0] for start in starts),
        "memory.scorer_mb": statistics.median(start["parley"][1] for start in starts),
    }
    if "detoxify" in names:
        figures |= {
            "score.speedup": statistics.median(row["detoxify"] / row["parley"] for row in rounds),
            "score.batch_speedup": statistics.median(row["detoxify"] / row["parley"] for row in batches),
            "cold.speedup": statistics.median(start["detoxify"][0] / start["parley"][0] for start in starts),
            "memory.ratio": statistics.median(start["parley"][1] / start["detoxify"][1] for start in starts),
        }
    return figures


def progress(message: str) -> None:
    """Tell on standard error what is being measured."""
    sys.stderr.write(f"{message}\n")


def main() -> int:
    """Measure, and write the figures as JSON to standard output or a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    text = json.dumps(measure(progress), indent=1) + "\n"
    if args.out:
        args.out.write_text(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
