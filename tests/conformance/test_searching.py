"""What a query finds, in which paragraph, and how the results are counted and paged."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

import khabar
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.library import Index


def ids(index: Index, query: str, **options) -> set[str]:
    results = index.search(query, limit=1000, **options)
    assert results.total == len(results.hits)
    return {hit.article.id for hit in results}


def depths(index: Index, query: str) -> dict[str, str]:
    """Of each highlighted word the depth by which it was found."""
    marks = {}
    for hit in index.search(query, limit=1000):
        for mark in hit.snippet.highlights:
            marks[hit.snippet.text[mark.start : mark.end]] = mark.depth
        for mark in hit.title_highlights:
            marks[hit.article.title[mark.start : mark.end]] = mark.depth
    return marks


@pytest.mark.parametrize(
    "query",
    ["مكتبة", "مكتبه", "مَكْتَبَةٌ", "مكتبــة", "مکتبة", "\ufee3\ufedc\ufe98\ufe92\ufe94"],
)
def test_a_word_is_found_however_it_is_spelled(index: Index, query: str) -> None:
    assert "library" in ids(index, query)
    marks = depths(index, query)
    assert marks["مكتبة"] == marks["مَكْتَبَةٌ"] == "exact"


def test_digits_of_every_script_are_the_same(empty: Index) -> None:
    empty.add([Article("a", "خبر", ("عام ٢٠٢٣ شهد ذلك",)), Article("b", "خبر", ("في 2023-10-07 صباحا",))])
    for query in ("2023", "٢٠٢٣", "۲۰۲۳"):
        assert ids(empty, query) == {"a", "b"}


def test_a_word_is_found_in_other_inflections(index: Index) -> None:
    marks = depths(index, "مزارع")
    assert marks["مزارعو"] in ("light", "lemma")
    assert ids(index, "مزارع") == {"harvest"}
    # A broken plural, which only the lemma joins: «رؤساء» of one article, «رئيس» of another.
    assert {"visit", "harvest"} <= ids(index, "رئيس")
    assert depths(index, "رئيس")["رؤساء"] == "lemma"
    assert depths(index, "رئيس")["رئيس"] == "exact"


@pytest.mark.parametrize(
    "query",
    ["عبداللهيان", "عبد اللهيان", "أميرعبد اللهيان", "امير عبداللهيان", "وعبداللهيان", "+لعبداللهيان"],
)
def test_a_compound_name_is_found_however_it_is_spaced(empty: Index, query: str) -> None:
    spellings = ["أميرعبد اللهيان", "امير عبد اللهيان", "أمير عبداللهيان"]
    empty.add([Article(spelling, "خبر", (f"التقى الوزير {spelling} نظيره.",)) for spelling in spellings])
    assert ids(empty, query) == set(spellings)


def test_a_kunya_is_one_name_in_all_its_cases(empty: Index) -> None:
    empty.add(
        [
            Article("a", "خبر", ("قال أبو مازن إن الأمر انتهى",)),
            Article("b", "خبر", ("التقى أبا مازن صباحا",)),
            Article("c", "خبر", ("وصل أبومازن مساء",)),
            Article("d", "خبر", ("وصل أبو سالم مساء",)),
        ]
    )
    assert ids(empty, "+أبو مازن") == ids(empty, "+ابومازن") == {"a", "b", "c"}
    assert ids(empty, "خبر -أبو مازن") == {"d"}
    for query in ("أبو مازن", "أبي مازن", "ابومازن"):
        best = [hit.article.id for hit in empty.search(query)][:3]
        assert set(best) == {"a", "b", "c"}


def test_a_sign_before_a_name_over_two_words_is_for_the_name(empty: Index) -> None:
    empty.add(
        [Article("a", "خبر", ("زار عبد الله المصنع",)), Article("b", "خبر", ("زار عبد الرحمن المصنع",))]
    )
    assert ids(empty, "+عبد الله المصنع") == ids(empty, "+عبدالله المصنع") == {"a"}
    assert ids(empty, "-عبد الله المصنع") == ids(empty, "المصنع -عبدالله") == {"b"}


def test_phrases_hold_their_words_in_order_and_side_by_side(index: Index) -> None:
    assert ids(index, '"وقف إطلاق"') == {"truce"}
    assert ids(index, '"وقف اطلاق النار"') == {"truce"}
    assert ids(index, '"إطلاق وقف"') == set()
    assert ids(index, '"وقف النار"') == set()
    assert ids(index, "«إطلاق النار»") == {"truce"}
    assert ids(index, "“إطلاق سراح”") == {"truce"}
    # Each word exactly, not in another inflection.
    assert ids(index, '"مزارع الوادي"') == set()
    assert ids(index, '"مزارعو الوادي"') == {"harvest"}


def test_phrases_do_not_reach_into_the_next_paragraph_but_past_punctuation(index: Index) -> None:
    # The first paragraph of «visit» ends with «الأحزاب», the second begins with «ومن».
    assert ids(index, '"الأحزاب ومن"') == set()
    assert ids(index, '"اللهيان يصل إلى العاصمة وصل"') == set()
    assert ids(index, '"المكتبة إطلاق"') == {"library"}


def test_stop_words_count_in_phrases(index: Index) -> None:
    assert ids(index, '"اتفاق على وقف"') == {"truce"}
    assert ids(index, '"اتفاق وقف"') == set()
    assert ids(index, '"اتفاق عن وقف"') == set()
    assert ids(index, '"في المينـــاء"') == {"library"}


def test_harakat_and_tatweel_are_nothing_in_phrases(index: Index) -> None:
    assert ids(index, '"افتتحت في الميناء القديم مكتبة عامة"') == {"library"}
    assert ids(index, '"مَكْتَبَة عـــامّة تَضُمّ"') == {"library"}


def test_a_phrase_of_the_same_word_twice(empty: Index) -> None:
    empty.add([Article("once", "خبر", ("شيئا",)), Article("twice", "خبر", ("تحسن شيئا شيئا",))])
    assert ids(empty, '"شيئا شيئا"') == {"twice"}
    assert ids(empty, '"شيئا شيئا شيئا"') == set()


def test_signs_speak_of_whole_articles(index: Index) -> None:
    # In «harvest» the first word stands in another paragraph than the second.
    assert ids(index, "+المطاحن +الأخضر") == {"harvest"}
    assert ids(index, "+القمح -المطاحن") == {"unnamed"}
    assert ids(index, "القمح -المطاحن") == {"unnamed"}
    # A word in the title alone requires and excludes as well.
    assert ids(index, "+=يبدؤون القمح") == {"harvest"}
    assert ids(index, "القمح -يبدؤون") == {"unnamed"}
    assert ids(index, '+القمح -"محصول العام الماضي"') == {"unnamed"}
    assert ids(index, '"حصاد القمح" -"لا يوجد"') == {"harvest"}
    assert ids(index, "+القمح +غيرموجود") == set()
    assert ids(index, "-القمح") == set()
    assert ids(index, "+القمح -القمح") == set()


def test_to_require_that_something_is_not_there_excludes_it(index: Index) -> None:
    assert ids(index, "+القمح +(-المطاحن)") == {"unnamed"}
    assert ids(index, "القمح AND (-المطاحن)") == {"unnamed"}
    assert ids(index, "القمح AND (NOT المطاحن AND NOT طويل)") == {"unnamed"}
    assert ids(index, "القمح AND (-غيرموجود)") == {"harvest", "unnamed"}


def test_beside_a_required_word_the_others_only_rank(index: Index) -> None:
    results = index.search("+القمح المكتبة المطاحن")
    assert [hit.article.id for hit in results] == ["harvest", "unnamed"] and results.total == 2
    assert index.facets("+القمح المكتبة", match="any").total == 2
    assert ids(index, '+"حصاد القمح" المكتبة') == {"harvest"}
    assert ids(index, "+القمح (المكتبة OR العاصمة)") == {"harvest", "unnamed"}
    # A condition is no word: one of the words is needed beside it.
    assert ids(index, "المكتبة source:الوادي") == {"library"}
    assert ids(index, "المكتبة -القمح source:الوادي") == {"library"}


@pytest.mark.parametrize(
    ("until", "found"),
    [("2023-10-06", False), ("2023-10-07", True), ("2023-10-08", True), ("2023-10", True), ("2023", True)],
)
def test_the_last_day_belongs_to_a_span(index: Index, until: str, found: bool) -> None:
    # At 18 o'clock on the 7th.
    expected = {"visit"} if found else set()
    assert ids(index, f"العاصمة until:{until}") == expected
    assert ids(index, f"العاصمة date:2023-05-04..{until}") == expected
    assert {hit.article.id for hit in index.search("العاصمة", until=until)} == expected
    assert {hit.article.id for hit in index.search("العاصمة", since=until, until=until)} == (
        {"visit"} if until != "2023-10-08" and found else set()
    )
    # A day that is excluded is the day before the first that counts.
    assert ids(index, "العاصمة before:2023-10-07") == set()


@pytest.mark.parametrize("since", ["2023-10-07", "2023-10-08"])
def test_the_first_day_belongs_to_a_span(index: Index, since: str) -> None:
    expected = {"visit"} if since == "2023-10-07" else set()
    assert ids(index, f"العاصمة after:{since}") == expected
    assert {hit.article.id for hit in index.search("العاصمة", since=since)} == expected


def test_signs_hold_in_every_inflection(index: Index) -> None:
    assert ids(index, "+رئيس +حزب") == {"visit"}
    assert "visit" not in ids(index, "الوادي العاصمة -حزب")


def test_an_excluded_word_with_a_hyphen_excludes_only_what_is_written_so(empty: Index) -> None:
    empty.add(
        [
            Article("both", "خبر", ("لقاح كوفيد-19 متوفر",)),
            Article("number", "خبر", ("لقاح للصف 19",)),
            Article("name", "خبر", ("لقاح كوفيد",)),
        ]
    )
    assert ids(empty, "لقاح -كوفيد-19") == {"number", "name"}
    assert ids(empty, "لقاح كوفيد-19") == {"both", "number", "name"}


def test_a_match_in_the_title_alone_gives_paragraph_0(index: Index) -> None:
    [hit] = index.search("القوارب")
    assert (hit.article.id, hit.paragraph.number, hit.more) == ("plain", 0, 0)
    assert hit.paragraph.text == hit.snippet.text == hit.article.title
    [hit] = index.search("+=يبدؤون")
    assert (hit.article.id, hit.paragraph.number, hit.more) == ("harvest", 0, 0)
    assert [hit.article.title[mark.start : mark.end] for mark in hit.title_highlights] == ["يبدؤون"]


def test_a_paragraph_is_shown_wherever_one_matches(index: Index) -> None:
    [hit] = index.search("+حصاد")
    assert hit.paragraph.number == 1
    assert hit.paragraph.text == hit.article.paragraphs[0]
    assert hit.title_highlights


def test_more_counts_the_further_matching_paragraphs(index: Index) -> None:
    [hit] = index.search("+القمح -قصير")
    assert hit.more == 1  # paragraphs 1 and 3; the title is none
    [hit] = index.search("القمح المحصول -قصير")
    assert hit.more == 2
    [hit] = index.search("المطاحن")
    assert hit.more == 0


def test_stop_words_match_only_when_there_is_nothing_else(index: Index) -> None:
    assert ids(index, "القوارب في") == {"plain"}
    assert ids(index, "في") == {"library"}
    assert ids(index, "+في") == {"library"}
    assert ids(index, "إلى في") == {"library", "visit", "truce"}


def test_words_that_are_nowhere_do_no_harm(index: Index) -> None:
    assert ids(index, "زخرفات قظلمنش") == set()
    assert ids(index, "القوارب قظلمنش") == {"plain"}
    assert ids(index, '"القوارب قظلمنش"') == set()


def test_a_repeated_word_counts_more(empty: Index) -> None:
    empty.add([Article("a", "قمح", ("كلام",)), Article("b", "حبوب", ("كلام",))])
    once = {hit.article.id: hit.score for hit in empty.search("قمح حبوب")}
    twice = {hit.article.id: hit.score for hit in empty.search("قمح قمح حبوب")}
    assert twice["a"] > once["a"] and twice["b"] == once["b"]
    # Not twice as much: a long query that repeats a word would be about that word alone.
    assert twice["a"] < 1.5 * once["a"]


def test_without_syntax_signs_mean_nothing(index: Index) -> None:
    assert ids(index, "القوارب -القمح", syntax=False) == {"plain", "harvest", "unnamed"}
    assert ids(index, '"النار وقف"', syntax=False) >= {"truce"}
    assert index.search('"النار', syntax=False).problems == ()


def test_limit_and_offset_page_through_one_order(empty: Index) -> None:
    choose = random.Random(5)
    empty.add(
        Article(f"n{number}", f"خبر {number}", (" ".join(["قمح"] * choose.randint(1, 4) + ["ماء"] * 3),))
        for number in range(40)
    )
    whole = empty.search("قمح ماء", limit=100)
    assert whole.total == 40
    assert [hit.rank for hit in whole] == list(range(1, 41))
    scores = [hit.score for hit in whole]
    assert scores == sorted(scores, reverse=True)
    for size in (1, 7, 40, 41):
        paged = [
            hit for offset in range(0, 45, size) for hit in empty.search("قمح ماء", limit=size, offset=offset)
        ]
        assert paged == list(whole.hits)
    for limit, offset in ((0, 0), (5, 40), (5, 10_000), (0, 10)):
        results = empty.search("قمح ماء", limit=limit, offset=offset)
        assert (results.total, results.hits) == (40, ())
    assert len(empty.search("قمح ماء", limit=10**12)) == 40


def test_equal_scores_come_in_the_order_of_indexing(empty: Index) -> None:
    names = [f"{letter}{number}" for number in range(6) for letter in "zam"]
    for begin in range(0, len(names), 4):
        empty.add(Article(name, "خبر عاجل", ("النص نفسه",)) for name in names[begin : begin + 4])
    for limit in (1, 2, 5, 17, 18, 30):
        assert [hit.article.id for hit in empty.search("خبر النص", limit=limit)] == names[:limit]


def test_ranking_constants_are_of_the_search_alone(index: Index) -> None:
    from msgspec.structs import replace

    from khabar.index.ranking import Ranking

    before = index.search("القمح الوادي رئيس")
    other = index.search("القمح الوادي رئيس", ranking=replace(Ranking(), article=0.0, title=0.0, b=0.0))
    assert [hit.score for hit in other] != [hit.score for hit in before]
    assert index.search("القمح الوادي رئيس").hits == before.hits


#: Of each constant another value, and a query whose scores depend on it. A phrase is the same whatever the
#: constants are; words stand for other forms.
CONSTANTS = {
    "exact": (0.9, "القمح"),
    "light": (0.6, "قمح"),
    "lemma": (0.6, "رئيس كتب"),
    "similar": (0.9, "القمخ الوادي"),
    "similar_forms": (0, "القمخ الوادي"),
    "similar_from": (0.99, "القمخ الوادي"),
    "similar_match": (0.0, "القمخ"),
    "stop": (0.9, "هذا القمح"),
    "question": (0.9, "أين القمح"),
    "length": (2.0, "المطاحن القمح"),
    "k1": (1.5, '"حصاد القمح" محصول'),
    "b": (0.1, '"حصاد القمح" محصول'),
    "article": (0.4, '"حصاد القمح" محصول'),
    "article_k1": (2.0, '"حصاد القمح" محصول'),
    "article_b": (0.1, '"حصاد القمح" محصول'),
    "title": (1.3, '"حصاد القمح" محصول'),
    "title_occurrence": (6.0, '"حصاد القمح" محصول'),
    "lead": (1.3, "القمح محصول"),
    "near": (2.0, "محصول القمح"),
    "whole": (2.0, "سؤال القمح"),
    "near_k": (3.0, "سؤال عن القمح"),
    "spelling": (0.9, "أميركا"),
    "synonym": (0.9, "غلة"),
    "half_life": (20.0, "القمح الميناء"),
}


def test_every_constant_has_a_query() -> None:
    # What meaning weighs, matters only where a search asks for it: tests/query/test_by_meaning.py.
    assert set(CONSTANTS) == set(khabar.Ranking.__struct_fields__) - {"meaning"}


@pytest.mark.parametrize("group", ["article", "none"])
@pytest.mark.parametrize("name", CONSTANTS)
def test_no_constant_is_that_of_an_earlier_search(
    index: Index, analyzer: Analyzer, tmp_path: Path, name: str, group: str
) -> None:
    """What an index keeps of a word's scores is kept with every constant that they depend on."""
    texts = ("أين القمح ومتى يصل المحصول؟", "سؤال القمح ومحصول القمح من أمريكا")
    index.add([Article("asked", "سؤال عن القمح", texts)])
    value, query = CONSTANTS[name]
    ranking = khabar.Ranking(**{name: value})
    words = tmp_path / "words.txt"
    words.write_text("غلة ~ محصول\n", encoding="utf-8")
    with khabar.open_index(index.path, analyzer=analyzer, words=words) as fresh:
        expected = _scores(fresh, query, ranking, group)
    with khabar.open_index(index.path, analyzer=analyzer, words=words) as used:
        before = _scores(used, query, khabar.Ranking(), group)
        assert _scores(used, query, ranking, group) == expected
        assert _scores(used, query, khabar.Ranking(), group) == before
    assert expected != before, "the constant changes nothing here"


