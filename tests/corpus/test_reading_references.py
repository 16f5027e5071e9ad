"""RIS and BibTeX: references with an abstract are articles; others are reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_helpers import Result

from khabar.corpus import Article
from khabar.render.citations import citation_lines
from khabar.render.reasons import reason_text

Reading = Callable[..., Result]

ABSTRACT = "افتتح الوزير السد الجديد أمس بحضور عدد كبير من الأهالي."
RIS = f"""TY  - NEWS
T1  - افتتاح السد الجديد
AU  - الصايغ, هند
AU  - محمد علي
T2  - صحيفة الوادي
DA  - 2015/08/07/
SE  - محليات
KW  - سدود
KW  - مياه
UR  - https://wadi.example/7
N2  - {ABSTRACT}
  وقال إن السد سيروي الأراضي كلها.
ER  - 

TY  - NEWS
TI  - خبر بلا ملخص
ER  - 
"""
BIBTEX = (
    r"""
@comment{نسخة من مكتبة}
@string{wadi = "صحيفة الوادي"}
@article{sadd,
  title = {{افتتاح {السد} الجديد}},
  author = {{هند الصايغ} and M{\"u}ller, Hans},
  journal = wadi,
  year = 2015, month = aug, day = "7",
  keywords = {سدود, مياه},
  url = {https://wadi.example/a\_7},
  abstract = {"""
    + ABSTRACT
    + r""" بنسبة 5\% \& أكثر.},
}
@article{none, title = "خبر بلا ملخص"}
@article{broken, title = {قوس لا يُغلق, year = 2015}
@misc{last, title = {الأخير}, abstract = {نص} # { الأخير.}, date = {2016-01-02}}
"""
)


def test_ris(reading_bytes: Reading) -> None:
    for name in ("a.ris", "a.RIS", "a.txt"):
        result = reading_bytes(name, RIS.replace("\n", "\r\n"))
        (article,) = result.articles
        assert (article.title, article.source, article.author, article.section) == (
            "افتتاح السد الجديد",
            "صحيفة الوادي",
            "هند الصايغ، محمد علي",
            "محليات",
        ), name
        assert (str(article.published)[:10], article.url) == ("2015-08-07", "https://wadi.example/7")
        assert article.tags == ("سدود", "مياه")
        assert article.paragraphs == (ABSTRACT, "وقال إن السد سيروي الأراضي كلها.")
        assert [(each.number, each.reason.kind) for each in result.report.skipped] == [(2, "no-abstract")]


def test_bibtex(reading_bytes: Reading) -> None:
    result = reading_bytes("a.bib", BIBTEX)
    first, last = result.articles
    assert (first.title, first.source, first.author) == (
        "افتتاح السد الجديد",
        "صحيفة الوادي",
        "هند الصايغ، Hans Müller",
    )
    assert (str(first.published)[:10], first.url) == ("2015-08-07", "https://wadi.example/a_7")
    assert first.tags == ("سدود", "مياه")
    assert first.paragraphs == (f"{ABSTRACT} بنسبة 5% & أكثر.",)
    assert (last.title, last.paragraphs, str(last.published)[:10]) == (
        "الأخير",
        ("نص الأخير.",),
        "2016-01-02",
    )
    assert [(each.number, each.reason.kind) for each in result.report.skipped] == [
        (2, "no-abstract"),
        (3, "open-entry"),
    ]


@pytest.mark.parametrize(("style", "name"), [("ris", "a.ris"), ("bibtex", "a.bib")])
def test_a_file_of_references_alone_is_reported_once(reading_bytes: Reading, style: str, name: str) -> None:
    articles = [Article(str(number), f"خبر {number}", ("نص.",)) for number in range(3)]
    result = reading_bytes(name, "\n".join(citation_lines(articles, style)))
    assert result.articles == []
    (skipped,) = result.report.skipped
    assert (skipped.number, skipped.reason.kind) == (None, "only-references")
    assert "a file of references (3)" in str(skipped.reason)
    assert "ملف مراجع (3)" in reason_text(skipped.reason, "ar")


def test_a_file_without_references(reading_bytes: Reading) -> None:
    for name in ("a.ris", "a.bib"):
        assert [each.reason.kind for each in reading_bytes(name, "كلام").report.skipped] == ["no-record"]


def test_many_open_braces_take_no_time(reading_bytes: Reading) -> None:
    result = reading_bytes("a.bib", "@article{a, title = {" * 2 + "\n@article{b, title = {" * 20_000)
    assert not result.articles and {each.reason.kind for each in result.report.skipped} == {"open-entry"}


def test_a_value_of_many_lines_takes_no_time(reading_bytes: Reading) -> None:
    """Each line was added to a copy of all lines before it."""
    lines = "TY  - NEWS\nTI  - خبر\nAB  - نص الخبر\nوبقيته.\nN1  - ملاحظة\n" + "س\n" * 300_000
    (article,) = reading_bytes("a.ris", lines).articles
    assert article.paragraphs == ("نص الخبر", "وبقيته.")


def test_abbreviations_of_abbreviations_do_not_fill_the_memory(reading_bytes: Reading) -> None:
    doubled = "@string{a = {نصنص}}\n" + "@string{a = a # a}\n" * 60
    entry = "@article{k, title = {خبر}, abstract = {%s}}\n"
    result = reading_bytes(
        "a.bib", doubled + entry % ABSTRACT + "@article{l, title = a, abstract = a # a # a}"
    )
    assert result.titles[0] == "خبر"
    assert "too-many-abbreviations" in {each.reason.kind for each in result.report.skipped}
    short = (
        "@string{wadi = {صحيفة الوادي}}\n" + "@article{k, journal = wadi, title = t, abstract = {نص}}" * 50
    )
    assert not reading_bytes("b.bib", short.replace("}@", "}\n@")).report.skipped
