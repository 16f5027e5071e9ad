"""XML without a schema that khabar knows: databases, crawlers, trafilatura. A record is an article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

FIRST = "قال وزير الطاقة إن وقف إطلاق النار سيعيد أسعار النفط إلى ما كانت عليه."
SECOND = "أعلنت الحكومة أمس عن خطة جديدة لدعم المزارعين في الشمال."
DAY = datetime(2024, 5, 6)

FILES = {
    "a crawler": f"""<items>
        <item><title>هدنة جديدة</title><date>2024-05-06</date><text><value>{FIRST}</value><value>{SECOND}</value></text></item>
        <item><title>خطة للمزارعين</title><text>{SECOND}</text></item></items>""",
    "Arabic names": f"""<أخبار>
        <خبر><العنوان>هدنة جديدة</العنوان><التاريخ>٦ مايو ٢٠٢٤</التاريخ><النص><p>{FIRST}</p><p>{SECOND}</p></النص></خبر>
        <خبر><العنوان>خطة للمزارعين</العنوان><النص>{SECOND}</النص></خبر></أخبار>""",
    "mysqldump": f"""<mysqldump><database name="news"><table_data name="posts">
        <row><field name="title">هدنة جديدة</field><field name="published_at">2024-05-06 00:00:00</field>
             <field name="body">&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;</field></row>
        <row><field name="title">خطة للمزارعين</field><field name="body">{SECOND}</field></row>
        </table_data></database></mysqldump>""",
    "phpMyAdmin": f"""<pma_xml_export><database name="news">
        <table name="posts"><column name="title">هدنة جديدة</column><column name="date">2024-05-06</column>
            <column name="body">{FIRST}
{SECOND}</column></table>
        <table name="posts"><column name="title">خطة للمزارعين</column><column name="body">{SECOND}</column></table>
        </database></pma_xml_export>""",
    "trafilatura": f"""<corpus>
        <doc title="هدنة جديدة" date="2024-05-06" hostname="alwadi.example" source="https://alwadi.example/1">
            <main><p>{FIRST}</p><list><item>{SECOND}</item></list></main>
            <comments><p>شكرا على الخبر الجميل.</p></comments></doc>
        <doc title="خطة للمزارعين" hostname="alwadi.example" source="https://alwadi.example/2">
            <main><p>{SECOND}</p></main></doc></corpus>""",
    "TEI": f"""<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
        <TEI><teiHeader><fileDesc><titleStmt><title type="main">هدنة جديدة</title></titleStmt>
            <sourceDesc><biblFull><publicationStmt><publisher>https://alwadi.example/1</publisher>
            <date>2024-05-06</date></publicationStmt></biblFull></sourceDesc></fileDesc></teiHeader>
            <text><body><div type="entry"><p>{FIRST}</p><p>{SECOND}</p></div>
            <div type="comments"><p>شكرا على الخبر الجميل.</p></div></body></text></TEI>
        <TEI><teiHeader><fileDesc><titleStmt><title>خطة للمزارعين</title></titleStmt></fileDesc></teiHeader>
            <text><body><p>{SECOND}</p></body></text></TEI></teiCorpus>""",
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_records(reading_bytes: Any, file: str) -> None:
    articles, report = reading_bytes("export.xml", f'<?xml version="1.0"?>{file}')
    assert [article.title for article in articles] == ["هدنة جديدة", "خطة للمزارعين"]
    assert [article.paragraphs for article in articles] == [(FIRST, SECOND), (SECOND,)]
    assert [article.published for article in articles] == [DAY, None]
    assert not report.skipped
    assert not report.notes


def test_a_bold_word_does_not_split_a_line(reading_bytes: Any) -> None:
    file = (
        "<article><title>هدنة</title><content><div>قال <b>الوزير</b> إن الأمر قريب.</div></content></article>"
    )
    assert reading_bytes("a.xml", file).articles[0].paragraphs == ("قال الوزير إن الأمر قريب.",)


def test_comments_of_readers_are_not_records(reading_bytes: Any) -> None:
    comment = "<comments><comment><text>شكرا</text><date>2024-01-01</date></comment></comments>"
    file = f"<articles><article>{comment}<title>هدنة جديدة</title><text>{FIRST}</text></article></articles>"
    articles, _ = reading_bytes("a.xml", file)
    assert [(article.title, article.paragraphs) for article in articles] == [("هدنة جديدة", (FIRST,))]


def test_a_file_that_was_cut_is_read_up_to_the_cut(reading_bytes: Any) -> None:
    file = f"<items><item><title>هدنة جديدة</title><text>{FIRST}</text></item><item><title>خطة</title><te"
    articles, report = reading_bytes("a.xml", file)
    assert [article.title for article in articles] == ["هدنة جديدة"]
    assert [skipped.reason.kind for skipped in report.skipped] == ["broken-xml"]


def test_entities_that_a_file_declares_are_refused(reading_bytes: Any) -> None:
    file = (
        f'<!DOCTYPE a [<!ENTITY x "y">]><items><item><title>هدنة</title><text>{FIRST}</text></item></items>'
    )
    articles, report = reading_bytes("a.xml", file)
    assert not articles
    assert [skipped.reason.kind for skipped in report.skipped] == ["declared-entity"]


@pytest.mark.parametrize(
    "file",
    [
        f"<opml><body><outline><title>الوادي</title><text>{FIRST}</text></outline></body></opml>",
        f"<mediawiki><page><title>هدنة</title><revision><text>{FIRST}</text></revision></page></mediawiki>",
        "<settings><title>إعدادات</title><size>3</size></settings>",
    ],
)
def test_other_xml_is_refused(reading_bytes: Any, file: str) -> None:
    articles, report = reading_bytes("a.xml", file)
    assert not articles
    assert [skipped.reason.kind for skipped in report.skipped] == ["unknown-xml"]
