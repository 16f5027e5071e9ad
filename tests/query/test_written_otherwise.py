"""A name in one word or in two, a hamza on another seat and a number with other separators are the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from khabar.corpus.article import Article
from khabar.library import Index

PAIRS = [
    # one word, and two
    ("نيويورك", "نيو يورك"),
    ("خانيونس", "خان يونس"),
    ("حضرموت", "حضر موت"),
    ("كوالالمبور", "كوالا لمبور"),
    ("فيسبوك", "فيس بوك"),
    ("وزيرالخارجية", "وزير الخارجية"),
    ("مجلسالأمن", "مجلس الأمن"),
    ("محمدبن سلمان", "محمد بن سلمان"),
    ("iPhone15", "iPhone 15"),
    ("USA", "U.S.A"),
    # particles
    ("مازال", "ما زال"),
    ("لايزالون", "لا يزالون"),
    ("لابد", "لا بد"),
    ("لاسيما", "لا سيما"),
    ("مادامت", "ما دامت"),
    ("UN", "U.N"),
    # a hamza on another seat
    ("شيء", "شئ"),
    ("الشيء", "شئ"),
    ("سيء", "سيئ"),
    ("بطيء", "بطئ"),
    ("رؤوس", "رءوس"),
    ("جاءوا", "جاؤوا"),
    ("كفاءة", "كفائة"),
    ("يقرأون", "يقرؤون"),
    ("لجوء", "لجؤ"),
    # numbers
    ("١٬٢٥٠٫٥", "1250.5"),
    ("1,250.5", "1250.5"),
    ("1.500.000", "1500000"),
    ("12,5", "12.5"),
]
#: Different words with the same letters.
APART = [
    ("الثاني", "آل ثاني"),
    ("السعود", "آل سعود"),
    ("1,250", "1.25"),
    ("12.500", "12,5"),
    ("gaza", "g a z a"),
    ("ie", "i.e"),
    ("انشاءالله", "الإنشاءات"),
]


def found(index: Index, query: str) -> set[str]:
    return {hit.article.id for hit in index.search(query, match="all").hits}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_ways_of_writing_are_found_by_either(
    new_index: Callable[..., Index], one: str, other: str
) -> None:
    with new_index("ix") as index:
        index.add(
            [
                Article("one", "خبر", (f"ورد {one} في النص",)),
                Article("rest", "خبر", ("كلام آخر",)),
            ]
        )
        assert found(index, one) == found(index, other) == {"one"}
        index.add([Article("other", "خبر", (f"ورد {other} في النص",))])
        assert found(index, other) == {"one", "other"}
        hit = next(hit for hit in index.search(other).hits if hit.article.id == "one")
        marked = {hit.snippet.text[mark.start : mark.end] for mark in hit.snippet.highlights}
        assert "".join(marked) != ""
        assert all(mark in f"ورد {one} في النص" for mark in marked)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_only_looks_alike_is_not_found(new_index: Callable[..., Index], one: str, other: str) -> None:
    with new_index("ix") as index:
        index.add([Article("one", "خبر", (f"ورد {one} في النص",))])
        assert found(index, other) == set()


def test_a_name_in_both_ways_is_found_in_both(new_index: Callable[..., Index]) -> None:
    """If the index also has the joined word, only listed names are searched as two words."""
    with new_index("ix") as index:
        index.add(
            [
                Article("one", "خبر", ("قصف على خانيونس",)),
                Article("two", "خبر", ("قصف على خان يونس",)),
                Article("far", "خبر", ("خان الحرير ويونس في القاهرة",)),
            ]
        )
        assert found(index, "خانيونس") == {"one", "two"}
        assert found(index, "=خانيونس") == {"one"}
        assert found(index, "قصف -خانيونس") == set()


def test_a_result_of_a_match_is_found_with_spaces_around_its_dash(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add(
            [
                Article("glued", "خبر", ("فاز الفريق 3-1 أمس",)),
                Article("spaced", "خبر", ("فاز الفريق 3 - 1 أمس",)),
                Article("other", "خبر", ("فاز الفريق 1-3 أمس",)),
            ]
        )
        assert found(index, "3-1") == {"glued", "spaced"}


def test_words_that_something_separates_are_not_joined(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add([Article("one", "خبر", ("وصل إلى نيويورك",))])
        assert found(index, "نيو يورك") == {"one"}
        assert found(index, "نيو، يورك") == set()
        assert found(index, "نيو +يورك") == set()


def test_the_spelling_that_was_typed_comes_first(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add([Article("seat", "خبر", ("لا شئ جديد",)), Article("typed", "خبر", ("لا شيء جديد",))])
        assert [hit.article.id for hit in index.search("شيء").hits] == ["typed", "seat"]
        depths = {mark.depth for hit in index.search("شيء").hits for mark in hit.snippet.highlights}
        assert depths == {"exact", "spelling"}


def test_a_word_is_cut_only_where_both_words_follow_one_another(new_index: Callable[..., Index]) -> None:
    """«الجوكندا» is not «الجو كندا» but a slip for the painting."""
    with new_index("ix") as index:
        index.add(
            [
                Article("طقس", "الجو", ("الجو في كندا بارد",)),
                Article("لوحة", "الجيوكندا", ("رسم دافنشي لوحة الجيوكندا",)),
                Article("نفط", "أسعار", ("قال وزير الخارجية",)),
            ]
        )
        assert [hit.article.id for hit in index.search("الجوكندا").hits][:1] == ["لوحة"]
        assert found(index, "وزيرالخارجية") == {"نفط"}


@pytest.mark.parametrize(
    "phrase",
    ["حسين أمير عبد اللهيان", "حسين أمير عبداللهيان", "حسين أميرعبد اللهيان", "حسين أميرعبداللهيان"],
)
def test_a_phrase_finds_a_name_however_it_is_spaced(new_index: Callable[..., Index], phrase: str) -> None:
    with new_index("ix") as index:
        index.add(
            [
                Article("joined", "", ("قال الوزير حسين أميرعبد اللهيان اليوم",)),
                Article("spaced", "", ("قال الوزير حسين أمير عبد اللهيان اليوم",)),
                Article("other", "", ("التقى أمير قطر حسين ثم عبد الله",)),
            ]
        )
        assert found(index, f'"{phrase}"') == {"joined", "spaced"}


def test_short_words_of_a_phrase_are_no_other_word(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add([Article("month", "", ("في كانون الأول",)), Article("words", "", ("كان ون",))])
        assert found(index, '"كان ون"') == {"words"}


def test_a_slip_of_one_article_does_not_hide_the_others(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add([Article("slip", "", ("وصل وزيرالخارجية",))])
        index.add([Article(f"right{number}", "", (f"قال وزير الخارجية {number}",)) for number in range(5)])
        assert len(found(index, "وزيرالخارجية")) == 6


@pytest.mark.parametrize(
    ("one", "apart"),
    [("انشاءالله", "إن شاء الله"), ("ماشاءالله", "ما شاء الله"), ("عزوجل", "عز وجل"), ("غيرأن", "غير أن")],
)
def test_an_expression_in_one_word_finds_it_apart(
    new_index: Callable[..., Index], one: str, apart: str
) -> None:
    with new_index("ix") as index:
        index.add([Article("one", "", (f"قال {one} غدا",)), Article("apart", "", (f"قال {apart} غدا",))])
        index.add([Article("other", "", ("افتتح معرض الإنشاءات وقال شاء من شاء",))])
        assert found(index, one) == {"one", "apart"}


def test_a_family_name_is_not_cut_into_a_more_frequent_name(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add([Article("family", "", ("صرح خالد العبدالعزيز للصحيفة",))])
        index.add(
            [Article(f"king{number}", "", (f"زار الملك عبد العزيز خالدا {number}",)) for number in range(9)]
        )
        index.add([Article("parts", "", ("العبد الصالح", "القرآن العزيز"))])
        assert index.search("العبدالعزيز").hits[0].article.id == "family"


def test_the_words_that_are_cut_in_two_are_limited_and_the_rest_is_reported(
    new_index: Callable[..., Index],
) -> None:
    titles, names = [f"مدير{chr(0x628 + n)}" for n in range(3)], [f"الوزا{chr(0x641 + n)}ة" for n in range(6)]
    with new_index("ix") as index:
        words = [f"{chr(0x641 + n % 7)}{chr(0x641 + n // 7)}ر" for n in range(49)]
        pairs = [(title, word) for title in [*titles, *names] for word in words]
        index.add([Article(id=str(n), title=" ".join(pair), paragraphs=()) for n, pair in enumerate(pairs)])
        few = index.search(" ".join(map("".join, pairs[:40])), limit=60)
        many = index.search(" ".join(map("".join, pairs[:300])), limit=500)
        assert {hit.article.id for hit in few.hits} >= {str(n) for n in range(40)} and not few.problems
        [problem] = many.problems
        assert problem.code == "too-many-cuts" and problem.start > 0
        # A word that the index has is searched as usual.
        assert not index.search(" ".join(["مديرب"] * 300)).problems


@pytest.mark.parametrize(
    "spellings",
    [
        ("أمير عبد اللهيان", "أمير عبداللهيان", "أميرعبد اللهيان", "أميرعبداللهيان"),
        ("خان يونس", "خانيونس"),
        (
            "الرئيس عبد الفتاح السيسي",
            "الرئيس عبدالفتاح السيسي",
            "الرئيسعبدالفتاح السيسي",
            "الرئيس عبدالفتاحالسيسي",
        ),
        ("محمد بن سلمان", "محمدبن سلمان"),
    ],
)
def test_names_are_found_however_they_are_spaced(
    new_index: Callable[..., Index], spellings: tuple[str, ...]
) -> None:
    with new_index("ix") as index:
        index.add(
            [
                *(
                    Article(id=str(n), title=f"لقاء مع {name} أمس", paragraphs=())
                    for n, name in enumerate(spellings)
                ),
                Article(
                    id="words",
                    title="أمير خان الرئيس محمد بن الفتاح عبد عبدالفتاح يونس السيسي سلمان",
                    paragraphs=(),
                ),
            ]
        )
        for name in spellings:
            for query in (f'names:"{name}"', f'"{name}"'):
                assert found(index, query) == {str(n) for n in range(len(spellings))}, query


@pytest.mark.parametrize(("one", "other"), [("مازال", "ما زال"), ("الرئيسعبدالفتاح", "الرئيس عبد الفتاح")])
def test_either_spacing_is_marked(new_index: Callable[..., Index], one: str, other: str) -> None:
    with new_index("ix") as index:
        index.add([Article(id=text, title=f"هذا {text} هنا", paragraphs=()) for text in (one, other)])
        for query in (one, other, f'"{one}"', f'"{other}"'):
            marked = {
                hit.article.id: "".join(
                    hit.article.title[mark.start : mark.end] for mark in hit.title_highlights
                )
                for hit in index.search(query, match="all").hits
            }
            assert {text: shown.replace(" ", "") for text, shown in marked.items()} == {
                text: text.replace(" ", "") for text in (one, other)
            }, query


def test_a_particle_beside_other_words_decides_nothing(new_index: Callable[..., Index]) -> None:
    with new_index("ix") as index:
        index.add(
            [
                Article(id="both", title="القمح مازال هنا", paragraphs=()),
                Article(id="apart", title="القمح ما زال هنا", paragraphs=()),
                Article(id="without", title="القمح هنا", paragraphs=()),
                Article(id="other", title="ما زال النهر هنا", paragraphs=()),
            ]
        )
        for query in ("مازال القمح", "ما زال القمح", "القمح مازال", "مازال AND القمح"):
            expected = {"both", "apart"} | ({"without"} if "AND" not in query else set())
            assert found(index, query) == expected, query
        assert {hit.article.id for hit in index.search('مازال -"النهر" source:x').hits} == set()
        assert found(index, "+القمح مازال") == {"both", "apart", "without"}
