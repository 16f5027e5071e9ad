"""Queries to the index of words about a query word, and the reading of the answers: pure functions."""

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

#: A word's vector may by now be shorter than when it was written by so much, as other words have come.
_DRIFT = 0.15
#: Words that are asked for beyond those that are wanted, since their order may have changed.
_BEYOND = 60
#: Letter pairs in a search at most, for a search has at most 1,024 clauses. Of a word with more, which is no
#: word of a language, the rarest find those alike.
_PAIRS = 500

#: Only values that lie in columns: to read stored documents takes ten times as long.
_HIT: Mapping[str, Any] = {"_source": False, "stored_fields": "_none_", "track_total_hits": False}


def by_term(query: Mapping[str, Any], fields: Sequence[str] = ("term",), size: int = PAGE) -> dict[str, Any]:
    """A search for words in the order of their UTF-8 bytes, which may be continued behind any of them."""
    return {
        **_HIT,
        "query": {"constant_score": {"filter": query}},
        "docvalue_fields": list(fields),
        "sort": [{"term": "asc"}],
        "size": size,
    }


def by_size(query: Mapping[str, Any], size: int) -> dict[str, Any]:
    """A search for words, the shortest first, and how many there are."""
    body = by_term(query, size=size)
    return {**body, "sort": [{"size": "asc"}, {"term": "asc"}], "track_total_hits": True}


class Alike(NamedTuple):
    """The words that are alike to a query word in their letters.

    Attributes:
        words: each with how much.
        read: what the dictionary says of each.
        settled: whether no further word can be among them.
    """

    words: dict[str, float]
    read: dict[str, int]
    settled: bool


NONE_ALIKE = Alike({}, {}, True)


class _Member(NamedTuple):
    """A word that shares a class with a query word, or is asked for as it is; keys as a cluster has them."""

    term: str
    light: int
    lemma: int
    loan: int
    read: int


_FIELDS = _Member._fields
_DEPTHS = ("light", "lemma", "loan")


class Members:
    """The words that share a class with one of some query words, or are asked for as they are.

    Args:
        hits: what :func:`members_of` found.
    """

    def __init__(self, hits: Sequence[Mapping[str, Any]]) -> None:
        self._all = [_member(hit["fields"]) for hit in hits]
        self._by: dict[tuple[str, str | int], list[int]] = {}
        for place, member in enumerate(self._all):
            for field in ("term", *_DEPTHS):
                self._by.setdefault((field, getattr(member, field)), []).append(place)

    def of(self, keys: Iterable[tuple[str, str | int]]) -> list[_Member]:
        """Those that have one of some keys, in order."""
        return [
            self._all[place] for place in sorted({each for key in keys for each in self._by.get(key, ())})
        ]


def members_of(words: Sequence[QueryWord]) -> dict[str, Any]:
    """The search for all words that share a class with one of some query words, or are asked for as they
    are. (One search for all takes a third of the time of one for each.)"""
    values: dict[str, dict[str | int, None]] = {}
    for word in words:
        for field, value in word.sought_by():
            values.setdefault(field, {})[value] = None
    either = [{"terms": {field: list(some)}} for field, some in values.items()]
    return by_term({"bool": {"should": either}}, _FIELDS)


class QueryWord:
    """A folded query word whose forms are looked for.

    Args:
        term: the word.
        classes: its classes.
        similar, threshold: how many words may be alike only in their letters, and how alike they must be.
    """

    def __init__(self, term: str, classes: Classes, similar: int, threshold: float) -> None:
        self.term = kept_term(term)
        self.classes = classes
        self._most = similar
        self._threshold = threshold
        #: its letter pairs, as far as words are looked for by them
        self.codes = codes_of(self.term) if similar else []
        self._longer, self._rest = clinging(self.term, classes.read)

    def sought_by(self) -> list[tuple[str, str | int]]:
        """By what the word itself is found and all that share a class with it, or differ in a particle: a
        field and a value each."""
        found: list[tuple[str, str | int]] = [
            ("term", term) for term in (self.term, *self._longer, *filter(None, [self._rest]))
        ]
        # Foreign names are looked for where letters count.
        depths = _DEPTHS if self._most else _DEPTHS[:2]
        return found + [(depth, signed(key)) for depth in depths if (key := getattr(self.classes, depth))]

    def sought(self, total: int, counts: Mapping[int, int]) -> Sought[int]:
        """How its letter pairs are looked for.

        Args:
            total: number of words in the index.
            counts: in how many of them each pair is, by its code.
        """
        return sought(total, [(counts[code], code) for code in self.codes], self._threshold)

    def candidates(self, sought_pairs: Sought[int]) -> dict[str, Any] | None:
        """The search for the words whose letter pairs may be enough, the likeliest first; None if there are
        none.

        A score is the cosine at the time the word was written, times the length of this word's vector.
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
            # What the pairs that are left out would add is unknown.
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
        """The most alike of the words found so far.

        Args:
            sought_pairs: how letter pairs are looked for.
            total: number of words in the index.
            counts: in how many of them each letter pair of the words found is, by its code.
            hits: what the search found, the likeliest first.
            pairs: the letter pairs of these words.
        """
        if not hits:
            return NONE_ALIKE
        texts = list(map(word_of, hits))
        found = cosines(sought_pairs, vector_lengths(total, counts, pairs, len(hits)), pairs)
        enough = np.flatnonzero(found >= self._threshold)
        kept = enough[
            best(found[enough], self._most, lambda places: [texts[place] for place in enough[places]])
        ]
        # What is not found yet has no higher score than the last. It may be more alike than that says, as
        # vectors may be shorter by now: by as much as those of the words found.
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
            found: what the search for the members of several words found.
            alike: the words that are alike in their letters.
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
    """The word that a search for words found."""
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
    own = signed(key)
    return {each.term for each in members if getattr(each, depth) == own} if key else set()
