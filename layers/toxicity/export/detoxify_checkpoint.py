"""Loads a Detoxify checkpoint with Detoxify's own loader, once its checksum is known to be right."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from export.checksums import require


class SourceError(Exception):
    """There is no such checkpoint, or something that belongs to it is missing."""


class UnreachableError(Exception):
    """A published model, or its tokenizer, could not be downloaded."""


@dataclass(frozen=True)
class Source:
    """A checkpoint to export.

    Attributes:
        name: what the model is called, in its version.
        checkpoint: the file.
        sha256: its expected checksum, or the checksum's beginning of 8 hex digits or more.
        config: folder with the Hugging Face config and tokenizer; None when the checkpoint's own
            `model_type` names one on a hub that can be reached.
        linear: a linear model that scores beside it; None without one.
    """

    name: str
    checkpoint: Path
    sha256: str
    config: Path | None
    linear: Path | None = None


def load(source: Source) -> Any:  # noqa: ANN401 (Detoxify has no types)
    """The Detoxify object.

    Raises:
        ChecksumError: the file is another one; nothing was unpickled.
        UnreachableError: the checkpoint's config and tokenizer are on a hub that cannot be reached.
    """
    # Detoxify unpickles whatever it is given, and a pickle can run code.
    require(source.checkpoint, source.sha256)
    if source.config is None:
        try:
            return _detoxify(source.checkpoint, None)
        except (OSError, RuntimeError) as exc:  # what transformers and its hub make of a missing network
            raise UnreachableError(_unreachable(source.name, "its tokenizer", "huggingface.co")) from exc
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


def published_names() -> list[str]:
    """What Detoxify publishes."""
    from detoxify.detoxify import MODEL_URLS  # noqa: PLC0415 (seconds to import)

    return sorted(MODEL_URLS)


def published(name: str, downloads: Path | None = None) -> Source:
    """One of Detoxify's published models, downloaded from its address unless it is there already.

    The file names of Detoxify's releases end in the first 8 digits of the checksum.

    Args:
        name: as Detoxify names it.
        downloads: folder for the file; by default the one in which Detoxify looks itself.

    Raises:
        SourceError: Detoxify publishes no such model.
        UnreachableError: it cannot be downloaded.
    """
    import torch  # noqa: PLC0415 (seconds to import)
    from detoxify.detoxify import MODEL_URLS  # noqa: PLC0415

    if name not in MODEL_URLS:
        raise SourceError(f"Detoxify publishes no model {name!r}; it has {', '.join(sorted(MODEL_URLS))}")
    url: str = MODEL_URLS[name]
    target = (downloads or Path(torch.hub.get_dir()) / "checkpoints") / url.rsplit("/", 1)[1]
    prefix = target.stem.rsplit("-", 1)[1]
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(url, str(target), hash_prefix=prefix)
        except (OSError, RuntimeError) as exc:  # no network; a download that is not what it should be
            host = urlsplit(url).hostname or url
            put_it = f" put the file at {target},"
            raise UnreachableError(_unreachable(name, target.name, host, or_else=put_it)) from exc
    return Source(name=f"detoxify-{name}", checkpoint=target, sha256=prefix, config=None)


def _detoxify(checkpoint: Path, config: Path | None) -> Any:  # noqa: ANN401 (Detoxify has no types)
    import transformers  # noqa: PLC0415 (seconds to import)
    from detoxify import Detoxify  # noqa: PLC0415

    transformers.utils.logging.disable_progress_bar()  # of reading weights, over in a moment
    return Detoxify(checkpoint=str(checkpoint), huggingface_config_path=config and str(config))


def _unreachable(name: str, what: str, host: str, *, or_else: str = "") -> str:
    return (
        f"{name} needs the network: {what} cannot be downloaded from {host}. Run this where {host} can be "
        f"reached,{or_else} or export a folder that holds everything: make model MODEL=FOLDER"
    )
