"""Starts and stops the AWS emulator (ministack) on loopback, with everything it starts itself.

with Emulator(state_dir=tmp) as emulator:
    boto3.client("dynamodb", endpoint_url=emulator.endpoint, **emulator.credentials)
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, TypedDict

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
POLL_S = 0.05
SETTINGS = {
    "BIND_HOST": HOST,
    "MINISTACK_REGION": REGION,
    "MINISTACK_ACCOUNT_ID": ACCOUNT,
    "LAMBDA_EXECUTOR": "local",
    "LAMBDA_WARM_TTL_SECONDS": "60",
    # Listeners of services that Parley does not use; both would open fixed ports.
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    # The emulator clears away containers it believes its own; there is no daemon it may talk to.
    "DOCKER_HOST": "unix:///nonexistent",
    # The account's own keys, as `client_settings` gives them out.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


class ClientSettings(TypedDict):
    """Keyword arguments of `boto3.client`."""

    endpoint_url: str
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str


class EmulatorError(Exception):
    """The emulator could not be started, or died; the message is for the user."""


class PortTakenError(EmulatorError):
    """Another program listens on the port asked for."""


def interpreter() -> Path:
    """The Python that has ministack: PARLEY_EMULATOR_PYTHON, or .tools/emulator's."""
    return Path(os.environ.get("PARLEY_EMULATOR_PYTHON") or ROOT / ".tools/emulator/bin/python")


def local_folder() -> Path:
    """Where `make run` keeps its state: .local, unless PARLEY_LOCAL names another folder."""
    return Path(os.environ.get("PARLEY_LOCAL") or ROOT / ".local")


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def is_listening(port: int) -> bool:
    """Whether some program accepts connections on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def health(port: int) -> dict[str, Any] | None:
    """The emulator's own account of its state, or None when nothing like it answers on the port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) and "services" in answer else None


class Emulator:
    """One emulator process and the Lambda workers below it.

    Args:
        state_dir: Where it keeps its keys, its log, temporary files and, with `persist`, the data.
        port: Loopback port; 0 takes a free one.
        auth: Enforce IAM policies and signatures.
        persist: Load the state at the start and, once `keep` has been called, save it at the stop.
        python: The interpreter that has ministack; by default see `interpreter`.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        port: int = 0,
        auth: bool = False,
        persist: bool = False,
        python: Path | None = None,
    ) -> None:
        self.state_dir = Path(state_dir).resolve()
        self.port = port
        self.auth = auth
        self.persist = persist
        self.python = python or interpreter()
        self.log_path = self.state_dir / "emulator.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._any_port = port == 0

    @property
    def endpoint(self) -> str:
        """The address for every AWS client."""
        return f"http://{HOST}:{self.port}"

    @property
    def client_settings(self) -> ClientSettings:
        """Keyword arguments for a boto3 client that acts as the account's root user."""
        return {
            "endpoint_url": self.endpoint,
            "aws_access_key_id": SETTINGS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": SETTINGS["AWS_SECRET_ACCESS_KEY"],
            "region_name": REGION,
        }

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The emulator's process id, also its process group's."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the emulator and returns when it answers.

        Raises:
            PortTakenError: the port given is in use.
            EmulatorError: ministack is not installed, or it exited, or did not answer in time.
        """
        if not self.python.exists():
            raise EmulatorError(
                f"the emulator is not installed: {self.python} is missing (run `make install`)"
            )
        attempts = 3 if self._any_port else 1
        for attempt in range(1, attempts + 1):
            if self._any_port:
                self.port = free_port()
            elif is_listening(self.port):
                raise PortTakenError(f"port {self.port} is taken by another program")
            try:
                self._launch()
            except EmulatorError:
                # A free port may be taken between the look and the start.
                if attempt == attempts:
                    raise
            else:
                return

    def keep(self) -> None:
        """From now on the state is worth saving at the stop, whatever brings the stop about."""
        self._tell(b"K")

    def discard(self) -> None:
        """From now on a stop saves nothing: what is on disk stays as it is."""
        self._tell(b"D")

    def save(self) -> None:
        """Saves the state now, against a stop that the emulator does not live to see."""
        self._tell(b"S")

    def save_data(self) -> None:
        """Saves what people have entered now: little, where `save` also saves the code of the functions."""
        self._tell(b"s")

    def stop(self) -> None:
        """Stops the emulator, its workers included; if `keep` was the last word, after it saved its state."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
        # Workers share the process group; whatever is left of it goes now.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the emulator's log."""
        try:
            return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _tell(self, letter: bytes) -> None:
        """Sends the child one of its letters; see emulator_child.py."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.write(letter)
                self._process.stdin.flush()

    @property
    def _scratch(self) -> Path:
        return self.state_dir / "tmp"

    def _launch(self) -> None:
        # The emulator does not clear its temporary copies of functions away when it stops.
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        with self.log_path.open("wb") as log:
            self._process = self._spawn(log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while health(self.port) is None:
            if self._process.poll() is not None:
                self.stop()
                raise EmulatorError(f"the emulator stopped at its start; its log says:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.stop()
                raise EmulatorError(
                    f"the emulator gave no answer in {START_TIMEOUT_S} s; see {self.log_path}"
                )
            time.sleep(POLL_S)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self.python), "-I", str(ROOT / "local/emulator_child.py")],
            cwd=self.state_dir,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the parent only, which then stops in order
        )

    def _environment(self) -> dict[str, str]:
        # Its workers inherit all of this, so nothing of the user's environment but what programs need.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        state = str(self.state_dir / "state")
        return {
            **inherited,
            **SETTINGS,
            "TMPDIR": str(self._scratch),
            "GATEWAY_PORT": str(self.port),
            "STATE_DIR": state,
            "S3_DATA_DIR": f"{state}/s3",
            "PERSIST_STATE": "1" if self.persist else "0",
            "S3_PERSIST": "1" if self.persist else "0",
            "AUTH": "true" if self.auth else "false",
            "PYTHONUNBUFFERED": "1",
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
