"""Writing segments: postings made by sorting all words at once; and segments joined some terms at a time.

Columns and stored documents are written as Whoosh's own classes for them do, but whole columns at a time.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from khabar.index.bm25 import LENGTHS, encode_lengths
from khabar.index.columns import Ints, ranges
from khabar.index.embedded.codec import ArrayCodec
from khabar.index.embedded.postings import EXTENSION, FIELDS, PostingsWriter
from khabar.index.embedded.schema import (
    AUTHOR,
    FINGERPRINT,
    ID,
    NUMBER,
    OFFSET,
    PUBLISHED,
    SOURCE,
    STORED,
    TEXT,
)
from khabar.index.embedded.segment import LENGTH, SegmentFiles, describe
from khabar.index.embedded.storage import Storage, make_segment
from khabar.index.encoder import Words, grouped, located
from khabar.index.records import UNDATED

__all__ = ["ArticlePassages", "SegmentBuilder", "merge_segments", "packed_article"]

#: Postings that are merged at a time.
_AT_ONCE = 1_000_000
#: zlib's level for articles: it takes no longer than at 3, which is Whoosh's own, and they become 3 % smaller.
_LEVEL = 4
#: With more documents than this Whoosh wants to be told where each one's stored fields begin.
_OFFSETS = 1 << 15


def packed_article(text: str) -> bytes:
    """An article's JSON as its document's stored fields."""
    return zlib.compress(pickle.dumps({STORED: text}, 2), _LEVEL)


class _Terms(NamedTuple):
    """Terms of a field in order; see :meth:`PostingsWriter.add`."""

    field: str
    terms: Sequence[bytes]
    sizes: Ints
    passages: Ints
    counts: Ints
    positions: Ints


class _Documents(msgspec.Struct, frozen=True, eq=False):
    """What is kept of each document.

    Attributes:
        numbers: of each its passage's number in its article; 0 begins an article.
        length_codes: of each its length, rounded.
        words: how many words all have.
        published, offsets, fingerprints: of each article.
        stored: of each article what :func:`packed_article` gives.
        stored_sizes: of each how many bytes that is.
    """

    numbers: Ints
    length_codes: NDArray[np.uint8]
    words: int
    published: Ints
    offsets: Ints
    fingerprints: Ints
    stored: Iterable[bytes]
    stored_sizes: Ints


def _write_segment(storage: Storage, documents: _Documents, terms: Iterable[_Terms]) -> Any:
    """Write a segment's files; the segment can then stand in a table of contents."""
    segment = make_segment()
    _write_columns(storage, segment, documents)
    writer = PostingsWriter(Path(storage.folder) / segment.make_filename(EXTENSION))
    try:
        for some in terms:
            writer.add(*some)
        writer.finish()
    finally:
        writer.close()
    segment.set_doc_count(len(documents.numbers))
    segment._fieldlengths = {TEXT: documents.words}
    # Kept in the table of contents with the segment: a file that was cut or a column that was lost is known as such.
    segment.khabar_files = {name: describe(storage, name) for name in segment.list_files(storage)}
    return segment


def _write_columns(storage: Storage, segment: Any, documents: _Documents) -> None:
    """Write what is looked up by document, each column as Whoosh's class for it does."""

    def write(name: str, pieces: Iterable[bytes]) -> None:
        with storage.create_file(ArrayCodec.column_filename(segment, name)) as file:
            for piece in pieces:
                file.write(piece)

    count = len(documents.numbers)
    heads = np.flatnonzero(documents.numbers == 0)
    for name, kind, default, values in (
        (PUBLISHED, ">i8", UNDATED, documents.published),
        (OFFSET, ">i4", 0, documents.offsets),
        (FINGERPRINT, ">u8", 0, documents.fingerprints),
    ):
        column = np.full(count, default, kind)
        column[heads] = values
        write(name, [column.tobytes()])
    write(NUMBER, [documents.numbers.astype(">i4").tobytes()])
    write(LENGTH, [documents.length_codes.tobytes()])
    sizes = np.zeros(count, np.int64)
    sizes[heads] = documents.stored_sizes
    offsets = (np.cumsum(sizes) - sizes).astype(">u4").tobytes() if count > _OFFSETS else b""
    kinds = b"iIX" if offsets else b"i"

    def stored() -> Iterator[bytes]:
        yield from documents.stored
        yield sizes.astype(">i4").tobytes() + offsets + kinds

    write("_stored", stored())


