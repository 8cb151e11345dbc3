"""What the routes of authors have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit

from parley.http import Caller
from parley.telemetry import logger, metrics

if TYPE_CHECKING:
    from parley.comment import Comment

WhoCalls = Callable[[], Caller]
"""Tells who is calling; raises when nobody is signed in."""


def count_outcome(comment: Comment, scoring_error: str | None) -> None:
    """Add what became of a text to the metrics."""
    metrics.add_metric(f"Comments{comment.status.capitalize()}", MetricUnit.Count, 1)
    if scoring_error:
        metrics.add_metric("CommentsUnscored", MetricUnit.Count, 1)
        logger.error("comment held unscored", comment_id=comment.id, cause=scoring_error)
