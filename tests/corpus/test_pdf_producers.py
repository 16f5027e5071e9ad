"""Small files of the programs that write Arabic PDF, each in its own way: made by ``benchmarks/pdfs.py`` with
the font Amiri (SIL OFL 1.1), of which each holds the few glyphs that it shows."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from reading_helpers import Result

HERE = Path(__file__).parent / "pdfs"
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.pdf")), ids=lambda path: path.stem)
def test_what_was_written_is_read(reading: Callable[..., Result], path: Path) -> None:
    result = reading(path)
    assert not result.report.skipped
    (article,) = result.articles
    found = normal(" ".join((article.title, *article.paragraphs)))
    likeness = SequenceMatcher(None, normal(" ".join(EXPECTED)), found, autojunk=False).ratio()
    assert likeness >= 0.985, found
