"""The vectors of an index's articles at one commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from khabar.corpus.article import Article
from khabar.errors import IndexDamaged
from khabar.index.columns import Bools, Floats, Ints, lookup
from khabar.index.vector_names import VECTOR_LIST
from khabar.meaning.damage import reading
from khabar.meaning.digest import digest_of, halves
from khabar.meaning.listing import Listing, read_listing
from khabar.meaning.nearest import NearText, likely, nearest_of
from khabar.meaning.segments import Rows, Segment, file_of_segment

__all__ = ["Near", "Rows", "Vectors", "digest_of"]


class Near(NamedTuple):
    """An article with a text that is near to a query.

    Attributes:
        article_id: the id of the article when its text was embedded; it may have been removed or changed
            since.
        digest: the digest of the text (:func:`digest_of`), to check whether the article still has it.
        passage: the nearest passage: 0 for the title, then 1, 2, …
        cosine: the cosine between the query and that passage.
        nearness: the mean of that cosine and of the mean cosine of all passages.
    """

    article_id: str
    digest: bytes
    passage: int
    cosine: float
    nearness: float


class Vectors:
    """The vectors of one commit, mapped into memory. They never change, and may be used from several threads.
    They are looked up by the text itself, so it does not matter whether the index was changed since.

    All methods raise :class:`~khabar.errors.IndexDamaged` if a file is damaged: search by words works without
    it, and ``khabar meaning build`` repairs it.

    Attributes:
        generation: the number of the commit.
        encoder_fingerprint, encoder_name, encoder_version, address: the encoder that made them.
        dimension: the number of components of a vector.
        articles: the number of texts.
        rows: the number of vectors: one for each passage, several for a long one.
    """

    def __init__(self, folder: Path, listing: Listing, segments: Sequence[Segment]) -> None:
        self.generation = listing.generation
        self.encoder_fingerprint = listing.encoder_fingerprint
        self.encoder_name = listing.encoder_name
        self.encoder_version = listing.encoder_version
        self.address = listing.address
        self.dimension = listing.dimension
        self.articles = listing.articles
        self.rows = listing.rows
        self._folder = folder
        self._listing = listing
        self._segments = tuple(segments)

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """Open the vectors in the folder of an index's files; None if there are none.

        Raises:
            IndexDamaged: if a file is missing or damaged.
            IndexUnavailable: if the system refuses to read one.
        """
        before = -1
        while True:
            with reading(folder / VECTOR_LIST):
                listing = read_listing(folder)
            if listing is None:
                return None
            try:
                return cls(folder, listing, [_opened(folder, each, listing) for each in listing.segments])
            except IndexDamaged:
                # A writer may have removed a file meanwhile: then the list has changed.
                if listing.generation == before:
                    raise
                before = listing.generation

    def of(self, article: Article) -> Rows | None:
        """The vectors of an article's text; None if it was not embedded. A text with nothing to embed has no
        rows.

        Args:
            article: any article, even one of another index.
        """
        return self.of_digest(digest_of(article))

    def of_digest(self, digest: bytes) -> Rows | None:
        """The vectors of a text by its digest; see :meth:`of`."""
        keys, rests = halves([digest])
        for number, segment in self._each():
            with self._reading(number):
                place = segment.find(keys[0], rests[0])
                if place >= 0:
                    return segment.rows_of(place)
        return None

    def has(self, digest: bytes) -> bool:
        """Whether a text was embedded."""
        keys, rests = halves([digest])
        for number, segment in self._each():
            with self._reading(number):
                if segment.find(keys[0], rests[0]) >= 0:
                    return True
        return False

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """The mean of all vectors, (dimension,); zeros if there are none."""
        return self._listing.sums.mean

    @cached_property
    def covariance(self) -> NDArray[np.float64]:
        """The covariance C of all vectors, (dimension, dimension): the standard deviation of the cosines of a
        query q with all vectors is √(qᵀ·C·q)."""
        return self._listing.sums.covariance

    @cached_property
    def owners(self) -> Ints:
        """The sorted fingerprints of the articles whose text was embedded."""
        fingerprints = [np.empty(0, np.uint64)]
        for number, segment in self._each():
            with self._reading(number):
                fingerprints.append(segment.owner_fingerprints[:])
        return np.unique(np.concatenate(fingerprints))

    def stale(self, present: Ints) -> int:
        """The number of texts that no article has any more.

        Args:
            present: the first 64 bits of the fingerprints of all articles in the index.
        """
        having = [np.empty(0, np.uint64)]
        for number, segment in self._each():
            with self._reading(number):
                having.append(segment.owner_keys[:][np.isin(segment.owner_fingerprints[:], present)])
        keys = np.concatenate(having)
        count = 0
        for number, segment in self._each():
            with self._reading(number):
                count += int(np.isin(segment.keys[:], keys, invert=True).sum())
        return count

    def nearest(self, query: Floats, count: int, among: Ints | None = None) -> list[Near]:
        """The distinct articles nearest to a query, the nearest first: those of the nearest ``count`` texts.

        The nearest passage and the mean of all passages of an article count equally. A single passage may be
        near by chance, above all in an article with many.

        Passages are searched by one bit for each component first, and then compared exactly: 96 of 100 of the
        twenty nearest are found among 119,000 vectors of news (benchmarks/vectors.py).

        Args:
            query: a vector of length 1.
            count: the number of texts.
            among: only texts of these articles, given by the sorted first 64 bits of their fingerprints.
        """
        vector = np.asarray(query, np.float32)
        spread = np.sqrt(np.maximum(np.diagonal(self.covariance), 0))
        weights = (vector - self.mean) * spread
        found: list[tuple[NearText, bytes]] = []
        # Half a digest is enough: the caller compares the whole.
        keys = None if among is None else self._keys_of(among)
        for number, segment in self._each():
            with self._reading(number):
                share = segment.rows / max(1, self.rows)
                allowed = None if keys is None else _among(segment.keys[:], keys)
                rows = likely(segment, weights, share, count, allowed)
                best = nearest_of(segment, vector, rows, share, count)
                found += zip(
                    best, segment.digests(np.array([each.text for each in best], np.int64)), strict=True
                )
        found = sorted(found, key=lambda each: -each[0].nearness)[:count]
        ids = self._ids_of([digest for _, digest in found])
        return [
            Near(article_id, digest, each.passage, each.cosine, each.nearness)
            for each, digest in found
            for article_id in ids.get(digest, ())
        ]

    def _keys_of(self, owners: Ints) -> Ints:
        """The sorted first halves of the digests of some articles' texts."""
        keys = [np.empty(0, np.uint64)]
        for number, segment in self._each():
            with self._reading(number):
                keys.append(segment.owner_keys[:][_among(segment.owner_fingerprints[:], owners)])
        return np.sort(np.concatenate(keys))

    def _ids_of(self, digests: Sequence[bytes]) -> dict[bytes, list[str]]:
        """The distinct ids of the articles that have some texts."""
        keys, _ = halves(digests)
        result: dict[bytes, dict[str, None]] = {}
        for number, segment in self._each():
            with self._reading(number):
                for digest, ids in segment.ids_of(keys).items():
                    result.setdefault(digest, {}).update(dict.fromkeys(ids))
        return {digest: list(ids) for digest, ids in result.items()}

    def _each(self) -> Iterator[tuple[int, Segment]]:
        """The files, the newest first, each with its number."""
        return zip(reversed(self._listing.segments), reversed(self._segments), strict=True)

    def _reading(self, number: int) -> AbstractContextManager[None]:
        return reading(file_of_segment(self._folder, number))


def _opened(folder: Path, number: int, listing: Listing) -> Segment:
    path = file_of_segment(folder, number)
    with reading(path):
        segment = Segment.open(path)
        if segment.dimension != listing.dimension:
            raise ValueError("its vectors are of another dimension")
        return segment


def _among(values: Ints, ordered: Ints) -> Bools:
    """Whether each value is among some sorted ones."""
    return lookup(values, ordered)[1] if len(ordered) else np.zeros(len(values), bool)
