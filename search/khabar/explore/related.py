"""More like this: articles that share the distinctive words of an article, and these words.

The words of the article are weighted by tf·idf over the index; all inflections of a word count as one. The
best few dozen become one plan, which is ranked like a search.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.fold import strip_marks
from khabar.corpus.article import Article
from khabar.explore.classes import classes_of, most_common
from khabar.explore.word_counts import content_term
from khabar.index.engine import Match
from khabar.index.plan import Plan, WeightedForm, WordClause
from khabar.index.ranking import Ranking
from khabar.query.snapshot import Snapshot
from khabar.serialize import Sequenced, Serializable, plain
from khabar.stories.grouping import ALIKE
from khabar.stories.story import make_story

__all__ = ["Link", "Related", "RelatedArticle", "related_articles"]

#: Key words are not a text, so it means nothing that some of them are adjacent.
_RANKING = Ranking(near=0.0, whole=0.0)
#: Number of the article's words in the query.
_WORDS = 30
#: Weight of an occurrence in the title.
_TITLE = 3
#: Number of links reported for each article.
_LINKS = 6
#: Minimum number of shared words, unless the article has hardly more.
_FEWEST = 2


class Link(Serializable, msgspec.Struct, frozen=True):
    """A word that links two articles.

    Attributes:
        word: its most common spelling in the given article.
        share: its share of the other article's score, from 0 to 1.
    """

    word: str
    share: float


class RelatedArticle(Serializable, msgspec.Struct, frozen=True):
    """An article similar to another.

    Attributes:
        rank: position, from 1.
        article: the article.
        score: higher is better; comparable only within one result.
        alike: weighted share of the given article's key words that it contains, from 0 to 1.
        links: the words that link it, strongest first.
        archive: the archive that it comes from, if several are open as one; else "".
    """

    rank: int
    article: Article
    score: float
    alike: float
    links: tuple[Link, ...]
    archive: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The article without its text, and its links, as plain data."""
        record = {name: plain(getattr(self, name)) for name in ("rank", "score", "alike")}
        record |= {"article": self.article.to_dict(text=False), "links": plain(self.links)}
        return record | ({"archive": self.archive} if self.archive else {})


class Related(Sequenced[RelatedArticle], Serializable, msgspec.Struct, frozen=True):
    """The articles similar to one.

    Attributes:
        article: the given article.
        words: the words used to find them, by decreasing weight.
        articles: the similar articles, most similar first.
        took_ms: duration in milliseconds.
    """

    article: Article
    words: tuple[str, ...]
    articles: tuple[RelatedArticle, ...]
    took_ms: float

    def _listed(self) -> tuple[RelatedArticle, ...]:
        return self.articles

    def to_dict(self) -> dict[str, Any]:
        """The articles, without their texts, as plain data."""
        return {**super().to_dict(), "article": self.article.to_dict(text=False)}

    def rows(self) -> list[dict[str, Any]]:
        """One row per article: ``rank``, ``score``, ``alike``, its metadata, and the ``links`` as one
        text."""
        fields = list(dict.fromkeys(name for related in self.articles for name in related.article.fields))
        return [
            {
                **{name: plain(getattr(related, name)) for name in ("rank", "score", "alike")},
                **related.article.row(fields),
                "links": "، ".join(link.word for link in related.links),
                **({"archive": related.archive} if related.archive else {}),
            }
            for related in self.articles
        ]


class _KeyWord(msgspec.Struct, frozen=True):
    """A word of the article: its spelling, its forms in the index, its term frequency (logarithmic), and its
    tf·idf."""

    written: str
    forms: tuple[str, ...]
    tf: float
    tf_idf: float


