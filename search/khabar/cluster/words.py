"""Writes the words of an index on a cluster: a document for each word type, with its classes.

Words are only added, and a word's classes follow from its letters and the analyzer. So two clients write the
same document for a word, and it does not matter which is first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from khabar.cluster.client import Cluster
from khabar.cluster.mapping import identity, sent
from khabar.cluster.word_statistics import word_statistics
from khabar.cluster.writing import Write, refusals, write_all
from khabar.index.letter_pairs import has_pairs, pairs_of, vector_lengths
from khabar.index.word_forms import unpacked
from khabar.spelling import replace_surrogates

__all__ = ["WordsWriter", "kept_term", "letter_pairs", "signed"]

#: The approximate number of letters in a word's document.
_LETTERS = 200
#: The maximum number of cached existing words, of 200 bytes each.
_KNOWN = 500_000


class WordsWriter:
    """Adds words to an index of words. Not safe to share between threads.

    Words are durable as soon as :meth:`put` returns, and visible to searches after the next refresh of the
    index.

    Args:
        cluster: the cluster.
        index: the alias of the index of words of an edition, for writing
            (:func:`khabar.cluster.mapping.write_alias`).
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        #: words that are known to exist
        self._there: set[str] = set()

    def put(self, terms: Iterable[str], classes: Callable[[str], bytes]) -> int:
        """Add words, and return the number of new ones.

        Args:
            terms: any terms; those that exist stay as they are.
            classes: gives the packed classes of a term (:func:`khabar.index.word_forms.class_keys`).

        Raises:
            ClusterUnavailable, IndexLocked, IndexFolderError: see :func:`khabar.cluster.writing.write_all`.
                Some of the words may have been written, which does no harm: a word that no article has
                matches nothing.
        """
        given = {kept: term for term in terms if (kept := kept_term(term)) not in self._there}
        with refusals(self._cluster):
            there = word_statistics(self._cluster, self._index, terms=given).here
        words = [word for word in given if word not in there]
        written = write_all(
            self._cluster, self._index, self._writes(words, lambda word: classes(given[word]))
        )
        if len(self._there) + len(given) > _KNOWN:
            self._there = set()
        self._there |= given.keys()
        return sum(version is not None for version in written.values())

    def _lengths(self, words: Sequence[str]) -> list[float]:
        """The lengths of the vectors of some new words, among the existing words and these."""
        pairs = pairs_of(words)
        codes = pairs.codes.tolist()
        with refusals(self._cluster):
            there = word_statistics(self._cluster, self._index, codes)
        counts = np.array([there.counts[code] for code in codes], np.int64) + np.diff(pairs.starts)
        lengths: list[float] = vector_lengths(there.total + len(words), counts, pairs, len(words)).tolist()
        return lengths

    def _writes(self, words: Sequence[str], classes: Callable[[str], bytes]) -> Iterator[Write]:
        for word, length in zip(words, self._lengths(words), strict=True):
            yield Write(identity(word), _document(word, classes(word), length), None, _LETTERS)


def kept_term(term: str) -> str:
    """A term as it is stored on a cluster: without lone surrogates, which no encoding can represent, and
    shortened if it is longer than Lucene allows. Nearly all terms are unchanged."""
    return sent(replace_surrogates(term))


def _document(term: str, classes: bytes, length: float) -> dict[str, Any]:
    unpacked_classes = unpacked(classes)
    document: dict[str, Any] = {"term": term, "read": unpacked_classes.read, "size": len(term)}
    for depth in ("light", "lemma", "loan"):
        if key := getattr(unpacked_classes, depth):
            document[depth] = signed(key)
    if pairs := letter_pairs(term):
        document["pairs"] = pairs
        document["norm"] = length
    return document


def signed(key: int) -> int:
    """The key of a class as a signed number, as clusters store it.

    >>> signed(1), signed((1 << 64) - 1)
    (1, -1)
    """
    return key - (1 << 64) if key >> 63 else key


def letter_pairs(term: str) -> list[str]:
    """The letter pairs of a word (:mod:`khabar.index.letter_pairs`) as text.

    >>> letter_pairs("واد"), letter_pairs("وادي")
    ([], ['^و', 'اد', 'دي', 'وا', 'ي$'])
    """
    if not has_pairs(term):
        return []
    return sorted({one + following for one, following in pairwise(f"^{term}$")})
