"""The project's template.yaml as plain data, for tests that hold it against what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms, `!Ref x`, as `{"Ref": "x"}`."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def load(template: Path = TEMPLATE) -> dict[str, Any]:
    """The whole template."""
    content: dict[str, Any] = yaml.load(template.read_text(), _Loader)  # noqa: S506
    return content


def table_definition(name: str) -> dict[str, Any]:
    """What CreateTable needs to make the template's table under this name."""
    (table,) = (r for r in load()["Resources"].values() if r["Type"] == "AWS::DynamoDB::Table")
    properties = table["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {"TableName": name, **{key: properties[key] for key in wanted}}
