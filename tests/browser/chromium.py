"""Which browser the tests use, and how it is started."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that a test answers for has no address, so the browser would not let it speak to this machine.
    "--disable-features=LocalNetworkAccessChecks",
]


def executable() -> str:
    """Where the browser lies.

    Raises:
        RuntimeError: There is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise RuntimeError("no Chromium: `make chromium` installs it")
    return found
