"""Sections and tags, as every kind of source names them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.article import Article, split_tags
from khabar.corpus.records import draft_of_record
from khabar.errors import InvalidType

TEXT = {"title": "عنوان", "text": "نص كامل عن أسعار النفط."}


def read(**record: Any) -> tuple[str, tuple[str, ...]]:
    draft = draft_of_record({**TEXT, **record})
    return draft.section, draft.tags


@pytest.mark.parametrize(
    ("record", "section", "tags"),
    [
        ({"section": "اقتصاد", "tags": ["النفط", "أوبك"]}, "اقتصاد", ("النفط", "أوبك")),
        ({"category": "اقتصاد"}, "اقتصاد", ()),
        ({"category": "سياسة، اقتصاد"}, "سياسة، اقتصاد", ()),
        ({"categories": ["اقتصاد", "طاقة"], "tags": "النفط؛ أوبك"}, "اقتصاد", ("النفط", "أوبك", "طاقة")),
        # trafilatura
        ({"categories": "اقتصاد;طاقة", "tags": "النفط;أوبك;النفط"}, "اقتصاد", ("النفط", "أوبك", "طاقة")),
        # schema.org
        (
            {"@type": "NewsArticle", "articleSection": ["اقتصاد"], "keywords": "النفط، أوبك"},
            "اقتصاد",
            ("النفط", "أوبك"),
        ),
        # IPTC ninjs
        (
            {"uri": "urn:x", "version_created": "2024-01-01", "subject": [{"name": "الطاقة", "code": "4"}]},
            "",
            ("الطاقة",),
        ),
        # New York Times
        (
            {"section_name": "World", "keywords": [{"name": "glocations", "value": "الرياض"}]},
            "World",
            ("الرياض",),
        ),
        # The Guardian
        ({"sectionName": "World", "tags": [{"id": "world/x", "webTitle": "Oil"}]}, "World", ("Oil",)),
        # Arc
        (
            {
                "taxonomy": {
                    "primary_section": {"name": "اقتصاد"},
                    "tags": [{"text": "النفط"}, {"text": "أوبك"}],
                }
            },
            "اقتصاد",
            ("النفط", "أوبك"),
        ),
        # newspaper4k: what it was told comes before what it counted
        ({"tags": ["النفط"], "keywords": ["أسعار", "كامل"], "meta_keywords": ["أخبار"]}, "", ("النفط",)),
        # Arabic names
        ({"القسم": "اقتصاد", "الوسوم": "النفط، أوبك"}, "اقتصاد", ("النفط", "أوبك")),
        ({"التصنيف": "اقتصاد", "الكلمات المفتاحية": ["النفط"]}, "اقتصاد", ("النفط",)),
        # Python's own way to write a list into a table
        ({"tags": "['النفط', 'أوبك']"}, "", ("النفط", "أوبك")),
        (
            {"tags": ["#عاجل", " النفط &amp; الغاز ", "<b>أوبك</b>", "", None, "nan", "عاجل"]},
            "",
            ("عاجل", "النفط & الغاز", "أوبك"),
        ),
        # Numbers are keys of a database, addresses lead elsewhere.
        ({"categories": [12, 5], "tags": [7], "section": "https://a.example/economy"}, "", ()),
        ({"section": None, "tags": None, "category": {"label": "اقتصاد"}}, "اقتصاد", ()),
        ({"section": {}, "tags": {}, "categories": [[["اقتصاد"]]]}, "اقتصاد", ()),
        ({"tags": {"a": 1}}, "", ()),
    ],
)
def test_shapes(record: dict[str, Any], section: str, tags: tuple[str, ...]) -> None:
    assert read(**record) == (section, tags)


def test_wordpress_has_the_names_beside_the_post() -> None:
    post = {
        "title": {"rendered": "عنوان"},
        "content": {"rendered": "<p>نص كامل عن النفط.</p>"},
        "categories": [3],
        "tags": [8, 9],
        "_embedded": {
            "wp:term": [
                [{"taxonomy": "category", "name": "اقتصاد"}, {"taxonomy": "category", "name": "طاقة"}],
                [{"taxonomy": "post_tag", "name": "النفط"}],
            ]
        },
    }
    draft = draft_of_record(post)
    assert (draft.section, draft.tags) == ("اقتصاد", ("النفط", "طاقة"))


def test_fields_can_be_mapped() -> None:
    record = {**TEXT, "desk": "اقتصاد", "labels": "النفط، أوبك", "section": "غيره", "tags": "غيرها"}
    draft = draft_of_record(record, {"section": "desk", "tags": "labels"})
    assert (draft.section, draft.tags) == ("اقتصاد", ("النفط", "أوبك"))
    draft = draft_of_record(record, {"section": "nosuch"})
    assert (draft.section, draft.tags) == ("", ("غيرها",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "term", "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON, JSON, JSON)
def test_any_value_gives_texts(section: object, tags: object, categories: object) -> None:
    found, marks = read(section=section, tags=tags, categories=categories)
    assert isinstance(found, str) and found == found.strip() and "\n" not in found
    article = Article("a", "ب", (), section=found, tags=marks)
    assert article.tags == marks and len(set(marks)) == len(marks)


# the article itself


def test_an_article_takes_what_is_clear() -> None:
    article = Article("a", "ب", (), section=None, tags=" النفط،أوبك; النفط\n")
    assert (article.section, article.tags) == ("", ("النفط", "أوبك"))
    assert Article("a", "ب", (), tags=["x ", "", "x"]).tags == ("x",)
    assert Article("a", "ب", (), tags=("x ", "x")).tags == ("x",)
    assert Article("a", "ب", (), tags=float("nan")).tags == ()  # type: ignore[arg-type]
    for wrong in ({"x"}, 5, ["x", 5], {"x": 1}, b"x"):
        with pytest.raises(InvalidType, match="tags"):
            Article("a", "ب", (), tags=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidType, match="section"):
        Article("a", "ب", (), section=5)  # type: ignore[arg-type]


def test_the_fingerprint_of_an_article_without_them_is_what_it_was() -> None:
    plain = Article("a", "عنوان", ("نص",), "مصدر")
    assert plain.fingerprint() == "5173300d41fb69ee2f4ddb26d716a253"
    others = [
        Article("a", "عنوان", ("نص",), "مصدر", section="س"),
        Article("a", "عنوان", ("نص",), "مصدر", tags=("س",)),
        Article("a", "عنوان", ("نص",), "مصدر", tags=("س", "ص")),
        Article("a", "عنوان", ("نص",), "مصدر", section="س", tags=("ص",)),
        Article("a", "عنوان", ("نص", "س"), "مصدر"),
        Article("a", "عنوان", ("نص", "", "س"), "مصدر"),
    ]
    assert len({each.fingerprint() for each in (plain, *others)}) == 7


@given(st.lists(st.text(max_size=5)))
def test_tags_written_with_commas_come_back(tags: list[str]) -> None:
    known = Article("a", "ب", (), tags=[" ".join("".join(split_tags(tag)).split()) for tag in tags]).tags
    assert Article("a", "ب", (), tags="، ".join(known)).tags == known
    assert Article(**json.loads(json.dumps(Article("a", "ب", (), tags=known).to_dict()))).tags == known
