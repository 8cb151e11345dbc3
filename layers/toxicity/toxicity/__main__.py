"""Scores standard input, one comment a line, and writes JSON Lines: `python -m toxicity < comments.txt`."""

import json
import sys
from typing import TextIO

from toxicity.errors import ModelError
from toxicity.scorer import Scorer


def score_lines(scorer: Scorer, lines: TextIO, out: TextIO) -> None:
    """Writes `{"text", "scores"}` for each line; an empty line is an empty comment."""
    for line in lines:
        text = line.rstrip("\r\n")
        [scores] = scorer.score([text])
        out.write(json.dumps({"text": text, "scores": scores}, ensure_ascii=False) + "\n")
        out.flush()


def main() -> int:
    """Runs the command; the exit status is 1 when the model cannot be used."""
    for stream in (sys.stdin, sys.stdout):
        # Whatever bytes come in can be scored, and what goes out is valid JSON.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        score_lines(Scorer.load(), sys.stdin, sys.stdout)
    except ModelError as exc:
        sys.stderr.write(f"toxicity: {exc}\n")
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
