"""Records: the names of fields, and their values."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from reading_helpers import Result

from khabar.corpus.formats.field_names import NAMES
from khabar.corpus.formats.shapes import name_of
from khabar.corpus.records.drafts import draft_of_record
from khabar.corpus.records.lists import records_in
from khabar.corpus.records.values import author_in
from khabar.corpus.report import Unreadable

TITLE, TEXT = "افتتاح جسر المرفأ", "افتتح الوزير الجسر أمس."


@pytest.mark.parametrize("key", ["title", "Headline", "NAME", "عنوان", "العنوان", "العُنوان", "العـنوان"])
def test_names_of_the_title(key: str) -> None:
    assert draft_of_record({key: TITLE, "text": TEXT}).title == TITLE


@pytest.mark.parametrize(
    "key",
    [
        "content",
        "text",
        "Body",
        "articleBody",
        "article_body",
        "full_text",
        "fullText",
        "paragraphs",
        "النص",
        "المحتوى",
        "المحتوي",
    ],
)
def test_names_of_the_text(key: str) -> None:
    assert draft_of_record({"title": TITLE, key: TEXT}).paragraphs == (TEXT,)


@pytest.mark.parametrize(
    ("key", "field"),
    [
        *[(key, "source") for key in ("source", "publisher", "outlet", "site", "المصدر")],
        *[(key, "author") for key in ("author", "byline", "creator", "الكاتب")],
        *[(key, "url") for key in ("url", "link", "URL", "المصدر_url")],
        *[(key, "id") for key in ("id", "_id", "guid", "article_id", "articleId")],
    ],
)
def test_names_of_the_other_fields(key: str, field: str) -> None:
    assert getattr(draft_of_record({"title": TITLE, "text": TEXT, key: "قيمة"}), field) == "قيمة"


@pytest.mark.parametrize(
    "key",
    [
        "date",
        "published",
        "published_at",
        "publishedAt",
        "datePublished",
        "pubDate",
        "date_extracted",
        "التاريخ",
    ],
)
def test_names_of_the_date(key: str) -> None:
    draft = draft_of_record({"title": TITLE, "text": TEXT, key: "2015-07-21 02:51:32"})
    assert draft.published == datetime(2015, 7, 21, 2, 51, 32)


def test_the_first_unambiguous_date_counts() -> None:
    draft = draft_of_record(
        {"title": TITLE, "date_extracted": "2015-07-22", "date": "02/03/2015", "pubDate": "أمس"}
    )
    assert draft.published == datetime(2015, 7, 22)


def test_all_names_are_different() -> None:
    names = [name_of(name) for names in NAMES.values() for name in names]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("سطر أول\n\n سطر ثان", ("سطر أول", "سطر ثان")),
        (["فقرة أولى", "فقرة\nثانية", None, 3], ("فقرة أولى", "فقرة", "ثانية", "3")),
        ("<p>فقرة أولى</p><p>فقرة ثانية</p>", ("فقرة أولى", "فقرة ثانية")),
        (["<p>فقرة أولى</p>", "فقرة ثانية"], ("فقرة أولى", "فقرة ثانية")),
        (12.5, ("12.5",)),
        ("نص\n\nانتهى**ر.م\n", ("نص",)),
    ],
)
def test_texts(text: Any, paragraphs: tuple[str, ...]) -> None:
    assert draft_of_record({"title": TITLE, "text": text}).paragraphs == paragraphs


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (f" {TITLE}\t", TITLE),
        (2024, "2024"),
        ("افتتاح\nجسر", "افتتاح جسر"),
        ("«افتتاح»  الجِسْر..", "«افتتاح»  الجِسْر.."),
        ("\ud800 خبر \x00", "\ufffd خبر \ufffd"),
        ("", "افتتح الوزير الجسر أمس"),
        ("ًٌ !", "افتتح الوزير الجسر أمس"),
        (None, "افتتح الوزير الجسر أمس"),
        (True, "افتتح الوزير الجسر أمس"),
    ],
)
def test_titles(title: Any, expected: str) -> None:
    assert draft_of_record({"title": title, "text": TEXT}).title == expected


def test_a_summary_is_the_text_only_without_another() -> None:
    assert draft_of_record({"title": TITLE, "description": "ملخص", "text": TEXT}).paragraphs == (TEXT,)
    assert draft_of_record({"title": TITLE, "description": "ملخص", "text": " "}).paragraphs == ("ملخص",)
    assert draft_of_record({"summary": "ملخص الخبر"}).title == "ملخص الخبر"


def test_a_title_alone_is_an_article() -> None:
    assert draft_of_record({"title": TITLE, "text": "***"}).paragraphs == ()


def test_a_source_named_by_clutter_is_a_second_choice() -> None:
    assert draft_of_record({"title": TITLE, "text": f"{TEXT}\nالمصدر: وكالات"}).source == "وكالات"
    assert (
        draft_of_record({"title": TITLE, "text": f"{TEXT}\nالمصدر: وكالات", "source": "الضفة"}).source
        == "الضفة"
    )


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ({"@type": "Person", "name": "سامر الحلبي"}, "سامر الحلبي"),
        (["سامر الحلبي", {"name": "هدى ناصر"}, None, {}], "سامر الحلبي، هدى ناصر"),
        ({"name": {"first": "سامر"}}, ""),
        ([[["سامر"]]], ""),
        (7, "7"),
    ],
)
def test_authors(value: Any, author: str) -> None:
    assert draft_of_record({"title": TITLE, "author": value}).author == author


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" a-1 ", "a-1"),
        (17, "17"),
        ("خبر 1\n2\x00\x1b", "خبر_1_2_"),
        ("\ud800", "_"),
        (True, ""),
        ({"$oid": "1"}, "1"),
        ({"id": "1"}, ""),
        ([1], "1"),
        ([1, 2], ""),
        (" ", ""),
    ],
)
def test_ids(value: Any, expected: str) -> None:
    assert draft_of_record({"title": TITLE, "id": value}).id == expected


def test_an_id_too_long_for_an_index_is_hashed() -> None:
    long = draft_of_record({"title": TITLE, "id": "x" * 10_000}).id
    assert len(long) == 16
    assert long != draft_of_record({"title": TITLE, "id": "x" * 10_001}).id


def test_an_unfit_id_leaves_the_next_one() -> None:
    assert draft_of_record({"title": TITLE, "id": None, "_id": {"a": "1"}, "guid": "g-1"}).id == "g-1"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "a list, not an object"),
        ("نص", "a string, not an object"),
        (None, "null, not an object"),
        (3, "a number, not an object"),
        (False, "true or false, not an object"),
        ({}, "all fields of the record are empty"),
        ({"date": "2015-07-21", "foo": TEXT}, "neither a title nor a text in its fields (date, foo)"),
        ({"title": "", "text": "؟!"}, "neither a title nor a text"),
        ({"title": {"xx": TITLE}, "text": TEXT}, "its title is an object, not text"),
        ({"title": TITLE, "text": {"xx": TEXT}}, "its text is an object, not text"),
        ({"title": TITLE, "text": [{"p": TEXT}]}, "its text is a list with objects in it, not text"),
    ],
)
def test_no_article(record: Any, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        draft_of_record(record)
    assert reason in str(caught.value.reason)


def test_a_text_that_cannot_be_understood_does_not_hide_one_that_can() -> None:
    assert draft_of_record({"title": TITLE, "content": {"xx": "x"}, "text": TEXT}).paragraphs == (TEXT,)


def test_chosen_fields() -> None:
    record = {
        "hed": TITLE,
        "title": "قسم السياسة",
        "story": TEXT,
        "description": "ملخص",
        "key": 5,
        "when": 1437447092,
    }
    fields = {"title": "hed", "text": "story", "id": "key", "published": "when"}
    draft = draft_of_record(record, fields)
    assert (draft.title, draft.paragraphs, draft.id) == (TITLE, (TEXT,), "5")
    assert draft.published is not None
    assert draft_of_record(record, {"paragraphs": "story"}).paragraphs == (TEXT,)


def test_a_chosen_field_is_searched_nowhere_else() -> None:
    assert draft_of_record({"title": TITLE, "text": TEXT}, {"title": "hed"}).title == TEXT.rstrip(".")
    assert draft_of_record({"title": TITLE, "text": TEXT, "summary": "x"}, {"text": "story"}).paragraphs == ()


@pytest.mark.parametrize("key", ["articles", "items", "data", "results", "Articles"])
def test_lists_of_records(key: str) -> None:
    assert records_in({"status": "ok", key: [{"title": TITLE}]}) == [{"title": TITLE}]


@pytest.mark.parametrize(
    "value",
    [
        [{"title": TITLE}],
        {"title": TITLE, "text": TEXT, "data": [{"a": 1}]},
        {"title": TITLE, "data": ["وسم", "وسم آخر"]},
        {"title": TITLE, "items": {"a": 1}},
        "نص",
    ],
)
def test_objects_without_a_list_of_records(value: object) -> None:
    assert records_in(value) is None


def test_a_json_feed_is_a_list_of_records() -> None:
    feed = {"title": "أخبار الضفة", "description": "كل الأخبار", "items": [{"id": 1, "content_text": TEXT}]}
    records = records_in(feed)
    assert records is not None
    assert draft_of_record(records[0]).paragraphs == (TEXT,)


def test_an_empty_row_is_reported_as_empty(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.csv", "title,text\nخبر,نص الخبر الأول.\n,\n")
    assert len(result.articles) == 1 and result.reasons == ["all fields of the record are empty"]


@pytest.mark.parametrize("author", ["بقلم: سامر الحلبي", "كتب - سامر الحلبي", "بقلم سامر الحلبي"])
def test_the_label_of_an_author_is_not_the_name(author: str) -> None:
    assert draft_of_record({"title": TITLE, "author": author}).author == "سامر الحلبي"


def test_arabic_fields_of_a_site_in_several_languages() -> None:
    record = {
        "title_en": "Market",
        "title_ar": TITLE,
        "content_en": "It reopened.",
        "content_ar": "نص الخبر.",
    }
    for names in (
        record,
        {key.replace("_a", "A").replace("_e", "E"): value for key, value in record.items()},
    ):
        draft = draft_of_record(names)
        assert (draft.title, draft.paragraphs, draft.notes) == (TITLE, ("نص الخبر.",), ())
    assert draft_of_record({"title": "Market", **record}).title == TITLE


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("قال الوزير نعم.\\nوغادر.", ("قال الوزير نعم.", "وغادر.")),
        ("قال الوزير نعم.\\r\\n\\r\\nوغادر.", ("قال الوزير نعم.", "وغادر.")),
        ("<p>قال نعم.</p>\\n\\n<p>وغادر.</p>\\n", ("قال نعم.", "وغادر.")),
        ("الملف في C:\\news على الخادم.", ("الملف في C:\\news على الخادم.",)),
        ("اكتب \\n هنا.\nثم احفظ.", ("اكتب \\n هنا.", "ثم احفظ.")),
    ],
)
def test_line_ends_that_were_escaped_twice(text: str, paragraphs: tuple[str, ...]) -> None:
    assert draft_of_record({"title": TITLE, "text": text}).paragraphs == paragraphs


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("**ليلى** حداد **وسامر**", "ليلى حداد وسامر"),
        ("**ليلى، سامر**", "ليلى، سامر"),
        ("*ليلى*، ***سامر***", "ليلى، سامر"),
        ("* ليلى **حداد** *", "ليلى حداد"),
        ("**ليلى", "ليلى"),
    ],
)
def test_asterisks_of_bold_type_in_an_author_go_in_pairs(written: str, author: str) -> None:
    assert author_in(written) == author
