"""Properties of highlights and snippets: ranges are whole words in order, snippets are pieces of the text."""

from __future__ import annotations

from arabic import anything, texts
from hypothesis import example, given
from hypothesis import strategies as st

from khabar.analysis.analyzer import Analyzer, Token
from khabar.highlight.matcher import Highlight, Matcher
from khabar.highlight.snippet import make_snippet
from khabar.index.plan import PhraseClause, Plan, WeightedForm, WordClause

TERMS = [
    "قمح",
    "القمح",
    "وزير",
    "في",
    "عبدالله",
    "عبد",
    "الله",
    "ابو",
    "ابومازن",
    "ابوعبد",
    "2023",
    "nato",
    "مدينه",
    "",
]

clauses = st.one_of(
    st.lists(st.sampled_from(TERMS), min_size=1, max_size=3, unique=True).map(
        lambda terms: WordClause(tuple(WeightedForm(term, 1.0, "light") for term in terms))
    ),
    st.lists(st.sampled_from(TERMS), min_size=2, max_size=3).map(
        lambda terms: PhraseClause(tuple((term,) for term in terms))
    ),
)
plans = st.lists(clauses, max_size=4).map(lambda found: Plan(tuple(found)))


def edges(tokens: list[Token]) -> tuple[set[int], set[int]]:
    return {token.start for token in tokens}, {token.end for token in tokens}


@given(texts(), plans)
def test_marks_are_whole_words_in_order(quick_analyzer: Analyzer, text: str, plan: Plan) -> None:
    tokens = quick_analyzer.tokens(text)
    marks = Matcher(plan, ["q"] * len(plan.clauses)).find(tokens)
    starts, ends = edges(tokens)
    place = 0
    for mark in marks:
        assert place <= mark.start < mark.end <= len(text)
        assert mark.start in starts and mark.end in ends
        place = mark.end
    # Every word that a word clause names is inside some mark.
    wanted = {form.term for clause in plan.clauses if isinstance(clause, WordClause) for form in clause.forms}
    for token in tokens:
        if not wanted.isdisjoint(token.word.exact):
            assert any(mark.start <= token.start and token.end <= mark.end for mark in marks)


@given(texts(), plans)
def test_only_the_words_of_the_plan_matter(quick_analyzer: Analyzer, text: str, plan: Plan) -> None:
    matcher = Matcher(plan, ["q"] * len(plan.clauses))
    whole, wanted = quick_analyzer.tokens(text), quick_analyzer.tokens(text, matcher.terms)
    assert wanted == [token for token in whole if not matcher.terms.isdisjoint(token.word.exact)]
    for title in (False, True):
        assert matcher.find(wanted, title=title) == matcher.find(whole, title=title)


@given(texts(), plans, st.integers(1, 260), st.lists(st.floats(0, 9), min_size=4, max_size=4))
@example("ب" * 300 + " قمح", Plan((WordClause((WeightedForm("قمح", 1.0, "exact"),)),)), 50, [1.0] * 4)
def test_snippets_are_pieces_cut_between_words(
    quick_analyzer: Analyzer, text: str, plan: Plan, width: int, idf: list[float]
) -> None:
    tokens = quick_analyzer.tokens(text)
    marks = Matcher(plan, ["q"] * len(plan.clauses)).find(tokens)
    snippet = make_snippet(text, marks, idf, width)
    start, end = snippet.start, snippet.end
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == snippet.text
    assert bool(snippet.text) == bool(text.strip())
    body = text.strip()
    assert snippet.text == snippet.text.strip()
    assert snippet.cut_before == (not body.startswith(snippet.text) or text.index(body) < start)
    assert snippet.cut_after == (end < len(text.rstrip()))
    if len(body) <= width:
        assert snippet.text == body
    longest = max((mark.end - mark.start for mark in marks), default=0)
    assert len(snippet.text) <= max(width, longest)
    # No word is cut, but one that is longer than the window with nothing marked in it.
    for token in tokens:
        if not token.compound and not (not marks and token.end - token.start > width):
            assert not token.start < start < token.end
            assert not token.start < end < token.end or start == token.start
    place = 0
    for mark in snippet.highlights:
        assert place <= mark.start < mark.end <= len(snippet.text)
        place = mark.end
        original = Highlight(
            mark.start + start, mark.end + start, mark.depth, mark.term, mark.word, mark.clause
        )
        assert original in marks
    assert bool(snippet.highlights) == bool(marks)
    # Every mark that lies in the piece is shown.
    assert len(snippet.highlights) == sum(start <= mark.start and mark.end <= end for mark in marks)


@given(texts(120), st.integers(20, 120))
def test_no_other_window_holds_more_marks(quick_analyzer: Analyzer, text: str, width: int) -> None:
    tokens = quick_analyzer.tokens(text)
    plan = Plan(
        (WordClause((WeightedForm("قمح", 1.0, "exact"),)), WordClause((WeightedForm("وزير", 1.0, "exact"),)))
    )
    marks = Matcher(plan, ["a", "b"]).find(tokens)
    snippet = make_snippet(text, marks, [1.0, 1.0], width)
    shown = {mark.clause for mark in snippet.highlights}
    for index, first in enumerate(marks):
        inside = {mark.clause for mark in marks[index:] if mark.end - first.start <= width}
        assert len(inside) <= len(shown) or len(inside) == 1 == len(shown)


@given(anything, plans, st.integers(1, 40))
def test_any_text_can_be_shown(quick_analyzer: Analyzer, text: str, plan: Plan, width: int) -> None:
    tokens = quick_analyzer.tokens(text)
    marks = Matcher(plan, ["q"] * len(plan.clauses)).find(tokens)
    snippet = make_snippet(text, marks, [1.0] * 4, width)
    assert text[snippet.start : snippet.end] == snippet.text
