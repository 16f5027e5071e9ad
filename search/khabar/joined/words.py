"""The words of several archives, and their forms.

Whether two words share a stem, a lemma or a spelling depends on the words alone, so the forms of a query word
in all archives are its forms in each of them together. Only the similarity of two words by their letters
depends on the archive, on how rare letter pairs are among its words; where archives differ, the greatest
similarity counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import groupby

from khabar.analysis.analyzer import Analyzer
from khabar.index.word_forms import LOAN, Form
from khabar.query.forms import WordIndex
from khabar.query.vocabulary import LetterIndex, Matching

__all__ = ["JoinedLexicon", "JoinedVocabulary", "joined_forms"]


class JoinedLexicon:
    """See :class:`khabar.query.forms.WordIndex`.

    Args:
        lexicons: the lexicons of the archives.
    """

    def __init__(self, lexicons: Sequence[WordIndex]) -> None:
        self._lexicons = tuple(lexicons)

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in any of the archives that a folded query word matches; see
        :meth:`khabar.index.lexicon.Lexicon.forms`."""
        return joined_forms(
            [
                lexicon.forms(term, analyzer, similar=similar, threshold=threshold)
                for lexicon in self._lexicons
            ],
            similar,
        )

    def known(self, terms: Iterable[str]) -> set[str]:
        """The terms that occur in an archive."""
        term_list = list(terms)
        return set().union(*(lexicon.known(term_list) for lexicon in self._lexicons))

    def terms(self) -> list[str]:
        """All terms, each once, in the order of their UTF-8 bytes."""
        return _distinct(lexicon.terms() for lexicon in self._lexicons)

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with a prefix, each once, in order."""
        return _distinct(lexicon.beginning(prefix) for lexicon in self._lexicons)

    def prepare(
        self,
        terms: Iterable[str],
        analyzer: Analyzer,
        *,
        similar: int,
        threshold: float,
        known: Iterable[str] = (),
    ) -> None:
        """Fetch what :meth:`forms` will need for several words, where that is cheaper than one by one."""
        term_list, known_list = list(terms), list(known)
        for lexicon in self._lexicons:
            lexicon.prepare(term_list, analyzer, similar=similar, threshold=threshold, known=known_list)


def joined_forms(found: Sequence[Sequence[Form]], similar: int) -> tuple[Form, ...]:
    """The forms of a query word in any of several archives, in the order in which one archive lists them.

    Args:
        found: its forms in each archive.
        similar: maximum number of forms that are similar only in their letters.
    """
    forms: dict[str, Form] = {}
    for archive_forms in found:
        for form in archive_forms:
            other = forms.get(form.term)
            if other is None or other.similar < form.similar:
                forms[form.term] = form
    # Names written in other letters (LOAN) are not found by letter pairs.
    alike = sorted(
        (form for form in forms.values() if form.similar > 0 and form.similar != LOAN),
        key=lambda form: (-form.similar, form.term),
    )
    for form in alike[similar:]:
        if form.exact or form.spelling or form.light or form.lemma:
            forms[form.term] = form._replace(similar=0.0)
        else:
            del forms[form.term]
    return tuple(sorted(forms.values(), key=_strictness))


def _strictness(form: Form) -> tuple[object, ...]:
    """The key that puts forms in order; see :func:`khabar.index.word_forms.ranked`."""
    return (
        not form.exact,
        not form.spelling,
        form.otherwise,
        not form.light,
        not form.lemma,
        -form.similar,
        form.term,
    )


def _distinct(lists: Iterable[list[str]]) -> list[str]:
    """The words of sorted lists, each once, in order."""
    return [term for term, _ in groupby(merge(*lists))]


class JoinedVocabulary:
    """See :class:`khabar.query.vocabulary.LetterIndex`.

    Args:
        vocabularies: the vocabularies of the archives.
    """

    def __init__(self, vocabularies: Sequence[LetterIndex]) -> None:
        self._vocabularies = tuple(vocabularies)

    def matching(self, pieces: Sequence[str], most: int | None = None) -> Matching:
        """The words that match a pattern; see :meth:`khabar.query.vocabulary.LetterIndex.matching`. If an
        archive returned only its shortest words, the total may count a word once for each archive."""
        parts = [vocabulary.matching(pieces, most) for vocabulary in self._vocabularies]
        words = list(dict.fromkeys(word for part in parts for word in part.words))
        left = sum(part.total - len(part.words) for part in parts)
        total = len(words) + left
        if left and most is not None:
            # An archive whose list was cut may have words that belong before the longer ones of the others:
            # only the shortest are certain.
            words = sorted(words, key=lambda word: (len(word), word))[:most]
        return Matching(words, total)

    def near(self, term: str, distance: int) -> list[tuple[str, int]]:
        """The words within an edit distance of a word, with their distances."""
        return list(
            {
                word: changes
                for vocabulary in self._vocabularies
                for word, changes in vocabulary.near(term, distance)
            }.items()
        )

    def sounding(self, word: str, before: str = "") -> dict[str, float]:
        """The words that a word in Latin letters can stand for, each with its cost."""
        costs: dict[str, float] = {}
        for vocabulary in self._vocabularies:
            for term, cost in vocabulary.sounding(word, before).items():
                costs[term] = min(cost, costs.get(term, cost))
        return dict(sorted(costs.items()))
