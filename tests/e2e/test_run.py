"""`make run`, `make stop` and `make token`, with a state folder of the test's own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.stack import wait_for

from emulator import HOST, ROOT, free_port, is_listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_S = 180


class Run:
    """One `make run` after another on one state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {**os.environ, "PARLEY_LOCAL": str(folder / "local")}

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_S,
        )

    def tool(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.call(sys.executable, f"local/{program}.py", *arguments)

    @contextmanager
    def up(self, port: int | None = None) -> Iterator[subprocess.Popen[str]]:
        """A `make run` that serves; at the end it is stopped, if the test has not done so."""
        with (self.folder / "output").open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "local/run.py", "--port", str(port or self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            wait_for(lambda: self.stack_file.exists() or process.poll() is not None, START_S)
            assert process.poll() is None, self.output
            yield process
        finally:
            process.terminate()
            process.wait(60)
        assert "Traceback" not in self.output

    @property
    def stack_file(self) -> Path:
        return self.folder / "local/stack.json"

    @property
    def stack(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.stack_file.read_text())
        return content

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    def post(self, body: str) -> int:
        token = self.tool("bearer", "ann").stdout.strip()
        return httpx.post(
            f"{self.stack['api_url']}/articles/demo-article/comments",
            json={"body": body},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex},
            timeout=60,
        ).status_code

    def own_comments(self) -> list[str]:
        token = self.tool("bearer", "ann").stdout.strip()
        answer = httpx.get(
            f"{self.stack['api_url']}/me/comments", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        return [comment["body"] for comment in answer.json()["comments"]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One folder for all the tests here: deploying takes a while, and a second run is what they are about."""
    return Run(tmp_path_factory.mktemp("run"))


def test_it_serves_says_where_and_gives_tokens(run: Run) -> None:
    with run.up():
        stack = run.stack

        assert set(stack["users"]) == {"ann", "ben", "mod"}
        for address in (stack["api_url"], stack["demo_url"], stack["console_url"]):
            assert address in run.output
        token = run.tool("bearer", "ann")
        assert token.returncode == 0
        assert len(token.stdout.strip().split(".")) == 3
        assert len(token.stdout.splitlines()) == 1
        assert run.own_comments()
        assert run.post("This one is to stay.") == httpx.codes.CREATED


def test_another_run_keeps_the_data_and_repeats_nothing(run: Run) -> None:
    with run.up():
        bodies = run.own_comments()

        assert "This one is to stay." in bodies
        assert len(set(bodies)) == len(bodies)
        assert run.output.count("unchanged") == 2


def test_a_second_run_at_the_same_time_is_refused(run: Run) -> None:
    with run.up() as process:
        second = run.tool("run", "--port", str(free_port()))

        assert second.returncode == 1
        assert f"process {process.pid}" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_killed_emulator_ends_the_run_and_the_next_one_has_the_data(run: Run) -> None:
    with run.up() as process:
        emulator = int(run.call("pgrep", "-P", str(process.pid)).stdout)
        os.killpg(emulator, signal.SIGKILL)

        assert process.wait(30) == 1
        assert "The emulator has died" in run.output

    with run.up():
        assert "This one is to stay." in run.own_comments()


def test_a_killed_run_leaves_nothing_behind(run: Run) -> None:
    with run.up() as process:
        process.kill()
        process.wait()

        wait_for(lambda: not is_listening(run.port))

    run.stack_file.unlink()
    with run.up():
        assert "This one is to stay." in run.own_comments()


def test_stop_stops_it(run: Run) -> None:
    with run.up() as process:
        stopped = run.tool("stop")

        assert stopped.stdout == "Parley has stopped.\n"
        assert process.wait(10) == 0
        assert not is_listening(run.port)
    assert run.tool("stop").stdout == "Parley is not running.\n"


def test_a_token_of_a_stopped_stack_is_refused_with_a_reason(run: Run) -> None:
    refused = run.tool("bearer", "ann")

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "Parley is not running" in refused.stderr


def test_it_moves_to_another_port(run: Run) -> None:
    port = free_port()

    with run.up(port):
        assert f":{port}/" in run.stack["demo_url"]
        assert "This one is to stay." in run.own_comments()


def test_a_token_needs_a_name_on_the_command_line(run: Run) -> None:
    refused = run.call("make", "--silent", "token")

    assert refused.returncode != 0
    assert refused.stdout == ""
    assert "make token USER=ann" in refused.stderr


def test_a_taken_port_is_named(run: Run) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]

        refused = run.tool("run", "--port", str(port))

    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr
    assert "Traceback" not in refused.stderr
