"""Snippets: which window is cut, and where its edges fall."""

from __future__ import annotations

import time

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet, make_snippet

FILLER = "كلام عادي لا يعني شيئا "


def cut(
    analyzer: Analyzer, text: str, *wanted: str, width: int = 200, idf: tuple[float, ...] = ()
) -> Snippet:
    """A snippet with every whole occurrence of the wanted words marked, each word a clause."""
    tokens = analyzer.tokens(text)
    marks = [
        Highlight(token.start, token.end, "exact", word, word, clause)
        for token in tokens
        for clause, word in enumerate(wanted)
        if not token.compound and token.word.exact[0] == analyzer.word(word).exact[0]
    ]
    snippet = make_snippet(text, marks, idf or (1.0,) * len(wanted), width)
    assert text[snippet.start : snippet.end] == snippet.text
    return snippet


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[mark.start : mark.end] for mark in snippet.highlights]


def test_a_short_paragraph_is_shown_whole(quick_analyzer: Analyzer) -> None:
    text = "  وصل الوزير إلى بيروت.\n"
    snippet = cut(quick_analyzer, text, "الوزير")
    assert snippet.text == "وصل الوزير إلى بيروت."
    assert (snippet.start, snippet.end) == (2, 23)
    assert not snippet.cut_before and not snippet.cut_after
    assert marked(snippet) == ["الوزير"]


@pytest.mark.parametrize("spare", [0, 1])
def test_a_paragraph_of_just_the_width_is_whole_and_of_one_more_is_cut(
    quick_analyzer: Analyzer, spare: int
) -> None:
    text = (FILLER * 10).strip()
    snippet = cut(quick_analyzer, text, width=len(text) - spare)
    assert (snippet.text == text) == (spare == 0)
    assert snippet.cut_after == (spare == 1)


def test_the_window_surrounds_the_match(quick_analyzer: Analyzer) -> None:
    text = FILLER * 20 + "زلزال " + FILLER * 20
    snippet = cut(quick_analyzer, text, "زلزال")
    assert marked(snippet) == ["زلزال"]
    assert snippet.cut_before and snippet.cut_after
    assert 150 < len(snippet.text) <= 200
    place = snippet.text.index("زلزال")
    assert abs(place - (len(snippet.text) - place - 5)) < 25


def test_the_window_is_full_at_the_edges_of_the_text(quick_analyzer: Analyzer) -> None:
    first = cut(quick_analyzer, "زلزال " + FILLER * 40, "زلزال")
    assert first.start == 0 and not first.cut_before and 180 < len(first.text) <= 200
    last = cut(quick_analyzer, FILLER * 40 + "زلزال.", "زلزال")
    assert last.text.endswith("زلزال.") and not last.cut_after and 180 < len(last.text) <= 200


def test_words_are_not_cut(quick_analyzer: Analyzer) -> None:
    for width in range(20, 120):
        text = FILLER * 10 + "زلزال " + FILLER * 10
        snippet = cut(quick_analyzer, text, "زلزال", width=width)
        assert set(snippet.text.split()) <= set(text.split())
        assert len(snippet.text) <= width
        assert snippet.text == snippet.text.strip()


def test_the_densest_window_wins(quick_analyzer: Analyzer) -> None:
    text = "زلزال " + FILLER * 20 + "زلزال بركان " + FILLER * 20 + "زلزال زلزال زلزال " + FILLER * 5
    assert marked(cut(quick_analyzer, text, "زلزال", "بركان")) == ["زلزال", "بركان"]


def test_a_rare_word_is_worth_more_than_repetition(quick_analyzer: Analyzer) -> None:
    text = "وزير وزير وزير وزير " + FILLER * 20 + "بركان " + FILLER * 20
    assert marked(cut(quick_analyzer, text, "وزير", "بركان", idf=(1.0, 5.0))) == ["بركان"]
    assert marked(cut(quick_analyzer, text, "وزير", "بركان", idf=(5.0, 1.0))) == ["وزير"] * 4


