"""Writing segments: postings made by sorting all words at once, written in order past Whoosh's posting pool, in Whoosh's format.

Stock Whoosh makes one tuple of every posting, sorts millions of them and looks a length up for each; here a term's
postings are already in document order when the segment is written. The files are the same.
"""

from __future__ import annotations

import heapq
import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.filedb.filestore import FileStorage
from whoosh.system import pack_ushort
from whoosh.util.numeric import length_to_byte

from khabar.index.records import UNDATED
from khabar.index.whoosh_engine.postings import SegmentFiles, describe
from khabar.index.whoosh_engine.schema import (
    AUTHOR,
    CODEC,
    INDEX_NAME,
    KEY,
    NUMBER,
    POSITIONS,
    PRINT,
    PUBLISHED,
    SCHEMA,
    SOURCE,
    STORED,
    TEXT,
)
from khabar.index.words import Inverted, Words, invert

__all__ = ["ArticleUnits", "SegmentBuilder", "merge_segments"]

#: Documents, frequencies and encoded positions of one term, in document order; no positions where the field has none.
Postings = tuple[list[int], list[float], list[bytes]]

#: Postings of so few documents stand in the term index itself, as Whoosh's format allows: one look-up gives them, and they
#: need no block of their own.
INLINED = 8

#: Postings that are made lists at a time.
_AT_ONCE = 200_000

_TERM_FIELDS = tuple(sorted((TEXT, KEY, SOURCE, AUTHOR)))
_NAMES = (KEY, SOURCE, AUTHOR)
_INFORMATION = W3TermInfo._struct


class _SegmentWriter:
    """The two halves of a segment's files: documents first, then terms in order."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self.segment = CODEC.new_segment(storage, INDEX_NAME)
        self._documents = CODEC.per_document_writer(storage, self.segment)
        self._terms = CODEC.field_writer(storage, self.segment)
        self.count = 0
        self._lengths = array("I")

    def document(
        self, number: int, length: int, stored: str | None, published: int = UNDATED, name: int = 0
    ) -> int:
        """Write a unit's part that is looked up by document, and give the document's number in the segment."""
        documents = self._documents
        document = self.count
        documents.start_doc(document)
        documents.add_field(TEXT, SCHEMA[TEXT], None, length)
        self._lengths.append(length)
        if stored is not None:
            documents.add_field(STORED, SCHEMA[STORED], stored, 0)
            documents.add_column_value(PUBLISHED, SCHEMA[PUBLISHED].column_type, published)
            documents.add_column_value(PRINT, SCHEMA[PRINT].column_type, name)
        documents.add_column_value(NUMBER, SCHEMA[NUMBER].column_type, number)
        documents.finish_doc()
        self.count += 1
        return document

    def field(self, name: str, terms: Iterable[tuple[bytes, Postings]]) -> None:
        """Write all terms of a field, in order of their bytes. Fields must come in order of their names."""
        writer = self._terms
        writer.start_field(name, SCHEMA[name])
        lengths = self._lengths if name == TEXT else None
        # The postings writer's block buffer is filled whole instead of posting by posting; the pinned version of Whoosh
        # and a test that reads the result with Whoosh's own reader keep this honest.
        block = writer._postwriter
        limit = CODEC._blocklimit
        field = pack_ushort(writer._fieldid)
        for term, (documents, weights, values) in terms:
            if len(documents) <= INLINED:
                sizes = [lengths[document] for document in documents] if lengths is not None else [0]
                information = _INFORMATION.pack(
                    1,
                    sum(weights),
                    len(documents),
                    length_to_byte(min(sizes)),
                    length_to_byte(max(sizes)),
                    max(weights),
                    documents[0],
                    documents[-1],
                )
                inlined = pickle.dumps((tuple(documents), tuple(weights), tuple(values)), 2)
                writer._tindex.add(field + term, information + inlined)
                continue
            writer.start_term(term)
            for begin in range(0, len(documents), limit):
                if begin:
                    block._write_block()
                ids = documents[begin : begin + limit]
                block._ids = array("I", ids)
                block._weights = array("f", weights[begin : begin + limit])
                block._values = values[begin : begin + limit]
                block._maxweight = max(block._weights)
                if lengths is not None:
                    sizes = [lengths[document] for document in ids]
                    block._minlength = min(sizes)
                    block._maxlength = max(sizes)
            writer.finish_term()
        writer.finish_field()

    def finish(self) -> Any:
        """Close the files; the segment can then stand in a table of contents."""
        self._documents.close()
        self._terms.close()
        self.segment.set_doc_count(self.count)
        # Kept in the table of contents with the segment: a file that was cut or a column that was lost is known as such.
        self.segment.khabar_files = {
            name: describe(self._storage, name) for name in self.segment.list_files(self._storage)
        }
        return self.segment


@dataclass(slots=True)
class ArticleUnits:
    """An article as a segment will have it.

    Attributes:
        key, source, author: its terms in the fields of these names; "" for none.
        published: as :func:`khabar.index.records.seconds_of` gives it.
        fingerprint: its beginning, as :func:`khabar.index.records.print_of` gives it.
        stored: its JSON.
        words: its units, the title first.
        dropped: whether it was taken back.
    """

    key: str
    source: str
    author: str
    published: int
    fingerprint: int
    stored: str
    words: Words
    dropped: bool = False


class SegmentBuilder:
    """Gathers articles in memory until they are written as one segment."""

    def __init__(self) -> None:
        self._articles: list[ArticleUnits] = []
        #: How many words are held: what its memory grows with.
        self.size = 0

    def add(self, article: ArticleUnits) -> ArticleUnits:
        """Add an article, and give it: whoever wants it back marks it as dropped."""
        self._articles.append(article)
        self.size += len(article.words.tokens)
        return article

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return all(article.dropped for article in self._articles)

    def write(self, storage: FileStorage) -> Any:
        """Write everything gathered as a segment, and give it."""
        writer = _SegmentWriter(storage)
        articles = [article for article in self._articles if not article.dropped]
        names: dict[str, dict[str, list[int]]] = {field: {} for field in _NAMES}
        for article in articles:
            head = writer.count
            for field, name in ((KEY, article.key), (SOURCE, article.source), (AUTHOR, article.author)):
                if name:
                    names[field].setdefault(name, []).append(head)
            for number, length in enumerate(article.words.lengths.tolist()):
                writer.document(
                    number, length, None if number else article.stored, article.published, article.fingerprint
                )
        for field in _TERM_FIELDS:
            # UTF-8 sorts as code points do, so the strings need no encoding to be put in order.
            writer.field(
                field,
                _inverted([article.words for article in articles])
                if field == TEXT
                else (
                    (name.encode(), (documents, [1.0] * len(documents), []))
                    for name, documents in sorted(names[field].items())
                ),
            )
        return writer.finish()


def _inverted(words: Sequence[Words]) -> Iterator[tuple[bytes, Postings]]:
    """The postings of every term, in order of the terms' bytes."""
    whole = Words.joined(words)
    inverted = invert(whole)
    terms = whole.terms.terms
    names = [terms[number].encode() for number in inverted.numbers.tolist()]
    order = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    sizes = np.diff(inverted.starts)[order]
    ends = np.cumsum(sizes)
    # Where the entries of the terms in their order stand among all.
    entries = np.repeat(inverted.starts[:-1][order] - (ends - sizes), sizes) + np.arange(len(inverted.units))
    encode = _Encoder(inverted)
    place = 0
    while place < len(order):
        # As lists a posting takes ten times the memory: some at a time.
        first = int(ends[place] - sizes[place])
        last = max(place + 1, int(np.searchsorted(ends, first + _AT_ONCE)))
        part = entries[first : int(ends[last - 1])]
        units = inverted.units[part].tolist()
        weights = inverted.counts[part].astype(np.float64).tolist()
        values = encode.values(part)
        begin = 0
        for each, size in zip(order[place:last].tolist(), sizes[place:last].tolist(), strict=True):
            end = begin + size
            yield names[each], (units[begin:end], weights[begin:end], values[begin:end])
            begin = end
        place = last


