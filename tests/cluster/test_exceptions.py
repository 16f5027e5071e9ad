"""The table of exceptions names only existing tests."""

from __future__ import annotations

import ast
from pathlib import Path

from exceptions import EXCEPTIONS

TESTS = Path(__file__).parents[1]


def test_every_exception_is_a_test_and_has_a_reason() -> None:
    tests = {
        f"{path.stem}.{node.name}"
        for room in ("conformance", "explore")
        for path in (TESTS / room).glob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert EXCEPTIONS.keys() <= tests
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def test_they_are_few() -> None:
    assert len(EXCEPTIONS) <= 12
