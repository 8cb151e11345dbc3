"""Writes the OpenAPI document from the code of the API's functions; `--check` tells whether it is current."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "functions/web/static/openapi.json"
FUNCTIONS = ("pages", "comments", "moderation", "insights")
PUBLIC_TAG = "public"
# The handlers build what they depend on when they are imported; nothing of it is used here.
ENVIRONMENT = {
    "TABLE_NAME": "unused",
    "SITE_SALT": "unused",
    "MODERATORS_GROUP": "unused",
    "GROUPS_CLAIM": "unused",
    "SCORER_TIMEOUT_MS": "1000",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "unused",
    "POWERTOOLS_SERVICE_NAME": "unused",
}


def _schema_of(function: str) -> dict[str, Any]:
    path = ROOT / "functions" / function / "app.py"
    spec = importlib.util.spec_from_file_location(f"{function}_app", path)
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    sys.path.insert(0, str(path.parent))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    schema: dict[str, Any] = json.loads(
        module.app.get_openapi_json_schema(title="Parley", version="1", description="Comments, moderated.")
    )
    return schema


def document() -> dict[str, Any]:
    """The document of the whole API: the functions' own, put together."""
    os.environ |= ENVIRONMENT
    sys.path[:0] = [str(ROOT / "layers/core"), str(ROOT / "layers/toxicity")]
    merged: dict[str, Any] = {}
    for function in FUNCTIONS:
        schema = _schema_of(function)
        merged.setdefault("openapi", schema["openapi"])
        merged.setdefault("info", schema["info"])
        merged.setdefault("servers", schema.get("servers", [{"url": "/"}]))
        for path, operations in schema["paths"].items():
            merged.setdefault("paths", {}).setdefault(path, {}).update(operations)
        merged.setdefault("components", {}).setdefault("schemas", {}).update(schema["components"]["schemas"])
    merged["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An OIDC token"}
    }
    for operations in merged["paths"].values():
        for operation in operations.values():
            # The framework describes answers of its own that Parley replaces with problem+json.
            for status, answer in list(operation["responses"].items()):
                if "HTTPValidationError" in json.dumps(answer):
                    del operation["responses"][status]
            if PUBLIC_TAG not in operation["tags"]:
                operation["security"] = [{"token": []}]
    for name in ("HTTPValidationError", "ValidationError"):
        merged["components"]["schemas"].pop(name, None)
    return merged


def main() -> int:
    """Write or check; 0 when the document on disk is current."""
    content = json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        if DOCUMENT.exists() and DOCUMENT.read_text() == content:
            return 0
        print(f"{DOCUMENT.relative_to(ROOT)} is not what the code says: run `make openapi` and commit it")
        return 1
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
