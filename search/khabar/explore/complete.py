"""Completion: the words of an index that begin with some letters, with or without «ال»."""

from __future__ import annotations

import msgspec

from khabar.analysis import tokenizer
from khabar.analysis.fold import fold
from khabar.analysis.stopwords import is_stop_word
from khabar.explore.classes import classes_of
from khabar.query.snapshot import Snapshot
from khabar.query.vocabulary import LetterIndex
from khabar.serialize import Serializable

__all__ = ["Completion", "complete"]

_ARTICLE = "ال"
#: «ال» with the proclitics before it.
_PROCLITICS = ("وبال", "وال", "فال", "بال", "كال", "ولل", "لل")
#: Maximum number of words to count, the shortest first: a single letter begins a tenth of all words.
_COUNTED = 1_500


class Completion(Serializable, msgspec.Struct, frozen=True):
    """A completion.

    Attributes:
        word: the word in its most common spelling.
        paragraphs: number of paragraphs and titles that contain it, with or without proclitics such as «و».
    """

    word: str
    paragraphs: int

    def __str__(self) -> str:
        return self.word


def complete(snapshot: Snapshot, prefix: str, limit: int) -> tuple[Completion, ...]:
    """Words that begin with some letters; see :meth:`khabar.Index.complete`."""
    words = tokenizer.words(prefix)
    typed = fold(words[-1]) if words else ""
    if limit <= 0 or not typed:
        return ()
    bare = _without_article(typed)
    vocabulary = snapshot.planner.forms.vocabulary
    bases = {bare, _ARTICLE + bare} if typed == bare else {typed, bare}
    terms = {term for base in bases for term in _beginning(vocabulary, base)}
    shortest = sorted(terms, key=lambda term: (len(_without_article(term)), term))[:_COUNTED]
    if not shortest:
        return ()
    counts = dict(zip(shortest, classes_of(snapshot).frequencies(shortest).tolist(), strict=True))
    by_count = sorted((term for term in shortest if counts[term]), key=lambda term: (-counts[term], term))
    likely = by_count[: 6 * limit]
    definite = snapshot.planner.forms.lexicon.known(
        word for term in likely for word in _without_proclitics(term, typed)
    )
    completions = [term for term in likely if definite.isdisjoint(_without_proclitics(term, typed))]
    totals = _with_proclitics(snapshot, completions[: 3 * limit], counts)
    best = sorted(totals, key=lambda term: (-totals[term], term))[:limit]
    written = classes_of(snapshot).all_written(best)
    return tuple(Completion(word, totals[term]) for word, term in zip(written, best, strict=True))


def _without_article(term: str) -> str:
    return term[2:] if term.startswith(_ARTICLE) and len(term) > 2 else term


def _beginning(vocabulary: LetterIndex, base: str) -> list[str]:
    """The words that begin with some letters and can complete them; if there are many, the shortest."""
    most = 2 * _COUNTED
    while True:
        matching = vocabulary.matching([base, ""], most)
        words = [term for term in matching.words if term.isalpha() and not is_stop_word(term)]
        if len(matching.words) >= matching.total:
            return words
        # The words not returned are at least as long as the longest here, with or without an article.
        length = max(map(len, matching.words)) - len(_ARTICLE)
        if sum(len(_without_article(term)) < length for term in words) >= _COUNTED:
            return words
        most *= 4


def _without_proclitics(term: str, typed: str) -> list[str]:
    """A word without proclitics that were not typed, with an article. If the index has such a word, the term
    is not a completion («بالمقاومه» for «ب»)."""
    return [
        _ARTICLE + term[len(before) :]
        for before in _PROCLITICS
        if len(before) > len(typed) and term.startswith(before)
    ]


def _with_proclitics(snapshot: Snapshot, terms: list[str], counts: dict[str, int]) -> dict[str, int]:
    """The total counts of some words, with and without proclitics."""
    joined: list[tuple[str, str]] = []
    for term in terms:
        if term.startswith(_ARTICLE):
            rest = term[2:]
            joined += [(term, before + rest) for before in _PROCLITICS]
        else:
            # A single letter before a bare word may be part of it. Only «و» is counted, if the rest is long
            # enough.
            joined += [(term, "و" + term)] if len(term) > 3 else []
    total = {term: counts[term] for term in terms}
    more = classes_of(snapshot).frequencies([form for _, form in joined]).tolist() if joined else []
    for (term, _), count in zip(joined, more, strict=True):
        total[term] += count
    return total