def _scores(index: Index, query: str, ranking: khabar.Ranking, group: str) -> list[tuple[str, int, float]]:
    results = index.search(query, ranking=ranking, group=group, limit=50)
    return [(hit.article.id, hit.paragraph.number, hit.score) for hit in results]


def test_results_say_what_was_asked(index: Index) -> None:
    results = index.search('القمح "غير')
    assert results.query == 'القمح "غير'
    assert results.took_ms > 0
    assert [problem.code for problem in results.problems] == ["unclosed-quote"]
    assert len(results) == len(list(results)) == 2


@pytest.mark.parametrize("query", ["؟!", '""', '"', "+", "-", "ًٌ", "ـ", "\x00", "+ - +", "«»", "ﷺ"])
def test_queries_without_words_find_nothing(index: Index, query: str) -> None:
    results = index.search(query)
    assert (results.total, results.hits) == (0, ())
    assert results.problems


def test_highlights_are_the_found_words(index: Index) -> None:
    for hit in index.search("مكتبة ميناء +الموسم", limit=10):
        for mark in hit.snippet.highlights:
            assert mark.word in ("مكتبة", "ميناء", "الموسم")
            assert hit.snippet.text[mark.start : mark.end].strip()
        assert hit.snippet.highlights


def test_a_thousand_words_in_one_query(index: Index, articles: list[Article]) -> None:
    text = " ".join(text for article in articles for text in (article.title, *article.paragraphs))
    assert ids(index, text * 10, syntax=False) == {article.id for article in articles}


