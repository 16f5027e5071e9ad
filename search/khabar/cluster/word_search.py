"""Makes queries for the forms of query words, and reads the answers. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from khabar.cluster.hits import PAGE
from khabar.cluster.words import kept_term, signed
from khabar.index.letter_pairs import (
    Pairs,
    Sought,
    best,
    codes_of,
    cosines,
    pair_of,
    sought,
    vector_lengths,
)
from khabar.index.word_forms import Classes, Form, carries, clinging, ranked

__all__ = ["NONE_ALIKE", "Alike", "Members", "QueryWord", "by_size", "by_term", "members_of", "word_of"]

#: The maximum share by which a word's vector may have become shorter since it was written, because of new
#: words.
_DRIFT = 0.15
#: The number of extra words to fetch, since their order may have changed.
_BEYOND = 60
#: The maximum number of letter pairs of each kind in a search, which can have 1,024 clauses. For a word with
#: more, which is hardly a word, the rarest are used.
_PAIRS = 500

#: Only columns are read: reading stored documents takes ten times as long.
_HIT: Mapping[str, Any] = {"_source": False, "stored_fields": "_none_", "track_total_hits": False}


def by_term(query: Mapping[str, Any], fields: Sequence[str] = ("term",), size: int = PAGE) -> dict[str, Any]:
    """A search for words in the order of their UTF-8 bytes, which can be continued after any of them."""
    return {
        **_HIT,
        "query": {"constant_score": {"filter": query}},
        "docvalue_fields": list(fields),
        "sort": [{"term": "asc"}],
        "size": size,
    }


def by_size(query: Mapping[str, Any], size: int) -> dict[str, Any]:
    """A search for words, the shortest first, which counts all of them."""
    body = by_term(query, size=size)
    return {**body, "sort": [{"size": "asc"}, {"term": "asc"}], "track_total_hits": True}


class Alike(NamedTuple):
    """The words that are similar to a query word in their letters.

    Attributes:
        words: the similarity of each word.
        read: the dictionary's flags of each word.
        settled: whether no further word can be among them.
    """

    words: dict[str, float]
    read: dict[str, int]
    settled: bool


NONE_ALIKE = Alike({}, {}, True)


class _Member(NamedTuple):
    """A word that shares a class with a query word or was searched directly, with signed keys."""

    term: str
    light: int
    lemma: int
    loan: int
    read: int


_FIELDS = _Member._fields
_DEPTHS = ("light", "lemma", "loan")


class Members:
    """The words that share a class with one of some query words or were searched directly.

    Args:
        hits: the hits of :func:`members_of`.
    """

    def __init__(self, hits: Sequence[Mapping[str, Any]]) -> None:
        self._all = [_member(hit["fields"]) for hit in hits]
        self._by: dict[tuple[str, str | int], list[int]] = {}
        for place, member in enumerate(self._all):
            for field in ("term", *_DEPTHS):
                self._by.setdefault((field, getattr(member, field)), []).append(place)

    def of(self, keys: Iterable[tuple[str, str | int]]) -> list[_Member]:
        """The words that have one of some keys, in order."""
        return [
            self._all[place] for place in sorted({each for key in keys for each in self._by.get(key, ())})
        ]


def members_of(words: Sequence[QueryWord]) -> dict[str, Any]:
    """The search for all words that share a class with one of some query words or are searched directly. (One
    search for all takes a third of the time of separate ones.)"""
    values: dict[str, dict[str | int, None]] = {}
    for word in words:
        for field, value in word.sought_by():
            values.setdefault(field, {})[value] = None
    either = [{"terms": {field: list(some)}} for field, some in values.items()]
    return by_term({"bool": {"should": either}}, _FIELDS)


class QueryWord:
    """A folded query word whose forms are searched.

    Args:
        term: the word.
        classes: its classes.
        similar, threshold: the maximum number of forms that are similar in their letters alone, and their
            minimum similarity.
    """

    def __init__(self, term: str, classes: Classes, similar: int, threshold: float) -> None:
        self.term = kept_term(term)
        self.classes = classes
        self._most = similar
        self._threshold = threshold
        #: its letter pairs, if similar words are searched
        self.codes = codes_of(self.term) if similar else []
        self._longer, self._rest = clinging(self.term, classes.read)

    def sought_by(self) -> list[tuple[str, str | int]]:
        """The fields and values that find the word itself, the words that share a class with it, and those
        that differ in a particle."""
        keys: list[tuple[str, str | int]] = [
            ("term", term) for term in (self.term, *self._longer, *filter(None, [self._rest]))
        ]
        # Foreign names are searched only together with similar words.
        depths = _DEPTHS if self._most else _DEPTHS[:2]
        return keys + [(depth, signed(key)) for depth in depths if (key := getattr(self.classes, depth))]

    def sought(self, total: int, counts: Mapping[int, int]) -> Sought[int]:
        """Split its letter pairs into telling and common ones.

        Args:
            total: the number of words in the index.
            counts: the number of these that have each pair, by its code.
        """
        return sought(total, [(counts[code], code) for code in self.codes], self._threshold)

    def candidates(self, sought_pairs: Sought[int]) -> dict[str, Any] | None:
        """The search for the words that may be similar enough, the most likely first; None if there are none.

        A score is the cosine at the time when the word was written, times the length of this word's vector.
        """
        telling, common = sought_pairs.telling[-_PAIRS:], sought_pairs.common[-_PAIRS:]
        if not telling:
            return None
        left_out = sum(
            weight for weight, _ in [*sought_pairs.telling[:-_PAIRS], *sought_pairs.common[:-_PAIRS]]
        )
        least = self._threshold * math.sqrt(sought_pairs.squares) * (1 - _DRIFT)
        pairs = {
            "bool": {
                "must": {"bool": {"should": [_pair(each) for each in telling]}},
                "should": [_pair(each) for each in common],
                "must_not": {"term": {"term": self.term}},
            }
        }
        return {
            **_HIT,
            "query": {
                "function_score": {
                    "query": pairs,
                    "field_value_factor": {"field": "norm", "modifier": "reciprocal"},
                    "boost_mode": "multiply",
                }
            },
            # The contribution of omitted pairs is unknown.
            "min_score": 0.0 if left_out else least,
            "docvalue_fields": ["term", "read"],
            "size": self._most + _BEYOND,
        }

    def alike(
        self,
        sought_pairs: Sought[int],
        total: int,
        counts: Mapping[int, int],
        hits: Sequence[Mapping[str, Any]],
        pairs: Pairs,
    ) -> Alike:
        """The most similar of the words found so far.

        Args:
            sought_pairs: the letter pairs of this word.
            total: the number of words in the index.
            counts: the number of these that have each letter pair of the words found, by its code.
            hits: the hits of the search, the most likely first.
            pairs: the letter pairs of the words found.
        """
        if not hits:
            return NONE_ALIKE
        texts = list(map(word_of, hits))
        counted = [counts[code] for code in pairs.codes.tolist()]
        found = cosines(sought_pairs, vector_lengths(total, counted, pairs, len(hits)), pairs)
        enough = np.flatnonzero(found >= self._threshold)
        kept = enough[
            best(found[enough], self._most, lambda places: [texts[place] for place in enough[places]])
        ]
        # Words not found yet have no higher scores than the last one. They may be more similar than their
        # scores say, as vectors may have become shorter: by as much as those of the words found.
        scores = np.array([hit["_score"] for hit in hits]) / math.sqrt(sought_pairs.squares)
        settled = len(kept) == self._most and bool(found[kept].min() > scores[-1] * (found / scores).max())
        places = kept.tolist()
        return Alike(
            {texts[place]: min(1.0, float(found[place])) for place in places},
            {texts[place]: hits[place]["fields"]["read"][0] for place in places},
            settled,
        )

    def forms(self, found: Members, alike: Alike) -> tuple[Form, ...]:
        """Its forms.

        Args:
            found: the members found for several words.
            alike: the words that are similar in their letters.
        """
        members = found.of(self.sought_by())
        words = {text: (text, read) for text, read in alike.read.items()}
        words |= {each.term: (each.term, each.read) for each in members}
        light = _sharing(members, "light", self.classes.light)
        light |= {each.term for each in members if each.term in self._longer and not each.read}
        if self._rest and self._rest in words and carries(self.term[0], self._rest, words[self._rest][1]):
            light.add(self._rest)
        return ranked(
            self.term,
            self.classes.read,
            words,
            own=self.term if self.term in words else None,
            light=light,
            lemma=_sharing(members, "lemma", self.classes.lemma),
            loan=sorted(_sharing(members, "loan", self.classes.loan)) if self._most else (),
            alike=dict(alike.words),
        )


def word_of(hit: Mapping[str, Any]) -> str:
    """The word of a hit."""
    word: str = hit["fields"]["term"][0]
    return word


def _pair(weighted: tuple[float, int]) -> dict[str, Any]:
    weight, code = weighted
    return {"constant_score": {"filter": {"term": {"pairs": pair_of(code)}}, "boost": weight}}


def _member(fields: Mapping[str, list[Any]]) -> _Member:
    values: list[Any] = [fields[name][0] if name in fields else 0 for name in _FIELDS]
    return _Member(*values)


def _sharing(members: Sequence[_Member], depth: str, key: int) -> set[str]:
    """The words that have a class."""
    return {each.term for each in members if getattr(each, depth) == signed(key)} if key else set()
