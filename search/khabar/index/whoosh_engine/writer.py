"""A transaction on a Whoosh index: segments are written beside the old ones, and one rename makes them the index."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC, clean_files

from khabar.corpus.article import Article
from khabar.index.records import article_to_json, dated, print_of
from khabar.index.whoosh_engine.postings import SegmentFiles
from khabar.index.whoosh_engine.schema import CODEC, INDEX_NAME, KEY, KEY_SEPARATOR, SCHEMA
from khabar.index.whoosh_engine.segments import ArticleUnits, SegmentBuilder, merge_segments, packed_article
from khabar.index.whoosh_engine.storage import Storage, latest_generation, read_toc
from khabar.index.words import Words

__all__ = ["WhooshWriter"]

#: A segment is written when this many words are gathered: about 200 MB of memory while it is written.
FULL = 4_000_000
#: Above this many segments a run of small ones becomes one.
MOST_SEGMENTS = 10
#: Segments whose stored articles together are larger stay apart: Whoosh's columns end at 2 GB.
MOST_STORED = 1 << 30


class WhooshWriter:
    """See :class:`khabar.index.engine.Writer`. The caller holds the write lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = Storage(folder)
        toc = read_toc(folder, latest_generation(folder))
        self._generation: int = toc.generation
        self._segments: list[Any] = list(toc.segments)
        self._committed: list[Any] = list(toc.segments)
        self._sweep()
        self._builder = SegmentBuilder()
        self._changed = False
        #: id → (fingerprint, segment and document of its title); while it is in the builder what that has of it
        self._places: dict[str, tuple[str, Any, int]] = {}
        self._ends: dict[str, np.ndarray[Any, Any]] = {}
        for segment in self._segments:
            self._learn(segment)

    def known(self) -> Mapping[str, str]:
        return {article: place[0] for article, place in self._places.items()}

    def add(self, article: Article, fingerprint: str, words: Words) -> None:
        self.delete(article.id)
        held = self._builder.add(
            ArticleUnits(
                key=article.id + KEY_SEPARATOR + fingerprint,
                source=article.source,
                author=article.author,
                published=dated(article.published),
                fingerprint=print_of(fingerprint),
                stored=packed_article(article_to_json(article)),
                words=words,
            )
        )
        self._places[article.id] = (fingerprint, held, 0)
        self._changed = True
        if self._builder.size >= FULL:
            self.flush()

    def delete(self, article_id: str) -> bool:
        place = self._places.pop(article_id, None)
        if place is None:
            return False
        _, segment, document = place
        self._changed = True
        if isinstance(segment, ArticleUnits):
            segment.dropped = True
            return True
        heads = self._ends[segment.segid]
        following = bisect_right(heads, document)
        end = int(heads[following]) if following < len(heads) else segment.doc_count_all()
        for each in range(document, end):
            segment.delete_document(each)
        return True

    def flush(self) -> None:
        if not self._builder.empty:
            segment = self._builder.write(self._storage)
            self._segments.append(segment)
            self._learn(segment)
        self._builder = SegmentBuilder()

    def commit(self) -> None:
        self.flush()
        if not self._changed:
            return
        self._merge()
        for segment in self._segments:
            if segment not in self._committed:
                self._storage.sync(segment.list_files(self._storage))
        TOC(SCHEMA, self._segments, self._generation + 1).write(self._storage, INDEX_NAME)
        self._generation += 1
        self._committed = list(self._segments)
        self._changed = False
        self._sweep()

    def close(self) -> None:
        self._builder = SegmentBuilder()
        self._storage.close_all()
        self._sweep()

    def _merge(self) -> None:
        """Rewrite segments that are mostly deleted, and many small ones as one.

        Only neighbours become one: the order of the units is that of indexing.
        """
        segments: list[Any] = []
        for worn, run in groupby(filter(_live, self._segments), key=_worn):
            neighbours = list(run)
            segments += [self._merged(neighbours)] if worn else neighbours
        if len(segments) > MOST_SEGMENTS:
            width = len(segments) - MOST_SEGMENTS // 2
            sizes = [_live(segment) for segment in segments]
            first = min(range(len(segments) - width + 1), key=lambda begin: sum(sizes[begin : begin + width]))
            if sum(map(self._stored_size, segments[first : first + width])) < MOST_STORED:
                segments[first : first + width] = [self._merged(segments[first : first + width])]
        self._segments = segments

    def _merged(self, segments: Sequence[Any]) -> Any:
        merged = merge_segments(self._storage, segments)
        self._learn(merged)
        return merged

    def _stored_size(self, segment: Any) -> int:
        size: int = self._storage.file_length(CODEC.column_filename(segment, "_stored"))
        return size

    def _learn(self, segment: Any) -> None:
        """Remember which articles a segment holds, and where each begins."""
        files = SegmentFiles(self._folder, segment)
        try:
            self._ends[segment.segid] = np.flatnonzero(files.numbers() == 0)
            for term, information in files.terms(KEY):
                document = information.first
                if not segment.is_deleted(document):
                    article, _, fingerprint = term.decode().rpartition(KEY_SEPARATOR)
                    self._places[article] = (fingerprint, segment, document)
        finally:
            files.close()

    def _sweep(self) -> None:
        """Remove what belongs to no commit, also that of a run that was killed, and the commits before the last."""
        for left in self._folder.glob(f"_{INDEX_NAME}_*.toc.*"):
            left.unlink(missing_ok=True)
        clean_files(self._storage, INDEX_NAME, self._generation, self._committed)


def _live(segment: Any) -> int:
    """How many units of a segment are not deleted."""
    count: int = segment.doc_count()
    return count


def _worn(segment: Any) -> bool:
    """Whether most units of a segment are deleted."""
    return 2 * _live(segment) < int(segment.doc_count_all())
