"""The tools over stdin and stdout, as an assistant that starts ``khabar mcp`` uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import khabar

pytest.importorskip("mcp")

START = (
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",'
    '"capabilities":{},"clientInfo":{"name":"test","version":"1"}}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stdio") / "index"
    with khabar.create_index(path) as index:
        index.add(khabar.Article("1", "أسعار النفط", ("ارتفعت أسعار النفط.",)))
    return path


def search(number: int, query: str) -> str:
    """A call; the query is JSON already."""
    arguments = f'{{"name":"search","arguments":{{"query":{query}}}}}'
    return f'{{"jsonrpc":"2.0","id":{number},"method":"tools/call","params":{arguments}}}'


def answers(folder: Path, *lines: str) -> dict[int, Any]:
    """What is answered to lines after which stdin ends at once, by id."""
    done = subprocess.run(
        [sys.executable, "-m", "khabar", "mcp", "--index", str(folder)],
        input="".join(f"{line}\n" for line in (*START, *lines)),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return {each["id"]: each for each in map(json.loads, done.stdout.splitlines())}


def test_calls_that_run_when_stdin_ends_are_answered(folder: Path) -> None:
    found = answers(folder, *(search(number, '"النفط"') for number in range(2, 12)))
    assert sorted(found) == list(range(1, 12))
    assert all(found[number]["result"]["structuredContent"]["total"] == 1 for number in range(2, 12))


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\udc00\\ud800"])
def test_half_a_character_does_not_lose_the_answer(folder: Path, half: str) -> None:
    found = answers(folder, search(2, f'"النفط {half}"'), search(3, f'"{half}"'))
    assert found[2]["result"]["structuredContent"]["total"] == 1
    assert "result" in found[3]


def test_what_is_no_json_does_not_stop_the_others(folder: Path) -> None:
    found = answers(folder, "{", "[]", '{"\\ud800', '"\\ud800"', search(2, '"النفط"'))
    assert found[2]["result"]["structuredContent"]["total"] == 1


def test_the_end_does_not_wait_for_a_call_that_was_given_up(folder: Path) -> None:
    given_up = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}'
    assert 1 in answers(folder, search(2, '"النفط"'), given_up)
