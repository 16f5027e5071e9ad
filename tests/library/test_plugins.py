"""Plug-ins are found by entry points and imported on use, and a broken one affects nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import khabar
from khabar import plugins
from khabar.errors import MissingDependency, PluginError

GOOD = "api = 1\ndef words():\n    return 'غوغل = جوجل'\n"

Package = Callable[..., None]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Install a package as pip does: a module, and a folder with metadata and entry points."""
    made = []

    def install(name: str, module: str, *points: str, group: str = "khabar.dictionaries") -> None:
        site = tmp_path / "site"
        info = site / f"{name}-1.5.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(
            f"[{group}]\n" + "".join(f"{point} = {name}\n" for point in points)
        )
        (site / f"{name}.py").write_text(module, encoding="utf-8")
        made.append(name)
        monkeypatch.syspath_prepend(site)
        plugins.forget()

    plugins.forget()
    yield install
    for name in made:
        sys.modules.pop(name, None)
    monkeypatch.undo()
    plugins.forget()


def test_a_plugin_is_found_and_imported_when_it_is_used(package: Package) -> None:
    package("words_of_desk", GOOD, "desk")
    assert plugins.names("khabar.dictionaries") == ("desk",)
    assert plugins.has("khabar.dictionaries", "desk")
    assert plugins.names("khabar.views") == ()
    [found] = plugins.installed("khabar.dictionaries")
    assert (found.name, found.package, found.version, found.target, found.problem) == (
        *("desk", "words_of_desk", "1.5", "words_of_desk", ""),
    )
    assert "words_of_desk" not in sys.modules
    assert plugins.load("khabar.dictionaries", "desk").words() == "غوغل = جوجل"
    assert "words_of_desk" in sys.modules


def test_a_name_that_no_package_has(package: Package) -> None:
    package("words_of_desk", GOOD, "desk")
    with pytest.raises(PluginError, match="there are: desk") as caught:
        plugins.load("khabar.dictionaries", "dask")
    assert (caught.value.code, caught.value.packages) == ("missing", ())
    assert isinstance(caught.value, MissingDependency)
    with pytest.raises(PluginError, match="there is none"):
        plugins.load("khabar.views", "slides")


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("import no_such_module", "broken", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0", "broken", "ZeroDivisionError"),
        ("raise SystemExit(3)", "broken", "SystemExit: 3"),
        ("api = 2\ndef words(): ...", "other-api", "it has api = 2, and this khabar asks for 1"),
        ("def words(): ...", "other-api", "it has api = None"),
        ("api = 1", "incomplete", "it lacks words"),
    ],
)
def test_a_plugin_that_cannot_be_used(package: Package, module: str, code: str, said: str) -> None:
    package("broken_words", module, "broken")
    package("good_words", GOOD, "good")
    with pytest.raises(PluginError, match=said) as caught:
        plugins.load("khabar.dictionaries", "broken")
    assert (caught.value.code, caught.value.packages) == (code, ("broken_words",))
    # The other plug-in still works.
    found = dict(plugins.loaded("khabar.dictionaries"))
    assert isinstance(found["broken"], PluginError)
    assert found["good"].words()
    problems = {each.name: each.problem for each in plugins.examined()}
    assert said in problems["broken"]
    assert problems["good"] == ""


def test_two_packages_with_one_name(package: Package) -> None:
    package("first_words", GOOD, "desk", "first")
    package("second_words", GOOD, "desk", "second")
    with pytest.raises(PluginError, match="uninstall all but one of") as caught:
        plugins.load("khabar.dictionaries", "desk")
    assert (caught.value.code, set(caught.value.packages)) == ("conflict", {"first_words", "second_words"})
    assert plugins.load("khabar.dictionaries", "first").words()
    assert [each.name for each in plugins.installed("khabar.dictionaries")] == [
        *("desk", "desk", "first", "second"),
    ]
    assert [bool(each.problem) for each in plugins.examined()] == [True, True, False, False]


def test_no_package_is_asked_before_a_plugin_is_needed() -> None:
    source = (
        "import sys, khabar, khabar.cli, khabar.query, khabar.plugins;"
        "assert 'importlib.metadata' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", source], check=True)


def test_the_error_is_public() -> None:
    assert khabar.PluginError is PluginError
