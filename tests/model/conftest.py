"""The bundled checkpoint under Detoxify, and its exports; built once a run, with the network shut."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

# Read when the hub's client is imported: it would try again and again to reach what it cannot.
os.environ["HF_HUB_OFFLINE"] = "1"

import onnxruntime
import pytest
import torch

from export.__main__ import BUNDLED, CALIBRATION, export, find
from export.convert import to_onnx
from export.detoxify_checkpoint import load
from toxicity import Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Export and parity need none: whatever reaches for it fails the test."""

    def refuse(*_: object) -> None:
        raise OSError("there is no network in these tests")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="session")
def detoxify() -> Any:
    """Detoxify itself, with the bundled checkpoint."""
    torch.set_num_threads(1)
    return load(find(BUNDLED))


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an export of the bundled checkpoint writes."""
    folder = tmp_path_factory.mktemp("exported")
    export(find(BUNDLED), folder, calibration_file=CALIBRATION, data=None, say=lambda _: None)
    return folder


@pytest.fixture(scope="session")
def single(tmp_path_factory: pytest.TempPathFactory) -> onnxruntime.InferenceSession:
    """The model in single precision, before it is quantised."""
    path = tmp_path_factory.mktemp("single") / "single.onnx"
    to_onnx(load(find(BUNDLED)), path)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """The scorer with the committed files."""
    return Scorer.load()
