"""The codec by which Whoosh reads a khabar index, so that its searcher, queries and matchers work on it.
khabar itself reads the arrays directly, since Whoosh takes one posting at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        self._postings = postings
        self._documents = documents

    def close(self) -> None:
        del self._postings
        self._documents.close()

    def _find(self, field: str, term: bytes) -> int | None:
        numbers = self._postings.from_term(field, term)
        return numbers[0] if numbers and self._postings.term(numbers[0]) == term else None

    def _found(self, field: str, term: bytes) -> int:
        number = self._find(field, term)
        if number is None:
            raise TermNotFound(f"No term {field}:{term!r}")
        return number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> Iterable[str]:
        return [field for field in FIELDS if self._postings.terms_of(field)]

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self, self._postings, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            yield from self._terms_in(field, self._postings.terms_of(field))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        yield from self._terms_in(fieldname, self._postings.from_term(fieldname, prefix))
        for field in self.indexed_field_names():
            if field > fieldname:
                yield from self._terms_in(field, self._postings.terms_of(field))

    def _terms_in(self, field: str, numbers: range) -> Iterator[tuple[str, bytes]]:
        return ((field, self._postings.term(number)) for number in numbers)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        passages, counts = self._entries(self._found(fieldname, text))
        lengths = self._lengths(fieldname, passages)
        return TermInfo(
            weight=float(counts.sum()),
            df=len(passages),
            minlength=min(lengths, default=0),
            maxlength=max(lengths, default=0),
            maxweight=float(counts.max()),
            minid=int(passages[0]),
            maxid=int(passages[-1]),
        )

    def _entries(self, number: int) -> tuple[Ints, Ints]:
        passages, counts, _ = self._postings.of_terms(np.array([number]))
        return passages, counts

    def _lengths(self, field: str, passages: Ints) -> list[int]:
        length = self._documents.doc_field_length_reader(field)
        return [length(passage) or 0 for passage in passages.tolist()]

    def frequency(self, fieldname: str, text: bytes) -> float:
        number = self._find(fieldname, text)
        return 0.0 if number is None else float(self._entries(number)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        number = self._find(fieldname, text)
        return 0 if number is None else int(self._postings.sizes(np.array([number]))[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        number = self._found(fieldname, text)
        info = self.term_info(fieldname, text)
        return ArrayMatcher(
            self._postings, number, *self._entries(number), format_, scorer, (fieldname, text), info
        )


class _Cursor(base.FieldCursor):  # type: ignore[misc]
    """See :class:`whoosh.codec.base.FieldCursor`."""

    def __init__(self, reader: ArrayTermsReader, postings: Postings, field: str, fieldobj: Any) -> None:
        self._reader = reader
        self._postings = postings
        self._field = field
        self._fieldobj = fieldobj
        self._numbers = postings.terms_of(field)

    def first(self) -> Any:
        self._numbers = self._postings.terms_of(self._field)
        return self.text()

    def find(self, term: Any) -> Any:
        if not isinstance(term, bytes):
            term = self._fieldobj.to_bytes(term)
        self._numbers = self._postings.from_term(self._field, term)
        return self.text()

    def next(self) -> Any:
        self._numbers = self._numbers[1:]
        return self.text()

    def text(self) -> Any:
        if not self._numbers:
            return None
        return self._fieldobj.from_bytes(self._postings.term(self._numbers[0]))

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
        format_: Any,
        scorer: Any,
        term: tuple[str, bytes],
        info: TermInfo,
    ) -> None:
        self._arguments = (postings, number, passages, counts, format_, scorer, term, info)
        self._postings = postings
        self._passages = passages
        self._counts = counts
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._info = info
        self._ends = int(postings.arrays["begins"][number]) + np.cumsum(counts, dtype=np.int64)
        self._at = 0

    def copy(self) -> ArrayMatcher:
        copy = ArrayMatcher(*self._arguments)
        copy._at = self._at
        return copy

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

    def value(self) -> bytes:
        if not isinstance(self.format, Positions):
            return b""
        end = int(self._ends[self._at])
        found = self._postings.positions_of(end - int(self._counts[self._at]), end)
        encoded: bytes = POSITIONS.encode(found.tolist())
        return encoded

    def value_as(self, astype: str) -> Any:
        if astype == "positions":
            end = int(self._ends[self._at])
            return self._postings.positions_of(end - int(self._counts[self._at]), end).tolist()
        return super().value_as(astype)

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return not self.is_active()

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += int(np.searchsorted(self._passages[self._at :], id))

    def skip_to_quality(self, minquality: float) -> int:
        if self.is_active() and self.block_quality() <= minquality:
            self._at = len(self._passages)
            return 1
        return 0

    def block_min_length(self) -> int:
        result: int = self._info.min_length()
        return result

    def block_max_length(self) -> int:
        result: int = self._info.max_length()
        return result

    def block_max_weight(self) -> float:
        result: float = self._info.max_weight()
        return result
