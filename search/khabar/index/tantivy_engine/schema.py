"""The Tantivy schema: one document for each article, and one that names the commit's catalogue."""

from __future__ import annotations

from tantivy import Schema, SchemaBuilder

__all__ = ["COMMIT", "FILLER", "KEY", "ROW", "SCHEMA", "STORED"]

#: One term for each article: id, fingerprint and row, as :mod:`khabar.index.tantivy_engine.keys` joins them.
KEY = "key"
#: The article's number in the order of indexing, in all the history of the index.
ROW = "row"
#: The article as JSON.
STORED = "article"
#: On a document of its own: the number of the commit, which the files of the catalogue have in their names.
COMMIT = "commit"
#: Stands there on documents that are only there to make Tantivy merge segments.
FILLER = -1


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field(KEY, tokenizer_name="raw", index_option="basic")
    # Signed: an int that does not fit an unsigned field kills Tantivy's writer thread.
    builder.add_integer_field(ROW, indexed=True, fast=True)
    builder.add_integer_field(COMMIT, indexed=True, fast=True)
    builder.add_bytes_field(STORED, stored=True)
    return builder.build()


SCHEMA = _schema()
