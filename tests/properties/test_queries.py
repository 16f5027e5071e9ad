"""Properties of queries: nothing raises, and everything says truly where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from arabic import anything, formulas, queries, spaced_formulas, texts, words
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.lexicon import Lexicon, class_keys, create_lexicon, write_lexicon
from khabar.index.plan import PhraseClause, WordClause
from khabar.index.ranking import Ranking
from khabar.library import Index, create_index
from khabar.query import by_meaning
from khabar.query.parser import parse
from khabar.query.plain import plain
from khabar.query.planner import Planner
from khabar.query.tree import Field, Group, Limits, Near, Node, Phrase, Query, Term
from khabar.spelling import INVISIBLE, visible

#: What docs/query-language.md lists.
CODES = {
    "bar-as-operator",
    "empty-field",
    "empty-parentheses",
    "empty-period",
    "empty-phrase",
    "address-as-words",
    "exclusion-as-word",
    "near-operand",
    "no-exclusion",
    "no-such-form",
    "no-words",
    "only-exclusions",
    "outside-days",
    "operator-in-small-letters",
    "out-of-time",
    "paragraphs-cut",
    "pattern-of-words",
    "sign-in-field",
    "spaced-date",
    "stories-by-date",
    "stories-estimated",
    "stray-operator",
    "stray-parenthesis",
    "stray-quote",
    "too-deep",
    "too-fuzzy",
    "too-long",
    "too-many-clauses",
    "too-many-cuts",
    "too-many-forms",
    "too-many-near",
    "unclosed-parenthesis",
    "unclosed-quote",
    "unknown-author",
    "unknown-date",
    "unknown-field",
    "unknown-language",
    "unknown-place",
    "unknown-section",
    "unknown-source",
    "unknown-tag",
    "unknown-value",
    "unquoted-name",
    "word-as-operator",
}


def test_every_code_is_in_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
    table = text[text.index("| Code | means |") : text.index("## Limits")]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    told = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}
    # Those of a search by meaning are no query's.
    assert {code for code in told if not code.startswith("meaning-")} == CODES
    assert {code for code in told if code.startswith("meaning-")} == set(by_meaning.CODES)


any_query = st.one_of(anything, queries, formulas, spaced_formulas)
few = st.builds(
    Limits,
    length=st.integers(0, 40),
    clauses=st.integers(0, 4),
    depth=st.integers(0, 3),
    forms=st.integers(0, 2),
)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory, quick_analyzer: Analyzer) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    create_lexicon(folder)
    return write_lexicon(
        folder,
        Lexicon.open(folder),
        ["قمح", "القمح", "وزير", "عبدالله", "2023"],
        partial(class_keys, analyzer=quick_analyzer),
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


def leaves(nodes: Sequence[Node]) -> Iterator[Term | Phrase | Field]:
    for node in nodes:
        if isinstance(node, Group):
            yield from leaves(node.items)
        elif isinstance(node, Near):
            yield from node.operands
        else:
            yield node


def check(query: Query) -> None:
    end = 0
    # No two overlap. They need not come in the order of the text: of «a AND b -c d» and of a field the item
    # with the sign speaks of the whole level, and stands behind the group that the words around it make.
    for item in sorted(leaves(query.items), key=lambda item: item.start):
        assert query.text[item.start : item.end] == item.text
        assert item.text
        assert end <= item.start < item.end <= len(query.text)
        end = item.end
    for problem in query.problems:
        assert 0 <= problem.start < problem.end <= len(query.text)
        assert problem.code in CODES and problem.message


#: Its exclusion is taken out of the words that it stands between.
AMONG = "قمح AND وزير -مدينة رئيس source:الوادي"


def test_what_speaks_of_a_level_stands_behind_its_groups() -> None:
    found = [each.text for each in leaves(parse(AMONG).items)]
    assert sorted(found) == sorted(["قمح", "وزير", "رئيس", "مدينة", "الوادي"])
    assert found.index("مدينة") > found.index("رئيس")


@given(any_query)
@example(AMONG)
def test_every_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert query.text == text
    check(query)
    check(plain(text))


@given(any_query, few)
@example(AMONG, Limits())
def test_every_limit_is_kept(quick_analyzer: Analyzer, lexicon: Lexicon, text: str, limits: Limits) -> None:
    query = parse(text, limits)
    check(query)
    assert all(item.end <= max(limits.length, 0) for item in leaves(query.items))
    planned = Planner(quick_analyzer, lexicon).plan(query, Ranking(), limits=limits)
    words = [leaf for leaf in planned.plan.leaves if not isinstance(leaf, PhraseClause)]
    assert {problem.code for problem in planned.problems} <= CODES
    assert len(planned.words) == len(planned.plan.leaves)
    if "NEAR" not in text and "قرب" not in text:
        assert len(words) <= limits.clauses + text.count("about") + text.count("عن")


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


@given(any_query, st.data())
def test_what_nobody_sees_changes_nothing(text: str, data: st.DataObject) -> None:
    shown = visible(text)
    places = data.draw(
        st.lists(st.tuples(st.integers(0, len(shown)), st.sampled_from(INVISIBLE)), max_size=6)
    )
    hidden = shown
    for place, char in sorted(places, reverse=True):
        hidden = hidden[:place] + char + hidden[place:]

    def said(query: Query) -> object:
        return (
            [_without_places(item) for item in query.items],
            [
                (each.code, each.message, visible(query.text[each.start : each.end]))
                for each in query.problems
                if each.code != "too-long"
            ],
        )

    assert said(parse(hidden)) == said(parse(shown))
    check(parse(hidden))


def _without_places(node: Node) -> object:
    """A node as it is but for where it stands and what nobody sees in it."""
    match node:
        case Group():
            return [_without_places(item) for item in node.items], node.occur
        case Near():
            return [_without_places(item) for item in node.operands], node.occur, node.slop
    return replace(node, start=0, end=0, text=visible(node.text))


@given(st.lists(words(), min_size=1, max_size=12), st.sampled_from([" ", "  ", "\n", "، "]))
def test_ordinary_words_are_the_same_with_and_without_syntax(
    quick_analyzer: Analyzer, lexicon: Lexicon, given_words: list[str], between: str
) -> None:
    text = between.join(given_words)
    query = parse(text)
    assert query.problems == ()
    assert all(isinstance(item, Term) for item in query.items)
    ranking = Ranking()
    parsed, taken = (Planner(quick_analyzer, lexicon).plan(each, ranking) for each in (query, plain(text)))
    assert parsed == taken


@given(st.one_of(any_query, texts(20)))
@example(AMONG)
def test_every_query_has_a_plan(quick_analyzer: Analyzer, lexicon: Lexicon, text: str) -> None:
    planned = Planner(quick_analyzer, lexicon).plan(parse(text), Ranking())
    assert len(planned.words) == len(planned.plan.leaves)
    for clause, asked in zip(planned.plan.leaves, planned.words, strict=True):
        assert clause.weight > 0 and clause.full > 0
        assert asked in text
        if isinstance(clause, PhraseClause):
            assert len(clause.words) > 1 and all(clause.words)
        else:
            terms = [form.term for form in clause.forms]
            assert len(terms) == len(set(terms))
            assert all(form.weight >= 0 for form in clause.forms)
    # A form counts for one of the words that claim it, and for it alone.
    for title in (False, True):
        paid = [
            (form.term, form.weight > 0)
            for clause, shown in zip(planned.plan.leaves, planned.plan.shown, strict=True)
            if shown and isinstance(clause, WordClause) and clause.title is title
            for form in clause.forms
        ]
        counting = [term for term, counts in paid if counts]
        assert sorted(counting) == sorted({term for term, _ in paid})
    for problem in planned.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.code in CODES
    assert planned.plan.clauses or not text.strip() or planned.problems


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(any_query, texts(20)), st.booleans(), st.integers(1, 60))
def test_every_search_answers(small: Index, text: str, syntax: bool, width: int) -> None:
    results = small.search(text, syntax=syntax, width=width, explain=True)
    assert results.query == text
    assert 0 <= results.total <= 2 and len(results) == results.total
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True) and all(score >= 0 for score in scores)
    for hit in results:
        assert hit.paragraph.text[hit.snippet.start : hit.snippet.end] == hit.snippet.text
        assert len(hit.explanation) == 0 or 0 <= sum(each.share for each in hit.explanation) <= 1 + 1e-9
        # Conditions mark nothing, and mentioned dates are no words.
        if text.strip() and (":" not in text or not syntax):
            assert hit.snippet.highlights or hit.title_highlights or hit.more
        for mark in hit.snippet.highlights:
            assert 0 <= mark.start < mark.end <= len(hit.snippet.text)
            assert mark.word in text
