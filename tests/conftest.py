"""What every test process starts with."""

from __future__ import annotations

import os

# Powertools reads these when it is first imported, which in a function is after Lambda has set them.
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "test")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Parley")
