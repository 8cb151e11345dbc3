"""What `sam build` makes, for this machine and for AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.benchmarks.package import unzipped_mb
from tests.template import load

import deployment
from emulator import ROOT, interpreter
from export.room import MEBIBYTE, RESERVED, ROOM

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = [name for name, it in load()["Resources"].items() if it["Type"] == "AWS::Serverless::Function"]
LAYERS = [name for name, it in load()["Resources"].items() if it["Type"] == "AWS::Serverless::LayerVersion"]
# As Lambda does: the layers and the function, and besides them the standard library alone.
IMPORT = """
import importlib, json, sys
sys.path[:0] = sys.argv[1:]
module = importlib.import_module("app")
assert callable(module.handler)
print(json.dumps(sorted({m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)})))
"""


@pytest.fixture(scope="module")
def host_build() -> Path:
    deployment.build("host")
    return deployment.BUILDS["host"]


@pytest.fixture(scope="module")
def lambda_build() -> Path:
    deployment.build("lambda")
    return deployment.BUILDS["lambda"]


def folders(build: Path, function: str) -> list[Path]:
    built = load(build / "template.yaml")["Resources"]
    properties = built[function]["Properties"]
    layers = [built[layer["Ref"]]["Properties"]["ContentUri"] for layer in properties.get("Layers", ())]
    return [*(build / layer / "python" for layer in layers), build / properties["CodeUri"]]


def environment(function: str) -> dict[str, str]:
    """The function's variables in the template, with a value where only a deployment knows one."""
    template = load()
    variables: dict[str, Any] = dict(template["Globals"]["Function"]["Environment"]["Variables"])
    variables |= template["Resources"][function]["Properties"]["Environment"]["Variables"]
    defaults = {name: it.get("Default") for name, it in template["Parameters"].items()}
    values = {
        name: value if isinstance(value, str) else defaults.get(value.get("Ref")) or "https://x.example"
        for name, value in variables.items()
    }
    # Without an address the scorer takes the model in its layer.
    values["TOXICITY_MODEL_URI"] = ""
    lambda_itself = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "PATH": os.environ["PATH"],
    }
    return {**lambda_itself, **values, "POWERTOOLS_LOG_LEVEL": "INFO"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_from_the_build_alone(host_build: Path, function: str) -> None:
    paths = [str(folder) for folder in folders(host_build, function)]

    imported = subprocess.run(
        [str(interpreter()), "-I", "-S", "-B", "-c", IMPORT, *paths],
        env=environment(function),
        cwd=host_build,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert imported.returncode == 0, imported.stderr
    files = json.loads(imported.stdout.splitlines()[-1])
    assert not [file for file in files if "site-packages" in file]
    assert '"level":"ERROR"' not in imported.stdout + imported.stderr


@pytest.mark.parametrize("build", ["host_build", "lambda_build"])
def test_layers_hold_no_tests_and_no_byte_code_of_another_python(
    build: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(build)
    target = sys.implementation.cache_tag if build == "host_build" else "cpython-313"

    assert not list(folder.rglob("tests"))
    for compiled in folder.rglob("*.pyc"):
        assert f".{target}." in compiled.name
        # Unpacking changes the time of a source file; only an unchecked hash lets byte code outlive that.
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 0b01


def test_layers_for_this_machine_are_compiled(host_build: Path) -> None:
    for layer in LAYERS:
        assert list((host_build / layer).rglob("*.pyc"))


def test_functions_hold_their_own_source_only(lambda_build: Path) -> None:
    for function in FUNCTIONS:
        source = ROOT / load()["Resources"][function]["Properties"]["CodeUri"]
        expected = {
            file.relative_to(source)
            for file in source.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        built = lambda_build / function
        assert {file.relative_to(built) for file in built.rglob("*") if file.is_file()} == expected


def test_libraries_are_for_the_lambda_target(lambda_build: Path) -> None:
    libraries = [file for file in lambda_build.rglob("*.so*") if file.is_file()]

    assert libraries
    for library in libraries:
        head = library.read_bytes()[:20]
        assert head[:4] == b"\x7fELF"
        assert int.from_bytes(head[18:20], "little") == 0xB7, f"{library} is not for arm64"
        if ".cpython-" in library.name:
            assert ".cpython-313-" in library.name


def test_the_sdk_knows_the_services_in_use_and_no_others(lambda_build: Path) -> None:
    data = lambda_build / "DepsLayer/python/botocore/data"

    assert {folder.name for folder in data.iterdir() if folder.is_dir()} == {"dynamodb", "s3", "sqs"}


def test_the_largest_function_is_well_within_lambdas_limit(lambda_build: Path) -> None:
    sizes = unzipped_mb(lambda_build)

    assert set(sizes) == set(FUNCTIONS)
    # What `make model` reckons with when it lets a model into the layer.
    model = sum(
        file.stat().st_size for file in (lambda_build / "ToxicityLayer/python/toxicity/model").iterdir()
    )
    assert max(sizes.values()) * MEBIBYTE - model <= RESERVED
    assert model <= ROOM
