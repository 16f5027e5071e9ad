"""Finds words of an index on a cluster by their letters: the same words as
:class:`khabar.query.vocabulary.Vocabulary` finds in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khabar.cluster.client import Cluster
from khabar.cluster.hits import PAGE, Hits, all_hits
from khabar.cluster.word_search import by_size, by_term, word_of
from khabar.cluster.words import kept_term
from khabar.query import latin
from khabar.query.vocabulary import Matching, near_ones

__all__ = ["ClusterVocabulary"]

#: The greatest edit distance that a cluster searches for.
_FARTHEST = 2


class ClusterVocabulary:
    """The words of an index, for searching by letters. Safe to share between threads; it has no cache.

    Args:
        cluster: the cluster.
        index: the name of the index of words of an edition.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def matching(self, pieces: Sequence[str], most: int | None = None) -> Matching:
        """The words that match a pattern; see :meth:`khabar.query.vocabulary.LetterIndex.matching`."""
        if not any(pieces):
            return Matching([], 0)
        first, *others = map(kept_term, pieces)
        query: dict[str, Any] = (
            {"wildcard": {"term": {"value": "*".join(map(_escaped, (first, *others)))}}}
            if any(others)
            else {"prefix": {"term": first}}
        )
        if most is None:
            words = self._words(query)
            return Matching(words, len(words))
        body = by_size(query, min(most, PAGE))
        answer = self._cluster.search(self._index, body)["hits"]
        hits: Hits = answer["hits"]
        total: int = answer["total"]["value"]
        if len(hits) < min(most, total):
            further = {**body, "search_after": hits[-1]["sort"], "size": PAGE, "track_total_hits": False}
            hits += all_hits(
                self._cluster,
                self._index,
                {0: further},
                lambda found: [0] if len(hits) + len(found[0]) >= most else [],
            )[0]
        return Matching(list(map(word_of, hits[:most])), total)

    def near(self, term: str, distance: int) -> list[tuple[str, int]]:
        """The words within an edit distance of a word; see
        :meth:`khabar.query.vocabulary.LetterIndex.near`."""
        fuzzy = {
            "value": kept_term(term),
            "fuzziness": min(distance, _FARTHEST),
            "transpositions": True,
            # All that match, not only the nearest 50.
            "rewrite": "constant_score",
        }
        return near_ones(term, self._words({"fuzzy": {"term": fuzzy}}), distance)

    def sounding(self, word: str, before: str = "") -> dict[str, float]:
        """The words that a word in Latin letters can mean; see :func:`khabar.query.latin.matches`."""
        pattern = latin.pattern(word, before)
        if not pattern:
            return {}
        return latin.matches(
            word, self._words({"regexp": {"term": {"value": pattern, "flags": "NONE"}}}), before
        )

    def _words(self, query: Mapping[str, Any]) -> list[str]:
        """The words that a search finds, in order."""
        hits = all_hits(self._cluster, self._index, {0: by_term(query)})[0]
        return list(map(word_of, hits))


def _escaped(piece: str) -> str:
    """Escape «*», «?» and «\\»."""
    return "".join(f"\\{char}" if char in "*?\\" else char for char in piece)
