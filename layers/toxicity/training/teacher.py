"""Soft targets for the labels that the large Jigsaw file does not name.

The PyPI package tox-block (MIT) carries a bidirectional LSTM that was trained on all of Jigsaw's labels. Its
weights are read here without its dependencies, and its pickled word list without running anything in it.
"""

import importlib.util
import pickle
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
WORDS = 20_000
LENGTH = 100
_NO_WORD = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~\t\n]""")
_ALLOWED = {
    ("tox_block.data_processing.preprocessors", "TokenSequencer"),
    ("keras_preprocessing.text", "Tokenizer"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("builtins", "int"),
}


class _Record:
    """Stands for the package's classes: keeps their attributes and does nothing."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 (pickle's own signature)
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no business in a word list")
        return super().find_class(module, name) if module in {"collections", "builtins"} else _Record


def folder() -> Path:
    """Where the package's trained model lies; FileNotFoundError when the package is not installed."""
    spec = importlib.util.find_spec("tox_block")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("tox-block is not installed: make train installs it")
    return Path(next(iter(spec.submodule_search_locations))) / "trained_models"


def score(texts: Sequence[str], batch: int = 512) -> NDArray[np.float32]:
    """Probabilities [texts, LABELS] under the LSTM, unscaled."""
    import torch  # noqa: PLC0415 (seconds to import)

    with (folder() / "encoder_0.1.2.pkl").open("rb") as stream:
        index = _Unpickler(stream).load().tokenizer.word_index
    network = _network(folder() / "lstm_model_0.1.2.h5")
    ids = np.zeros((len(texts), LENGTH), dtype=np.int64)
    for row, text in enumerate(texts):
        words = [index.get(word, WORDS) for word in _NO_WORD.sub(" ", text.lower()).split(" ") if word]
        known = [number for number in words if number < WORDS][-LENGTH:]
        if known:
            ids[row, -len(known) :] = known
    with torch.no_grad():
        parts = [network(torch.from_numpy(ids[at : at + batch])).numpy() for at in range(0, len(ids), batch)]
    return np.concatenate(parts).astype(np.float32)


def _network(path: Path) -> Any:  # noqa: ANN401 (torch has no types here)
    """The LSTM with the weights of Keras's file; gates stand in the same order in both (i, f, g, o)."""
    import h5py  # noqa: PLC0415 (training only)
    import torch  # noqa: PLC0415 (seconds to import)

    arrays: dict[str, NDArray[np.float32]] = {}
    with h5py.File(path) as stored:
        stored["model_weights"].visititems(
            lambda name, item: arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
        )

    def find(*parts: str) -> Any:  # noqa: ANN401
        (name,) = [name for name in arrays if all(part in name for part in parts)]
        return torch.from_numpy(arrays[name])

    embedding = torch.nn.Embedding.from_pretrained(find("embedding", "embeddings"))
    units = find("forward", "recurrent_kernel").shape[0]
    lstm = torch.nn.LSTM(embedding.embedding_dim, units, batch_first=True, bidirectional=True)
    dense = sorted({name.split("/")[0] for name in arrays if name.startswith("dense")})
    state = {}
    for suffix, direction in (("", "forward"), ("_reverse", "backward")):
        state[f"weight_ih_l0{suffix}"] = find(direction, "/kernel").T
        state[f"weight_hh_l0{suffix}"] = find(direction, "recurrent_kernel").T
        state[f"bias_ih_l0{suffix}"] = find(direction, "bias")
        state[f"bias_hh_l0{suffix}"] = torch.zeros(4 * units)
    lstm.load_state_dict(state)
    hidden, last = ((find(f"{name}/", "kernel"), find(f"{name}/", "bias")) for name in dense)

    def run(ids: Any) -> Any:  # noqa: ANN401
        pooled = lstm(embedding(ids))[0].amax(dim=1)
        return torch.sigmoid(torch.relu(pooled @ hidden[0] + hidden[1]) @ last[0] + last[1])

    return run
