"""Writing segments: postings gathered per term and written in order, past Whoosh's posting pool, in Whoosh's own format.

Stock Whoosh makes one tuple of every posting, sorts millions of them and looks a length up for each; here a term's
postings are already in document order when the segment is written. The files are the same.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.filedb.filestore import FileStorage
from whoosh.system import pack_ushort

from khabar.index.engine import UnitWords
from khabar.index.records import UNDATED
from khabar.index.whoosh_engine.postings import SegmentFiles, describe
from khabar.index.whoosh_engine.schema import (
    CODEC,
    INDEX_NAME,
    KEY,
    NUMBER,
    POSITIONS,
    PUBLISHED,
    SCHEMA,
    SOURCE,
    STORED,
    TEXT,
)

__all__ = ["SegmentBuilder", "merge_segments"]

#: Documents, frequencies and encoded positions of one term, in document order; no positions where the field has none.
Postings = tuple[list[int], list[float], list[bytes]]

#: Postings of so few documents stand in the term index itself, as Whoosh's format allows: one look-up gives them, and they
#: need no block of their own.
INLINED = 8

_TERM_FIELDS = tuple(sorted((TEXT, KEY, SOURCE)))


class _SegmentWriter:
    """The two halves of a segment's files: documents first, then terms in order."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self.segment = CODEC.new_segment(storage, INDEX_NAME)
        self._documents = CODEC.per_document_writer(storage, self.segment)
        self._terms = CODEC.field_writer(storage, self.segment)
        self.count = 0
        self._lengths = array("I")

    def document(self, number: int, length: int, stored: str | None, published: int = UNDATED) -> int:
        """Write a unit's part that is looked up by document, and give the document's number in the segment."""
        documents = self._documents
        document = self.count
        documents.start_doc(document)
        documents.add_field(TEXT, SCHEMA[TEXT], None, length)
        self._lengths.append(length)
        if stored is not None:
            documents.add_field(STORED, SCHEMA[STORED], stored, 0)
            documents.add_column_value(PUBLISHED, SCHEMA[PUBLISHED].column_type, published)
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
        for term, (documents, weights, values) in terms:
            if len(documents) <= INLINED:
                information = W3TermInfo()
                information._df = len(documents)
                information._weight = sum(weights)
                information._maxweight = max(weights)
                information._minid, information._maxid = documents[0], documents[-1]
                if lengths is not None:
                    sizes = [lengths[document] for document in documents]
                    information._minlength, information._maxlength = min(sizes), max(sizes)
                information.set_inlined(documents, weights, values)
                writer._tindex.add(pack_ushort(writer._fieldid) + term, information.to_bytes())
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


class SegmentBuilder:
    """Gathers units in memory until they are written as one segment."""

    def __init__(self) -> None:
        self._units: list[tuple[int, int, str | None, int]] = []
        self._postings: dict[str, dict[str, Postings]] = {name: {} for name in _TERM_FIELDS}
        self._dropped: set[int] = set()
        #: How many postings are held: what its memory grows with.
        self.size = 0

    def __len__(self) -> int:
        """How many units it was given: the number that the next one gets."""
        return len(self._units)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return len(self._dropped) == len(self._units)

    def drop(self, document: int) -> None:
        """Take an article back, by the number of its title's unit."""
        end = document + 1
        while end < len(self._units) and self._units[end][0] != 0:
            end += 1
        self._dropped.update(range(document, end))

    def add_article(
        self, key: str, source: str, published: int, stored: str, units: Sequence[UnitWords]
    ) -> None:
        """Add an article's units: the title's first, which carries the article itself."""
        document = len(self._units)
        self._name(KEY, key, document)
        if source:
            self._name(SOURCE, source, document)
        for number, words in enumerate(units):
            self._add_unit(number, words, stored if number == 0 else None, published)

    def _add_unit(self, number: int, words: UnitWords, stored: str | None, published: int) -> None:
        document = len(self._units)
        found: dict[str, list[int]] = {}
        length = 0
        for position, word in words:
            for term in word.exact:
                length += 1
                if term in found:
                    found[term].append(position)
                else:
                    found[term] = [position]
        held = self._postings[TEXT]
        for term, positions in found.items():
            postings = held.get(term)
            if postings is None:
                postings = held[term] = ([], [], [])
            postings[0].append(document)
            postings[1].append(len(positions))
            postings[2].append(_encode(tuple(positions)))
        self.size += len(found)
        self._units.append((number, length, stored, published))

    def _name(self, field: str, term: str, document: int) -> None:
        postings = self._postings[field].setdefault(term, ([], [], []))
        postings[0].append(document)
        postings[1].append(1)

    def write(self, storage: FileStorage) -> Any:
        """Write everything gathered as a segment, and give it."""
        writer = _SegmentWriter(storage)
        renumbered: dict[int, int] = {}
        for document, unit in enumerate(self._units):
            if document not in self._dropped:
                renumbered[document] = writer.document(*unit)
        for name in _TERM_FIELDS:
            # UTF-8 sorts as code points do, so the strings need no encoding to be put in order.
            listed = ((term.encode(), postings) for term, postings in sorted(self._postings[name].items()))
            writer.field(name, _renumbered(listed, renumbered) if self._dropped else listed)
        return writer.finish()


def merge_segments(storage: FileStorage, segments: Sequence[Any]) -> Any:
    """Write what is not deleted of some segments as one new segment, term by term: memory stays flat."""
    files = [SegmentFiles(storage.folder, segment) for segment in segments]
    try:
        writer = _SegmentWriter(storage)
        maps: list[dict[int, int]] = []
        for part in files:
            renumbered: dict[int, int] = {}
            lengths = part.lengths()
            numbers, published = part.numbers(), part.published()
            for document in range(part.count):
                if not part.is_deleted(document):
                    stored = part.stored(document) if numbers[document] == 0 else None
                    renumbered[document] = writer.document(
                        int(numbers[document]),
                        int(lengths[document]),
                        stored,
                        int(published[document]),
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


def _renumbered(
    terms: Iterable[tuple[bytes, Postings]], numbers: Mapping[int, int]
) -> Iterator[tuple[bytes, Postings]]:
    """The postings of the documents that have a new number."""
    for term, (documents, weights, values) in terms:
        kept = [index for index, document in enumerate(documents) if document in numbers]
        if kept:
            yield (
                term,
                (
                    [numbers[documents[index]] for index in kept],
                    [weights[index] for index in kept],
                    [values[index] for index in kept] if values else [],
                ),
            )


def _encode(positions: tuple[int, ...]) -> bytes:
    if len(positions) > 2:
        encoded: bytes = POSITIONS.encode(positions)
        return encoded
    return _encode_few(positions)


@lru_cache(maxsize=1 << 16)
def _encode_few(positions: tuple[int, ...]) -> bytes:
    # Nine words of ten stand once in a paragraph: their encodings are shared.
    encoded: bytes = POSITIONS.encode(positions)
    return encoded
