"""The model as the functions run it: tokenizer, windows, ONNX session, the linear model beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from toxicity.about_others import about_others
from toxicity.errors import ModelError, TextTooLongError
from toxicity.evasion import plain
from toxicity.linear import Linear
from toxicity.manifest import BUNDLED, LINEAR_FILE, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, Manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from toxicity.explanation import Contribution


# Ten times what a comment may have. Work grows with the length, so a bound must stand somewhere, and a text
# beyond it is refused rather than scored in part: a part would let the rest hide.
MAX_CHARACTERS = 200_000
# Log-odds beyond this differ by less than rounding does, and nothing is certain.
MAX_LOGIT = 12.0
# A blend may go beyond, but not to where a double overflows.
_MAX_EXPONENT = 500.0

# AWS gives a function one full CPU for each 1,769 MB of its memory.
_LAMBDA_MB_PER_CPU = 1769


class Reading(NamedTuple):
    """One window of a text, or of the text with its disguises undone.

    Attributes:
        tokens: the tokens' ids, special ones included.
        text: what the window covers.
        start: where that begins, in characters of the text as it came; None for a text with disguises undone.
    """

    tokens: tuple[int, ...]
    text: str
    start: int | None


class Scorer:
    """Scores texts; safe to share between threads, and a text's scores depend on that text alone."""

    def __init__(
        self,
        manifest: Manifest,
        tokenizer: Tokenizer,
        session: onnxruntime.InferenceSession,
        linear: Linear | None = None,
    ) -> None:
        self._manifest = manifest
        self._tokenizer = tokenizer
        self._session = session
        self._linear = linear
        self._blend = np.array([[one.encoder, one.linear, one.bias] for one in manifest.blend]).T

    @classmethod
    def load(cls, directory: str | Path | None = None) -> Scorer:
        """Loads and checks the model.

        Args:
            directory: the model's folder; by default the environment's TOXICITY_MODEL_DIR, or else what its
                TOXICITY_MODEL_URI names in S3 (see `remote`), or else the folder `model` of this package.

        Raises:
            ModelError: a file is missing, damaged, or not the one that the manifest names.
        """
        chosen = directory or os.environ.get("TOXICITY_MODEL_DIR") or _from_s3() or BUNDLED
        manifest = Manifest.read(Path(chosen))
        return cls(manifest, _tokenizer(manifest), _session(manifest), _linear(manifest))

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
        """One dict a text: label to calibrated probability, 0 to 1.

        A text is read as it stands and, where that makes a difference, with its disguises undone; if it is
        longer than one window, in overlapping windows. It has the highest probability of any of these
        readings, label by label; of a reading, the lower one of its own and of the same about others.

        Raises:
            TextTooLongError: a text has more than MAX_CHARACTERS characters.
            ModelError: the model failed, or gave something that is no probability.
        """
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> dict[str, float]:
        highest = self.log_odds(self.readings(text)).max(axis=0)
        return dict(zip(self.labels, map(float, sigmoid(highest)), strict=True))

    def readings(self, text: str) -> list[Reading]:
        """The text's windows, then those of the text with disguises undone; what repeats is left out.

        Raises:
            TextTooLongError: the text has more than MAX_CHARACTERS characters.
        """
        if len(text) > MAX_CHARACTERS:
            raise TextTooLongError(f"the text has {len(text)} characters, more than {MAX_CHARACTERS}")
        text = well_formed(text)
        found = self._windows(text, is_raw=True)
        undone = plain(text)
        if undone != text:
            found += self._windows(undone, is_raw=False)
        # A flood of one sign costs one window. What the tokenizer sees through the linear model may not.
        distinct: dict[object, Reading] = {}
        for reading in found:
            distinct.setdefault((reading.tokens, reading.text if self._linear else ""), reading)
        return list(distinct.values())

    def first_reading(self, text: str) -> Reading:
        """The text's first window, as it stands."""
        encoding = self._tokenizer.encode(text)
        return Reading(tuple(encoding.ids), text, 0)

    def about_others(self, reading: Reading) -> list[Reading]:
        """The same about another group, and about people with common names; none where it names neither."""
        text = about_others(reading.text, self._is_known)
        return self._windows(text, is_raw=False) if text != reading.text else []

    def explain(self, text: str) -> dict[str, list[Contribution]]:
        """For each label the words that raised its score, strongest first: see `explanation.explain`."""
        from toxicity.explanation import explain  # noqa: PLC0415 (needs this module; no score needs it)

        return explain(self, text)

    def log_odds(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        """Calibrated log-odds, [readings, labels]: a reading's, or those of the same about others if lower.

        Raises:
            ModelError: the model failed, or gave something that is no probability.
        """
        found = self._blended(readings)
        for row, reading in zip(found, readings, strict=True):
            if others := self.about_others(reading):
                np.minimum(row, self._blended(others).max(axis=0), out=row)
        return found

    def _blended(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        encoder = self.encoder_probabilities([reading.tokens for reading in readings])
        by_encoder, by_linear, bias = self._blend
        blended: NDArray[np.float64] = by_encoder * logit(encoder) + bias
        if self._linear:
            blended += by_linear * self._linear.logits([reading.text for reading in readings])
        if not np.isfinite(blended).all():
            raise ModelError("the model gave no usable scores")
        return blended

    def encoder_probabilities(self, rows: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
        """What the encoder alone makes of token ids, [rows, labels]: Detoxify's own scores, but for int8.

        Raises:
            ModelError: the model failed.
        """
        # Each row runs by itself, unpadded. The int8 model takes its activation scales from the whole
        # batch, so that in a shared batch a comment's scores would depend on its neighbours.
        outputs: dict[tuple[int, ...], NDArray[np.float32]] = {}
        try:
            for row in rows:
                if row not in outputs:
                    outputs[row] = self._session.run(None, {"input_ids": np.array([row], np.int64)})[0]
        except Exception as exc:  # onnxruntime's own classes share no other base
            raise ModelError(f"the model failed: {type(exc).__name__}") from exc
        scores: NDArray[np.float64] = np.concatenate([outputs[row] for row in rows]).astype(np.float64)
        if scores.shape != (len(rows), len(self.labels)) or not np.isfinite(scores).all():
            raise ModelError("the model gave no usable scores")
        return scores

    def _is_known(self, word: str) -> bool:
        # Most words of most models are found at once; what a tokenizer makes of others, only it knows.
        if self._tokenizer.token_to_id(word.lower()) is not None:
            return True
        return len(self._tokenizer.encode(word, add_special_tokens=False).ids) == 1

    def _windows(self, text: str, *, is_raw: bool) -> list[Reading]:
        encoding = self._tokenizer.encode(text)
        parts = [encoding, *encoding.overflowing]
        if len(parts) == 1:
            return [Reading(tuple(encoding.ids), text, 0 if is_raw else None)]
        readings = []
        for part in parts:
            spans = [
                span
                for span, special in zip(part.offsets, part.special_tokens_mask, strict=True)
                if not special
            ]
            start, end = spans[0][0], spans[-1][1]
            readings.append(Reading(tuple(part.ids), text[start:end], start if is_raw else None))
        return readings


def logit(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds, within MAX_LOGIT; a probability beyond 0 and 1 by rounding counts as 0 or 1."""
    least = 1 / (1 + np.exp(MAX_LOGIT))
    clipped = probabilities.clip(least, 1 - least)
    odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


def sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities."""
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-log_odds.clip(-_MAX_EXPONENT, _MAX_EXPONENT)))
    return probabilities


def _from_s3() -> Path | None:
    """The folder of the model that the environment names in S3, fetched if need be; None without one."""
    if "TOXICITY_MODEL_URI" not in os.environ:
        return None
    from toxicity import remote  # noqa: PLC0415 (imports much that no cold start should pay for without need)

    return remote.named_by(os.environ)


def well_formed(text: str) -> str:
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
    # By its path, so that the weights beside it are mapped and nothing is held twice.
    path = manifest.path(MODEL_FILE)
    if WEIGHTS_FILE in manifest.checksums:
        manifest.path(WEIGHTS_FILE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    options.inter_op_num_threads = 1
    # The exporter stored the graph as optimised; doing it again would only lengthen a cold start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Buffers kept for the next run would stay as large as the longest text made them, and save no time.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime's own classes share no other base
        raise ModelError(f"{MODEL_FILE} does not load: {type(exc).__name__}") from exc


def _linear(manifest: Manifest) -> Linear | None:
    """The linear model, for the models that have one."""
    if LINEAR_FILE not in manifest.checksums:
        return None
    try:
        linear = Linear.from_bytes(manifest.file(LINEAR_FILE))
    except ValueError as exc:
        raise ModelError(f"{LINEAR_FILE} does not load: {exc}") from exc
    if linear.logits([""]).shape[1] != len(manifest.labels):
        raise ModelError(f"{LINEAR_FILE} does not load: it is for another number of labels")
    return linear


def _threads() -> int:
    """As many threads as Lambda gives the function whole CPUs; one elsewhere."""
    memory = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    return max(1, int(memory) // _LAMBDA_MB_PER_CPU) if memory.isdecimal() else 1
