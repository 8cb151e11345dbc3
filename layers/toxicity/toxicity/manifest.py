"""Reads a model's manifest and hands out its files only when their checksums hold."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from toxicity.errors import ModelError

FORMAT = 2
BUNDLED = Path(__file__).parent / "model"
MODEL_FILE = "model.onnx"
# What the graph leaves out, to be mapped into memory; a model may also be whole.
WEIGHTS_FILE = "model.onnx.data"
TOKENIZER_FILE = "tokenizer.json"
LINEAR_FILE = "linear.bin"


class Blend(NamedTuple):
    """How one label's score follows from its two models: the log-odds' weights and what is added to them."""

    encoder: float
    linear: float
    bias: float


class Manifest(NamedTuple):
    """What the exporter wrote down about the model.

    Attributes:
        directory: where the files lie.
        model: short version of the model, stored with every decision that it led to.
        labels: the scores' names, in the order of the model's output.
        thresholds: label to `{"review_at": p, "reject_at": p}`, the defaults of a site's policy.
        window_tokens: longest stretch that is scored at once, special tokens included.
        window_overlap: tokens that neighbouring windows share.
        blend: for each label, in their order, the weights that make calibrated probabilities of the
            models' outputs.
        checksums: file name to SHA-256 in hex.
    """

    directory: Path
    model: str
    labels: tuple[str, ...]
    thresholds: dict[str, dict[str, float]]
    window_tokens: int
    window_overlap: int
    blend: tuple[Blend, ...]
    checksums: dict[str, str]

    @classmethod
    def read(cls, directory: Path) -> "Manifest":
        """Reads `manifest.json` in `directory`; ModelError when it is missing or does not make sense."""
        path = directory / "manifest.json"
        try:
            return cls._from_json(directory, json.loads(path.read_text("utf-8")))
        except OSError as exc:
            raise ModelError(f"cannot read {path}: {exc.strerror}") from exc
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ModelError(f"{path} is not a model manifest: {exc!r}") from exc

    @classmethod
    def _from_json(cls, directory: Path, raw: dict[str, Any]) -> "Manifest":
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']!r}, this scorer reads {FORMAT}")
        labels = tuple(str(label) for label in raw["labels"])
        thresholds = {
            label: {name: float(raw["thresholds"][label][name]) for name in ("review_at", "reject_at")}
            for label in labels
        }
        window = raw["window"]
        manifest = cls(
            directory=directory,
            model=str(raw["model"]),
            labels=labels,
            thresholds=thresholds,
            window_tokens=int(window["tokens"]),
            window_overlap=int(window["overlap"]),
            blend=tuple(
                Blend(**{name: float(raw["blend"][label][name]) for name in ("encoder", "linear", "bias")})
                for label in labels
            ),
            checksums={str(name): str(entry["sha256"]) for name, entry in raw["files"].items()},
        )
        if not labels or not 0 <= manifest.window_overlap < manifest.window_tokens // 2:
            raise ValueError("no labels, or a window that does not fit")
        weights = [weight for one in manifest.blend for weight in (one.encoder, one.linear, one.bias)]
        if not all(map(math.isfinite, weights)):
            raise ValueError("a blend that is no number")
        if LINEAR_FILE not in manifest.checksums and any(one.linear for one in manifest.blend):
            raise ValueError(f"a blend with {LINEAR_FILE}, which is not among the files")
        return manifest

    def file(self, name: str) -> bytes:
        """The content of a model file; ModelError when it is missing or its checksum differs."""
        path = self.directory / name
        try:
            content = path.read_bytes()
        except OSError as exc:
            raise ModelError(f"cannot read {path}: {exc.strerror}") from exc
        self._require(name, hashlib.sha256(content).hexdigest())
        return content

    def path(self, name: str) -> Path:
        """Where a model file lies, which is not taken into memory; ModelError as for `file`."""
        path = self.directory / name
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as exc:
            raise ModelError(f"cannot read {path}: {exc.strerror}") from exc
        self._require(name, digest)
        return path

    def _require(self, name: str, digest: str) -> None:
        if digest != self.checksums.get(name):
            path = self.directory / name
            raise ModelError(f"{path} is not the file that the manifest names: checksum differs")
