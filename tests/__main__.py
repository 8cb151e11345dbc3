"""`make test`: runs the stages named on the command line, all of them whatever fails, and counts.

`python -m tests counts` says what the last runs of everything came to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SAM = ROOT / ".tools/sam/bin/sam"
REPORTS = ROOT / "build/tests"

PYTHON = str(BIN / "python")
STAGES: dict[str, list[list[str]]] = {
    "lint": [
        [str(BIN / "ruff"), "check", "--quiet", "."],
        [str(BIN / "ruff"), "format", "--quiet", "--check", "."],
        [str(BIN / "mypy"), "--no-error-summary", "."],
        [str(BIN / "cfn-lint"), "template.yaml"],
        [str(SAM), "validate", "--lint"],
    ],
    "build": [
        [PYTHON, "local/deployment.py", "lambda"],
        [PYTHON, "local/deployment.py", "host"],
    ],
}
TEST_STAGES = ("unit", "integration", "e2e", "browser")


def main(names: list[str]) -> int:
    """Runs the stages; returns the exit status."""
    if names == ["counts"]:
        print(counted(sorted(REPORTS.glob("*.xml")), 0))
        return 0
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.glob("*.xml"):
        old.unlink()
    failed: list[str] = []
    for name in names:
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        if not run(name):
            failed.append(name)
        print(
            f"=== {name}: {'FAILED' if name in failed else 'ok'}, {time.monotonic() - start:.0f} s",
            flush=True,
        )
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    reports = [REPORTS / f"{name}.xml" for name in names if name in TEST_STAGES]
    print(f"\n{counted(reports, sum(name not in TEST_STAGES for name in failed))}")
    return 1 if failed else 0


def run(name: str) -> bool:
    """Runs one stage's commands, all of them; returns whether all went well."""
    commands = STAGES.get(name) or [
        [PYTHON, "-m", "pytest", f"tests/{name}", "--quiet", "--junitxml", str(REPORTS / f"{name}.xml")]
    ]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    results = [subprocess.run(command, cwd=ROOT, env=environment, check=False) for command in commands]
    return not any(result.returncode for result in results)


def counted(reports: list[Path], other_failures: int) -> str:
    """One line over several pytest reports; a report that is missing is a failure."""
    passed, failed, skipped = 0, other_failures, 0
    for report in reports:
        if not report.exists():
            failed += 1
            continue
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
            number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
            bad = number["failures"] + number["errors"]
            passed += number["tests"] - bad - number["skipped"]
            failed += bad
            skipped += number["skipped"]
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
