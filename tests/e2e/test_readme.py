"""The commands of the README: each is run here, or is one that the test run itself is made of."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.stack import wait_for

if TYPE_CHECKING:
    from tests.stack import DeployedStack

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
# Tested elsewhere: `make run` in test_run.py; `make test` runs this; a deployment needs an account.
NOT_RUN_HERE = {"make run", "make test", "make deploy"}
(CURL,) = [block for block in BLOCKS if "curl" in block]


def run(script: str, **where: Any) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=False, **where)


@pytest.fixture
def beside_a_running_stack(stack: DeployedStack, tmp_path: Path) -> dict[str, Any]:
    """A folder like a checkout with `make run` at work: its stack.json, and a make that knows tokens."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps({"api_url": stack.api_url}))
    tools = tmp_path / "bin"
    tools.mkdir()
    make = tools / "make"
    make.write_text('#!/bin/sh\n[ "$1" = token ] && eval "echo \\$TOKEN_${2#USER=}"\n')
    make.chmod(0o755)
    tokens = {f"TOKEN_{login}": stack.token(login) for login in ("ann", "mod")}
    return {"cwd": tmp_path, "env": {**os.environ, **tokens, "PATH": f"{tools}:{os.environ['PATH']}"}}


def test_the_ten_lines_of_curl_work_as_they_stand(
    stack: DeployedStack, beside_a_running_stack: dict[str, Any]
) -> None:
    lines = CURL.splitlines()
    assert len(lines) <= 10

    done = run(
        "; ".join(f"{line}; echo" if line.startswith("curl") else line for line in lines),
        **beside_a_running_stack,
    )

    assert done.returncode == 0, done.stderr
    kind, held, page, counts, own, decided = [
        json.loads(line) for line in done.stdout.splitlines() if line.strip()
    ]
    assert (kind["comment"]["status"], held["comment"]["status"]) == ("published", "held")
    assert [comment["id"] for comment in page["comments"]] == [kind["comment"]["id"]]
    assert set(counts["counts"]) == {"harbour-bridge"}
    assert {comment["id"] for comment in own["comments"]} >= {kind["comment"]["id"], held["comment"]["id"]}
    assert (decided["comment"]["id"], decided["comment"]["status"]) == (held["comment"]["id"], "rejected")
    assert wait_for(
        lambda: (
            stack.request("GET", "/counts?article_id=harbour-bridge").json()["counts"]["harbour-bridge"] == 1
        )
    )


def test_every_other_command_is_a_verb_of_make_or_run_here() -> None:
    commands = [line for block in BLOCKS if block != CURL for line in block.splitlines()]
    scored = [command for command in commands if "make score" in command]

    assert set(commands) - set(scored) == NOT_RUN_HERE
    for command in scored:
        done = run(command, cwd=ROOT)
        line = done.stdout.splitlines()[-1]  # the first time, what is installed is said before
        assert json.loads(line)["scores"]["toxicity"] < 0.5


def test_every_make_verb_named_in_the_documents_exists() -> None:
    documents = [README, *(path.read_text() for path in ROOT.glob("docs/*.md"))]
    naming = re.compile(r"(?:^|`)make ([a-z][a-z-]+)", re.MULTILINE)
    named = {verb for text in documents for verb in naming.findall(text)}
    verbs = set(re.findall(r"^([a-z][a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert named <= verbs


def test_every_file_linked_from_the_documents_exists() -> None:
    for document in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