class ArticlePassages(msgspec.Struct):
    """An article as a segment will have it.

    Attributes:
        id, source, author: its terms in the fields of these names; "" for none.
        published, offset: as :func:`khabar.index.records.seconds_of` and :func:`~khabar.index.records.offset_of` give them.
        fingerprint: its beginning, as :func:`khabar.index.records.short_fingerprint` gives it.
        stored: as :func:`packed_article` gives it.
        words: its passages, the title first.
        dropped: whether it was taken back.
    """

    id: str
    source: str
    author: str
    published: int
    offset: int
    fingerprint: int
    stored: bytes
    words: Words
    dropped: bool = False


class SegmentBuilder:
    """Gathers articles in memory until they are written as one segment."""

    def __init__(self) -> None:
        self._articles: list[ArticlePassages] = []
        #: How many words are held: what its memory grows with.
        self.size = 0

    def add(self, article: ArticlePassages) -> None:
        """Add an article. Whoever wants it back marks it as dropped."""
        self._articles.append(article)
        self.size += len(article.words.tokens)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return all(article.dropped for article in self._articles)

    def write(self, storage: Storage) -> Any:
        """Write everything gathered as a segment, and give it."""
        articles = [article for article in self._articles if not article.dropped]
        self._articles = []
        passages = [len(article.words.sizes) for article in articles]
        heads = np.cumsum([0, *passages[:-1]])
        names: dict[str, dict[str, list[int]]] = {ID: {}, SOURCE: {}, AUTHOR: {}}
        for head, article in zip(heads.tolist(), articles, strict=True):
            for field, name in ((ID, article.id), (SOURCE, article.source), (AUTHOR, article.author)):
                if name or field == ID:
                    names[field].setdefault(name, []).append(head)
        words = Words.joined([article.words for article in articles])
        documents = _Documents(
            np.arange(len(words.sizes)) - np.repeat(heads, passages),
            encode_lengths(words.lengths),
            int(words.lengths.sum()),
            np.array([article.published for article in articles], np.int64),
            np.array([article.offset for article in articles], np.int32),
            np.array([article.fingerprint for article in articles], np.uint64),
            [article.stored for article in articles],
            np.array([len(article.stored) for article in articles]),
        )
        del articles

        def terms() -> Iterator[_Terms]:
            for field in FIELDS:
                yield _texts(words) if field == TEXT else _named(field, names[field])

        return _write_segment(storage, documents, terms())


def _named(field: str, passages: Mapping[str, Sequence[int]]) -> _Terms:
    """The postings of names, which stand once in a document, at no position."""
    names = sorted(passages)
    entries = [passage for name in names for passage in passages[name]]
    return _Terms(
        field,
        # UTF-8 sorts as code points do.
        [name.encode() for name in names],
        np.array([len(passages[name]) for name in names], np.int64),
        np.array(entries, np.int64),
        np.ones(len(entries), np.uint8),
        np.empty(0, np.uint8),
    )


def _texts(words: Words) -> _Terms:
    """The postings of every word, in order of the words."""
    terms = words.terms.terms
    numbers = words.numbers
    used = np.flatnonzero(np.bincount(numbers, minlength=len(terms))).tolist()
    used.sort(key=terms.__getitem__)
    ranks = np.zeros(len(terms), np.uint32)
    ranks[used] = np.arange(len(used), dtype=np.uint32)
    inverted = grouped(ranks[numbers], *located(words))
    return _Terms(
        TEXT,
        [terms[number].encode() for number in used],
        np.diff(inverted.starts),
        inverted.passages,
        inverted.counts,
        inverted.positions,
    )


