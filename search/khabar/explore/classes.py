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
from khabar.index.columns import Ints

if TYPE_CHECKING:
    from khabar.analysis.analyzer import Analyzer
    from khabar.query.forms import WordIndex
    from khabar.query.snapshot import Snapshot

__all__ = ["Classes", "classes_of", "most_common"]


#: Number of texts examined for the usual spelling of a word.
_EXAMINED = 7
_KEPT = 1 << 15


class Classes:
    """The classes of the words of one commit. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        analyzer, lexicon = snapshot.planner.analyzer, snapshot.planner.forms.lexicon
        self._answers = snapshot.answers
        self._prepare = partial(_prepare, lexicon, analyzer)
        # Caches of functions, not of methods: a cache that refers to its owner would keep the files of the
        # index open.
        #: the name of a folded word's class; "" without one
        self.of_term = lru_cache(maxsize=_KEPT)(partial(_class_of, analyzer))
        #: the words of the index in a word's class, including itself
        self.members = lru_cache(maxsize=_KEPT)(partial(_members, lexicon, analyzer))
        self._written: dict[str, str] = {}

    def written(self, term: str) -> str:
        """The usual spelling of a folded word in the first texts that contain it: المقاومه → المقاومة."""
        return self.all_written([term])[0]

    def all_written(self, terms: Sequence[str]) -> list[str]:
        """The usual spellings of several words, looked up together."""
        cached = self._written
        spellings = {term: cached[term] for term in terms if term in cached}
        missing = [term for term in dict.fromkeys(terms) if term not in cached]
        texts = self._answers.passages_with(missing, _EXAMINED)
        new = {term: _written(term, some) for term, some in zip(missing, texts, strict=True)}
        self._written = new if len(cached) + len(new) > _KEPT else {**cached, **new} if new else cached
        spellings |= new
        return [spellings[term] for term in terms]

    def frequencies(self, terms: Sequence[str]) -> Ints:
        """Count the paragraphs and titles that contain each of some words."""
        return np.array(self._answers.frequencies(terms), np.int64)

    def class_frequencies(self, terms: Sequence[str]) -> Ints:
        """Count the articles that contain any word of the class of each of some words."""
        self._prepare(terms)
        return np.array(self._answers.article_frequencies([self.members(term) for term in terms]), np.int64)


def classes_of(snapshot: Snapshot) -> Classes:
    """The classes of a commit's words, made once for it."""
    return snapshot.kept(Classes)


def _class_of(analyzer: Analyzer, term: str) -> str:
    stems = analyzer.stems(term)
    return stems.lemma[0] if stems.lemma else ""


def _prepare(lexicon: WordIndex, analyzer: Analyzer, terms: Sequence[str]) -> None:
    """Fetch the members of the classes of some words together."""
    lexicon.prepare(terms, analyzer, similar=0, threshold=1.0)


def _members(lexicon: WordIndex, analyzer: Analyzer, term: str) -> tuple[str, ...]:
    forms = lexicon.forms(term, analyzer)
    return tuple(form.term for form in forms if form.exact or form.lemma)


def _written(term: str, texts: Sequence[str]) -> str:
    spellings: Counter[str] = Counter()
    for text in texts:
        spellings.update(strip_marks(word) for word in tokenizer.words(text) if fold(word) == term)
    return most_common(spellings) or term


def most_common(counts: Mapping[str, int]) -> str:
    """The most frequent spelling, or the first in sorted order among equals; "" if there is none."""
    return min(counts, key=lambda word: (-counts[word], word), default="")
