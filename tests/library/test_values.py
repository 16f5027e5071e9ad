"""Results as values: plain data, tables, sequences, and their display in a notebook."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import khabar
from embedded import embed
from encoders import HashedWords
from khabar import Article, Highlight, Index, Snippet, dates, evaluation
from khabar.serialize import Serializable, plain

SAMPLE = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the sample articles, and of a file with an error."""
    folder = tmp_path_factory.mktemp("values")
    broken = folder / "broken.jsonl"
    broken.write_text('{"title": "خبر", "text": "نص الخبر."}\n{"title": \n', encoding="utf-8")
    with khabar.open_index(folder / "index", create=True) as index:
        index.update([SAMPLE / "articles", broken])
        yield index


def _made(index: Index, folder: Path) -> Iterator[tuple[str, Any]]:
    """A value of each public type of a result, by the call."""
    report = khabar.ReadReport()
    broken = index.path.parent / "broken.jsonl"
    articles = list(khabar.read(broken, report=report))
    yield "read", report
    yield "article", articles[0]
    yield "paragraph", next(articles[0].passages())
    yield "skipped", report.skipped[0]
    yield "reason", report.skipped[0].reason
    yield "note", khabar.Note("a.json", 1, report.skipped[0].reason)
    stories = index.search("مجلس الأمن هدنة", explain=True, group="story", limit=30)
    yield "search", stories
    yield "browse", index.search("", sort="newest")
    yield "closing", khabar.Closing("صحيفة الوادي", "رابط الخبر", 20)
    yield "problem", index.search('"هدنة')
    yield "suggested", index.search("النفظ", suggest=True)
    yield "facets", index.facets("هدنة")
    yield "timeline", index.timeline(["أسعار", "هدنة"])
    yield "terms", index.terms("هدنة")
    yield "names", index.names("هدنة")
    yield "related", index.related("gulf-01")
    quoted = index.quote("ان السوق تحتاج الى الصبر لا المفاجأة")
    yield "quote", quoted
    yield "quotation", quoted[0]
    yield "quoted place", quoted[0].places[0]
    yield "difference", quoted[0].places[0].differences[0]
    (looked_up,) = index.batch(["طارق الهاشل"])
    yield "batch", looked_up
    yield "source count", looked_up.sources[0]
    yield "list", khabar.read_list(b"one\ntwo\n")
    yield "suggest", index.suggest("riyadh")
    yield "complete", index.complete("نف")
    yield "why", index.why("رئيس")
    yield "interpretation", index.interpret("رئيس")
    (folder / "words.txt").write_text("رئيس = زعيم", encoding="utf-8")
    with khabar.open_index(index.path, words=folder / "words.txt") as own:
        yield "own words", own.own_words("رئيس")
    encoder = HashedWords(dimension=32)
    embed(index.path, encoder)
    with khabar.open_index(index.path, encoder=encoder) as meant:
        yield "estimate", meant.embed_estimate()
        yield "embedded", meant.embed()
        yield "vectors", meant.vectors()
        yield "meaning", meant.search("هدنة", meaning=True, explain=True)
    yield "highlight", index.highlight("gulf-01", "النفط")
    yield "info", index.info()
    yield "commit", khabar.Commit("a", 3, "desk-1", 4711, "2026-11-26T17:00:00+00:00", added=2)
    yield "left out", index.left_out()
    yield "texts", index.texts()
    yield "check", khabar.check_index(index.path)
    yield "damage", khabar.Damage("lexicon.bin", "it is cut short")
    with khabar.open_index(folder / "other", create=True) as other:
        yield "add", other.add([*articles, Article("empty", "", "؟")])
        other.add(Article(f"n{number}", "خبر واحد", "نص الخبر الذي نشرته صحف كثيرة") for number in range(2))
        yield "story", other.search("صحف", group="story")[0].story
        yield "update", other.update(broken)
    yield "rebuild", khabar.rebuild_index(folder / "other")
    with khabar.open_index([index.path, folder / "other"]) as joined:
        yield "joined search", joined.search("نص الخبر هدنة", limit=100)
        yield "joined related", joined.related("gulf-01")
        yield "joined highlight", joined.highlight("n1", "نص")
        yield "joined info", joined.info()
    alerts = khabar.Alerts(folder / "alerts.json")
    yield "alert", alerts.add("oil", "النفط", index.path)
    desk = khabar.Desk(file=folder / "desk.sqlite")
    desk.add_to("ملف", index["gulf-01"])
    yield "desk", desk.all()
    yield "lists of the desk", desk.lists()
    yield "import to the desk", desk.import_(desk.export())
    yield "options", khabar.UpdateOptions(fields={"title": "hed"})
    yield "ranking", khabar.Ranking()
    yield "limits", khabar.Limits()
    analyzer = khabar.Analyzer()
    yield "tokens", analyzer.tokens("زار عبد الله المدرسةَ")
    yield "stems", analyzer.stems("والوزراء")
    yield "date", dates.parse_date("2024-05-01")
    yield "no date", dates.parse_date("كلام")
    yield "dates", dates.find_dates("في 7 أكتوبر 2023")
    yield "dateline", dates.dateline(["القاهرة، 7 تشرين الأول/أكتوبر 2023 (رويترز) - قال الوزير إن"])
    yield "evaluation", evaluation.Evaluation(Path("c"), {"R": 0.123456}, {"1": 0.5}, 1, 1, 0.1, 1.0, 2.0, {})
    yield "not embedded", khabar.EmbedFailure("gulf-01", "هدنة", "", "died")
    yield "difference", evaluation.paired_bootstrap([1.0, 2.0], [0.0, 1.0], samples=10)


