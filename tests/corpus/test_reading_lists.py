"""Lists: lines of texts, columns of tables and spreadsheets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import khabar
from khabar.corpus.reading.lists import read_list, read_upload
from khabar.corpus.tables import workbooks

NAMES = ("سلمى نادر", "عبد الله الصالح", "طارق الهاشل")
TABLE = "العدد,الاسم,البلد\n1,سلمى نادر,لبنان\n2,عبد الله الصالح,السعودية\n\n3,طارق الهاشل,فرنسا\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_lines_of_a_text_in_any_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes((end.join(NAMES) + end).encode(encoding))
    listed = read_list(path)
    assert listed.lines == NAMES
    assert listed.numbers == (1, 2, 3)
    assert listed.column == ""
    assert listed.guessed == (encoding == "windows-1256")


def test_blank_lines_keep_their_place() -> None:
    listed = read_list("أحمد\n\nسلمى\n".encode())
    assert listed.lines == ("أحمد", "", "سلمى")
    assert read_list(b"").lines == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_column_of_a_table(delimiter: str) -> None:
    data = TABLE.replace(",", delimiter).encode()
    usual = read_list(data, name="people.csv")
    assert (usual.lines, usual.column, usual.columns) == (NAMES, "الاسم", ("العدد", "الاسم", "البلد"))
    assert usual.numbers == (2, 3, 5)
    assert read_list(data, name="people.csv", column="البلد").lines == ("لبنان", "السعودية", "فرنسا")
    assert read_list(data, name="people.csv", column=1).lines == ("1", "2", "3")
    assert read_list(data, name="people.csv", column="2").lines == NAMES


def test_a_table_without_headings() -> None:
    data = b"".join(f"{name},x\n".encode() for name in NAMES)
    listed = read_list(data, name="people.csv")
    assert (listed.lines, listed.column, listed.columns) == (NAMES, "1", ())


def test_the_names_of_offices_tables() -> None:
    data = "قائمة المراقبة;;\nم;الاسم الكامل;تاريخ\n1;سلمى نادر;2024\n2;عبد الله الصالح;2024\n".encode()
    listed = read_list(data, name="people.csv")
    assert (listed.lines, listed.column, listed.above) == (NAMES[:2], "الاسم الكامل", 1)
    assert listed.numbers == (3, 4)
    assert read_list(data, name="people.csv", column="الإسم الكامل").lines == NAMES[:2]
    assert read_list(data, name="people.csv", column="م").lines == ("1", "2")
    bare = "1;سلمى نادر\n2;عبد الله الصالح\n".encode()
    assert (read_list(bare, name="a.csv").lines, read_list(bare, name="a.csv").column) == (NAMES[:2], "2")


def test_a_row_that_cannot_be_read_is_reported() -> None:
    listed = read_list('الاسم\nسلمى\n"مفتوح\nأحمد\n'.encode(), name="people.csv")
    assert listed.lines == ("سلمى", "أحمد")
    ((number, reason),) = listed.skipped
    assert (number, reason.kind) == (3, "open-quotation")


def test_spreadsheets(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        other, sheet = book.add_worksheet("غيرها"), book.add_worksheet("أسماء")
        other.write_string(0, 0, "لا أحد")
        for row, cells in enumerate((("id", "name"), (7, NAMES[0]), (8.5, NAMES[1]))):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    path = tmp_path / "people.xlsx"
    path.write_bytes(content.getvalue())
    first = read_list(path)
    assert (first.lines, first.sheets) == (("لا أحد",), ("أسماء",))
    listed = read_list(path, sheet="أسماء")
    assert (listed.lines, listed.numbers, listed.column) == (NAMES[:2], (2, 3), "name")
    assert read_list(path, sheet="أسماء", column="id").lines == ("7", "8.5")
    with pytest.raises(khabar.InvalidArgument, match="sheet"):
        read_list(path, sheet="x")
    path.write_bytes(content.getvalue()[:500])
    with pytest.raises(khabar.SourceError, match=r"people\.xlsx"):
        read_list(path)


def _workbook(cells: dict[str, str]) -> bytes:
    """A workbook with these texts in a sheet; "" is a cell that only has a format."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for place, text in cells.items():
            if text:
                sheet.write_string(place, text)
            else:
                sheet.write_blank(place, None, bold)
    return content.getvalue()


