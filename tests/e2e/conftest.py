"""End-to-end tests speak to the deployed stack; see tests/stack.py."""

from tests.stack import stack

__all__ = ["stack"]
