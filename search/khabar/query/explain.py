"""Explanations of hits and of the forms of a word: plain data for ``--explain`` and ``khabar why``."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from khabar.analysis.analyzer import DEPTHS, Analyzer, Word
from khabar.corpus.article import Article
from khabar.errors import InvalidArgument
from khabar.highlight.matcher import DATE_TERM, mentions, runs
from khabar.index.plan import Leaf, Occur, PhraseClause, Plan, WeightedForm, WordClause
from khabar.query.plain import plain
from khabar.query.runs import word_runs
from khabar.query.tree import Term
from khabar.serialize import Serializable

if TYPE_CHECKING:
    # The render room uses the names below without numpy, which these imports need.
    from khabar.index.engine import Match
    from khabar.index.ranking import Ranking
    from khabar.query.planner import Planner
    from khabar.ranking.answers import Answers

__all__ = [
    "FoundForm",
    "WordForm",
    "WordShare",
    "WordsTogether",
    "explain",
    "signed_word",
    "word_forms",
    "words_together",
]

#: The words of a passage with their positions.
PassageWords = Sequence[tuple[int, Word]]

#: Maximum number of combinations of the forms of words written without spaces.
_MOST_COMBINATIONS = 200


class FoundForm(Serializable, msgspec.Struct, frozen=True):
    """A form of a query word in an article.

    Attributes:
        term: the form, folded; for a phrase all its words, with spaces.
        depth: the strictest depth on which it matches.
        count: number of occurrences in the article, title included.
    """

    term: str
    depth: str
    count: int


class WordShare(Serializable, msgspec.Struct, frozen=True):
    """The contribution of one word or phrase of a query to a hit.

    Attributes:
        word: as typed.
        share: its share of the hit's score, from 0 to 1.
        forms: the forms found, the strictest depth first; empty if none.
    """

    word: str
    share: float
    forms: tuple[FoundForm, ...]


class WordsTogether(Serializable, msgspec.Struct, frozen=True):
    """Words of a query that occur together in a hit.

    Attributes:
        words: as typed, in the order of the query; stop words between them included.
        how: ``whole`` if all words of the query occur next to one another as in the query, ``adjacent`` if
            two do, ``near`` if two are near each other.
        share: the share of the hit's score that this adds, from 0 to 1.
    """

    words: tuple[str, ...]
    how: Literal["whole", "adjacent", "near"]
    share: float


class WordForm(Serializable, msgspec.Struct, frozen=True):
    """A form in the index that a query word matches.

    Attributes:
        term: the form, folded.
        depth: the strictest depth on which it matches.
        weight: the weight of an occurrence, 1 for the word itself.
        matches: whether it makes an article match by itself.
        paragraphs: number of paragraphs and titles that contain it.
        occurrences: its total number of occurrences.
    """

    term: str
    depth: str
    weight: float
    matches: bool
    paragraphs: int
    occurrences: int


def explain(
    plan: Plan, words: Sequence[str], match: Match, analyzer: Analyzer, part: float = 1.0
) -> tuple[WordShare, ...]:
    """The contribution of each word of a query to an article, in the order of the query.

    Args:
        plan: the plan of the query.
        words: for each of its leaves the words as typed.
        match: the hit.
        analyzer: to find the forms in the article again.
        part: the part of the score that the words give, from 0 to 1.
    """
    article, total = match.article, _total(match, part)
    passages = [analyzer.words(passage.text) for passage in article.passages()]
    shares: list[WordShare] = []
    last: Leaf | None = None
    for leaf, shown, word, share in zip(plan.leaves, plan.shown, words, match.shares, strict=True):
        if not shown:
            continue
        forms = _mentioned(leaf, article) or _found_forms(leaf, passages[:1] if leaf.title else passages)
        if shares and shares[-1].word == word and PhraseClause in (type(last), type(leaf)):
            # Another way to write a phrase with a name.
            before = shares.pop()
            share += before.share * total
            forms = (*before.forms, *(form for form in forms if form not in before.forms))
        shares.append(WordShare(word, share / total, forms))
        last = leaf
    return tuple(shares)


def words_together(words: Sequence[str], match: Match, part: float = 1.0) -> tuple[WordsTogether, ...]:
    """The words of a query that occur together in a hit: all of them, or pairs in the order of the query.

    Args:
        words: for each leaf of the plan the words as typed.
        match: the hit.
        part: the part of the score that the words give, from 0 to 1.
    """
    total = _total(match, part)
    together = match.together
    share = sum(pair.score for pair in together) / total
    if len(together) > 1 and all(pair.whole for pair in together):
        first, last = together[0].leaves[0], together[-1].leaves[1]
        return (WordsTogether(tuple(words[first : last + 1]), "whole", share),)
    return tuple(
        WordsTogether(
            tuple(words[pair.leaves[0] : pair.leaves[1] + 1]),
            "adjacent" if pair.adjacent else "near",
            pair.score / total,
        )
        for pair in together
    )


def _total(match: Match, part: float) -> float:
    """The score of a hit before its age counts; ``part`` is the part of it that the words give."""
    words = sum(match.shares) + sum(pair.score for pair in match.together) or 1.0
    return words / part if part else math.inf


def _mentioned(leaf: Leaf, article: Article) -> tuple[FoundForm, ...]:
    """The dates of a leaf that the article mentions."""
    if not isinstance(leaf, WordClause) or not any(form.term.startswith(DATE_TERM) for form in leaf.forms):
        return ()
    terms = {form.term for form in leaf.forms}
    counts = Counter(
        term
        for passage in article.passages()
        for _, _, term in mentions(passage.text, article.stated_published, terms)
    )
    return tuple(
        FoundForm(term.removeprefix(DATE_TERM), "exact", count) for term, count in counts.most_common()
    )


def _found_forms(leaf: Leaf, passages: Sequence[PassageWords]) -> tuple[FoundForm, ...]:
    """The forms of a leaf in some passages, the strictest depth first."""
    counts: Counter[tuple[str, str]] = Counter()
    if isinstance(leaf, PhraseClause):
        for passage in passages:
            counts.update(_occurrences(leaf, passage))
    else:
        terms = Counter(term for passage in passages for _, word in passage for term in word.exact)
        counts.update({(form.term, form.depth): terms[form.term] for form in leaf.forms if terms[form.term]})
    forms = [FoundForm(term, depth, count) for (term, depth), count in counts.items()]
    return tuple(sorted(forms, key=lambda form: (DEPTHS.index(form.depth), -form.count)))


def _occurrences(phrase: PhraseClause, passage: PassageWords) -> Iterator[tuple[str, str]]:
    """The occurrences of a phrase in a passage: its words, and the loosest of their depths."""
    positions: defaultdict[str, set[int]] = defaultdict(set)
    for position, word in passage:
        for term in word.exact:
            positions[term].add(position)
    depths = dict(phrase.depths)
    by_word = [sorted(set().union(*(positions.get(term, ()) for term in terms))) for terms in phrase.words]
    in_windows: set[int] = set()
    for window in runs(by_word, phrase.slop, phrase.ordered) if all(by_word) else ():
        in_windows.update(window)
        found = [
            next(term for term in terms if place in positions.get(term, ()))
            for terms, place in zip(phrase.words, window, strict=True)
        ]
        yield " ".join(found), max((depths.get(term, "exact") for term in found), key=DEPTHS.index)
    for term in phrase.joined:
        for _ in positions.get(term, set()) - in_windows:
            yield term, depths.get(term, "exact")


def signed_word(text: str) -> Term | None:
    """The term of a text that is one word with a sign for its forms: «=word», «wo*d», «word~»; None for any
    other text."""
    from khabar.query.parser import parse

    match parse(text).items:
        case (Term(kind="exact" | "pattern" | "fuzzy", occur=Occur.SHOULD, title=False) as term,):
            return term
    return None


def word_forms(word: str, planner: Planner, answers: Answers, ranking: Ranking) -> tuple[WordForm, ...]:
    """The forms in the index that a query word stands for, without forms that do not occur.

    They are sorted by depth, the strictest first; then forms that make an article match come first; then by
    frequency. A name of several words («عبد الله») is one word, and so are words typed in one piece
    («كوفيد-19»). The sign of a word counts as in a query: «=word», «wo*d», «word~».

    Raises:
        InvalidArgument: if it is several words.
    """
    from khabar.query.parser import parse

    signed = signed_word(word)
    if signed is None and len(word_runs(planner.analyzer.tokens(word), word, both=True)) > 1:
        raise InvalidArgument("word", word, "it is several words; ask for each alone")
    leaves = planner.plan(plain(word) if signed is None else parse(word), ranking).plan.leaves
    occurring = []
    for form, phrase in chain.from_iterable(map(_leaf_forms, leaves)):
        paragraphs, occurrences = (
            answers.phrase_occurrences(phrase) if phrase else answers.occurrences(form.term)
        )
        if paragraphs:
            occurring.append(
                WordForm(form.term, form.depth, form.weight, form.matches, paragraphs, occurrences)
            )
    return tuple(
        sorted(
            occurring,
            key=lambda form: (DEPTHS.index(form.depth), not form.matches, -form.occurrences, -form.weight),
        )
    )


def _leaf_forms(leaf: Leaf) -> Iterator[tuple[WeightedForm, PhraseClause | None]]:
    """The forms of a word; for words typed in one piece, combinations of their forms, up to a limit."""
    if isinstance(leaf, PhraseClause):
        yield from _combinations(leaf)
    else:
        yield from ((form, None) for form in leaf.forms)


def _combinations(phrase: PhraseClause) -> Iterator[tuple[WeightedForm, PhraseClause | None]]:
    depths = dict(phrase.depths)
    for terms in islice(product(*phrase.words), _MOST_COMBINATIONS):
        depth = max((depths.get(term, "exact") for term in terms), key=DEPTHS.index)
        yield (
            WeightedForm(" ".join(terms), phrase.full, depth),
            replace(phrase, words=tuple((term,) for term in terms), joined=()),
        )
    for term in phrase.joined:
        yield WeightedForm(term, phrase.full, depths.get(term, "exact")), None
