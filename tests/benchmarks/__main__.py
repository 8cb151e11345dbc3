"""`make bench`: measures by medians and ratios within one run, prints a table, writes build/bench.json."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core"), str(ROOT / "layers/toxicity"), str(ROOT / "local")]

from tests.benchmarks import console, costs, handlers, package, score_bench, web  # noqa: E402  # the path comes first

RESULTS = ROOT / "build/bench.json"
# What each figure must reach: (direction, bound); figures without a bound are for comparing runs.
BOUNDS = {
    "submit.round_trips": ("at most", 3),
    "page.round_trips": ("exactly", 1),
    "flat.worst": ("exactly", 1),
    "simulation.seconds": ("at most", 10),
    "simulation.peak_mb": ("at most", 512),
    "score.speedup": ("at least", 6),
    "cold.speedup": ("at least", 18),
    "memory.ratio": ("at most", 0.22),
    "explain.ms": ("at most", 100),
    "model.mb": ("at most", 30),
    "package.unzipped_mb": ("at most", 200),
    "web.embed_kb": ("at most", 15),
    # What people take for at once is 100 ms.
    "console.next_over_empty_ms": ("at most", 60),
}


def progress(message: str) -> None:
    """Tell what is being measured, and when."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {message}\n")


def is_reached(name: str, value: float) -> bool:
    """Whether a figure is within its bound."""
    direction, bound = BOUNDS.get(name, ("at least", float("-inf")))
    return {"at most": value <= bound, "at least": value >= bound, "exactly": value == bound}[direction]


def main() -> int:
    """Measure everything; 1 when a figure is out of its bound."""
    figures = {
        **handlers.measure(progress),
        **costs.measure(progress),
        **score_bench.measure(progress),
        **package.measure(progress),
        **web.measure(progress),
        **console.measure(progress),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    rounded = {name: round(value, 4) for name, value in sorted(figures.items())}
    RESULTS.write_text(json.dumps(rounded, indent=1) + "\n")
    for name, value in sorted(figures.items()):
        direction, bound = BOUNDS.get(name, ("", ""))
        verdict = "" if is_reached(name, value) else "  MISSED"
        sys.stdout.write(f"{name:28} {value:10.3f}   {direction} {bound}{verdict}\n")
    absent = sorted(set(BOUNDS) - set(figures))
    if absent:
        sys.stdout.write(f"not measured here: {', '.join(absent)}\n")
    return 0 if all(is_reached(name, value) for name, value in figures.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
