"""Makes the bundled model's weights file from the checkpoint; `make` calls it before it builds anything.

The file is 23 MB that follow from the checkpoint, so it is not in the repository. The result must be what the
manifest names to the byte. Neither torch nor Detoxify is needed: weights, graph and quantisation are the same
as in `export.build`, and tests compare the two.
"""

import json
import logging
import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from export import checkpoint_folder, convert, delta, graph, pruning, torch_file
from export.build import MANIFEST_FILE, MODEL_DIR, checksums, origin
from export.checksums import ChecksumError, require, sha256
from export.source import SourceError
from toxicity.manifest import MODEL_FILE, WEIGHTS_FILE


def make(model: Path = MODEL_DIR) -> None:
    """Writes the weights file that the folder's manifest names, unless it is there.

    Raises:
        SourceError: the model there is not the bundled checkpoint's, so only who exported it has its weights.
        ChecksumError: the checkpoint is not the pinned one, or gives another file than the manifest names.
    """
    manifest = json.loads((model / MANIFEST_FILE).read_text("utf-8"))
    expected = checksums(manifest).get(WEIGHTS_FILE)
    target = model / WEIGHTS_FILE
    if expected is None or (target.exists() and sha256(target) == expected):
        return
    source = checkpoint_folder.read(checkpoint_folder.BUNDLED)
    if manifest["source"] != origin(source):
        raise SourceError(f"{manifest['model']} lacks {WEIGHTS_FILE}: export it again with `make model`")
    with tempfile.TemporaryDirectory() as scratch:
        single, int8 = Path(scratch) / "single.onnx", Path(scratch) / "int8.onnx"
        weights = delta.applied(torch_file.read(source.checkpoint), source.deltas)
        config = _config()
        saliency = pruning.read(source.saliency, config) if source.saliency else None
        single.write_bytes(graph.encoder(config, weights, saliency).SerializeToString(deterministic=True))
        convert.quantise(single, int8)
        made = Path(scratch) / WEIGHTS_FILE
        convert.optimise(int8, Path(scratch) / MODEL_FILE, made)
        require(made, expected)
        shutil.move(made, target)


def _config() -> SimpleNamespace:
    path = checkpoint_folder.BUNDLED / checkpoint_folder.CONFIG / "config.json"
    config = json.loads(path.read_text("utf-8"))
    return SimpleNamespace(**config, num_labels=len(config["id2label"]))


def main() -> int:
    """Makes the file; the exit status is 1 when it cannot be made."""
    logging.disable(logging.WARNING)  # the quantiser's remarks on a graph that the parity tests judge
    try:
        make()
    except (SourceError, ChecksumError, OSError) as exc:
        sys.stderr.write(f"weights: {exc}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
