"""What :mod:`mutants` changes, and that a sample is the same for the same number."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from mutants import EQUIVALENT, ROOT, SOURCE, everything, mutants, sample

CODE = '''"""Not this."""
from __future__ import annotations
NAMES = A | B
def f(wanted: int | None, needed: bool = False) -> int:
    """Nor this."""
    if wanted and not needed:
        raise ValueError("خبر")
    return wanted + 1 if wanted < 7 else -wanted
'''


def made(code: str) -> list[str]:
    data = code.encode()
    found = []
    for each in mutants("f.py", code):
        text = data[: each.start] + each.text.encode() + data[each.end :]
        found.append(ast.unparse(ast.parse(text)))
    return found


def test_what_is_changed() -> None:
    found = made(CODE)
    assert len(found) == len(set(found))
    assert ast.unparse(ast.parse(CODE)) not in found
    for changed in (
        "if wanted:",
        "if not needed:",
        "if wanted or not needed:",
        "if wanted and needed:",
        "if not (wanted and (not needed)):",
        "        pass",
        "return None",
        "wanted <= 7",
        "wanted < 8",
        "wanted < 6",
        "wanted - 1",
        "wanted + 0",
        "wanted + 2",
        "return -wanted if wanted < 7 else wanted + 1",
        "else wanted",
        "needed: bool=True",
    ):
        assert any(changed in each for each in found), changed
    assert all("NAMES = A | B" in each and '"""Nor this."""' in each for each in found)


@pytest.fixture(scope="module")
def found() -> dict[str, list]:
    return everything(ROOT)


def test_a_sample_is_of_every_large_module_and_the_same_for_the_same_number(found: dict[str, list]) -> None:
    chosen = sample(found, 300, 5)
    assert chosen == sample(found, 300, 5) != sample(found, 300, 6)
    assert len(chosen) == len(set(chosen)) == pytest.approx(300, abs=1)
    total = sum(map(len, found.values()))
    for module, each in found.items():
        share = 300 * len(each) / total
        assert abs(sum(mutant.module == module for mutant in chosen) - share) <= 1, module


def test_mutants_that_change_nothing_are_of_lines_that_are_there(found: dict[str, list]) -> None:
    for (module, line, text), reason in EQUIVALENT.items():
        lines = [each.strip() for each in (ROOT / SOURCE / module).read_text("utf-8").splitlines()]
        assert line in lines, f"{module} has no line {line}"
        numbers = [number for number, each in enumerate(lines, 1) if each == line]
        assert any(each.line in numbers and each.text == text for each in found[module]), (module, line, text)
        assert len(reason) > 10
