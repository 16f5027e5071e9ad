"""The Whoosh schema, made of Whoosh's own classes alone, so that stock Whoosh opens the index without khabar."""

from __future__ import annotations

from whoosh import columns, fields
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.formats import Positions

from khabar.index.records import UNDATED

__all__ = [
    "AUTHOR",
    "CODEC",
    "INDEX_NAME",
    "KEY",
    "KEY_SEPARATOR",
    "NUMBER",
    "POSITIONS",
    "PRINT",
    "PUBLISHED",
    "SCHEMA",
    "SOURCE",
    "STORED",
    "TEXT",
]

#: The name that Whoosh's files begin with.
INDEX_NAME = "MAIN"

#: The unit's words, on the exact depth, with their positions.
TEXT = "text"
#: One term for each article, on its title's unit: id, unit separator, fingerprint.
KEY = "key"
KEY_SEPARATOR = "\x1f"
#: The source's and the author's name as one term each, on the title's unit.
SOURCE = "source"
AUTHOR = "author"
#: The unit's number in its article; 0 begins an article.
NUMBER = "number"
#: The article's moment of publication, as :func:`khabar.index.records.dated` makes it, on the title's unit.
PUBLISHED = "published"
#: The first 64 bits of the article's fingerprint, on the title's unit.
PRINT = "print"
#: The article as JSON, on the title's unit.
STORED = "article"


CODEC = W3Codec()

SCHEMA = fields.Schema(
    **{
        TEXT: fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True, stored=False),
        KEY: fields.ID(),
        SOURCE: fields.ID(),
        AUTHOR: fields.ID(),
        NUMBER: fields.COLUMN(columns.NumericColumn("i")),
        PUBLISHED: fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        PRINT: fields.COLUMN(columns.NumericColumn("Q")),
        STORED: fields.STORED(),
    },
)

POSITIONS = Positions()
