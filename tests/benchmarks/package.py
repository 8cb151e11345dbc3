"""What the functions weigh unzipped, with their layers, as built for AWS."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.template import load

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".aws-sam/build"
MEGABYTE = 1024 * 1024


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """The size of the largest function, after building for AWS."""
    progress("package: building for AWS")
    subprocess.run(["make", "build"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return {"package.unzipped_mb": max(unzipped_mb().values())}


def unzipped_mb(build: Path = BUILD) -> dict[str, float]:
    """Megabytes a function, its layers included; Lambda takes up to 250."""
    built = load(build / "template.yaml")["Resources"]
    return {
        name: sum(_size(build / folder) for folder in _folders(resource, built)) / MEGABYTE
        for name, resource in built.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def _folders(function: dict[str, Any], built: dict[str, Any]) -> list[str]:
    properties = function["Properties"]
    layers = [built[layer["Ref"]]["Properties"]["ContentUri"] for layer in properties.get("Layers", ())]
    return [properties["CodeUri"], *layers]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
