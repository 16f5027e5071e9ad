"""Newswires: NITF, NewsML-G2, NewsML 1 and ninjs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from reading_helpers import Result

from khabar.corpus.records.ninjs import plain_ninjs
from khabar.corpus.report import Aside

TITLE = "الحكومة اللبنانية تقر خطة لإصلاح قطاع الكهرباء"
FIRST = "بيروت 1-5-2024 (وكالة) - أقر مجلس الوزراء اللبناني الأربعاء خطة لإصلاح قطاع الكهرباء."
SECOND = "وقال وزير الطاقة إن الخطة تمتد ثلاث سنوات وتكلف 1.2 مليار دولار."

NITF = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.6/specification/dtd/nitf-3-6.dtd">
<nitf uno="uno-1" xml:lang="ar">
 <head><title>slug-lebanon</title>
  <tobject tobject.type="news"><tobject.property tobject.property.type="current"/>
   <tobject.subject tobject.subject.refnum="04005000" tobject.subject.type="اقتصاد" tobject.subject.matter="طاقة"/></tobject>
  <docdata management-status="usable"><doc-id regsrc="AFP" id-string="AR-17"/><urgency ed-urg="4"/>
   <date.issue norm="20240501T101112+0300"/><doc.copyright holder="AFP" year="2024"/>
   <key-list><keyword key="كهرباء"/><keyword key="لبنان"/></key-list>
   <identified-content><org>مجلس الوزراء</org></identified-content></docdata>
  <pubdata position.section="اقتصاد" ex-ref="https://news.example/17"/></head>
 <body><body.head><hedline><hl1>{TITLE}</hl1><hl2>عنوان فرعي</hl2></hedline>
   <byline>بقلم <person>سلمى حداد</person><byttl>مراسلة</byttl></byline><distributor>فرانس برس</distributor>
   <dateline><location><city>بيروت</city></location><story.date norm="20240501"/></dateline>
   <abstract><p>ملخص</p></abstract></body.head>
  <body.content><block><p>{FIRST}</p><media media-type="image"><media-caption>تعليق صورة</media-caption></media>
   <p>{SECOND.replace("دولار", "<em>دولار</em>")}</p></block></body.content>
  <body.end><tagline>انتهى</tagline></body.end></body></nitf>"""

INLINE = f"""<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{TITLE}</title>
</head><body><h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p><figure><figcaption>صورة</figcaption></figure></body></html></inlineXML>"""


def g2(
    number: int = 1, *, status: str = "stat:usable", kind: str = "ninat:text", content: str = INLINE
) -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wam.ae:20240501:{number}"
 version="2" standard="NewsML-G2" standardversion="2.30" conformance="power" xml:lang="ar">
 <catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_30.xml"/>
 <itemMeta><itemClass qcode="{kind}"/><provider qcode="nprov:WAM"><name xml:lang="en">Emirates News Agency</name>
  <name xml:lang="ar">وكالة أنباء الإمارات</name></provider><versionCreated>2024-05-01T12:00:00+04:00</versionCreated>
  <firstCreated>2024-05-01T11:00:00+04:00</firstCreated><pubStatus qcode="{status}"/><service qcode="svc:ar"><name>محليات</name>
  </service><title>slug</title></itemMeta>
 <contentMeta><urgency>4</urgency><located qcode="city:DXB"><name xml:lang="en">Dubai</name><name xml:lang="ar">دبي</name></located>
  <creator><name>أحمد سالم</name></creator><language tag="ar"/><genre qcode="genre:Current"><name>خبر</name></genre>
  <subject qcode="medtop:1"><name xml:lang="en">economy</name><name xml:lang="ar">اقتصاد</name></subject>
  <keyword>طاقة</keyword><slugline>uae-energy</slugline><headline xml:lang="en">Other</headline>
  <headline xml:lang="ar">{TITLE}</headline></contentMeta>
 <contentSet>{content}</contentSet></newsItem>"""


NEWSML = f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd">
<NewsML><NewsEnvelope><DateAndTime>20240501T090000Z</DateAndTime></NewsEnvelope><NewsItem xml:lang="ar">
<Identification><NewsIdentifier><ProviderId>afp.com</ProviderId><DateId>20240501</DateId><NewsItemId>TX-1</NewsItemId>
<RevisionId PreviousRevision="0" Update="N">1</RevisionId>
<PublicIdentifier>urn:newsml:afp.com:20240501:TX-1:1</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20240501T090000Z</FirstCreated>
<ThisRevisionCreated>20240501T090000Z</ThisRevisionCreated><Status FormalName="Usable"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>{TITLE}</HeadLine><ByLine>سلمى حداد</ByLine><KeywordLine>كهرباء</KeywordLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="AFP"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="ar"/><SubjectCode><Subject FormalName="04000000"/></SubjectCode>
<Location><Property FormalName="Country" Value="LBN"/><Property FormalName="City" Value="بيروت"/></Location></DescriptiveMetadata>
<NewsComponent><Role FormalName="Main"/><ContentItem><MediaType FormalName="Text"/><DataContent><p>{FIRST}</p><p>{SECOND}</p>
</DataContent></ContentItem></NewsComponent>
<NewsComponent><ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem></NewsComponent></NewsComponent>
</NewsItem></NewsML>"""