def _open_document(rows: int) -> bytes:
    """An .ods with a single row that is repeated many times."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", f"<manifest:manifest {spaces}/>")
        packed.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="s"><table:table-row table:number-rows-repeated="{rows}">'
            f'<table:table-cell office:value-type="string"><text:p>{NAMES[0]}</text:p></table:table-cell>'
            "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


def _bomb() -> bytes:
    """A workbook with a part of 40 MiB in some KB."""
    content = io.BytesIO(_workbook({"A1": "x"}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", "x" * (40 << 20))
    return content.getvalue()


def test_a_hostile_spreadsheet_is_refused_and_ends_no_process() -> None:
    pytest.importorskip("python_calamine")
    far = _workbook({"A1": NAMES[0], "XFD1048576": "x"})
    with pytest.raises(khabar.SourceError, match="span more than 5000000 cells"):
        read_list(far, name="far.xlsx")
    # A table of 600,000 cells is read from a file, but not from an upload.
    wide = _workbook({"A1": NAMES[0], "J60000": "x"})
    assert len(read_list(wide, name="wide.xlsx").lines) == 2
    with pytest.raises(khabar.SourceError, match="span more than 500000 cells"):
        read_upload(wide, "wide.xlsx")
    with pytest.raises(khabar.SourceError, match="unpacks to more than 16 MiB"):
        read_list(_bomb(), name="bomb.xlsx")
    assert read_upload(_open_document(3), "names.ods").lines == NAMES[:1] * 3
    with pytest.raises(khabar.SourceError, match="span more than 500000 cells"):
        read_upload(_open_document(1_000_000), "names.ods")
    # Where cells cannot be counted in advance, as in an .xls, memory and time are limited.
    small = workbooks.WorkbookLimits(64 << 20, 1 << 40, 512 << 20, 60)
    with pytest.raises(khabar.SourceError, match="512 MiB of memory"):
        workbooks.read_sheet(far, "far.xlsx", "", small)
    slow = workbooks.WorkbookLimits(64 << 20, 5, 512 << 20, 0)
    with pytest.raises(khabar.SourceError, match="0 seconds"):
        workbooks.read_sheet(far, "far.xlsx", "", slow)


def test_errors_of_the_system_for_a_spreadsheet_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("python_calamine")
    book = _workbook({"A1": NAMES[0]})

    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("khabar.corpus.confined.subprocess.Popen", refused)
    with pytest.raises(khabar.SourceError, match=r"a\.xlsx: .* could not be started \(Resource temporarily"):
        read_list(book, name="a.xlsx")
    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    with pytest.raises(khabar.SourceError, match=r"a\.xlsx: it cannot be copied"):
        read_list(book, name="a.xlsx")


def test_the_total_time_of_a_spreadsheet_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("python_calamine")
    book = _workbook({f"A{row}": NAMES[0] for row in range(1, 50)})
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(workbooks.time, "monotonic", lambda: next(clock))
    with pytest.raises(khabar.SourceError, match="more than 60 seconds"):
        workbooks.read_sheet(book, "a.xlsx", "", workbooks.WorkbookLimits(64 << 20, 500, 512 << 20, 60))


def test_cells_with_only_a_format_do_not_count() -> None:
    pytest.importorskip("python_calamine")
    listed = read_list(_workbook({"A1": NAMES[0], "A2": NAMES[1], "XFD1048576": ""}), name="a.xlsx")
    assert listed.lines == NAMES[:2]


def test_unreadable_lists_are_reported(tmp_path: Path) -> None:
    with pytest.raises(khabar.SourceError, match="none"):
        read_list(tmp_path / "none.txt")
    with pytest.raises(khabar.InvalidArgument, match="column"):
        read_list(TABLE.encode(), name="people.csv", column="المهنة")
    with pytest.raises(khabar.InvalidArgument, match="column"):
        read_list(TABLE.encode(), name="people.csv", column=9)
    with pytest.raises(khabar.InvalidArgument, match="column"):
        read_list(b"x\n", name="people.txt", column="name")
    with pytest.raises(khabar.InvalidArgument, match="sheet"):
        read_list(b"x\n", sheet="name")
    with pytest.raises(khabar.SourceError):
        read_list(bytes(range(256)) * 10)


@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.csv", "a.tsv", ""]))
def test_any_bytes_are_a_list_or_an_error_of_khabar(data: bytes, name: str) -> None:
    try:
        listed = read_list(data, name=name)
    except khabar.KhabarError:
        return
    assert len(listed.lines) == len(listed.numbers)
    assert list(listed.numbers) == sorted(set(listed.numbers))
