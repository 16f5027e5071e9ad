"""Files inside pieces, such as attachments, and zip files that are documents, not archives."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from reading_helpers import Result, jsonl, record, zipped

from khabar.corpus.limits import ReadLimits
from khabar.corpus.pieces.content import Content, Draft, Found, Inner
from khabar.corpus.reading import readers
from khabar.corpus.report import Unreadable

TEXT = "افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس."
ReadBytes = Callable[..., Result]


@pytest.fixture
def finding(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the reader of plain text find these in every text that begins with «حاوية»."""

    def find(*found: Found | Callable[[Content], Found]) -> None:
        def read_text(content: Content) -> Iterator[Found]:
            text = content.text()
            if text.startswith("حاوية"):
                for each in found:
                    yield each(content) if callable(each) else each
            else:
                yield None, Draft(text.split("\n")[0], tuple(text.split("\n")[1:]))

        monkeypatch.setattr("khabar.corpus.records.headed_text.read_text", read_text)

    return find


def paths(result: Result, of: str = "a.txt") -> list[str]:
    return [article.path.rpartition(of)[2] for article in result.articles]


def test_a_file_inside_is_read_like_any_other(reading_bytes: ReadBytes, finding: Any) -> None:
    finding(
        (None, Draft("خبر", ("نص",))),
        (None, Inner("b.txt", TEXT.encode())),
        (None, Inner("c.jsonl", io.BytesIO(jsonl(record(1), record(2)).encode()))),
        (None, Inner("d.txt.gz", gzip.compress(TEXT.encode()))),
        (None, Inner("e.zip", zipped({"f.txt": TEXT}))),
    )
    result = reading_bytes("a.txt", "حاوية")
    assert paths(result) == ["", "!b.txt", "!c.jsonl#1", "!c.jsonl#2", "!d.txt.gz", "!e.zip!f.txt"]
    assert result.report.ok
    assert len({article.id for article in result.articles}) == 6
    assert result.report.files == 1


def test_the_number_of_its_record_precedes_its_name(reading_bytes: ReadBytes, finding: Any) -> None:
    finding(
        (7, Draft("خبر", ("نص",))), (7, Inner("b.txt", TEXT.encode())), (8, Inner("b.txt", TEXT.encode()))
    )
    result = reading_bytes("a.txt", "حاوية")
    assert paths(result) == ["#7", "!7/b.txt", "!8/b.txt"]
    assert len({article.id for article in result.articles}) == 3


def test_one_name_twice(reading_bytes: ReadBytes, finding: Any) -> None:
    finding((None, Inner("b.txt", TEXT.encode())), (None, Inner("b.txt", f"{TEXT} وغادر.".encode())))
    result = reading_bytes("a.txt", "حاوية")
    assert paths(result) == ["!b.txt", "!b.txt"]
    assert len({article.id for article in result.articles}) == 2
    assert result.report.ok


def test_ids_stay_from_anywhere(reading_bytes: ReadBytes, finding: Any, tmp_path: Path) -> None:
    finding((3, Inner("b.txt", TEXT.encode())))
    first = reading_bytes("a.txt", "حاوية").articles
    assert reading_bytes("a.txt", "حاوية").articles == first
    assert reading_bytes("a.txt", "حاوية", root=tmp_path).articles[0].id == "a.txt!3/b"


def test_hidden_inner_files_are_skipped(reading_bytes: ReadBytes, finding: Any) -> None:
    finding(
        (None, Draft("خبر", ("نص",))),
        (None, Inner(".b.txt", TEXT.encode())),
        (None, Inner("__MACOSX/b.txt", TEXT.encode())),
    )
    result = reading_bytes("a.txt", "حاوية")
    assert paths(result) == [""]
    assert result.report.ok


@pytest.mark.parametrize("name", ["", "../../etc/passwd.txt", "a\nb.txt", "x\0.txt", "\ud800.txt", "!#.txt"])
def test_a_name_is_a_label(reading_bytes: ReadBytes, finding: Any, name: str) -> None:
    finding((None, Inner(name, TEXT.encode())))
    result = reading_bytes("a.txt", "حاوية")
    assert result.titles == ["افتتاح جسر المرفأ"]
    assert "\n" not in result.articles[0].path
    result.articles[0].path.encode()


def test_inner_files_without_text(reading_bytes: ReadBytes, finding: Any) -> None:
    finding(
        (1, Inner("b.jpg", b"\xff\xd8\xff")),
        (2, Inner("c.xyz", b"BEGIN:VCALENDAR")),
        (3, Inner("d.txt", b"")),
        (4, Unreadable("no-word")),
    )
    report = reading_bytes("a.txt", "حاوية").report
    assert [(note.path.rpartition("a.txt")[2], note.reason.kind) for note in report.notes] == [
        ("!1/b.jpg", "media")
    ]
    assert [(each.path.rpartition("a.txt")[2], each.number, each.reason.kind) for each in report.skipped] == [
        ("!2/c.xyz", None, "unknown-format"),
        ("!3/d.txt", None, "empty"),
        ("", 4, "no-word"),
    ]


