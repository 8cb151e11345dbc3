"""A table made from template.yaml on an emulator of its own, and handlers that run on it in this process."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.template import table_definition

from emulator import Emulator
from parley.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).resolve().parents[2]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture(scope="session")
def dynamodb(emulator: Emulator) -> DynamoDBClient:
    return boto3.client("dynamodb", **emulator.client_settings)


@pytest.fixture
def table(dynamodb: DynamoDBClient) -> str:
    """A fresh, empty table."""
    name = f"comments-{next(_numbers)}"
    dynamodb.create_table(**table_definition(name))
    return name


@pytest.fixture
def store(dynamodb: DynamoDBClient, table: str) -> Store:
    return Store(dynamodb, table, sleep=lambda _: None)


class Context:
    """What Lambda tells a handler about itself."""

    function_name = "test"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:test"
    aws_request_id = "request-1"


@pytest.fixture
def load_function(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, table: str) -> Any:
    """Imports a function's handler module as a cold start does, on the fresh table."""
    settings = {
        "TABLE_NAME": table,
        "SITE_SALT": "salt",
        "MODERATORS_GROUP": "moderators",
        "GROUPS_CLAIM": "cognito:groups",
        "SCORER_TIMEOUT_MS": "20000",
        "RESCORING_QUEUE_URL": queue_url(emulator, f"rescoring-{table}"),
        "JOBS_QUEUE_URL": queue_url(emulator, f"jobs-{table}"),
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "Parley",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def load(function: str) -> ModuleType:
        name = f"{function}_app"
        spec = importlib.util.spec_from_file_location(name, ROOT / "functions" / function / "app.py")
        # A function has its own folder on its path, as in Lambda.
        monkeypatch.syspath_prepend(ROOT / "functions" / function)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


def queue_url(emulator: Emulator, name: str) -> str:
    sqs = boto3.client("sqs", **emulator.client_settings)
    return sqs.create_queue(QueueName=name)["QueueUrl"]
