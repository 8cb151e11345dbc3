"""What the model in use says of itself, for those who do not score: only its manifest is read."""

from collections.abc import Mapping
from pathlib import Path

from toxicity import remote
from toxicity.manifest import BUNDLED, Manifest


def manifest(env: Mapping[str, str]) -> Manifest:
    """The manifest of the model that `Scorer.load` would load in this environment.

    Raises:
        ModelError: it is missing, damaged, or not the expected one.
    """
    return Manifest.read(Path(env.get("TOXICITY_MODEL_DIR") or remote.manifest_named_by(env) or BUNDLED))