@pytest.fixture(scope="module")
def values(sample: Index, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dict(_made(sample, tmp_path_factory.mktemp("made")))


def _each(value: Any) -> list[Any]:
    return list(value) if type(value) in (tuple, list) else [value]


def _inside(value: Any) -> Iterator[Any]:
    """A value and all values in it."""
    yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _inside(getattr(value, name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _inside(each)


#: Types that are not results: arguments that calls fill or call, and objects that users make.
_NO_VALUES = {
    khabar.Address,
    khabar.Archives,
    khabar.Analyzer,
    khabar.Alerts,
    khabar.Desk,
    khabar.Index,
    evaluation.Collection,
}


def test_every_public_type_of_a_result_is_tried(values: dict[str, Any]) -> None:
    found = {type(each) for value in values.values() for each in _inside(value)}
    public: set[type] = set()
    for module in (khabar, dates, evaluation):
        named = [getattr(module, name) for name in module.__all__]
        public |= {each for each in named if inspect.isclass(each) and not issubclass(each, Exception)}
    missing = public - found - _NO_VALUES
    assert not missing, missing
    assert all(hasattr(each, "to_dict") for each in public - _NO_VALUES)


def test_every_result_is_plain_data(values: dict[str, Any]) -> None:
    for name, value in values.items():
        for each in _each(value):
            record = each.to_dict()
            assert isinstance(record, dict) and record, name
            # Nothing that JSON would change, such as a numeric key or a tuple.
            assert json.loads(json.dumps(record)) == record, name


def test_every_result_shows_itself_in_a_line(values: dict[str, Any]) -> None:
    for name, value in values.items():
        for each in (inner for outer in _each(value) for inner in _inside(outer)):
            if isinstance(each, Serializable):
                shown = repr(each)
                assert "\n" not in shown and len(shown) < 900, (name, shown)
                assert shown.startswith(type(each).__name__), shown


def test_what_is_no_value_has_no_plain_form() -> None:
    with pytest.raises(TypeError, match="no plain form of object"):
        plain(object())


COMMANDS: dict[str, tuple[list[str], Callable[[Index], Any]]] = {
    "search": (["search", "رئيس البرلمان"], lambda index: index.search("رئيس البرلمان")),
    "explain": (
        ["search", "مجلس الأمن", "--explain"],
        lambda index: index.search("مجلس الأمن", explain=True),
    ),
    "facets": (["facets", "هدنة"], lambda index: index.facets("هدنة", ("source", "author", "month"))),
    "timeline": (["timeline", "هدنة"], lambda index: index.timeline(["هدنة"])),
    "terms": (["terms", "هدنة"], lambda index: index.terms("هدنة")),
    "names": (["names", "هدنة"], lambda index: index.names("هدنة", limit=10)),
    "related": (["related", "gulf-01"], lambda index: index.related("gulf-01")),
    "show": (["show", "gulf-01"], lambda index: index.highlight("gulf-01")),
    "check": (["check"], lambda index: khabar.check_index(index.path)),
}


@pytest.mark.parametrize(("command", "call"), COMMANDS.values(), ids=COMMANDS)
def test_the_command_prints_the_same_data(
    sample: Index, command: list[str], call: Callable[[Index], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from khabar.cli.group import khabar as cli

    for name in ("KHABAR_INDEX", "KHABAR_LANG", "KHABAR_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(cli, [*command, "--index", str(sample.path), "--format", "json"])
    assert done.exit_code == 0, done.output
    printed, made = json.loads(done.stdout), call(sample).to_dict()
    for record in (printed, made):
        record.pop("took_ms", None)
    assert printed == made


# sequences


def test_results_are_a_sequence(sample: Index) -> None:
    results = sample.search("رئيس", limit=4)
    assert len(results) == 4 and results
    assert list(results) == list(results.hits) and results[0] is results.hits[0]
    assert results[-1].rank == 4 and results[1:3] == results.hits[1:3] and results[::2] == results.hits[::2]
    assert results[0] in results
    with pytest.raises(IndexError):
        results[4]
    assert not sample.search("قظلمنش") and len(sample.search("رئيس", limit=0)) == 0


def test_other_answers_are_sequences_too(sample: Index) -> None:
    facets = sample.facets("هدنة", ("source", "month"))
    assert [facet.field for facet in facets] == ["source", "month"] and facets[0][0] == facets.facets[
        0
    ].values[0]
    assert sample.timeline("أسعار")[0] == sample.timeline("أسعار").buckets[0]
    assert sample.terms("هدنة")[:2] == sample.terms("هدنة").terms[:2]
    assert sample.names("هدنة")[:2] == sample.names("هدنة").names[:2]
    related = sample.related("gulf-01")
    assert related is not None and related[0] == related.articles[0] and len(related) == len(related.articles)


# tables


def _flat(rows: list[dict[str, Any]]) -> bool:
    return all(not isinstance(value, Mapping | list | tuple) for row in rows for value in row.values())


def test_rows_have_the_same_columns_and_nothing_nested(sample: Index) -> None:
    tables = {
        "hits": sample.search("رئيس", explain=True, group="story").rows(),
        "texts": sample.search("رئيس").rows(text=True),
        "facets": sample.facets("هدنة").rows(),
        "timeline": sample.timeline(["أسعار", "هدنة"]).rows(),
        "terms": sample.terms("هدنة").rows(),
        "names": sample.names("هدنة").rows(),
        "related": sample.related("gulf-01").rows(),  # type: ignore[union-attr]
    }
    for name, rows in tables.items():
        assert rows and _flat(rows) and len({tuple(row) for row in rows}) == 1, name
    assert list(tables["hits"][0])[:6] == ["rank", "score", "id", "title", "source", "author"]
    assert tables["hits"][0]["rank"] == 1 and isinstance(tables["hits"][0]["score"], float)
    (first,) = sample.search("رئيس", limit=1).rows(text=True)
    assert first["text"] == sample[first["id"]].text


@pytest.mark.parametrize(
    ("queries", "columns"),
    [
        (["أسعار", "هدنة"], ["أسعار", "هدنة"]),
        (["أسعار", "أسعار"], ["1. أسعار", "2. أسعار"]),
        (["", "first"], ["1.", "2. first"]),
    ],
)
def test_columns_of_a_timeline(sample: Index, queries: list[str], columns: list[str]) -> None:
    row = sample.timeline(queries, by="year").rows()[0]
    assert list(row) == ["first", "last", *columns, "articles"]


# hits and snippets


def test_a_hit_tells_what_its_article_is(sample: Index) -> None:
    hit = sample.search("اسعار النفط")[0]
    article = hit.article
    assert (hit.id, hit.title, hit.source, hit.author) == (
        article.id,
        article.title,
        article.source,
        article.author,
    )
    assert (hit.published, hit.url) == (article.published, article.url)
    marks = [hit.title[mark.start : mark.end] for mark in hit.title_highlights]
    assert hit.marked_title.marked("[", "]").count("[") == len(marks)
    assert hit.to_dict()["article"] == article.to_dict(text=False)
    assert hit.to_dict(text=True)["article"] == article.to_dict()


def test_an_article_comes_back_from_its_data() -> None:
    article = Article("1", "خبر", "أ\nب", published=datetime(2024, 5, 1, 10), url="https://a.example/1")
    assert Article(**json.loads(json.dumps(article.to_dict()))) == article


def _snippet(text: str, *words: str, cut: bool = False) -> Snippet:
    places = [(text.index(word), text.index(word) + len(word)) for word in words]
    marks = tuple(Highlight(start, end, "lemma", text[start:end], "", 0) for start, end in places)
    return Snippet(text, marks, 0, len(text), cut, cut)


def test_a_snippet_is_marked() -> None:
    snippet = _snippet("قال رؤساء البرلمانات", "رؤساء", "البرلمانات")
    assert snippet.marked("[", "]") == "قال [رؤساء] [البرلمانات]"
    assert snippet.html() == "قال <mark>رؤساء</mark> <mark>البرلمانات</mark>"
    assert snippet.html(depths=True).count('<mark class="lemma">') == 2
    assert str(snippet) == snippet.text and repr(snippet) == "Snippet('قال [رؤساء] [البرلمانات]')"


def test_where_a_snippet_is_cut() -> None:
    snippet = _snippet("رؤساء", "رؤساء", cut=True)
    assert snippet.marked("*", "*", ellipsis="…") == "…*رؤساء*…"
    assert snippet.html(ellipsis="<…>") == "&lt;…&gt;<mark>رؤساء</mark>&lt;…&gt;"


def test_texts_from_outside_are_no_markup() -> None:
    snippet = _snippet('<script>alert("x")</script> & \x1b[31m\u202e', "alert")
    assert snippet.html() == "&lt;script&gt;<mark>alert</mark>(&quot;x&quot;)&lt;/script&gt; &amp; ␛[31m"
    assert snippet.marked("", "") == snippet.text


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.marked, self.tags = "", [""], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.marked.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if len(self.tags) % 2 or self.tags:
            self.marked[-1] += data


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))), st.data())
def test_html_has_the_text_and_only_marks(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    ranges = list(zip(places[::2], places[1::2], strict=False))
    marks = tuple(Highlight(start, end, "exact", "", "", 0) for start, end in ranges)
    read = _Text(Snippet(text, marks, 0, len(text), False, False).html())
    assert read.text == text and read.tags == ["mark"] * len(ranges)


def test_a_whole_article_is_marked(sample: Index) -> None:
    shown = sample.highlight("gulf-01", "اسعار النفط")
    assert shown is not None and shown.title == shown.article.title
    assert [str(each) for each in shown.marked_paragraphs] == list(shown.article.paragraphs)
    assert "[أسعار] [النفط]" in shown.marked_paragraphs[0].marked("[", "]")
    assert str(shown.marked_title) == shown.title


def test_what_a_notebook_shows(sample: Index) -> None:
    results = sample.search("رئيس البرلمان", limit=2)
    assert repr(results) == f"Results('رئيس البرلمان', total={results.total}, hits=<2 Hit>)"
    hit = repr(results[0])
    assert hit.startswith("Hit(rank=1, score=") and "[رؤساء]" in hit and results[0].id in hit
    assert repr(Article("1", "خبر", "أ\nب")) == "Article(id='1', title='خبر', paragraphs=('أ', 'ب'))"
    assert repr(sample["gulf-01"]).startswith("Article(id='gulf-01', title='برنت")
