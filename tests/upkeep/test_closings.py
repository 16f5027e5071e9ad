"""Lines that end every article of a source: found by counting, left out everywhere, and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.editions import current_files
from khabar.library import Index, create_index
from khabar.rebuild import rebuild_index
from khabar.upkeep.changes import UpdateOptions
from khabar.upkeep.closings import Closings
from khabar.upkeep.transaction import Transaction

KEEP = UpdateOptions(keep_closings=True)


@pytest.fixture
def index(tmp_path: Path, quick_analyzer: Analyzer) -> Index:
    return create_index(tmp_path / "index", analyzer=quick_analyzer)


def news(
    path: Path, first: int, count: int, closing: str = "", source: str = "الوادي", every: int = 1
) -> Path:
    """A file of articles; every few have a closing line, in which {n} becomes a number."""
    records = []
    for n in range(first, first + count):
        text = f"عقد المجلس البلدي جلسته رقم {n}.\\nوقال العضو رقم {n} إن الميزانية أقرت.".replace(
            "\\n", "\n"
        )
        if closing and n % every == 0:
            text += "\n" + closing.replace("{n}", str(n))
        records.append({"id": f"{source}{n}", "title": f"جلسة المجلس {n}", "text": text, "source": source})
    path.write_text("\n".join(json.dumps(each) for each in records), encoding="utf-8")
    return path


def last_lines(index: Index) -> set[str]:
    return {article.paragraphs[-1].split(" رقم")[0] for article in index.articles()}


@pytest.mark.parametrize(
    "closing",
    [
        "للتواصل مع الصحيفة: https://valley.example/news/{n}",
        "{n}:30 ت م",
        "انقر هنا لقراءة جلسة المجلس {n} كاملة على موقعنا",
    ],
)
def test_it_is_left_out_of_all_and_told(index: Index, tmp_path: Path, closing: str) -> None:
    path = news(tmp_path / "a.jsonl", 10, 150, closing)
    report = index.update(path)
    assert (report.added, report.updated, dict(report.closings)) == (150, 0, {"الوادي": 150})
    assert last_lines(index) == {"وقال العضو"}
    found = index.left_out().closings
    assert {each.source for each in found} == {"الوادي"} and found[0].articles == 150
    # Reading the same file again gives the same articles.
    again = index.update(path, options=UpdateOptions(again=True))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 150)
    assert index.left_out().closings == found
    # Nothing is lost: the line can be restored, and left out again.
    assert index.update(path, options=KEEP).updated == 150
    assert last_lines(index) != {"وقال العضو"}
    assert index.update(path).updated == 150
    assert last_lines(index) == {"وقال العضو"}


def test_a_label_behind_the_last_sentence(index: Index, tmp_path: Path) -> None:
    """On some pages the line is a paragraph of its own, on others it follows the last sentence, or it is
    missing."""
    index.update(
        [
            news(
                tmp_path / "a.jsonl",
                100,
                40,
                "وأغلقت الجلسة. رابط الخبر بصحيفة الوادي: هل تكفي الميزانية {n}؟",
            ),
            news(tmp_path / "b.jsonl", 200, 40, "رابط الخبر بصحيفة الوادي : جلسة {n}"),
            news(tmp_path / "c.jsonl", 300, 40, "وقال الوزير: لا زيادة في {n}."),
        ]
    )
    ends = [article.paragraphs[-1] for article in index.articles()]
    assert ends.count("وأغلقت الجلسة.") == 40
    assert sum(end.startswith("وقال الوزير: لا زيادة في 3") for end in ends) == 40
    assert not any("رابط" in end for end in ends)


def test_only_the_label_goes_where_the_sentence_before_it_is_alike_too(index: Index, tmp_path: Path) -> None:
    ending = "وبلغ حجم التداول {n} مليونا. رابط الخبر بصحيفة الوادي: جلسة {n}"
    index.update(news(tmp_path / "a.jsonl", 100, 40, ending))
    assert {len(article.paragraphs) for article in index.articles()} == {3}
    assert [each.line[:10] for each in index.left_out().closings] == ["رابط الخبر"]


def test_daily_runs_find_it_too(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for day in range(7):
        news(folder / f"{day}.jsonl", 10 + day * 4, 4, "رابط الصفحة: https://valley.example/{n}")
        index.update(folder)
    assert last_lines(index) == {"وقال العضو"} and len(index) == 28
    assert index.update(folder).read == 0
    assert index.update(folder, options=UpdateOptions(again=True)).unchanged == 28


@pytest.mark.parametrize(
    ("count", "every", "source"),
    [(150, 3, "الوادي"), (12, 1, "الوادي"), (150, 1, "")],
    ids=["a third", "few", "no source"],
)
def test_what_is_text_stays(index: Index, tmp_path: Path, count: int, every: int, source: str) -> None:
    report = index.update(news(tmp_path / "a.jsonl", 10, count, "وللحديث بقية.", source, every))
    assert not report.closings and index.left_out().closings == ()
    assert "وللحديث بقية." in last_lines(index)


def test_a_line_of_more_than_300_characters_is_text(index: Index, tmp_path: Path) -> None:
    line = "تابعوا أخبار الوادي كل يوم على موقعنا " * 9
    assert not line[299].isspace() and not line[300].isspace()
    for count, expected in ((301, {}), (300, {"الوادي": 150})):
        report = index.update(news(tmp_path / f"{count}.jsonl", 10, 150, line[:count]))
        assert dict(report.closings) == expected


@pytest.mark.parametrize(
    "closing",
    [
        "وأغلق المؤشر عند {n} نقطة",
        "وأضاف رئيس الوزراء العراقي: الجلسة {n} مهمة",
        "انتهت الجلسة. وختم المتحدث باسم المجلس: موعدنا {n}",
    ],
)
def test_what_goes_on_from_before_is_text(index: Index, tmp_path: Path, closing: str) -> None:
    """The texts of many outlets end without a full stop."""
    assert not index.update(news(tmp_path / "a.jsonl", 10, 150, closing)).closings


@pytest.mark.parametrize("closing", ["والله من وراء القصد", "وكالة أنباء الوادي العربية: الخبر {n}"])
def test_what_is_always_the_same_is_none_though_it_goes_on(
    index: Index, tmp_path: Path, closing: str
) -> None:
    assert index.update(news(tmp_path / "a.jsonl", 10, 150, closing)).closings == {"الوادي": 150}


def test_a_source_is_not_taken_for_another(index: Index, tmp_path: Path) -> None:
    closing = "تابعونا على صفحاتنا"
    index.update(
        [news(tmp_path / "a.jsonl", 10, 60, closing), news(tmp_path / "b.jsonl", 10, 30, closing, "النهر", 5)]
    )
    assert {each.source for each in index.left_out().closings} == {"الوادي"}
    assert {article.source for article in index.articles() if article.paragraphs[-1] == closing} == {"النهر"}


def test_an_article_that_is_nothing_else_keeps_it(index: Index, tmp_path: Path) -> None:
    news(tmp_path / "a.jsonl", 10, 60, "تابعونا على صفحاتنا")
    one = {"id": "x", "title": "صفحاتنا", "text": "تابعونا على صفحاتنا", "source": "الوادي"}
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write("\n" + json.dumps(one))
    index.update(tmp_path / "a.jsonl")
    article = index.article("x")
    assert article is not None and article.paragraphs == ("تابعونا على صفحاتنا",)


def test_a_run_that_was_stopped_is_made_up_for(index: Index, tmp_path: Path) -> None:
    """A line that was found, but not yet removed from earlier articles, is removed by the next run."""
    folder = tmp_path / "news"
    folder.mkdir()
    news(folder / "a.jsonl", 10, 60, "تابعونا على صفحاتنا")
    left = iter(range(50))
    index.update(folder, stop=lambda: next(left, None) is None)
    assert 0 < len(index) < 60 and "تابعونا على صفحاتنا" in last_lines(index)
    index.update(folder)
    assert len(index) == 60 and last_lines(index) == {"وقال العضو"}


def test_an_index_built_anew_of_itself_knows_it(
    index: Index, tmp_path: Path, quick_analyzer: Analyzer
) -> None:
    path = news(tmp_path / "a.jsonl", 10, 60, "تابعونا على صفحاتنا")
    index.update(path)
    found = list(Closings(index.path))
    index.close()
    rebuild_index(index.path, analyzer=quick_analyzer)
    assert list(Closings(current_files(index.path))) == found != []


def test_what_is_kept_of_it_stays_small(tmp_path: Path) -> None:
    """Endings that do not occur again are forgotten; one that becomes common is found although each run adds
    only one."""

    def article(n: int, ending: str) -> Article:
        return Article(f"{n}", f"جلسة {n}", ("عقد المجلس جلسته.", ending), source="الوادي")

    def word(n: int) -> str:
        return "".join(chr(ord("ا") + int(digit)) for digit in str(n))

    sizes = []
    for n in range(300):
        closings = Closings(tmp_path)
        each = article(
            n, "رابط الخبر: في الموقع" if n % 2 else f"ختام {word(n)} بين {word(n)} وكلام {word(n)}"
        )
        closings.count(each, closings.without(each))
        closings.decide()
        closings.write()
        sizes.append((tmp_path / "closings.json").stat().st_size)
    assert max(sizes) < 4000
    assert {each.line for each in Closings(tmp_path)} == {"رابط الخبر: في الموقع"}


def test_many_articles_are_changed_in_several_commits(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a large source must not all wait in memory for one. Whoever is stopped in between goes on the
    next time."""
    path = news(tmp_path / "a.jsonl", 10, 95, "رابط الخبر بصحيفة الوادي: {n}")
    added: list[int] = [0]
    add, commit = Transaction.add, Transaction.commit

    def adding(transaction: Transaction, *given: object) -> bool:
        added[-1] += 1
        return add(transaction, *given)

    def committing(transaction: Transaction) -> None:
        commit(transaction)
        added.append(0)
        if sum(added) > 120:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "add", adding)
        patch.setattr(Transaction, "commit", committing)
        with pytest.raises(KeyboardInterrupt):
            index.update(path, batch=20)
    assert max(added) == 20
    some = sum("رابط" in article.paragraphs[-1] for article in index.articles())
    assert 0 < some < 95
    index.update([path, news(tmp_path / "b.jsonl", 200, 1)])
    assert last_lines(index) == {"وقال العضو"}
