"""The lexicon of an index on a cluster: the same forms as :class:`khabar.index.lexicon.Lexicon` gives,
fetched as queries need them.

The classes of a query word follow from its letters and the analyzer. So one request finds the forms of all
words of a query: the words with one of their classes, and those that share enough letter pairs to be among
the most similar. The frequency of a letter pair comes from the statistics of the index (``_termvectors`` of
an artificial document), at a cost that does not grow with the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from khabar.analysis.analyzer import Analyzer
from khabar.cluster.client import Cluster
from khabar.cluster.hits import Hits, all_hits
from khabar.cluster.word_search import NONE_ALIKE, Alike, Members, QueryWord, by_term, members_of, word_of
from khabar.cluster.word_statistics import word_statistics
from khabar.cluster.words import kept_term
from khabar.index.letter_pairs import Sought, codes_among, pairs_of
from khabar.index.word_forms import Form, classes_of

__all__ = ["ClusterLexicon"]

#: The letters of most folded words of news.
_LETTERS = "ءابتثجحخدذرزسشصضطظعغفقكلمنهوي"
#: The number of words in one request.
_AT_ONCE = 50
#: The maximum number of cached forms, of 200 bytes each.
_KEPT_FORMS = 200_000
#: The maximum number of cached letter pairs and of words, of 100 bytes each.
_KEPT_COUNTS = 100_000
#: A word, the maximum number of similar forms, and their minimum similarity.
_Asked = tuple[str, int, float]


class _Known:
    """The cache for one state of the words.

    Attributes:
        total: the number of words.
        counts: the number of words that have each letter pair, by its code.
        here: whether each term is one of the words.
        forms: the forms of query words.
    """

    def __init__(self, total: int, counts: dict[int, int]) -> None:
        self.total = total
        self.counts = counts
        self.here: dict[str, bool] = {}
        self.forms: dict[_Asked, tuple[Form, ...]] = {}
        self._size = 0
        self._lock = Lock()

    def keep(self, forms_of: Mapping[_Asked, tuple[Form, ...]]) -> None:
        """Cache forms, and drop the oldest entries."""
        with self._lock:
            for asked, forms in forms_of.items():
                if asked not in self.forms:
                    self.forms[asked] = forms
                    self._size += len(forms) + 1
            while self._size > _KEPT_FORMS and len(self.forms) > len(forms_of):
                self._size -= len(self.forms.pop(next(iter(self.forms)))) + 1


class ClusterLexicon:
    """The lexicon of one committed state of an index. Safe to share between threads.

    Nothing is fetched before it is needed. Words are only added, so an answer may include words of a newer
    state, which match nothing in this one.

    Args:
        cluster: the cluster.
        index: the name of the index of words of an edition.
        before: the lexicon of an earlier state of the same edition, whose cache is used if no word was added
            since.
    """

    def __init__(self, cluster: Cluster, index: str, before: ClusterLexicon | None = None) -> None:
        self._cluster = cluster
        self._index = index
        self._now: _Known | None = None
        self._before: _Known | None = None
        if before is not None:
            self._before = before._now or before._before
        self._lock = Lock()

    def __len__(self) -> int:
        return self._known.total

    def __contains__(self, term: str) -> bool:
        return bool(self.known([term]))

    def known(self, terms: Iterable[str]) -> set[str]:
        """The subset of some terms that the lexicon has."""
        here = self._known.here
        kept = {term: kept_term(term) for term in terms}
        missing = [term for term in dict.fromkeys(kept.values()) if term not in here]
        found = {term for term in kept.values() if here.get(term)}
        if missing:
            new = word_statistics(self._cluster, self._index, terms=missing).here
            if len(here) + len(missing) > _KEPT_COUNTS:
                here.clear()
            here.update({term: term in new for term in missing[:_KEPT_COUNTS]})
            found |= new
        return {term for term, each in kept.items() if each in found}

    def terms(self) -> list[str]:
        """All terms in the order of their UTF-8 bytes."""
        return self._scan({"match_all": {}})

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with a prefix, in order."""
        return self._scan({"prefix": {"term": kept_term(prefix)}})

    def prepare(
        self,
        terms: Iterable[str],
        analyzer: Analyzer,
        *,
        similar: int,
        threshold: float,
        known: Iterable[str] = (),
    ) -> None:
        """Fetch the data for :meth:`forms` of several words in one request, and for :meth:`known` in
        another."""
        self.known(known)
        forms = self._known.forms
        missing = dict.fromkeys(term for term in terms if (term, similar, threshold) not in forms)
        self._fetch(list(missing), analyzer, similar, threshold)

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in this index of a folded query word; see :meth:`khabar.index.lexicon.Lexicon.forms`."""
        asked = term, similar, threshold
        found = self._known.forms.get(asked)
        return found if found is not None else self._fetch([term], analyzer, similar, threshold)[asked]

    @property
    def _known(self) -> _Known:
        if self._now is None:
            with self._lock:
                if self._now is None:
                    before = self._before
                    # Fetch nearly all pairs that will be needed in the first request.
                    codes = codes_among(_LETTERS)
                    if before and len(before.counts) < _KEPT_COUNTS:
                        codes = list(before.counts)
                    now = word_statistics(self._cluster, self._index, codes)
                    same = before is not None and before.total == now.total
                    self._now = before if same else _Known(now.total, now.counts)
                    self._before = None
        assert self._now is not None
        return self._now

    def _counts(self, codes: Iterable[int]) -> dict[int, int]:
        """The number of words that have each letter pair."""
        known = self._known.counts
        counts = {code: known.get(code, -1) for code in codes}
        if missing := [code for code, count in counts.items() if count < 0]:
            found = word_statistics(self._cluster, self._index, missing).counts
            if len(known) + len(found) > _KEPT_COUNTS:
                known.clear()
            known.update(found)
            counts |= found
        return counts

    def _scan(self, query: Mapping[str, Any]) -> list[str]:
        """The words that a query matches, in order."""
        hits = all_hits(self._cluster, self._index, {0: by_term(query)})[0]
        return list(map(word_of, hits))

    def _fetch(
        self, terms: Sequence[str], analyzer: Analyzer, similar: int, threshold: float
    ) -> dict[_Asked, tuple[Form, ...]]:
        """Fetch the forms of some words."""
        forms_of: dict[_Asked, tuple[Form, ...]] = {}
        for begin in range(0, len(terms), _AT_ONCE):
            some = terms[begin : begin + _AT_ONCE]
            forms = self._forms(
                [QueryWord(term, classes_of(term, analyzer.stems(term)), similar, threshold) for term in some]
            )
            forms_of |= {(term, similar, threshold): each for term, each in zip(some, forms, strict=True)}
        self._known.keep(forms_of)
        return forms_of

    def _forms(self, words: Sequence[QueryWord]) -> list[tuple[Form, ...]]:
        """The forms of each word."""
        total = self._known.total
        own_counts = self._counts(code for word in words for code in word.codes)
        sought_pairs = [word.sought(total, own_counts) for word in words]
        # The last search is for the members of classes; those before it are by letter pairs.
        members = len(words)
        searches: dict[int, dict[str, Any]] = {members: members_of(words)}
        for place, (word, pairs) in enumerate(zip(words, sought_pairs, strict=True)):
            if (candidates := word.candidates(pairs)) is not None:
                searches[place] = candidates

        alike: dict[int, Alike] = {}

        def settled(full: Mapping[int, Hits]) -> list[int]:
            candidates = {place: hits for place, hits in full.items() if place != members}
            alike.update(self._alike(words, sought_pairs, candidates))
            return [place for place in candidates if alike[place].settled]

        found = all_hits(self._cluster, self._index, searches, settled)
        own = Members(found.pop(members))
        rest = {place: hits for place, hits in found.items() if not (place in alike and alike[place].settled)}
        alike |= self._alike(words, sought_pairs, rest)
        return [word.forms(own, alike.get(place, NONE_ALIKE)) for place, word in enumerate(words)]

    def _alike(
        self, words: Sequence[QueryWord], sought_pairs: Sequence[Sought[int]], found: Mapping[int, Hits]
    ) -> dict[int, Alike]:
        """The words found that are similar to each of some words, by the places of these."""
        pairs = {place: pairs_of([word_of(hit) for hit in hits]) for place, hits in found.items()}
        counts = self._counts(code for each in pairs.values() for code in each.codes.tolist())
        return {
            place: words[place].alike(sought_pairs[place], self._known.total, counts, hits, pairs[place])
            for place, hits in found.items()
        }
