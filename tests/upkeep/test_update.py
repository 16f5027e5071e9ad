"""Updating an index from files: what is read, what stays as it is, what keeps its id, and what is removed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import khabar
from khabar.analysis.analyzer import Analyzer
from khabar.corpus.article import Article
from khabar.corpus.limits import ReadLimits
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Unreadable, together
from khabar.errors import SourceError
from khabar.index.checksums import mark_unfinished
from khabar.library import Index, create_index
from khabar.upkeep.changes import Changes, UpdateOptions, content_hash, find_changes
from khabar.upkeep.manifest import MANIFEST, Manifest, Source
from khabar.upkeep.manifest_file import _line
from khabar.upkeep.store import Refusal
from khabar.upkeep.transaction import Transaction
from khabar.upkeep.update_report import UpdateReport, nothing_done

PRUNE = UpdateOptions(prune=True)


@pytest.fixture
def index(tmp_path: Path, quick_analyzer: Analyzer) -> Index:
    return create_index(tmp_path / "index", analyzer=quick_analyzer)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Two texts and a file of two records, last changed an hour ago."""
    folder = tmp_path / "news"
    write(folder / "harvest.txt", "حصاد القمح في الوادي\n\nبدأ المزارعون حصاد القمح هذا الأسبوع.\n")
    write(folder / "2024" / "truce.txt", "وقف إطلاق النار\n\nأعلن الوسطاء وقف إطلاق النار فجر الجمعة.\n")
    write(folder / "wire.jsonl", record("oil", "أسعار النفط ترتفع") + record("port", "سفينة تصل إلى الميناء"))
    return folder


def record(name: str, title: str) -> str:
    return json.dumps({"id": name, "title": title, "text": f"{title} اليوم."}, ensure_ascii=False) + "\n"


