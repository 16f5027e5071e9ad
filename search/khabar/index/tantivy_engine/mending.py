"""Checking and salvaging a Tantivy index; see :class:`khabar.index.mending.Mending`."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from tantivy import DocAddress, Document, Index, Query, Searcher

from khabar.corpus.article import Article
from khabar.dates.mentions import PREFIX
from khabar.errors import IndexDamaged
from khabar.index.lexicon import LEXICON, Lexicon
from khabar.index.mending import Loss, named, told
from khabar.index.records import print_of
from khabar.index.seal import checksum_until
from khabar.index.tantivy_engine.catalogue import Catalogue
from khabar.index.tantivy_engine.keys import parse_key
from khabar.index.tantivy_engine.schema import KEY, ROW, SCHEMA, STORED, article_of
from khabar.index.tantivy_engine.segment import Segment
from khabar.index.tantivy_engine.snapshot import Snapshot
from khabar.index.tantivy_engine.storage import TANTIVY, committed, committed_files, footer, is_panic
from khabar.index.words import term_hashes

__all__ = ["salvage", "verify"]

#: So much of a file's end has its footer in it.
_ENDING = 4096
_HEAP = 20_000_000
_CATALOGUE = re.compile(r"catalogue-(\d+)\.json")


def verify(folder: Path, lexicon: Lexicon | None) -> Iterator[Loss]:
    yield from _footers(folder)
    try:
        with _quiet():
            snapshot = Snapshot(folder, whole=True)
    except IndexDamaged as error:
        yield Loss(named(error, folder, TANTIVY), told(error))
        return
    prints = np.concatenate(
        [np.empty(0, np.uint64), *(segment.arrays["prints"] for segment in snapshot.segments)]
    )
    lost = 0
    for number in np.flatnonzero(snapshot.alive).tolist():
        try:
            with _quiet():
                article = snapshot.article_in_row(int(snapshot.rows[number]))
            lost += print_of(article.fingerprint()) != int(prints[number])
        except Exception:
            lost += 1
    if lost:
        yield Loss(TANTIVY, "articles in it cannot be read", lost)
    try:
        with _quiet():
            listed = {found.row for found in snapshot.listed()}
        if listed != set(snapshot.rows[snapshot.alive].tolist()):
            raise ValueError("it does not list the articles that were committed")
    except BaseException as error:
        _reraise(error)
        yield Loss(named(error, folder, TANTIVY), told(error))
    for segment in snapshot.segments:
        try:
            yield from _terms(segment, lexicon)
        except Exception as error:
            yield Loss(segment.name, told(error))


def _footers(folder: Path) -> Iterator[Loss]:
    """Compare all of Tantivy's files with the checksums that stand at their ends."""
    path = folder / TANTIVY
    try:
        files = committed_files(path, committed(folder))
    except (IndexDamaged, ValueError, KeyError, TypeError) as error:
        yield Loss(f"{TANTIVY}/meta.json", told(error))
        return
    for file in sorted(files):
        try:
            size = file.stat().st_size
            with file.open("rb") as opened:
                opened.seek(max(0, size - _ENDING))
                end, crc = footer(opened.read(), size)
            if crc != checksum_until(file, end):
                raise ValueError("it is not as it was written")
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield Loss(f"{TANTIVY}/{file.name}", told(error))


def _terms(segment: Segment, lexicon: Lexicon | None) -> Iterator[Loss]:
    arrays = segment.arrays
    hashes, starts = arrays["hashes"], arrays["starts"].astype(np.int64)
    if (np.diff(starts) < 0).any() or (len(hashes) > 1 and not (hashes[1:] > hashes[:-1]).all()):
        raise ValueError("its terms are not in order")
    if len(arrays["in_unit"]) and int(arrays["in_unit"].max()) >= segment.count:
        raise ValueError("its postings are of no unit here")
    if int(arrays["times"].astype(np.int64).sum()) > len(arrays["tokens"]):
        raise ValueError("it has more postings than words")
    if lexicon is not None:
        lacking = np.setdiff1d(hashes, term_hashes(lexicon.terms()))
        # Dates that texts mention are no words; hardly any is of another century.
        for years in (range(1900, 2101), range(1, 10_000)):
            if len(lacking):
                lacking = np.setdiff1d(lacking, _dates(years))
        if len(lacking):
            yield Loss(LEXICON, f"it lacks {len(lacking):,} words of {segment.name}")


@cache
def _dates(years: range) -> Any:
    """The names of the terms for the days, months and years of some years."""
    terms = [f"{PREFIX}{year:04}" for year in years]
    terms += [f"{PREFIX}{year:04}-{month:02}" for year in years for month in range(1, 13)]
    terms += [
        f"{PREFIX}{year:04}-{month:02}-{day:02}"
        for year in years
        for month in range(1, 13)
        for day in range(1, 32)
    ]
    return term_hashes(terms)


