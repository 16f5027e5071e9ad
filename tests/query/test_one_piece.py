"""Words typed in one piece count as one thing wherever a query is used."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.alerts import Alerts
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.library import Index, create_index
from khabar.paging import all_hits

TEXTS = {
    "5g": "أطلقت الشركة شبكات 5G في المدينة",
    "five": "وفاة 5 أشخاص في حادث",
    "covid": "إصابات جديدة بفيروس كوفيد-19",
    "covid spaced": "عاد كوفيد 19 إلى المدن",
    "covid joined": "موجة كوفيد19 الثالثة",
    "covid half": "عودة كوفيد- 19",
    "nineteen": "مقتل 19 شخصا في انفجار، ولا كوفيد هناك",
    "bbc": "ذكرت الـBBC أن المفاوضات مستمرة",
    "bbc alone": "بثت قناة BBC المقابلة",
    "twenty": "سعر السهم تجاوز الـ20 دولارا",
    "twenty people": "نجا 20 شخصا",
    "afp": "باريس (أ.ف.ب) قال الرئيس إن المفاوضات مستمرة",
    "afp spaced": "نقلت أ ف ب عن الوزير",
    "class": "مساكن من الفئة ب للبيع",
    "seven": "غرق 7 لاجئين",
    "g7": "قمة ج7 في إيطاليا",
    "hashtag": "تصدر وسم #غزة_تحت_القصف المنصات",
    "gaza": "القصف تحت المطر في غزة",
    "jets": "سلمت طائرات F-16 وطائرات إف-16",
    "jets joined": "سلمت طائرات F16",
    "sixteen": "عمره 16 عاما",
    "summit": "انتهت قمة G20 أمس",
    "summit dashed": "بدأت قمة G-20 اليوم",
    "trade": "الحرب الفرنسية-الألمانية القديمة",
    "trade spaced": "التعاون الفرنسي الألماني",
    "french": "الألماني قبل الفرنسي",
    "site": "على موقع example.com",
    "org": "على موقع example.org",
    "percent": "نسبة 12.5% من الدخل",
    "whole week": "تعمل 24/7 بلا توقف",
    "season": "موسم 2024/2025 الكروي",
    "flight": "رحلة MH370 المفقودة",
    "firm": "أرباح AT&T ترتفع",
    "places": "بين غزة/رفح وخان يونس",
    "usa": "منتخب USA للسيدات",
    "handle": "كتب @news_arabia أمس",
}
ASKED = {
    "5G": "5g",
    "كوفيد-19": "covid, covid spaced, covid joined, covid half",
    "كوفيد-١٩": "covid, covid spaced, covid joined, covid half",
    "كوفيد19": "covid, covid spaced, covid joined, covid half",
    "كوفيد_19": "covid, covid spaced, covid joined, covid half",
    "كوفيد\u200f-\u200f19": "covid, covid spaced, covid joined, covid half",
    "الـBBC": "bbc, bbc alone",
    "الBBC": "bbc, bbc alone",
    "BBC": "bbc, bbc alone",
    "الـ20": "twenty",
    "بـ20": "twenty, twenty people, summit dashed",
    "أ.ف.ب": "afp, afp spaced",
    "ا.ف.ب.": "afp, afp spaced",
    "ل20": "twenty, twenty people, summit dashed",
    "ف20": "",
    "7amas": "",
    "ج7": "g7",
    "#غزة_تحت_القصف": "hashtag",
    "F-16": "jets, jets joined",
    "F16": "jets, jets joined",
    "إف-16": "jets",
    "إف16": "jets",
    "G20": "summit, summit dashed",
    "G-20": "summit, summit dashed",
    "الفرنسي-الألماني": "trade, trade spaced",
    "=الفرنسي-الألماني": "trade spaced",
    "example.com": "site",
    "12.5%": "percent",
    "24/7": "whole week",
    "2024/2025": "season",
    "MH370": "flight",
    "MH-370": "flight",
    "AT&T": "firm",
    "غزة/رفح": "places",
    "U.S.A": "usa",
    "@news_arabia": "handle",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[Index]:
    with create_index(tmp_path_factory.mktemp("pieces") / "index", analyzer=analyzer) as made:
        made.add(Article(name, text, ("خبر مفصل.", text)) for name, text in TEXTS.items())
        yield made


def found(index: Index, query: str, **options: object) -> set[str]:
    return {hit.article.id for hit in index.search(query, limit=99, **options)}


def wanted(query: str) -> set[str]:
    return set(filter(None, ASKED[query].split(", ")))


@pytest.mark.parametrize("query", ASKED)
def test_it_is_found_in_order_and_never_by_a_piece(index: Index, query: str) -> None:
    expected = wanted(query)
    assert found(index, query) == expected
    assert found(index, f"{query} قظلمنش") == expected
    if not query.startswith("="):
        assert found(index, query, syntax=False) == expected
    assert found(index, f"+{query} خبر") == expected
    assert found(index, f"({query} OR قظلمنش)") == expected
    assert found(index, f"({query}) AND خبر") == expected
    assert found(index, f"title:{query}") == expected
    assert found(index, f"خبر -{query}") == set(TEXTS) - expected
    assert found(index, f"خبر NOT {query}") == set(TEXTS) - expected


@pytest.mark.parametrize("mark", ["\u200f", "\u2067", "\u00ad", "\u200c"])
@pytest.mark.parametrize(
    "query", ["كوفيد-19", "الـBBC", "أ.ف.ب", "F-16", "5G", "G20", "ل20", "فـ10", "12.5%"]
)
def test_invisible_characters_change_nothing(index: Index, query: str, mark: str) -> None:
    expected = found(index, query)
    for place in range(len(query) + 1):
        assert found(index, query[:place] + mark + query[place:]) == expected


@pytest.mark.parametrize("query", ["كوفيد-19", "الـBBC", "أ.ف.ب", "F-16", "5G"])
def test_it_goes_wherever_a_query_goes(index: Index, query: str, tmp_path: Path) -> None:
    expected = wanted(query)
    assert index.facets(query, ("source",)).total == len(expected)
    assert {hit.article.id for hit in all_hits(index, query)} == expected
    assert index.timeline(query).totals == (len(expected),)
    whole = index.highlight(min(expected), query)
    assert whole is not None and whole.title_highlights
    alerts = Alerts(tmp_path / "alerts.json")
    alerts.add("news", query, index.path)
    assert {hit.article.id for hit in alerts.news("news", index)} == expected


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("كوفيد-19", {"كوفيد-19", "كوفيد 19", "كوفيد19", "كوفيد- 19"}),
        ("الـBBC", {"الـBBC", "BBC"}),
        ("أ.ف.ب", {"أ.ف.ب", "أ ف ب"}),
        ("5G", {"5G"}),
        ("F16", {"F-16", "F16"}),
        ("#غزة_تحت_القصف", {"غزة_تحت_القصف"}),
        ("الفرنسي-الألماني", {"الفرنسية-الألمانية", "الفرنسي الألماني"}),
    ],
)
def test_it_is_marked_whole(index: Index, query: str, marked: set[str]) -> None:
    results = index.search(query, limit=99)
    assert {
        hit.article.title[mark.start : mark.end] for hit in results for mark in hit.title_highlights
    } == marked
    assert {mark.word for hit in results for mark in hit.title_highlights} == {query.lstrip("#")}


def test_it_is_explained_as_one(index: Index) -> None:
    hits = {hit.article.id: hit for hit in index.search("الفرنسي-الألماني", explain=True)}
    explained = {
        name: [
            (share.word, [(form.term, form.depth, form.count) for form in share.forms])
            for share in hit.explanation
        ]
        for name, hit in hits.items()
    }
    assert explained == {
        "trade": [("الفرنسي-الألماني", [("الفرنسيه الالمانيه", "light", 2)])],
        "trade spaced": [("الفرنسي-الألماني", [("الفرنسي الالماني", "exact", 2)])],
    }
    [hit] = index.search("الـBBC ذكرت", explain=True, limit=1)
    assert [[form.term for form in share.forms] for share in hit.explanation] == [["ال bbc"], ["ذكرت"]]


def test_why_lists_the_forms_of_the_whole(index: Index) -> None:
    assert [(form.term, form.depth, form.occurrences) for form in index.why("الفرنسي-الألماني")] == [
        ("الفرنسي الالماني", "exact", 2),
        ("الفرنسيه الالمانيه", "light", 2),
    ]
    assert {form.term: form.occurrences for form in index.why("F-16")} == {"f 16": 2, "f16": 2}
    assert index.why("7amas") == ()


def test_near_takes_it_as_a_phrase(index: Index) -> None:
    assert found(index, "كوفيد-19 NEAR/3 إصابات") == {"covid"}
    assert found(index, "إصابات NEAR/3 كوفيد-19 NEAR/3 جديدة") == {"covid"}
    assert found(index, "الـBBC NEAR/2 قناة") == {"bbc alone"}
    assert found(index, "5G NEAR/3 شبكات") == {"5g"}


def test_in_a_phrase_its_words_match_in_order(index: Index) -> None:
    assert found(index, '"بفيروس كوفيد-19"') == {"covid"}
    assert found(index, '"شبكات 5G"') == {"5g"}
    assert found(index, '"قمة ج7"') == {"g7"}


def test_letters_with_spaces_are_words(index: Index) -> None:
    assert "class" in found(index, "أ ف ب")


def test_chat_arabic_is_read_although_its_digits_stand_in_texts(index: Index) -> None:
    index.add([Article("hamas", "حماس", ("بيان حركة حماس",)), Article("saudi", "السعودية", ("في السعودية",))])
    try:
        assert [other.query for other in index.search("7amas", suggest=True).suggestions] == ["حماس"]
        assert index.search("7amas", suggest=True).total == 0
        assert "السعودية" in [other.query for other in index.search("sa3oudia", suggest=True).suggestions]
    finally:
        index.remove(["hamas", "saudi"])


WORD = st.sampled_from(["قمح", "نهر", "جسر", "19", "bbc", "ب", "و", "ال", "5"])
GLUE = st.sampled_from(["", "-", ".", "/", "_", "–", "‑", "’", "&", "@", "+"])


@given(st.lists(st.tuples(WORD, GLUE), min_size=2, max_size=4))
def test_what_is_typed_in_one_piece_finds_what_is_written_so(pieces: list[tuple[str, str]]) -> None:
    typed = "".join(word + glue for word, glue in pieces).rstrip("-./_–‑’&@+")
    with tempfile.TemporaryDirectory() as folder, create_index(Path(folder) / "index") as made:
        made.add([Article("a", "خبر", (f"قيل {typed} أمس",))])
        results = made.search(typed)
        assert results.total == 1 and results.problems == ()
        [hit] = results
        marked = [hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.highlights]
        assert "".join(marked) in typed