def merge_segments(storage: Storage, segments: Sequence[Any]) -> Any:
    """Write what is not deleted of some segments as one new segment, some terms at a time: memory stays flat."""
    files = [SegmentFiles(storage.folder, segment) for segment in segments]
    try:
        kept = [part.alive() for part in files]
        numbers = np.concatenate([part.numbers() for part in files])
        all_kept = np.concatenate(kept)
        heads = all_kept & (numbers == 0)
        length_codes = np.concatenate([part.length_codes() for part in files])[all_kept]
        places = [
            np.flatnonzero(alive & (part.numbers() == 0)) for part, alive in zip(files, kept, strict=True)
        ]
        documents = _Documents(
            numbers[all_kept],
            length_codes,
            int(LENGTHS[length_codes].sum()),
            np.concatenate([part.published() for part in files])[heads],
            np.concatenate([part.offsets() for part in files])[heads],
            np.concatenate([part.fingerprints() for part in files])[heads],
            (part.packed(head) for part, here in zip(files, places, strict=True) for head in here.tolist()),
            np.concatenate([part.packed_sizes(here) for part, here in zip(files, places, strict=True)]),
        )
        bases = np.cumsum([0, *(int(alive.sum()) for alive in kept[:-1])]).tolist()
        # Of each passage the number that it gets, -1 for none.
        renumbered = [
            np.where(alive, base + np.cumsum(alive) - 1, -1) for base, alive in zip(bases, kept, strict=True)
        ]
        return _write_segment(storage, documents, _merged(files, renumbered))
    finally:
        for part in files:
            part.close()


def _merged(files: Sequence[SegmentFiles], renumbered: Sequence[Ints]) -> Iterator[_Terms]:
    """The terms of several segments as one's, some at a time."""
    postings = [part.postings for part in files]
    for field in FIELDS:
        left = [each.terms_of(field) for each in postings]
        while any(left):
            # Up to the least of the terms before which each of them has enough.
            share = _AT_ONCE // len(files)
            last = min(
                each.term(each.until(numbers, share))
                for each, numbers in zip(postings, left, strict=True)
                if numbers
            )
            taken = []
            for place, each in enumerate(postings):
                end = each.after_term(left[place], last)
                taken.append(range(left[place].start, end))
                left[place] = range(end, left[place].stop)
            yield _joined(field, files, taken, renumbered)


def _joined(
    field: str, files: Sequence[SegmentFiles], taken: Sequence[range], renumbered: Sequence[Ints]
) -> _Terms:
    """Some terms of several segments, each once, without the passages that were deleted."""
    here = [part.postings.terms(numbers) for part, numbers in zip(files, taken, strict=True)]
    names = sorted(set().union(*here))
    place_of = {name: place for place, name in enumerate(names)}
    terms, passages, counts, positions = [], [], [], []
    for part, own, numbers, new in zip(files, here, taken, renumbered, strict=True):
        which, of_passage, times, places = part.postings.entries(numbers.start, numbers.stop)
        new_names = np.array([place_of[name] for name in own], np.int64)
        of_passage = new[of_passage]
        kept = of_passage >= 0
        terms.append(new_names[which - numbers.start][kept])
        passages.append(of_passage[kept])
        counts.append(times[kept])
        positions.append(places[np.repeat(kept, times)] if len(places) else places)
    owner = np.concatenate(terms)
    # Stable: the passages of a term are in order, since those of a segment are, and segments come in order.
    order = np.argsort(owner, kind="stable")
    times = np.concatenate(counts)
    places = np.concatenate(positions)
    if len(places):
        ends = np.cumsum(times, dtype=np.int64)
        sizes = times[order].astype(np.int64)
        places = places[ranges(ends[order] - sizes, sizes)]
    sizes = np.bincount(owner, minlength=len(names))
    return _Terms(
        field,
        [name for name, size in zip(names, sizes.tolist(), strict=True) if size],
        sizes[sizes > 0],
        np.concatenate(passages)[order],
        times[order],
        places,
    )