def related_articles(snapshot: Snapshot, article: Article, limit: int, *, copies: bool = False) -> Related:
    """Find similar articles; see :meth:`khabar.Index.related`."""
    began = time.perf_counter()
    answers = snapshot.answers
    namesake = answers.article(article.id)
    inside = namesake is not None
    # Different articles of several archives may have one id; by the id, the first archive's is found.
    by_id = inside and not answers.archives
    known = by_id or (namesake is not None and _is_same(namesake, article))
    words, whole = _key_words(snapshot, article, inside)
    related: list[RelatedArticle] = []
    if words and limit > 0:
        plan = Plan(tuple(_clause(word) for word in words))
        # Some of the results are left out below.
        answer = answers.search(plan, _RANKING, limit=2 * limit + 10, by_story=not copies)
        for match in answer.matches:
            if inside and match.article.id == article.id and (by_id or _is_same(match.article, article)):
                continue
            if known and not copies and answers.is_same_story(match, article.id):
                continue
            candidate = _related_article(match, words, whole, answers.archive_of(match))
            if len(candidate.links) < min(_FEWEST, len(words)):
                continue
            if not known and not copies and _is_copy(snapshot, article, match.article):
                continue
            related.append(replace(candidate, rank=len(related) + 1))
            if len(related) == limit:
                break
    took = (time.perf_counter() - began) * 1000
    return Related(article, tuple(word.written for word in words), tuple(related), round(took, 2))


def _key_words(snapshot: Snapshot, article: Article, inside: bool) -> tuple[list[_KeyWord], float]:
    """The distinctive words that other articles also have, the heaviest first; and the total weight of the
    heaviest words, shared or not."""
    classes = classes_of(snapshot)
    total = snapshot.answers.totals.articles
    times: Counter[str] = Counter()
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for passage in article.passages():
        for word in tokenizer.words(passage.text):
            if term := content_term(word):
                times[term] += 1 if passage.number else _TITLE
                spelled[term][strip_marks(word)] += 1
    of_class: defaultdict[str, list[str]] = defaultdict(list)
    for term in times:
        if name := classes.of_term(term):
            of_class[name].append(term)
    if not of_class or not total:
        return [], 0.0
    names = sorted(of_class)
    tf = {name: 1 + math.log(sum(times[term] for term in of_class[name])) for name in names}
    # First an approximation by the most common form in the article; then the best of them exactly.
    heads = [max(of_class[name], key=lambda term: (times[term], term)) for name in names]
    rough = [
        tf[name] * _idf(total, int(count))
        for name, count in zip(names, classes.frequencies(heads).tolist(), strict=True)
    ]
    best = sorted(range(len(names)), key=lambda place: (-rough[place], names[place]))[: 3 * _WORDS]
    counts = classes.class_frequencies([heads[place] for place in best]).tolist()
    words: list[_KeyWord] = []
    unshared: list[float] = []
    for place, count in zip(best, counts, strict=True):
        name = names[place]
        tf_idf = tf[name] * _idf(total, count)
        if count > inside:
            written = most_common(sum((spelled[term] for term in of_class[name]), Counter()))
            words.append(_KeyWord(written, classes.members(heads[place]), tf[name], tf_idf))
        else:
            # A word in no other article links to nothing.
            unshared.append(tf_idf)
    words.sort(key=lambda word: (-word.tf_idf, word.written))
    whole = sum(sorted((*unshared, *(word.tf_idf for word in words)), reverse=True)[:_WORDS])
    return words[:_WORDS], whole


def _idf(total: int, count: int) -> float:
    return math.log(1 + total / max(1, count))


def _clause(word: _KeyWord) -> WordClause:
    return WordClause(tuple(WeightedForm(form, 1.0, "lemma") for form in word.forms), weight=word.tf)


def _related_article(match: Match, words: Sequence[_KeyWord], whole: float, archive: str) -> RelatedArticle:
    total = sum(match.shares) or 1.0
    linking = [place for place, share in enumerate(match.shares) if share > 0]
    linking.sort(key=lambda place: -match.shares[place])
    alike = min(1.0, sum(words[place].tf_idf for place in linking) / (whole or 1.0))
    links = tuple(Link(words[place].written, match.shares[place] / total) for place in linking[:_LINKS])
    return RelatedArticle(0, match.article, match.score, alike, links, archive)


def _is_same(article: Article, other: Article) -> bool:
    """Whether two articles with one id are the same, word for word."""
    return article.fingerprint() == other.fingerprint()


def _is_copy(snapshot: Snapshot, article: Article, other: Article) -> bool:
    """Whether an article of the index reports the same story as one whose story the index does not know."""
    return make_story((article, other), snapshot.planner.analyzer).tellings[1].alike >= ALIKE
