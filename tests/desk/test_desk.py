"""Stars, notes and lists: what is put on a desk is there, in its order, for threads and processes at once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import khabar
from khabar import Article, Desk, DeskError, InvalidArgument, InvalidType, SettingsUnavailable
from khabar.desk import file as desk_file
from khabar.desk.values import DeskArticle

OIL = Article(
    "oil",
    "أسعار النفط ترتفع",
    ("نص",),
    "الخليج",
    "سارة",
    datetime(2024, 10, 9, 8, 30),
    "https://a.example/1",
    section="اقتصاد",
    tags=("النفط", "أوبك"),
)
PORT = Article("port", "الميناء القديم", ("نص",), "المغارب")
GRAIN = Article("grain", "شحنات القمح", ("نص",), published="2024-10-11")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(file=tmp_path / "desk.sqlite")


def ids(articles: tuple[DeskArticle, ...]) -> list[str]:
    return [each.id for each in articles]


def test_nothing_is_written_before_there_is_something(desk: Desk) -> None:
    assert list(desk) == [] and desk.starred() == desk.notes() == desk.lists() == ()
    assert desk.get("oil") is None and desk.about(["oil"]) == {} and list(desk.export()) == []
    assert desk.unstar("oil") == 0 and desk.import_([]) == khabar.DeskImport()
    with pytest.raises(InvalidArgument, match="there is no list «ملف»"):
        desk.remove_from("ملف", "oil")
    assert not desk.path.exists()


def test_stars(desk: Desk) -> None:
    assert desk.star([OIL, PORT]) == 2 and desk.star(OIL) == 0
    assert ids(desk.starred()) == ["port", "oil"]
    known = desk.get(OIL)
    assert known is not None and known.starred.endswith("+00:00")
    assert (known.title, known.source, known.author, known.url) == (OIL.title, OIL.source, "سارة", OIL.url)
    assert known.published == OIL.published
    assert (known.section, known.tags) == (OIL.section, OIL.tags)
    assert desk.unstar(["oil", "nosuch"]) == 1
    assert ids(desk.starred()) == ["port"] and desk.get("oil") is None


def test_hits_and_ids_name_articles(desk: Desk, tmp_path: Path) -> None:
    with khabar.open_index(tmp_path / "ix", create=True) as index:
        index.add(OIL)
        hit = index.search("النفط")[0]
    desk.star(hit)
    assert hit.id in {each.id for each in desk.starred()} and desk.get(hit) == desk.get(hit.id)
    assert set(desk.about([hit, "nosuch"])) == {(hit.id, "")}
    with pytest.raises(InvalidType, match="Article or Hit"):
        desk.star("oil")  # type: ignore[arg-type]


def test_notes(desk: Desk) -> None:
    text = "يُراجع الرقم\nمع المكتب 📎"
    desk.note(OIL, f"  {text} ")
    known = desk.get("oil")
    assert known is not None and known.note == text and known.noted
    desk.note(known, "غيرها")
    assert [each.note for each in desk.notes()] == ["غيرها"]
    desk.note(OIL, " ")
    assert desk.notes() == () and desk.get("oil") is None


def test_a_list_keeps_its_order(desk: Desk) -> None:
    assert desk.add_to(" ملف   الطاقة ", [OIL, PORT]) == 2
    assert desk.add_to("ملف الطاقة", [PORT, GRAIN]) == 1
    assert ids(desk.articles("ملف الطاقة")) == ["oil", "port", "grain"]
    desk.move("ملف الطاقة", "grain", 1)
    desk.move("ملف الطاقة", OIL, 99)
    assert ids(desk.articles("ملف الطاقة")) == ["grain", "port", "oil"]
    assert desk.remove_from("ملف الطاقة", ["port", "port"]) == 1
    desk.add_to("ملف الطاقة", PORT)
    assert ids(desk.articles("ملف الطاقة")) == ["grain", "oil", "port"]
    with pytest.raises(InvalidArgument, match="it is not in the list"):
        desk.move("ملف الطاقة", "nosuch", 1)


def test_lists_are_made_renamed_and_deleted(desk: Desk) -> None:
    desk.add_list("القمح")
    desk.add_to("النفط", OIL)
    with pytest.raises(InvalidArgument, match="already"):
        desk.add_list("النفط")
    with pytest.raises(InvalidArgument, match="already"):
        desk.rename_list("القمح", "النفط")
    for empty in ("", " \n"):
        with pytest.raises(InvalidArgument, match="needs a name"):
            desk.add_list(empty)
    desk.rename_list("القمح", "القمح")
    desk.rename_list("القمح", "الحبوب")
    assert [(each.name, each.articles) for each in desk.lists()] == [("الحبوب", 0), ("النفط", 1)]
    desk.star(OIL)
    assert desk.delete_list("النفط") == 1
    known = desk.get("oil")
    assert known is not None and known.starred and known.lists == ()
    with pytest.raises(InvalidArgument) as error:
        desk.articles("النفط")
    assert error.value.choices == ("الحبوب",)


def test_what_is_known_of_an_article_is_renewed_by_the_index_only(desk: Desk) -> None:
    desk.star(OIL)
    kept = desk.get("oil")
    desk.note(Article("oil", "أسعار النفط تهبط", ("نص",)), "تغيّر العنوان")
    assert kept is not None
    desk.add_to("ملف", kept)
    (known,) = desk
    assert (known.title, known.note, known.lists) == ("أسعار النفط تهبط", "تغيّر العنوان", ("ملف",))


def test_archives_keep_their_articles_apart(desk: Desk) -> None:
    desk.star(OIL, archive="أ")
    desk.star(PORT)
    desk.note(Article("oil", "خلافه", ("نص",)), "ملاحظة", archive="ب")
    assert [(each.archive, each.title) for each in desk.starred()] == [("", PORT.title), ("أ", OIL.title)]
    assert desk.get("oil") is None
    known = desk.get("oil", archive="ب")
    assert known is not None and known.note and not known.starred
    assert desk.unstar(known) == 0 and desk.unstar("oil", archive="أ") == 1


def test_what_the_index_lost_is_still_on_the_desk(tmp_path: Path) -> None:
    with khabar.open_index(tmp_path / "ix", create=True) as index:
        index.add([OIL, PORT])
        desk = Desk(index)
        desk.star([OIL, PORT])
        index.remove("oil")
        assert desk.lost(desk.starred(), index) == {("oil", "")}
        known = desk.get("oil")
        assert known is not None and known.title == OIL.title


def test_moments_and_strange_texts_come_back(desk: Desk) -> None:
    moment = datetime(2024, 10, 9, 23, 59, 59, 120_000, timezone(timedelta(hours=3, minutes=30)))
    strange = Article("x\ud800", "عنوان\x00مقطوع\ud801", ("نص",), published=moment)
    desk.star(strange)
    (known,) = desk.starred()
    assert (known.id, known.title, known.published) == ("x\ufffd", "عنوان\x00مقطوع\ufffd", moment)
    assert desk.get(strange) == known


# where it is


def test_it_is_beside_the_index_and_survives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHABAR_DESK", raising=False)
    folder = tmp_path / "news"
    with khabar.open_index(folder, create=True) as index:
        index.add(OIL)
        Desk(index).star(OIL)
    assert khabar.desk_path(folder) == tmp_path / "news.desk.sqlite"
    khabar.rebuild_index(folder)
    assert khabar.check_index(folder).whole if hasattr(khabar.CheckReport, "whole") else True
    assert sorted(each.name for each in tmp_path.iterdir()) == ["news", "news.desk.sqlite"]
    shutil.rmtree(folder)
    assert ids(Desk(folder).starred()) == ["oil"]
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert khabar.desk_path(tmp_path / "link") == khabar.desk_path(folder)


def test_an_address_has_its_desk_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHABAR_DESK", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    path = khabar.desk_path("opensearch://localhost:9200/news")
    assert path.parent == tmp_path / "khabar" / "desks" and path.name.startswith("news-")
    assert khabar.desk_path("opensearch://u:p@localhost:9200/news") != khabar.desk_path(
        "opensearch://localhost:9200/other"
    )
    assert "secret" not in str(khabar.desk_path("opensearch://u:secret@localhost:9200/news"))


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHABAR_DESK", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    path = khabar.desk_path(tmp_path / "news")
    assert path.parent == tmp_path / "data" / "khabar" / "desks"
    Desk(tmp_path / "news").star(OIL)
    assert path.exists()


def test_the_variable_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_DESK", str(tmp_path / "mine.sqlite"))
    assert Desk(tmp_path / "news").path == Desk().path == tmp_path / "mine.sqlite"


# what goes wrong


def test_a_damaged_or_foreign_file_is_named(desk: Desk) -> None:
    desk.star([OIL, PORT])
    whole = desk.path.read_bytes()
    for content, code in (
        (b"no database, but a text that is long enough to be taken for one " * 40, "damaged"),
        (whole[:1024] + b"\xff" * (len(whole) - 1024), "damaged"),
        (whole[:60] + (9).to_bytes(4, "big") + whole[64:], "newer"),
        (whole[:68] + b"abcd" + whole[72:], "foreign"),
    ):
        desk.path.write_bytes(content)
        for call in (desk.starred, lambda: desk.star(GRAIN)):
            with pytest.raises(DeskError, match=r"desk\.sqlite cannot be used") as error:
                call()
            assert error.value.code == code and error.value.path == desk.path and error.value.advice
        assert desk.path.read_bytes() == content
    desk.path.write_bytes(whole)
    assert ids(desk.starred()) == ["port", "oil"]


def test_an_empty_file_is_an_empty_desk(desk: Desk) -> None:
    desk.path.write_bytes(b"")
    assert desk.starred() == ()
    assert desk.star(OIL) == 1


def test_a_database_of_another_program_is_left_alone(desk: Desk) -> None:
    with sqlite3.connect(desk.path) as other:
        other.execute("CREATE TABLE history (url TEXT)")
    other.close()
    before = desk.path.read_bytes()
    with pytest.raises(DeskError, match="another program"):
        desk.star(OIL)
    assert desk.path.read_bytes() == before


def test_what_the_system_refuses(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "folder", tmp_path / "file" / "desk.sqlite"):
        with pytest.raises(SettingsUnavailable) as error:
            Desk(file=path).star(OIL)
        assert error.value.action == "written" and error.value.code in ("EISDIR", "ENOTDIR", "EEXIST")


def test_a_full_disk_loses_nothing(desk: Desk) -> None:
    """In a process that may write no larger files than there are."""
    desk.star(OIL)
    script = """