def message(*items: str) -> str:
    return (
        '<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2024</sent></header>'
        f"<itemSet>{''.join(items)}</itemSet></newsMessage>"
    )


def test_a_document_of_nitf(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.xml", NITF.encode())
    (article,) = result.articles
    assert (article.title, article.paragraphs) == (TITLE, ("عنوان فرعي", FIRST, SECOND))
    assert (article.id, article.source, article.author) == ("AR-17", "فرانس برس", "سلمى حداد")
    assert article.published == datetime(2024, 5, 1, 10, 11, 12, tzinfo=timezone(timedelta(hours=3)))
    assert (article.section, article.url) == ("اقتصاد", "https://news.example/17")
    assert article.tags == ("كهرباء", "لبنان", "اقتصاد", "طاقة", "مجلس الوزراء")
    assert (article.language, article.place) == ("ar", "بيروت")
    assert result.report.ok


@pytest.mark.parametrize("name", ["a.nitf", "a.txt", "noname"])
def test_nitf_is_known_by_how_it_begins(reading_bytes: Callable[..., Result], name: str) -> None:
    assert reading_bytes(name, NITF.encode()).titles == [TITLE]


def test_encodings_of_wires(reading_bytes: Callable[..., Result]) -> None:
    old = NITF.replace('encoding="UTF-8"', 'encoding="windows-1256"').encode("cp1256")
    assert reading_bytes("a.xml", old).titles == [TITLE]
    wide = NITF.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert reading_bytes("b.xml", wide).titles == [TITLE]
    # Control characters, and entities that only a document type elsewhere declares.
    odd = NITF.replace("الطاقة", "الطاقة\x02&nbsp;&laquo;و&raquo;")
    assert "«و»" in reading_bytes("c.xml", odd.encode()).articles[0].text


@pytest.mark.parametrize("status", ["withheld", "canceled", "embargoed"])
def test_items_that_must_not_be_published_are_left_out(
    reading_bytes: Callable[..., Result], status: str
) -> None:
    result = reading_bytes(
        "a.xml", NITF.replace('management-status="usable"', f'management-status="{status}"').encode()
    )
    assert not result.articles and result.report.notes[0].reason.kind == "not-published"


def test_a_message_of_newsml_g2(reading_bytes: Callable[..., Result]) -> None:
    items = (
        g2(),
        g2(2, status="stat:canceled"),
        g2(3, status="http://cv.iptc.org/newscodes/pubstatusg2/withheld"),
        g2(4, kind="ninat:picture", content='<remoteContent href="a.jpg"/>'),
        '<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="p"><groupSet/></packageItem>',
        g2(5, content='<remoteContent href="https://wam.ae/5.xml" contenttype="application/nitf+xml"/>'),
        g2(6, content='<inlineData contenttype="text/plain">سطر أول.\n\nسطر ثان.</inlineData>'),
        g2(
            7,
            content=f'<inlineXML contenttype="application/nitf+xml">{NITF[NITF.index("<nitf") :]}</inlineXML>',
        ),
    )
    result = reading_bytes("a.xml", message(*items).encode())
    assert [article.path.rpartition("#")[2] for article in result.articles] == ["1", "7", "8"]
    first, plain, inner = result.articles
    assert (first.title, first.paragraphs) == (TITLE, (FIRST, SECOND))
    assert (first.id, first.source, first.author) == (
        "urn:newsml:wam.ae:20240501:1",
        "وكالة أنباء الإمارات",
        "أحمد سالم",
    )
    assert first.published == datetime(2024, 5, 1, 11, tzinfo=timezone(timedelta(hours=4)))
    assert (first.section, first.tags) == ("محليات", ("اقتصاد", "طاقة"))
    assert (first.language, first.place, first.fields) == ("ar", "دبي", {})
    assert plain.paragraphs == ("سطر أول.", "سطر ثان.")
    assert inner.paragraphs == ("عنوان فرعي", FIRST, SECOND)
    assert [note.reason.kind for note in result.report.notes] == [
        "not-published",
        "not-published",
        "other-type",
        "other-type",
    ]
    assert [skipped.reason.kind for skipped in result.report.skipped] == ["remote-content"]
    assert "https://wam.ae/5.xml" in result.reasons[0]


def test_other_values_of_items_are_kept_on_request(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.xml", g2().encode(), keep={"genre": "genre", "slug": "slugline"})
    assert result.articles[0].fields == {"genre": ("خبر",), "slug": ("uae-energy",)}


def test_prefixes_make_no_difference(reading_bytes: Callable[..., Result]) -> None:
    text = g2(content='<inlineData contenttype="text/plain">نص الخبر كله.</inlineData>')
    prefixed = (
        text.replace("</", "\0").replace("<", "<n:").replace("\0", "</n:").replace("xmlns=", "xmlns:n=")
    )
    assert reading_bytes("a.xml", prefixed.encode()).articles[0].paragraphs == ("نص الخبر كله.",)


def test_a_large_message_is_read_item_by_item(reading_bytes: Callable[..., Result]) -> None:
    whole = message(*(g2(number) for number in range(300))).encode()
    assert len(reading_bytes("a.xml", whole, max_bytes=100_000).articles) == 300
    cut = reading_bytes("b.xml", whole[: len(whole) // 2])
    assert len(cut.articles) > 100 and cut.report.skipped[-1].reason.kind == "broken-xml"


def test_newsml_1(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.xml", NEWSML.encode())
    (article,) = result.articles
    assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND))
    assert (article.id, article.source, article.author) == (
        "urn:newsml:afp.com:20240501:TX-1",
        "AFP",
        "سلمى حداد",
    )
    assert article.published == datetime(2024, 5, 1, 9, tzinfo=UTC) and article.tags == ("كهرباء",)
    assert (article.language, article.place) == ("ar", "بيروت")
    canceled = NEWSML.replace('Status FormalName="Usable"', 'Status FormalName="Canceled"')
    assert reading_bytes("b.xml", canceled.encode()).report.notes[0].reason.kind == "not-published"


def test_rows_of_tables_and_frames(reading_bytes: Callable[..., Result]) -> None:
    table = (
        "<table><tr><td>الدولة</td><td>الممثل</td></tr><tr><td><p>لبنان</p></td><td/><td>ميشال عون</td></tr></table>"
        "<table><tr><td><p>قال الرئيس.</p><p>وأضاف.</p></td></tr></table>"
    )
    result = reading_bytes("a.xml", NITF.replace("</block>", f"{table}</block>").encode())
    assert result.articles[0].paragraphs[3:] == (
        *("الدولة | الممثل", "لبنان | ميشال عون"),
        *("قال الرئيس.", "وأضاف."),
    )


def test_headlines_below_the_first(reading_bytes: Callable[..., Result]) -> None:
    headline = "الجولان وفلسطين على رأس جدول الأعمال"
    twice = NITF.replace("عنوان فرعي", headline).replace("<block>", f"<block><p>{headline}</p>")
    assert reading_bytes("a.xml", twice.encode()).articles[0].paragraphs == (headline, FIRST, SECOND)
    bare = NITF.replace(f"<p>{FIRST}</p>", "").replace(SECOND.replace("دولار", "<em>دولار</em>"), "")
    assert reading_bytes("b.xml", bare.encode()).articles[0].paragraphs == ("عنوان فرعي", "ملخص")


def test_lines_of_newsml_1_above_the_text(reading_bytes: Callable[..., Result]) -> None:
    lines = "<SubHeadLine>تصعيد على الحدود</SubHeadLine><DateLine>بيروت 12-7 (ا ف ب)</DateLine>"
    data = NEWSML.replace("<ByLine>", f"{lines}<ByLine>")
    (article,) = reading_bytes("a.xml", data.encode()).articles
    assert article.paragraphs == ("تصعيد على الحدود", "بيروت 12-7 (ا ف ب)", FIRST, SECOND)
    begun = data.replace("بيروت 12-7 (ا ف ب)", "بيروت 1-5-2024  (وكالة)")
    (article,) = reading_bytes("b.xml", begun.encode()).articles
    assert article.paragraphs == ("تصعيد على الحدود", FIRST, SECOND)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + "]><nitf><body><body.content><p>&i;</p></body.content></body></nitf>"
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BILLION, "declared-entity"),
        (
            '<!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/passwd">]><nitf><body><p>&a;</p></body></nitf>',
            "declared-entity",
        ),
        ("<nitf>" + "<block>" * 100_000, "nested-xml"),
        ("<nitf><body>" + "<p/>" * 1_200_000, "too-many-tags"),
        ("<newsMessage><itemSet><newsItem>" + "<a>" * 300, "nested-xml"),
        (NITF[:400], "broken-xml"),
        ("<nitf><body><body.content/></body></nitf>", "empty-record"),
        ("<newsMessage/>", "no-record"),
        (
            '<NewsML><NewsItem><NewsComponent><ContentItem Href="a.xml"/></NewsComponent></NewsItem></NewsML>',
            "remote-content",
        ),
        ('<?xml version="1.0"?><other/>', "unknown-xml"),
    ],
    ids=lambda value: value if len(value) < 30 else "text",
)
def test_bombs_and_broken_files(reading_bytes: Callable[..., Result], text: str, kind: str) -> None:
    result = reading_bytes("a.xml", text.encode())
    assert not result.articles and [each.reason.kind for each in result.report.skipped] == [kind]


