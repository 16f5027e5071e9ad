"""Writing segments: postings made by sorting all words, packed as arrays, in Whoosh's format.

Stock Whoosh makes one tuple of every posting, sorts millions of them and looks a length up for each; here nothing is done
for a posting by itself. The files are read alike.
"""

from __future__ import annotations

import heapq
import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from whoosh.system import pack_ushort

from khabar.index.bm25 import LENGTHS, length_steps
from khabar.index.columns import Ints
from khabar.index.records import UNDATED
from khabar.index.whoosh_engine.packing import TermPostings, pack
from khabar.index.whoosh_engine.postings import LENGTH, SegmentFiles, describe
from khabar.index.whoosh_engine.schema import (
    AUTHOR,
    CODEC,
    INDEX_NAME,
    KEY,
    NUMBER,
    PRINT,
    PUBLISHED,
    SOURCE,
    STORED,
    TEXT,
)
from khabar.index.whoosh_engine.storage import Storage
from khabar.index.whoosh_engine.termfile import TermFile
from khabar.index.words import Words, grouped, located

__all__ = ["ArticleUnits", "SegmentBuilder", "merge_segments", "packed_article"]

#: Postings that are packed at a time: they take 250 bytes each meanwhile.
_AT_ONCE = 250_000
#: zlib's level for articles: it takes no longer than at 3, which is Whoosh's own, and they become 3 % smaller.
_LEVEL = 4
#: With more documents than this Whoosh wants to be told where each one's stored fields begin.
_OFFSETS = 1 << 15

_TERM_FIELDS = tuple(sorted((TEXT, KEY, SOURCE, AUTHOR)))
_NAMES = (KEY, SOURCE, AUTHOR)


def packed_article(text: str) -> bytes:
    """An article's JSON as its document's stored fields."""
    return zlib.compress(pickle.dumps({STORED: text}, 2), _LEVEL)


class _Documents(msgspec.Struct, frozen=True, eq=False):
    """What is kept of each document.

    Attributes:
        numbers: of each its unit's number in its article; 0 begins an article.
        lengths: of each its length in words.
        published, prints, stored: of each article.
    """

    numbers: Ints
    lengths: Ints
    published: Ints
    prints: Ints
    stored: Sequence[bytes]


def _write_segment(
    storage: Storage, documents: _Documents, fields: Mapping[str, Iterable[TermPostings]]
) -> Any:
    """Write a segment's files; the segment can then stand in a table of contents.

    Args:
        storage: where to.
        documents: one or more.
        fields: the postings of each, in order of their names.
    """
    segment = CODEC.new_segment(storage, INDEX_NAME)
    lengths = length_steps(documents.lengths)
    _write_columns(storage, segment, documents, lengths)
    with segment.create_file(storage, ".pst") as blocks_file:
        terms_file = TermFile(segment.create_file(storage, ".trm"))
        written = 0
        for place, (name, batches) in enumerate(fields.items()):
            field = pack_ushort(place)
            for batch in batches:
                values, blocks = pack(batch, lengths if name == TEXT else None, written)
                terms_file.add([field + term for term in batch.names], values)
                blocks_file.write(blocks)
                written += len(blocks)
        terms_file.close({name: place for place, name in enumerate(fields)})
    segment.set_doc_count(len(documents.numbers))
    segment._fieldlengths = {TEXT: int(documents.lengths.sum())}
    # Kept in the table of contents with the segment: a file that was cut or a column that was lost is known as such.
    segment.khabar_files = {name: describe(storage, name) for name in segment.list_files(storage)}
    return segment


def _write_columns(storage: Storage, segment: Any, documents: _Documents, lengths: NDArray[np.uint8]) -> None:
    """Write what is looked up by document, each column as Whoosh's class for it does."""

    def write(name: str, *pieces: bytes) -> None:
        with storage.create_file(CODEC.column_filename(segment, name)) as file:
            for piece in pieces:
                file.write(piece)

    count = len(documents.numbers)
    heads = np.flatnonzero(documents.numbers == 0)
    for name, kind, default, values in (
        (PUBLISHED, ">i8", UNDATED, documents.published),
        (PRINT, ">u8", 0, documents.prints),
    ):
        column = np.full(count, default, kind)
        column[heads] = values
        write(name, column.tobytes())
    write(NUMBER, documents.numbers.astype(">i4").tobytes())
    write(LENGTH, lengths.tobytes())
    sizes = np.zeros(count, np.int64)
    sizes[heads] = [len(each) for each in documents.stored]
    offsets = (np.cumsum(sizes) - sizes).astype(">u4").tobytes() if count > _OFFSETS else b""
    kinds = b"iIX" if offsets else b"i"
    write("_stored", *documents.stored, sizes.astype(">i4").tobytes(), offsets, kinds)


class ArticleUnits(msgspec.Struct):
    """An article as a segment will have it.

    Attributes:
        key, source, author: its terms in the fields of these names; "" for none.
        published: as :func:`khabar.index.records.dated` gives it.
        fingerprint: its beginning, as :func:`khabar.index.records.print_of` gives it.
        stored: as :func:`packed_article` gives it.
        words: its units, the title first.
        dropped: whether it was taken back.
    """

    key: str
    source: str
    author: str
    published: int
    fingerprint: int
    stored: bytes
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

    def write(self, storage: Storage) -> Any:
        """Write everything gathered as a segment, and give it."""
        articles = [article for article in self._articles if not article.dropped]
        words = Words.joined([article.words for article in articles])
        units = [len(article.words.sizes) for article in articles]
        heads = np.cumsum([0, *units[:-1]])
        documents = _Documents(
            np.arange(len(words.sizes)) - np.repeat(heads, units),
            words.lengths,
            np.array([article.published for article in articles], np.int64),
            np.array([article.fingerprint for article in articles], np.uint64),
            [article.stored for article in articles],
        )
        names: dict[str, dict[str, list[int]]] = {field: {} for field in _NAMES}
        for head, article in zip(heads.tolist(), articles, strict=True):
            for field, name in ((KEY, article.key), (SOURCE, article.source), (AUTHOR, article.author)):
                if name:
                    names[field].setdefault(name, []).append(head)
        return _write_segment(
            storage,
            documents,
            {name: _texts(words) if name == TEXT else _named(names[name]) for name in _TERM_FIELDS},
        )


