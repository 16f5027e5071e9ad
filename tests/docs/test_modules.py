"""The list of modules: every module stands in it, with what its docstring says it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

import generate_modules as generator

ROOT = Path(__file__).parents[2]


def test_the_list_is_what_the_modules_say() -> None:
    written = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    assert written == generator.page(), "docs/modules.md is old: make docs"


def test_every_module_and_room_is_in_the_list() -> None:
    page = generator.page()
    modules = [path for path in generator.PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) > 100
    missing = [path for path in modules if f"](../{path.relative_to(ROOT).as_posix()}): " not in page]
    assert not missing
    rooms = {path.parent.name for path in generator.PACKAGE.glob("*/__init__.py")}
    assert rooms | {""} == set(generator.ROOMS)


def test_a_module_without_a_docstring_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""Said over\\ntwo lines. And more."""\n', encoding="utf-8")
    assert generator.summary(module) == "Said over two lines."
    module.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"module\.py does not begin with a docstring"):
        generator.summary(module)


def test_the_architecture_sends_to_the_list() -> None:
    assert "](docs/modules.md)" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
