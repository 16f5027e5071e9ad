"""Facets, timelines, key terms, related articles, quotations and lists, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from khabar.corpus.article import Article, Paragraph
from khabar.explore.batch import BatchRow, SourceCount
from khabar.explore.facets import Facet, Facets, FacetValue
from khabar.explore.quotations import Difference, Quotation, Quotations, QuotedPlace
from khabar.explore.related import Link, Related, RelatedArticle
from khabar.explore.terms import KeyTerm, KeyTerms
from khabar.explore.timeline import Bucket, Timeline
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet
from khabar.query.results import Hit
from khabar.render.batch import BatchView
from khabar.render.facets import FacetsView
from khabar.render.look import Look
from khabar.render.quotations import QuotationsView
from khabar.render.related import RelatedView
from khabar.render.terminal import bar
from khabar.render.terms import KeyTermsView
from khabar.render.text import csv_lines
from khabar.render.timeline import TimelineView
from khabar.render.view import View

EVIL = "\x1b[31mغزة\u202e [bold]<script>\n"

FACETS = Facets(
    "النفط",
    15,
    1.0,
    (
        Facet("source", (FacetValue("وكالة الساحل", 10), FacetValue(EVIL, 3), FacetValue("", 1)), 1, 1),
        Facet("month", (FacetValue("2024-02", 14), FacetValue("", 1))),
    ),
)
TIMELINE = Timeline(
    ("النفط", EVIL),
    "week",
    "sunday",
    (
        Bucket(date(2024, 2, 4), date(2024, 2, 10), (12, 1), 40),
        Bucket(date(2024, 2, 11), date(2024, 2, 17), (0, 0), 0),
        Bucket(date(2024, 2, 18), date(2024, 2, 24), (0, 6), 30),
    ),
    (12, 8),
    (0, 1),
    1.0,
    ((), ()),
)
TERMS = KeyTerms("النفط", 20, 15, (KeyTerm("وزير الطاقة", 12, 16, 80.5), KeyTerm(EVIL, 3, 3, 9.0)), 1.0)
RELATED = Related(
    Article("one", "عن النفط", ("نص",)),
    ("النفط", "أوبك"),
    (
        RelatedArticle(
            1,
            Article("two", EVIL, ("نص",), "وكالة الساحل"),
            12.5,
            0.456,
            (Link("النفط", 0.7), Link(EVIL, 0.3)),
        ),
    ),
    1.0,
)
PLACE = QuotedPlace(
    1,
    Article("two", EVIL, (f"قال إن {EVIL} النفط يرتفع غدا.",), f"وكالة {EVIL}"),
    1,
    1,
    f"قال إن {EVIL} النفط يرتفع غدا.",
    0,
    len(f"قال إن {EVIL} النفط يرتفع"),
    0.75,
    (Difference("swapped", 4, 4 + len(EVIL), 7, 7 + len(EVIL), EVIL, EVIL),),
)
QUOTATIONS = Quotations(
    f"قال {EVIL} النفط",
    (
        Quotation(f"قال {EVIL} النفط", 0, len(f"قال {EVIL} النفط"), "found", (PLACE,), None, 3, True),
        Quotation(EVIL, 0, len(EVIL), "not-found", nearest=PLACE),
    ),
    1.0,
)
HIT = Hit(
    1,
    2.0,
    PLACE.article,
    Paragraph("two", 1, EVIL),
    Snippet(EVIL, (Highlight(0, 4, "exact", "غزة", "غزة", 0),), 0, len(EVIL), True, True),
    (),
    0,
)
ROWS = (
    BatchRow(
        1, EVIL, "name", "found", 7, date(2024, 2, 4), date(2024, 2, 5), 1, (SourceCount(EVIL, 3),), 2, (HIT,)
    ),
    BatchRow(2, EVIL, "name", "repeated", 7, same_as=1),
    BatchRow(3, "", "name", "empty"),
)
VIEWS: list[View] = [
    FacetsView(FACETS),
    TimelineView(TIMELINE),
    KeyTermsView(TERMS),
    RelatedView(RELATED),
    QuotationsView(QUOTATIONS),
    BatchView(ROWS),
]


def shown(view: View, width: int = 80, **look: object) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, markup=False).print(view.rich(Look(**look)))  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_text_from_outside_is_harmless_everywhere(view: View) -> None:
    page = view.page(Look())
    assert "<script>" not in page
    for text in (
        shown(view),
        shown(view, visual=True),
        "\n".join(view.lines()),
        "\n".join(csv_lines(view.table())),
        page,
    ):
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_format_holds_the_same(view: View, language: str) -> None:
    rows = list(view.rows())
    assert rows and json.loads(json.dumps(view.record()))
    table = list(csv.reader(csv_lines(view.table())))
    assert len(table) == len(rows) + 1
    assert view.page(Look(language=language)).startswith("<!DOCTYPE html>")
    assert view.complaint(Look(language=language)) == ""


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_no_line_is_longer_than_the_terminal_or_ends_in_spaces(view: View, width: int) -> None:
    lines = shown(view, width).splitlines()
    console = Console(width=width)
    if width >= 40:
        assert all(line == line.rstrip() for line in lines)
        assert max(console.measure(line).maximum for line in lines) <= width


def test_facets() -> None:
    assert list(FacetsView(FACETS).lines()) == [
        "articles: 15",
        "source: 10\tوكالة الساحل",
        "source: 3\t␛[31mغزة [bold]<script> ",
        "source: 1\t(unknown)",
        "source: 1\t(and 1 more)",
        "month: 14\t2024-02",
        "month: 1\t(unknown)",
    ]
    lines = shown(FacetsView(FACETS)).splitlines()
    assert lines[0] == "By source"
    assert lines[1].startswith("  10  ████████████████████████  ")
    assert lines[2].startswith("   3  ███████▎ ")
    assert lines[-1].startswith("15 articles")


def test_a_timeline_shows_gaps_and_where_nothing_was_indexed() -> None:
    lines = shown(TimelineView(TIMELINE), 90).splitlines()
    assert lines[0].startswith("1. 12 articles  ")
    assert lines[1].startswith("2. 8 articles, 1 without a date, not shown  ")
    # One scale for all of them.
    assert lines[2].split() == ["1.", lines[2].split()[1], "2.", lines[2].split()[1]]
    assert re.fullmatch("0─+12", lines[2].split()[1])
    assert lines[3].startswith("2024-02-04  12  █")
    assert lines[4] == "2024-02-11   –  no articles"
    assert lines[5].startswith("2024-02-18   0 ")
    assert lines[-1].startswith("by week, from Sunday")
    assert list(TimelineView(TIMELINE).lines())[-3:] == [
        "week: 2024-02-04\t12\t1",
        "week: 2024-02-11\t0\t0",
        "week: 2024-02-18\t0\t6",
    ]


def test_terms_and_related() -> None:
    assert next(iter(shown(KeyTermsView(TERMS)).splitlines())).startswith("12   75 % of all  ████████████  ")
    assert "term: وزير الطاقة\t12\t16\t80.5" in list(KeyTermsView(TERMS).lines())
    assert "links: النفط\t␛[31mغزة [bold]<script>" in list(RelatedView(RELATED).lines())
    assert "46 % linked by" in shown(RelatedView(RELATED))


def test_what_found_nothing_is_said() -> None:
    assert FacetsView(Facets("بطاريق", 0, 1.0, ())).complaint(Look()) == "nothing found for «بطاريق»"
    nothing = Timeline(("بطاريق",), "day", "monday", (), (0,), (0,), 1.0, ((),))
    assert TimelineView(nothing).complaint(Look()) == "nothing found for «بطاريق»"
    undated = Timeline(("بطاريق",), "day", "monday", (), (2,), (2,), 1.0, ((),))
    assert TimelineView(undated).complaint(Look()) == "none of them has a date"
    assert "بطاريق" in KeyTermsView(KeyTerms("بطاريق", 3, 3, (), 1.0)).complaint(Look())
    assert "عن النفط" in RelatedView(Related(RELATED.article, (), (), 1.0)).complaint(Look())


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 200))
def test_a_bar_is_never_too_long_and_only_nothing_is_invisible(value: int, most: int, width: int) -> None:
    shown = bar(min(value, most), most, width)
    assert len(shown) <= width
    assert bool(shown) == bool(value)
    assert (len(shown) == width and set(shown) == {"█"}) if value >= most else True


def test_months_without_an_article_are_told_in_every_format() -> None:
    months = Facet("month", (FacetValue("2024-01", 2), FacetValue("2024-05", 1, 3), FacetValue("", 1)))
    view = FacetsView(Facets("القمح", 4, 1.0, (months,)))
    assert list(view.lines())[2] == "month: 0\t(3 months without an article)"
    assert "0" in (line := shown(view, 80).splitlines()[2]) and "… 3 months without an article" in line
    assert "… 3 أشهر بلا مقالات" in view.page(Look(language="ar"))
    assert [value["gap"] for value in view.record()["facets"]["month"]["values"]] == [0, 3, 0]
    assert [row["gap"] for row in view.table()] == [0, 3, 0]


def test_months_that_are_not_listed_are_told_where_they_are() -> None:
    values = (FacetValue("2024-01", 9), FacetValue("2024-06", 8, gap=1, more=3, rest=12))
    view = FacetsView(Facets("القمح", 36, 1.0, (Facet("month", values, more=5, rest=19),)))
    assert list(view.lines())[2:] == [
        "month: 0\t(1 month without an article)",
        "month: 12\t(3 months not shown)",
        "month: 8\t2024-06",
        "month: 7\t(and 2 more)",
    ]
    lines = shown(view, 80).splitlines()
    assert "12" in lines[3] and "█" not in lines[3] and "… 3 months not shown" in lines[3]
    page = view.page(Look(language="ar"))
    assert "… لم يُعرض: 3 أشهر" in page
    assert "واثنان غيرها" in page
    # The longest bar is that of the most articles listed.
    assert page.count("width:100.0%") == 1 and page.count("class=none") == 3
