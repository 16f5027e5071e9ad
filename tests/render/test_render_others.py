"""Reports of indexing, index information, analyses and evaluations, in every format."""

import io
import os
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Skipped, SkippedTogether
from khabar.evaluation import Evaluation
from khabar.index.engine import Statistics
from khabar.index.folder import Meta
from khabar.library import Info
from khabar.query.explain import WordForm
from khabar.render.analysis import AnalysedWord, AnalysisView
from khabar.render.evaluation import EvaluationView
from khabar.render.indexed import Indexed, IndexedView
from khabar.render.info import InfoView
from khabar.render.look import Look
from khabar.render.text import escaped_json
from khabar.render.why import Why, WhyView
from khabar.upkeep.honesty import LeftOut, Texts

TABLE = {"وزراء": "وزير", "زار": "زار"}


def shown(view, width=100):
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    console.print(view)
    return console.file.getvalue()


def indexed(**changes):
    values = {
        "folder": Path("indexes/news"),
        "total": 1234,
        "added": 1000,
        "updated": 0,
        "unchanged": 234,
        "files": 3,
        "skipped": [Skipped(f"/news/{n}.txt", 1, Reason("no-word")) for n in range(25)],
        "clutter": [("end mark", 3)],
        "guessed": [("/news/a\x1b.txt", "windows-1256")],
        "seconds": 2.0,
    }
    return Indexed(**{**values, **changes})


def test_indexed_lists_the_first_twenty_and_counts_the_rest():
    lines = list(IndexedView(indexed()).lines())
    assert "skipped: 25" in lines
    assert sum(line.startswith("skip: /news/") for line in lines) == 20
    assert lines[-1] == "skip: and 5 more (--verbose lists them all)"
    assert sum(line.startswith("skip: /news/") for line in IndexedView(indexed(), verbose=True).lines()) == 25


def test_indexed_on_a_terminal():
    text = shown(IndexedView(indexed()).rich(Look()))
    assert "1,000 added, 0 updated, 234 unchanged, 25 skipped  (3 files, 2.0 s, 500 articles/s)" in text
    assert "Page clutter left out: end mark 3" in text
    assert "/news/a␛.txt: windows-1256" in text
    assert "/news/0.txt, record 1: it contains no words" in text and "/news/24.txt" not in text
    assert "and 5 more (--verbose lists them all)" in text
    assert text.endswith("indexes/news holds 1,234 articles.\n")
    assert "/news/24.txt" in shown(IndexedView(indexed(), verbose=True).rich(Look()))


def test_indexed_record():
    record = IndexedView(indexed(skipped=[Skipped("a", 3, Reason("no-word"))])).record()
    assert record["skipped"] == [
        {"path": "a", "number": 3, "kind": "no-word", "reason": "it contains no words"}
    ]
    assert record["clutter"] == {"end mark": 3}
    escaped_json(record)


def info(**changes):
    statistics = Statistics(
        **{
            "articles": 30,
            "paragraphs": 100,
            "sources": {"": 2, "سبق": 25, "\x1b[31mعاجل": 3},
            "first": datetime(2015, 7, 21),
            "last": datetime(2015, 8, 11, 10),
            "undated": 4,
            **changes,
        }
    )
    meta = Meta("whoosh", "b92f", created="2026-11-22T08:11:29+00:00", updated="2026-11-22T08:11:34+00:00")
    return Info(Path("indexes/news"), meta, statistics, 2_345_678)


def test_info():
    record = info().to_dict()
    assert list(record["sources"]) == ["سبق", "\x1b[31mعاجل", ""]
    assert (record["first"], record["undated"], record["size"]) == ("2015-07-21T00:00:00", 4, 2_345_678)
    lines = list(InfoView(info()).lines())
    assert "dates: 2015-07-21 to 2015-08-11" in lines
    assert "source: 25\tسبق" in lines and "source: 2\t(unknown)" in lines and "source: 3\t␛[31mعاجل" in lines
    text = shown(InfoView(info()).rich(Look()))
    assert "30 articles, 100 paragraphs" in text and "2.3 MB" in text and "4 articles (13 %)" in text
    assert "\x1b" not in text