def test_search_of_an_article_finds_it_first(index: Index, articles: list[Article]) -> None:
    for article in articles:
        best = index.search(article.title or article.paragraphs[0], syntax=False).hits[0]
        assert best.article.id == article.id


def test_two_indexes_do_not_mix(new_index: Callable[..., Index]) -> None:
    left, right = new_index(), new_index()
    left.add([Article("a", "تفاح", ())])
    right.add([Article("a", "برتقال", ())])
    assert ids(left, "تفاح") == {"a"} and ids(right, "تفاح") == set()
    assert ids(right, "برتقال") == {"a"}


SPELLED = {
    "spaced": "زار عبد الله المصنع صباحا",
    "joined": "زار عبدالله المصنع صباحا",
    "given": "قدم لعبد الله المصنع هدية",
    "handed": "قدم لعبدالله المصنع هدية",
    "other": "زار المصنع عبد الرحمن صباحا",
    "father": "حضر أبو مازن الحفل مساء",
    "fathers": "حضر أبومازن الحفل مساء",
    "grandfather": "حضر أبو عبد الله الحفل مساء",
    "grandfathers": "حضر أبو عبدالله الحفل مساء",
}


@pytest.mark.parametrize(
    "queries, expected",
    [
        (['"عبد الله المصنع"', '"عبدالله المصنع"'], {"spaced", "joined", "given", "handed"}),
        (['"زار عبد الله المصنع"', '"زار عبدالله المصنع"'], {"spaced", "joined"}),
        (['"زار عبد الله"', '"زار عبدالله"', 'title:"زار عبد الله" OR "زار عبد الله"'], {"spaced", "joined"}),
        (['"لعبد الله المصنع"', '"لعبدالله المصنع"', '"قدم لعبد الله"'], {"given", "handed"}),
        (['"لعبد الله"', '"لعبدالله"'], {"given", "handed"}),
        (['"حضر أبو مازن الحفل"', '"حضر أبومازن الحفل"', '"أبو مازن"', '"أبومازن"'], {"father", "fathers"}),
        (['"أبو عبد الله الحفل"', '"أبو عبدالله الحفل"'], {"grandfather", "grandfathers"}),
        (['"زار عبد الله صباحا"~2', '"زار عبدالله صباحا"~2'], {"spaced", "joined"}),
        (['"عبد الله المصنع" NEAR/2 صباحا', '"عبدالله" NEAR/2 صباحا'], {"spaced", "joined"}),
        (['زار -"زار عبد الله المصنع"', 'زار -"زار عبدالله"'], {"other"}),
        (['"الله المصنع"'], {"spaced", "given"}),
        (['"عبد الرحمن المصنع"', '"المصنع عبد الله"'], set()),
    ],
)
def test_a_name_in_a_phrase_is_found_however_it_is_spaced(
    empty: Index, queries: list[str], expected: set[str]
) -> None:
    empty.add([Article(name, "", (text,)) for name, text in SPELLED.items()])
    for query in queries:
        assert ids(empty, query) == expected, query
        for hit in empty.search(query, limit=20):
            if not query.startswith("زار"):
                assert hit.snippet.highlights, query


