"""Why a hit is a hit, and what a word stands for: plain data for ``--explain`` and ``khabar why``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from khabar.analysis.analyzer import DEPTHS, Analyzer
from khabar.corpus.article import Article
from khabar.index.engine import Reader
from khabar.index.lexicon import Lexicon
from khabar.index.plan import Clause, Occur, Plan, WordClause
from khabar.index.ranking import Ranking
from khabar.query.planner import weighted_forms

__all__ = ["DEPTH_NAMES", "FoundForm", "WordForm", "WordShare", "explain", "word_forms"]

#: What each depth means, for people: English and Arabic.
DEPTH_NAMES = {
    "exact": ("the word itself, in any spelling", "الكلمة نفسها بأي رسم"),
    "light": ("the same stem", "الجذع نفسه"),
    "lemma": ("the same dictionary word", "المدخل المعجمي نفسه"),
    "similar": ("nearly the same letters", "حروف متقاربة"),
}


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form of a query word in an article.

    Attributes:
        term: the form, folded.
        depth: the strictest depth on which it matches.
        count: how often it stands in the article, title included.
    """

    term: str
    depth: str
    count: int


@dataclass(frozen=True, slots=True)
class WordShare:
    """What one word or phrase of a query does for a hit.

    Attributes:
        word: as typed.
        share: its part of the hit's score, from 0 to 1.
        forms: what of it was found, the strictest depth first; empty if nothing was.
    """

    word: str
    share: float
    forms: tuple[FoundForm, ...]


@dataclass(frozen=True, slots=True)
class WordForm:
    """A form of the index that a query word stands for.

    Attributes:
        term: the form, folded.
        depth: the strictest depth on which it matches.
        weight: what an occurrence counts, 1 for the word itself.
        matches: whether it makes an article match by itself.
        paragraphs: in how many paragraphs and titles it stands.
        occurrences: how often it stands in all.
    """

    term: str
    depth: str
    weight: float
    matches: bool
    paragraphs: int
    occurrences: int


def explain(
    plan: Plan, words: Sequence[str], shares: Sequence[float], article: Article, analyzer: Analyzer
) -> tuple[WordShare, ...]:
    """What each word of a query does for an article, in the order of the query.

    Args:
        plan: the query.
        words: for each clause its words as typed.
        shares: for each clause what it adds to the score.
        article: the hit.
        analyzer: to find the forms in the article again.
    """
    total = sum(shares) or 1.0
    counts = Counter(
        term for unit in article.units() for _, word in analyzer.words(unit.text) for term in word.exact
    )
    return tuple(
        WordShare(word, share / total, _found(clause, counts))
        for clause, word, share in zip(plan.clauses, words, shares, strict=True)
        if clause.occur is not Occur.MUST_NOT
    )


def _found(clause: Clause, counts: Counter[str]) -> tuple[FoundForm, ...]:
    if isinstance(clause, WordClause):
        forms = [
            FoundForm(form.term, form.depth, counts[form.term]) for form in clause.forms if counts[form.term]
        ]
    else:
        terms = dict.fromkeys(term for place in clause.words for term in place)
        forms = [FoundForm(term, "exact", counts[term]) for term in terms if counts[term]]
    return tuple(sorted(forms, key=lambda form: (DEPTHS.index(form.depth), -form.count)))


def word_forms(
    word: str, analyzer: Analyzer, lexicon: Lexicon, reader: Reader, ranking: Ranking
) -> tuple[WordForm, ...]:
    """The forms in the index that a word stands for, those without any occurrence left out.

    The strictest depth comes first, then the most frequent. A word of several terms (a name over two words) is its
    compound.
    """
    tokens = analyzer.tokens(word)
    chosen = next((token for token in tokens if token.compound), tokens[0] if tokens else None)
    if chosen is None:
        return ()
    found = []
    for form in weighted_forms(chosen.word.exact[0], analyzer, lexicon, ranking):
        paragraphs, occurrences = reader.occurrences(form.term)
        if paragraphs:
            found.append(WordForm(form.term, form.depth, form.weight, form.matches, paragraphs, occurrences))
    return tuple(sorted(found, key=lambda form: (DEPTHS.index(form.depth), -form.weight, -form.occurrences)))
