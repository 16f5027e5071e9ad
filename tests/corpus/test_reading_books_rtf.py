"""Books (EPUB) and RTF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from office_helpers import epub, page, rtf
from reading_helpers import Result

import khabar
from khabar.corpus.limits import ReadLimits

ReadBytes = Callable[..., Result]
TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة."


# --- Books ---


def test_a_chapter_is_an_article(reading_bytes: ReadBytes) -> None:
    chapters = {
        "cover.xhtml": page('<img src="cover.jpg"/>'),
        "c1.xhtml": page("<h1>تاريخ المدينة</h1><h2>الفصل <i>الأول</i></h2><p>نص\n أول.</p><p>نص ثان.</p>"),
        "c2.xhtml": page("<p>فصل بلا عنوان يبدأ بجملة. ثم يمضي.</p>"),
    }
    result = reading_bytes("a.epub", epub(chapters))
    assert result.titles == ["الفصل الأول", "فصل بلا عنوان يبدأ بجملة"]
    first, second = result.articles
    assert first.paragraphs == ("تاريخ المدينة", "نص أول.", "نص ثان.")
    assert (first.source, first.author, first.published) == (
        "تاريخ المدينة",
        "سلمى حداد",
        datetime(2021, 3, 4),
    )
    assert (first.path[-7:], second.path[-7:]) == (".epub#2", ".epub#3")
    assert first.id != second.id
    assert result.report.ok


def test_what_a_page_shows(reading_bytes: ReadBytes) -> None:
    body = (
        "<h1>الفصل</h1><p>قال&nbsp;الوزير &laquo;نعم&raquo;<br/>سطر<sup><a epub:type='noteref' href='#n'>1</a></sup></p>"
        "<p hidden='hidden'>مخفي</p><p style='display: none'>مخفي</p><script>var x;</script><style>p{}</style>"
        "<table><tr><td>القمح</td><td><p>٣٠٠</p></td></tr></table><aside epub:type='footnote'><p>حاشية</p></aside>"
    )
    article = reading_bytes("a.epub", epub({"c.xhtml": page(body)})).articles[0]
    assert article.paragraphs == ("قال\u00a0الوزير «نعم»", "سطر", "القمح | ٣٠٠", "حاشية")


def test_a_page_that_is_not_xml(reading_bytes: ReadBytes) -> None:
    chapters = {"c.xhtml": "<html><head><title>x</title></head><body><p>نص <b>أول<p>نص ثان & آخر.</body>"}
    assert reading_bytes("a.epub", epub(chapters)).articles[0].paragraphs == ("نص أول", "نص ثان & آخر.")


def test_the_date_of_publication_among_others(reading_bytes: ReadBytes) -> None:
    metadata = (
        "<dc:title>كتاب</dc:title><dc:creator>سلمى</dc:creator><dc:creator>رنا</dc:creator>"
        '<dc:date opf:event="modification" xmlns:opf="o">2023-01-01</dc:date>'
        '<dc:date opf:event="publication" xmlns:opf="o">1999-01-01</dc:date><dc:subject>تاريخ</dc:subject>'
    )
    article = reading_bytes("a.epub", epub({"c.xhtml": page(f"<p>{TEXT}</p>")}, metadata)).articles[0]
    assert (article.author, article.published, article.tags) == (
        "سلمى، رنا",
        datetime(1999, 1, 1),
        ("تاريخ",),
    )


def encryption(algorithm: str, *uris: str) -> str:
    return "<encryption>" + "".join(
        f'<EncryptedData><EncryptionMethod Algorithm="{algorithm}"/><CipherReference URI="{uri}"/></EncryptedData>'
        for uri in uris
    ) + "</encryption>"  # fmt: skip


def test_drm(reading_bytes: ReadBytes) -> None:
    chapters = {"c1.xhtml": page(f"<p>{TEXT}</p>"), "c2.xhtml": page(f"<p>{TEXT} وغادر.</p>")}
    fonts = encryption("http://www.idpf.org/2008/embedding", "OPS/c1.xhtml")
    parts: dict[str, str | bytes] = {"META-INF/encryption.xml": fonts}
    assert len(reading_bytes("a.epub", epub(chapters, **parts)).articles) == 2
    parts = {
        "META-INF/encryption.xml": encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/c1.xhtml")
    }
    result = reading_bytes("a.epub", epub(chapters, **parts))
    assert len(result.articles) == 1
    assert [(each.number, each.reason.kind) for each in result.report.skipped] == [(1, "drm")]
    parts = {"META-INF/encryption.xml": encryption("http://ns.adobe.com/x", "OPS/c1.xhtml", "OPS/c2.xhtml")}
    result = reading_bytes("a.epub", epub(chapters, **parts))
    assert [(each.number, each.reason.kind) for each in result.report.skipped] == [(None, "drm")]


def test_a_missing_chapter(reading_bytes: ReadBytes) -> None:
    content = epub({"c1.xhtml": page(f"<p>{TEXT}</p>")}).replace(b"OPS/c1.xhtml", b"OPS/c9.xhtml")
    assert [each.reason.kind for each in reading_bytes("a.epub", content).report.skipped] == ["part-missing"]


def test_a_bomb_of_entities(reading_bytes: ReadBytes) -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><body><p>&b;</p></body></html>'
    assert [each.reason.kind for each in reading_bytes("a.epub", epub({"c.xhtml": bomb})).report.skipped] == [
        "declared-entity"
    ]


# --- RTF ---


def paragraphs(reading_bytes: ReadBytes, body: str, **options: object) -> tuple[str, ...]:
    result = reading_bytes("a.rtf", rtf(rf"\pard\s2 {TITLE}\par\pard\s0 {body}"), **options)
    assert result.titles == [TITLE], result.reasons
    return result.articles[0].paragraphs


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            r"{\rtlch\fcs1 \af1 \ltrch\fcs0 \f1 \u1602\'de\u1575\'c7\u1604\'e1 \'c7\'e1\'e6\'d2\'ed\'d1}",
            "قال الوزير",
        ),
        (r"{\f1 \'c7\'e1\'e6\'d2\'ed\'d1}", "الوزير"),
        (r"{\uc0\u1602\u1575\u1604}{\uc2\u1602??\u1575??}", "قالقا"),
        (r"\u-10179?\u-8704? نعم", "😀 نعم"),
        (r"\u1602\bin3 abc\u1575?", "قا"),
        (r"{\b \u1602?}{\i\u1575?}\u1604?", "قال"),
        (r"قبل{\v مخفي}{\deleted محذوف}\v سر\v0  بعد", "قبل بعد"),
        (r"\v سر\plain ظاهر", "ظاهر"),
        (r"قال\~الوزير\tab أمس \emdash  \ldblquote نعم\rdblquote \zwnj", "قال\u00a0الوزير أمس — “نعم”\u200c"),
        (r"{\header ترويسة\par}{\pict\pngblip 89504e47}{\*\bkmkstart a}نص{\*\unknown س}", "نص"),
        (
            r"{\field{\*\fldinst HYPERLINK x}{\fldrslt الرابط}}{\field{\*\fldinst TOC \\o}{\fldrslt الفصل 3}}",
            "الرابط",
        ),
        (r"{\listtext 1.\tab}بند", "بند"),
        (r"نص {\annotation تعليق}\{قوسان\}", "نص {قوسان}"),
        (r"caf\'e9", "café"),
    ],
)
def test_rtf_text(reading_bytes: ReadBytes, body: str, text: str) -> None:
    assert paragraphs(reading_bytes, body) == (text,)


def test_rows_notes_and_boxes(reading_bytes: ReadBytes) -> None:
    body = (
        r"\trowd\intbl السلعة\cell السعر\cell\row\trowd\pard\intbl القمح\par القاسي\cell\pard\intbl ٣٠٠\cell\row\pard "
        r"قال{\footnote حاشية} الوزير{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt\pard في الإطار\par}}{\shprslt نسخة}}"
        r" أمس\par\pard\s1 فرعي\par\pard\s0 آخر"
    )
    assert paragraphs(reading_bytes, body) == (
        *("السلعة | السعر", "القمح القاسي | ٣٠٠", "قال الوزير أمس", "في الإطار", "فرعي", "آخر", "حاشية"),
    )


def test_arabic_of_old_programs(reading_bytes: ReadBytes) -> None:
    """WordPad declared Windows-1256 only for the whole document; other programs wrote raw bytes."""
    head = rb"{\rtf1\ansi\ansicpg1256\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}"
    escaped = b"".join(rb"\'%02x" % byte for byte in TEXT.encode("cp1256"))
    for text in (escaped, TEXT.encode("cp1256")):
        assert reading_bytes("a.rtf", head + text + b"}").articles[0].paragraphs == (TEXT,)


def test_properties_of_rtf(reading_bytes: ReadBytes) -> None:
    info = (
        r"{\info{\title \'c7\'e1\'cc\'d3\'d1}{\author Admin}{\creatim\yr2024\mo5\dy6\hr10\min5}{\doccomm x}}"
    )
    content = rtf(rf"\par {TEXT}\par {TEXT}", info).replace(b"ansicpg1252", b"ansicpg1256")
    article = reading_bytes("a.rtf", content).articles[0]
    assert (article.title, article.author, article.published) == ("الجسر", "", datetime(2024, 5, 6, 10, 5))


@pytest.mark.parametrize("name", ["a.rtf", "a.doc", "a", "a.txt"])
def test_rtf_by_any_name(reading_bytes: ReadBytes, name: str) -> None:
    assert reading_bytes(name, rtf(TEXT)).articles[0].paragraphs == (TEXT,)


def test_hostile_rtf(reading_bytes: ReadBytes) -> None:
    kinds = []
    for content in (
        b"{\\rtf1 " + b"{" * 5000,
        rb"{\rtf1 \bin9999999999 abc",
        rb"{\rtf1 {\pict 89}}",
        b"{\\rtf1" + b"}" * 5000,
        rb"{\rtf1\u99999999\'\fcharset999\ansicpg99999\uc-5\yr5\s-1\\",
    ):
        result = reading_bytes("a.rtf", content)
        assert not result.articles
        kinds += [each.reason.kind for each in result.report.skipped]
    assert kinds == ["nested-document", "no-word", "only-pictures", "no-word", "no-word"]
    result = reading_bytes("a.rtf", rtf("كلمة " * 1000), limits=ReadLimits(letters=4000))
    assert [each.reason.kind for each in result.report.skipped] == ["too-many-letters"]


def test_a_document_that_is_cut_short_is_reported(tmp_path: Path) -> None:
    whole = rb"{\rtf1\ansi\ansicpg1256 \'c7\'e1\'cc\'d3\'d1 \'c7\'e1\'cc\'cf\'ed\'cf\par \'c7\'dd\'ca\'ca\'cd \'c7\'e1\'cc\'d3\'d1.\par}"
    for data, kinds in (
        (whole, []),
        (whole[:-1], ["document-cut"]),
        (whole.replace(rb"\par}", rb"\par\bin2000000000 }"), ["document-cut"]),
    ):
        (tmp_path / "a.rtf").write_bytes(data)
        report = khabar.ReadReport()
        assert [article.paragraphs for article in khabar.read(tmp_path / "a.rtf", report=report)]
        assert [note.reason.kind for note in report.notes] == kinds
        assert report.ok is (not kinds)
