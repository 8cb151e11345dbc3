"""Loads a Detoxify checkpoint with Detoxify's own loader, once its checksum is known to be right."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.checksums import require


@dataclass(frozen=True)
class Source:
    """A checkpoint to export.

    Attributes:
        name: what the model is called, in its version.
        checkpoint: the file.
        sha256: its expected checksum, or the checksum's beginning of 8 hex digits or more.
        config: folder with the Hugging Face config and tokenizer; None when the checkpoint's own
            `model_type` names one on a hub that can be reached.
    """

    name: str
    checkpoint: Path
    sha256: str
    config: Path | None


def load(source: Source) -> Any:  # noqa: ANN401 (Detoxify has no types)
    """The Detoxify object; ChecksumError, before anything is unpickled, if the file is another one."""
    # Detoxify unpickles whatever it is given, and a pickle can run code.
    require(source.checkpoint, source.sha256)
    if source.config is None:
        return _detoxify(source.checkpoint, None)
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Detoxify resolves the checkpoint's own `model_type` even when it is given a config folder. That may be a
    # hub's name, or a folder relative to who knows where: make it the given folder.
    import torch  # noqa: PLC0415 (seconds to import, and HF_HUB_OFFLINE must stand before)

    content = torch.load(source.checkpoint, map_location="cpu", weights_only=True)
    content["config"]["arch"]["args"]["model_type"] = str(source.config.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        resolvable = Path(scratch) / source.checkpoint.name
        torch.save(content, resolvable)
        return _detoxify(resolvable, source.config.resolve())


def published(name: str, downloads: Path) -> Source:
    """One of Detoxify's published models, downloaded unless it lies in `downloads` already.

    The file names of Detoxify's releases end in the first 8 digits of the checksum.
    """
    import torch  # noqa: PLC0415 (seconds to import)
    from detoxify.detoxify import MODEL_URLS  # noqa: PLC0415

    if name not in MODEL_URLS:
        raise ValueError(f"Detoxify publishes no model {name!r}; it has {', '.join(sorted(MODEL_URLS))}")
    url: str = MODEL_URLS[name]
    target = downloads / url.rsplit("/", 1)[1]
    prefix = target.stem.rsplit("-", 1)[1]
    if not target.exists():
        downloads.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(target), hash_prefix=prefix)
    return Source(name=f"detoxify-{name}", checkpoint=target, sha256=prefix, config=None)


def _detoxify(checkpoint: Path, config: Path | None) -> Any:  # noqa: ANN401 (Detoxify has no types)
    from detoxify import Detoxify  # noqa: PLC0415 (seconds to import)

    return Detoxify(checkpoint=str(checkpoint), huggingface_config_path=config and str(config))
