"""The corpus room: files in, articles out.

In reading order: `article` is the value that everything else is about; `files` finds what to read,
`containers` unpacks it, `formats` tells what it is, `encoding` turns bytes into text; `text` and `records`
make an article of a plain text or a JSON record, without `clutter` and `markup` and with `dates`
understood; `reader` joins them, and `report` says what was left out.
"""

from __future__ import annotations

from .article import Article, Paragraph, make_id
from .dates import parse_date
from .reader import read
from .records import FIELDS
from .report import ReadReport, Skipped

__all__ = ["FIELDS", "Article", "Paragraph", "ReadReport", "Skipped", "make_id", "parse_date", "read"]