def _named(documents: Mapping[str, Sequence[int]]) -> Iterator[TermPostings]:
    """The postings of names, which stand once in a document, at no position."""
    if documents:
        names = sorted(documents)
        entries = np.concatenate([np.array(documents[name], np.int64) for name in names])
        yield TermPostings(
            # UTF-8 sorts as code points do.
            [name.encode() for name in names],
            np.array([len(documents[name]) for name in names]),
            entries,
            np.ones(len(entries), np.int64),
            None,
        )


def _texts(words: Words) -> Iterator[TermPostings]:
    """The postings of every word, in order of the words' bytes, some at a time: as arrays they take much memory."""
    terms = words.terms.terms
    occurring = np.bincount(words.numbers, minlength=len(terms))
    used = np.flatnonzero(occurring)
    encoded = {number: terms[number].encode() for number in used.tolist()}
    used = np.array(sorted(encoded, key=encoded.__getitem__), np.int64)
    ranks = np.zeros(len(terms), np.uint32)
    ranks[used] = np.arange(len(used), dtype=np.uint32)
    ranked = ranks[words.numbers]
    units, positions = located(words)
    ends = np.cumsum(occurring[used])
    first = 0
    while first < len(used):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _AT_ONCE)))
        here = np.flatnonzero((ranked >= first) & (ranked < last))
        inverted = grouped(ranked[here], units[here], positions[here])
        yield TermPostings(
            [encoded[number] for number in used[first:last].tolist()],
            np.diff(inverted.starts),
            inverted.units.astype(np.int64),
            inverted.counts,
            inverted.positions.astype(np.int64),
        )
        first = last


def merge_segments(storage: Storage, segments: Sequence[Any]) -> Any:
    """Write what is not deleted of some segments as one new segment, some terms at a time: memory stays flat."""
    files = [SegmentFiles(storage.folder, segment) for segment in segments]
    try:
        bases = np.cumsum([0, *(part.count for part in files)]).tolist()
        kept = np.ones(bases[-1], bool)
        for base, part in zip(bases, files, strict=False):
            kept[base + np.array(part.deleted(), np.int64)] = False
        numbers = np.concatenate([part.numbers() for part in files])
        heads = kept & (numbers == 0)
        places = [
            (part, head)
            for base, part in zip(bases, files, strict=False)
            for head in np.flatnonzero(heads[base : base + part.count]).tolist()
        ]
        documents = _Documents(
            numbers[kept],
            LENGTHS[np.concatenate([part.steps() for part in files])[kept]].astype(np.int64),
            np.concatenate([part.published() for part in files])[heads],
            np.concatenate([part.prints() for part in files])[heads],
            [part.packed(head) for part, head in places],
        )
        renumbered = np.where(kept, np.cumsum(kept) - 1, -1)
        return _write_segment(
            storage, documents, {name: _merged(name, files, bases, renumbered) for name in _TERM_FIELDS}
        )
    finally:
        for part in files:
            part.close()


def _merged(
    name: str, files: Sequence[SegmentFiles], bases: Sequence[int], renumbered: Ints
) -> Iterator[TermPostings]:
    """A field's postings in several segments, with the numbers that their documents get."""

    def listed(place: int) -> Iterator[tuple[bytes, int]]:
        return ((term, place) for term, _ in files[place].terms(name))

    names: list[bytes] = []
    owners: list[int] = []
    parts: list[tuple[Ints, Ints, Ints | None]] = []
    size = 0
    merged = heapq.merge(*(listed(place) for place in range(len(files))))
    for term, places in groupby(merged, key=lambda item: item[0]):
        for _, place in places:
            documents, counts, positions = files[place].entries(name, term)
            parts.append((documents + bases[place], counts, positions))
            owners.append(len(names))
            size += len(documents)
        names.append(term)
        if size > _AT_ONCE:
            yield from _left(names, owners, parts, renumbered)
            names, owners, parts, size = [], [], [], 0
    yield from _left(names, owners, parts, renumbered)


def _left(
    names: Sequence[bytes],
    owners: Sequence[int],
    parts: Sequence[tuple[Ints, Ints, Ints | None]],
    renumbered: Ints,
) -> Iterator[TermPostings]:
    """What is left of some terms' postings without the documents that were deleted."""
    if not names:
        return
    documents = renumbered[np.concatenate([part[0] for part in parts])]
    counts = np.concatenate([part[1] for part in parts])
    terms = np.repeat(owners, [len(part[0]) for part in parts])
    kept = documents >= 0
    positions = None
    if parts[0][2] is not None:
        positions = np.concatenate([part[2] for part in parts if part[2] is not None])[
            np.repeat(kept, counts)
        ]
    sizes = np.bincount(terms[kept], minlength=len(names))
    if sizes.any():
        yield TermPostings(
            [name for name, size in zip(names, sizes.tolist(), strict=True) if size],
            sizes[sizes > 0],
            documents[kept],
            counts[kept],
            positions,
        )