def test_info_is_for_people_in_both_languages():
    """What was left out stands in groups, each number with its noun, on a terminal and on a page."""
    empty = Reason("empty")
    named = (SkippedTogether(empty, ("/news/a.txt", "/news/b.txt"), (), 2),)
    left = LeftOut(3, 1, {"empty": 2}, named, {"windows-1256": 1}, {"end mark": 2})
    texts = Texts(30, {"harakat": 15}, {"date": 4}, {"metadata": 26}, left)
    view = InfoView(info(), left, texts)
    english, arabic = shown(view.rich(Look())), shown(view.rich(Look(language="ar")))
    for said in (
        "3 files, 1 file not read completely",
        "windows-1256 (1 file)",
        "2 lines",
        "15 (50 %)",
        "26 (87 %)",
    ):
        assert said in english
    assert "2 files (/news/a.txt, /news/b.txt): the file is empty" in english
    for said in ("30 مقالًا، 100 فقرة", "3 ملفات", "ملف واحد", "سطران", "4 مقالات (13 %)", "2.3 ميغابايت"):
        assert said in arabic
    assert "الملف فارغ" in arabic and "the file" not in arabic and "harakat" not in arabic
    page = view.page(Look())
    assert "<dt><bdi>Articles</bdi></dt><dd><bdi>30 articles, 100 paragraphs</bdi></dd>" in page
    assert "left_out" not in page and "{" not in page.partition("</style>")[2]


def test_info_of_an_empty_index():
    empty = info(articles=0, paragraphs=0, sources={}, first=None, last=None, undated=0)
    assert "0 articles, 0 paragraphs" in shown(InfoView(empty).rich(Look()))
    assert "لا مقالات، لا فقرات" in shown(InfoView(empty).rich(Look(language="ar")))
    assert empty.to_dict()["first"] is None
    assert "articles: 0" in list(InfoView(empty).lines())


def test_many_sources_are_cut_on_a_terminal_alone():
    many = info(sources={f"مصدر {n}": n for n in range(1, 41)})
    assert "and 25 more sources" in shown(InfoView(many).rich(Look()))
    assert sum(line.startswith("source: ") for line in InfoView(many).lines()) == 40


def words(text):
    analyzer = Analyzer(TABLE)
    return [AnalysedWord.of(token, analyzer) for token in analyzer.tokens(text)]


def test_analysis():
    text = "زار وزراءُ عبد الله في 2023"
    tokens = AnalysisView(text, words(text)).record()["tokens"]
    by_text = {token["text"]: token for token in tokens}
    assert by_text["وزراءُ"]["exact"] == ["وزراء"]
    assert by_text["عبد الله"]["compound"] and by_text["في"]["stop"]
    assert all(text[token["start"] : token["end"]] == token["text"] for token in tokens)
    lines = list(AnalysisView(text, words(text)).lines())
    assert lines[0].split("\t") == ["start", "end", "word", "exact", "light", "lemma", "note"]
    assert {line.count("\t") for line in lines} == {6}
    assert any(line.endswith("\tcompound") for line in lines) and any(
        line.endswith("\tstop word") for line in lines
    )
    golden = Path(__file__).parents[1] / "golden" / "render" / "analysis.txt"
    if os.environ.get("KHABAR_GOLDEN") == "write":
        golden.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8").splitlines()
    table = shown(AnalysisView(text, words(text)).rich(Look()))
    assert "4–10" in table and "stop word" in table
    # every cell is fenced, so that a terminal that reorders keeps the columns apart
    assert table.count("\u200e") % 2 == 0 and "\u200eوزير\u200e" in table


