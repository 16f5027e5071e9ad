"""The matcher: which words of a text a plan marks."""

from __future__ import annotations

from itertools import pairwise

from khabar.analysis.analyzer import Analyzer
from khabar.highlight.matcher import Matcher
from khabar.index.plan import FilterClause, GroupClause, Occur, PhraseClause, Plan, WeightedForm, WordClause


def word(*forms: str | tuple[str, str], occur: Occur = Occur.SHOULD, matches: bool = True) -> WordClause:
    return WordClause(
        tuple(
            WeightedForm(form, 1.0, "exact", matches)
            if isinstance(form, str)
            else WeightedForm(form[0], 1.0, form[1])
            for form in forms
        ),
        occur=occur,
    )


def phrase(*terms: str, occur: Occur = Occur.MUST) -> PhraseClause:
    return PhraseClause(tuple((term,) for term in terms), occur=occur)


def marks(analyzer: Analyzer, text: str, *clauses: WordClause | PhraseClause) -> list[tuple[str, str, int]]:
    matcher = Matcher(Plan(clauses), [f"query{number}" for number in range(len(clauses))])
    found = matcher.find(analyzer.tokens(text))
    for mark in found:
        assert mark.word == f"query{mark.clause}"
    for mark, following in pairwise(found):
        assert mark.end <= following.start
    return [(text[mark.start : mark.end], mark.depth, mark.clause) for mark in found]


def test_whole_words_marks_included(quick_analyzer: Analyzer) -> None:
    text = "قَالَ الرَّئِيسُ: «الرئيـــس» والرئيس"
    assert marks(quick_analyzer, text, word("الرئيس")) == [
        ("الرَّئِيسُ", "exact", 0),
        ("الرئيـــس", "exact", 0),
    ]


def test_the_strictest_depth_names_the_match(quick_analyzer: Analyzer) -> None:
    clauses = word(("وزراء", "lemma")), word("وزراء", ("وزير", "lemma"))
    assert marks(quick_analyzer, "وزراء ووزير", *clauses) == [("وزراء", "exact", 1)]
    assert marks(quick_analyzer, "وزراء وزير", *reversed(clauses)) == [
        ("وزراء", "exact", 0),
        ("وزير", "lemma", 0),
    ]


def test_what_does_not_match_and_what_is_excluded_is_not_marked(quick_analyzer: Analyzer) -> None:
    clauses = (
        word("في", matches=False),
        word("قمح", occur=Occur.MUST_NOT),
        phrase("ماء", "نهر", occur=Occur.MUST_NOT),
    )
    assert marks(quick_analyzer, "قمح في ماء نهر", *clauses) == []


def test_the_words_of_a_phrase_are_marked_only_in_the_phrase(quick_analyzer: Analyzer) -> None:
    text = "وقف إطلاق. إطلاق وقف، وقف ثم إطلاق؛ وَقْف إطلاق النار"
    assert marks(quick_analyzer, text, phrase("وقف", "اطلاق")) == [
        ("وقف", "exact", 0),
        ("إطلاق", "exact", 0),
        ("وَقْف", "exact", 0),
        ("إطلاق", "exact", 0),
    ]


def test_a_phrase_that_overlaps_itself(quick_analyzer: Analyzer) -> None:
    assert [found for found, _, _ in marks(quick_analyzer, "شيئا شيئا شيئا", phrase("شيئا", "شيئا"))] == [
        "شيئا"
    ] * 3


def test_a_phrase_at_the_end_and_one_longer_than_the_text(quick_analyzer: Analyzer) -> None:
    assert len(marks(quick_analyzer, "من وقف إطلاق", phrase("وقف", "اطلاق"))) == 2
    assert marks(quick_analyzer, "وقف", phrase("وقف", "اطلاق")) == []
    assert marks(quick_analyzer, "", phrase("وقف", "اطلاق")) == []


def test_a_compound_name_is_one_range(quick_analyzer: Analyzer) -> None:
    assert marks(quick_analyzer, "زار عبد الله المصنع", word("عبدالله")) == [("عبد الله", "exact", 0)]
    # The longer range stays if its parts match, too.
    assert marks(quick_analyzer, "زار عبد الله", word("عبدالله"), word("الله")) == [("عبد الله", "exact", 0)]


