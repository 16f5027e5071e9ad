"""Classes of words: the inflections of a word («وزير»، «الوزراء») as one, their frequency in an index, and
their usual spelling.

The words of a class have a common dictionary form (the lemma depth of :mod:`khabar.analysis.analyzer`). A
word that the dictionary does not know is in the class of its guessed lemma. Stop words and numbers have no
class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold, strip_marks
from khabar.index.columns import Ints, firsts

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer
    from khabar.index.lexicon import Lexicon
    from khabar.query.snapshot import Snapshot
    from khabar.ranking.searcher import Searcher

__all__ = ["Classes", "classes_of", "most_common"]


#: Number of texts examined for the usual spelling of a word.
_LOOKED_AT = 7
_KEPT = 1 << 15


class Classes:
    """The classes of the words of one commit. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        analyzer, lexicon = snapshot.planner.analyzer, snapshot.planner.forms.lexicon
        self._searcher = snapshot.searcher
        # Caches of functions, not of methods: a cache that refers to its owner would keep the files of the
        # index open.
        #: the name of a folded word's class; "" without one
        self.of_term = lru_cache(maxsize=_KEPT)(partial(_class_of, analyzer))
        #: the words of the index in a word's class, including itself
        self.members = lru_cache(maxsize=_KEPT)(partial(_members, lexicon, analyzer))
        #: the usual spelling of a folded word in the first texts that contain it: المقاومه → المقاومة
        self.written = lru_cache(maxsize=_KEPT)(partial(_written, snapshot.searcher))

    def frequencies(self, terms: Sequence[str]) -> Ints:
        """Count the paragraphs and titles that contain each of some words."""
        passages, _, which = self._searcher.reader.postings(terms)
        if not self._searcher.columns.all_alive:
            which = np.asarray(which)[self._searcher.columns.alive_passages[np.asarray(passages, np.int64)]]
        return np.bincount(np.asarray(which, np.int64), minlength=len(terms))

    def class_frequencies(self, terms: Sequence[str]) -> Ints:
        """Count the articles that contain any word of the class of each of some words."""
        members = [self.members(term) for term in terms]
        owners = np.repeat(np.arange(len(terms)), [len(group) for group in members])
        return self.article_frequencies([member for group in members for member in group], owners, len(terms))

    def article_frequencies(self, terms: Sequence[str], owners: Ints, count: int) -> Ints:
        """Count, for each owner, the articles that contain any of its words.

        Args:
            terms: words of the index.
            owners: the owner of each word, as a number.
            count: number of owners.
        """
        columns = self._searcher.columns
        passages, _, which = self._searcher.reader.postings(terms)
        articles = columns.article_of[np.asarray(passages, np.int64)].astype(np.int64)
        pairs = owners[np.asarray(which, np.int64)] * len(columns.alive) + articles
        if not columns.all_alive:
            pairs = pairs[columns.alive[articles]]
        # Sorting is several times as fast as numpy's unique here.
        pairs.sort()
        return np.bincount(pairs[firsts(pairs)] // max(1, len(columns.alive)), minlength=count)


def classes_of(snapshot: Snapshot) -> Classes:
    """The classes of a commit's words, made once for it."""
    return snapshot.kept(Classes)


def _class_of(analyzer: Analyzer, term: str) -> str:
    stems = analyzer.stems(term)
    return stems.lemma[0] if stems.lemma else ""


def _members(lexicon: Lexicon, analyzer: Analyzer, term: str) -> tuple[str, ...]:
    forms = lexicon.forms(term, analyzer)
    return tuple(form.term for form in forms if form.exact or form.lemma)


def _written(searcher: Searcher, term: str) -> str:
    columns = searcher.columns
    passages = np.asarray(searcher.reader.postings([term]).passages, np.int64)
    owners = columns.article_of[passages]
    some = np.flatnonzero(columns.alive[owners])[:_LOOKED_AT]
    found: Counter[str] = Counter()
    for passage, owner in zip(passages[some].tolist(), owners[some].tolist(), strict=True):
        article = searcher.reader.stored(owner)
        number = passage - int(columns.heads[owner])
        text = article.paragraphs[number - 1] if number else article.title
        found.update(strip_marks(word) for word in tokenizer.words(text) if fold(word) == term)
    return most_common(found) or term


def most_common(found: Mapping[str, int]) -> str:
    """The most frequent spelling, or the first in sorted order among equals; "" if there is none."""
    return min(found, key=lambda word: (-found[word], word), default="")
