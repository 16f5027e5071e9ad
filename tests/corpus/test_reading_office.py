"""Word, OpenDocument and PowerPoint documents: only visible text is read, and all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from office_helpers import core, docx, odt, p, pptx, slide
from reading_helpers import Result, zipped

from khabar.corpus.limits import ReadLimits

ReadBytes = Callable[..., Result]
TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة."


def lines(result: Result) -> tuple[str, ...]:
    assert len(result.articles) == 1, result.reasons
    return result.articles[0].paragraphs


# --- Word ---


def test_paragraphs_and_title(reading_bytes: ReadBytes) -> None:
    result = reading_bytes("a.docx", docx(p(TITLE, "a") + p(TEXT) + p("عنوان فرعي", "1") + p("نص آخر.")))
    assert result.titles == [TITLE]
    assert lines(result) == (TEXT, "عنوان فرعي", "نص آخر.")
    assert result.report.ok


@pytest.mark.parametrize("style", ["a", "1", "b"])
def test_a_style_makes_a_long_first_line_the_title(reading_bytes: ReadBytes, style: str) -> None:
    long = f"{TITLE}. " + "كلمة " * 40 + "."
    assert reading_bytes("a.docx", docx(p(long, style) + p(TEXT))).titles == [long]


def test_the_basmala_is_not_a_title(reading_bytes: ReadBytes) -> None:
    result = reading_bytes("a.docx", docx(p("بِسْمِ اللهِ الرَّحْمٰنِ الرَّحِيمِ") + p(TITLE) + p(TEXT)))
    assert result.titles == [TITLE]
    assert lines(result) == ("بِسْمِ اللهِ الرَّحْمٰنِ الرَّحِيمِ", TEXT)


def test_runs_of_a_word_are_one_word(reading_bytes: ReadBytes) -> None:
    """Word splits a word into runs where its spelling was checked or its font changes."""
    runs = (
        "<w:p><w:r><w:rPr><w:rtl/></w:rPr><w:t>المر</w:t></w:r><w:proofErr/><w:r><w:t>فأ</w:t></w:r>"
        '<w:r><w:tab/><w:t xml:space="preserve"> الجديد</w:t><w:br/><w:t>سطر</w:t><w:noBreakHyphen/><w:t>آخر</w:t>'
        "<w:softHyphen/></w:r></w:p>"
    )
    assert lines(reading_bytes("a.docx", docx(p(TITLE, "a") + runs))) == ("المرفأ  الجديد", "سطر-آخر")


def test_tracked_changes(reading_bytes: ReadBytes) -> None:
    body = (
        '<w:p><w:r><w:t>قال </w:t></w:r><w:del w:id="1"><w:r><w:delText>المدير</w:delText><w:t>قديم</w:t></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>الوزير</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>هنا</w:t></w:r></w:moveFrom></w:p>'
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>سطر </w:t></w:r></w:p>"
        "<w:p><w:moveTo><w:r><w:t>واحد</w:t></w:r></w:moveTo></w:p>"
    )
    assert lines(reading_bytes("a.docx", docx(p(TITLE, "a") + body))) == ("قال الوزير", "سطر واحد")


def test_invisible_text(reading_bytes: ReadBytes) -> None:
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>مخفي</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr>"
        "<w:t>ظاهر</w:t></w:r><w:r><w:rPr><w:b/><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>"
        "<w:t> أيضا</w:t></w:r><w:r><w:rPr><w:rStyle w:val='h'/></w:rPr><w:t>سر</w:t></w:r></w:p>"
        + p("فقرة سرية", "h")
        + "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK x </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>الرابط</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>الفصل الأول 3</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>الفصل الثاني 9</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p('المحتويات')}</w:sdtContent></w:sdt>" + p("آخر النص")
    )
    parts: dict[str, str | bytes] = {
        "word/header1.xml": "<w:hdr>ترويسة</w:hdr>",
        "word/comments.xml": "<w:comments>تعليق</w:comments>",
    }
    result = reading_bytes("a.docx", docx(p(TITLE, "a") + body, **parts))
    assert lines(result) == ("ظاهر أيضا", "الرابط", "آخر النص")


def test_a_row_is_a_paragraph(reading_bytes: ReadBytes) -> None:
    def cell(*texts: str) -> str:
        return f"<w:tc><w:tcPr/>{''.join(map(p, texts))}</w:tc>"

    table = (
        f"<w:tbl><w:tr>{cell('السلعة')}{cell('السعر')}</w:tr><w:tr>{cell('القمح')}{cell('٣٠٠', 'دينار')}{cell('')}"
        f"</w:tr><w:tr>{cell('')}{cell('خلية وحدها', 'سطران')}</w:tr></w:tbl>"
    )
    assert lines(reading_bytes("a.docx", docx(p(TITLE, "a") + table))) == (
        "السلعة | السعر",
        "القمح | ٣٠٠ دينار",
        "خلية وحدها",
        "سطران",
    )


def test_text_boxes_and_their_second_copy(reading_bytes: ReadBytes) -> None:
    box = (
        "<w:p><w:r><w:t>حول </w:t><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>"
        f"{p('في الإطار')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        f"{p('في الإطار')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>الإطار</w:t></w:r></w:p>"
    )
    assert lines(reading_bytes("a.docx", docx(p(TITLE, "a") + box))) == ("حول الإطار", "في الإطار")


def test_notes_are_at_the_end(reading_bytes: ReadBytes) -> None:
    def notes(kind: str, text: str) -> str:
        return (
            f'<w:{kind}s xmlns:w="w/wordprocessingml"><w:{kind} w:type="separator" w:id="0">{p("فاصل")}</w:{kind}>'
            f'<w:{kind} w:id="2">{p(text)}</w:{kind}><w:{kind} w:id="3">{p("بلا موضع")}</w:{kind}></w:{kind}s>'
        )

    body = (
        "<w:p><w:r><w:t>قال الوزير</w:t></w:r><w:r><w:endnoteReference w:id='2'/></w:r>"
        "<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    )
    content = docx(
        p(TITLE, "a") + body + p("آخر."),
        footnotes=notes("footnote", "حاشية سفلى"),
        endnotes=notes("endnote", "حاشية ختامية"),
    )
    assert lines(reading_bytes("a.docx", content)) == ("قال الوزير", "آخر.", "حاشية ختامية", "حاشية سفلى")


def test_properties(reading_bytes: ReadBytes) -> None:
    told = core("Document1", "Microsoft Office User", "2013-12-23T23:15:00Z", "2013-12-23T23:15:00Z")
    article = reading_bytes("a.docx", docx(p(TEXT), core=told)).articles[0]
    assert (article.author, article.published) == ("", None)
    assert article.title == TEXT.rstrip(".")
    told = core("عنوان من الخصائص", "سلمى حداد", "2024-05-06T10:00:00Z", "2024-05-07T10:00:00Z", "جسور، مرفأ")
    result = reading_bytes("a.docx", docx(p(TEXT) + p(TEXT), core=told))
    article = result.articles[0]
    assert (article.title, article.author, article.tags) == (
        "عنوان من الخصائص",
        "سلمى حداد",
        ("جسور", "مرفأ"),
    )
    assert article.published is not None and article.published.date() == datetime(2024, 5, 6).date()
    assert [note.reason.kind for note in result.report.notes] == ["made-then"]


def test_the_dateline_comes_before_the_day_of_the_file(reading_bytes: ReadBytes) -> None:
    told = core(created="2024-05-06T10:00:00Z")
    result = reading_bytes("a.docx", docx(p(TITLE) + p("بيروت، 3 أيار/مايو 2024 - " + TEXT), core=told))
    assert result.articles[0].published == datetime(2024, 5, 3)
    assert not result.report.notes


def test_a_text_in_another_format_inside(reading_bytes: ReadBytes) -> None:
    parts: dict[str, str | bytes] = {
        "word/chunk.html": f"<html><body><h1>{TITLE}</h1><p>{TEXT}</p></body></html>"
    }
    result = reading_bytes("a.docx", docx("<w:altChunk r:id='rchunk'/>", **parts))
    assert result.articles[0].path.endswith("a.docx!chunk.html")
    assert lines(result) == (TEXT,)


def test_a_scan_is_reported_as_one(reading_bytes: ReadBytes) -> None:
    parts: dict[str, str | bytes] = {"word/media/image1.png": b"\x89PNG"}
    result = reading_bytes("a.docx", docx("<w:p><w:r><w:drawing/></w:r></w:p>", **parts))
    assert [each.reason.kind for each in result.report.skipped] == ["only-pictures"]
    assert [each.reason.kind for each in reading_bytes("a.docx", docx("")).report.skipped] == ["no-word"]


def test_embedded_files_are_reported(reading_bytes: ReadBytes) -> None:
    parts: dict[str, str | bytes] = {"word/embeddings/a.xlsx": b"PK"}
    result = reading_bytes("a.docx", docx(p(TITLE) + p(TEXT), **parts))
    assert [(note.reason.kind, note.lost) for note in result.report.notes] == [("embedded-files", True)]


def test_a_damaged_document_is_read_up_to_the_damage(reading_bytes: ReadBytes) -> None:
    body = p(TITLE) + p(TEXT) + "<w:p><w:r><w:t>آخر</w:t>"
    result = reading_bytes("a.docx", docx(body + "</w:wrong>"))
    assert lines(result) == (TEXT, "آخر")
    assert [note.reason.kind for note in result.report.notes] == ["document-damaged"]


BILLION = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.docx", {"word/document.xml": f"{BILLION}<w>&c;</w>"}, "declared-entity"),
        ("a.docx", {"word/document.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'}, "declared-entity"),
        ("a.docx", {"word/document.xml": "<w>" * 5000}, "nested-document"),
        ("a.docx", {"word/document.xml": "نص"}, "broken-document"),
        ("a.docx", {"word/other.xml": "<w/>"}, "part-missing"),
    ],
)  # fmt: skip
def test_hostile_documents(reading_bytes: ReadBytes, name: str, content: dict[str, str], kind: str) -> None:
    result = reading_bytes(name, zipped({"[Content_Types].xml": "<Types/>", **content}))
    assert [each.reason.kind for each in result.report.skipped] == [kind]
    result = reading_bytes(
        "a.odt",
        zipped({"mimetype": "application/vnd.oasis.opendocument.text"}
               | {n.replace("word/document", "content"): each for n, each in content.items()}),
    )  # fmt: skip
    assert [each.reason.kind for each in result.report.skipped] == [kind]


def test_too_many_letters(reading_bytes: ReadBytes) -> None:
    for name, content in (
        ("a.docx", docx(p("كلمة " * 1000))),
        ("a.odt", odt(f"<text:p>{'كلمة ' * 1000}</text:p>")),
    ):
        result = reading_bytes(name, content, limits=ReadLimits(letters=4000))
        assert [each.reason.kind for each in result.report.skipped] == ["too-many-letters"]


# --- OpenDocument ---


def test_a_text_of_open_document(reading_bytes: ReadBytes) -> None:
    styles = (
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="P1" style:parent-style-name="Title"/>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>محذوف</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        f'<text:p text:style-name="P1">{TITLE}</text:p><text:h>عنوان فرعي</text:h>'
        '<text:p>قال\n<text:s text:c="2"/><text:span>الوز<text:span>ير</text:span></text:span><text:tab/>أمس<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>حاشية</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>تعليق</text:p></office:annotation><text:line-break/>سطر"
        '<text:span text:style-name="T1">مخفي</text:span></text:p>'
        '<text:section text:display="none"><text:p>قسم مخفي</text:p></text:section>'
        "<table:table><table:table-row><table:table-cell><text:p>القمح</text:p></table:table-cell>"
        "<table:covered-table-cell><text:p>مغطى</text:p></table:covered-table-cell>"
        "<table:table-cell><text:p>٣٠٠</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>حول<draw:frame><svg:title>صورة</svg:title><draw:text-box><text:p>في الإطار</text:p></draw:text-box>"
        "</draw:frame> الإطار<draw:custom-shape><text:p>في شكل</text:p></draw:custom-shape></text:p>"
        "<text:table-of-content><text:index-body><text:p>الفصل 3</text:p></text:index-body></text:table-of-content>"
        "<text:list><text:list-item><text:p>بند</text:p></text:list-item></text:list>"
    )
    result = reading_bytes("a.odt", odt(body, styles))
    assert result.titles == [TITLE]
    assert lines(result) == (
        *("عنوان فرعي", "قال   الوزير أمس", "سطر", "القمح | ٣٠٠", "حول الإطار", "في الإطار", "في شكل"),
        *("بند", "حاشية"),
    )
    assert result.report.ok


def test_its_properties(reading_bytes: ReadBytes) -> None:
    meta = (
        "<m xmlns:dc='d' xmlns:meta='m'><dc:creator>Admin</dc:creator><meta:initial-creator>سلمى حداد"
        "</meta:initial-creator><dc:creator>غيرها</dc:creator><meta:creation-date>2024-05-06T10:00:00"
        "</meta:creation-date><meta:keyword>جسور</meta:keyword><meta:keyword>مرفأ</meta:keyword></m>"
    )
    article = reading_bytes("a.odt", odt(f"<text:p>{TEXT}</text:p>", meta_xml=meta)).articles[0]
    assert (article.author, article.tags, article.published) == (
        *("سلمى حداد", ("جسور", "مرفأ")),
        datetime(2024, 5, 6, 10),
    )


def test_a_password_of_open_document(reading_bytes: ReadBytes) -> None:
    content = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": b"\x93\x12\x80" * 100,
            "META-INF/manifest.xml": "<m><f><manifest:encryption-data xmlns:manifest='m'/></f></m>",
        }
    )
    assert "password" in reading_bytes("a.odt", content).reasons[0]


def test_slides_of_open_document(reading_bytes: ReadBytes) -> None:
    styles = '<style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    body = (
        '<draw:page draw:style-name="dp1"><draw:frame presentation:class="title"><draw:text-box>'
        f"<text:p>{TITLE}</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>{TEXT}</text:p>"
        "</draw:text-box></draw:frame><presentation:notes><text:p>للمتحدث</text:p></presentation:notes></draw:page>"
        '<draw:page draw:style-name="dp2"><draw:frame><draw:text-box><text:p>مخفية</text:p></draw:text-box></draw:frame>'
        "</draw:page>"
    )
    result = reading_bytes("a.odp", odt(body, styles, "presentation"))
    assert result.titles == [TITLE]
    assert lines(result) == (TEXT,)


# --- PowerPoint ---


def test_slides(reading_bytes: ReadBytes) -> None:
    table = "<a:tbl><a:tr><a:tc><a:p><a:t>القمح</a:t></a:p></a:tc><a:tc><a:p><a:t>٣٠٠</a:t></a:p></a:tc></a:tr></a:tbl>"
    content = pptx(
        slide(("body", "الشريحة الأخيرة"), ("sldNum", "3"), more=table),
        slide(("ctrTitle", TITLE), ("body", TEXT), ("ftr", "تذييل")),
        slide(("body", "مخفية"), show='show="0"'),
        order=(2, 3, 1),
    )
    result = reading_bytes("a.pptx", content)
    assert result.titles == [TITLE]
    assert lines(result) == (TEXT, "الشريحة الأخيرة", "القمح | ٣٠٠")
    assert result.articles[0].pages == (1, 3, 3)
