"""`make stop`: stops the `make run` of this checkout, wherever it was started."""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

# As in emulator.py, which this program does without: it must run where nothing is installed.
LOCAL = os.environ.get("PARLEY_LOCAL") or Path(__file__).resolve().parent.parent / ".local"
LOCK = Path(LOCAL) / "lock"
TIMEOUT_S = 60
LOOK_S = 0.1


def holder() -> int | None:
    """The process that holds the lock; the lock goes with it, so an old number is never taken for it."""
    try:
        with LOCK.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return int(lock.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


def main() -> int:
    """Asks the holder to stop and waits until it has; returns the exit status."""
    process = holder()
    if process is None:
        print("Parley is not running.")
        return 0
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + TIMEOUT_S
    while holder() == process:
        if time.monotonic() > deadline:
            print(f"Process {process} does not stop.", file=sys.stderr)
            return 1
        time.sleep(LOOK_S)
    print("Parley has stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
