"""A child process of `make bench`: imports a handler as a cold start does and answers one event.

Usage: python cold_start.py FUNCTION EVENT  (with the function's environment, and the layers on PYTHONPATH)
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import importlib.util  # noqa: E402  # the clock starts before everything
import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402


class Context:
    """What Lambda tells a handler about itself."""

    function_name = "bench"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    aws_request_id = "bench"


def main() -> None:
    """Print a line of JSON: seconds to the first answer, on the clock and of a processor, status, peak MB."""
    function, event_path = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("app", function)
    assert spec
    assert spec.loader
    sys.path.insert(0, str(Path(function).parent))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    response = module.handler(json.loads(Path(event_path).read_text()), Context())
    seconds = time.perf_counter() - STARTED
    # Not getrusage: its peak is inherited from the parent across exec.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak_mb = int(status["VmHWM"].split()[0]) / 1024
    figures = {"seconds": seconds, "cpu_seconds": time.process_time(), "peak_mb": peak_mb}
    print(json.dumps({**figures, "status": int(response["statusCode"])}))  # noqa: T201


main()
