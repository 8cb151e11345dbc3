"""Makes a checkpoint fit to be committed, with all that belongs to it, and whole again.

python -m export.pack half SOURCE TARGET     the same at half precision
python -m export.pack delta SOURCE TARGET    SOURCE as what it changed in TARGET, one delta more

Both are folders as `make model MODEL=FOLDER` takes them. At half precision the last four of a weight's ten
fractional bits are rounded away: the int8 model cannot tell, and a repository packs the file to two thirds.
`half` also makes one checkpoint of a folder with deltas, for Detoxify to load.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from export import checkpoint_folder, delta
from export.checkpoint_folder import CONFIG, deltas, next_delta
from export.checksums import SUMS_FILE, ChecksumError, read_sums, write_sums
from export.detoxify_checkpoint import content, weights
from export.source import SourceError

# Bits of a half's fraction (ten) that are rounded away.
_DROPPED_BITS = 4


def half(source: Path, target: Path) -> None:
    """Writes the checkpoint at half precision, and the other files that SHA256SUMS names, to `target`.

    Detoxify's loader widens the weights again, for the config asks it to, and computes in single precision.

    Raises:
        SourceError, ChecksumError: see `checkpoint_folder.read`; nothing was unpickled.
    """
    import torch  # noqa: PLC0415 (seconds to import)

    found = checkpoint_folder.read(source)
    whole = content(found)
    whole["state_dict"] = {
        name: _rounded(tensor) if tensor.is_floating_point() else tensor
        for name, tensor in whole["state_dict"].items()
    }
    names = sorted({found.checkpoint.name, *read_sums(source)} - {path.name for path in found.deltas})
    _copy(source, target, [name for name in names if name != found.checkpoint.name])
    _remove_stale(target, names)
    torch.save(whole, target / found.checkpoint.name)
    _ask_for_single_precision(target / CONFIG / "config.json")
    write_sums(target, names)


def difference(source: Path, target: Path) -> None:
    """Writes to `target`, a folder with an older checkpoint, what makes it the checkpoint of `source`.

    The older checkpoint's own file and deltas stay; everything else becomes that of `source`.

    Raises:
        SourceError: something is missing, or the two are of different architectures.
        ChecksumError: see `checkpoint_folder.read`.
    """
    old, new = checkpoint_folder.read(target), checkpoint_folder.read(source)
    delta.write(weights(content(old)), weights(content(new)), next_delta(target))
    own = {path.name for path in (new.checkpoint, *new.deltas)}
    others = [name for name in read_sums(source) if name not in own]
    names = [old.checkpoint.name, *(path.name for path in deltas(target)), *others]
    _copy(source, target, others)
    _remove_stale(target, names)
    _ask_for_single_precision(target / CONFIG / "config.json")
    write_sums(target, names)


def _remove_stale(folder: Path, names: list[str]) -> None:
    """Removes what belonged to the checkpoint before and to none of these files."""
    for name in set(_pinned(folder)) - set(names):
        (folder / name).unlink(missing_ok=True)


def _copy(source: Path, target: Path, names: list[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _rounded(tensor: Any) -> Any:  # noqa: ANN401 (tensors; torch has no types here)
    """Weights at half precision, to the nearest that has its last bits empty; halves away from zero."""
    import torch  # noqa: PLC0415 (seconds to import)

    unit = 1 << _DROPPED_BITS
    # A half's bits, read as a number, grow with its size, so rounding carries into the exponent as it should.
    bits = (tensor.half().view(torch.int16) + unit // 2) & -unit
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
    forms = {"half": half, "delta": difference}
    parser.add_argument("form", choices=sorted(forms))
    parser.add_argument("source", type=Path, help="folder with the checkpoint to pack")
    parser.add_argument("target", type=Path, help="folder to write to, such as layers/toxicity/checkpoint")
    args = parser.parse_args()
    try:
        forms[args.form](args.source, args.target)
    except (SourceError, ChecksumError, OSError) as exc:
        sys.stderr.write(f"pack: {exc}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
