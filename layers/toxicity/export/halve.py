"""Makes a checkpoint fit to be committed: the same at half precision, with all that belongs to it.

python -m export.halve SOURCE TARGET    both folders as `make model MODEL=FOLDER` takes them

Of each weight's ten fractional bits the last four are rounded away: the int8 model cannot tell, and a
repository packs the file to two thirds.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from export import checkpoint_folder
from export.checksums import SUMS_FILE, ChecksumError, read_sums, write_sums
from export.detoxify_checkpoint import SourceError

# Bits of a half's fraction (ten) that are rounded away.
_DROPPED_BITS = 4


def halve(source: Path, target: Path) -> None:
    """Writes the checkpoint at half precision, and the other files that SHA256SUMS names, to `target`.

    Detoxify's loader widens the weights again, for the config asks it to, and computes in single precision.

    Raises:
        SourceError, ChecksumError: see `checkpoint_folder.read`; nothing was unpickled.
    """
    import torch  # noqa: PLC0415 (seconds to import)

    checkpoint = checkpoint_folder.read(source).checkpoint
    content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    state = content["state_dict"]
    content["state_dict"] = {
        name: _rounded(tensor) if tensor.is_floating_point() else tensor for name, tensor in state.items()
    }
    names = sorted({checkpoint.name, *read_sums(source)})
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if name != checkpoint.name:
            shutil.copyfile(source / name, target / name)
    for stale in {target / name for name in _pinned(target)} - {target / name for name in names}:
        stale.unlink(missing_ok=True)
    torch.save(content, target / checkpoint.name)
    _ask_for_single_precision(target / checkpoint_folder.CONFIG / "config.json")
    write_sums(target, names)


def _rounded(weights: Any) -> Any:  # noqa: ANN401 (tensors; torch has no types here)
    """Weights at half precision, to the nearest that has its last bits empty; halves away from zero."""
    import torch  # noqa: PLC0415 (seconds to import)

    unit = 1 << _DROPPED_BITS
    # A half's bits, read as a number, grow with its size, so rounding carries into the exponent as it should.
    bits = (weights.half().view(torch.int16) + unit // 2) & -unit
    return bits.view(torch.float16)


def _ask_for_single_precision(path: Path) -> None:
    """Makes the config name the type to compute in: without it, that is the type of the weights on disk."""
    config = json.loads(path.read_text("utf-8"))
    if config.get("dtype") != "float32":
        path.write_text(json.dumps({**config, "dtype": "float32"}, indent=2, sort_keys=True) + "\n", "utf-8")


def _pinned(folder: Path) -> list[str]:
    return list(read_sums(folder)) if (folder / SUMS_FILE).exists() else []


def main() -> int:
    """Runs the command line; the exit status is 1 when a checksum does not hold or a file is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, help="folder with the checkpoint in single precision")
    parser.add_argument("target", type=Path, help="folder to write to, such as layers/toxicity/checkpoint")
    args = parser.parse_args()
    try:
        halve(args.source, args.target)
    except (SourceError, ChecksumError, OSError) as exc:
        sys.stderr.write(f"halve: {exc}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