def write(path: Path, text: str, *, ago: float = 3600.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    moment = path.stat().st_mtime - ago
    os.utime(path, (moment, moment))
    return path


def counts(report: UpdateReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed, report.read


def ids(index: Index) -> set[str]:
    return {article.id for article in index.articles()}


def by_path(index: Index) -> dict[str, str]:
    return {article.path: article.id for article in index.articles()}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    from khabar.upkeep import update

    names: list[str] = []
    read_file = update.read_file

    def noted(path: Path, **options: object) -> object:
        names.append(path.name)
        return read_file(path, **options)

    monkeypatch.setattr(update, "read_file", noted)
    return names


def test_only_what_changed_is_read(index: Index, news: Path, opened: list[str]) -> None:
    assert counts(index.update(news)) == (4, 0, 0, 0, 3)
    opened.clear()
    assert counts(index.update(news)) == (0, 0, 4, 0, 0)
    assert opened == []
    write(news / "harvest.txt", "حصاد القمح في الوادي\n\nانتهى حصاد القمح قبل موعده.\n", ago=1800)
    write(news / "new.txt", "افتتاح جسر\n\nافتتح الجسر الجديد صباحا.\n")
    assert counts(index.update(news)) == (1, 1, 3, 0, 2)
    assert opened == ["harvest.txt", "new.txt"]
    assert index.search("+انتهى").total == 1 and index.search("+المزارعون").total == 0


def test_a_file_with_another_time_but_the_same_content_is_not_read(
    index: Index, news: Path, opened: list[str]
) -> None:
    index.update(news)
    opened.clear()
    for ago in (100, 50):
        moment = (news / "wire.jsonl").stat().st_mtime + ago
        os.utime(news / "wire.jsonl", (moment, moment))
        assert counts(index.update(news)) == (0, 0, 4, 0, 0)
    assert opened == []
    # The new time is stored: the next run need not read the file.
    made = find_changes(Manifest.open(index.path), news, UpdateOptions())
    assert len(made.unchanged) == 3 and made.touched == []


def test_a_change_within_a_tick_of_the_clock_is_found(index: Index, news: Path) -> None:
    path = write(news / "tick.txt", "أول خبر\n\nنص أول هنا.\n", ago=0)
    moment = path.stat().st_mtime_ns
    index.update(news)
    path.write_text("ثان خبر\n\nنص ثان هنا.\n", encoding="utf-8")
    os.utime(path, ns=(moment, moment))
    assert index.update(news).updated == 1
    assert index.search("+ثان").total == 1


def test_a_moved_folder_brings_no_doubles_and_keeps_its_ids(
    index: Index, news: Path, tmp_path: Path, opened: list[str]
) -> None:
    index.update(news)
    before = ids(index)
    found = index.search("القمح").hits[0].article
    opened.clear()
    moved = news.rename(tmp_path / "archive")
    report = index.update(moved)
    assert (counts(report), report.moved) == ((0, 0, 4, 0, 0), 3)
    assert opened == []
    assert ids(index) == before and len(index) == 4
    assert index.article(found.id).path == str(moved / "harvest.txt")
    assert {Path(path.partition("#")[0]).parts[-2] for path in by_path(index)} == {"archive", "2024"}
    # From then on it is the same file: a change updates its article.
    write(moved / "harvest.txt", "حصاد القمح في الوادي\n\nتأخر الحصاد.\n", ago=10)
    assert counts(index.update(moved)) == (0, 1, 3, 0, 1)
    assert ids(index) == before
    assert counts(index.update(moved, options=UpdateOptions(prune=True, again=True))) == (0, 0, 4, 0, 3)


def test_a_moved_file_is_known_whatever_part_of_the_list_was_written(index: Index, news: Path) -> None:
    index.update(news)
    ids = {article.id for article in index}
    before = (index.path / MANIFEST).read_bytes()
    for name in ("harvest.txt", "2024/truce.txt"):
        (news / name).rename(news / f"moved-{Path(name).name}")
    index.update(news)
    after = (index.path / MANIFEST).read_bytes()
    assert after.startswith(before)
    for end in range(len(before), len(after), 7):
        # A limit on the size of files, or a full disk, cuts a line.
        mark_unfinished(index.path)
        (index.path / MANIFEST).write_bytes(after[:end])
        index.update(news, options=UpdateOptions(prune=True))
        assert {article.id for article in index} == ids


def test_another_file_where_a_moved_one_was_is_another_article(index: Index, news: Path) -> None:
    index.update(news)
    before = by_path(index)[str(news / "harvest.txt")]
    (news / "harvest.txt").rename(news / "old-harvest.txt")
    assert index.update(news).moved == 1
    write(news / "harvest.txt", "حصاد الشعير\n\nبدأ حصاد الشعير.\n")
    assert counts(index.update(news)) == (1, 0, 4, 0, 1)
    paths = by_path(index)
    assert paths[str(news / "old-harvest.txt")] == before != paths[str(news / "harvest.txt")]
    # Both can change, and each keeps its identity.
    write(news / "harvest.txt", "حصاد الشعير\n\nانتهى حصاد الشعير.\n", ago=100)
    write(news / "old-harvest.txt", "حصاد القمح\n\nانتهى حصاد القمح.\n", ago=100)
    assert counts(index.update(news)) == (0, 2, 3, 0, 2)
    assert by_path(index) == paths


def test_a_file_in_the_place_of_a_moved_one_before_that_is_known(index: Index, news: Path) -> None:
    """Then the moved file cannot be distinguished from a copy: the new file is another article, and nothing
    is there twice."""
    index.update(news)
    (news / "harvest.txt").rename(news / "old-harvest.txt")
    write(news / "harvest.txt", "حصاد الشعير\n\nبدأ حصاد الشعير.\n")
    assert counts(index.update(news)) == (1, 1, 3, 0, 2)
    assert len(index) == 5 and index.search("+القمح").total == 1 and index.search("+الشعير").total == 1


def test_a_copy_is_not_a_move(index: Index, news: Path) -> None:
    index.update(news)
    write(news / "copy.txt", (news / "harvest.txt").read_text("utf-8"))
    report = index.update(news)
    assert (report.added, report.moved) == (1, 0)


def test_vanished_files_stay_until_they_are_pruned(index: Index, news: Path) -> None:
    index.update(news)
    (news / "harvest.txt").unlink()
    report = index.update(news)
    assert (report.removed, report.vanished, len(index)) == (0, 1, 4)
    report = index.update(news, options=PRUNE)
    assert (report.removed, report.vanished, len(index)) == (1, 0, 3)
    assert index.search("القمح").total == 0
    assert counts(index.update(news, options=PRUNE)) == (0, 0, 3, 0, 0)


def test_records_that_left_their_file_stay_until_they_are_pruned(index: Index, news: Path) -> None:
    index.update(news)
    write(news / "wire.jsonl", record("port", "سفينة تصل إلى الميناء"), ago=60)
    assert index.update(news).removed == 0 and index.article("oil")
    assert index.update(news, options=PRUNE).removed == 1
    assert index.article("oil") is None and index.article("port")


def test_what_another_file_has_too_is_not_pruned(index: Index, news: Path) -> None:
    write(news / "second.jsonl", record("oil", "أسعار النفط ترتفع"))
    index.update(news)
    (news / "second.jsonl").unlink()
    assert index.update(news, options=PRUNE).removed == 0
    assert index.article("oil")


def test_pruning_reaches_only_below_the_sources(index: Index, news: Path) -> None:
    index.update(news)
    (news / "harvest.txt").unlink()
    assert index.update(news / "2024", options=PRUNE).removed == 0
    assert len(index) == 4


def test_an_empty_folder_prunes_nothing(index: Index, news: Path, tmp_path: Path) -> None:
    """A disk that is not mounted looks like an empty folder."""
    index.update(news)
    news.rename(tmp_path / "elsewhere")
    news.mkdir()
    report = index.update(news, options=PRUNE)
    assert report.removed == 0 and len(index) == 4
    assert [each.reason.kind for each in report.skipped] == ["no-file"]
    news.rmdir()
    with pytest.raises(SourceError):
        index.update(news, options=PRUNE)
    assert len(index) == 4


def test_every_file_is_counted_once_and_what_was_read_whole_is_not_partial(index: Index, news: Path) -> None:
    there = sum(path.is_file() for path in news.rglob("*"))
    report = index.update([news, news])
    assert report.files == there and index.left_out().partial == 0


def test_content_is_told_apart_beyond_its_first_piece(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(bytes(3 << 20))
    other.write_bytes(bytes((3 << 20) - 1) + b"x")
    assert content_hash(one) != content_hash(other)
    other.write_bytes(bytes(3 << 20))
    assert content_hash(one) == content_hash(other)


def test_a_file_that_was_cut_short_waits_for_its_rest(index: Index, news: Path) -> None:
    import gzip

    whole = gzip.compress((record("a", "خبر أول") + record("b", "خبر ثان")).encode())
    (news / "wire.jsonl.gz").write_bytes(whole[:-9])
    report = index.update(news)
    assert report.skipped and Manifest.open(index.path).sources[str(news / "wire.jsonl.gz")].partial
    again = index.update(news, options=PRUNE)
    assert (again.read, again.skipped, again.skipped_before) == (0, [], len(report.skipped))
    (news / "wire.jsonl.gz").write_bytes(whole)
    report = index.update(news)
    assert report.skipped == [] and index.article("a") and index.article("b")
    (news / "wire.jsonl.gz").touch()
    assert index.update(news).read == 0


@pytest.mark.parametrize("content", ["[]", "شارك الخبر\n", "", '{"id": 1}', "***", "id,title\n"])
def test_a_file_without_an_article_is_read_once(
    index: Index, news: Path, opened: list[str], content: str
) -> None:
    path = write(news / ("none.csv" if "," in content and "{" not in content else "none.json"), content)
    assert index.update(news).skipped or content == "id,title\n"
    opened.clear()
    assert index.update(news).skipped == [] and opened == []
    write(path, content + "\n", ago=5)
    index.update(news)
    assert opened == [path.name]


def test_what_may_be_mended_is_tried_again_in_silence(
    index: Index, news: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing package is reported once, then counted, and the file is read when the package is there."""
    from khabar.corpus.web import feeds

    item = (
        "<item><title>خبر</title><link>https://example.org/1</link><description>نص الخبر</description></item>"
    )
    write(news / "feed.xml", f"<rss version='2.0'><channel><title>الوادي</title>{item}</channel></rss>")
    with monkeypatch.context() as patched:
        patched.setattr(feeds, "needs", _missing)
        assert [each.reason.kind for each in index.update(news).skipped] == ["missing-package"]
        opened.clear()
        report = index.update(news)
        assert (opened, report.skipped, report.skipped_before) == (["feed.xml"], [], 1)
        assert index.update(news, options=UpdateOptions(retry=False)).read == 0
    report = index.update(news)
    assert (report.added, report.skipped, report.skipped_before) == (1, [], 0)


def _missing(*modules: str, **said: str) -> None:
    raise Unreadable("missing-package", **said)


def test_places_without_a_file_are_told_of_once(index: Index, news: Path) -> None:
    (news / "link.txt").symlink_to(news / "nothing")
    (news.parent / "inbox").mkdir()
    both = [news, news.parent / "inbox"]
    report = index.update(both)
    assert sorted(each.reason.kind for each in report.skipped) == ["link-to-nothing", "no-file"]
    report = index.update(both)
    assert (report.skipped, report.skipped_before) == ([], 2)
    assert index.left_out().skipped == {"link-to-nothing": 1, "no-file": 1}
    write(news / "nothing", "خبر وصل\n\nنص الخبر.\n")
    write(news.parent / "inbox" / "new.txt", "خبر آخر\n\nنص آخر.\n")
    report = index.update(both)
    assert (report.skipped, report.skipped_before, index.left_out().skipped) == ([], 0, {})
    (news.parent / "inbox" / "new.txt").unlink()
    assert [each.reason.kind for each in index.update(both).skipped] == ["no-file"]


def test_a_manifest_of_reasons_in_words_is_read(index: Index, news: Path) -> None:
    """The files are read once more, and articles keep their ids and files."""
    index.update(news)
    before = Manifest.open(index.path)
    earlier = [{"khabar sources": 1}]
    for source in before.sources.values():
        told = msgspec.to_builtins(source)
        earlier.append(
            {**told, "skipped": [[2, "broken JSON"]], "left_out": {"broken JSON": 1}, "failed": True}
        )
    (index.path / MANIFEST).write_bytes(b"".join(map(_line, earlier)))
    manifest = Manifest.open(index.path)
    assert manifest.damaged == [] and {each.ids for each in manifest.sources.values()} == {
        each.ids for each in before.sources.values()
    }
    assert counts(index.update(news)) == (0, 0, 4, 0, 3)
    assert Manifest.open(index.path).sources == before.sources
    assert index.update(news).read == 0


def test_a_broken_record_is_told_of_once_and_then_counted(
    index: Index, news: Path, opened: list[str]
) -> None:
    write(news / "broken.jsonl", record("a", "خبر أول") + '{"id": \n')
    first = index.update(news)
    opened.clear()
    second = index.update(news)
    assert opened == [] and (second.skipped, second.skipped_before) == ([], 1)
    assert index.left_out().named == tuple(together(first.skipped)) and first.skipped[0].number == 2


def test_of_two_articles_with_one_id_the_first_stays(index: Index, news: Path) -> None:
    write(news / "zz.jsonl", record("oil", "أسعار النفط تهبط"))
    report = index.update(news)
    assert index.article("oil").title == "أسعار النفط ترتفع"
    assert [each.reason.kind for each in report.skipped] == ["id-taken"]
    assert str(news / "wire.jsonl") in str(report.skipped[0])
    # In a run with only the second file, the first is not read, and its article stays.
    write(news / "zz.jsonl", record("oil", "أسعار النفط تنهار"), ago=5)
    assert index.update(news).updated == 0
    assert index.article("oil").title == "أسعار النفط ترتفع"


def test_other_options_read_everything_again(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "news" / "dump.json"
    write(
        path,
        json.dumps([{"id": "a", "title": "عنوان", "hed": "رأس", "text": "نص الخبر."}], ensure_ascii=False),
    )
    index.update(path)
    assert index.article("a").title == "عنوان"
    assert index.update(path, options=UpdateOptions(fields={"title": "hed"})).updated == 1
    assert index.article("a").title == "رأس"


def test_what_was_removed_comes_back_when_its_file_changes(index: Index, news: Path) -> None:
    index.update(news)
    assert index.remove(["oil"]) == 1
    assert counts(index.update(news)) == (0, 0, 3, 0, 0)
    write(news / "wire.jsonl", record("oil", "أسعار النفط ترتفع") + record("c", "خبر ثالث"), ago=9)
    assert index.update(news).added == 2
    harvest = [article.id for article in index.choose(paths=[str(news / "harvest.txt")])]
    assert index.remove(harvest, forget=[str(news / "harvest.txt")]) == 1
    assert index.update(news).added == 1


def test_stopping_keeps_what_was_done(index: Index, news: Path) -> None:
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > 2

    report = index.update(news, stop=stop)
    assert report.stopped and len(index) == 2
    assert index.update(news).added == 2
    assert len(index) == 4


def test_articles_that_were_given_from_memory_are_left_alone(
    index: Index, news: Path, articles: list
) -> None:
    index.add(articles)
    index.update(news, options=PRUNE)
    assert len(index) == len(articles) + 4
    (news / "harvest.txt").unlink()
    index.update(news, options=PRUNE)
    assert len(index) == len(articles) + 3


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink, lambda path: path.write_bytes(b"\xff\n" * 9)])
def test_a_damaged_manifest_costs_time_alone(
    index: Index, news: Path, damage: Callable[[Path], None]
) -> None:
    index.update(news)
    before = ids(index)
    damage(index.path / MANIFEST)
    report = index.update(news)
    assert report.read >= 1 and (report.added, report.updated) == (0, 0)
    assert ids(index) == before
    assert index.update(news).read == 0
    assert Manifest.open(index.path).damaged == []


def test_links_and_names_that_are_no_text(index: Index, news: Path) -> None:
    weird = os.fsdecode(os.fsencode(news) + b"/\xff\xfe.txt")
    try:
        Path(weird).write_text("خبر غريب\n\nنص الخبر الغريب.\n", encoding="utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    (news / "link.txt").symlink_to(news / "harvest.txt")
    report = index.update(news)
    assert report.added == 5, "what a link leads to is read once"
    assert index.update(news).read <= 1
    Path(weird).rename(news / "named.txt")
    assert index.update(news).moved == 1
    assert str(news / "named.txt") in by_path(index)


def test_the_log_does_not_grow_without_end(index: Index, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khabar.upkeep.manifest_file._SLACK", 5)
    for number in range(40):
        write(news / "wire.jsonl", record("oil", f"سعر {number}"), ago=1000 - number)
        index.update(news)
    lines = (index.path / MANIFEST).read_bytes().count(b"\n")
    assert lines <= 2 * 3 + 5 + 1
    assert len(Manifest.open(index.path).sources) == 3


def of(source: str, title: str, url: str = "", name: str = "1") -> str:
    told = {"id": name, "title": title, "text": f"{title} اليوم.", "source": source, "url": url}
    return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("one", "two"),
    [
        (of("الأولى", "هدنة", "https://one.example/1"), of("الثانية", "مباراة", "https://two.example/1")),
        (of("الأولى", "هدنة", "https://one.example/1"), of("الأولى", "مباراة", "https://one.example/2")),
        (of("الأولى", "هدنة"), of("الثانية", "مباراة")),
        (of("", "هدنة"), of("", "مباراة")),
        (of("الأولى", "هدنة"), of("", "مباراة")),
        (of("الأولى", "هدنة"), of("الأولى", "مباراة")),
    ],
)
def test_the_id_of_another_article_is_not_taken(
    index: Index, tmp_path: Path, one: str, two: str, together: bool
) -> None:
    files = [write(tmp_path / "news" / "one.jsonl", one), write(tmp_path / "news" / "two.jsonl", two, ago=60)]
    if not together:
        index.update(files[0])
        assert index.update(files[1]).skipped
    report = index.update(files)
    assert (len(index), index.article("1").title) == (1, "هدنة")
    if together:
        (skipped,) = report.skipped
        assert skipped.reason.kind == "id-taken" and skipped.path == str(files[1])
        told = str(skipped)
        assert str(files[0]) in told and "--set source=NAME" in told and "--id-with-source" in told
    assert index.update(files).skipped == []  # it is in the list by then
    # The option that keeps them apart.
    for file, name in zip(files, ("أ", "ب"), strict=True):
        options = UpdateOptions(set={"source": name}, id_with_source=True)
        assert counts(index.update(file, options=options)) == (1, 0, 0, 0, 1)
        assert counts(index.update(file, options=options)) == (0, 0, 1, 0, 0)
    assert {"أ/1", "ب/1"} < ids(index)


@pytest.mark.parametrize("most", [0, 100])
def test_a_run_that_has_forgotten_what_it_read_asks_the_index(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("khabar.upkeep.update._MOST_SEEN", most)
    one, two = of("الأولى", "هدنة"), of("الثانية", "مباراة")
    files = [write(tmp_path / "news" / "one.jsonl", one), write(tmp_path / "news" / "two.jsonl", two, ago=60)]
    report = index.update(files, batch=1)
    assert [(each.reason.kind, each.path) for each in report.skipped] == [("id-taken", str(files[1]))]
    # The newer version of an article counts, from whichever file.
    write(files[0], of("الأولى", "هدنة جديدة"), ago=30)
    write(files[1], of("الأولى", "هدنة"), ago=90)
    index.update(files, batch=1)
    assert index.article("1").title == "هدنة جديدة"
    # A file whose article was replaced by that of another file does not bring it back.
    assert index.update(files, batch=1).skipped == []
    assert index.article("1").title == "هدنة جديدة"


@pytest.mark.parametrize("is_new", [True, False])
def test_what_a_commit_left_out_is_told_and_not_counted(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    """Another writer to a cluster was first."""
    path = write(tmp_path / "wire.jsonl", record("oil", "أسعار النفط") + record("port", "سفينة تصل"))
    if not is_new:
        index.update(path)
        write(path, record("oil", "أسعار النفط ترتفع") + record("port", "سفينة تصل إلى الميناء"), ago=60)
    reason = Reason.of("id-taken", path="other.jsonl")
    left_out = [[Refusal(Article("oil", "أسعار النفط", (), path=str(path)), reason, is_new)]]
    monkeypatch.setattr(Transaction, "refused", lambda self: left_out.pop() if left_out else [])
    report = index.update(path)
    assert (report.added, report.updated) == ((1, 0) if is_new else (0, 1))
    assert [(each.path, each.reason) for each in report.skipped] == [(str(path), reason)]


def test_a_newer_version_in_another_file_is_told(index: Index, tmp_path: Path) -> None:
    """Monday's dump and Tuesday's: the file that was changed later counts, in whatever order they are
    read."""
    url = "https://one.example/1"
    tuesday = write(tmp_path / "a-tuesday.jsonl", of("الأولى", "هدنة تصمد", url), ago=60)
    monday = write(tmp_path / "b-monday.jsonl", of("الأولى", "هدنة", url))
    report = index.update([tuesday, monday])
    assert (report.added, report.replaced, report.superseded, report.skipped) == (1, 0, 1, [])
    wednesday = write(tmp_path / "wednesday.jsonl", of("الأولى", "هدنة تنهار", url), ago=30)
    report = index.update([tuesday, monday, wednesday])
    assert (report.updated, report.replaced, report.read) == (1, 1, 1)
    again = UpdateOptions(again=True)
    report = index.update([tuesday, monday, wednesday], options=again)
    assert (report.updated, report.superseded, report.unchanged) == (0, 2, 1)
    # Another record was appended: that does not make this one newer.
    write(monday, monday.read_text("utf-8") + of("الأولى", "خبر آخر", name="2"), ago=5)
    report = index.update([tuesday, monday, wednesday])
    assert (report.added, report.updated, report.superseded) == (1, 0, 1)
    assert index.article("1").title == "هدنة تنهار"
    # A change of the article itself does.
    write(monday, of("الأولى", "هدنة جديدة", url) + of("الأولى", "خبر آخر", name="2"), ago=3)
    report = index.update([tuesday, monday, wednesday])
    assert (report.updated, report.replaced, index.article("1").title) == (1, 1, "هدنة جديدة")


@pytest.mark.parametrize("same", ["title", "published"])
def test_one_outlet_and_no_address(index: Index, tmp_path: Path, same: str) -> None:
    """An outlet restarts its numbers every year; an article with the same title or time as another is a newer
    version of it."""
    old = {
        "id": "1",
        "title": "هدنة",
        "text": "هدنة اليوم.",
        "source": "الأولى",
        "published": "2024-05-06 10:00",
    }
    new = {
        "id": "1",
        "title": "هدنة ثانية",
        "text": "هدنة غداً.",
        "source": "الأولى",
        "published": "2025-05-06 11:00",
    }
    for year, told in ((2024, old), (2025, {**new, same: old[same]})):
        path = write(tmp_path / f"{year}.json", json.dumps(told, ensure_ascii=False), ago=2026 - year)
        report = index.update(path)
    assert (report.updated, report.replaced, report.skipped) == (1, 1, [])


def test_what_waited_for_an_id_comes_when_it_is_free(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    write(folder / "one.jsonl", of("الأولى", "هدنة"))
    write(folder / "two.jsonl", of("الثانية", "مباراة"))
    index.update(folder)
    (folder / "one.jsonl").unlink()
    assert index.update(folder, options=PRUNE).removed == 1
    assert index.update(folder).added == 1 and index.article("1").title == "مباراة"


def test_values_for_all_articles(index: Index, tmp_path: Path) -> None:
    path = write(tmp_path / "one.jsonl", of("", "هدنة"))
    options = UpdateOptions(set={"source": " صحيفة  الوادي ", "author": "سلمى", "published": "6 مايو 2024"})
    index.update(path, options=options)
    article = index.article("1")
    assert (article.source, article.author, str(article.published)[:10]) == (
        "صحيفة الوادي",
        "سلمى",
        "2024-05-06",
    )
    for wrong in ({"title": "ع"}, {"source": " "}, {"published": "3/4/2020"}):
        with pytest.raises(ValueError, match=next(iter(wrong)) if "published" not in wrong else "3/4"):
            list(khabar.read(path, set=wrong))


TABLE = "العنوان,النص\nحصاد القمح,بدأ المزارعون الحصاد.\n{},وصلت سفينة محملة بالقمح إلى الميناء.\n"


def test_a_corrected_row_without_an_id_leaves_its_old_version_which_is_told_and_pruned(
    index: Index, tmp_path: Path
) -> None:
    table = write(tmp_path / "news" / "table.csv", TABLE.format("سفينة تصل الى الميناء"))
    assert index.update(table.parent).dropped == 0
    write(table, TABLE.format("سفينة تصل إلى ميناء بيروت"), ago=1800)
    report = index.update(table.parent)
    assert (counts(report), report.dropped, len(index)) == ((1, 0, 1, 0, 1), 1, 3)
    again = index.update(table.parent)
    assert (again.read, again.dropped, index.left_out().dropped) == (0, 1, 1)
    pruned = index.update(table.parent, options=PRUNE)
    assert (pruned.removed, pruned.dropped, len(index), index.left_out().dropped) == (1, 0, 2, 0)


def test_an_article_that_went_into_another_file_is_not_dropped(index: Index, news: Path) -> None:
    index.update(news)
    write(news / "wire.jsonl", record("oil", "أسعار النفط ترتفع"), ago=1800)
    write(news / "more.jsonl", record("port", "سفينة تصل إلى الميناء"), ago=1800)
    assert index.update(news).dropped == 0


def test_an_article_that_was_removed_by_hand_is_not_dropped(index: Index, news: Path) -> None:
    index.update(news)
    write(news / "wire.jsonl", record("oil", "أسعار النفط ترتفع"), ago=1800)
    assert index.update(news).dropped == 1
    index.remove("port")
    assert (index.update(news).dropped, index.left_out().dropped) == (0, 0)


def test_what_a_file_lost_while_part_of_it_is_unreadable_is_not_dropped(index: Index, news: Path) -> None:
    index.update(news)
    write(news / "wire.jsonl", record("oil", "أسعار النفط ترتفع") + '{"id": "port", "title', ago=1800)
    report = index.update(news)
    assert (report.dropped, report.kept) == (0, 1)
    # It is kept as it was; each run reports this, and so does the report on the index.
    again = index.update(news, options=PRUNE)
    assert (again.read, again.removed, again.kept, index.left_out().kept) == (0, 0, 1, 1)
    assert index.article("port")
    # When the whole file can be read, an article that it does not contain is dropped.
    write(news / "wire.jsonl", record("oil", "أسعار النفط ترتفع"), ago=900)
    pruned = index.update(news, options=PRUNE)
    assert (pruned.removed, pruned.kept, index.left_out().kept) == (1, 0, 0) and index.article("port") is None


def test_an_article_over_a_tightened_limit_is_kept_and_that_is_told(index: Index, tmp_path: Path) -> None:
    news = tmp_path / "long"
    news.mkdir()
    write(news / "a.txt", "خبر طويل\n\n" + "كلمة " * 50 + "\n")
    tight = UpdateOptions(limits=ReadLimits(words=20))
    assert index.update(news).kept == 0
    report = index.update(news, options=tight)
    assert ([each.reason.kind for each in report.skipped], report.kept) == (["too-many-words"], 1)
    assert [hit.article.title for hit in index.search("طويل")] == ["خبر طويل"]
    # An article that was removed by hand is no longer reported.
    index.remove(ids(index))
    assert (index.update(news, options=tight).kept, index.left_out().kept) == (0, 0)


@pytest.mark.parametrize("where", ["file", "folder"])
def test_what_may_not_be_opened_is_not_pruned(
    index: Index, news: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    index.update(news)
    before = ids(index)
    refused = str(news / ("2024" if where == "folder" else "wire.jsonl"))

    def refusing(function: Callable[..., object]) -> Callable[..., object]:
        def call(path: object, *args: object, **kwargs: object) -> object:
            # The status of a file in a folder that may not be entered cannot be read.
            if str(path).startswith(refused + os.sep if where == "folder" else refused):
                raise PermissionError(13, "Permission denied", str(path))
            return function(path, *args, **kwargs)

        return call

    write(news / "wire.jsonl", record("oil", "أسعار النفط تنهار"), ago=1800)
    with monkeypatch.context() as patched:
        if where == "folder":
            for name in ("stat", "lstat", "scandir", "listdir"):
                patched.setattr(os, name, refusing(getattr(os, name)))
        else:
            for module, name in (("io", "open"), ("os", "open"), ("builtins", "open")):
                patched.setattr(f"{module}.{name}", refusing(_of(module, name)))
        report = index.update(news, options=PRUNE)
    expected = {"file": before, "folder": before - {"port"}}[where]
    assert ids(index) == expected and report.removed == len(before - expected)
    assert counts(index.update(news, options=PRUNE))[3] == (1 if where == "file" else 0)
    assert ids(index) == before - {"port"}


def _of(module: str, name: str) -> Callable[..., object]:
    import importlib

    function: Callable[..., object] = getattr(importlib.import_module(module), name)
    return function


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_file_that_changes_while_it_is_read_is_read_again(
    index: Index, news: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Also if it is the same as before afterwards: what was read belongs to neither state."""
    from khabar.upkeep import update

    path, read_file = news / "wire.jsonl", update.read_file
    first = path.read_text("utf-8")
    second = record("oil", "أسعار النفط تهبط") + record("port", "سفينة تصل إلى الميناء")

    def changing(given: Path, **options: object) -> object:
        if given == path and when == "before":
            write(path, second, ago=1800)
        yield from read_file(given, **options)
        if given == path and when == "after":
            write(path, second, ago=1800)

    with monkeypatch.context() as patched:
        patched.setattr(update, "read_file", changing)
        index.update(news)
    found = index.article("oil")
    assert found and found.title == ("أسعار النفط تهبط" if when == "before" else "أسعار النفط ترتفع")
    if when == "before":
        write(path, first, ago=900)
        now = "أسعار النفط ترتفع"
    else:
        now = "أسعار النفط تهبط"
    assert index.update(news).read == 1
    found = index.article("oil")
    assert found and found.title == now
    assert index.update(news).read == 0


def test_one_commit_at_the_end_if_asked(
    index: Index, news: Path, quick_analyzer: Analyzer, tmp_path: Path
) -> None:
    def commits(index: Index) -> int:
        [table] = index.path.glob("_MAIN_*.toc")
        return int(table.stem.rpartition("_")[2])

    before = commits(index)
    assert counts(index.update(news, batch=None)) == (4, 0, 0, 0, 3)
    assert len(index) == 4
    several = create_index(tmp_path / "several", analyzer=quick_analyzer)
    several.update(news, batch=1)
    assert commits(index) == before + 1 < commits(several)


@pytest.mark.parametrize("which", ["old", "new", "both"])
@pytest.mark.parametrize("same", [True, False])
def test_an_address_tells_articles_apart_only_if_both_have_one(
    index: Index, tmp_path: Path, which: str, same: bool
) -> None:
    """The articles have the same outlet, id and title."""
    told = {"id": "1", "title": "هدنة", "source": "الأولى"}
    old, new = {**told, "text": "هدنة اليوم."}, {**told, "text": "هدنة غدا."}
    if which in ("old", "both"):
        old["url"] = "https://example.org/1"
    if which in ("new", "both"):
        new["url"] = "https://example.org/1" if same else "https://example.org/2"
    for year, each in ((2024, old), (2025, new)):
        path = write(tmp_path / f"{year}.json", json.dumps(each, ensure_ascii=False), ago=2026 - year)
        report = index.update(path)
    if which == "both" and not same:
        assert (report.updated, [each.reason.kind for each in report.skipped]) == (0, ["id-taken"])
    else:
        assert (report.updated, report.replaced, report.skipped) == (1, 1, [])


def test_of_many_broken_records_a_hundred_are_named_and_all_are_counted(index: Index, news: Path) -> None:
    write(news / "broken.jsonl", record("a", "خبر أول") + '{"id": \n' * 120)
    assert len(index.update(news).skipped) == 120
    left = index.left_out()
    assert sum(left.skipped.values()) == 120
    (source,) = [
        each for name, each in Manifest.open(index.path).sources.items() if name.endswith("broken.jsonl")
    ]
    assert [each.number for each in source.skipped] == list(range(2, 102))
    assert index.update(news).skipped_before == 120


def test_fields_that_no_record_had_are_told(index: Index, news: Path) -> None:
    write(news / "odd.jsonl", '{"id": "odd", "hed": "عنوان", "story": "نص الخبر هنا."}\n')
    options = UpdateOptions(fields={"title": "hed", "text": "story", "author": "nobody"})
    report = index.update(news, options=options)
    assert report.mapped == {"title=hed": True, "text=story": True, "author=nobody": False}
    assert not report.ok


def test_articles_are_chosen_by_file_and_folder_and_not_by_how_their_names_begin(
    index: Index, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    for name in ("a.txt", "a.txt.txt", "a/b.txt", "ab/b.txt", "a/c/d.txt"):
        write(folder / name, f"خبر {name}\n\nنص الخبر {name}.\n")
    write(folder / "r.jsonl", record("r1", "خبر أول") + record("r2", "خبر ثان"))
    index.update(folder)
    # Articles added by hand are in no list of files, so they are chosen by their path alone.
    given = [
        Article("hand-1", "خبر", ("نص",), path=str(folder / "by hand" / "x.zip!in/y.txt")),
        Article("hand-2", "خبر", ("نص",), path=str(folder / "by hand" / "x.zip")),
        Article("hand-3", "خبر", ("نص",), path=str(folder / "by hand" / "x.zip.txt")),
        Article("hand-4", "خبر", ("نص",), path=str(folder / "by hand" / "x.zip#7")),
    ]
    index.add(given)

    def chosen(name: str) -> set[str]:
        found = index.choose(paths=[folder / name if name else folder])
        return {Path(each.path.partition("#")[0]).relative_to(folder).as_posix() for each in found}

    assert chosen("a.txt") == {"a.txt"}
    assert chosen("a") == {"a/b.txt", "a/c/d.txt"}
    assert chosen("r.jsonl") == {"r.jsonl"}
    assert chosen("by hand/x.zip") == {"by hand/x.zip", "by hand/x.zip!in/y.txt"}
    assert chosen("by hand") == {f"by hand/{name}" for name in ("x.zip", "x.zip!in/y.txt", "x.zip.txt")}
    assert len(index.choose(paths=[folder])) == len(index) == 11
    assert {each.id for each in index.choose(paths=[folder / "by hand" / "x.zip"])} == {
        *("hand-1", "hand-2", "hand-4")
    }


def test_a_file_that_became_old_enough_meanwhile_counts(tmp_path: Path) -> None:
    """Files are compared once more after a removal of a killed writer was resolved. By then a file that was
    too new to rely on its time may count with its time, which requires no work."""
    manifest = Manifest(tmp_path)
    source = Source("/news/a.jsonl", 10, -1, "0" * 32, "", "/news/a.jsonl", ("a1", "a2"), former=("a0",))
    manifest.put(source)
    for changes in (Changes(unchanged=[source.path]), Changes(touched=[source])):
        report = nothing_done(changes, manifest)
        assert (report.unchanged, report.dropped) == (2, 1)