class _Encoder:
    """Packs the positions of entries as Whoosh does."""

    def __init__(self, inverted: Inverted) -> None:
        self._begins = inverted.begins
        self._counts = inverted.counts
        self._positions = inverted.positions
        # Nine words of ten stand once in a paragraph: those share theirs.
        longest = int(inverted.positions.max(initial=-1))
        self._singles = [POSITIONS.encode((position,)) for position in range(longest + 1)]

    def values(self, entries: Any) -> list[bytes]:
        """The positions of some entries."""
        singles = self._singles
        values = [singles[position] for position in self._positions[self._begins[entries]].tolist()]
        for at in np.flatnonzero(self._counts[entries] > 1).tolist():
            entry = entries[at]
            values[at] = POSITIONS.encode(
                self._positions[self._begins[entry] : self._begins[entry + 1]].tolist()
            )
        return values


def merge_segments(storage: FileStorage, segments: Sequence[Any]) -> Any:
    """Write what is not deleted of some segments as one new segment, term by term: memory stays flat."""
    files = [SegmentFiles(storage.folder, segment) for segment in segments]
    try:
        writer = _SegmentWriter(storage)
        maps: list[dict[int, int]] = []
        for part in files:
            renumbered: dict[int, int] = {}
            lengths = part.lengths()
            numbers, published, prints = part.numbers(), part.published(), part.prints()
            for document in range(part.count):
                if not part.is_deleted(document):
                    stored = part.stored(document) if numbers[document] == 0 else None
                    renumbered[document] = writer.document(
                        int(numbers[document]),
                        int(lengths[document]),
                        stored,
                        int(published[document]),
                        int(prints[document]),
                    )
            maps.append(renumbered)
        for name in _TERM_FIELDS:
            writer.field(name, _merged_terms(name, files, maps))
        return writer.finish()
    finally:
        for part in files:
            part.close()


def _merged_terms(
    name: str, files: Sequence[SegmentFiles], maps: Sequence[dict[int, int]]
) -> Iterator[tuple[bytes, Postings]]:
    def listed(place: int) -> Iterator[tuple[bytes, int]]:
        return ((term, place) for term, _ in files[place].terms(name))

    merged = heapq.merge(*(listed(place) for place in range(len(files))))
    for term, places in groupby(merged, key=lambda item: item[0]):
        documents: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        for _, place in places:
            renumbered = maps[place]
            ids, counts, encoded = files[place].raw_postings(name, term)
            for index, document in enumerate(ids):
                if document in renumbered:
                    documents.append(renumbered[document])
                    weights.append(counts[index])
                    if encoded:
                        values.append(encoded[index])
        if documents:
            yield term, (documents, weights, values)
