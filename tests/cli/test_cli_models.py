"""``khabar meaning install``, ``models`` and ``remove``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tiny_models import tiny_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "mine", name="mine", version="7", licence="CC0")


def listed(run) -> list[dict[str, object]]:
    return json.loads(run("meaning", "models", "--format", "json").stdout)["models"]


def test_without_a_name_it_says_what_there_is_and_fetches_nothing(run) -> None:
    said = run("meaning", "install")
    assert said.exit_code == 0 and not said.stdout
    assert "91.2 MB" in said.stderr and "MIT" in said.stderr
    assert "khabar meaning install multilingual-e5-small" in said.stderr
    assert listed(run) == []
    assert "khabar meaning install" in run("meaning", "models").stderr


def test_a_model_is_installed_used_and_removed(run, folder: Path) -> None:
    done = run("meaning", "install", "--from", folder)
    assert done.exit_code == 0 and "mine" in done.stderr
    (row,) = listed(run)
    assert (row["name"], row["used"], row["version"], row["licence"]) == ("mine", True, "7", "CC0")
    run("meaning", "install", "yours", "--from", folder)
    assert [row["used"] for row in listed(run)] == [False, False]
    assert run("config", "set", "model", "yours").exit_code == 0
    assert [row["used"] for row in listed(run)] == [False, True]
    asked = run("meaning", "models", "--model", "mine", "--format", "json").stdout
    assert [row["used"] for row in json.loads(asked)["models"]] == [True, False]
    assert run("meaning", "remove", "mine").exit_code == 0
    gone = run("meaning", "remove", "mine")
    assert gone.exit_code == 1 and "khabar meaning models" in gone.stderr
    assert [row["name"] for row in listed(run)] == ["yours"]


def test_a_damaged_model_is_told(run, folder: Path, tmp_path: Path) -> None:
    run("meaning", "install", "--from", folder)
    (path,) = tmp_path.rglob("models/mine/tokenizer.json")
    path.write_bytes(path.read_bytes().replace(b"Metaspace", b"metaspace"))
    found = run("meaning", "models")
    assert found.exit_code == 1 and "tokenizer.json has changed since it was installed" in found.stdout


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["install", "e6"], 2, "multilingual-e5-small"),
        (["install", "--from", "nowhere"], 2, "nowhere"),
        (["install", "--from", "."], 3, "model.json is missing"),
        (["install", "multilingual-e5-small", "--from", "other.bin"], 3, "SHA-256"),
        (["remove", "../../.."], 2, "letters"),
    ],
)
def test_what_cannot_be_done(run, tmp_path: Path, monkeypatch, args, status: int, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.bin").write_bytes(b"E5S1 and nothing more")
    done = run("meaning", *args)
    assert done.exit_code == status and said in done.stderr, done.stderr


def test_the_commands_import_no_library_of_models() -> None:
    script = "import sys; from khabar.cli.group import khabar; khabar.main(['meaning', 'models'])"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script], capture_output=True, encoding="utf-8", timeout=60
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "khabar.meaning.models" in imported
    assert not {"onnxruntime", "tokenizers", "hashlib", "urllib.request"} & imported


@pytest.mark.parametrize("command", ["serve", "mcp"])
def test_a_model_that_is_not_there_is_refused_before_anything_is_served(
    run, built, monkeypatch, command
) -> None:
    for model in ("nosuch", "./nosuch"):
        done = run(command, "--index", built, "--model", model)
        assert (done.exit_code, done.stdout) == (3, "") and "nosuch" in done.stderr
        assert "khabar meaning models" in done.stderr or "folder" in done.stderr
    assert "nosuch" in run(command, "--index", built, "--model", "nosuch", "--lang", "ar").stderr


def test_a_model_that_no_search_uses_is_reported(run, built) -> None:
    done = run("search", "النفط", "--model", "nosuch", "--index", built)
    assert done.exit_code == 0 and "--model was not used: only a search with --meaning" in done.stderr
    arabic = run("search", "النفط", "--model", "nosuch", "--index", built, "--lang", "ar").stderr
    assert "لا يُسأل نموذج إلا مع" in arabic
    assert "nosuch" in run("config", "set", "model", "nosuch").stderr.splitlines()[1]
    assert run("search", "النفط", "--index", built).stderr == ""
    listed = run("meaning", "models", "--model", "other")
    assert (listed.exit_code, listed.stdout) == (3, "") and "other" in listed.stderr
