"""Reads the weights of a checkpoint without torch, which is a large thing to install for that.

A checkpoint as `torch.save` writes it is a zip: a pickle of what refers to the weights, and a file for each
storage. Only what a Detoxify checkpoint of plain weights needs is unpickled; anything else is refused.
"""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from export.source import SourceError

# What reading a damaged or foreign file raises: a pickle cut off, or one of other things than a checkpoint's.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    pickle.UnpicklingError,
    EOFError,
    StopIteration,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_TYPES: Final = {
    "HalfStorage": np.dtype("<f2"),
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
}


def read(checkpoint: Path) -> dict[str, NDArray[np.float32]]:
    """The floating-point weights in a Detoxify checkpoint by name, in single precision.

    Raises:
        SourceError: the file is not one that `torch.save` wrote, or it holds something but weights.
    """
    try:
        with zipfile.ZipFile(checkpoint) as archive:
            root = next(name for name in archive.namelist() if name.endswith("/data.pkl")).removesuffix(
                "data.pkl"
            )
            with archive.open(f"{root}data.pkl") as stream:
                content = _Unpickler(stream, archive, root).load()
        state: dict[str, NDArray[Any]] = content["state_dict"]
        return {name: array.astype(np.float32) for name, array in state.items() if array.dtype.kind == "f"}
    except _DAMAGE as exc:
        raise SourceError(f"{checkpoint.name} is no checkpoint of plain weights: {exc!r}") from exc


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: Any, archive: zipfile.ZipFile, root: str) -> None:  # noqa: ANN401
        super().__init__(stream)
        self._archive, self._root = archive, root

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _array
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")

    def persistent_load(self, place: Any) -> NDArray[Any]:  # noqa: ANN401
        kind, dtype, key, _device, size = place
        if kind != "storage":
            raise pickle.UnpicklingError(f"{kind} has no place in a checkpoint")
        stored = np.frombuffer(self._archive.read(f"{self._root}data/{key}"), dtype)
        if len(stored) != size:
            raise pickle.UnpicklingError(f"storage {key} has {len(stored)} numbers instead of {size}")
        return stored


def _array(
    storage: NDArray[Any], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> NDArray[Any]:
    """A tensor's numbers; strides count numbers, not bytes."""
    array: NDArray[Any] = np.ndarray(
        shape,
        storage.dtype,
        storage,
        offset * storage.itemsize,
        [stride * storage.itemsize for stride in strides],
    )
    return array