def test_names_that_share_a_word_become_one_range(quick_analyzer: Analyzer) -> None:
    found = marks(quick_analyzer, "قال أبو عبد الله اليوم", word("ابوعبد"), word("عبدالله"))
    assert found == [("أبو عبد الله", "exact", 0)]


def test_a_joined_name_in_a_phrase_marks_the_spaced_one(quick_analyzer: Analyzer) -> None:
    text = "زار الوزير عبد الله المصنع"
    assert marks(quick_analyzer, text, phrase("الوزير", "عبدالله")) == [
        ("الوزير", "exact", 0),
        ("عبد الله", "exact", 0),
    ]


def test_a_name_inside_a_word_marks_the_word(quick_analyzer: Analyzer) -> None:
    assert marks(quick_analyzer, "رسالة لعبدالله", word("عبدالله")) == [("لعبدالله", "exact", 0)]
    assert marks(quick_analyzer, "في 2023-10-07", word("2023")) == [("2023-10-07", "exact", 0)]


# groups, titles, words near one another


def test_leaves_are_numbered_through_groups(quick_analyzer: Analyzer) -> None:
    plan = Plan(
        (
            FilterClause("source", ("الوادي",)),
            GroupClause((word("قمح"), GroupClause((word("نهر"),), Occur.MUST_NOT)), Occur.MUST),
            word("جسر"),
        )
    )
    text = "قمح نهر جسر"
    found = Matcher(plan, ["أ", "ب", "ت"]).find(quick_analyzer.tokens(text))
    # Words that a group excludes are not marked.
    assert [(text[mark.start : mark.end], mark.clause, mark.word) for mark in found] == [
        ("قمح", 0, "أ"),
        ("جسر", 2, "ت"),
    ]


def test_words_searched_in_titles_are_marked_in_titles_alone(quick_analyzer: Analyzer) -> None:
    title_word = WordClause((WeightedForm("قمح", 1.0, "exact"),), title=True)
    title_phrase = PhraseClause((("وقف",), ("اطلاق",)), title=True)
    text = "قمح وقف إطلاق"
    tokens = quick_analyzer.tokens(text)
    matcher = Matcher(Plan((title_word, title_phrase)), ["a", "b"])
    assert matcher.find(tokens) == []
    assert [text[mark.start : mark.end] for mark in matcher.find(tokens, title=True)] == text.split()
    # A looser form that matches anywhere does not hide it.
    loose = word(("قمح", "lemma"))
    for clauses in ((title_word, loose), (loose, title_word)):
        matcher = Matcher(Plan(clauses), ["a", "b"])
        assert [mark.depth for mark in matcher.find(tokens)] == ["lemma"]
        assert [mark.depth for mark in matcher.find(tokens, title=True)] == ["exact"]


def test_phrases_with_words_between(quick_analyzer: Analyzer) -> None:
    text = "وقف دائم إطلاق، وقف ثم بعد إطلاق"
    for slop, count in ((0, 0), (1, 2), (2, 4)):
        clause = PhraseClause((("وقف",), ("اطلاق",)), slop=slop)
        assert len(marks(quick_analyzer, text, clause)) == count


def test_words_near_one_another_in_any_order(quick_analyzer: Analyzer) -> None:
    clause = PhraseClause((("نهر", "انهار"), ("جسر",), ("سوق",)), slop=3, ordered=False)
    assert [found for found, _, _ in marks(quick_analyzer, "سوق قرب الأنهار جسر في أنهار", clause)] == [
        "سوق",
        "جسر",
        "أنهار",
    ]
    assert marks(quick_analyzer, "سوق ثم جسر ثم بعد ثم نهر", clause) == []


def test_a_word_near_itself_is_two(quick_analyzer: Analyzer) -> None:
    clause = PhraseClause((("شيئا",), ("شيئا",)), slop=1, ordered=False)
    assert marks(quick_analyzer, "شيئا", clause) == []
