"""The parts of a release: metadata, the lock file, licences."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType

import pytest

from khabar import __version__

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / ".ci" / "licences.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def setup() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_the_licences_of_what_is_installed(licences: ModuleType) -> None:
    packages = licences.required("khabar")
    assert {"khabar", "whoosh3", "numpy"} <= packages.keys()
    for name in ("whoosh3", "pyarabic", "click", "rich", "simplemma", "numpy", "msgspec", "platformdirs"):
        expression, _ = licences.licence_of(packages[name])
        assert licences.is_fine(expression), f"{name}: {expression}"


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT", True),
        ("MIT AND Proprietary", False),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only", False),
        ("AGPL-3.0-only", False),
        ("(GPL-2.0-only OR MIT) AND Zlib", True),
        ("(GPL-2.0-only AND MIT) OR Zlib", True),
        ("(GPL-2.0-only AND MIT)", False),
        ("", False),
        ("UNKNOWN", False),
    ],
)
def test_which_licences_go_with_ours(licences: ModuleType, expression: str, fine: bool) -> None:
    assert licences.is_fine(expression) is fine


def test_the_lock_pins_what_is_required_with_hashes() -> None:
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.M))
    assert lock.count("--hash=sha256:") > len(pinned)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert pinned["whoosh3"] == "3.54.0"
    metadata = setup()
    lines = [metadata["options"]["install_requires"], *metadata["options.extras_require"].values()]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    lines += [line for group in groups.values() for line in group if isinstance(line, str)]
    wanted = {
        re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-").replace(".", "-")
        for block in lines
        for line in block.strip().splitlines()
        if line and not line.startswith(("khabar[", "#"))
    }
    assert wanted - pinned.keys() == set(), "make lock"


def test_every_extra_is_in_all() -> None:
    extras = setup()["options.extras_require"]
    named = re.findall(r"khabar\[([^\]]+)\]", extras["all"])
    there = {each for names in named for each in names.split(",")}
    there |= set(re.findall(r"[\w]+", extras["readers"].partition("[")[2].partition("]")[0]))
    assert set(extras) - {"all"} <= there | {"readers"}


def test_one_version_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert re.search(
        rf"^## {re.escape(__version__)} ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
