"""Makes the bundled checkpoint: the given one at half precision, with its config and tokenizer.

python -m export.halve FOLDER    FOLDER holds minilm_toxic.ckpt, hf/ and LICENSE-base-encoder.txt
"""

import argparse
import shutil
from pathlib import Path

from export.checksums import require, write_sums

CHECKPOINT = "minilm_toxic.ckpt"
SOURCE_SHA256 = "6a2eaade6344069da1a51a627adcc5badcd61960e6d9e973b39222e6cfc80849"
BUNDLED = Path(__file__).parent.parent / "checkpoint"
COPIED = ["LICENSE-base-encoder.txt", "hf/config.json", "hf/tokenizer.json", "hf/tokenizer_config.json"]


def halve(source: Path, target: Path) -> None:
    """Writes the half-precision checkpoint and what belongs to it to `target`.

    Detoxify's loader widens the weights again, so that it computes in single precision as before.
    """
    import torch  # noqa: PLC0415 (seconds to import)

    require(source / CHECKPOINT, SOURCE_SHA256)
    content = torch.load(source / CHECKPOINT, map_location="cpu", weights_only=True)
    state = content["state_dict"]
    content["state_dict"] = {
        name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()
    }
    (target / "hf").mkdir(parents=True, exist_ok=True)
    torch.save(content, target / CHECKPOINT)
    for name in COPIED:
        shutil.copyfile(source / name, target / name)
    write_sums(target, [CHECKPOINT, *COPIED])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    halve(parser.parse_args().folder, BUNDLED)
