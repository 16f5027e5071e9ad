"""The codec by which Whoosh reads a khabar index, so that its searcher, queries and matchers work on it.
khabar itself reads the arrays directly, since Whoosh takes one posting at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader
from whoosh.columns import ColumnReader
from whoosh.formats import Positions
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from khabar.index.arrayfile import mapped
from khabar.index.columns import Ints
from khabar.index.embedded.articles import ARTICLES, Articles
from khabar.index.embedded.fields import FINGERPRINT, NUMBER, OFFSET, PUBLISHED, STORED, TEXT
from khabar.index.embedded.postings import EXTENSION, FIELDS, Postings
from khabar.index.embedded.schema import POSITIONS
from khabar.index.records import UNDATED

__all__ = ["ArrayCodec"]

#: Whoosh's name for the column of a text's lengths.
LENGTH = f"_{TEXT}_len"
#: For each of Whoosh's columns, its name in :class:`khabar.index.embedded.articles.Known`, and the value of
#: documents that are not titles.
_COLUMNS = {PUBLISHED: ("published", UNDATED), OFFSET: ("offsets", 0), FINGERPRINT: ("fingerprints", 0)}


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """See :class:`whoosh.codec.base.Codec`."""

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        data = mapped(Path(storage.folder) / segment.make_filename(EXTENSION))
        documents = self.per_document_reader(storage, segment)
        return ArrayTermsReader(Postings(data, segment.doc_count_all()), documents)

    def per_document_reader(self, storage: Any, segment: Any) -> Documents:
        return Documents(storage, segment)


class Documents(W3PerDocReader):  # type: ignore[misc]
    """Columns and stored documents from a segment's file of articles."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        data = mapped(Path(storage.folder) / segment.make_filename(ARTICLES))
        self._articles = Articles(data, segment.doc_count_all())

    def has_column(self, fieldname: str) -> bool:
        return fieldname in (NUMBER, LENGTH, *_COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> Any:
        articles = self._articles
        if fieldname == LENGTH:
            return _Column(articles.column("length_codes"))
        if fieldname == NUMBER:
            return _Column(np.arange(self._doccount) - np.repeat(articles.heads, articles.sizes))
        name, default = _COLUMNS[fieldname]
        values = articles.column(name)
        of_documents = np.full(self._doccount, default, values.dtype)
        of_documents[articles.heads] = values
        return _Column(of_documents)

    def stored_fields(self, docnum: int) -> Any:
        number = self._articles.number_of(docnum)
        return {STORED: self._articles.json(number)} if self._articles.heads[number] == docnum else {}


class _Column(ColumnReader):  # type: ignore[misc]
    """The values of all documents, in memory."""

    def __init__(self, values: Ints) -> None:
        self._values = values.tolist()
        self._doccount = len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """See :class:`whoosh.codec.base.TermsReader`.

    Args:
        postings: the postings of a segment.
        documents: its documents, for the lengths of fields.
    """

    def __init__(self, postings: Postings, documents: Documents) -> None:
        self.postings = postings
        self._documents = documents

    def close(self) -> None:
        del self.postings
        self._documents.close()

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return bool(self._number(*term))

    def indexed_field_names(self) -> Iterable[str]:
        return [field for field in FIELDS if self.postings.terms_of(field)]

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in FIELDS:
            if field >= fieldname:
                start = prefix if field == fieldname else b""
                for number in self.postings.from_term(field, start):
                    yield field, self.postings.term(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self._entries(fieldname, text)[-1]

    def _number(self, field: str, term: bytes) -> range:
        """The number of a term; empty if it is not there."""
        numbers = self.postings.from_term(field, term)[:1]
        return numbers if numbers and self.postings.term(numbers[0]) == term else range(0)

    def _entries(self, field: str, term: bytes) -> tuple[int, Ints, Ints, TermInfo]:
        """The number of a term, its passages, the counts there, and its statistics."""
        for number in self._number(field, term):
            passages, counts, _ = self.postings.of_terms(np.array([number]))
            length = self._documents.doc_field_length_reader(field)
            lengths = [length(passage) or 0 for passage in passages.tolist()]
            weight, greatest = float(counts.sum()), float(counts.max())
            bounds = min(lengths), max(lengths), greatest, int(passages[0]), int(passages[-1])
            return number, passages, counts, TermInfo(weight, len(passages), *bounds)
        raise TermNotFound(f"No term {field}:{term!r}")

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return sum(int(self.postings.sizes(np.array([each]))[0]) for each in self._number(fieldname, text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        entries = self._entries(fieldname, text)
        return ArrayMatcher(self.postings, *entries, format_, scorer, (fieldname, text))


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """See :class:`whoosh.codec.base.FieldCursor`."""

    def __init__(self, reader: ArrayTermsReader, field: str, fieldobj: Any) -> None:
        self._reader, self._postings = reader, reader.postings
        self._field, self._fieldobj = field, fieldobj
        self._numbers = self._postings.terms_of(field)

    def first(self) -> Any:
        return self.find(b"")

    def find(self, term: Any) -> Any:
        if not isinstance(term, bytes):
            term = self._fieldobj.to_bytes(term)
        self._numbers = self._postings.from_term(self._field, term)
        return self.text()

    def next(self) -> Any:
        self._numbers = self._numbers[1:]
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._postings.term(self._numbers[0])) if self._numbers else None

    def term_info(self) -> TermInfo | None:
        if not self._numbers:
            return None
        return self._reader.term_info(self._field, self._postings.term(self._numbers[0]))

    def is_valid(self) -> bool:
        return bool(self._numbers)


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """The postings of a term, one at a time; see :class:`whoosh.matching.Matcher`. All are one block."""

    def __init__(
        self,
        postings: Postings,
        number: int,
        passages: Ints,
        counts: Ints,
        info: TermInfo,
        format_: Any,
        scorer: Any,
        term: tuple[str, bytes],
    ) -> None:
        self.format, self.scorer, self._term = format_, scorer, term
        self.block_min_length, self.block_max_length = info.min_length, info.max_length
        self.block_max_weight = info.max_weight
        self._postings, self._passages, self._counts = postings, passages, counts
        self._ends = int(postings.arrays["begins"][number]) + np.cumsum(counts, dtype=np.int64)
        self._at = 0

    def copy(self) -> Any:
        return copy(self)

    def is_active(self) -> bool:
        return self._at < len(self._passages)

    def reset(self) -> None:
        self._at = 0

    def id(self) -> int:
        return int(self._passages[self._at])

    def all_ids(self) -> Iterator[int]:
        return iter(self._passages.tolist())

    def weight(self) -> float:
        return float(self._counts[self._at])

    def value(self) -> Any:
        return POSITIONS.encode(self._positions()) if isinstance(self.format, Positions) else b""

    def value_as(self, astype: str) -> Any:
        return self._positions() if astype == "positions" else super().value_as(astype)

    def _positions(self) -> list[int]:
        end = int(self._ends[self._at])
        positions: list[int] = self._postings.positions_of(end - int(self._counts[self._at]), end).tolist()
        return positions

    def next(self) -> bool:
        return self._go_to(self._at + 1)

    def skip_to(self, id: int) -> None:
        self._go_to(self._at + int(np.searchsorted(self._passages[self._at :], id)))

    def _go_to(self, place: int) -> bool:
        """Go to a posting; whether it is after the last."""
        if not self.is_active():
            raise ReadTooFar
        self._at = place
        return not self.is_active()

    def skip_to_quality(self, minquality: float) -> int:
        if not self.is_active() or self.block_quality() > minquality:
            return 0
        self._at = len(self._passages)
        return 1