def test_of_equal_windows_the_first(quick_analyzer: Analyzer) -> None:
    text = FILLER * 20 + "بركان الأول " + FILLER * 20 + "بركان الثاني " + FILLER * 20
    assert "الأول" in cut(quick_analyzer, text, "بركان").text
    assert "الأول" in cut(quick_analyzer, text, "بركان", idf=(0.0,)).text


def test_without_matches_the_beginning_is_shown(quick_analyzer: Analyzer) -> None:
    snippet = cut(quick_analyzer, "  " + FILLER * 20)
    assert snippet.text.startswith("كلام عادي") and snippet.highlights == ()
    assert not snippet.cut_before and snippet.cut_after
    assert 180 < len(snippet.text) <= 200


def test_a_matched_word_longer_than_the_window_is_whole(quick_analyzer: Analyzer) -> None:
    long = "ب" * 500
    snippet = cut(quick_analyzer, f"{FILLER * 5}{long} {FILLER * 5}", long)
    assert snippet.text == long
    assert marked(snippet) == [long]


def test_a_text_without_spaces(quick_analyzer: Analyzer) -> None:
    snippet = cut(quick_analyzer, "ب" * 1000)
    assert snippet.text == "ب" * 200
    snippet = cut(quick_analyzer, "،".join(["كلمة"] * 200), "كلمة")
    assert 190 < len(snippet.text) <= 200
    assert set(marked(snippet)) == {"كلمة"} and len(marked(snippet)) == 40
    snippet = cut(quick_analyzer, "قصير " + "ب" * 1000)
    assert snippet.text == "قصير"


@pytest.mark.parametrize("text", ["", "   ", "\n\u00a0\t", "!" * 500, "ًٌ" * 300, "—" * 201])
def test_texts_without_words(quick_analyzer: Analyzer, text: str) -> None:
    snippet = cut(quick_analyzer, text)
    assert snippet.text == text.strip()[:200]
    assert snippet.highlights == ()


def test_punctuation_at_the_beginning_of_the_text_stays(quick_analyzer: Analyzer) -> None:
    for opening in ("- ", "«", "...", "(", "— "):
        snippet = cut(quick_analyzer, f"{opening}زلزال {FILLER * 20}", "زلزال")
        assert snippet.text.startswith(f"{opening}زلزال")
        assert not snippet.cut_before


def test_punctuation_of_the_words_left_out_goes_with_them(quick_analyzer: Analyzer) -> None:
    for width in range(60, 100):
        text = "كلام، " * 20 + "«زلزال» " + "كلام؛ (عادي) " * 20
        snippet = cut(quick_analyzer, text, "زلزال", width=width)
        assert snippet.text[0] not in "،؛» "
        assert snippet.text[-1] not in "(« "
        assert "«زلزال»" in snippet.text


def test_harakat_belong_to_their_word(quick_analyzer: Analyzer) -> None:
    text = "كَلَامٌ عَادِيٌّ " * 20 + "زِلْــزَالٌ " + "كَلَامٌ عَادِيٌّ " * 20
    for width in range(30, 60):
        snippet = cut(quick_analyzer, text, "زلزال", width=width)
        assert marked(snippet) == ["زِلْــزَالٌ"]
        assert set(snippet.text.split()) <= set(text.split())


def test_any_width(quick_analyzer: Analyzer) -> None:
    text = FILLER * 5 + "زلزال " + FILLER * 5
    for width in (1, 2, 5):
        snippet = cut(quick_analyzer, text, "زلزال", width=width)
        assert snippet.text == "زلزال" and marked(snippet) == ["زلزال"]
    assert cut(quick_analyzer, text, width=1).text == "ك"
    assert cut(quick_analyzer, text, "زلزال", width=10**9).text == text.strip()


def test_a_hundred_thousand_matches_take_little_work(quick_analyzer: Analyzer) -> None:
    text = "زلزال بركان " * 50_000
    began = time.process_time()
    snippet = cut(quick_analyzer, text, "زلزال", "بركان")
    assert time.process_time() - began < 5
    assert len(snippet.text) <= 200
