"""Lists looked up line by line, on folder and cluster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

import khabar
from khabar.corpus.article import Article
from khabar.library import Index

from .conftest import NEWS, dated

NAMES = [
    Article("spaced", "لقاء", ("زار عبد الله الصالح المصنع.",), "الوادي", published=dated(2024, 1, 5)),
    Article("joined", "خبر", ("قال عبدالله الصالح إن الأمر بسيط.",), "الوادي", published=dated(2024, 1, 7)),
    Article("clinging", "حفل", ("لعبدالله الصالح كلمة، ولعبد الله الصالح أخرى.",), "الساحل"),
    Article("apart", "آخر", ("وصل عبدالله. وقال الصالح كلمة.",), "الساحل", published=dated(2024, 1, 9)),
    Article("loan", "تل أبيب", ("التقى نتنياهو الوفد.",), "الوادي", published=dated(2024, 2, 1)),
    Article("loan-2", "القدس", ("غادر نتانياهو القاعة.",), "الساحل", published=dated(2024, 2, 2)),
    Article("son", "قصر", ("استقبل محمد بن راشد الضيف.",), "الوادي", published=dated(2024, 3, 1)),
    Article("son-2", "ملعب", ("سجل محمد ابن راشد هدفا.",), "الوادي", published=dated(2024, 3, 2)),
]


@pytest.fixture
def names(news: Index) -> Index:
    news.add(NAMES)
    return news


def one(index: Index, line: str, **options: object) -> khabar.BatchRow:
    (row,) = index.batch([line], **options)  # type: ignore[arg-type]
    return row


def found(index: Index, line: str, **options: object) -> set[str]:
    row = one(index, line, hits=None, **options)
    assert row.articles == len(row.hits)
    return {hit.id for hit in row.hits}


@pytest.mark.parametrize("line", ["عبد الله الصالح", "عبدالله الصالح", "  عَبدُ اللهِ الصالح "])
def test_a_name_is_its_words_together_however_they_are_spaced(names: Index, line: str) -> None:
    assert found(names, line) == {"spaced", "joined", "clinging"}
    assert found(names, line, asked_as="words") == {"spaced", "joined", "clinging", "apart"}


def test_a_name_in_all_its_spellings(names: Index) -> None:
    assert found(names, "نتنياهو") == {"loan", "loan-2"}
    assert found(names, "نتنياهو", asked_as="phrase") == {"loan"}
    assert found(names, "محمد بن راشد") == {"son", "son-2"}
    names.add(
        Article(f"father-{place}", "لقاء", (text,))
        for place, text in enumerate(("قال أبو مازن كلمة.", "ولأبي مازن رأي.", "زار أبومازن المدينة."))
    )
    for line in ("أبو مازن", "أبي مازن", "أبومازن"):
        assert found(names, line) == {"father-0", "father-1", "father-2"}
    names.add(
        Article(f"victory-{place}", "كلمة", (text,))
        for place, text in enumerate(("ألقى حسن نصر الله كلمة.", "قال حسن نصرالله أمس.", "هدية لنصرالله."))
    )
    for line in ("حسن نصر الله", "حسن نصرالله"):
        assert found(names, line) == {"victory-0", "victory-1"}
    for line in ("نصر الله", "نصرالله"):
        assert found(names, line) == {"victory-0", "victory-1", "victory-2"}
    # Another inflection is another name.
    assert found(names, "صالح") == set()


def test_a_row_says_how_many_when_and_where(names: Index) -> None:
    row = one(names, "عبد الله الصالح")
    assert (row.line, row.status, row.articles, row.undated) == (1, "found", 3, 1)
    assert (row.first, row.last) == (date(2024, 1, 5), date(2024, 1, 7))
    assert [(each.name, each.articles) for each in row.sources] == [("الوادي", 2), ("الساحل", 1)]
    (best,) = row.hits
    assert best.snippet.highlights
    few = one(names, "عبد الله الصالح", sources=1, hits=0)
    assert (len(few.sources), few.more_sources, few.hits) == (1, 1, ())


def test_a_query_is_in_the_query_language(names: Index) -> None:
    row = one(names, "لافروف -بكين", asked_as="query", hits=None)
    assert {hit.id for hit in row.hits} == {"wire-1", "wire-2"}
    assert one(names, "لافروف القمح", asked_as="query").articles == 0
    (problem,) = one(names, '"لافروف', asked_as="query").problems
    assert problem.code == "unclosed-quote"


def test_conditions_hold_for_every_line(names: Index) -> None:
    rows = list(names.batch(["لافروف", "القمح", "عبدالله"], since="2024-04", until="2024-04"))
    assert [row.articles for row in rows] == [0, 1, 0]
    assert one(names, "لافروف", source=["وكالة الساحل", "صحيفة الوادي"]).articles == 3
    assert found(names, "القمح الجديد", source=["وكالة الساحل", "صحيفة الوادي"]) == {"wheat"}
    with pytest.raises(khabar.InvalidArgument):
        names.batch(["لافروف"], source="لا أحد بهذا الاسم")


def test_empty_and_repeated_lines(names: Index) -> None:
    lines = ["عبد الله الصالح", "", "عبداللهِ الصالح", "؟!", "  ", "مجهول تماما"]
    rows = list(names.batch(lines))
    assert [row.status for row in rows] == [
        "found",
        "empty",
        "repeated",
        "not-understood",
        "empty",
        "nothing",
    ]
    assert [row.line for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.text for row in rows] == lines
    assert (rows[2].same_as, rows[2].articles, rows[2].hits) == (1, rows[0].articles, ())
    assert [problem.code for problem in rows[3].problems] == ["no-words"]
    (excluding,) = names.batch(["-لافروف"], asked_as="query")
    assert excluding.status == "not-understood"


def test_long_lists_are_taken_as_they_come(names: Index) -> None:
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield f"لافروف {taken}" if taken % 300 else "لافروف"

    rows = names.batch(lines())
    assert next(rows).line == 1
    assert taken < 1000
    later = [next(rows) for _ in range(700)]
    assert [row.line for row in later if row.status == "repeated"] == [600]
    assert [row.same_as for row in later if row.status == "repeated"] == [300]


def test_the_numbers_are_those_of_a_search(names: Index) -> None:
    for line in ("القمح", "لافروف", "عبد الله الصالح", "في الوادي"):
        phrase = names.search(f'"{line}"', limit=0).total
        assert one(names, line, asked_as="phrase").articles == phrase
        assert one(names, line, asked_as="query").articles == names.search(line, match="all", limit=0).total


def test_bad_arguments_are_refused(names: Index) -> None:
    with pytest.raises(khabar.InvalidArgument, match="asked_as"):
        names.batch(["لافروف"], asked_as="person")  # type: ignore[arg-type]
    with pytest.raises(khabar.InvalidType):
        names.batch(17)  # type: ignore[arg-type]
    with pytest.raises(khabar.InvalidType):
        list(names.batch([None]))  # type: ignore[list-item]


def test_values(names: Index) -> None:
    row = one(names, "عبد الله الصالح", hits=2)
    record = row.to_dict()
    assert record["sources"][0] == {"name": "الوادي", "articles": 2}
    assert len(record["hits"]) == 2
    assert row.row()["sources"] == "الوادي (2)، الساحل (1)"
    assert row.row().keys() == one(names, "؟").row().keys()
    assert [each["line"] for each in row.article_rows()] == [1, 1]
    assert len(NEWS) == 6
