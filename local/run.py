"""`make run`: the whole stack on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NoReturn

import httpx
from botocore.exceptions import BotoCoreError, ClientError

import deployment
import seed
from deployment import DeploymentError, Stack
from emulator import REGION, Emulator, EmulatorError, PortTakenError, health, local_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCAL = local_folder()
LOCK = LOCAL / "lock"
STACK_FILE = LOCAL / "stack.json"
STEPS = 4
# An emulator whose parent was killed needs a moment to go.
LEFTOVER_S = 15
LOOK_S = 0.5
SAVE_S = 20


class StopError(Exception):
    """Somebody asked for the end: Ctrl-C, `make stop`, a closed terminal."""


def main() -> int:
    """Runs the stack; returns the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=_port, default=4566)
    port = arguments.parse_args().port
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    LOCAL.mkdir(mode=0o700, exist_ok=True)
    with LOCK.open("a+") as lock:
        if not _take(lock):
            lock.seek(0)
            _complain(f"Parley runs already (process {lock.read().strip()}); `make stop` stops it.")
            return 1
        try:
            return _serve(port)
        except PortTakenError:
            _complain(f"Port {port} is taken by another program. Try another: make run PORT={port + 1}")
        except (EmulatorError, DeploymentError, seed.SeedError) as problem:
            _complain(f"\nParley could not start: {problem}")
        except (ClientError, BotoCoreError, httpx.HTTPError) as problem:
            _complain(f"\nThe local stack does not answer as it should: {problem}")
            _complain("`make clean-local` forgets its data; then `make run` starts afresh.")
        except StopError:
            _complain("\nStopped before it was up.")
    return 1


def _serve(port: int) -> int:
    started = time.monotonic()
    STACK_FILE.unlink(missing_ok=True)
    emulator = Emulator(LOCAL / "emulator", port=port, auth=True, persist=True)
    try:
        with _step(1, "Starting the emulator"):
            _start(emulator)
        with _step(2, "Building functions and layers") as note:
            if not deployment.build():
                note("unchanged")
        stack = _deployed(emulator)
        with _step(4, "Adding people and comments"):
            words = _seeded(emulator, stack)
        emulator.keep()
        emulator.save()
        _announce(stack, words, time.monotonic() - started)
        return _wait(emulator)
    finally:
        # A second Ctrl-C must not cut the saving short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        STACK_FILE.unlink(missing_ok=True)
        emulator.stop()


def _start(emulator: Emulator) -> None:
    deadline = time.monotonic() + LEFTOVER_S
    while True:
        try:
            emulator.start()
        except PortTakenError:
            if health(emulator.port) is None or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_S)
        else:
            return


def _deployed(emulator: Emulator) -> Stack:
    with _step(3, "Deploying template.yaml") as note:
        if deployment.is_current(emulator):
            note("unchanged")
            stack = deployment.find(emulator)
            if stack is not None:
                return stack
        return deployment.deploy(emulator)


def _seeded(emulator: Emulator, stack: Stack) -> dict[str, str]:
    words = seed.passwords(LOCAL / "passwords.json")
    seed.people(emulator, stack, words)
    ids = stack.outputs["UserPoolId"], stack.outputs["UserPoolClientId"]
    tokens = {
        login: seed.bearer(emulator.client_settings, *ids, login, word) for login, word in words.items()
    }
    seed.comments(stack, tokens)
    return words


def _announce(stack: Stack, words: dict[str, str], seconds: float) -> None:
    content = {
        "api_url": stack.api_url,
        "demo_url": stack.demo_url,
        "console_url": stack.console_url,
        "users": {login: {"password": word} for login, word in words.items()},
        "endpoint": f"http://127.0.0.1:{stack.port}",
        "region": REGION,
        "user_pool_id": stack.outputs["UserPoolId"],
        "client_id": stack.outputs["UserPoolClientId"],
        "table_name": stack.outputs["TableName"],
    }
    scratch = STACK_FILE.with_suffix(".tmp")
    scratch.touch(mode=0o600)
    scratch.write_text(json.dumps(content, indent=2) + "\n")
    scratch.replace(STACK_FILE)
    logins = "\n".join(f"    {login:<4} {word}" for login, word in words.items())
    print(f"""
Parley is up ({seconds:.0f} s).

  Demo article   {stack.demo_url}
  Console        {stack.console_url}
  API            {stack.api_url}

  Logins (mod is the moderator)
{logins}

  make token USER=ann   prints a bearer token
  Ctrl-C                stops it; the data stay
""")


def _wait(emulator: Emulator) -> int:
    parent = os.getppid()
    saved = time.monotonic()
    try:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
            if not emulator.running:
                _complain(f"The emulator has died. Its last words, from {emulator.log_path}:")
                _complain(emulator.log_tail())
                _complain("`make run` starts it again.")
                return 1
            if time.monotonic() - saved > SAVE_S:
                emulator.save_data()
                saved = time.monotonic()
    except StopError:
        pass
    print("\nStopping; the data are kept for the next run.")
    return 0


@contextmanager
def _step(number: int, title: str) -> Iterator[Callable[[str], None]]:
    """Says what is being done and, at its end, how long it took or what there is to note instead."""
    notes: list[str] = []
    print(f"[{number}/{STEPS}] {title} ... ", end="", flush=True)
    start = time.monotonic()
    try:
        yield notes.append
    except BaseException:
        print("no", flush=True)
        raise
    print(notes[0] if notes else f"{time.monotonic() - start:.0f} s", flush=True)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return True


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _ask_to_stop(*_: object) -> NoReturn:
    raise StopError


def _port(text: str) -> int:
    highest = 65535
    if text.isdigit() and 0 < int(text) <= highest:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to {highest}, not {text!r}")


if __name__ == "__main__":
    sys.exit(main())
