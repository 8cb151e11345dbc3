"""A site's life in any order: people, the model's coming and going, the stream's consumer, the worker.

`world` is what the test knows, `authors` and `moderators` are what people do, `machinery` is what happens
behind them, `invariants` is what holds after every step.
"""
