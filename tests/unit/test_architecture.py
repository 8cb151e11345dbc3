import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "layers/core/parley"
TOXICITY = ROOT / "layers/toxicity/toxicity"
# Modules that may know AWS, the framework or the environment; all others are pure.
AT_THE_EDGE = {
    "store",
    "http",
    "telemetry",
    "schemas",
    "schemas_explanation",
    "schemas_moderation",
    "schemas_people",
    "schemas_policy",
    "schemas_queue",
}
PURE_IMPORTS = {"parley"} | {
    "base64",
    "binascii",
    "collections",
    "concurrent",
    "csv",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "io",
    "itertools",
    "json",
    "math",
    "re",
    "typing",
    "unicodedata",
    "__future__",
}
MODULES = sorted(CORE.rglob("*.py"))


def name_of(path: Path) -> str:
    """The module or package right below `parley`."""
    return path.relative_to(CORE).parts[0].removesuffix(".py")


PURE_MODULES = [module for module in MODULES if name_of(module) not in AT_THE_EDGE]


def imported_by(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported_by(path)}


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_domain_imports_nothing_of_the_world(path: Path) -> None:
    assert tops(path) <= PURE_IMPORTS | {"mypy_boto3_dynamodb"}


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_domain_has_neither_a_clock_nor_an_environment(path: Path) -> None:
    attributes = {
        ast.unparse(n) for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)
    }

    assert not attributes & {"datetime.now", "datetime.utcnow", "time.time", "os.environ"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_knows_no_handler_and_no_model(path: Path) -> None:
    assert not tops(path) & {"toxicity", "functions", "app"}


def test_only_the_store_speaks_dynamodb() -> None:
    assert {name_of(m) for m in MODULES if tops(m) & {"boto3", "botocore"}} == {"store"}


def test_the_model_knows_nothing_of_comments() -> None:
    assert not any(tops(module) & {"parley"} for module in TOXICITY.rglob("*.py"))


def test_no_module_outgrows_one_sitting() -> None:
    sources = [
        *MODULES,
        *TOXICITY.rglob("*.py"),
        *ROOT.glob("functions/**/*.py"),
        *ROOT.glob("local/*.py"),
    ]

    assert [p.name for p in sources if len(p.read_text().splitlines()) > 400] == []


def test_labels_of_the_model_are_named_nowhere_else() -> None:
    labels = {"severe_toxicity", "identity_attack", "obscene"}
    sources = [*MODULES, *ROOT.glob("functions/**/*.py")]

    assert [p.name for p in sources if any(label in p.read_text() for label in labels)] == []