def salvage(folder: Path) -> Iterator[Article | Loss]:
    try:
        with _quiet():
            index = Index.open(os.fspath(folder / TANTIVY))
            index.config_reader(reload_policy="manual")
            searcher = index.searcher()
            count = max(1, searcher.num_docs)
            places = [place for _, place in searcher.search(Query.exists_query(ROW), limit=count).hits]
            rows = searcher.fast_field_values(ROW, places)
    except BaseException as error:
        _reraise(error)
        yield Loss(TANTIVY, f"{told(error)}; articles that were removed may come back")
        yield from _from_stores(folder)
        return
    fingerprints = _fingerprints(searcher)
    lost = False
    read: set[str] = set()
    for row, place in sorted(zip(rows, places, strict=True), key=lambda each: each[0] or 0):
        article = _stored(searcher, place)
        if article is None or (fingerprints and fingerprints.get(int(row or 0)) != article.fingerprint()):
            lost = True
        else:
            read.add(article.id)
            yield article
    if lost or len(read) < len(_alive(folder)):
        yield Loss(TANTIVY, "its files do not fit together; articles that were removed may come back")
        yield from (each for each in _from_stores(folder) if isinstance(each, Loss) or each.id not in read)


def _stored(searcher: Searcher, place: DocAddress) -> Article | None:
    """The article of a document; None if it cannot be read."""
    try:
        with _quiet():
            stored: Any = searcher.doc(place).get_first(STORED)
        return article_of(stored)
    except BaseException as error:
        _reraise(error)
        return None


def _from_stores(folder: Path) -> Iterator[Article | Loss]:
    """The articles of an index whose files cannot be opened together: only those that hold the articles are used.

    Each is put into an index of as many empty documents, which is otherwise sound.
    """
    path = folder / TANTIVY
    try:
        segments = json.loads(committed(folder))["segments"]
        found = [(each["segment_id"].replace("-", ""), int(each["max_doc"])) for each in segments]
    except (IndexDamaged, ValueError, KeyError, TypeError) as error:
        yield Loss(f"{TANTIVY}/meta.json", told(error))
        return
    alive = _alive(folder)
    order = {each: place for place, each in enumerate(alive)}
    articles: dict[int, Article] = {}
    for segment, count in found:
        store = path / f"{segment}.store"
        try:
            for article in _from_store(store, count):
                articles[print_of(article.fingerprint())] = article
        except BaseException as error:
            _reraise(error)
            yield Loss(f"{TANTIVY}/{store.name}", told(error))
    if alive:
        lost = len(order.keys() - articles.keys())
        if lost:
            yield Loss(TANTIVY, "articles in it cannot be read", lost)
        articles = {each: articles[each] for each in alive if each in articles}
    yield from articles.values()


def _from_store(store: Path, count: int) -> Iterator[Article]:
    with TemporaryDirectory(prefix="khabar-") as beside:
        writer = Index(SCHEMA, beside).writer(_HEAP, 1)
        for number in range(count):
            document = Document()
            document.add_integer(ROW, number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        (empty,) = Path(beside).glob("*.store")
        shutil.copyfile(store, empty)
        searcher = Index.open(beside).searcher()
        for _, place in searcher.search(Query.exists_query(ROW), limit=count).hits:
            if (article := _stored(searcher, place)) is not None:
                yield article


def _alive(folder: Path) -> list[int]:
    """The names of the articles of the commit, in order, as far as segments and catalogues tell; nothing if they do not."""
    names: list[int] = []
    catalogues = [found[1] for each in folder.iterdir() if (found := _CATALOGUE.fullmatch(each.name))]
    if not catalogues:
        return []
    try:
        for listed in Catalogue.open(folder, max(map(int, catalogues))).segments:
            prints = Segment(folder, listed.name, whole=True).arrays["prints"]
            names += np.delete(prints, list(listed.removed)).tolist()
    except (IndexDamaged, IndexError):
        return []
    return names


def _fingerprints(searcher: Searcher) -> dict[int, str]:
    """Of each row the fingerprint of its article; nothing if that cannot be read."""
    try:
        with _quiet():
            keys = [parse_key(term) for term, _ in searcher.terms_with_prefix(KEY, "")]
    except BaseException as error:
        _reraise(error)
        return {}
    return {each.row: each.fingerprint for each in keys}


@contextmanager
def _quiet() -> Iterator[None]:
    """When Tantivy's own code gives up it says so on stderr, at length; what it says is in the exception as well."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _reraise(error: BaseException) -> None:
    """What is no damage goes on."""
    if not isinstance(error, Exception) and not is_panic(error):
        raise error
