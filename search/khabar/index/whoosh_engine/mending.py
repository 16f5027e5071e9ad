"""Checking and salvaging a Whoosh index; see :class:`khabar.index.mending.Mending`."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexDamaged
from khabar.index.lexicon import LEXICON, Lexicon
from khabar.index.mending import Loss, named, told
from khabar.index.records import article_from_json, print_of
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import AUTHOR, CODEC, INDEX_NAME, KEY, SOURCE, STORED, TEXT
from khabar.index.whoosh_engine.storage import Storage, latest_generation, read_toc

__all__ = ["salvage", "verify"]

#: What a stream of zlib begins with at the level at which Whoosh compresses.
_ZLIB = b"\x78\x5e"
_CHUNK = 1 << 14


def verify(folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder)).segments
    except IndexDamaged as error:
        yield Loss(f"_{INDEX_NAME}_*.toc", told(error))
        return
    words = set(lexicon.terms()) if lexicon is not None else None
    for segment in segments:
        try:
            files = SegmentFiles(folder, segment)
        except IndexDamaged as error:
            yield Loss(named(error, folder, segment.make_filename(".trm")), told(error))
            continue
        try:
            yield from _terms(folder, files, segment, words)
            columns = list(_columns(folder, files))
            yield from columns
            if not columns:
                yield from _articles(files, segment)
        finally:
            files.close()


def _terms(folder: Path, files: SegmentFiles, segment: Any, words: set[str] | None) -> Iterator[Loss]:
    lacking = 0
    for field in (AUTHOR, KEY, SOURCE, TEXT):
        try:
            for term, information in files.terms(field):
                documents, counts, positions = files.entries(field, term)
                if len(documents) != information.frequency or counts.sum() != information.weight:
                    raise ValueError(f"the postings of {term!r} are not as many as they should be")
                if positions is not None and len(positions) != information.weight:
                    raise ValueError(f"not every posting of {term!r} has its positions")
                if words is not None and field == TEXT:
                    text = term.decode("utf-8", "surrogatepass")
                    lacking += not text.startswith(PREFIX) and text not in words
        except IndexDamaged as error:
            yield Loss(named(error, folder, segment.make_filename(".trm")), told(error))
        except Exception as error:
            yield Loss(segment.make_filename(".trm"), told(error))
    if lacking:
        yield Loss(LEXICON, f"it lacks {lacking:,} words of {segment.segment_id()}")


def _columns(folder: Path, files: SegmentFiles) -> Iterator[Loss]:
    for read in (files.numbers, files.steps, files.published, files.prints):
        try:
            read()
        except IndexDamaged as error:
            yield Loss(named(error, folder, ""), told(error))


def _articles(files: SegmentFiles, segment: Any) -> Iterator[Loss]:
    """Whether every article can be read, and is the one that was indexed."""
    heads = np.flatnonzero(files.numbers() == 0).tolist()
    prints = files.prints()
    lost = 0
    for head in heads:
        if files.is_deleted(head):
            continue
        try:
            article = article_from_json(files.stored(head))
            lost += print_of(article.fingerprint()) != int(prints[head])
        except Exception:
            lost += 1
    if lost:
        yield Loss(segment.make_filename("._stored.col"), "articles in it cannot be read", lost)


def salvage(folder: Path) -> Iterator[Article | Loss]:
    try:
        segments = read_toc(folder, latest_generation(folder)).segments
    except IndexDamaged as error:
        yield Loss(f"_{INDEX_NAME}_*.toc", f"{told(error)}; articles that were removed may come back")
        segments = []
        for path in sorted(
            folder.glob(f"{INDEX_NAME}_*._stored.col"), key=lambda path: path.stat().st_mtime_ns
        ):
            yield from _scanned(path)
    for segment in segments:
        yield from _stored(folder, segment)


def _stored(folder: Path, segment: Any) -> Iterator[Article | Loss]:
    """The articles of a segment, by what its table says of where they are; or, if that is broken, wherever they are."""
    path = folder / segment.make_filename("._stored.col")
    storage = Storage(folder)
    try:
        try:
            documents = CODEC.per_document_reader(storage, segment)
            documents.stored_fields(0)
        except Exception as error:
            if not path.exists():
                yield Loss(path.name, "it is not there")
                return
            yield Loss(path.name, f"{told(error)}; articles that were removed may come back")
            yield from _scanned(path)
            return
        lost = 0
        read: set[str] = set()
        for document in range(segment.doc_count_all()):
            if segment.is_deleted(document):
                continue
            try:
                fields = documents.stored_fields(document)
                article = article_from_json(fields[STORED]) if fields and STORED in fields else None
            except Exception:
                lost += 1
                continue
            if article is not None:
                read.add(article.id)
                yield article
        if lost:
            found = [article for article in _scanned(path) if article.id not in read]
            yield Loss(path.name, "articles in it cannot be read", max(0, lost - len(found)))
            yield from found
    finally:
        storage.close_all()


def _scanned(path: Path) -> Iterator[Article]:
    """The articles in a column whose table is broken: each is a stream of zlib, which has a checksum of its own."""
    data = path.read_bytes()
    place = 0
    while (place := data.find(_ZLIB, place)) >= 0:
        try:
            content, end = _inflated(data, place)
            fields = pickle.loads(content)
            article = (
                article_from_json(fields[STORED]) if isinstance(fields, dict) and STORED in fields else None
            )
        except Exception:
            place += len(_ZLIB)
            continue
        if article is not None:
            yield article
        place = end


def _inflated(data: bytes, place: int) -> tuple[bytes, int]:
    """A stream of zlib that begins at a place, and where it ends."""
    stream = zlib.decompressobj()
    parts = []
    view = memoryview(data)
    while not stream.eof:
        chunk = view[place : place + _CHUNK]
        if not chunk:
            raise ValueError("it is cut short")
        parts.append(stream.decompress(chunk))
        place += len(chunk)
    return b"".join(parts), place - len(stream.unused_data)
