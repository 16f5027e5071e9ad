"""Hostile PDF files, and the process that reads them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pdf_files import made, page_of
from reading_helpers import Result

from khabar.corpus import confined
from khabar.corpus.confined import Confines, Ended, answers
from khabar.corpus.pdf import reader

TEXT = ["افتتاح جسر الوادي بعد ثلاث سنوات من التأجيل", "افتتح وزير الأشغال العامة أمس جسر الوادي الجديد."]
Read = Callable[..., Result]


def bomb(pages: int = 2) -> bytes:
    """A PDF whose first page unpacks to a gigabyte."""
    whole = made([page_of(TEXT)] * pages)
    content = zlib.compress(zlib.compress(b" " * (1 << 30), 9), 9)
    packed = f"<</Length {len(content)}/Filter[/FlateDecode/FlateDecode]>>stream\n".encode()
    first = re.search(rb"1 0 obj|3 0 obj\n(.*?)\nendobj", whole, re.S)
    assert first is not None
    start = whole.index(b"3 0 obj\n") + len(b"3 0 obj\n")
    end = whole.index(b"\nendobj", start)
    return whole[:start] + packed + content + b"\nendstream" + whole[end:]


def test_a_page_that_unpacks_to_a_gigabyte_is_left_out(
    reading_bytes: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_CONFINES", Confines(memory=600 << 20, seconds=60))
    result = reading_bytes("a.pdf", bomb())
    assert len(result.articles) == 1
    assert [(each.number, each.reason.kind) for each in result.report.skipped] == [(1, "page-broken")]


def test_pages_that_take_too_long_are_left_out(reading_bytes: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_CONFINES", Confines(memory=2 << 30, seconds=0.001))
    result = reading_bytes("a.pdf", made([page_of(TEXT)]))
    assert [each.reason.kind for each in result.report.skipped] == ["broken-pdf"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # The page tree contains itself; the file claims to have a thousand million pages.
        (rb"/Kids\[", b"/Kids[2 0 R "),
        (rb"/Count 1", b"/Count 1000000000"),
        (rb"/Contents \d+ 0 R", b"/Contents 2 0 R"),
        (rb"/Root 1 0 R", b"/Root 2 0 R"),
        (rb"/MediaBox\[0 0 595 842\]", b"/MediaBox[0 0 0 0]"),
        (rb"/Rotate 0", b"/Rotate 77"),
        (rb"/DW 500", b"/DW -500"),
        (rb"startxref\n\d+", b"startxref\n99999999"),
    ],
)
def test_impossible_structures_end_as_articles_or_reasons(
    reading_bytes: Read, old: bytes, new: bytes
) -> None:
    data, count = re.subn(old, new, made([page_of(TEXT)]))
    assert count
    result = reading_bytes("a.pdf", data)
    assert result.articles or result.report.skipped


def test_a_form_that_draws_itself(reading_bytes: Read) -> None:
    data = made([page_of(TEXT)], picture=True).replace(
        b"/Subtype/Image", b"/Subtype/Form /Resources<</XObject<</I 7 0 R>>>>"
    )
    result = reading_bytes("a.pdf", data)
    assert result.articles or result.report.skipped


def source(tmp_path: Path) -> Path:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    return path


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """A module that a child can import."""
    monkeypatch.setattr(
        confined,
        "_START",
        confined._START.replace("sys.argv[1]);", f"sys.argv[1]); sys.path.insert(0, {str(tmp_path)!r});"),
    )

    def write(body: str) -> str:
        (tmp_path / "answering.py").write_text(f"def answers(source, asked):\n    {body}\n", encoding="utf-8")
        return "answering"

    return write


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("yield 1; bytearray(1 << 40)", "memory"),
        ("yield 1; import os; os.abort()", "died"),
        ("yield 1; import time; time.sleep(60)", "time"),
        ("yield 1; yield 'x' * 3000", "size"),
        ("yield 1; raise ValueError('خطأ')", "error"),
    ],
)
def test_answers_before_an_early_end_are_kept(
    module: Callable[[str], str], tmp_path: Path, body: str, kind: str
) -> None:
    found = []
    with source(tmp_path).open("rb") as file, pytest.raises(Ended) as raised:
        for answer in answers(module(body), None, file, Confines(memory=1 << 30, seconds=5, answer=2000)):
            found.append(answer)
    assert (found, raised.value.kind) == ([1], kind)


def test_answers_in_order(module: Callable[[str], str], tmp_path: Path) -> None:
    with source(tmp_path).open("rb") as file:
        found = list(
            answers(
                module("print('noise'); yield asked; yield source.read().decode()"),
                ["ا"],
                file,
                Confines(1 << 30, 30),
            )
        )
    assert found == [["ا"], "x"]
