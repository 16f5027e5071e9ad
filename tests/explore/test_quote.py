"""Where was this said: quotations in other words, over paragraphs, nowhere; on folder and cluster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import khabar
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.explore.alignment import align
from khabar.explore.equal_words import Words
from khabar.explore.sentences import pieces_of
from khabar.explore.word_units import units_of
from khabar.library import Index

from .conftest import WIRE, dated

SAID = "إن بلاده مستعدة لاستئناف المفاوضات بشأن الملف النووي الإيراني في أي وقت"


def only(found: khabar.Quotations) -> khabar.Quotation:
    (part,) = found
    return part


def kinds(place: khabar.QuotedPlace) -> list[tuple[str, str, str]]:
    return [(each.kind, each.said, each.there) for each in place.differences]


def test_the_same_words_are_found_first_where_they_were_first(news: Index) -> None:
    part = only(news.quote(SAID))
    assert (part.status, part.articles, part.cut) == ("found", 2, False)
    (place,) = part
    assert place.article.id == "wire-1"
    assert [telling.article.id for telling in place.copies] == ["wire-1", "wire-2"]
    assert place.same
    assert place.similarity == 1
    assert place.said == SAID
    assert (place.paragraph, place.last_paragraph) == (1, 1)
    assert part.first is place
    assert part.nearest is None


@pytest.mark.parametrize(
    "text",
    [
        "انّ بِلادَهُ مُستعدة لاستئناف المفاوضات بشان الملف النووى الايرانى فى اي وقت",
        "«إن بلاده — مستعدة لاستئناف المفاوضات، بشأن الملف النووي الإيراني؛ في أي وقت!»",
        "إن بلاده مستعـــدة لاستئناف المفاوضات بشأن الملف النووي الإيراني في أي وقت",
    ],
)
def test_vocalisation_letter_forms_and_punctuation_are_no_difference(news: Index, text: str) -> None:
    (place,) = only(news.quote(text))
    assert place.same
    assert not place.differences


def test_another_spelling_is_noted_and_costs_nothing(news: Index) -> None:
    news.add(
        Article(
            "usa",
            "واشنطن",
            ("أعلنت أميركا أن عبدالله الصالح سيقود الوفد المفاوض غدا.",),
            published=dated(2024, 1, 1),
        )
    )
    (place,) = only(news.quote("أعلنت أمريكا أن عبد الله الصالح سيقود الوفد المفاوض"))
    assert place.similarity == 1
    assert place.same
    assert kinds(place) == [("spelling", "أمريكا", "أميركا")]


def test_each_kind_of_difference_is_marked_on_both_sides(news: Index) -> None:
    def differences(text: str) -> list[tuple[str, str, str]]:
        found = news.quote(text)
        place = only(found)[0]
        for each in place.differences:
            assert found.text[each.start : each.end] == each.said
            assert place.text[each.there_start : each.there_end] == each.there
        return kinds(place)

    assert differences("إن بلاده مستعدة لاستئناف المفاوضات الملف النووي الإيراني في أي وقت") == [
        ("dropped", "", "بشأن")
    ]
    assert differences("إن بلاده مستعدة تماما لاستئناف المفاوضات بشأن الملف النووي الإيراني") == [
        ("added", "تماما", "")
    ]
    assert differences("إن بلاده رافضة لاستئناف المفاوضات بشأن الملف النووي الإيراني") == [
        ("swapped", "رافضة", "مستعدة")
    ]
    assert differences("إن بلادنا مستعدة لاستئناف المفاوضات بشأن الملف النووي الإيراني") == [
        ("respelled", "بلادنا", "بلاده")
    ]
    assert differences("إن بلاده مستعدة لاستئناف المفاوضات بشأن النووي الملف الإيراني في أي وقت") in (
        [("moved", "النووي", "النووي")],
        [("moved", "الملف", "الملف")],
    )


def test_what_a_quotation_says_that_it_leaves_out_costs_nothing(news: Index) -> None:
    (place,) = only(news.quote("إن بلاده مستعدة ... في أي وقت يراه الطرفان مناسبا"))
    assert place.similarity == 1
    assert kinds(place) == [("dropped", "", "لاستئناف المفاوضات بشأن الملف النووي الإيراني")]
    (unsaid,) = only(news.quote("إن بلاده مستعدة في أي وقت يراه الطرفان مناسبا"))
    assert unsaid.similarity < 1


@pytest.mark.parametrize(
    ("text", "alters"),
    [
        ("إن بلاده غير مستعدة لاستئناف المفاوضات بشأن الملف النووي الإيراني في أي وقت", "negation"),
        ("إن بلاده مستعدة لاستئناف 3 مفاوضات بشأن الملف النووي الإيراني في أي وقت", "number"),
        ("إن بلاده رافضة لاستئناف المفاوضات بشأن الملف النووي الإيراني في أي وقت", ""),
    ],
)
def test_a_changed_negation_or_number_is_reported(news: Index, text: str, alters: str) -> None:
    (place,) = only(news.quote(text))
    assert alters in [each.alters for each in place.differences]
    assert place.similarity <= 0.9 or not alters


def test_numbers_in_digits_and_in_words_are_the_same(news: Index) -> None:
    news.add(Article("count", "حصيلة", ("أسفر الانفجار عن مقتل خمسين شخصا وإصابة ثلاثة من رجال الإنقاذ.",)))
    (place,) = only(news.quote("أسفر الانفجار عن مقتل ٥٠ شخصا وإصابة 3 من رجال الإنقاذ"))
    assert place.same
    (other,) = only(news.quote("أسفر الانفجار عن مقتل 40 شخصا وإصابة 3 من رجال الإنقاذ"))
    assert [each.alters for each in other.differences if each.kind != "spelling"] == ["number"]


def test_a_short_quotation_may_differ_in_a_word_but_not_in_half_of_them(news: Index) -> None:
    news.add(Article("doubt", "رأي", ("لا شك أن المقاومة هي التي ستحدد النتيجة النهائية للمعركة.",)))
    (place,) = only(news.quote("لا شك أن المقاومه هي التي ستقرر النتيجة"))
    assert kinds(place) == [("swapped", "ستقرر", "ستحدد")]
    half = only(news.quote("المقاومة ستصنع النتيجة الباهرة"))
    assert (half.status, half.places) == ("not-found", ())


def test_another_word_of_near_letters_is_another_word(news: Index) -> None:
    news.add(Article("council", "بيان", ("أكد المتحدث أن المجلس وأعضاءه يدينون هذا العمل الإرهابي الجبان.",)))
    (place,) = only(news.quote("المجلس وأعضاءه يدعمون هذا العمل الإرهابي الجبان"))
    assert kinds(place) == [("swapped", "يدعمون", "يدينون")]


def test_a_quotation_over_the_border_of_two_paragraphs(news: Index) -> None:
    (place,) = only(news.quote("في زيارة رسمية تستمر يومين وعقد لافروف محادثات مع نظيره"))
    assert place.article.id == "visit"
    assert (place.paragraph, place.last_paragraph) == (1, 2)
    assert place.said == "في زيارة رسمية تستمر يومين.\nوعقد لافروف محادثات مع نظيره"
    assert place.same


def test_a_quotation_over_many_short_paragraphs(news: Index) -> None:
    verses = ("يا ليل الصب متى غده", "أقيام الساعة موعده", "رقد السمار فأرقه", "أسف للبين يردده")
    news.add(Article("poem", "قصيدة", (*verses, "وهي من عيون الشعر.")))
    (place,) = only(news.quote(" ".join(verses)))
    assert (place.article.id, place.paragraph, place.last_paragraph) == ("poem", 1, 4)
    assert place.same
    assert place.said == "\n".join(verses)


def test_a_title_is_a_place(news: Index) -> None:
    (place, *_) = only(news.quote("حصاد القمح يبدأ في الوادي"))
    assert (place.article.id, place.paragraph) == ("wheat", 0)


def test_a_quotation_not_found_has_the_nearest_place(news: Index) -> None:
    part = only(news.quote("قال وزير الصحة في مؤتمر صحفي عقده في باريس إن اللقاحات ستصل صباح الخميس القادم"))
    assert part.status == "not-found"
    assert not part.places
    assert part.nearest is not None
    assert part.nearest.article.id in ("wire-1", "wire-2")
    assert 0 < part.nearest.similarity < 0.6
    nothing = only(news.quote("هبطت مركبة فضائية فوق سطح المريخ"))
    assert (nothing.status, nothing.nearest) == ("not-found", None)


def test_the_earliest_is_first_and_undated_ones_are_reported(news: Index) -> None:
    line = "من جد وجد ومن زرع حصد ومن سار على الدرب وصل"
    news.add(
        Article(name, f"مثل {name}", (f"{before} {line}.", f"{before} " * 12), published=moment)
        for name, before, moment in (
            ("b", "يقول كبار السن عندنا", dated(2021, 5, 1)),
            ("c", "وختم المدرب كلمته بالقول", None),
            ("a", "وكتب التلاميذ على اللوح", dated(2020, 5, 1)),
        )
    )
    part = only(news.quote(line))
    assert [place.article.id for place in part] == ["a", "b", "c"]
    assert part.first is part[0]
    assert (part.articles, part.undated) == (3, 1)
    assert only(news.quote(line, limit=2)).cut
    later = only(news.quote(line, since="2021"))
    assert [place.article.id for place in later] == ["b"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "no-words"),
        ("؟!", "no-words"),
        ("القمح", "too-short"),
        ("القمح القديم", "stop-words"),
        ("من كان في ذلك", "stop-words"),
        ("القمح الجديد", "found"),
        ("في أي وقت", "found"),
    ],
)
def test_of_few_words_only_the_same_count(news: Index, text: str, status: str) -> None:
    assert only(news.quote(text)).status == status


def test_a_long_text_is_placed_sentence_by_sentence(news: Index) -> None:
    text = (
        "بدأ المزارعون حصاد القمح في الوادي الأخضر بعد موسم مطير. "
        "هبطت مركبة فضائية فوق سطح المريخ بعد رحلة طويلة! "
        "وصل وزير الخارجية الروسي سيرغي لافروف إلى بكين في زيارة رسمية."
    )
    found = news.quote(text)
    assert [part.status for part in found] == ["found", "not-found", "found"]
    assert found.found == 2
    assert [part.places[0].article.id for part in found if part.places] == ["wheat", "visit"]
    for part in found:
        assert text[part.start : part.end] == part.text
    assert news.quote(f"{WIRE} {text}").found >= 3


def test_bad_arguments_are_refused(news: Index) -> None:
    with pytest.raises(khabar.InvalidArgument, match="similarity"):
        news.quote(SAID, similarity=1.5)
    with pytest.raises(khabar.InvalidArgument, match="limit"):
        news.quote(SAID, limit=0)
    with pytest.raises(khabar.InvalidArgument):
        news.quote(SAID, source="لا أحد بهذا الاسم")


def test_values(news: Index) -> None:
    found = news.quote(f"{SAID} لا ريب")
    record = found.to_dict()
    assert record["parts"][0]["places"][0]["article"]["id"] == "wire-1"
    assert "paragraphs" not in record["parts"][0]["places"][0]["article"]
    (row,) = found.rows()
    assert (row["part"], row["status"], row["id"], row["copies"]) == (1, "found", "wire-1", 1)
    (lost,) = news.quote("هبطت مركبة فضائية فوق سطح المريخ").rows()
    assert lost.keys() == row.keys()


# the pieces

WORDS = st.lists(
    st.sampled_from(["قال", "الوزير", "إن", "الحكومة", "ستدعم", "المزارعين", "في", "الوادي", "هذا", "العام"]),
    min_size=2,
    max_size=14,
)


@given(WORDS, WORDS, WORDS)
def test_any_run_of_an_article_is_found_in_it(before: list[str], said: list[str], after: list[str]) -> None:
    analyzer = Analyzer(table={})
    quotation, text = " ".join(said), " ".join(before + said + after)
    (window,) = Words(quotation).find([[text]])
    assert window is not None
    assert text.split()[window.start : window.end] == said
    found = align(units_of(quotation, analyzer), units_of(text, analyzer), analyzer)
    assert found.similarity == 1
    assert not found.changes


@given(WORDS, WORDS)
def test_an_alignment_is_a_share_and_its_changes_are_inside(said: list[str], there: list[str]) -> None:
    analyzer = Analyzer(table={})
    quotation, article = units_of(" ".join(said), analyzer), units_of(" ".join(there), analyzer)
    (window,) = Words(" ".join(said)).find([[" ".join(there)]])
    assert window is None or 0 <= window.start < window.end <= len(there)
    found = align(quotation, article, analyzer)
    assert 0 <= found.similarity <= 1
    assert 0 <= found.start <= found.end <= len(article)
    for change in found.changes:
        assert 0 <= change.here[0] <= change.here[1] <= len(quotation)
        assert found.start <= change.there[0] <= change.there[1] <= found.end


@given(st.text(alphabet="قال زيد. إن؟ الوادي\n،", max_size=600))
def test_pieces_are_the_text_in_order(text: str) -> None:
    whole, pieces, rest = pieces_of(text)
    assert whole is not None or pieces
    place = 0
    for piece in (*pieces, *filter(None, [rest])):
        assert text[piece.start : piece.end] == piece.text
        assert not text[place : piece.start].strip()
        place = piece.end
