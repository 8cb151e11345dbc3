"""Loads a Detoxify checkpoint with Detoxify's own loader, once its checksum is known to be right."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from export import delta
from export.checksums import require
from export.source import Source, SourceError, UnreachableError


def load(source: Source) -> Any:  # noqa: ANN401 (Detoxify has no types)
    """The Detoxify object.

    Raises:
        ChecksumError: the file is another one; nothing was unpickled.
        UnreachableError: the checkpoint's config and tokenizer are on a hub that cannot be reached.
    """
    if source.config is None:
        # Detoxify unpickles whatever it is given, and a pickle can run code.
        require(source.checkpoint, source.sha256)
        try:
            return _detoxify(source.checkpoint, None)
        except (OSError, RuntimeError) as exc:  # what transformers and its hub make of a missing network
            raise UnreachableError(_unreachable(source.name, "its tokenizer", "huggingface.co")) from exc
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Detoxify resolves the checkpoint's own `model_type` even when it is given a config folder. That may be a
    # hub's name, or a folder relative to who knows where: make it the given folder.
    import torch  # noqa: PLC0415 (seconds to import, and HF_HUB_OFFLINE must stand before)

    whole = content(source)
    whole["config"]["arch"]["args"]["model_type"] = str(source.config.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        resolvable = Path(scratch) / source.checkpoint.name
        torch.save(whole, resolvable)
        return _detoxify(resolvable, source.config.resolve())


def content(source: Source) -> dict[str, Any]:
    """What is in the checkpoint, with its deltas applied.

    Raises:
        ChecksumError: the file is another one; nothing was unpickled.
        SourceError: a delta is none of this checkpoint.
    """
    import torch  # noqa: PLC0415 (seconds to import)

    require(source.checkpoint, source.sha256)
    whole: dict[str, Any] = torch.load(source.checkpoint, map_location="cpu", weights_only=True)
    if source.deltas:
        changed = delta.applied(weights(whole), source.deltas)
        whole["state_dict"] |= {name: torch.from_numpy(array) for name, array in changed.items()}
    return whole


def weights(whole: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """The floating-point weights in a checkpoint's content, in single precision."""
    state = whole["state_dict"].items()
    return {name: tensor.float().numpy() for name, tensor in state if tensor.is_floating_point()}


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
