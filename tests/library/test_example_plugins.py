"""The example package is installed into a folder, and everything that it adds works in the terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "khabar-example"
DESPATCHES = """WIRE/1
عنوان: افتتاح السد الجديد
تاريخ: 2024-10-09
مراسل: سالم الحربي

افتتح الوزير السد أمس، وقال إن الزعيم *ليس* من شأنه.
NNNN
هذا سطر غريب

نص
NNNN
عنوان: خبر مقطوع
"""

Khabar = Callable[..., subprocess.CompletedProcess[str]]


def install(site: Path) -> None:
    """Install the example as pip does: its modules, and their entry points in a folder with metadata."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(EXAMPLE / "khabar_example", site / "khabar_example")
    info = site / f"khabar_example-{project['version']}.dist-info"
    info.mkdir()
    lines = [f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"]
    (info / "METADATA").write_text("".join(lines), encoding="utf-8")
    points = [
        line
        for group, names in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in names.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(points), encoding="utf-8")


@pytest.fixture
def khabar(tmp_path: Path) -> Khabar:
    """Run a command with the example installed, or without it (``installed=False``)."""
    install(tmp_path / "site")
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "morning.wire").write_text(DESPATCHES, encoding="utf-8")
    (tmp_path / "news" / "plain.txt").write_text("فيضان في القرية\n\nغمرت المياه القرية.", encoding="utf-8")

    def run(*args: str, installed: bool = True) -> subprocess.CompletedProcess[str]:
        settings = {"KHABAR_CONFIG": str(tmp_path / "config.toml"), "KHABAR_INDEX": str(tmp_path / "index")}
        path = {"PYTHONPATH": str(tmp_path / "site")} if installed else {}
        environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "200"} | settings | path
        return subprocess.run(
            [sys.executable, "-m", "khabar", *args],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )

    return run


def test_what_is_installed_is_listed(khabar: Khabar) -> None:
    done = khabar("plugins", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = {(each["group"], each["name"]): each for each in json.loads(done.stdout)["plugins"]}
    assert set(found) == {
        ("khabar.readers", "wire"),
        ("khabar.views", "markdown"),
        ("khabar.dictionaries", "sports"),
        ("khabar.encoders", "letters"),
    }
    wire = found["khabar.readers", "wire"]
    assert (wire["package"], wire["version"], wire["problem"]) == ("khabar-example", "1.0", "")
    assert json.loads(khabar("plugins", "--format", "json", installed=False).stdout) == {"plugins": []}


def test_its_reader_dictionary_and_view(khabar: Khabar) -> None:
    without = khabar("index", "news", installed=False)
    assert without.returncode == 1
    assert "morning.wire" in without.stderr + without.stdout
    # It has been installed since, so the file that was left out is read now.
    done = khabar("index", "news", "--format", "json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["added"] == 1
    assert [each["reason"] for each in said["skipped"]] == [
        "the plug-in wire could not read it: «هذا سطر غريب» is no line of a head",
        "the plug-in wire could not read it: the last despatch has no NNNN: it may be cut",
    ]
    [hit] = json.loads(khabar("search", "السد", "--format", "json").stdout)["hits"]
    article = hit["article"]
    assert (article["title"], article["source"]) == ("افتتاح السد الجديد", "وكالة المثال")
    assert (article["author"], article["published"]) == ("سالم الحربي", "2024-10-09T00:00:00")
    assert khabar("search", "الهلال", "--count").stdout.strip() == "0"
    assert khabar("config", "set", "words", "plugin:sports").returncode == 0
    assert khabar("search", "الهلال", "--count").stdout.strip() == "1"
    assert khabar("words", "check").returncode == 0
    assert Path(khabar("words", "path").stdout.strip()).name == "sports.txt"
    assert khabar("words", "add", "نفط = بترول").returncode == 2
    shown = khabar("search", "السد", "--format", "markdown")
    assert shown.returncode == 0
    assert shown.stdout.startswith("1. **افتتاح السد الجديد** – وكالة المثال\n")
    assert r"\*ليس\*" in shown.stdout
    exported = khabar("export", "السد", "--format", "markdown", "-o", "hits.md")
    assert exported.returncode == 0, exported.stderr
    assert khabar("facets", "--by", "source", "--format", "markdown").returncode == 0


def test_without_the_package_what_names_it_says_so_and_the_rest_works(khabar: Khabar) -> None:
    khabar("index", "news")
    assert khabar("search", "السد", installed=False).returncode == 0
    refused = khabar("search", "السد", "--format", "markdown", installed=False)
    assert refused.returncode == 2
    assert "markdown" in refused.stderr
    khabar("config", "set", "words", "plugin:sports")
    refused = khabar("search", "السد", installed=False)
    assert refused.returncode == 3
    assert "the plug-in «sports» of khabar.dictionaries cannot be used" in refused.stderr
    arabic = khabar("search", "السد", "--lang", "ar", installed=False)
    assert "الإضافة" in arabic.stderr


def test_a_view_that_fails_is_told_and_writes_nothing(khabar: Khabar, tmp_path: Path) -> None:
    khabar("index", "news")
    module = tmp_path / "site" / "khabar_example" / "markdown.py"
    module.write_text("api = 1\ndef render(result):\n    yield 'x'\n    raise KeyError('hits')\n")
    done = khabar("search", "السد", "--format", "markdown", "-o", "hits.md")
    assert done.returncode == 3
    assert "the plug-in «markdown» of khabar.views cannot be used: it fails: KeyError: 'hits'" in done.stderr
    assert not (tmp_path / "hits.md").exists()
    module.write_text("api = 1\ndef render(result):\n    return ['\\x1b[31mأحمر\\u202e']\n", encoding="utf-8")
    assert khabar("search", "السد", "--format", "markdown").stdout == "␛[31mأحمر\n"
    module.write_text("import nothing_such\n")
    listed = khabar("plugins")
    assert listed.returncode == 1
    assert "nothing_such" in listed.stdout