import resource, signal, sys
from khabar import Article, Desk, SettingsUnavailable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
desk = Desk(file=sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (desk.path.stat().st_size,) * 2)
try:
    desk.note(Article("port", "الميناء", ("نص",)), "ملاحظة طويلة " * 100_000)
except SettingsUnavailable as error:
    print(error.action, error.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(desk.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[0] == "written" and done.stdout.split()[1] in ("ENOSPC", "EIO", "EFBIG")
    assert ids(desk.all()) == ["oil"]


def test_who_waits_too_long_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.star(OIL)
    monkeypatch.setattr(desk_file, "WAITED", 0.05)
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DeskError) as error:
            desk.star(PORT)
        assert error.value.code == "busy"
        # Readers are stopped by nobody who has not written yet.
        assert ids(desk.starred()) == ["oil"]
    finally:
        other.close()
    assert desk.star(PORT) == 1


# at once


def test_threads_lose_nothing(desk: Desk) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for time in range(10):
                article = Article(f"{number}-{time}", "عنوان", ("نص",))
                desk.star(article)
                desk.add_to("ملف", article)
                desk.about([article])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed
    assert len(desk.starred()) == len(desk.articles("ملف")) == 40


def test_processes_lose_nothing(desk: Desk) -> None:
    script = """
import sys
from khabar import Article, Desk
desk = Desk(file=sys.argv[1])
sys.stdin.readline()
for time in range(10):
    article = Article(f"{sys.argv[2]}-{time}", "عنوان", ("نص",))
    desk.add_to("ملف", article)
    desk.note(article, "ملاحظة")
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(desk.path), str(number)], stdin=subprocess.PIPE, text=True
        )
        for number in range(3)
    ]
    for each in processes:
        assert each.stdin is not None
        each.stdin.close()
    assert [each.wait(60) for each in processes] == [0, 0, 0]
    assert len(desk.articles("ملف")) == len(desk.notes()) == 30


# export and import

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
MADE = st.builds(
    Article,
    st.sampled_from(["a", "b", "ج", "د د", "5"]),
    TEXTS,
    st.just(("نص",)),
    TEXTS,
    published=st.none() | st.datetimes(),
    section=TEXTS,
    tags=st.lists(TEXTS, max_size=3).map(tuple),
)


@given(st.lists(st.tuples(st.sampled_from(["star", "note", "ملف", "قائمة"]), MADE, TEXTS), max_size=12))
def test_an_export_makes_the_same_desk(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, Article, str]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    desk, other = Desk(file=folder / "a.sqlite"), Desk(file=folder / "b.sqlite")
    for what, article, text in done:
        if what == "star":
            desk.star(article)
        elif what == "note":
            desk.note(article, text)
        else:
            desk.add_to(what, article)
    lines = [json.dumps(each, ensure_ascii=False) for each in desk.export()]
    report = other.import_(lines)
    assert report.stars + report.notes + report.lists + report.entries == len(lines)
    assert list(other.export()) == list(desk.export())
    assert (other.starred(), other.notes(), other.lists()) == (desk.starred(), desk.notes(), desk.lists())
    again = other.import_(desk.export())
    assert again == khabar.DeskImport(known=len(lines))
    assert list(other.export()) == list(desk.export())


def test_of_two_notes_the_newer_one_stays(desk: Desk) -> None:
    desk.note(OIL, "الآن")
    line = {"kind": "note", "id": "oil", "title": "عنوان قديم", "text": "قبل سنة"}
    report = desk.import_([{**line, "changed": "2020-01-01T00:00:00+00:00"}])
    assert (report.notes, report.known, [each.id for each in report.older]) == (0, 0, ["oil"])
    assert [(each.note, each.title) for each in desk.notes()] == [("الآن", OIL.title)]
    report = desk.import_([{**line, "changed": "2999-01-01T00:00:00+00:00", "text": "بعد حين"}])
    assert report.notes == 1 and [each.note for each in desk.notes()] == ["بعد حين"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"kind": "star"}',
        '{"kind": "star", "id": 5}',
        '{"kind": "star", "id": " "}',
        '{"kind": "star", "id": "a", "published": "أمس"}',
        '{"kind": "star", "id": "a", "colour": "red"}',
        '{"kind": "moon", "id": "a"}',
        '{"kind": "list", "name": " "}',
        '{"kind": "entry", "id": "a", "list": ""}',
        '{"kind": "note", "id": "a"}',
        b"\xff\xfe",
    ],
)
def test_a_line_that_is_not_understood_leaves_the_desk_as_it_is(desk: Desk, line: str | bytes) -> None:
    desk.star(OIL)
    before = list(desk.export())
    with pytest.raises(InvalidArgument):
        desk.import_(['{"kind": "star", "id": "new"}', "", line])
    assert list(desk.export()) == before


def test_lines_are_several(desk: Desk) -> None:
    for wrong in ('{"kind": "star", "id": "a"}', b"", {"kind": "star"}, 5, None):
        with pytest.raises(InvalidType):
            desk.import_(wrong)  # type: ignore[arg-type]
