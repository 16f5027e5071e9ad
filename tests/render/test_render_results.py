"""A search in every format, from a result made by hand, so that nothing here moves when the ranking does."""

import io
import json
import os
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from khabar.corpus.article import Article, Paragraph
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet
from khabar.query.explain import FoundForm, WordShare, WordsTogether
from khabar.query.results import Hit, Results
from khabar.query.tree import Problem
from khabar.render.look import Look
from khabar.render.results import ResultsView
from khabar.render.text import escaped_json

GOLDEN = Path(__file__).parents[1] / "golden" / "render"

BODY = "بحث وزراءُ الخارجية، اليوم، سبل دعم المقاومة في وجه العدوان، ثم غادروا."


def mark(text: str, word: str, depth: str, term: str, query: str) -> Highlight:
    start = text.index(word)
    return Highlight(start, start + len(word), depth, term, query, 0)


def hit(**changes: object) -> Hit:
    article = Article(
        id="gulf-01",
        title="لقاء وزراء الخارجية",
        paragraphs=("تمهيد.", BODY),
        source="الخليج اليومي",
        author="سعاد",
        published=datetime(2024, 10, 9),
        url="https://news.example/1",
        path="/news/gulf.json#1",
    )
    text = BODY[:50]
    snippet = Snippet(
        text=text,
        highlights=(
            mark(text, "وزراءُ", "lemma", "وزراء", "وزير"),
            mark(text, "المقاومة", "exact", "المقاومه", "المقاومه"),
        ),
        start=0,
        end=50,
        cut_before=False,
        cut_after=True,
    )
    made = Hit(
        rank=1,
        score=12.345678,
        article=article,
        paragraph=Paragraph("gulf-01", 2, BODY),
        snippet=snippet,
        title_highlights=(mark(article.title, "وزراء", "lemma", "وزراء", "وزير"),),
        more=1,
    )
    return replace(made, **changes)


def results(*hits: Hit, **changes: object) -> Results:
    return replace(Results("وزير المقاومه", 14, 3.21, hits or (hit(),)), **changes)


def hostile() -> Hit:
    title = "\x1b[31mعاجل\x1b[0m [bold red]غزة[/bold red] :smile: \u202eمقلوب\x9b2J\nسطر"
    article = Article("x", title, ("[link=http://evil]فقرة\x1b]0;title\x07[/link]",), source="\x1b[7mمصدر")
    text = article.paragraphs[0]
    snippet = Snippet(text, (mark(text, "فقرة", "light", "فقر", "فقره"),), 0, len(text), False, False)
    return Hit(2, 1.0, article, Paragraph("x", 1, text), snippet, (), 0)


def explained() -> Hit:
    """A hit with an explanation: a word in two depths, a phrase, a trace, and a word that is not there."""
    return hit(
        explanation=(
            WordShare("وزير", 0.394, (FoundForm("وزراء", "lemma", 2), FoundForm("باوزير", "similar", 1))),
            WordShare("دعم المقاومه", 0.603, (FoundForm("دعم المقاومه", "exact", 1),)),
            WordShare("في", 0.003, (FoundForm("في", "exact", 1),)),
            WordShare("\x1b[31mقطار\t\u202e", 0.0, ()),
        ),
        together=(
            WordsTogether(("وزير", "\x1b[31mقطار\t\u202e"), "near", 0.0),
            WordsTogether(("دعم", "المقاومه"), "adjacent", 0.2),
            WordsTogether(("دعم", "في", "المقاومه"), "whole", 0.2),
        ),
    )


def on_terminal(view: object, width: int = 60, **options: object) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        **{"force_terminal": True, **options},
    )
    console.print(view)
    return console.file.getvalue()


