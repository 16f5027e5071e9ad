"""A transaction on a Whoosh index: segments are written beside the old ones, and one rename makes them the index."""

from __future__ import annotations

import shutil
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from khabar.corpus.article import Article
from khabar.index.engine import UnitWords
from khabar.index.records import article_to_json
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import INDEX_NAME, KEY, SCHEMA, UNDATED
from khabar.index.whoosh_engine.segments import SegmentBuilder, merge_segments

__all__ = ["KEY_SEPARATOR", "WhooshWriter"]

KEY_SEPARATOR = "\x1f"

#: A segment is written when this many postings are gathered: about 150 MB of memory.
FULL = 4_000_000
#: Above this many segments the smallest half become one.
MOST_SEGMENTS = 10


class WhooshWriter:
    """See :class:`khabar.index.engine.Writer`. The caller holds the write lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = FileStorage(str(folder))
        self._sweep()
        toc = TOC.read(self._storage, INDEX_NAME, schema=SCHEMA)
        self._generation: int = toc.generation
        self._segments: list[Any] = list(toc.segments)
        self._builder = SegmentBuilder()
        self._changed = False
        #: id → (fingerprint, segment or None while it is in the builder, document of its title)
        self._places: dict[str, tuple[str, Any, int]] = {}
        self._ends: dict[str, np.ndarray[Any, Any]] = {}
        for segment in self._segments:
            self._learn(segment)

    def known(self) -> Mapping[str, str]:
        return {article: place[0] for article, place in self._places.items()}

    def add(self, article: Article, units: Sequence[UnitWords]) -> None:
        self.delete(article.id)
        fingerprint = article.fingerprint()
        self._places[article.id] = (fingerprint, None, len(self._builder))
        self._builder.add_article(
            key=article.id + KEY_SEPARATOR + fingerprint,
            source=article.source,
            published=_seconds(article.published),
            stored=article_to_json(article),
            units=units,
        )
        self._changed = True
        if self._builder.size >= FULL:
            self._flush()

    def delete(self, article_id: str) -> bool:
        place = self._places.get(article_id)
        if place is None:
            return False
        if place[1] is None:
            # It was added in this very transaction: only what is in a segment can be deleted.
            self._flush()
            place = self._places[article_id]
        _, segment, document = place
        heads = self._ends[segment.segid]
        following = bisect_right(heads, document)
        end = int(heads[following]) if following < len(heads) else segment.doc_count_all()
        for each in range(document, end):
            segment.delete_document(each)
        del self._places[article_id]
        self._changed = True
        return True

    def commit(self) -> None:
        self._flush()
        if not self._changed:
            return
        self._merge()
        self._generation += 1
        TOC(SCHEMA, self._segments, self._generation).write(self._storage, INDEX_NAME)
        clean_files(self._storage, INDEX_NAME, self._generation, self._segments)
        self._changed = False

    def close(self) -> None:
        self._builder = SegmentBuilder()

    def _flush(self) -> None:
        if not len(self._builder):
            return
        segment = self._builder.write(self._storage)
        self._builder = SegmentBuilder()
        self._segments.append(segment)
        self._learn(segment)

    def _merge(self) -> None:
        kept, worn = [], []
        for segment in self._segments:
            deleted = segment.deleted_count()
            if deleted == segment.doc_count_all():
                continue
            (worn if deleted * 2 > segment.doc_count_all() else kept).append(segment)
        kept.sort(key=lambda segment: segment.doc_count())
        if len(kept) > MOST_SEGMENTS:
            half = len(kept) // 2
            worn += kept[:half]
            del kept[:half]
        if worn:
            merged = merge_segments(self._storage, worn)
            kept.append(merged)
            self._learn(merged)
        self._segments = kept

    def _learn(self, segment: Any) -> None:
        """Remember which articles a segment holds, and where each begins."""
        files = SegmentFiles(self._storage, segment)
        try:
            self._ends[segment.segid] = np.flatnonzero(files.numbers() == 0)
            for term, information in files.terms(KEY):
                document = information.min_id()
                if not segment.is_deleted(document):
                    article, _, fingerprint = term.decode().rpartition(KEY_SEPARATOR)
                    self._places[article] = (fingerprint, segment, document)
        finally:
            files.close()

    def _sweep(self) -> None:
        """Remove the temporary folders of runs that were killed."""
        for left in self._folder.glob(f"{INDEX_NAME}.tmp"):
            shutil.rmtree(left, ignore_errors=True)


def _seconds(moment: datetime | None) -> int:
    if moment is None:
        return UNDATED
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
