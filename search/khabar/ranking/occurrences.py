"""The occurrences of the words and phrases of a query. Postings are read for all words together, and cached,
since queries share words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from khabar.caching import Kept, remembered
from khabar.index.columns import Bools, Columns, Floats, Ints, Postings, distinct, firsts, lookup, ranges
from khabar.index.engine import Reader
from khabar.index.phrases import count_phrases
from khabar.index.plan import Leaf, Occur, PhraseClause, WordClause

__all__ = ["ENTRY", "OccurrenceReader", "Occurrences"]


#: The bytes of cached postings, 9 for each: those of the words of some 400 headlines on 30,000 articles.
KEPT_POSTINGS = 128_000_000
#: The bytes of the cached passages of words in phrases: those of some hundred names, which share words.
KEPT_PLACES = 64_000_000
#: With fewer articles than one for this many passages, the articles are looked up among the passages.
_FEW = 16
#: The bytes of a cache entry besides its postings: some sixty forms. If they did not count, rare words would
#: fill the memory.
ENTRY = 10_000
#: The number of cached phrases.
_KEPT_PHRASES = 64


class _FormPostings(msgspec.Struct, frozen=True):
    """The postings of some forms, concatenated, without those of removed articles.

    Attributes:
        places: the place of each form.
        bounds: the start of each form's postings, and the end of the last.
        passages, articles, counts: the passage of each posting, its article, and the number of occurrences.
        frequencies: the number of passages in the whole index that contain each form.
    """

    places: Mapping[str, int]
    bounds: Ints
    passages: Ints
    articles: Ints
    counts: Ints
    frequencies: Ints

    @property
    def size(self) -> int:
        """The size in bytes."""
        return ENTRY + sum(array.nbytes for array in (self.passages, self.articles, self.counts))

    def have(self, clause: WordClause) -> bool:
        """Whether they include all forms of a word."""
        return all(form.term in self.places for form in clause.forms)


class Occurrences(msgspec.Struct, frozen=True):
    """The occurrences of a query word or phrase: a row for each passage and form; the passages of one form
    are in order.

    Attributes:
        source, title: the forms or the phrase, and whether titles alone count; its scores depend on these.
        columns: the columns of the index.
        passages: the passage of each row.
        articles: its article.
        counts: the number of occurrences of the form.
        forms: the form, as its place in the next two.
        weights: the weight of each form.
        matches: whether each form makes an article match.
        frequency: the number of passages that contain a form; each form counts by its weight, up to 1. A
            passage with two forms counts twice; an exact count ranks no better.
    """

    source: object
    title: bool
    columns: Columns
    passages: Ints
    articles: Ints
    counts: Ints
    forms: Ints
    weights: Floats
    matches: Bools
    frequency: float

    @property
    def matching_articles(self) -> Ints:
        """The articles that it makes match, some several times."""
        matching = np.flatnonzero(self.matches)
        if not len(matching):
            return self.articles[:0]
        if matching[-1] + 1 == len(matching):
            # The loosest forms are the last, and often the only ones that make no match.
            return self.articles[: int(np.searchsorted(self.forms, len(matching)))]
        return self.articles[self.matches[self.forms]]

    def among(self, articles: Ints) -> Occurrences:
        """The occurrences in some articles, whose numbers are sorted."""
        if len(self.weights) == 1 and len(articles) * _FEW < len(self.passages):
            # With another type, numpy would convert a copy of all passages.
            heads, ends = (
                each[articles].astype(self.passages.dtype) for each in (self.columns.heads, self.columns.ends)
            )
            begins = np.searchsorted(self.passages, heads)
            rows = ranges(begins, np.searchsorted(self.passages, ends) - begins)
        else:
            selected = np.zeros(len(self.columns.alive), bool)
            selected[articles] = True
            rows = np.flatnonzero(selected[self.articles])
        return replace(
            self,
            passages=self.passages[rows],
            articles=self.articles[rows],
            counts=self.counts[rows],
            forms=self.forms[rows],
        )


class OccurrenceReader:
    """Reads the occurrences of words and phrases in an index. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: Kept[_FormPostings] = Kept(KEPT_POSTINGS)
        #: the passages of each place in a phrase, by its terms
        self._places: Kept[Ints] = Kept(KEPT_PLACES)
        self._of_phrase = remembered(self._read_phrase, _KEPT_PHRASES)

    def live(self, postings: Postings) -> Postings:
        """Remove the postings of removed articles."""
        if self._reader.columns.all_alive or not len(postings.passages):
            return postings
        return postings.chosen(self._reader.columns.alive_passages[postings.passages])

    def of_leaves(self, leaves: Sequence[Leaf]) -> list[Occurrences]:
        """The occurrences of each leaf."""
        words = iter(self._postings([leaf for leaf in leaves if isinstance(leaf, WordClause)]))
        return [
            self._of_word(leaf, next(words))
            if isinstance(leaf, WordClause)
            else self._of_phrase(replace(leaf, occur=Occur.MUST, weight=1.0))
            for leaf in leaves
        ]

    def _of_word(self, clause: WordClause, postings: _FormPostings) -> Occurrences:
        forms = clause.forms
        places = np.array([postings.places[form.term] for form in forms], np.int64)
        begins = postings.bounds[places]
        sizes = postings.bounds[places + 1] - begins
        rows: Any = slice(0, int(sizes.sum()))
        if (places != np.arange(len(places))).any():
            rows = ranges(begins, sizes)
        weights = np.array([form.weight for form in forms], np.float64)
        worth = np.minimum(1.0, weights / clause.full)
        return Occurrences(
            forms,
            clause.title,
            self._reader.columns,
            postings.passages[rows],
            postings.articles[rows],
            postings.counts[rows],
            _repeated(sizes),
            weights,
            np.array([form.matches for form in forms], bool),
            float(postings.frequencies[places] @ worth),
        )

    def _postings(self, clauses: Sequence[WordClause]) -> list[_FormPostings]:
        """The postings of each word's forms. Those that are not cached are read together, as a call costs
        more than a word."""
        # A word without its looser forms has the same key, and uses a part of the cached postings.
        keys = [(clause.forms[0].term if clause.forms else "", clause.title) for clause in clauses]
        known = [self._kept.get(key) for key in keys]
        missing = [
            place
            for place, (postings, clause) in enumerate(zip(known, clauses, strict=True))
            if postings is None or not postings.have(clause)
        ]
        if missing:
            read = self._read([clauses[place] for place in missing])
            for place, postings in zip(missing, read, strict=True):
                known[place] = postings
                self._kept.put(keys[place], postings, postings.size)
        return [postings for postings in known if postings is not None]

    def _read(self, clauses: Sequence[WordClause]) -> list[_FormPostings]:
        columns = self._reader.columns
        names = [form.term for clause in clauses for form in clause.forms]
        sizes = [len(clause.forms) for clause in clauses]
        found = self.live(self._reader.postings(names))
        title = np.repeat(np.array([clause.title for clause in clauses], bool), sizes)
        if title.any():
            found = found.chosen(columns.in_title[found.passages] | ~title[found.terms])
        bounds = np.append(0, np.cumsum(found.sizes))
        frequencies = self._reader.frequencies(names, title, found.sizes)
        result = []
        last = 0
        for clause, size in zip(clauses, sizes, strict=True):
            first, last = last, last + size
            begin, end = int(bounds[first]), int(bounds[last])
            # Copies: a cached word must not keep the other words of its query in memory.
            passages = found.passages[begin:end].astype(np.int32)
            result.append(
                _FormPostings(
                    {form.term: place for place, form in enumerate(clause.forms)},
                    bounds[first : last + 1] - begin,
                    passages,
                    columns.article_of[passages],
                    found.counts[begin:end].copy(),
                    frequencies[first:last],
                )
            )
        return result

    def _read_phrase(self, clause: PhraseClause) -> Occurrences:
        """The occurrences of a phrase, as if it were a word."""
        passages, counts = self.phrase(clause)
        passages = passages.astype(np.int32)
        return Occurrences(
            clause,
            clause.title,
            self._reader.columns,
            passages,
            self._reader.columns.article_of[passages],
            counts,
            _repeated(np.array([len(passages)])),
            np.array([clause.full]),
            np.ones(1, bool),
            float(self._reader.phrase_frequency(clause, len(passages))),
        )

    def prepare(self, phrases: Sequence[PhraseClause]) -> None:
        """Read the words of several phrases together, which is faster than phrase by phrase."""
        self._passages_of([terms for phrase in phrases for terms in phrase.words])

    def _passages_of(self, places: Sequence[tuple[str, ...]]) -> list[Ints]:
        """The sorted passages that contain one of the terms of each place."""
        kept = {place: self._places.get(place) for place in places}
        missing = [place for place, known in kept.items() if known is None]
        if missing:
            owners = np.repeat(np.arange(len(missing)), [len(place) for place in missing])
            names = [term for place in missing for term in place]
            found = self.live(self._reader.postings(names))
            # Place and passage in one number, so that a single sort is enough.
            bits = max(1, self._reader.columns.passages.bit_length())
            keys = distinct((np.repeat(owners, found.sizes) << bits) + found.passages.astype(np.int64))
            bounds = np.searchsorted(keys, np.arange(len(missing) + 1) << bits).tolist()
            keys &= (1 << bits) - 1
            for number, place in enumerate(missing):
                # A copy: a cached word must not keep the others in memory.
                of_place = keys[bounds[number] : bounds[number + 1]].astype(np.int32)
                kept[place] = of_place
                self._places.put(place, of_place, ENTRY + of_place.nbytes)
        return [known for place in places if (known := kept[place]) is not None]

    def phrase(self, clause: PhraseClause) -> tuple[Ints, Floats]:
        """The sorted passages that contain a phrase, and the number of occurrences in each."""
        # Begin with the rarest word, and look up its passages in those of the others.
        candidates, *others = sorted(self._passages_of(clause.words), key=len)
        for passages in others:
            if not len(candidates):
                break
            candidates = candidates[lookup(candidates, passages)[1]]
        if clause.title:
            candidates = candidates[self._reader.columns.in_title[candidates]]
        passages, counts = count_phrases(self._reader, clause, candidates)
        if clause.joined:
            more, times, _ = self.live(self._reader.postings(clause.joined))
            if clause.title:
                in_title = self._reader.columns.in_title[more]
                more, times = more[in_title], times[in_title]
            passages, counts = _summed(np.concatenate([passages, more]), np.concatenate([counts, times]))
        return passages, counts


def _repeated(sizes: Ints) -> Ints:
    """Numbers from 0, each repeated by its size."""
    if len(sizes) == 1:
        # A view that takes no memory: a stop word has a hundred thousand postings.
        return np.broadcast_to(np.int16(0), int(sizes[0]))
    return np.repeat(np.arange(len(sizes), dtype=np.int16 if len(sizes) < 1 << 15 else np.int64), sizes)


def _summed(passages: Ints, counts: Floats) -> tuple[Ints, Floats]:
    """The sorted distinct passages, and the sum of the counts of each."""
    order = np.argsort(passages, kind="stable")
    passages = passages[order]
    starts = np.flatnonzero(firsts(passages))
    return passages[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts
