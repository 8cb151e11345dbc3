"""Measures a model on what it was never trained on, and writes the model card; `make evaluate` calls it."""
