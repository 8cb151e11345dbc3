"""Builds the project's own template and deploys it to a running emulator, both with the SAM CLI.

As a program, `python local/deployment.py host` (or `lambda`) does the building alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from emulator import ROOT, Emulator, interpreter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STACK = "parley"
# For this machine, and for AWS where the SAM CLI puts it by itself.
BUILDS = {"host": ROOT / ".aws-sam/host", "lambda": ROOT / ".aws-sam/build"}
SAM = ROOT / ".tools/sam/bin/sam"
UV = ROOT / ".tools/bin"
DEPLOYED = f"/{STACK}/deployed"
# Whatever decides what a build holds. Tests, training data and documents do not.
INPUTS = ("template.yaml", "samconfig.toml", "functions", "layers")
NOT_INPUTS = {"__pycache__", "checkpoint", "export", "training", "tests", ".pytest_cache"}
# A page served from here may embed comments of the local stack.
PAGE_ORIGIN = "http://localhost:8000"


class DeploymentError(Exception):
    """The SAM CLI failed; the message holds what it said."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs and the addresses at which it answers."""

    outputs: Mapping[str, str]
    port: int

    @property
    def api_url(self) -> str:
        """The API for programs; Python's resolver does not know `*.localhost`."""
        return f"http://127.0.0.1:{self.port}/_aws/execute-api/{self.outputs['ApiId']}/$default"

    @property
    def origin(self) -> str:
        """The API for browsers: the same, at a host of its own."""
        return f"http://{self.outputs['ApiId']}.execute-api.localhost:{self.port}"

    @property
    def demo_url(self) -> str:
        """The demo article."""
        return f"{self.origin}/demo/"

    @property
    def console_url(self) -> str:
        """The moderators' console."""
        return f"{self.origin}/console/"


def build(target: str = "host") -> bool:
    """Builds functions and layers, unless what they are made of is unchanged.

    Args:
        target: `host` for this machine, `lambda` for AWS.

    Returns:
        Whether anything was built.

    Raises:
        DeploymentError: a build failed.
    """
    with _one_at_a_time():
        inputs = input_hash()
        stamp = BUILDS[target] / "inputs.sha256"
        if stamp.exists() and stamp.read_text() == inputs:
            return False
        stamp.unlink(missing_ok=True)
        environment = {"PARLEY_TARGET": target, "PARLEY_PYTHON": str(interpreter())}
        _sam("build", environment, "--config-env", "local" if target == "host" else "default")
        stamp.write_text(inputs)
        return True


def input_hash() -> str:
    """A hash over every file a build is made of, and over the Python it is made for."""
    digest = hashlib.sha256(f"{interpreter().resolve()} {sys.version}".encode())
    for name in INPUTS:
        top = ROOT / name
        files = [top] if top.is_file() else sorted(file for file in top.rglob("*") if file.is_file())
        for file in files:
            relative = file.relative_to(ROOT)
            if not NOT_INPUTS.intersection(relative.parts):
                digest.update(f"{relative}\0{_file_hash(file)}\n".encode())
    return digest.hexdigest()


def deploy(emulator: Emulator, more: Mapping[str, str] | None = None) -> Stack:
    """Deploys the built template; a deployment without changes changes nothing.

    Args:
        emulator: Where to.
        more: Parameters beside those that the local stack has.

    Raises:
        DeploymentError: the SAM CLI failed.
    """
    # Not 127.0.0.1: the login page's host is where browsers keep the session.
    login = f"http://localhost:{emulator.port}"
    parameters = {
        "LoginAuthorizeUrl": f"{login}/oauth2/authorize",
        "LoginTokenUrl": f"{login}/oauth2/token",
        "LoginLogoutUrl": f"{login}/logout",
        "PageOrigins": PAGE_ORIGIN,
        **(more or {}),
    }
    settings = emulator.client_settings
    environment = {
        "AWS_ENDPOINT_URL": settings["endpoint_url"],
        "AWS_ACCESS_KEY_ID": settings["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": settings["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": settings["region_name"],
        # The user's own profiles have no say here.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    with _one_at_a_time():
        _sam("deploy", environment, "--config-env", "local", "--parameter-overrides", *overrides)
    stack = find(emulator)
    if stack is None:
        raise DeploymentError("the deployment ended, but the stack is not there")
    _allow_login(emulator, stack)
    ssm = boto3.client("ssm", **settings)
    ssm.put_parameter(Name=DEPLOYED, Value=_deployment_hash(emulator.port), Type="String", Overwrite=True)
    return stack


def is_current(emulator: Emulator) -> bool:
    """Whether what is deployed is what a build now would give, at the port of now."""
    # Kept in the emulator, so that it is always of the same age as the stack it speaks of.
    ssm = boto3.client("ssm", **emulator.client_settings)
    try:
        deployed = ssm.get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return False
    return deployed == _deployment_hash(emulator.port) and find(emulator) is not None


def status(emulator: Emulator) -> str | None:
    """The stack's CloudFormation status, or None when there is no stack."""
    client = boto3.client("cloudformation", **emulator.client_settings)
    try:
        stacks = client.describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    return stacks[0]["StackStatus"] if stacks else None


def find(emulator: Emulator) -> Stack | None:
    """The deployed stack, or None when none is deployed as it should be."""
    if status(emulator) not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        return None
    client = boto3.client("cloudformation", **emulator.client_settings)
    outputs = client.describe_stacks(StackName=STACK)["Stacks"][0].get("Outputs", [])
    return Stack({output["OutputKey"]: output["OutputValue"] for output in outputs}, emulator.port)


def _deployment_hash(port: int) -> str:
    return hashlib.sha256(f"{input_hash()} {port}".encode()).hexdigest()


def _allow_login(emulator: Emulator, stack: Stack) -> None:
    """Registers the pages' address as it is now: with another port than last time it has changed."""
    client = boto3.client("cognito-idp", **emulator.client_settings)
    ids = {"UserPoolId": stack.outputs["UserPoolId"], "ClientId": stack.outputs["UserPoolClientId"]}
    known = client.describe_user_pool_client(**ids)["UserPoolClient"]
    address = f"{stack.origin}/login/"
    if known.get("CallbackURLs") != [address]:
        kept: dict[str, Any] = {
            name: value
            for name, value in known.items()
            if name not in {"ClientSecret", "CreationDate", "LastModifiedDate"} and value != ""
        }
        client.update_user_pool_client(**{**kept, "CallbackURLs": [address], "LogoutURLs": [address]})


def _sam(verb: str, environment: Mapping[str, str], *arguments: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [str(SAM), verb, *arguments],
        cwd=ROOT,
        env={
            **inherited,
            **environment,
            "PATH": f"{UV}{os.pathsep}{os.environ.get('PATH', '')}",
            "SAM_CLI_TELEMETRY": "0",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate()
    except BaseException:
        # Stopped in the middle: what the SAM CLI started goes with it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise DeploymentError(f"`sam {verb}` failed:\n{said.strip()}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keeps two programs from building or reading the same build folder at once."""
    folder = ROOT / ".aws-sam"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file_hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


if __name__ == "__main__":
    try:
        build(*sys.argv[1:])
    except DeploymentError as problem:
        sys.exit(str(problem))
