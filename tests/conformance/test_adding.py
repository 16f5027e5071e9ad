"""What adding, replacing and removing articles does to what is found and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.index.encoder import Encoder
from khabar.index.engines import engine_class
from khabar.index.records import short_fingerprint
from khabar.library import AddReport, Index, open_index


def ids(index: Index, query: str) -> list[str]:
    return [hit.article.id for hit in index.search(query, limit=1000)]


def test_articles_come_back_exactly_as_given_and_in_order(index: Index, articles: list[Article]) -> None:
    assert list(index.articles()) == articles
    assert [index.article(article.id) for article in articles] == articles
    assert index.article("no such id") is None
    assert len(index) == len(articles)


@pytest.mark.parametrize(
    "moment",
    [
        None,
        datetime(2024, 2, 29),
        datetime(2024, 2, 29, 23, 59, 59, 999999),
        datetime(2024, 2, 29, 12, tzinfo=UTC),
        datetime(1998, 3, 1, 0, 0, tzinfo=timezone(timedelta(hours=3, minutes=7))),
        datetime(1, 1, 1),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))),
        datetime(9999, 12, 31, 23, 59),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=str,
)
def test_every_moment_is_kept_with_its_zone_or_without(
    empty: Index, moment: datetime | None, quick_analyzer: Analyzer
) -> None:
    empty.add([Article("a", "خبر", ("نص",), published=moment)])
    kept = empty.article("a")
    assert kept is not None
    assert kept.published == moment
    if moment is not None:
        assert kept.published is not None and kept.published.tzinfo == moment.tzinfo
    statistics = empty.info().statistics
    assert statistics.undated == (moment is None)
    assert (statistics.first is None) == (moment is None)


def test_a_second_run_changes_nothing(index: Index, articles: list[Article]) -> None:
    found = index.search("القمح").hits
    report = index.add(articles)
    assert report == AddReport(unchanged=len(articles))
    assert index.search("القمح").hits == found
    assert list(index.articles()) == articles


def test_a_changed_article_takes_the_place_of_its_old_version(index: Index, articles: list[Article]) -> None:
    changed = replace(articles[0], paragraphs=("حصاد الشعير بدأ متأخرا.",))
    assert index.add([changed]) == AddReport(updated=1)
    assert index.article("harvest") == changed
    assert len(index) == len(articles)
    assert "harvest" in ids(index, "الشعير")
    assert "harvest" not in ids(index, "+المحصول")
    # A changed article counts as indexed anew.
    assert [article.id for article in index.articles()][-1] == "harvest"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "عنوان آخر"},
        {"source": "مصدر آخر"},
        {"author": "كاتبة أخرى"},
        {"published": datetime(2020, 1, 1)},
        {"published": None},
        {"url": "https://example.org/2"},
    ],
    ids=str,
)
def test_any_change_but_of_the_path_counts(index: Index, articles: list[Article], change: dict) -> None:
    assert index.add([replace(articles[0], **change)]).updated == 1
    assert index.article("harvest") == replace(articles[0], **change)
    assert index.add([replace(articles[1], path="/elsewhere.txt")]).unchanged == 1


def test_the_last_of_several_versions_in_one_run_stays(empty: Index) -> None:
    versions = [Article("same", f"النسخة {number}", (f"رقم{number} مشترك",)) for number in range(30)]
    other = Article("other", "مشترك", ())
    report = empty.add([*versions, other, *versions[:5]])
    assert (report.added, report.updated) == (2, 34)
    assert list(empty.articles()) == [other, versions[4]]
    assert ids(empty, "مشترك") and sorted(ids(empty, "مشترك")) == ["other", "same"]
    assert ids(empty, "+رقم29") == []
    assert ids(empty, "+رقم4") == ["same"]


def test_an_article_without_a_word_is_skipped_with_its_reason(empty: Index) -> None:
    report = empty.add([Article("marks", "ًٌٍ", ("...", "ـ—")), Article("a", "خبر", ())])
    assert report.added == 1
    [(skipped, reason)] = report.skipped
    assert skipped == "marks" and reason
    assert report.total == 2
    assert empty.article("marks") is None


def test_removing(index: Index, articles: list[Article]) -> None:
    assert index.remove(["harvest", "no such id", "truce"]) == 2
    assert index.article("harvest") is None
    assert ids(index, "القمح") == ["unnamed"]
    assert len(index) == len(articles) - 2
    assert index.remove(["harvest"]) == 0
    # What was removed can be added again.
    assert index.add(articles[:1]).added == 1
    assert index.article("harvest") == articles[0]


def test_removing_everything_leaves_an_empty_index_that_works(index: Index, articles: list[Article]) -> None:
    assert index.remove(article.id for article in articles) == len(articles)
    assert len(index) == 0
    assert list(index.articles()) == []
    assert index.search("القمح").total == 0
    assert index.info().statistics.sources == {}
    assert index.add(articles).added == len(articles)
    assert list(index.articles()) == articles


def test_an_empty_index_answers(empty: Index) -> None:
    results = empty.search('القمح "وقف إطلاق" -نار')
    assert (results.total, results.hits) == (0, ())
    assert len(empty) == 0
    assert list(empty.articles()) == []
    assert empty.article("") is None
    assert empty.add([]) == AddReport()
    assert empty.remove([]) == 0
    statistics = empty.info().statistics
    assert (statistics.articles, statistics.paragraphs, statistics.undated) == (0, 0, 0)
    assert statistics.first is None and statistics.last is None


def test_statistics(index: Index, articles: list[Article]) -> None:
    info = index.info()
    statistics = info.statistics
    assert statistics.articles == len(articles)
    assert statistics.paragraphs == sum(len(article.paragraphs) for article in articles)
    assert statistics.sources == {"صحيفة الوادي": 2, "وكالة الساحل": 1, "": 3}
    assert statistics.first == datetime(2022, 1, 1, tzinfo=UTC)
    assert statistics.last == datetime(2023, 10, 7, 15, 0, tzinfo=UTC)
    assert statistics.undated == 3
    assert info.size > 0
    assert (info.meta.articles, info.meta.paragraphs) == (statistics.articles, statistics.paragraphs)
    index.remove(["harvest", "library"])
    assert index.info().statistics.sources == {"وكالة الساحل": 1, "": 3}


ODD_IDS = [
    " ",
    "a b/c\\d?e#f",
    "مقال رقم ١",
    "a\x1fb",
    "a",
    "a\x1f",
    "\x1f",
    "a\x00b",
    "\n\t",
    "x" * 70_000,
    "😀",
    "../../etc",
]


def test_ids_are_any_text(empty: Index) -> None:
    odd = [Article(each, f"خبر {number}", ()) for number, each in enumerate(ODD_IDS)]
    assert empty.add(odd).added == len(odd)
    assert [article.id for article in empty.articles()] == ODD_IDS
    for article in odd:
        assert empty.article(article.id) == article
    assert empty.add(odd).unchanged == len(odd)
    assert empty.remove(["a"]) == 1
    assert empty.article("a") is None
    assert empty.article("a\x1fb") == odd[3]
    assert empty.article("a\x1f") == odd[5]
    assert empty.article("a\x1fb\x1f") is None


def test_lone_surrogates_become_replacement_characters(empty: Index) -> None:
    broken = Article(
        "id\ud800",
        "عنوان\udfff",
        ("نص \ud83d مكسور",),
        source="مصدر\udc80",
        author="\udcff",
        url="\ud800",
        path="/\udce4.txt",
    )
    assert empty.add([broken]).added == 1
    [hit] = empty.search("مكسور")
    assert hit.article.id == "id\ufffd"
    assert hit.paragraph.text == "نص \ufffd مكسور"
    assert empty.info().statistics.sources == {"مصدر\ufffd": 1}
    assert empty.add([broken]).unchanged == 1
    assert empty.article("id\ud800") == hit.article
    assert empty.search("مكسور\ud800").total == 1
    assert empty.remove(["id\ud800"]) == 1


def test_nul_and_control_characters_in_texts(empty: Index) -> None:
    article = Article("a", "خبر\x00 أول\x1b[31m", ("كلمة\x00كلمة أخرى\x1f\x85\u2028نهاية",), source="\x00")
    empty.add([article])
    assert empty.article("a") == article
    assert ids(empty, '"كلمة كلمة أخرى نهاية"') == ["a"]
    assert empty.info().statistics.sources == {"\x00": 1}


def test_very_long_words(empty: Index) -> None:
    long = "ب" * 100_000
    article = Article("a", "خبر", (f"قبل {long} بعد", "x" * 300_000, "y" * 9_000))
    empty.add([article])
    assert empty.article("a") == article
    assert ids(empty, long) == ["a"]
    assert ids(empty, f'"قبل {long} بعد"') == ["a"]
    assert ids(empty, "y" * 9_000) == ["a"]
    # Of a query only its beginning is read, and a word in Latin letters is found as it is or not at all.
    cut = empty.search("x" * 300_000)
    assert not cut.hits and [problem.code for problem in cut.problems] == ["too-long"]
    assert ids(empty, "ب" * 99_999 + "ت") in ([], ["a"])


def test_a_paragraph_of_a_hundred_thousand_words(
    new_index: Callable[..., Index], quick_analyzer: Analyzer
) -> None:
    index = new_index(analyzer=quick_analyzer)
    words = ["مدينة", "نهر", "جسر", "طريق", "قرية"] * 20_000
    words[70_000:70_002] = ["منارة", "الساحل"]
    article = Article("long", "وصف الطريق", (" ".join(words),))
    index.add([article])
    assert index.article("long") == article
    [hit] = index.search('"منارة الساحل"')
    assert hit.paragraph.number == 1
    assert "منارة الساحل" in hit.snippet.text and len(hit.snippet.text) <= 200
    [hit] = index.search("+جسر طريق نهر")
    assert len(hit.snippet.text) <= 200
    assert index.info().statistics.paragraphs == 1


def test_thousands_of_paragraphs_in_one_article(
    new_index: Callable[..., Index], quick_analyzer: Analyzer
) -> None:
    index = new_index(analyzer=quick_analyzer)
    paragraphs = tuple(f"فقرة فيها كلمة{number}" for number in range(5000))
    index.add(
        [
            Article("before", "قبل", ("فقرة",)),
            Article("many", "كثير", paragraphs),
            Article("after", "بعد", ()),
        ]
    )
    [hit] = index.search("+كلمة4321")
    assert (hit.article.id, hit.paragraph.number) == ("many", 4322)
    results = index.search("فقرة")
    assert results.total == 2
    assert {hit.article.id: hit.more for hit in results} == {"before": 0, "many": 4999}
    assert index.info().statistics.paragraphs == 5001
    assert index.remove(["many"]) == 1
    assert index.search("كلمة1").total == 0
    assert [article.id for article in index.articles()] == ["before", "after"]


def test_empty_paragraphs_keep_their_numbers(empty: Index) -> None:
    article = Article("a", "", ("", "  ", "الأولى", "", "الثانية", ""))
    empty.add([article])
    assert empty.article("a") == article
    assert [hit.paragraph.number for hit in empty.search("الثانية")] == [5]


def test_an_error_in_the_iterable_loses_what_came_after_the_last_batch(empty: Index) -> None:
    def failing() -> Iterator[Article]:
        for number in range(7):
            yield Article(f"n{number}", f"خبر {number}", ())
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        empty.add(failing(), batch=3)
    assert [article.id for article in empty.articles()] == [f"n{number}" for number in range(6)]
    assert empty.info().meta.articles == 6
    with pytest.raises(RuntimeError, match="the source broke"):
        empty.add(failing(), batch=None)
    assert len(empty) == 6
    # The lock is free, and the index whole.
    assert empty.add([Article("n6", "خبر 6", ())]).added == 1
    with pytest.raises(RuntimeError, match="the source broke"):
        empty.remove(article.id for article in failing())
    assert len(empty) == 7


def test_an_error_in_progress_is_the_callers(empty: Index, articles: list[Article]) -> None:
    def stop(report: AddReport) -> None:
        if report.total == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        empty.add(articles, batch=1, progress=stop)
    assert list(empty.articles()) == articles[:2]
    assert empty.add(articles).unchanged == 2


def test_a_closed_index_is_opened_anew(index: Index, articles: list[Article]) -> None:
    index.close()
    index.close()
    with open_index(index.path) as again:
        assert list(again.articles()) == articles


def test_the_engine_alone(tmp_path, engine: str, articles: list[Article], quick_analyzer: Analyzer) -> None:
    """The protocol as the library uses it, without the library."""
    kind = engine_class(engine)
    made = kind.create(tmp_path)
    assert made.name == engine
    before = made.latest_generation()
    writer = kind.open(tmp_path).writer()
    encoder = Encoder(quick_analyzer)
    for article in articles:
        writer.add(
            article, article.fingerprint(), encoder.encode(passage.text for passage in article.passages())
        )
    assert len(writer.fingerprints()) == 0
    for article in articles:
        assert writer.fingerprint(article.id) == short_fingerprint(article.fingerprint())
    # What is not committed yet can be taken back, once.
    assert made.latest_generation() == before
    assert writer.delete("truce") is True
    assert writer.delete("truce") is False
    assert writer.fingerprint("truce") is None
    [truce] = [article for article in articles if article.id == "truce"]
    writer.add(truce, truce.fingerprint(), encoder.encode(passage.text for passage in truce.passages()))
    writer.commit()
    assert (now := made.latest_generation()) > before
    writer.commit()
    assert made.latest_generation() == now, "nothing was changed since"
    reader = made.reader()
    assert reader.generation == made.latest_generation()
    assert writer.delete("harvest") and not writer.delete("harvest")
    assert writer.fingerprint("harvest") is None
    writer.close()
    again = kind.open(tmp_path).writer()
    assert again.fingerprint("harvest") == short_fingerprint(articles[0].fingerprint())
    assert set(again.fingerprints().tolist()) == {
        short_fingerprint(article.fingerprint()) for article in articles
    }
    again.commit()
    assert made.latest_generation() == reader.generation
    again.close()
    reader.close()


def test_a_word_that_stands_a_thousand_times(empty: Index) -> None:
    empty.add([Article("a", "خبر", ("قمح " * 1000, "قمح ماء", "ماء " * 255)), Article("b", "قمح", ())])
    counted = {form.term: (form.paragraphs, form.occurrences) for form in empty.why("قمح")}
    assert counted["قمح"] == (3, 1002)
    assert {form.term: form.occurrences for form in empty.why("ماء")}["ماء"] == 256


def test_an_article_of_another_source_is_not_replaced(empty: Index) -> None:
    first = Article("1", "هدنة في الوادي", ("نص الهدنة.",), source="الأولى")
    second = Article("1", "مباراة القمة", ("نص المباراة.",), source="الثانية")
    report = empty.add([first, second])
    assert (report.added, [(each, reason.kind) for each, reason in report.skipped]) == (
        1,
        [("1", "id-of-another")],
    )
    assert empty.add([second]).skipped and empty.article("1") == first
    assert empty.add([Article("1", "هدنة في الوادي", ("نص جديد.",), source="الأولى")]).updated == 1
    # Who does not say where it is from may be the same.
    assert empty.add([Article("1", "هدنة في الوادي", ("نص ثالث.",))]).updated == 1
    empty.remove(["1"])
    assert empty.add([second]).added == 1