def test_analysis_of_nothing():
    assert AnalysisView("؟!", words("؟!")).record() == {"text": "؟!", "tokens": []}
    assert "no word" in shown(AnalysisView("؟!", words("؟!")).rich(Look()))


FORMS = (
    WordForm("وزير", "exact", 1.0, True, 1200, 1500),
    WordForm("الوزير", "light", 0.75, True, 900, 950),
    WordForm("وزراء", "lemma", 0.25, True, 12, 12),
    WordForm("باوزير\u202e", "similar", 0.2334, True, 2, 2),
    WordForm("توزيع", "similar", 0.1596, False, 1, 1),
)


def check_golden(name, found):
    golden = Path(__file__).parents[1] / "golden" / "render" / name
    if os.environ.get("KHABAR_GOLDEN") == "write":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_why():
    few, every = Why.of("وزير", FORMS), Why.of("وزير", FORMS, everything=True)
    check_golden("why.txt", "\n".join(WhyView(few, "").lines()) + "\n")
    check_golden("why.all.txt", "\n".join(WhyView(every, "").lines()) + "\n")
    check_golden("why.terminal.txt", shown(WhyView(few, "").rich(Look()), 60))
    check_golden("why.all.terminal.txt", shown(WhyView(every, "").rich(Look())))
    check_golden("why.json", escaped_json(WhyView(few, "").record(), indent=2) + "\n")


@pytest.mark.parametrize(
    ("word", "forms", "command"),
    [
        ("عبد الله", FORMS[:3], "khabar search عبد الله --without وزراء"),
        ("a'b", FORMS[:3], "khabar search 'a'\"'\"'b' --without وزراء"),
        ("وزير", (), ""),
        # The word itself, in whatever spelling, and what the reader's own dictionary joins with it stay in.
        ("غزة", (WordForm("غزه", "exact", 1.0, True, 9, 9),), ""),
        (
            "غزة",
            (
                WordForm("غزه", "exact", 1.0, True, 9, 9),
                WordForm("غزا", "spelling", 0.9, True, 9, 9),
                WordForm("القطاع", "words", 1.0, True, 9, 9),
                WordForm("غوزه", "similar", 0.1, False, 9, 9),
            ),
            "",
        ),
        # Of the loosest forms the one with most occurrences is what gets into the way.
        (
            "سلمان",
            (
                WordForm("سلمان", "exact", 1.0, True, 200, 300),
                WordForm("وسلمان", "light", 0.7, True, 200, 250),
                WordForm("يسلمون", "lemma", 0.2, True, 1, 1),
                WordForm("الاسلام", "lemma", 0.2, True, 100, 115),
                WordForm("يسلم", "lemma", 0.2, True, 2, 2),
            ),
            "khabar search سلمان --without الاسلام",
        ),
    ],
)
def test_the_command_that_leaves_a_form_out_can_be_copied(word, forms, command):
    assert Why.of(word, forms, everything=True).remedy == command


def test_a_page_has_a_column_for_notes_only_where_there_is_one():
    tables = WhyView(Why.of("وزير", FORMS, everything=True), "").page(Look()).split("<table>")[1:]
    assert ["note" in table for table in tables] == [False, False, False, True]


@pytest.fixture
def evaluation():
    return Evaluation(
        folder=Path("corpus"),
        metrics={"nDCG@10": 0.83333, "RR@10": 0.9, "R@100": 1.0},
        by_query={"q1": 0.8},
        documents=46,
        queries=30,
        index_seconds=0.51,
        p50_ms=1.234,
        p95_ms=4.0,
        run={},
    )


def test_evaluation(evaluation):
    assert evaluation.to_dict()["metrics"] == {"nDCG@10": 0.8333, "RR@10": 0.9, "R@100": 1.0}
    assert "nDCG@10: 0.8333" in list(EvaluationView(evaluation).lines())
    text = shown(EvaluationView(evaluation).rich(Look()))
    assert "0.8333" in text and "median 1.2 ms, 95 % within 4.0 ms" in text
