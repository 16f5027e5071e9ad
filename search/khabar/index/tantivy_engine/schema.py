"""The Tantivy schema: one document for each article, and one that names the commit's catalogue."""

from __future__ import annotations

import zlib

from tantivy import Schema, SchemaBuilder

from khabar.corpus.article import Article
from khabar.index.records import article_from_json, article_to_json

__all__ = ["COMMIT", "FILLER", "KEY", "ROW", "SCHEMA", "STORED", "article_of", "sealed"]

#: One term for each article: id, fingerprint and row, as :mod:`khabar.index.tantivy_engine.keys` joins them.
KEY = "key"
#: The article's number in the order of indexing, in all the history of the index.
ROW = "row"
#: The article as JSON behind a checksum (:func:`sealed`).
STORED = "article"
#: On a document of its own: the number of the commit, which the files of the catalogue have in their names.
COMMIT = "commit"
#: Stands there on documents that are only there to make Tantivy merge segments.
FILLER = -1
_CHECKSUM = 4


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field(KEY, tokenizer_name="raw", index_option="basic")
    # Signed: an int that does not fit an unsigned field kills Tantivy's writer thread.
    builder.add_integer_field(ROW, indexed=True, fast=True)
    builder.add_integer_field(COMMIT, indexed=True, fast=True)
    builder.add_bytes_field(STORED, stored=True)
    return builder.build()


SCHEMA = _schema()


def sealed(article: Article, row: int) -> bytes:
    """An article as it is stored. Tantivy's compression has no checksum: a flipped bit could show as another text."""
    text = article_to_json(article).encode()
    return _checksum(text, row) + text


def article_of(stored: bytes, row: int | None = None) -> Article:
    """The article that was stored.

    Args:
        stored: what :func:`sealed` gave.
        row: the article's; None for one that is not known: then nothing is compared.

    Raises:
        ValueError: if it is not as it was written, or of another row.
    """
    text = stored[_CHECKSUM:]
    if row is not None and _checksum(text, row) != stored[:_CHECKSUM]:
        raise ValueError("an article is not as it was written")
    return article_from_json(text)


def _checksum(text: bytes, row: int) -> bytes:
    return zlib.crc32(text, zlib.crc32(row.to_bytes(8, "big"))).to_bytes(_CHECKSUM, "big")
