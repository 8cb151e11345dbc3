"""Turns a Detoxify checkpoint into the files that the scorer runs; needs torch, so no layer has it."""
