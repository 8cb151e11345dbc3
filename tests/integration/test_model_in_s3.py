"""A model in S3, on the emulator: fetched whole and as expected, or not at all."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import toxicity
from toxicity import ModelError, Scorer, in_use, remote

if TYPE_CHECKING:
    from emulator import Emulator

PACKAGE = Path(toxicity.__file__).parent
FILES = {"model.onnx": b"a graph" * 1000, "tokenizer.json": b"{}"}


class Bucket:
    """A bucket with a model under `models/one`."""

    uri = "s3://models-of-ours/models/one"

    def __init__(self, client: Any) -> None:
        self._client = client
        client.create_bucket(Bucket="models-of-ours")

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object(Bucket="models-of-ours", Key=f"models/one/{name}", Body=content)

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket="models-of-ours", Key=f"models/one/{name}")

    def put_model(self, files: dict[str, bytes]) -> str:
        """Puts files and their manifest; returns the manifest's checksum."""
        entries = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        }
        return self.put_manifest(json.dumps({"files": entries}).encode(), files)

    def put_manifest(self, manifest: bytes, files: dict[str, bytes]) -> str:
        for name, content in {**files, "manifest.json": manifest}.items():
            self.put(name, content)
        return hashlib.sha256(manifest).hexdigest()


@pytest.fixture
def bucket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    settings = emulator.client_settings
    monkeypatch.setenv("AWS_ENDPOINT_URL", settings["endpoint_url"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", settings["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", settings["aws_secret_access_key"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", settings["region_name"])
    return Bucket(boto3.client("s3", **settings))


def test_every_file_comes_as_it_was_put(bucket: Bucket, tmp_path: Path) -> None:
    sha256 = bucket.put_model(FILES)

    folder = remote.fetch(bucket.uri, sha256, tmp_path)

    assert folder == tmp_path / sha256
    assert {path.name for path in folder.iterdir()} == {*FILES, "manifest.json"}
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES


def test_for_those_who_do_not_score_the_manifest_comes_alone(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = (PACKAGE / "model" / remote.MANIFEST_FILE).read_bytes()
    sha256 = bucket.put_manifest(manifest, {})
    monkeypatch.setattr(remote, "FOLDER", tmp_path)

    found = in_use.manifest({remote.URI_VARIABLE: bucket.uri, remote.SHA256_VARIABLE: sha256})

    assert [path.name for path in found.directory.iterdir()] == [remote.MANIFEST_FILE]
    assert found.thresholds == in_use.manifest({}).thresholds
    assert in_use.manifest({}).directory == PACKAGE / "model"


def test_what_is_there_is_not_fetched_again(bucket: Bucket, tmp_path: Path) -> None:
    sha256 = bucket.put_model(FILES)
    first = remote.fetch(bucket.uri, sha256, tmp_path)
    for name in (*FILES, "manifest.json"):
        bucket.delete(name)

    assert remote.fetch(bucket.uri, sha256, tmp_path) == first


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_tampered_file_is_refused_and_nothing_of_it_stays(
    bucket: Bucket, tmp_path: Path, name: str
) -> None:
    sha256 = bucket.put_model(FILES)
    bucket.put(name, b"tampered with")

    with pytest.raises(ModelError, match=rf"models/one/{name} is not the expected file"):
        remote.fetch(bucket.uri, sha256, tmp_path)

    assert not list(tmp_path.iterdir())


def test_a_file_of_more_bytes_than_the_manifest_says_is_not_read_on(bucket: Bucket, tmp_path: Path) -> None:
    sha256 = bucket.put_model(FILES)
    bucket.put("tokenizer.json", b"{}" + b" " * 5_000_000)

    with pytest.raises(ModelError, match="is not the expected file"):
        remote.fetch(bucket.uri, sha256, tmp_path)


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_missing_file_is_a_clear_error(bucket: Bucket, tmp_path: Path, name: str) -> None:
    sha256 = bucket.put_model(FILES)
    bucket.delete(name)

    with pytest.raises(ModelError, match=rf"cannot fetch s3://models-of-ours/models/one/{name}: NoSuchKey"):
        remote.fetch(bucket.uri, sha256, tmp_path)

    assert not list(tmp_path.iterdir())


def test_a_storage_that_does_not_answer_is_a_clear_error(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setitem(remote._TIMEOUTS, "retries", {"max_attempts": 0})

    with pytest.raises(ModelError, match=r"cannot fetch .*manifest\.json: EndpointConnectionError"):
        remote.fetch(bucket.uri, "0" * 64, tmp_path)


@pytest.mark.parametrize(
    "files",
    [
        {"../../outside": {"sha256": "0" * 64, "bytes": 1}},
        {"sub/file": {"sha256": "0" * 64, "bytes": 1}},
        {"manifest.json": {"sha256": "0" * 64, "bytes": 1}},
        {"model.onnx": {"sha256": "0" * 64}},
        [],
    ],
    ids=["outside", "below", "itself", "without a size", "no files"],
)
def test_a_manifest_that_makes_no_sense_is_refused(bucket: Bucket, tmp_path: Path, files: Any) -> None:
    sha256 = bucket.put_manifest(json.dumps({"files": files}).encode(), {})

    with pytest.raises(ModelError, match=r"manifest\.json of the model in S3"):
        remote.fetch(bucket.uri, sha256, tmp_path)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("uri", "sha256", "message"),
    [
        ("https://example.org/model", "0" * 64, "TOXICITY_MODEL_URI is not s3://bucket/prefix"),
        ("s3://bucket", "0" * 64, "TOXICITY_MODEL_URI is not s3://bucket/prefix"),
        ("s3://bucket/model", "", "TOXICITY_MODEL_SHA256 is not the SHA-256"),
        ("s3://bucket/model", "../../etc", "TOXICITY_MODEL_SHA256 is not the SHA-256"),
    ],
)
def test_a_place_that_makes_no_sense_is_refused(tmp_path: Path, uri: str, sha256: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        remote.fetch(uri, sha256, tmp_path)


def test_the_scorer_runs_the_model_that_the_environment_names(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = {**json.loads((PACKAGE / "model/manifest.json").read_text("utf-8")), "model": "from-s3-1"}
    files = {name: (PACKAGE / "model" / name).read_bytes() for name in manifest["files"]}
    sha256 = bucket.put_manifest(json.dumps(manifest).encode(), files)
    monkeypatch.setattr(remote, "FOLDER", tmp_path)
    monkeypatch.setenv("TOXICITY_MODEL_URI", bucket.uri)
    monkeypatch.setenv("TOXICITY_MODEL_SHA256", sha256)

    scorer = Scorer.load()

    assert scorer.model == "from-s3-1"
    assert scorer.score(["You are an idiot."]) == Scorer.load(PACKAGE / "model").score(["You are an idiot."])


def test_without_a_model_in_s3_the_sdk_is_not_even_imported() -> None:
    code = "import sys, toxicity; toxicity.Scorer.load(); print([m for m in sys.modules if 'boto' in m])"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        env={"TOXICITY_MODEL_URI": "", "TOXICITY_MODEL_SHA256": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == "[]\n"
