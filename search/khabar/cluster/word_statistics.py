"""The statistics of an index of words: the number of words, the number that have a letter pair, and whether a
word exists.

They come from the terms of the index, as ``_termvectors`` reports them for an artificial document, at a cost
that does not grow with the index. An index of words has only one shard, so they are complete.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from khabar.cluster.client import Cluster
from khabar.index.letter_pairs import pair_of

__all__ = ["WordStatistics", "word_statistics"]

#: The number of terms and pairs in one request.
_AT_ONCE = 10_000


class WordStatistics(NamedTuple):
    """The statistics of an index of words.

    Attributes:
        total: the number of words that searches find.
        counts: the number of these that have each letter pair, by its code.
        here: the given terms that are words.
    """

    total: int
    counts: dict[int, int]
    here: set[str]


def word_statistics(
    cluster: Cluster, index: str, codes: Collection[int] = (), terms: Collection[str] = ()
) -> WordStatistics:
    """Fetch the statistics of an index of words, as searches see it now.

    Args:
        cluster, index: the index.
        codes: letter pairs (:mod:`khabar.index.letter_pairs`).
        terms: terms as they are stored on a cluster.
    """
    pairs = {pair_of(code): code for code in codes}
    asked = [("pairs", pair) for pair in pairs] + [("term", term) for term in terms]
    counts = dict.fromkeys(codes, 0)
    here: set[str] = set()
    total = 0
    for begin in range(0, max(1, len(asked)), _AT_ONCE):
        some = asked[begin : begin + _AT_ONCE]
        body = {
            # A field without a value has no statistics, and the total comes from «term».
            "doc": {
                "term": [text for field, text in some if field == "term"] or ["-"],
                "pairs": [text for field, text in some if field == "pairs"],
            },
            "fields": ["term", "pairs"],
            "term_statistics": True,
            "field_statistics": True,
            "positions": False,
            "offsets": False,
            "payloads": False,
        }
        answer = cluster.request("POST", f"/{index}/_termvectors", body)["term_vectors"]
        own = answer.get("term", {})
        total = max(0, own.get("field_statistics", {}).get("doc_count", 0))
        here |= {text for text, found in own.get("terms", {}).items() if found.get("doc_freq")}
        for text, found in answer.get("pairs", {}).get("terms", {}).items():
            counts[pairs[text]] = found.get("doc_freq", 0)
    return WordStatistics(total, counts, here & set(terms))
