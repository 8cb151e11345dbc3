"""Parley's domain: what a comment is, what may happen to it, and how it is kept."""
