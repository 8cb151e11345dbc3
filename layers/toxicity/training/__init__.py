"""Trains the toxicity model and measures it; never part of the layer."""