# ninjs

NINJS: dict[str, dict[str, Any]] = {
    "1": {
        "uri": "https://news.example/1",
        "type": "text",
        "headline": TITLE,
        "body_html": f"<p>{FIRST}</p><p>{SECOND}</p>",
        "byline": "سلمى حداد",
        "versioncreated": "2024-05-01T09:00:00Z",
        "language": "ar",
        "located": "بيروت",
        "subject": [{"code": "medtop:1", "name": "اقتصاد"}],
        "infosource": [{"name": "فرانس برس"}],
        "pubstatus": "usable",
    },
    "2": {
        "uri": "https://news.example/1",
        "type": "text",
        "headlines": [{"role": "short", "value": "الكهرباء"}, {"role": "main", "value": TITLE}],
        "bodies": [
            {"role": "main", "contenttype": "text/plain", "value": f"{FIRST}\n{SECOND}"},
            {"role": "short", "contenttype": "text/plain", "value": "قصير"},
        ],
        "byline": "سلمى حداد",
        "versioncreated": "2024-05-01T09:00:00Z",
        "places": [{"name": "بيروت"}],
        "subjects": [{"name": "اقتصاد"}],
        "infosources": [{"name": "فرانس برس"}],
    },
    "3": {
        "uri": "https://news.example/1",
        "headlines": [{"role": "main", "value": TITLE}],
        "bodies": [
            {"role": "main", "contentType": "text/plain", "value": "نص مختصر."},
            {"role": "main", "contentType": "text/html", "value": f"<p>{FIRST}</p><p>{SECOND}</p>"},
        ],
        "by": "سلمى حداد",
        "versionCreated": "2024-05-01T09:00:00Z",
        "subjects": [{"name": "اقتصاد"}],
        "infoSources": [{"name": "فرانس برس"}],
    },
}


@pytest.mark.parametrize("version", NINJS)
def test_ninjs(reading_bytes: Callable[..., Result], version: str) -> None:
    (article,) = reading_bytes("a.json", json.dumps(NINJS[version]).encode()).articles
    assert (article.title, article.paragraphs) == (TITLE, (FIRST, SECOND))
    assert (article.source, article.author, article.tags) == ("فرانس برس", "سلمى حداد", ("اقتصاد",))
    assert (
        article.published == datetime(2024, 5, 1, 9, tzinfo=UTC) and article.url == "https://news.example/1"
    )


@pytest.mark.parametrize("kind", ["picture", "video", "event", "composite"])
def test_items_of_ninjs_that_are_not_articles(kind: str) -> None:
    with pytest.raises(Aside):
        plain_ninjs({"uri": "a", "type": kind, "headline": "صورة", "description_text": "وصف"})


def test_withheld_items_of_ninjs(reading_bytes: Callable[..., Result]) -> None:
    result = reading_bytes("a.json", json.dumps(NINJS["3"] | {"pubStatus": "withheld"}).encode())
    assert result.report.notes[0].reason.kind == "not-published"
