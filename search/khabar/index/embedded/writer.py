"""The writer of a transaction: new segments are written beside the old ones, and one rename commits them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.index.embedded.articles import ARTICLES
from khabar.index.embedded.build import ArticlePassages, merge_segments, write_segment
from khabar.index.embedded.fields import ID
from khabar.index.embedded.merging import Size, small_run, worn_runs
from khabar.index.embedded.postings import EXTENSION, TermKeys, hash_of
from khabar.index.embedded.segment import SegmentFiles
from khabar.index.embedded.storage import segment_of, sweep, write_toc
from khabar.index.embedded.toc import latest_generation, read_toc
from khabar.index.memory import give_back
from khabar.index.plan import names_of
from khabar.index.records import offset_of, packed_article, seconds_of, short_fingerprint
from khabar.index.words import Words

__all__ = ["EmbeddedWriter"]

#: A segment is written when this many words are gathered; writing takes about 50 bytes of memory for each.
FULL = 3_500_000


class EmbeddedWriter:
    """See :class:`khabar.index.engine.Writer`. The caller holds the write lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation = latest_generation(folder)
        segments = [segment_of(segment) for segment in read_toc(folder, self._generation)]
        #: the segments of the last commit
        self._committed: Sequence[Any] = segments
        sweep(self._folder, self._committed, self._generation)
        self._changed = False
        #: the articles of the next segment by id, in order, and the number of their words
        self._gathered: dict[str, ArticlePassages] = {}
        self._words = 0
        #: the id that was looked up last, with its place: callers ask for the fingerprint before they add
        self._looked_up: tuple[str, tuple[SegmentFiles, int] | None] | None = None
        #: the segments of the next commit, in order
        self._files = [self._opened(segment) for segment in segments]

    def fingerprints(self) -> NDArray[np.uint64]:
        segments = [files.column("fingerprints")[files.alive()] for files in self._files]
        return np.concatenate([np.empty(0, np.uint64), *segments])

    def fingerprint(self, article_id: str) -> int | None:
        if article_id in self._gathered:
            return self._gathered[article_id].fingerprint
        place = self._place(article_id)
        if place is None:
            return None
        files, number = place
        return int(files.column("fingerprints")[number])

    def add(self, article: Article, fingerprint: str, words: Words, packed: bytes | None = None) -> None:
        self.delete(article.id)
        passages = ArticlePassages(
            id=article.id,
            names=tuple(names_of(article)),
            published=seconds_of(article.published),
            offset=offset_of(article.published),
            fingerprint=short_fingerprint(fingerprint),
            stored=packed or packed_article(article),
            words=words,
        )
        self._gathered[article.id] = passages
        self._words += len(words.tokens)
        self._changed = True
        if self._words >= FULL:
            self.flush()

    def delete(self, article_id: str) -> bool:
        gathered = self._gathered.pop(article_id, None)
        if gathered is not None:
            self._words -= len(gathered.words.tokens)
            self._changed = True
            return True
        place = self._place(article_id)
        if place is None:
            return False
        self._changed = True
        self._looked_up = None
        files, number = place
        head = int(files.heads[number])
        for passage in range(head, head + int(files.sizes[number])):
            files.segment.delete_document(passage)
        return True

    def flush(self) -> None:
        articles = list(self._gathered.values())
        self._gathered.clear()
        self._words = 0
        if articles:
            give_back()
            self._files.append(self._opened(write_segment(self._folder, articles)))
            self._looked_up = None
            give_back()

    def commit(self) -> None:
        self.flush()
        if not self._changed:
            return
        self._merge()
        segments = [files.segment for files in self._files]
        write_toc(self._folder, segments, self._generation + 1)
        self._generation += 1
        self._committed = segments
        self._changed = False
        sweep(self._folder, self._committed, self._generation)

    def close(self) -> None:
        self._gathered.clear()
        self._files.clear()
        self._looked_up = None
        sweep(self._folder, self._committed, self._generation)

    def _place(self, article_id: str) -> tuple[SegmentFiles, int] | None:
        """The files of the segment that contains an article, and its number there."""
        if self._looked_up is not None and self._looked_up[0] == article_id:
            return self._looked_up[1]
        place = self._look_up(article_id)
        self._looked_up = article_id, place
        return place

    def _look_up(self, article_id: str) -> tuple[SegmentFiles, int] | None:
        # Called for every article, and most are in no segment: the hash is compared first.
        term = article_id.encode("utf-8", "surrogatepass")
        term_keys: TermKeys | None = None
        hashed = hash_of(ID, term)
        for files in self._files:
            if not files.postings.may_have(hashed):
                continue
            term_keys = term_keys or TermKeys(ID, [term])
            number = files.article_of(term_keys)
            if number is not None:
                return files, number
        return None

    def _opened(self, segment: Any) -> SegmentFiles:
        return SegmentFiles(self._folder, segment)

    def _merge(self) -> None:
        """Rewrite segments that are mostly deleted, and many small ones as one (:mod:`.merging`)."""
        self._looked_up = None
        self._files = [files for files in self._files if files.segment.doc_count()]
        # From the end, so that the places before stay right.
        for run in reversed(list(worn_runs(list(map(self._size, self._files))))):
            self._merge_run(run)
        while (small := small_run(list(map(self._size, self._files)))) is not None:
            self._merge_run(small)

    def _merge_run(self, run: range) -> None:
        merged = merge_segments(self._folder, self._files[run.start : run.stop])
        self._files[run.start : run.stop] = [self._opened(merged)]

    def _size(self, files: SegmentFiles) -> Size:
        stored, postings = (files.path(each).stat().st_size for each in (ARTICLES, EXTENSION))
        return Size(files.count, files.segment.doc_count(), max(stored, postings // 2))
