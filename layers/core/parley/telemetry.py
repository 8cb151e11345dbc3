"""The logger and the metrics that all functions share. Neither is ever given a comment's text or a token."""

from __future__ import annotations

import warnings

from aws_lambda_powertools import Logger, Metrics

# Most requests have nothing to count, and saying so would cost a log line each.
warnings.filterwarnings("ignore", message="No application metrics to publish", category=UserWarning)

logger = Logger()
metrics = Metrics()
"""Names are `Comments<Status>`, `CommentsUnscored`, `CommentsRescored`, `Decisions<Status>`; unit: count."""
