"""The words of several archives, and their forms.

Whether two words share a stem, a lemma or a spelling follows from the words, not from the archive, so the
forms of a query word in all archives are those in each of them. Only how alike two words are in their letters
depends on how rare letter pairs are among the words of an archive; where archives differ, the greatest
likeness counts.
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
        lexicons: of the archives.
    """

    def __init__(self, lexicons: Sequence[WordIndex]) -> None:
        self._lexicons = tuple(lexicons)

    def forms(
        self, term: str, analyzer: Analyzer, *, similar: int = 0, threshold: float = 1.0
    ) -> tuple[Form, ...]:
        """The forms in any of the archives that a folded query word stands for; see
        :meth:`khabar.index.lexicon.Lexicon.forms`."""
        found = [
            lexicon.forms(term, analyzer, similar=similar, threshold=threshold) for lexicon in self._lexicons
        ]
        return joined_forms(found, similar)

    def known(self, terms: Iterable[str]) -> set[str]:
        """Those of some terms that are words of an archive."""
        term_list = list(terms)
        return set().union(*(lexicon.known(term_list) for lexicon in self._lexicons))

    def terms(self) -> list[str]:
        """All terms in the order of their UTF-8 bytes, each once."""
        return _distinct(lexicon.terms() for lexicon in self._lexicons)

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with some letters, in order, each once."""
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
        """Fetch what :meth:`forms` will need of several words, where that is cheaper than one by one."""
        term_list, asked = list(terms), list(known)
        for lexicon in self._lexicons:
            lexicon.prepare(term_list, analyzer, similar=similar, threshold=threshold, known=asked)


def joined_forms(found: Sequence[Sequence[Form]], similar: int) -> tuple[Form, ...]:
    """The forms that a query word has in any of several archives, in the order that one archive gives.

    Args:
        found: its forms in each archive.
        similar: at most so many that are alike only in their letters.
    """
    forms: dict[str, Form] = {}
    for each in found:
        for form in each:
            known = forms.get(form.term)
            if known is None or known.similar < form.similar:
                forms[form.term] = form
    # Names in other letters are no matter of letter pairs.
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
    """What puts forms in order: see :func:`khabar.index.word_forms.ranked`."""
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
    """The words of some lists in order, each once, in order."""
    return [term for term, _ in groupby(merge(*lists))]


class JoinedVocabulary:
    """See :class:`khabar.query.vocabulary.LetterIndex`.

    Args:
        vocabularies: of the archives.
    """

    def __init__(self, vocabularies: Sequence[LetterIndex]) -> None:
        self._vocabularies = tuple(vocabularies)

    def matching(self, pieces: Sequence[str], most: int | None = None) -> Matching:
        """The words that match a pattern; see :meth:`khabar.query.vocabulary.LetterIndex.matching`. Where an
        archive gave only its shortest, the total may count words twice that several archives have."""
        found = [vocabulary.matching(pieces, most) for vocabulary in self._vocabularies]
        words = list(dict.fromkeys(word for each in found for word in each.words))
        left = sum(each.total - len(each.words) for each in found)
        total = len(words) + left
        if left and most is not None:
            # Of a cut list the words behind its last are unknown, so that longer ones of the others are not
            # the next.
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
        found: dict[str, float] = {}
        for vocabulary in self._vocabularies:
            for term, cost in vocabulary.sounding(word, before).items():
                found[term] = min(cost, found.get(term, cost))
        return dict(sorted(found.items()))
