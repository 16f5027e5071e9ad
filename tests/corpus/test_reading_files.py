"""Which files are read, in which order, and how the others are reported."""

import os
from pathlib import Path
from typing import Any

import pytest
from reading_helpers import Result, jsonl, named, record

from khabar.corpus import ReadReport, Skipped, read
from khabar.corpus.reasons import Reason
from khabar.corpus.suffixes import SUFFIXES, without_suffixes
from khabar.errors import InvalidArgument, SourceError

TEXT = "افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس."


def write(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(result: Result) -> list[str]:
    return [Path(article.path).name for article in result.articles]


def test_folders_are_read_with_all_below_them_in_order(tmp_path: Path, reading: Any) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "c", "B.TXT", "10.md", "9.text"):
        write(tmp_path / name, f"{TEXT} {name}")
    result = reading(tmp_path)
    assert names(result) == ["10.md", "9.text", "B.TXT", "c.txt", "z.txt", "b.txt", "c"]
    assert result.report.ok
    assert result.report.files == 7


def test_hidden_files_are_skipped_unless_named(tmp_path: Path, reading: Any) -> None:
    write(tmp_path / ".git/a.txt")
    hidden = write(tmp_path / ".hidden.txt")
    write(tmp_path / "a.txt")
    assert names(reading(tmp_path)) == ["a.txt"]
    assert names(reading(hidden)) == [".hidden.txt"]


def test_several_paths_of_any_kind(tmp_path: Path, reading: Any) -> None:
    a, b = write(tmp_path / "x/a.txt"), write(tmp_path / "b.txt")
    assert names(reading(str(b))) == ["b.txt"]
    assert names(reading([str(b), a.parent])) == ["b.txt", "a.txt"]
    assert names(reading(path for path in (a, b))) == ["a.txt", "b.txt"]
    assert names(reading([])) == []


def test_a_missing_path_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file or folder .*nowhere.*Check the spelling"):
        read([tmp_path, tmp_path / "nowhere"])


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_an_impossible_path_is_an_error(path: str) -> None:
    with pytest.raises((SourceError, InvalidArgument)):
        read(path)


def test_an_unknown_field_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a field of an article: titel"):
        read(tmp_path, fields={"titel": "hed"})


def test_links_in_a_circle(tmp_path: Path, reading: Any) -> None:
    write(tmp_path / "a/b.txt")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "gone").symlink_to("nowhere")
    result = reading(tmp_path)
    assert names(result) == ["b.txt"]
    assert [Path(skipped.path).name for skipped in result.report.skipped] == ["self", "gone"]
    with pytest.raises(SourceError):
        read(tmp_path / "a/self")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, reading: Any) -> None:
    write(tmp_path / "mine/secret.txt")
    write(tmp_path / "mine/more/b.txt")
    write(tmp_path / "news/a.txt")
    (tmp_path / "news/link.txt").symlink_to(tmp_path / "mine/secret.txt")
    (tmp_path / "news/step.txt").symlink_to("link.txt")
    (tmp_path / "news/folder").symlink_to("../mine/more")
    (tmp_path / "news/same.txt").symlink_to("a.txt")
    result = reading(tmp_path / "news")
    assert names(result) == ["a.txt"]
    reasons = {Path(each.path).name: each.reason for each in result.report.skipped}
    assert {each.kind for each in reasons.values()} == {"link-outside"}
    assert set(reasons) == {"link.txt", "step.txt", "folder"}
    for language in ("en", "ar"):
        assert str(tmp_path / "mine/secret.txt") in reasons["step.txt"].text(language)
    assert all(each.unread for each in reasons.values())
    # What is named is read, whatever leads to it.
    assert names(reading(tmp_path / "news/link.txt")) == ["secret.txt"]
    both = reading([tmp_path / "news", tmp_path / "mine"])
    assert sorted(names(both)) == ["a.txt", "b.txt", "secret.txt"] and not both.report.skipped


def test_the_target_of_a_link_is_read_once_in_its_own_place(tmp_path: Path, reading: Any) -> None:
    write(tmp_path / "news/z/خبر.txt")
    write(tmp_path / "news/.older/b.txt")
    (tmp_path / "news/a.txt").symlink_to("z/خبر.txt")
    (tmp_path / "news/folder").symlink_to("z")
    (tmp_path / "news/shown.txt").symlink_to(".older/b.txt")
    result = reading(tmp_path / "news")
    assert names(result) == ["shown.txt", "خبر.txt"] and not result.report.skipped
    assert result.articles[1].path == str(tmp_path / "news/z/خبر.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names of their own on this system")
def test_a_pipe_is_reported_as_one(tmp_path: Path) -> None:
    mine, other = os.pipe()
    try:
        with pytest.raises(SourceError, match="is a pipe"):
            read(f"/dev/fd/{mine}")
        with pytest.raises(SourceError, match="no file or folder"):
            read("/dev/fd/999")
    finally:
        os.close(mine)
        os.close(other)


