"""The model as the functions run it: tokenizer, windows, ONNX session."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from toxicity import remote
from toxicity.errors import ModelError, TextTooLongError
from toxicity.manifest import Manifest

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
BUNDLED = Path(__file__).parent / "model"

# Ten times what a comment may have. Work grows with the length, so a bound must stand somewhere, and a text
# beyond it is refused rather than scored in part: a part would let the rest hide.
MAX_CHARACTERS = 200_000

# AWS gives a function one full CPU for each 1,769 MB of its memory.
_LAMBDA_MB_PER_CPU = 1769


class Scorer:
    """Scores texts; safe to share between threads, and a text's scores depend on that text alone."""

    def __init__(
        self, manifest: Manifest, tokenizer: Tokenizer, session: onnxruntime.InferenceSession
    ) -> None:
        self._manifest = manifest
        self._tokenizer = tokenizer
        self._session = session

    @classmethod
    def load(cls, directory: str | Path | None = None) -> "Scorer":
        """Loads and checks the model.

        Args:
            directory: the model's folder; by default the environment's TOXICITY_MODEL_DIR, or else what its
                TOXICITY_MODEL_URI names in S3 (see `remote`), or else the folder `model` of this package.

        Raises:
            ModelError: a file is missing, damaged, or not the one that the manifest names.
        """
        chosen = directory or os.environ.get("TOXICITY_MODEL_DIR") or remote.named_by(os.environ) or BUNDLED
        manifest = Manifest.read(Path(chosen))
        return cls(manifest, _tokenizer(manifest), _session(manifest))

    @property
    def labels(self) -> tuple[str, ...]:
        """The scores' names, in the order in which Detoxify gives them."""
        return self._manifest.labels

    @property
    def model(self) -> str:
        """Short version of the model, to be stored with every decision."""
        return self._manifest.model

    @property
    def thresholds(self) -> dict[str, dict[str, float]]:
        """Default `review_at` and `reject_at` for each label: a fresh copy, chosen at export."""
        return {label: dict(pair) for label, pair in self._manifest.thresholds.items()}

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One dict a text: label to probability, 0 to 1.

        A text longer than one window is scored in overlapping windows and has the highest probability of any
        of them, label by label.

        Raises:
            TextTooLongError: a text has more than MAX_CHARACTERS characters.
            ModelError: the model failed, or gave something that is no probability.
        """
        return [dict(zip(self.labels, self._score_one(text), strict=True)) for text in texts]

    def _score_one(self, text: str) -> list[float]:
        # Each window runs by itself, unpadded. The int8 model takes its activation scales from the whole
        # batch, so that in a shared batch a comment's scores would depend on its neighbours.
        windows = self._windows(text)
        try:
            outputs = [self._session.run(None, {"input_ids": window})[0] for window in windows]
        except Exception as exc:  # onnxruntime's own classes share no other base
            raise ModelError(f"the model failed: {type(exc).__name__}") from exc
        scores = np.concatenate(outputs).max(axis=0)
        if scores.shape != (len(self.labels),) or not np.isfinite(scores).all():
            raise ModelError("the model gave no usable scores")
        return [float(score) for score in scores.clip(0.0, 1.0)]

    def _windows(self, text: str) -> list[NDArray[np.int64]]:
        """The text's token ids, one row each; a window that repeats (a flood of one sign) is left out."""
        if len(text) > MAX_CHARACTERS:
            raise TextTooLongError(f"the text has {len(text)} characters, more than {MAX_CHARACTERS}")
        encoding = self._tokenizer.encode(_well_formed(text))
        rows = dict.fromkeys(tuple(part.ids) for part in (encoding, *encoding.overflowing))
        return [np.array([row], dtype=np.int64) for row in rows]


def _well_formed(text: str) -> str:
    """The text without lone surrogates, which have no UTF-8 form; a pair of them becomes its character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _tokenizer(manifest: Manifest) -> Tokenizer:
    content = manifest.file(TOKENIZER_FILE)
    try:
        tokenizer = Tokenizer.from_buffer(content)
        tokenizer.no_padding()
        tokenizer.enable_truncation(manifest.window_tokens, stride=manifest.window_overlap)
    except Exception as exc:  # all that the library raises
        raise ModelError(f"{TOKENIZER_FILE} does not load: {exc}") from exc
    # "[SEP]" written in a comment is text. As a special token it would be a way to steer the model.
    tokenizer.encode_special_tokens = True
    return tokenizer


def _session(manifest: Manifest) -> onnxruntime.InferenceSession:
    content = manifest.file(MODEL_FILE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    options.inter_op_num_threads = 1
    # The exporter stored the graph as optimised; doing it again would only lengthen a cold start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime's own classes share no other base
        raise ModelError(f"{MODEL_FILE} does not load: {type(exc).__name__}") from exc


def _threads() -> int:
    """As many threads as Lambda gives the function whole CPUs; one elsewhere."""
    memory = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    return max(1, int(memory) // _LAMBDA_MB_PER_CPU) if memory.isdecimal() else 1
