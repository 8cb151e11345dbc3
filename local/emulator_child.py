"""Runs the emulator in its own environment; started by `emulator.py`, never by hand.

Standard input is a lifeline: it is a pipe that the parent holds open. When it closes, because the parent
stopped or was killed, the emulator gets the same SIGTERM as in an orderly stop, so it saves its state and
nothing is left behind.
"""

import contextlib
import os
import signal
import sys
import threading

from ministack import app


def stop_when_the_parent_goes() -> None:
    """Blocks until standard input ends, then asks this process to stop."""
    with contextlib.suppress(OSError):
        while sys.stdin.buffer.read(1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=stop_when_the_parent_goes, daemon=True, name="lifeline").start()
    app.main()
