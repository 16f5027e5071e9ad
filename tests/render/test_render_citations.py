"""Citations: what other programs read, whatever is in a title."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.corpus.article import Article
from khabar.desk.values import DeskArticle
from khabar.render.citations import citation_lines, cited, csl_items

OIL = Article(
    "oil",
    "أسعار النفط\nترتفع {50%} & تثير_القلق",
    ("نص",),
    "الخليج اليومي",
    "سارة الأحمد",
    datetime(2024, 10, 9, 23, 30, tzinfo=UTC),
    "https://news.example/a b?x=1&y=2",
)
BARE = Article("عكاظ 1", "بلا شيء", ("نص",))

#: What an item may have (csl-data.json of the schema's release 1.0.2), of what is used here.
CSL = {
    *("id", "type", "title", "author", "container-title", "issued", "section", "keyword", "URL", "note"),
}


def lines(style: str, *articles: object) -> list[str]:
    return list(citation_lines(articles, style))


def test_ris() -> None:
    assert lines("ris", OIL, BARE) == [
        "TY  - NEWS\r",
        "TI  - أسعار النفط ترتفع {50%} & تثير_القلق\r",
        "AU  - سارة الأحمد\r",
        "T2  - الخليج اليومي\r",
        "PY  - 2024\r",
        "DA  - 2024/10/09/\r",
        "UR  - https://news.example/a%20b?x=1&y=2\r",
        "AN  - oil\r",
        "ER  - \r",
        "TY  - NEWS\r",
        "TI  - بلا شيء\r",
        "AN  - عكاظ 1\r",
        "ER  - \r",
    ]


@pytest.mark.parametrize("style", ["ris", "csl-json", "bibtex"])
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http:x", " \tjavascript:x"]
)
def test_only_addresses_of_the_web_are_cited(style: str, url: str) -> None:
    shown = "\n".join(lines(style, Article("a", "هدنة", (), url=url)))
    assert url.strip() not in shown and "url" not in shown.lower() and "UR  -" not in shown


def test_csl_json() -> None:
    items = json.loads("\n".join(lines("csl-json", OIL, BARE)))
    assert items == [
        {
            "id": "oil",
            "type": "article-newspaper",
            "title": "أسعار النفط ترتفع {50%} & تثير_القلق",
            "author": [{"literal": "سارة الأحمد"}],
            "container-title": "الخليج اليومي",
            "issued": {"date-parts": [[2024, 10, 9]]},
            "URL": "https://news.example/a%20b?x=1&y=2",
        },
        {"id": "عكاظ 1", "type": "article-newspaper", "title": "بلا شيء"},
    ]
    assert lines("csl-json") == ["[]"]


def test_bibtex() -> None:
    shown = lines("bibtex", OIL, BARE)
    assert shown[:5] == [
        "@article{oil,",
        r"  title = {{أسعار النفط ترتفع \textbraceleft{}50\%\textbraceright{} \& تثير\_القلق}},",
        "  author = {{سارة الأحمد}},",
        "  journal = {الخليج اليومي},",
        "  date = {2024-10-09},",
    ]
    assert "  month = oct," in shown and "  day = {9}," in shown
    assert re.fullmatch(r"@article\{khabar-1-[0-9a-f]{8},", shown[shown.index("}") + 2])
    assert shown[-2:] == ["}", ""]


def test_a_title_makes_no_entry_of_its_own() -> None:
    evil = 'النفط x}} } @article(evil, title="injected", year="1999") @comment{ '
    shown = lines("bibtex", Article("a", evil, (), "عكاظ", url="https://n.example/a_b~c?x=1&y=%20#f}"))
    assert shown[1].count("{") == shown[1].count("}") and "textbraceright" in shown[1]
    assert "  url = {https://n.example/a_b~c?x=1&y=%20#f%7D}," in shown


def test_early_years_have_four_digits() -> None:
    (item,) = csl_items([cited(Article("a", "ب", (), published=datetime(1, 2, 3)))])
    assert item["issued"] == {"date-parts": [[1, 2, 3]]}
    assert "DA  - 0001/02/03/\r" in lines("ris", Article("a", "ب", (), published=datetime(1, 2, 3)))
    assert "PY  - 0001\r" in lines("ris", Article("a", "ب", (), published=datetime(1, 2, 3)))


def test_what_the_reader_noted_and_the_archive() -> None:
    kept = DeskArticle("oil", "النفط", archive="أ", note="سطر\nوآخر", published=datetime(2024, 1, 2))
    assert "N1  - سطر وآخر\r" in lines("ris", kept) and "AN  - أ:oil\r" in lines("ris", kept)
    (item,) = csl_items([cited(kept)])
    assert (item["id"], item["note"]) == ("أ:oil", "سطر وآخر")


TEXTS = st.text(max_size=30)


@given(
    st.builds(
        Article,
        st.text(min_size=1, max_size=10).filter(lambda text: text.strip()),
        TEXTS,
        st.just(()),
        TEXTS,
        TEXTS,
        st.none() | st.datetimes(),
        TEXTS,
    )
)
def test_no_value_leaves_its_line(article: Article) -> None:
    shown = lines("ris", article)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*\r", line) for line in shown), shown
    assert (shown[0], shown[-1]) == ("TY  - NEWS\r", "ER  - \r")
    assert sum(line.startswith(("TY  -", "ER  -")) for line in shown) == 2
    (item,) = json.loads("\n".join(lines("csl-json", article)))
    assert item.keys() <= CSL and {"id", "type"} <= item.keys()
    bibtex = lines("bibtex", article)
    assert bibtex[-2:] == ["}", ""] and all("\n" not in line for line in bibtex)
    assert re.fullmatch(r"@article\{[A-Za-z0-9_:.+-]+,", bibtex[0])
    # Braces count for BibTeX even behind a backslash, and none closes what another opened.
    depth = 0
    for sign in re.findall(r"[{}]", "\n".join(bibtex)):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    for text in ("\n".join(bibtex), "".join(shown)):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("style", ["ris", "csl-json", "bibtex"])
def test_articles_are_taken_one_at_a_time(style: str) -> None:
    taken = []

    def articles():
        for number in range(100):
            taken.append(number)
            yield Article(f"a{number}", "عنوان", ())

    next(iter(citation_lines(articles(), style)))
    assert len(taken) < 3
