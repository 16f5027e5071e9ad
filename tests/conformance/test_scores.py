"""Its matches and scores are those of the plain reference implementation in tests/reference.py."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from whoosh.util.numeric import byte_to_length, length_to_byte

import reference
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.ranking import Ranking
from khabar.library import Index
from khabar.query.parser import parse


def kept_length(length: int) -> float:
    """How precisely an index keeps a text's length: as Whoosh's format does, whatever the engine."""
    return float(byte_to_length(length_to_byte(length)))


VOCABULARY = """
القمح قمح وزير الوزير وزراء والوزراء رئيس رؤساء الرئيس مدينة المدينة مدن مدارس مدرسة المدرسه في من إلى على عبد الله
عبدالله أبو مازن 2023 ١٢ نتنياهو نتانياهو السلام سلام إسرائيل ماء مياه كتاب كتب الكتاب مكتبة
"""
WORDS = VOCABULARY.split()

QUERIES = (
    "القمح",
    "وزير المدينة",
    "رئيس رئيس في",
    "في من",
    "عبدالله مدرسة",
    "+وزير كتاب -نتنياهو",
    '"في المدينة" سلام',
    '"عبد الله"',
    '"وزير الوزير" +سلام',
    "نتنياهو 2023 مياه غيرموجود",
    "-ماء وزير",
    "أبو مازن 12",
)

RANKINGS = (
    Ranking(),
    replace(
        Ranking(), k1=2.0, b=0.1, article=0.25, article_k1=0.3, article_b=1.0, title=1.5, title_occurrence=5.0
    ),
    replace(Ranking(), exact=1.0, light=0.0, lemma=0.25, similar=0.0, stop=1.0),
)


def made_up(seed: int, count: int) -> list[Article]:
    choose = random.Random(seed)

    def text(longest: int) -> str:
        return " ".join(choose.choices(WORDS, k=choose.randint(1, longest)))

    return [
        Article(f"n{number}", text(6), tuple(text(60) for _ in range(choose.randint(0, 5))))
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def corpus() -> list[Article]:
    return made_up(1, 60)


def check(index: Index, articles: list[Article], analyzer: Analyzer) -> None:
    passages = reference.read(articles, analyzer, kept_length)
    snapshot = index._current()
    for ranking in RANKINGS:
        for query in QUERIES:
            asked = snapshot.planner.plan(parse(query), ranking).plan
            expected = reference.search(articles, passages, asked, ranking)
            found = snapshot.answers.search(asked, ranking, limit=len(articles))
            assert found.total == len(expected) == len(found.matches)
            by_id = {answer.id: answer for answer in expected}
            for match in found.matches:
                answer = by_id[match.article.id]
                assert match.score == pytest.approx(answer.score, rel=1e-9), query
                assert (match.number, match.more) == (answer.number, answer.more), query
                assert len(match.shares) == len(asked.leaves)
                together = sum(each.score for each in match.together)
                assert sum(match.shares) + together == pytest.approx(match.score, rel=1e-9)
            scores = [match.score for match in found.matches]
            assert scores == sorted(scores, reverse=True)
            assert scores == pytest.approx([answer.score for answer in expected], rel=1e-9)


def test_scores_of_an_index_made_in_one_go(
    new_index: Callable[..., Index], corpus: list[Article], analyzer: Analyzer
) -> None:
    index = new_index()
    index.add(corpus)
    check(index, corpus, analyzer)


def test_scores_after_many_commits_replacements_and_removals(
    new_index: Callable[..., Index], corpus: list[Article], analyzer: Analyzer
) -> None:
    index = new_index()
    old = made_up(2, 60)
    index.add(old[:40], batch=7)
    index.add(corpus[20:50], batch=4)
    index.remove(article.id for article in corpus[25:30])
    left = [*old[:20], *corpus[20:25], *corpus[30:50]]
    assert list(index.articles()) == left
    check(index, left, analyzer)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_in_a_handful_of_articles(new_index: Callable[..., Index], analyzer: Analyzer, count: int) -> None:
    articles = made_up(3, count)
    index = new_index()
    index.add(articles)
    check(index, articles, analyzer)


def test_in_how_many_articles_each_of_several_words_stands(new_index: Callable[..., Index]) -> None:
    index = new_index()
    index.add(made_up(4, 20))
    words = ["ماء", "كتاب", "سلام", "غيرموجود", "في"]
    answers = index._current().answers
    found = answers.article_frequencies([[word] for word in words])
    assert list(found) == [answers.article_frequencies([[word]])[0] for word in words]
    assert found[3] == 0 < min(found[0], found[4]) and len(set(found)) > 2
