"""The Whoosh schema: one document for each title and each paragraph; those of an article are consecutive."""

from __future__ import annotations

from whoosh import columns, fields
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.formats import Positions

from khabar.index.embedded.fields import (
    AUTHOR,
    FINGERPRINT,
    ID,
    NUMBER,
    OFFSET,
    PUBLISHED,
    SECTION,
    SOURCE,
    STORED,
    TAG,
    TEXT,
    VALUE,
)
from khabar.index.records import UNDATED

__all__ = ["POSITIONS", "SCHEMA"]

SCHEMA = fields.Schema(
    **{
        TEXT: fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True, stored=False),
        ID: fields.ID(unique=True),
        SOURCE: fields.ID(),
        AUTHOR: fields.ID(),
        SECTION: fields.ID(),
        TAG: fields.ID(),
        VALUE: fields.ID(),
        NUMBER: fields.COLUMN(columns.NumericColumn("i")),
        PUBLISHED: fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        OFFSET: fields.COLUMN(columns.NumericColumn("i")),
        FINGERPRINT: fields.COLUMN(columns.NumericColumn("Q")),
        STORED: fields.STORED(),
    },
)

POSITIONS = Positions()