@pytest.mark.parametrize(
    "query", ['"محمد بن راشد"', '"محمد ابن راشد"', '"راشد بن سعيد"~3', '"ابن راشد" NEAR دبي']
)
def test_the_son_in_a_phrase_is_one_word_however_it_is_written(empty: Index, query: str) -> None:
    names = {"one": "محمد بن راشد بن سعيد في دبي", "other": "محمد ابن راشد ابن سعيد في دبي"}
    empty.add(
        [*(Article(key, name, ()) for key, name in names.items()), Article("none", "محمد راشد سعيد", ())]
    )
    found = empty.search(query)
    assert {hit.id for hit in found} == set(names)
    for hit in found:
        marked = {hit.title[mark.start : mark.end] for mark in hit.title_highlights}
        assert any("بن" in text for text in marked)


def test_a_quoted_word_is_only_itself(empty: Index) -> None:
    empty.add([Article("one", "قصة ابن", ()), Article("other", "قصة بن", ())])
    assert [hit.id for hit in empty.search('"ابن"')] == ["one"]
    assert [hit.id for hit in empty.search("=ابن")] == ["one"]


def test_a_phrase_with_a_name_is_explained_once(empty: Index) -> None:
    empty.add([Article(name, "", (text,)) for name, text in SPELLED.items()])
    for query in ('"زار عبد الله المصنع"', '"لعبد الله"', '"زار عبد الله المصنع" "زار عبد الله المصنع"'):
        for hit in empty.search(query, explain=True):
            [share] = hit.explanation
            assert share.share == pytest.approx(1) and share.forms, query


def test_a_phrase_of_many_names_is_found_spaced_or_joined(empty: Index) -> None:
    names = ["الله", "الرحمن", "العزيز", "الكريم", "المجيد"]
    spaced, joined = (" ".join(f"عبد{space}{name}" for name in names) + " هنا" for space in (" ", ""))
    empty.add([Article("spaced", "", (spaced,)), Article("joined", "", (joined,))])
    assert ids(empty, f'"{spaced}"') == ids(empty, f'"{joined}"') == {"spaced", "joined"}
