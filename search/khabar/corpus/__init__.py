"""The corpus room: files in, articles out.

In reading order: `article` is the basic value; `files` finds what to read, `containers` unpacks it,
`formats` detects its format, `encoding` turns bytes into text; `content` is the
protocol of readers, of which `text`, `markdown`, `json_records`, `tables`, `feeds`, `pages` and `warc` have
one each; they make articles with `records`, without `clutter` and `markup` and with `dates` understood;
`reader` joins them, and `report` records what was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.corpus.article import Article as Article
    from khabar.corpus.article import Paragraph as Paragraph
    from khabar.corpus.article import make_id as make_id
    from khabar.corpus.dates import parse_timestamp as parse_timestamp
    from khabar.corpus.reader import read as read
    from khabar.corpus.records import FIELDS as FIELDS
    from khabar.corpus.report import Note as Note
    from khabar.corpus.report import ReadReport as ReadReport
    from khabar.corpus.report import Skipped as Skipped
    from khabar.corpus.report import SkippedTogether as SkippedTogether

#: Where each name lives. Imported at first use: a search of a built index needs no readers.
_HOME = {
    "Article": "article",
    "FIELDS": "records",
    "Paragraph": "article",
    "Note": "report",
    "ReadReport": "report",
    "Skipped": "report",
    "SkippedTogether": "report",
    "make_id": "article",
    "parse_timestamp": "dates",
    "read": "reader",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'khabar.corpus' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
