"""Checking and salvaging an index: :meth:`khabar.index.engine.Engine.verify` and ``recover``."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexDamaged
from khabar.index.columns import Ints
from khabar.index.embedded.postings import EXTENSION, FIELDS, Postings
from khabar.index.embedded.schema import ID, INDEX_NAME, STORED, TEXT
from khabar.index.embedded.segment import STORED_EXTENSION, SegmentFiles, stored_offsets
from khabar.index.embedded.storage import latest_generation, read_toc, stored_text
from khabar.index.lexicon import LEXICON, Lexicon
from khabar.index.records import article_from_json, short_fingerprint
from khabar.index.recovery import Loss, cause_of, file_of

__all__ = ["recover", "verify"]

#: What a stream of zlib begins with at the level at which Whoosh compresses.
_ZLIB = b"\x78\x5e"
_CHUNK = 1 << 14
#: Postings that are looked at together.
_AT_ONCE = 1_000_000


def verify(folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder)).segments
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
            yield Loss(name, cause_of(error))
        columns = list(_columns(folder, files))
        yield from columns
        if not columns:
            yield from _articles(files, segment)


def _terms(files: SegmentFiles, segment: Any, lexicon: Lexicon | None) -> Iterator[Loss]:
    postings = files.postings
    lacking = 0
    numbers = np.arange(postings.size)
    if not np.array_equal(np.sort(postings.arrays["hashed"]), numbers):
        raise ValueError("its table of hashes is not of its terms")
    for field in FIELDS:
        left = postings.terms_of(field)
        before = b""
        while left:
            here = range(left.start, postings.until(left, _AT_ONCE) + 1)
            left = range(here.stop, left.stop)
            terms = postings.terms(here)
            if any(first >= second for first, second in zip([before, *terms], terms, strict=False) if second):
                raise ValueError("its terms are not in order")
            before = terms[-1]
            _entries(postings, here, positions=field == TEXT)
            if lexicon is not None and field == TEXT:
                texts = [term.decode("utf-8", "surrogatepass") for term in terms]
                lacking += sum(not text.startswith(PREFIX) and text not in lexicon for text in texts)
    heads = np.flatnonzero(files.numbers() == 0)
    ids = postings.terms_of(ID)
    if len(ids) != len(heads):
        raise ValueError("it has not the ids of all its articles")
    if lacking:
        yield Loss(LEXICON, f"it lacks {lacking:,} words of {segment.segment_id()}")


def _entries(postings: Postings, terms: range, *, positions: bool) -> None:
    """Whether the postings of some terms are in order, and have their positions."""
    which, passages, counts, places = postings.entries(terms.start, terms.stop)
    same = which[1:] == which[:-1]
    if (passages[1:][same] <= passages[:-1][same]).any():
        raise ValueError("its postings are not in order")
    if int(counts.sum(dtype=np.int64)) != len(places) and positions:
        raise ValueError("not every posting has its positions")
    if len(passages) and np.bincount(which - terms.start, minlength=len(terms)).min() == 0:
        raise ValueError("a term has no postings")


def _columns(folder: Path, files: SegmentFiles) -> Iterator[Loss]:
    for read in (files.numbers, files.length_codes, files.published, files.offsets, files.fingerprints):
        try:
            read()
        except IndexDamaged as error:
            yield Loss(file_of(error, folder, ""), cause_of(error))


def _articles(files: SegmentFiles, segment: Any) -> Iterator[Loss]:
    """Whether every article can be read, and is the one that was indexed."""
    heads = np.flatnonzero(files.numbers() == 0).tolist()
    fingerprints = files.fingerprints()
    lost = 0
    for head in heads:
        if segment.is_deleted(head):
            continue
        try:
            article = article_from_json(files.stored(head))
            lost += short_fingerprint(article.fingerprint()) != int(fingerprints[head])
        except Exception:
            lost += 1
    if lost:
        yield Loss(segment.make_filename(STORED_EXTENSION), "articles in it cannot be read", lost)


def recover(folder: Path) -> Iterator[Article | Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder)).segments
    except IndexDamaged as error:
        yield Loss(f"_{INDEX_NAME}_*.toc", f"{cause_of(error)}; articles that were removed may come back")
        segments = []
        for path in sorted(
            folder.glob(f"{INDEX_NAME}_*{STORED_EXTENSION}"), key=lambda path: path.stat().st_mtime_ns
        ):
            yield from _scanned(path)
    for segment in segments:
        yield from _stored(folder, segment)


def _stored(folder: Path, segment: Any) -> Iterator[Article | Loss]:
    """The articles of a segment, by what its table says of where they are; or, if that is broken, wherever they are."""
    path = folder / segment.make_filename(STORED_EXTENSION)
    if not path.is_file():
        yield Loss(path.name, "it is not there")
        return
    count = segment.doc_count_all()
    try:
        data = _mapped(path)
        offsets = stored_offsets(data, count)
        _check_offsets(offsets, len(data))
    except Exception as error:
        yield Loss(path.name, f"{cause_of(error)}; articles that were removed may come back")
        yield from _scanned(path)
        return
    lost = 0
    read: set[str] = set()
    for document in np.flatnonzero(np.diff(offsets)).tolist():
        if segment.is_deleted(document):
            continue
        begin, end = offsets[document : document + 2].tolist()
        try:
            article = article_from_json(stored_text(bytes(data[begin:end]), STORED))
        except Exception:
            lost += 1
            continue
        read.add(article.id)
        yield article
    if lost:
        found = [article for article in _scanned(path) if article.id not in read]
        yield Loss(path.name, "articles in it cannot be read", max(0, lost - len(found)))
        yield from found


def _check_offsets(offsets: Ints, size: int) -> None:
    if int(offsets[0]) != 0 or (np.diff(offsets) < 0).any() or int(offsets[-1]) > size:
        raise ValueError("its table is not as it was written")


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _scanned(path: Path) -> Iterator[Article]:
    """The articles in a column whose table is broken: each is a stream of zlib, which has a checksum of its own."""
    data = path.read_bytes()
    place = 0
    while (place := data.find(_ZLIB, place)) >= 0:
        try:
            end = _end_of_stream(data, place)
            article = article_from_json(stored_text(data[place:end], STORED))
        except Exception:
            place += len(_ZLIB)
            continue
        yield article
        place = end


def _end_of_stream(data: bytes, place: int) -> int:
    """Where a stream of zlib that begins at a place ends."""
    stream = zlib.decompressobj()
    view = memoryview(data)
    while not stream.eof:
        chunk = view[place : place + _CHUNK]
        if not chunk:
            raise ValueError("it is cut short")
        stream.decompress(chunk)
        place += len(chunk)
    return place - len(stream.unused_data)