def test_values_from_the_outer_piece(reading_bytes: ReadBytes, finding: Any) -> None:
    moment = datetime(2024, 5, 6, 10, 0)
    known = {"url": "https://news.example/1", "source": "الوادي", "published": moment}
    own = jsonl(record(1, url="https://news.example/2", source="الشاطئ", date="2023-01-02"), record(2))
    finding(
        (1, Inner("b.txt", TEXT.encode(), **known)),
        (2, Inner("c.jsonl", own.encode(), **known)),
        (3, Inner("d.zip", zipped({"e.txt": TEXT, "f.txt": TEXT}), **known)),
    )
    result = reading_bytes("a.txt", "حاوية")
    assert [(article.url, article.source, article.published) for article in result.articles] == [
        ("https://news.example/1", "الوادي", moment),
        ("https://news.example/2", "الشاطئ", datetime(2023, 1, 2)),
        ("", "الوادي", moment),
        ("", "الوادي", moment),
        ("", "الوادي", moment),
    ]
    assert result.report.ok


def test_nesting_has_a_limit(reading_bytes: ReadBytes, finding: Any) -> None:
    """A text that contains itself is read up to the limit for nested archives."""
    finding((None, Draft("خبر", ("نص",))), (None, Inner("b.txt", "حاوية".encode())))
    result = reading_bytes("a.txt", "حاوية", limits=ReadLimits(depth=3))
    assert paths(result) == ["", "!b.txt", "!b.txt!b.txt", "!b.txt!b.txt!b.txt"]
    assert [each.reason.kind for each in result.report.skipped] == ["too-deep"]
    assert result.report.skipped[0].path.endswith("a.txt" + 4 * "!b.txt")


def test_archives_count_for_the_same_limit(reading_bytes: ReadBytes, finding: Any) -> None:
    finding((None, Inner("b.zip", zipped({"c.txt": TEXT}))))
    outer = zipped({"a.txt": "حاوية"})
    assert reading_bytes("a.zip", outer, limits=ReadLimits(depth=3)).titles == ["افتتاح جسر المرفأ"]
    result = reading_bytes("a.zip", outer, limits=ReadLimits(depth=2))
    assert [each.reason.kind for each in result.report.skipped] == ["too-deep"]


def test_they_count_as_members(reading_bytes: ReadBytes, finding: Any) -> None:
    finding(
        *((n, Inner("b.txt", f"خبر {n}\nنص {n}".encode())) for n in range(1, 6)), (6, Draft("خبر", ("نص",)))
    )
    result = reading_bytes("a.txt", "حاوية", limits=ReadLimits(members=2))
    assert paths(result) == ["!1/b.txt", "!2/b.txt", "#6"]
    assert [each.reason.kind for each in result.report.skipped] == ["too-many-members"]


def test_the_budget_is_that_of_the_file(reading_bytes: ReadBytes, finding: Any) -> None:
    """Inner files that share their bytes are limited together, by the limit of the outer file."""
    text = ("خبر طويل\n" + "كلمة " * 20_000).encode()
    finding(*((n, Inner("b.txt", text)) for n in range(1, 100)))
    result = reading_bytes("a.txt", "حاوية", max_bytes=1_000_000, limits=ReadLimits(ratio=1))
    assert 0 < len(result.articles) < 10
    assert {each.reason.kind for each in result.report.skipped} == {"too-much-unpacked"}


def test_a_stream_that_fails(reading_bytes: ReadBytes, finding: Any) -> None:
    class Failing:
        def read1(self, size: int, /) -> bytes:
            raise ValueError("broken")

    finding((1, Inner("b.txt", Failing())), (2, Draft("خبر", ("نص",))))
    result = reading_bytes("a.txt", "حاوية")
    assert paths(result) == ["#2"]
    assert [each.reason.kind for each in result.report.skipped] == ["cut-short"]


def test_content_as_a_seekable_file(reading_bytes: ReadBytes, finding: Any, monkeypatch: Any) -> None:
    seen = []

    def read_document(content: Content) -> Iterator[Found]:
        with content.file() as file:
            file.seek(-1, 2)
            seen.append((file.read(), file.seek(0), len(file.read())))
        yield None, Draft("خبر", ("نص",))

    monkeypatch.setattr("khabar.corpus.records.json_records.read_document", read_document)
    reading_bytes("a.json", "[1234]")
    reading_bytes("a.json.gz", gzip.compress(b"[1234]"))
    assert seen == [(b"]", 0, 6)] * 2


# --- Documents that are zip files ---

DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
DOCUMENTS: dict[str, dict[str, bytes | str]] = {
    "docx": DOCX,
    "xlsx": {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"},
    "pptx": {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"},
    "odt": {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o/>"},
    "ods": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<o/>"},
    "odp": {"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<o/>"},
    "epub": {"mimetype": "application/epub+zip\n", "META-INF/container.xml": "<c/>", "a.html": "<p>"},
    "wacz": {"datapackage.json": "{}", "archive/data.warc.gz": b"\x1f\x8b", "pages/pages.jsonl": "{}"},
}


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, tuple[str, ...]]]:
    """What readers of documents are given: the format, the name and the parts."""
    seen: list[tuple[str, str, tuple[str, ...]]] = []

    def read_as(kind: str) -> Callable[[Content], Iterator[Found]]:
        def read_document(content: Content) -> Iterator[Found]:
            with content.package() as package:
                seen.append((kind, content.name, package.names))
            yield None, Draft("خبر", ("نص",))

        return read_document

    real = readers._reader

    def chosen(kind: Any) -> Any:
        return read_as(kind) if kind in DOCUMENTS else real(kind)

    monkeypatch.setattr(readers, "_reader", chosen)
    return seen


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("name", ["a.{}", "a.zip", "a", "A.{}.gz", "x.zip"])
def test_a_document_is_not_an_archive(reading_bytes: ReadBytes, packages: Any, kind: str, name: str) -> None:
    content = zipped(DOCUMENTS[kind])
    if name.endswith(".gz"):
        content = gzip.compress(content)
    if name == "x.zip":
        content = zipped({f"y/a.{kind}": content})
    result = reading_bytes(name.format(kind), content)
    assert result.report.ok
    assert len(result.articles) == 1
    assert [(each, parts) for each, _, parts in packages] == [(kind, tuple(DOCUMENTS[kind]))]


def test_careless_names_of_parts(reading_bytes: ReadBytes, packages: Any) -> None:
    reading_bytes("a.docx", zipped({"[content_types].XML": "", "Word\\document.xml": ""}))
    assert packages[0][0] == "docx"


@pytest.mark.parametrize(
    "members",
    [
        {"mimetype": "text/plain", "a.txt": TEXT},
        {"mimetype": "x" * 10_000, "a.txt": TEXT},
        {"[Content_Types].xml/a.txt": TEXT},
        {"datapackage.json.txt": TEXT},
        {"archive/a.txt": TEXT},
    ],
)
def test_an_archive_is_not_a_document(reading_bytes: ReadBytes, packages: Any, members: Any) -> None:
    assert "افتتاح جسر المرفأ" in reading_bytes("a.zip", zipped(members)).titles
    assert not packages


def test_a_package_of_tables_is_an_archive(reading_bytes: ReadBytes, packages: Any) -> None:
    """Other packages have a ``datapackage.json`` too (Frictionless Data)."""
    result = reading_bytes("a.zip", zipped({"datapackage.json": "{}", "data/a.txt": TEXT}))
    assert len(result.articles) == 1
    assert not packages


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub", "pptx", "odp", "xlsx", "ods", "wacz"])
def test_files_only_named_like_documents(reading_bytes: ReadBytes, packages: Any, suffix: str) -> None:
    for content in (zipped({"a.txt": TEXT}), TEXT.encode(), b"\0" * 100, b"PK\x03\x04" + b"\0" * 100):
        result = reading_bytes(f"a.{suffix}", content)
        assert not result.articles
        assert [each.reason.kind for each in result.report.skipped] in (
            ["not-a-document"],
            ["damaged-document"],
        )
    assert not packages


def test_a_password_of_office(reading_bytes: ReadBytes) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in reading_bytes("a.docx", content).reasons[0]


def test_parts_have_limits(reading_bytes: ReadBytes, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def read_document(content: Content) -> Iterator[Found]:
        with content.package() as package:
            assert "WORD/Document.xml" in package
            assert package.data("word/document.xml") == b"<w/>"
            for name in ("big", "missing"):
                try:
                    package.data(name)
                except Unreadable as error:
                    told.append(error.reason.kind)
        yield None, Draft("خبر", ("نص",))

    monkeypatch.setattr(readers, "_reader", lambda kind: read_document)
    reading_bytes("a.docx", zipped({**DOCX, "big": bytes(2_000_000)}), limits=ReadLimits(whole=1_000_000))
    reading_bytes(
        "a.docx", zipped({**DOCX, "big": bytes(2_000_000)}), limits=ReadLimits(ratio=1), max_bytes=99_999
    )
    assert told == ["too-large", "part-missing", "too-much-unpacked", "part-missing"]


@pytest.mark.parametrize("name", ["a.pages", "a.mobi", "a.pst", "a.rar"])
def test_a_known_format_that_is_not_read(reading_bytes: ReadBytes, name: str) -> None:
    result = reading_bytes(name, b"\xd0\xcf\x11\xe0" * 10)
    assert [each.reason.kind for each in result.report.skipped] == ["unread-format"]
    assert "save it as" in result.reasons[0]
    assert "احفظه بصيغة" in result.report.skipped[0].text("ar")


@pytest.mark.parametrize("name", ["~$تقرير.docx", "~$a1.xlsx", "~$a.doc"])
def test_lock_files_of_office(reading_bytes: ReadBytes, name: str) -> None:
    result = reading_bytes(name, b"\x05salma" + b" " * 49 + "سلمى".encode("utf-16-le") + bytes(99))
    assert result.report.ok and [note.reason.kind for note in result.report.notes] == ["media"]
    assert "مفتوح" in result.report.notes[0].text("ar")
