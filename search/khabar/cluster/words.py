"""The words of an index on a cluster, as they are written: a document for each word type, with its classes.

Words are only ever added, and a word's classes follow from its letters and the analyzer. So two clients that
write the same word write the same document, and it does not matter which of them comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from khabar.cluster.client import Cluster, Refused
from khabar.digests import blake2b
from khabar.errors import ClusterUnavailable
from khabar.index.lexicon import unpacked
from khabar.index.lexicon_files import SHORTEST
from khabar.index.surrogates import replace_surrogates

__all__ = ["WordsWriter", "kept_term", "letter_pairs", "signed"]

#: Documents in a request: about 1 MB.
_AT_ONCE = 5_000
#: Requests that are under way at the same time: the cluster analyses one while the next is made.
_UNDER_WAY = 2
#: Words that are known to be there, at most: 200 bytes each.
_KNOWN = 500_000
#: Maximum length of a term in bytes of UTF-8. Lucene refuses terms of more than 32,766.
LONGEST_TERM = 8_000
#: What is left of a longer one, in characters.
_BEGINNING = 1_000
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
        #: the words that are known to be there
        self._known: set[str] = set()

    def put(self, terms: Iterable[str], classes: Callable[[str], bytes]) -> int:
        """Add words; gives how many of them were not there.

        Args:
            terms: any terms; those that are there are left as they are.
            classes: of a term what :func:`khabar.index.lexicon.class_keys` gives.

        Raises:
            Refused: if the cluster refuses a word, as where its disk is full.
            ClusterUnavailable: if it does not answer, or has no room for them in time. Some of the words may
                be there then, which does no harm: a word that no article has matches nothing.
        """
        added = 0
        with ThreadPoolExecutor(_UNDER_WAY) as pool:
            waiting: list[tuple[set[str], Any]] = []
            try:
                for batch, lines in self._batches(terms, classes):
                    waiting.append((batch, pool.submit(self._send, lines)))
                    if len(waiting) > _UNDER_WAY:
                        added += self._done(*waiting.pop(0))
                while waiting:
                    added += self._done(*waiting.pop(0))
            finally:
                for _, future in waiting:
                    future.cancel()
        return added

    def _batches(
        self, terms: Iterable[str], classes: Callable[[str], bytes]
    ) -> Iterator[tuple[set[str], list[Any]]]:
        """Some words that are not known to be there, and what is sent of them."""
        batch: set[str] = set()
        lines: list[Any] = []
        for term in terms:
            kept = kept_term(term)
            if kept in self._known or kept in batch:
                continue
            batch.add(kept)
            lines += [{"create": {"_id": _id(kept)}}, _document(kept, classes(term))]
            if len(batch) == _AT_ONCE:
                yield batch, lines
                batch, lines = set(), []
        if batch:
            yield batch, lines

    def _send(self, lines: list[Any]) -> int:
        results = self._cluster.bulk(lines, index=self._index, filter_path="items.*.status,items.*.error")
        added = 0
        for result in results:
            status = result["status"]
            if status == 409:
                continue
            if status in (429, 503):
                raise ClusterUnavailable(self._cluster.address, "it has no room for what is written", "busy")
            if status >= 300:
                error = result["error"]
                raise Refused(status, error.get("type", ""), error.get("reason", ""))
            added += 1
        return added

    def _done(self, batch: set[str], future: Any) -> int:
        """Wait until some words are there."""
        added: int = future.result()
        if len(self._known) + len(batch) > _KNOWN:
            self._known = set()
        self._known |= batch
        return added


def kept_term(term: str) -> str:
    """A term as a cluster keeps it: without lone surrogates, which no encoding can hold, and of a very long
    one the beginning and a hash. Nearly every term is itself.

    >>> kept_term("وزير"), len(kept_term("ا" * 10_000))
    ('وزير', 1033)
    """
    term = replace_surrogates(term)
    if len(term) <= LONGEST_TERM // 4:
        return term
    encoded = term.encode()
    if len(encoded) <= LONGEST_TERM:
        return term
    return f"{term[:_BEGINNING]}…{blake2b(encoded, digest_size=16).hexdigest()}"


def _id(term: str) -> str:
    """The id of a word's document: the word, if it can be one."""
    encoded = term.encode()
    if 0 < len(encoded) <= _LONGEST_ID and not term.startswith(_HASHED):
        return term
    return _HASHED + blake2b(encoded, digest_size=32).hexdigest()


def _document(term: str, classes: bytes) -> dict[str, Any]:
    light, lemma, loan, read = unpacked(classes)
    document: dict[str, Any] = {"term": term, "read": read, "size": len(term)}
    for depth, key in (("light", light), ("lemma", lemma), ("loan", loan)):
        if key:
            document[depth] = signed(key)
    if pairs := letter_pairs(term):
        document["pairs"] = pairs
    return document


def signed(key: int) -> int:
    """The key of a class as a cluster keeps it: its numbers have a sign.

    >>> signed(1), signed((1 << 64) - 1)
    (1, -1)
    """
    return key - (1 << 64) if key >> 63 else key


def letter_pairs(term: str) -> list[str]:
    """The letter pairs of a word by which similar words are found, its edges marked; none of a short one.

    >>> letter_pairs("واد"), letter_pairs("وادي")
    ([], ['^و', 'اد', 'دي', 'وا', 'ي$'])
    """
    if len(term) < SHORTEST or not term.isalpha():
        return []
    return sorted({one + following for one, following in pairwise(f"^{term}$")})
