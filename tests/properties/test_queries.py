"""Properties of queries: nothing raises, and everything says truly where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from arabic import anything, queries, texts, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.lexicon import Lexicon, create_lexicon, write_lexicon
from khabar.index.plan import PhraseClause
from khabar.index.ranking import Ranking
from khabar.library import Index, create_index
from khabar.query.parser import Phrase, Query, Term, parse, plain
from khabar.query.planner import plan

CODES = {"unclosed-quote", "empty-phrase", "only-exclusions", "no-words"}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    create_lexicon(folder)
    return write_lexicon(
        folder, Lexicon.open(folder), ["قمح", "القمح", "وزير", "عبدالله", "2023"], quick_analyzer
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer) -> Iterator[Index]:
    with create_index(tmp_path_factory.mktemp("small") / "index", analyzer=quick_analyzer) as index:
        index.add(
            [
                Article(
                    "a", "القمح في المدينة", ("وصل الوزير عبد الله إلى مدينة القمح.", "قال أبو مازن لا.")
                ),
                Article("b", "وزراء", ("في 2023-10-07 عبدالله وأميرعبد اللهيان",)),
            ]
        )
        yield index


def check(query: Query) -> None:
    end = 0
    for item in query.items:
        assert query.text[item.start : item.end] == item.text
        assert item.text
        assert end <= item.start < item.end <= len(query.text)
        end = item.end
    for problem in query.problems:
        assert 0 <= problem.start < problem.end <= len(query.text)
        assert problem.code in CODES and problem.message


@given(st.one_of(anything, queries))
def test_every_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert query.text == text
    check(query)
    check(plain(text))


@given(st.one_of(anything, queries))
def test_the_parser_loses_no_word(quick_analyzer: Analyzer, text: str) -> None:
    def found(pieces: list[str]) -> list[str]:
        return [word.exact[0] for piece in pieces for _, word in quick_analyzer.words(piece) if word.exact[0]]

    # Compound names are seen only across items, so single words are compared.
    def single(text: str) -> list[str]:
        return [term for piece in text.split() for term in found([piece])]

    items = [item.text for item in parse(text).items]
    quotes = str.maketrans(dict.fromkeys('"“”„«»', " "))
    assert sorted(set(single(" ".join(items)))) == sorted(set(single(text.translate(quotes))))


@given(st.lists(words(), min_size=1, max_size=12), st.sampled_from([" ", "  ", "\n", "، "]))
def test_ordinary_words_are_the_same_with_and_without_syntax(
    quick_analyzer: Analyzer, lexicon: Lexicon, given_words: list[str], between: str
) -> None:
    text = between.join(given_words)
    query = parse(text)
    assert query.problems == ()
    assert all(isinstance(item, Term) for item in query.items)
    ranking = Ranking()
    parsed, taken = (plan(each, quick_analyzer, lexicon, ranking) for each in (query, plain(text)))
    assert parsed == taken


@given(st.one_of(anything, queries, texts(20)))
def test_every_query_has_a_plan(quick_analyzer: Analyzer, lexicon: Lexicon, text: str) -> None:
    planned = plan(parse(text), quick_analyzer, lexicon, Ranking())
    assert len(planned.words) == len(planned.plan.clauses)
    for clause, asked in zip(planned.plan.clauses, planned.words, strict=True):
        assert clause.weight > 0 and clause.full > 0
        # Names over two words may stand in two items with marks between.
        assert asked in text or asked.split()[0] in text
        if isinstance(clause, PhraseClause):
            assert len(clause.words) > 1 and all(clause.words)
        else:
            terms = [form.term for form in clause.forms]
            assert len(terms) == len(set(terms))
            assert all(form.weight > 0 for form in clause.forms)
    for problem in planned.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
    assert planned.plan.clauses or not text.strip() or planned.problems


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(anything, queries, texts(20)), st.booleans(), st.integers(1, 60))
def test_every_search_answers(small: Index, text: str, syntax: bool, width: int) -> None:
    results = small.search(text, syntax=syntax, width=width)
    assert results.query == text
    assert 0 <= results.total <= 2 and len(results) == results.total
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True) and all(score > 0 for score in scores)
    for hit in results:
        assert hit.paragraph.text[hit.snippet.start : hit.snippet.end] == hit.snippet.text
        if any(isinstance(item, (Term, Phrase)) for item in parse(text).items):
            assert hit.snippet.highlights or hit.title or hit.more
        for mark in hit.snippet.highlights:
            assert 0 <= mark.start < mark.end <= len(hit.snippet.text)
            assert mark.word in text