def test_very_deep_folders(tmp_path: Path, reading: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(300):
        Path("د").mkdir()
        os.chdir("د")
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    assert len(reading(tmp_path).articles) == 1


@pytest.mark.parametrize("name", ["a.xyz", "a.QXP", "a.exe7"])
@pytest.mark.parametrize("content", [b"\xff\xd8\x00", TEXT.encode(), b""], ids=named)
def test_other_formats(reading_bytes: Any, name: str, content: bytes) -> None:
    result = reading_bytes(name, content)
    assert not result.articles
    assert "not a format that khabar reads" in result.reasons[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.JPEG", b"\xff\xd8\x00"),
        ("a.gif", b"GIF89a"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("a.svg", b'<?xml version="1.0"?><svg/>'),
        ("a.mp3", b"ID3"),
        ("a.mp4", b"\0\0\0\x18ftypmp42"),
        ("a.woff2", b"wOF2"),
        ("a.exe", b"MZ"),
        ("a.css", b"body {}"),
        ("a.js", b"var x = {};"),
        ("a.jpg", b""),
    ],
)
def test_files_without_text_are_not_a_loss(reading_bytes: Any, name: str, content: bytes) -> None:
    report = reading_bytes(name, content).report
    assert (report.ok, report.skipped, [note.reason.kind for note in report.notes]) == (True, [], ["media"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", TEXT.encode()),
        ("a.jpg", TEXT.encode("utf-16")),
        ("a.js", b'{"title": "x"}'),
        ("a.css", b"<!doctype html><p>"),
    ],
)
def test_a_text_that_is_called_a_picture_is_skipped_input(
    reading_bytes: Any, name: str, content: bytes
) -> None:
    report = reading_bytes(name, content).report
    assert [each.reason.kind for each in report.skipped] == ["unknown-format"]


@pytest.mark.parametrize("name", ["خبر", "تقرير.عاجل", "2023.10.07", "a.text", "a.TXT", "رقم 5.txt"])
def test_texts_of_any_name(reading_bytes: Any, name: str) -> None:
    assert reading_bytes(name, TEXT).titles == ["افتتاح جسر المرفأ"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("ًٌٍ، ؟".encode(), "it contains no words"),
        ("انتهى\nتعليقك".encode(), "it contains only page clutter"),
        (b"\x7fELF\x02\x01\x01\x00" * 40, "it is not text"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04" * 40, "it is not text"),
    ],
    ids=named,
)
def test_files_without_text(reading_bytes: Any, content: bytes, reason: str) -> None:
    result = reading_bytes("a.txt", content)
    assert result.reasons == [reason]
    assert not result.report.ok


def test_an_empty_folder_is_reported(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "x/y").mkdir(parents=True)
    assert reading(tmp_path / "x").report.skipped == [Skipped(str(tmp_path / "x"), None, Reason("no-file"))]
    write(tmp_path / "x/a.txt")
    assert reading([tmp_path / "x", tmp_path / "x"]).report.ok


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_pipes_and_the_like_are_not_waited_for(tmp_path: Path, reading: Any) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "not a regular file" in reading(tmp_path).reasons[0]


def test_files_that_cannot_be_opened(tmp_path: Path, reading: Any, monkeypatch: Any) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    write(tmp_path / "c/d.txt")
    opened, listed = Path.open, Path.iterdir

    def refuse_open(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **options)

    def refuse_list(path: Path) -> Any:
        if path.name == "c":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "open", refuse_open)
    monkeypatch.setattr(Path, "iterdir", refuse_list)
    result = reading(tmp_path)
    assert names(result) == ["b.txt"]
    assert result.reasons == ["it cannot be opened: Permission denied"] * 2


def test_a_name_that_is_not_unicode(tmp_path: Path, reading: Any) -> None:
    try:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe5\xed.txt"))
        write(path)
        os.fsencode(path).decode()
    except UnicodeDecodeError:
        pass
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    result = reading(tmp_path)
    assert result.articles[0].path.endswith("/هي.txt")
    write(path, "")
    reading(tmp_path).report.skipped[0].path.encode()


def test_the_report(tmp_path: Path, reading: Any) -> None:
    write(tmp_path / "a.txt", f"{TEXT}\nانتهى**ر.م\nتعليقك")
    (tmp_path / "b.txt").write_bytes(TEXT.encode("cp1256"))
    write(tmp_path / "c.jsonl", jsonl(record(1, text="نص\n|\nانتهى"), "x"))
    write(tmp_path / "d.jpg")
    report = reading(tmp_path).report
    assert (report.files, report.articles, report.ok) == (4, 3, False)
    assert report.clutter == {"end mark": 2, "comments": 1, "rule": 1}
    assert report.guessed == [(str(tmp_path / "b.txt"), "windows-1256")]
    assert [str(skipped) for skipped in report.skipped] == [
        f"{tmp_path / 'c.jsonl'}, record 2: the record is a string, not an object",
        f"{tmp_path / 'd.jpg'}: not a format that khabar reads"
        " (texts, web pages, PDF, Office documents, books, mail, JSON, tables, feeds, WARC, and these in archives;"
        " docs/howto/formats.md lists them)",
    ]


def test_a_report_is_continued_by_another_reading(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    report = ReadReport()
    for _ in range(2):
        list(read(tmp_path, report=report))
    assert (report.files, report.articles) == (2, 2)


def test_reading_is_lazy(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.txt")
    report = ReadReport()
    articles = read(tmp_path, report=report)
    assert report.files == 0
    next(articles)
    assert report.files == 1


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("07-flood.txt", "07-flood"),
        ("07-flood.txt.gz", "07-flood"),
        ("a.zip!b/c.json", "a.zip!b/c"),
        ("2023.10.07", "2023.10.07"),
        ("a.js", "a.js"),
        ("a.tsv", "a"),
        ("a", "a"),
    ],
)
def test_names_without_suffixes(name: str, stem: str) -> None:
    assert without_suffixes(name) == stem
    assert {".txt", ".json", ".jsonl", ".gz", ".zip"} <= SUFFIXES
