"""Checks and salvages an index: :meth:`khabar.index.engine.Engine.verify` and ``recover``, also for indexes
of earlier formats."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexDamaged, SystemFailure
from khabar.index.arrayfile import mapped
from khabar.index.embedded.articles import ARTICLES, Articles
from khabar.index.embedded.fields import ID, INDEX_NAME, STORED, TEXT
from khabar.index.embedded.postings import EXTENSION, FIELDS, Postings
from khabar.index.embedded.segment import SegmentFiles
from khabar.index.embedded.toc import latest_generation, read_toc, reading
from khabar.index.lexicon import LEXICON, Lexicon
from khabar.index.records import article_from_json, short_fingerprint, unpacked_article
from khabar.index.recovery import Doubtful, Loss, cause_of, file_of, unreadable
from khabar.replacing import read_file

__all__ = ["recover", "verify"]

#: The first bytes of a zlib stream at Whoosh's level of compression.
_ZLIB = b"\x78\x5e"
_CHUNK = 1 << 14
#: The extension of the file that held the articles up to format 4, and the first byte of a pickle.
_FORMER = "._stored.col"
_PICKLE = b"\x80"
#: Postings that are checked together.
_AT_ONCE = 1_000_000


def verify(folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder))
    except IndexDamaged as error:
        yield Loss(f"_{INDEX_NAME}_*.toc", cause_of(error))
        return
    for segment in segments:
        name = segment.make_filename(EXTENSION)
        try:
            files = SegmentFiles(folder, segment, whole=True)
        except IndexDamaged as error:
            yield Loss(file_of(error, folder, name), cause_of(error))
            continue
        try:
            yield from _terms(files, segment, lexicon)
        except Exception as error:
            _unless_refused(error, folder / name)
            yield Loss(name, cause_of(error))
        yield from _articles(files)


def _unless_refused(error: Exception, path: Path) -> None:
    """Raise an error if the system refused to read the file: that says nothing about its contents."""
    failure = unreadable(path, error)
    if isinstance(failure, SystemFailure):
        raise failure from error


def _terms(files: SegmentFiles, segment: Any, lexicon: Lexicon | None) -> Iterator[Loss]:
    postings = files.postings
    lacking = 0
    numbers = np.arange(postings.size)
    if not np.array_equal(np.sort(postings.arrays["hashed"][:]), numbers):
        raise ValueError("its table of hashes is not of its terms")
    for field in FIELDS:
        left = postings.terms_of(field)
        before = b""
        while left:
            chunk = range(left.start, postings.until(left, _AT_ONCE) + 1)
            left = range(chunk.stop, left.stop)
            terms = postings.terms(chunk)
            if any(first >= second for first, second in zip([before, *terms], terms, strict=False) if second):
                raise ValueError("its terms are not in order")
            before = terms[-1]
            _check_entries(postings, chunk, positions=field == TEXT)
            if lexicon is not None and field == TEXT:
                texts = [term.decode("utf-8", "surrogatepass") for term in terms]
                lacking += sum(not text.startswith(PREFIX) and text not in lexicon for text in texts)
    if len(postings.terms_of(ID)) != len(files.sizes):
        raise ValueError("it has not the ids of all its articles")
    if lacking:
        yield Loss(LEXICON, f"it lacks {lacking:,} words of {segment.segment_id()}")


def _check_entries(postings: Postings, terms: range, *, positions: bool) -> None:
    """Check that the postings of some terms are in order and have their positions.

    Raises:
        ValueError: if not.
    """
    which, passages, counts, places = postings.entries(terms.start, terms.stop)
    same = which[1:] == which[:-1]
    if (passages[1:][same] <= passages[:-1][same]).any():
        raise ValueError("its postings are not in order")
    if int(counts.sum(dtype=np.int64)) != len(places) and positions:
        raise ValueError("not every posting has its positions")
    if len(passages) and np.bincount(which - terms.start, minlength=len(terms)).min() == 0:
        raise ValueError("a term has no postings")


def _articles(files: SegmentFiles) -> Iterator[Loss]:
    """Check that every article can be read and is the one that was indexed."""
    name = files.segment.make_filename(ARTICLES)
    lost = 0
    try:
        fingerprints = files.column("fingerprints")
        for number in np.flatnonzero(files.alive()).tolist():
            try:
                article = article_from_json(files.stored(number))
                lost += short_fingerprint(article.fingerprint()) != int(fingerprints[number])
            except Exception as error:
                _unless_refused(error, files.path(ARTICLES))
                lost += 1
    except IndexDamaged as error:
        yield Loss(name, cause_of(error))
    if lost:
        yield Loss(name, "articles in it cannot be read", lost)


def recover(folder: Path) -> Iterator[Article | Doubtful | Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder))
    except IndexDamaged as error:
        yield Loss(f"_{INDEX_NAME}_*.toc", f"{cause_of(error)}; it recorded which articles were removed")
        paths = [path for ending in (ARTICLES, _FORMER) for path in folder.glob(f"{INDEX_NAME}_*{ending}")]
        for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
            yield from map(Doubtful, _scanned(path))
        return
    for segment in segments:
        yield from _stored(folder, segment)


def _stored(folder: Path, segment: Any) -> Iterator[Article | Doubtful | Loss]:
    """The articles of a segment, read by its table; if that is damaged, found by scanning the file, if the
    postings have their ids among those that were not removed."""
    path = folder / segment.make_filename(ARTICLES)
    former = folder / segment.make_filename(_FORMER)
    if former.is_file():
        yield from _stored_formerly(former, segment)
        return
    if not path.is_file():
        alive = _alive_ids(folder, segment)
        yield Loss(path.name, "it is not there", len(alive or ()))
        return
    lost = 0
    read: set[str] = set()
    cause = "articles in it cannot be read"
    try:
        for passage, text in _packed(path, segment):
            if segment.is_deleted(passage):
                continue
            try:
                article = _article(text)
            except Exception as error:
                _unless_refused(error, path)
                lost += 1
                continue
            read.add(article.id)
            yield article
    except (ValueError, IndexError, OSError, MemoryError) as error:
        _unless_refused(error, path)
        cause = cause_of(error)
    else:
        if not lost:
            return
    alive = _alive_ids(folder, segment)
    scanned = [article for article in _scanned(path) if article.id not in read]
    if alive is None:
        alive = _alive_by_place(path, segment)
    if alive is not None:
        salvaged = [article for article in scanned if article.id in alive]
        yield Loss(path.name, cause, len(alive - read - {article.id for article in salvaged}))
        yield from salvaged
    elif lost:
        # The whole table was read, so exactly these articles are lost.
        yield Loss(path.name, cause, lost)
    else:
        yield Loss(path.name, f"{cause}; it recorded which articles were removed")
        yield from map(Doubtful, scanned)


def _stored_formerly(path: Path, segment: Any) -> Iterator[Article | Doubtful | Loss]:
    """The articles of a segment up to format 4, by their order in the file."""
    alive = _alive_by_place(path, segment)
    if alive is not None:
        yield from (article for article in _scanned(path) if article.id in alive)
        return
    yield Loss(path.name, "articles in it cannot be read; it recorded which articles were removed")
    yield from map(Doubtful, _scanned(path))


def _alive_ids(folder: Path, segment: Any) -> set[str] | None:
    """The ids of a segment's articles that were not removed, from its postings; None if these are damaged."""
    path = folder / segment.make_filename(EXTENSION)
    try:
        postings = Postings(mapped(path), segment.doc_count_all())
        numbers = postings.terms_of(ID)
        which, passages, _, _ = postings.entries(numbers.start, numbers.stop)
        terms = postings.terms(numbers)
    except Exception as error:
        _unless_refused(error, path)
        return None
    return {
        terms[number - numbers.start].decode("utf-8", "surrogatepass")
        for number, passage in zip(which.tolist(), passages.tolist(), strict=True)
        if not segment.is_deleted(passage)
    }


