"""The frequencies of terms in a whole index, over all its shards; cached for one generation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from khabar.cluster.client import Cluster, Partial
from khabar.cluster.mapping import GRAIN, sent
from khabar.cluster.refusals import is_lasting
from khabar.index.ranking import Ranking

__all__ = ["PASSAGES", "Frequencies", "Frequency", "Shards"]

#: A pseudo-field for the number of passages with a term, including titles. It is computed from two fields.
PASSAGES = "passages"
_ALL, _REPEATS = "all", "repeats"

_RANKING = Ranking()
#: The number of cached terms, of some 300 bytes each.
_KEPT = 100_000
#: The number of terms in one request.
_AT_ONCE = 2_000


class Frequency(NamedTuple):
    """The frequency of a term in a field of an index. (Lucene counts a removed or replaced article until it
    rewrites its segment.)

    Attributes:
        articles: the number of articles that contain it.
        times: the number of occurrences; for :data:`PASSAGES` the number of passages.
    """

    articles: int = 0
    times: int = 0

    def plus(self, other: Frequency) -> Frequency:
        """Add the frequency in another shard."""
        return Frequency(self.articles + other.articles, self.times + other.times)


class Shards:
    """The shards of an index, each by a routing value that leads to it. Their number never changes.

    Args:
        cluster: the cluster.
        index: the name of the index.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self.cluster = cluster
        self.index = index
        self._routings: list[str] = []
        self._factor = 0.0

    def routings(self) -> list[str]:
        """A routing value for each shard."""
        if not self._routings:
            count = len(self.cluster.request("GET", f"/{self.index}/_search_shards")["shards"])
            found: dict[int, str] = {0: "0"} if count == 1 else {}
            number = 0
            while len(found) < count:
                copies = self.cluster.whole(partial(self._copies, number))
                found.setdefault(copies[0]["shard"], str(number))
                number += 1
            self._routings = list(found.values())
        return self._routings

    def score_factor(self) -> float:
        """The factor that converts the scores of the cluster to those of
        :class:`~khabar.index.ranking.Ranking`, up to rounding."""
        if not self._factor:
            version = self.cluster.request("GET", "/")["version"]
            plain = version.get("distribution") == "opensearch" and int(version["number"].split(".")[0]) > 2
            k1 = _RANKING.article_k1
            # Lucene omits a constant factor of BM25, which older versions of the cluster restored.
            self._factor = (k1 + 1) * (1 if plain else 1 / (k1 * GRAIN + 1))
        return self._factor

    def _copies(self, routing: int) -> list[dict[str, Any]]:
        """The copies of the shard to which a routing value leads."""
        path = f"/{self.index}/_search_shards"
        copies: list[dict[str, Any]]
        [copies] = self.cluster.request("GET", path, routing=str(routing))["shards"]
        if not copies:
            raise Partial("a shard of the index is on no node")
        return copies


class Frequencies:
    """The frequencies of terms in an index. Safe to share between threads.

    Args:
        shards: the shards of the index.
    """

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        #: by field and term
        self._kept: dict[tuple[str, str], Frequency] = {}

    def of(self, asked_terms: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Frequency]]:
        """The frequencies of some terms in each of some fields, or :data:`PASSAGES`, in one request. (Each
        field takes as much time as the first, so give only those that are needed.)"""
        if PASSAGES not in asked_terms:
            return self._of(asked_terms)
        terms = list(asked_terms[PASSAGES])
        fields = {field: list(some) for field, some in asked_terms.items() if field != PASSAGES}
        for field in (_ALL, _REPEATS):
            fields[field] = [*fields.get(field, ()), *terms]
        by_field = self._of(fields)
        by_field[PASSAGES] = {
            term: _passages(by_field[_ALL][term], by_field[_REPEATS][term]) for term in terms
        }
        return by_field

    def _of(self, asked_terms: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Frequency]]:
        """The same for real fields only."""
        kept = self._kept
        keys = dict.fromkeys((field, term) for field, terms in asked_terms.items() for term in terms)
        found = {key: kept.get(key) for key in keys}
        missing = [key for key, frequency in found.items() if frequency is None]
        new: dict[tuple[str, str], Frequency] = {}
        for begin in range(0, len(missing), _AT_ONCE):
            new |= self._read(missing[begin : begin + _AT_ONCE])
        if len(kept) + len(new) > _KEPT:
            self._kept = kept = {}
        kept.update(new)
        by_field: dict[str, dict[str, Frequency]] = {field: {} for field in asked_terms}
        for key, frequency in found.items():
            by_field[key[0]][key[1]] = frequency or new[key]
        return by_field

    def _read(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Frequency]:
        #: for each field, the terms by the names under which they are sent
        names: dict[str, dict[str, str]] = {}
        for field, term in keys:
            names.setdefault(field, {})[sent(term)] = term
        answer = self._ask(
            [
                {
                    "_index": self._shards.index,
                    "routing": routing,
                    "doc": {field: " ".join(terms) for field, terms in names.items()},
                    "fields": list(names),
                    "term_statistics": True,
                    "field_statistics": False,
                    "positions": False,
                    "offsets": False,
                    "payloads": False,
                }
                for routing in self._shards.routings()
            ]
        )
        found = dict.fromkeys(keys, Frequency())
        for shard in answer:
            for field, vector in shard.get("term_vectors", {}).items():
                terms = names[field]
                for name, statistics in vector["terms"].items():
                    if "doc_freq" in statistics:
                        key = field, terms[name]
                        found[key] = found[key].plus(Frequency(statistics["doc_freq"], statistics["ttf"]))
        return found

    def _ask(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Ask every shard; the answer is never partial."""
        cluster = self._shards.cluster

        def ask() -> Any:
            answers = cluster.request("POST", "/_mtermvectors", {"docs": documents})["docs"]
            for each in answers:
                if is_lasting(error := each.get("error")):
                    raise cluster.refused(0, error)
                if "error" in each:
                    raise Partial(f"a shard does not answer: {each['error'].get('reason', each['error'])}")
            return answers

        answers: list[dict[str, Any]] = cluster.whole(ask)
        return answers


def _passages(everywhere: Frequency, repeats: Frequency) -> Frequency:
    """The number of articles and passages that contain a term. (Copies of a shard may still count different
    removed articles; but there are never fewer passages than articles.)"""
    return Frequency(everywhere.articles, max(everywhere.articles, everywhere.times - repeats.times))
