"""The corpus room: files in, articles out.

The modules of this folder hold what all its subfolders share: an `article` and its `kept_fields`, `dates`,
the `suffixes` of formats, the `names` of files, the `limits`, and the `report` with the `reasons` why
something was left out. They import no subfolder, and each subfolder imports only those listed before it:

- `formats` tells a file's format from its first bytes; `pieces` unpacks and decodes, and defines the protocol
  of readers (`khabar.corpus.pieces.content`); `text` finds title and paragraphs, `records` the fields of a
  record;
- the readers are in `records`, `tables`, `xml` and `wires`, `web`, `ocr`, `office` and `pdf`, `mail`,
  `compound` and `exports`;
- `reading` joins them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.corpus.article import Article as Article
    from khabar.corpus.article import Paragraph as Paragraph
    from khabar.corpus.article import make_id as make_id
    from khabar.corpus.dates import parse_timestamp as parse_timestamp
    from khabar.corpus.reading.reader import read as read
    from khabar.corpus.records.drafts import FIELDS as FIELDS
    from khabar.corpus.report import Note as Note
    from khabar.corpus.report import ReadReport as ReadReport
    from khabar.corpus.report import Skipped as Skipped
    from khabar.corpus.report import SkippedTogether as SkippedTogether

#: Where each name lives. Imported at first use: a search of a built index needs no readers.
_HOME = {
    "Article": "article",
    "FIELDS": "records.drafts",
    "Paragraph": "article",
    "Note": "report",
    "ReadReport": "report",
    "Skipped": "report",
    "SkippedTogether": "report",
    "make_id": "article",
    "parse_timestamp": "dates",
    "read": "reading.reader",
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
