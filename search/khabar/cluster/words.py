"""The words of an index on a cluster, as they are written: a document for each word type, with its classes.

Words are only ever added, and a word's classes follow from its letters and the analyzer. So two clients that
write the same word write the same document, and it does not matter which of them comes first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from khabar.cluster.client import Cluster, Refused
from khabar.cluster.mapping import sent
from khabar.cluster.word_statistics import word_statistics
from khabar.digests import blake2b
from khabar.errors import ClusterUnavailable
from khabar.index.letter_pairs import has_pairs, pairs_of, vector_lengths
from khabar.index.surrogates import replace_surrogates
from khabar.index.word_forms import unpacked

__all__ = ["WordsWriter", "kept_term", "letter_pairs", "signed"]

#: Documents in a request: about 1 MB.
_AT_ONCE = 5_000
#: Requests that are under way at the same time: the cluster analyses one while the next is made.
_UNDER_WAY = 2
#: Words that are known to be there, at most: 200 bytes each.
_KNOWN = 500_000
#: Maximum length of an id, by the cluster's rule.
_LONGEST_ID = 512
#: Begins the ids that are a hash, and no other.
_HASHED = "~"


class WordsWriter:
    """Adds words to an index of words. It is not safe to share between threads.

    What it has written is durable as soon as :meth:`put` returns, and is found by searches after the next
    refresh of the index.

    Args:
        cluster: where the index is.
        index: the name of the index of words of an edition.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        #: words that are known to be there
        self._there: set[str] = set()

    def put(self, terms: Iterable[str], classes: Callable[[str], bytes]) -> int:
        """Add words; gives how many of them were not there.

        Args:
            terms: any terms; those that are there are left as they are.
            classes: of a term what :func:`khabar.index.word_forms.class_keys` gives.

        Raises:
            Refused: if the cluster refuses a word, as where its disk is full.
            ClusterUnavailable: if it does not answer, or has no room for them in time. Some of the words may
                be there then, which does no harm: a word that no article has matches nothing.
        """
        given = {kept: term for term in terms if (kept := kept_term(term)) not in self._there}
        there = word_statistics(self._cluster, self._index, terms=given).here
        words = [word for word in given if word not in there]
        added = 0
        with ThreadPoolExecutor(_UNDER_WAY) as pool:
            waiting: deque[Future[int]] = deque()
            try:
                for lines in self._requests(words, self._lengths(words), lambda word: classes(given[word])):
                    waiting.append(pool.submit(self._send, lines))
                    if len(waiting) > _UNDER_WAY:
                        added += waiting.popleft().result()
                while waiting:
                    added += waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
        if len(self._there) + len(given) > _KNOWN:
            self._there = set()
        self._there |= given.keys()
        return added

    def _lengths(self, words: Sequence[str]) -> list[float]:
        """The lengths of the vectors of some new words, among those that are there and these."""
        pairs = pairs_of(words)
        codes = pairs.codes.tolist()
        there = word_statistics(self._cluster, self._index, codes)
        new = dict(zip(codes, np.diff(pairs.starts).tolist(), strict=True))
        counts = {code: there.counts[code] + new[code] for code in codes}
        lengths: list[float] = vector_lengths(there.total + len(words), counts, pairs, len(words)).tolist()
        return lengths

    def _requests(
        self, words: Sequence[str], lengths: Sequence[float], classes: Callable[[str], bytes]
    ) -> Iterator[list[Any]]:
        for begin in range(0, len(words), _AT_ONCE):
            lines: list[Any] = []
            for word, length in zip(
                words[begin : begin + _AT_ONCE], lengths[begin : begin + _AT_ONCE], strict=True
            ):
                lines += [{"create": {"_id": _id(word)}}, _document(word, classes(word), length)]
            yield lines

    def _send(self, lines: list[Any]) -> int:
        """Write some words; gives how many of them nobody else wrote before."""
        results = self._cluster.bulk(lines, index=self._index, filter_path="items.*.status,items.*.error")
        for result in results:
            status = result["status"]
            if status in (429, 503):
                raise ClusterUnavailable(self._cluster.address, "it has no room for what is written", "busy")
            if status >= 300 and status != 409:
                error = result["error"]
                raise Refused(status, error.get("type", ""), error.get("reason", ""))
        return sum(result["status"] < 300 for result in results)


def kept_term(term: str) -> str:
    """A term as a cluster keeps it: without lone surrogates, which no encoding can hold, and cut if it is
    longer than Lucene allows. Nearly every term is itself."""
    return sent(replace_surrogates(term))


def _id(term: str) -> str:
    """The id of a word's document: the word, if it can be one."""
    encoded = term.encode()
    if 0 < len(encoded) <= _LONGEST_ID and not term.startswith(_HASHED):
        return term
    return _HASHED + blake2b(encoded, digest_size=32).hexdigest()


def _document(term: str, classes: bytes, length: float) -> dict[str, Any]:
    own = unpacked(classes)
    document: dict[str, Any] = {"term": term, "read": own.read, "size": len(term)}
    for depth, key in (("light", own.light), ("lemma", own.lemma), ("loan", own.loan)):
        if key:
            document[depth] = signed(key)
    if pairs := letter_pairs(term):
        document["pairs"] = pairs
        document["norm"] = length
    return document


def signed(key: int) -> int:
    """The key of a class as a cluster keeps it: its numbers have a sign.

    >>> signed(1), signed((1 << 64) - 1)
    (1, -1)
    """
    return key - (1 << 64) if key >> 63 else key


def letter_pairs(term: str) -> list[str]:
    """The letter pairs of a word (:mod:`khabar.index.letter_pairs`) as a cluster keeps them.

    >>> letter_pairs("واد"), letter_pairs("وادي")
    ([], ['^و', 'اد', 'دي', 'وا', 'ي$'])
    """
    if not has_pairs(term):
        return []
    return sorted({one + following for one, following in pairwise(f"^{term}$")})
