"""A word in Latin letters is that word: case and accents aside, it has no forms."""

from __future__ import annotations

import pytest

from khabar.corpus.article import Article
from khabar.library import Index


@pytest.fixture
def latin(empty: Index) -> Index:
    texts = {
        "minister": "The minister spoke.",
        "ministers": "Ministers of the union met.",
        "administer": "They administer the fund.",
        "elections": "L'élection à Orléans.",
        "glued": "أعلنت الشركة عبر Facebook وعبر تطبيق Facebooks وأضافت لFacebook تعليقًا.",
        "arabic": "استقال الوزراء بعد جلسة، وقال الوزير إن الكونغرس يجتمع.",
        "moscow": "В Москве прошла встреча.",
    }
    empty.add(Article(name, name[0], (text,)) for name, text in texts.items())
    return empty


def found(index: Index, query: str) -> set[str]:
    return {hit.article.id for hit in index.search(query, limit=50)}


def test_no_forms_across_words(latin: Index) -> None:
    assert found(latin, "minister") == {"minister"}
    assert found(latin, "ministers") == found(latin, "MINISTERS") == {"ministers"}
    # Not even if the index does not have the word itself.
    assert found(latin, "ministered") == set()
    assert [form.term for form in latin.why("minister")] == ["minister"]
    assert found(latin, "Москва") == set()


def test_case_and_accents(latin: Index) -> None:
    assert found(latin, "ELECTION") == found(latin, "élection") == {"elections"}
    assert found(latin, "Orleans") == {"elections"}


def test_arabic_particles_and_what_is_asked_for(latin: Index) -> None:
    assert found(latin, "facebook") == {"glued"}
    # Other words come only on request.
    assert found(latin, "minister*") == {"minister", "ministers"}
    assert found(latin, "ministers~1") == {"minister", "ministers"}


def test_arabic_words_have_theirs(latin: Index) -> None:
    assert found(latin, "وزير") == found(latin, "للوزراء") == {"arabic"}
    assert found(latin, "الكونجرس") == {"arabic"}
