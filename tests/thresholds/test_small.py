"""The table of small thresholds fits the code, and they reach the processes that a test starts."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small import SMALL, VARIABLE, _Shrinking

import khabar

PACKAGE = Path(khabar.__file__).parent


@pytest.mark.parametrize("module", SMALL)
def test_each_constant_is_there(module: str) -> None:
    """A constant that was renamed would silently keep its usual value."""
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    shrinking = _Shrinking({name: pair[0] for name, pair in SMALL[module].items()})
    shrinking.visit(tree)
    assert not shrinking.missing


def printed(code: str, asked: str) -> subprocess.CompletedProcess[str]:
    folder = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": folder, VARIABLE: asked, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


SHOW = "from khabar.upkeep import workers, update; print(workers._CHUNK, update._MOST_SEEN)"
SHOW_THERE = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SHOW!r}], check=True)"


@pytest.mark.parametrize("code", [SHOW, SHOW_THERE], ids=["here", "in a process of it"])
def test_they_are_set(code: str) -> None:
    assert printed(code, "1").stdout == "1 1\n"
    assert printed(code, "2").stdout == "3 3\n"
    assert printed(code, "2:upkeep/workers").stdout == "3 20000\n"


def test_what_is_not_there_is_refused() -> None:
    assert "there are no thresholds in nowhere/" in printed("", "1:nowhere").stderr
    assert "there are 1 and 2" in printed("", "3").stderr
