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
OTHER_FAILURES = REPORTS / "other-failures"

PYTHON = str(BIN / "python")
STAGES: dict[str, list[list[str]]] = {
    "lint": [
        [str(BIN / "ruff"), "check", "--quiet", "."],
        [str(BIN / "ruff"), "format", "--quiet", "--check", "."],
        [str(BIN / "mypy"), "--no-error-summary", "."],
        [str(BIN / "cfn-lint"), "template.yaml"],
        [str(SAM), "validate", "--lint"],
    ],
    # The pages as they are committed are those that their sources give.
    "web": [
        ["node", "--test", "--test-reporter=dot", *sorted(map(str, ROOT.glob("web/tests/*.test.js")))],
        ["node", "web/build.js", "--check"],
        ["web/node_modules/.bin/tsc", "--project", "web/console"],
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
        beside = int(OTHER_FAILURES.read_text()) if OTHER_FAILURES.exists() else 1
        print(counted(sorted(REPORTS.glob("*.xml")), beside))
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
    # A stage that failed without a failing test, for it is no test or found none, counts as one failure.
    beside = sum(name not in TEST_STAGES or not read(report_of(name)).get("failed") for name in failed)
    OTHER_FAILURES.write_text(str(beside))
    print(f"\n{counted([report_of(name) for name in names if name in TEST_STAGES], beside)}")
    return 1 if failed else 0


def run(name: str) -> bool:
    """Runs one stage's commands, all of them; returns whether all went well."""
    commands = STAGES.get(name) or [
        [PYTHON, "-m", "pytest", f"tests/{name}", "--quiet", "--junitxml", str(report_of(name))]
    ]
    # Tests call make themselves; they must not take part in the one that runs them.
    inherited = {key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "MAKELEVEL"}}
    environment = {**inherited, "SAM_CLI_TELEMETRY": "0"}
    results = [subprocess.run(command, cwd=ROOT, env=environment, check=False) for command in commands]
    return not any(result.returncode for result in results)


def report_of(stage: str) -> Path:
    """Where pytest reports on a stage."""
    return REPORTS / f"{stage}.xml"


def counted(reports: list[Path], other_failures: int) -> str:
    """One line over several pytest reports, and over what failed beside the tests."""
    total = {"passed": 0, "failed": other_failures, "skipped": 0}
    for report in reports:
        for name, number in read(report).items():
            total[name] += number
    return ", ".join(f"{number} {name}" for name, number in total.items() if number or name != "skipped")


def read(report: Path) -> dict[str, int]:
    """What a pytest report came to; one that is missing is of a run that failed."""
    if not report.exists():
        return {"failed": 1}
    result = {"passed": 0, "failed": 0, "skipped": 0}
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
        number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
        bad = number["failures"] + number["errors"]
        result["passed"] += number["tests"] - bad - number["skipped"]
        result["failed"] += bad
        result["skipped"] += number["skipped"]
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
