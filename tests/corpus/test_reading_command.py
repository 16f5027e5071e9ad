"""``khabar read``: the articles in an input, one line of JSON each, harmless to a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from reading_helpers import jsonl, record, zipped

from khabar.cli.group import khabar


def call(*args: object, **more: str) -> tuple[list[dict[str, object]], str, int]:
    result = CliRunner().invoke(khabar, ["read", *map(str, args)], **more)
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr, result.exit_code


def test_standard_input() -> None:
    articles, _, status = call("-", input=jsonl(record(1), record(2)))
    assert ([article["title"] for article in articles], status) == (["خبر 1", "خبر 2"], 0)


def test_what_is_printed_can_be_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("hed,text\nخبر,نص الخبر.\n", encoding="utf-8")
    articles, _, status = call(tmp_path, "--field", "title=hed")
    assert (status, articles[0]["title"]) == (0, "خبر")
    again, _, status = call("-", input=json.dumps(articles[0]))
    assert (status, again[0]["id"], again[0]["title"]) == (0, articles[0]["id"], "خبر")


@pytest.mark.parametrize(("size", "status"), [("1k", 3), ("1M", 0), ("1000000", 0)])
def test_the_limit(tmp_path: Path, size: str, status: int) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": "خبر\n" + "نص الخبر. " * 1000}))
    _, errors, found = call(tmp_path, "--max-bytes", size)
    assert found == status
    assert ("larger than the limit of 1,024 bytes" in errors) == (status == 3)


@pytest.mark.parametrize("size", ["0", "-5", "كبير", "1T", ""])
def test_a_limit_that_is_none(tmp_path: Path, size: str) -> None:
    assert call(tmp_path, f"--max-bytes={size}")[2] == 2


def test_nothing_from_outside_reaches_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<title>\x1b[31mعاجل\x9b2J</title><p>\u202eنص الخبر الذي يمتد على سطر كامل \x07 من الكلام.</p>",
        encoding="utf-8",
    )
    (tmp_path / "b.zip").write_bytes(zipped({"\x1b[2J.txt": "", "c\n\x1b]0;x\x07.jpg": "x"}))
    result = CliRunner().invoke(khabar, ["read", str(tmp_path)])
    assert result.exit_code == 1
    for output in (result.stdout, result.stderr):
        assert not {character for character in output if character < " " and character != "\n"}
        assert not set("\x7f\x9b\u202e") & set(output)
    assert len(result.stderr.splitlines()) == 2