def check_golden(name: str, found: str) -> None:
    """Compare with a file in tests/golden; KHABAR_GOLDEN=write writes it."""
    path = GOLDEN / name
    if os.environ.get("KHABAR_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


PROBLEM = Problem(0, 1, "unclosed-quote", "the quotation mark is not closed: searched as words")


def test_golden_json():
    record = results(hit(), hostile(), problems=(PROBLEM,)).to_dict()
    check_golden("search.json", escaped_json(record, indent=2) + "\n")


def test_golden_jsonl():
    lines = [escaped_json(each.to_dict()) for each in (hit(), hostile())]
    check_golden("search.jsonl", "\n".join(lines) + "\n")


def test_golden_plain():
    check_golden("search.txt", "\n".join(ResultsView(results(hit(), hostile())).lines()) + "\n")


def test_golden_terminal_without_colours():
    check_golden(
        "search.terminal.txt",
        on_terminal(ResultsView(results(hit(), hostile())).rich(Look()), force_terminal=False),
    )


def test_golden_explanation_json():
    check_golden("explain.json", escaped_json(explained().to_dict(), indent=2) + "\n")


def test_golden_explanation_plain():
    check_golden("explain.txt", "\n".join(ResultsView(results(explained(), hit(rank=2))).lines()) + "\n")


@pytest.mark.parametrize("width", [60, 100])
def test_golden_explanation_on_a_terminal(width):
    view = ResultsView(results(explained(), hit(rank=2))).rich(Look())
    check_golden(f"explain.{width}.terminal.txt", on_terminal(view, width=width, force_terminal=False))


def test_depths_in_explanations_have_the_colours_of_highlights():
    shown = on_terminal(ResultsView(results(explained())).rich(Look()), color_system="standard", width=100)
    assert "\x1b[35mthe same dictionary word: \x1b[0m" in shown
    assert "\x1b[33mnearly the same letters: \x1b[0m" in shown


def test_the_legend_has_only_what_occurs():
    assert "·" not in on_terminal(ResultsView(results()).rich(Look()), force_terminal=False).splitlines()[-1]
    all_found = replace(explained(), explanation=explained().explanation[1:2])
    shown = on_terminal(ResultsView(results(all_found)).rich(Look()), force_terminal=False)
    assert shown.splitlines()[-1] == "  the word itself · \u200eالكلمة نفسها\u200e"


def test_json_has_the_promised_shape():
    record = results().to_dict()
    assert {"query", "total", "took_ms", "hits"} <= record.keys()
    (found,) = record["hits"]
    assert {"rank", "score", "article", "paragraph", "snippet", "more"} <= found.keys()
    assert list(found["article"]) == [
        "id",
        "title",
        "source",
        "author",
        "published",
        "url",
        "path",
        "published_from",
        "section",
        "tags",
        "language",
        "place",
        "fields",
    ]
    assert found["article"]["published"] == "2024-10-09T00:00:00"
    assert found["paragraph"] == {"number": 2, "text": BODY}
    assert {"text", "highlights"} <= found["snippet"].keys()
    for each in found["snippet"]["highlights"]:
        assert {"start", "end", "depth", "term"} <= each.keys()
    text = found["snippet"]["text"]
    assert [text[each["start"] : each["end"]] for each in found["snippet"]["highlights"]] == [
        "وزراءُ",
        "المقاومة",
    ]


def test_unknown_fields_are_empty_or_null_in_json_and_left_out_of_plain():
    bare = hit(article=Article("a", "عنوان", (BODY,)))
    article = bare.to_dict()["article"]
    assert (article["source"], article["published"]) == ("", None)
    names = [line.partition(":")[0] for line in ResultsView(results(bare)).lines()]
    assert names == ["rank", "id", "title", "snippet", "paragraph", "more", "", "articles"]


def test_a_plain_field_is_one_line():
    lines = list(ResultsView(results(hostile())).lines())
    assert sum(line.startswith("title: ") for line in lines) == 1
    assert all(len(line.splitlines()) <= 1 for line in lines)


def test_jsonl_is_one_line_a_hit():
    assert "\n" not in escaped_json(hostile().to_dict())
    assert json.loads(escaped_json(hostile().to_dict()))["article"]["title"].startswith("\x1b[31m")


def test_a_hit_in_the_title_shows_no_snippet_twice():
    article = hit().article
    only_title = hit(paragraph=Paragraph(article.id, 0, article.title))
    assert not any(line.startswith("snippet") for line in ResultsView(results(only_title)).lines())
    assert (
        on_terminal(ResultsView(results(only_title)).rich(Look()), force_terminal=False).count("الخارجية")
        == 1
    )


def test_no_escape_and_no_markup_gets_through_to_a_terminal():
    shown = on_terminal(ResultsView(results(hostile())).rich(Look()), width=200, no_color=True)
    assert "␛[31mعاجل␛[0m [bold red]غزة[/bold red] :smile: مقلوب\ufffd2J سطر" in shown
    assert "\x1b]" not in shown and "\x07" not in shown and "\x9b" not in shown and "\u202e" not in shown
    plain = on_terminal(ResultsView(results(hostile())).rich(Look()), force_terminal=False, width=200)
    assert "\x1b" not in plain


@pytest.mark.parametrize(
    ("depth", "code"), [("exact", "1;32"), ("light", "1;36"), ("lemma", "1;35"), ("similar", "1;33")]
)
def test_each_depth_has_its_colour(depth, code):
    text = "كلمة"
    snippet = Snippet(text, (Highlight(0, 4, depth, "كلمه", "كلمه", 0),), 0, 4, False, False)
    shown = on_terminal(ResultsView(results(hit(snippet=snippet))).rich(Look()), color_system="standard")
    assert f"\x1b[{code}mكلمة\x1b[0m" in shown
    assert f"{depth}" in shown.splitlines()[-1]


def test_without_colours_matches_are_still_bold():
    shown = on_terminal(ResultsView(results()).rich(Look()), no_color=True, color_system="standard")
    assert "\x1b[1mالمقاومة\x1b[0m" in shown
    assert "\x1b[1;3" not in shown


@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_lines_fit_the_width_and_have_no_spaces_at_their_ends(width):
    shown = on_terminal(
        ResultsView(results(explained(), hostile())).rich(Look()), width=width, force_terminal=False
    )
    for line in shown.splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_harakat_take_no_room():
    text = "قَالَ الرَّئِيسُ " * 6
    snippet = Snippet(text, (), 0, len(text), False, False)
    vowelled = on_terminal(ResultsView(results(hit(snippet=snippet))).rich(Look()), force_terminal=False)
    bare = "قال الرئيس " * 6
    snippet = Snippet(bare, (), 0, len(bare), False, False)
    unvowelled = on_terminal(ResultsView(results(hit(snippet=snippet))).rich(Look()), force_terminal=False)
    assert vowelled.count("\n") == unvowelled.count("\n")


def test_cut_marks():
    snippet = replace(hit().snippet, cut_before=True)
    assert "…بحث" in on_terminal(
        ResultsView(results(hit(snippet=snippet))).rich(Look()), force_terminal=False
    )
    assert "snippet: … بحث" in "\n".join(ResultsView(results(hit(snippet=snippet))).lines())


def test_the_footer_says_which_hits_are_shown():
    shown = on_terminal(ResultsView(results(hit(rank=11))).rich(Look()), force_terminal=False, width=100)
    assert shown.splitlines()[-1].startswith("14 articles, 11–11 shown, 3 ms")
    whole = on_terminal(ResultsView(results(total=1)).rich(Look()), force_terminal=False, width=100)
    assert whole.splitlines()[-1].startswith("1 article, 3 ms")
