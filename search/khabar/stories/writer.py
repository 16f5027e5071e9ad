"""Adds articles to the stories of an index; :mod:`khabar.stories` shows how a transaction uses it."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from khabar.stories.files import Catalogue, Log
from khabar.stories.grouping import join_stories
from khabar.stories.sketch import (
    AT_ONCE,
    AT_ONCE_WORDS,
    KEYS,
    MOST_WORDS,
    SKETCH,
    Hashes,
    Sketch,
    likeness,
    sketches,
)

__all__ = ["StoriesWriter", "create_stories"]

#: The log is rewritten when this many of its sketches, and more than half, belong to removed articles.
_WASTE = 4096

#: The first 64 bits of an article's fingerprint, its sketch and its keys.
_New = tuple[int, NDArray[np.uint8], NDArray[np.uint32]]

#: A placeholder for a sketch that is not made yet.
_PENDING: Sketch = np.empty(0, np.uint8), np.empty(0, np.uint32)


def create_stories(folder: Path) -> None:
    """Put a catalogue without articles into the folder of a new index."""
    Catalogue.empty().write(folder)


class StoriesWriter:
    """The stories of an index, for the writer that holds its lock. It takes 56 bytes of memory per article.

    Args:
        folder: the index folder.
        known: the first 64 bits of the fingerprints of all articles in the last commit. The next
            :meth:`write` removes all others from the files: articles that were removed or never committed.
            None keeps everything.

    Raises:
        IndexDamaged: if the files cannot be read.
    """

    def __init__(self, folder: Path, known: NDArray[np.uint64] | None = None) -> None:
        self._folder = folder
        self._catalogue = Catalogue.open(folder)
        self._log = Log(folder, self._catalogue.log, self._catalogue.size)
        self._log.sweep()
        self._waiting: dict[int, Hashes] = {}
        self._words = 0
        #: in indexing order; a placeholder for sketches that are not made yet
        self._new: dict[int, Sketch] = {}
        self._gone = np.empty(0, np.uint64)
        if known is not None:
            self._gone = self._catalogue.fingerprints[~np.isin(self._catalogue.fingerprints, known)]

    def add_sketch(self, fingerprint: int, sketch: Sketch) -> None:
        """Add an article, or replace the one with its fingerprint."""
        self._waiting.pop(fingerprint, None)
        self._new[fingerprint] = sketch

    def add(self, fingerprint: int, words: Hashes) -> None:
        """Add an article that has no sketch yet.

        Args:
            fingerprint: the first 64 bits of its fingerprint
                (:func:`khabar.index.records.short_fingerprint`).
            words: the hashes of its words in order, title first; with fewer than five it belongs to no story.
        """
        self._new.setdefault(fingerprint, _PENDING)
        self._waiting[fingerprint] = words[:MOST_WORDS]
        self._words += len(self._waiting[fingerprint])
        if len(self._waiting) == AT_ONCE or self._words >= AT_ONCE_WORDS:
            self._sketch()

    def _sketch(self) -> None:
        """Make the sketches of the waiting articles."""
        bins, keys = sketches(list(self._waiting.values()))
        self._new.update(zip(self._waiting, zip(bins, keys, strict=True), strict=True))
        self._waiting.clear()
        self._words = 0

    def write(self) -> None:
        """Make everything since the last write durable. Call it before the engine's commit, so that the
        stories have every article of the index; articles that are not in the index do no harm."""
        self._sketch()
        if not self._new and not len(self._gone):
            return
        kept, new = self._settled()
        if self._log.size - len(kept.fingerprints) > max(_WASTE, len(kept.fingerprints)):
            kept = self._compact(kept)
        added = self._appended(new)
        self._catalogue = self._grouped(kept.extended(added))
        self._catalogue.write(self._folder)
        self._log.sweep()
        self._new.clear()
        self._gone = np.empty(0, np.uint64)

    def _settled(self) -> tuple[Catalogue, list[_New]]:
        """The articles that stay unchanged, and those that are new or have another text."""
        old = self._catalogue
        stays = ~np.isin(old.fingerprints, self._gone)
        new: list[_New] = []
        places = old.places(np.fromiter(self._new, np.uint64, len(self._new)))
        for (fingerprint, (sketch, keys)), place in zip(self._new.items(), places.tolist(), strict=True):
            same = False
            if place >= 0:
                same = zlib.crc32(sketch.tobytes()) == int(old.checksums[place])
                stays[place] = same
            if keys[0] and not same:
                new.append((fingerprint, sketch, keys))
        return old if stays.all() else old.taken(stays), new

    def _appended(self, new: list[_New]) -> Catalogue:
        """The catalogue of new articles, with their sketches in the log; they are in no story yet."""
        first = self._log.size
        bins = np.array([sketch for _, sketch, _ in new], np.uint8).reshape(-1, SKETCH)
        if new:
            self._log.append(bins)
        return replace(
            Catalogue.empty(),
            log=self._log.number,
            size=self._log.size,
            fingerprints=np.array([fingerprint for fingerprint, _, _ in new], np.uint64),
            rows=np.arange(first, first + len(new), dtype=np.int32),
            leaders=np.full(len(new), -1, np.int32),
            checksums=np.array([zlib.crc32(sketch.tobytes()) for sketch in bins], np.uint32),
            keys=np.array([keys for _, _, keys in new], np.uint32).reshape(-1, KEYS),
        )

    def _grouped(self, articles: Catalogue) -> Catalogue:
        """The articles with their leaders. Those without a leader, or whose leader was removed, are grouped
        anew."""
        if not len(articles.rows):
            return articles
        # The position of each article's leader.
        leaders = np.searchsorted(articles.rows, articles.leaders)
        settled = articles.rows[np.minimum(leaders, len(articles.rows) - 1)] == articles.leaders

        def alike(place: int, others: list[int]) -> NDArray[np.float64]:
            which = np.array([place, *others])
            compared = self._log.rows(articles.rows[which], articles.checksums[which])
            return likeness(compared[0], compared[1:])

        joined = join_stories(
            [(place, articles.keys[place]) for place in np.flatnonzero(~settled).tolist()],
            np.flatnonzero(settled),
            leaders[settled],
            articles.keys[settled],
            alike,
        )
        rows = articles.leaders.copy()
        rows[list(joined)] = articles.rows[list(joined.values())]
        return replace(articles, leaders=rows)

    def _compact(self, articles: Catalogue) -> Catalogue:
        """The same articles, with a new log that has no sketches of removed articles."""
        self._log = self._log.compacted(articles.rows, articles.checksums)
        # −1: the leader was removed.
        places = np.searchsorted(articles.rows, articles.leaders)
        places = np.minimum(places, max(0, len(articles.rows) - 1))
        leaders = np.where(articles.rows[places] == articles.leaders, places, -1).astype(np.int32)
        return replace(articles, rows=np.arange(len(articles.rows), dtype=np.int32), leaders=leaders)