def _alive_by_place(path: Path, segment: Any) -> set[str] | None:
    """The same ids, from the order of the articles in their file; None if not all of them can be read."""
    alive = set()
    passage = 0
    for article in _scanned(path):
        if not segment.is_deleted(passage):
            alive.add(article.id)
        passage += 1 + len(article.paragraphs)
    return alive if passage == segment.doc_count_all() else None


def _packed(path: Path, segment: Any) -> Iterator[tuple[int, bytes]]:
    """The stored bytes of the articles in a file, whatever their checksums say, each with its title's
    passage."""
    # Data after the end that the table of contents records does not belong to it.
    size, _ = segment.khabar_files.get(path.name, (None, 0))
    articles = Articles(mapped(path)[:size], segment.doc_count_all())
    for number, passage in enumerate(articles.heads.tolist()):
        yield passage, articles.unchecked(number)


class _NothingNamed(pickle.Unpickler):
    """Unpickles plain values only."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is no part of an article")


def _article(packed: bytes) -> Article:
    """An article from its stored bytes; up to format 4 they were a compressed pickle of plain values.

    Raises:
        Exception: any, if it cannot be read.
    """
    content = zlib.decompress(packed)
    if not content.startswith(_PICKLE):
        return article_from_json(unpacked_article(packed))
    return article_from_json(_NothingNamed(io.BytesIO(content)).load()[STORED])


def _scanned(path: Path) -> Iterator[Article]:
    """The articles in a file whose table is damaged: each is a zlib stream, which has a checksum of its
    own."""
    with reading(path.parent, path.name):
        data = read_file(path)
    place = 0
    while (place := data.find(_ZLIB, place)) >= 0:
        try:
            end = _end_of_stream(data, place)
            article = _article(data[place:end])
        except Exception as error:
            _unless_refused(error, path)
            place += len(_ZLIB)
            continue
        yield article
        place = end


def _end_of_stream(data: bytes, place: int) -> int:
    """The end of the zlib stream that begins at a place."""
    stream = zlib.decompressobj()
    view = memoryview(data)
    while not stream.eof:
        chunk = view[place : place + _CHUNK]
        if not chunk:
            raise ValueError("it is cut short")
        stream.decompress(chunk)
        place += len(chunk)
    return place - len(stream.unused_data)
