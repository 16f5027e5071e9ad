"""What is fuzzed: one function a target, which takes any bytes and fails only if a promise of khabar is
broken.

The promise of a reader: nothing raises, every input ends as an article or in the report with a reason, what
comes out can be written to a file, and reading the same twice gives the same. `SEEDS` are whole inputs of
each format, from which fuzzers make damaged ones.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import io
import json
import lzma
import plistlib
import sqlite3
import struct
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khabar.entities.finding import Finder
    from khabar.meaning.encoder import Encoder

sys.path.insert(0, str(Path(__file__).parents[1] / "corpus"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from pdf_files import made, page_of

from tiny_models import tiny_weights

__all__ = ["SEEDS", "TARGETS"]

Target = Callable[[bytes], None]

#: The suffixes of each reader's files, the first with which its target calls the input.
READERS = {
    "text": ".txt",
    "markdown": ".md",
    "json": ".json",
    "jsonl": ".jsonl",
    "csv": ".csv",
    "tsv": ".tsv",
    "html": ".html",
    "feed": ".xml",
    "wxr": ".xml",
    "warc": ".warc",
    "pdf": ".pdf",
    "nitf": ".nitf",
    "newsml": ".xml",
    "ocr": ".xml",
    "hocr": ".hocr",
    "mhtml": ".mhtml",
    "webarchive": ".webarchive",
    "whatsapp": ".txt",
    "subtitles": ".srt",
    "tweets": ".js",
    "ris": ".ris",
    "bibtex": ".bib",
    "sqlite": ".db",
    "xlsx": ".xlsx",
    "wacz": ".wacz",
    "gzip": ".gz",
    "bzip2": ".bz2",
    "xz": ".xz",
    "zip": ".zip",
    "tar": ".tar",
    "rtf": ".rtf",
    "mail": ".eml",
    "mailbox": ".mbox",
    "outlook": ".msg",
    "word97": ".doc",
    "office": ".docx",
    "any": "",
}
#: For documents that are zip files: the part that the input is put into, between what the others are. (A zip
#: file that is damaged is mostly no zip file any more.)
PARTS = {
    "docx": (".docx", "word/document.xml", {"[Content_Types].xml": "<Types/>"}),
    "odt": (".odt", "content.xml", {"mimetype": "application/vnd.oasis.opendocument.text"}),
    "pptx": (
        ".pptx",
        "ppt/slides/slide1.xml",
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": '<p xmlns:r="x/relationships"><sldId r:id="r1"/></p>',
            "ppt/_rels/presentation.xml.rels": '<r><Relationship Id="r1" Target="slides/slide1.xml"/></r>',
        },
    ),
    "epub": (
        ".epub",
        "c.xhtml",
        {
            "mimetype": "application/epub+zip",
            "content.opf": '<p><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></p>',
        },
    ),
}
MAX_BYTES = 1 << 20


@functools.cache
def _file(suffix: str) -> Path:
    """A file of this process, in memory where there is such a place."""
    memory = "/dev/shm"
    folder = tempfile.mkdtemp(prefix="khabar-fuzz-", dir=memory if Path(memory).is_dir() else None)
    return Path(folder) / f"a{suffix}"


def _read(suffix: str, data: bytes) -> None:
    path = _file(suffix)
    path.write_bytes(data)
    first, second = _outcome(path), _outcome(path)
    assert first == second, "reading twice gave two results"


def _read_part(name: str, data: bytes) -> None:
    suffix, part, others = PARTS[name]
    _read(suffix, _zipped({**others, part: data}))


def _zipped(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _outcome(path: Path) -> tuple[object, ...]:
    from khabar.corpus import ReadReport, read  # here, so that atheris can instrument what is imported

    report = ReadReport()
    articles = list(read(path, report=report, max_bytes=MAX_BYTES))
    assert report.articles == len(articles)
    assert articles or report.skipped or report.notes, "neither an article nor a reason"
    for article in articles:
        assert article.id and not any(character.isspace() for character in article.id)
        passages = [passage.text for passage in article.passages()]
        assert all(text.strip() == text != "" for text in passages), passages
        assert not any("\n" in text or "\0" in text for text in passages)
        "".join([article.id, article.path, article.source, article.author, article.url, *passages]).encode()
    for told in (*report.skipped, *report.notes):
        assert told.reason
        str(told).encode()
    return articles, report.skipped, report.clutter, report.guessed, report.notes


def _tokenizer(data: bytes) -> None:
    from khabar.analysis.tokenizer import spans

    text = data.decode("utf-8", "replace")
    end = 0
    for span in spans(text):
        start, stop = _ends(span)
        assert end <= start < stop <= len(text), span
        end = start


def _ends(span: object) -> tuple[int, int]:
    if isinstance(span, tuple):
        return span[0], span[1]
    return span.start, span.end  # type: ignore[attr-defined]


def _date(data: bytes) -> None:
    from khabar.corpus.dates import parse_timestamp

    text = data.decode("utf-8", "replace")
    moment = parse_timestamp(text)
    assert moment is None or 1000 < moment.year < 3000
    assert parse_timestamp(text) == moment


def _fold(data: bytes) -> None:
    from khabar.analysis.fold import fold

    for word in data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace").split():
        folded = fold(word)
        assert fold(folded) == folded, word


def _names(data: bytes) -> None:
    from khabar.entities.merging import Found, merge

    finder = _finder()
    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")
    end = 0
    mentions = finder.mentions(text)
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text), mention
        assert mention.key.strip() == mention.key != "", mention
        end = mention.end
    found = [Found.of(text, each) for each in mentions]
    for name in merge([found, found]):
        assert name.articles == {0, 1} and name.text in name.spellings, name


@functools.cache
def _finder() -> Finder:
    from khabar.entities.finding import Finder

    return Finder()


def _dates(data: bytes) -> None:
    from datetime import date

    from khabar.dates import DateSpan, Problem, find_dates, parse_date

    text = data.decode("utf-8", "replace")
    reference = date(2024, 2, 29)
    end = 0
    for found in find_dates(text, reference):
        assert end <= found.start < found.end <= len(text), found
        assert found.span.first <= found.span.last, found
        end = found.start
    assert isinstance(parse_date(text, reference), DateSpan | Problem)


def _query(data: bytes) -> None:
    from khabar.query.parser import parse

    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")
    assert repr(parse(text)) == repr(parse(text))


@functools.cache
def _encoder() -> Encoder:
    """A tiny model, converted as the real one is, with its process."""
    from khabar.meaning.conversion import write_model
    from khabar.meaning.model_folder import ModelConfig
    from khabar.meaning.onnx_encoder import OnnxEncoder
    from khabar.meaning.weights import read_weights

    folder = Path(tempfile.mkdtemp(prefix="khabar-tiny-"))
    weights = read_weights(tiny_weights(folder / "tiny.bin"))
    write_model(weights, folder, ModelConfig("tiny", weights.shape.width, passage="passage: "))
    return OnnxEncoder(folder)


def _meaning(data: bytes) -> None:
    """No text ends the process of a model, and each has one vector of length 1, alone or among others."""
    import numpy as np

    text = data.decode("utf-8", "replace")
    # Halves of characters come from JSON.
    texts = [text, text.replace("?", "\ud800"), text * 40]
    rows = _encoder().encode(texts, "passage")
    assert rows.shape == (3, _encoder().dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert (_encoder().encode(texts[2:], "passage")[0] == rows[2]).all()


TARGETS: dict[str, Target] = {
    **{name: functools.partial(_read, suffix) for name, suffix in READERS.items()},
    **{name: functools.partial(_read_part, name) for name in PARTS},
    "tokenizer": _tokenizer,
    "fold": _fold,
    "date": _date,
    "dates": _dates,
    "names": _names,
    "query": _query,
    "meaning": _meaning,
}

TEXT = "افتتاح جسر المرفأ\nافتتح الوزير الجسر أمس بعد عامين من العمل المتواصل.\n"
PAGE = """<!DOCTYPE html><html dir="rtl" lang="ar"><head><meta charset="utf-8"><title>افتتاح الجسر - الوادي</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2024-05-01T10:00:00+03:00">
<link rel="canonical" href="https://news.example/1"><script type="application/ld+json">{"@type":"NewsArticle","headline":
"افتتاح الجسر","author":[{"name":"سلمى"}],"publisher":{"name":"الوادي"},"datePublished":"2024-05-01"}</script></head>
<body><nav><a href="/">الرئيسية</a></nav><article><h1>افتتاح الجسر</h1><time datetime="2024-05-01">أمس</time>
<p>قال <b>الوزير</b> إن الجسر سيفتتح غدا.<br/>وأضاف أن الكلفة عشرة ملايين.</p><ul><li>بند</li></ul><table><tr><td>خلية
</td></tr></table></article><aside>اقرأ أيضا</aside><!-- x --><style>p{}</style></body></html>"""
RSS = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>وكالة</title><item><title>خبر &amp; خبر</title>
<link>https://n.example/1</link><guid>n-1</guid><pubDate>Tue, 21 Jul 2015 02:51:32 +0300</pubDate><content:encoded>
<![CDATA[<p>نص أول.</p><p>نص ثان.</p>]]></content:encoded></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>صحيفة</title><entry><id>tag:1</id><title type="html">عنوان
&lt;b&gt;بارز&lt;/b&gt;</title><updated>2024-05-01T10:00:00Z</updated><content type="xhtml"><div>نص</div></content>
</entry></feed>"""
WXR = """<?xml version="1.0" encoding="UTF-8"?><!-- a --><rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>الوادي</title><wp:author><wp:author_login>salem</wp:author_login>
<wp:author_display_name><![CDATA[سالم]]></wp:author_display_name></wp:author><item><title>هدنة &amp;#8211; عاجل</title>
<link>https://n.example/1</link><dc:creator>salem</dc:creator><guid>https://n.example/?p=1</guid><content:encoded><![CDATA[<!--
wp:paragraph --><p>نص أول.</p>[gallery ids="1"]]]></content:encoded><wp:post_date>2024-05-06 13:00:00</wp:post_date>
<wp:post_date_gmt>2024-05-06 10:00:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>مسودة</title><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>"""
TELEGRAM = json.dumps(
    {
        "name": "قناة",
        "type": "public_channel",
        "id": 1,
        "messages": [
            {"id": 1, "type": "service", "date": "2024-05-06T10:00:00"},
            {
                "id": 2,
                "type": "message",
                "date": "2024-05-06T10:00:00",
                "text": ["خبر\n", {"type": "bold", "text": "نص"}],
            },
        ],
    },
    ensure_ascii=False,
)
SHAPED = json.dumps(
    {
        "hits": {
            "hits": [
                {
                    "_id": "1",
                    "_source": {"title": {"rendered": "خبر"}, "bodyy": TEXT, "date": {"$date": "2024-05-01"}},
                },
                {"@type": "Organization", "name": "x"},
            ]
        }
    },
    ensure_ascii=False,
)
RECORD = json.dumps(
    {"id": "1", "title": "خبر", "text": "نص الخبر.", "date": "2015-07-21"}, ensure_ascii=False
)
MATTER = f"""---
title: "عنوان: فرعي"
author:
  name: رنا
tags: [أ, ب]
notes: |
  سطر
---
# عنوان

{TEXT}
- **بند** [رابط](x)
"""
HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}".encode()
WARC = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n"
    b"WARC-Target-URI: https://n.example/1\r\nContent-Type: application/http; "
    b"msgtype=response\r\nContent-Length: " + str(len(HTTP)).encode() + b"\r\n\r\n" + HTTP + b"\r\n\r\n"
)


NITF = """<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-6.dtd"><nitf uno="1"><head><docdata management-status="usable">
<doc-id id-string="7"/><date.issue norm="20240501T101112Z"/><key-list><keyword key="نفط"/></key-list></docdata></head><body>
<body.head><hedline><hl1>خبر</hl1></hedline><byline>بقلم <person>سلمى</person></byline></body.head><body.content><p>نص&nbsp;أول.</p>
<media><media-caption>صورة</media-caption></media><p>نص <em>ثان</em>.</p></body.content></body></nitf>"""
G2 = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="g" xml:lang="ar"><itemMeta><itemClass
qcode="ninat:text"/><provider qcode="p:WAM"/><firstCreated>2024-05-01T10:00:00Z</firstCreated><pubStatus qcode="stat:usable"/>
</itemMeta><contentMeta><headline xml:lang="ar">خبر</headline><subject><name>نفط</name></subject></contentMeta><contentSet>
<inlineXML><html><body><p>نص أول.</p><p>نص ثان.</p></body></html></inlineXML></contentSet></newsItem><packageItem/></itemSet>
</newsMessage>"""
NEWSML = """<NewsML><NewsItem><Identification><NewsIdentifier><PublicIdentifier>urn:newsml:a:2024:1:1</PublicIdentifier>
</NewsIdentifier></Identification><NewsManagement><FirstCreated>20240501T090000Z</FirstCreated><Status FormalName="Usable"/>
</NewsManagement><NewsComponent><NewsLines><HeadLine>خبر</HeadLine></NewsLines><NewsComponent><ContentItem><DataContent><p>نص.</p>
</DataContent></ContentItem></NewsComponent></NewsComponent></NewsItem></NewsML>"""
ALTO = """<alto><Layout><ReadingOrder><ElementRef REF="b"/></ReadingOrder><Page><TopMargin><TextBlock/></TopMargin><PrintSpace><TextBlock
ID="b"><TextLine><String CONTENT="افتتاح" WC="0.4" HPOS="9"/><SP/><String CONTENT="جسر" HPOS="5" SUBS_TYPE="HypPart1"
SUBS_CONTENT="جسر"/><HYP CONTENT="-"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>"""
PAGE_XML = """<PcGts><Page><ReadingOrder><OrderedGroup><RegionRefIndexed index="0" regionRef="r"/></OrderedGroup></ReadingOrder>
<TextRegion id="r" type="heading"><TextLine><Word><Coords points="9,1 2,3"/><TextEquiv conf="0.5"><Unicode>افتتاح</Unicode>
</TextEquiv></Word></TextLine></TextRegion><TextRegion><TextEquiv index="0"><Unicode>نص</Unicode></TextEquiv></TextRegion>
</Page></PcGts>"""
HOCR = """<html><head><meta name="ocr-system" content="t"/></head><body><div class="ocr_page"><p class="ocr_par"><span
class="ocr_line" title="bbox 0 0 9 9"><span class="ocrx_word" title="bbox 5 0 9 9; x_wconf 30">افتتاح</span> <span class="ocrx_word">جسر
</span></span></p><span class="ocr_header">7</span></div></body></html>"""
MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://n.example/1\r\nMIME-Version: "
    "1.0\r\nContent-Type: "
    'multipart/related; boundary="B"\r\n\r\n--B\r\nContent-Type: text/html\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: '
    f"8bit\r\nContent-Location: https://n.example/1\r\n\r\n{PAGE}\r\n--B--\r\n"
)
WHATSAPP = """21/05/2024, 22:10 - الرسائل مشفرة.
21/05/2024, 22:15 - سلمى: خبر
نص الخبر.
[٢١‏/٥‏/٢٠٢٤، ١٠:١٦:٠٠ م] وكالة: <تم استبعاد الوسائط>
"""
TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "created_at": "Tue May 21 19:15:30 +0000 2024", "full_text": "خبر"}}]'
WEBARCHIVE = {
    "WebMainResource": {
        "WebResourceData": PAGE.encode(),
        "WebResourceMIMEType": "text/html",
        "WebResourceURL": "u",
    }
}


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("a.txt", "دليل/" + "خ" * 90 + ".txt"):
            member = tarfile.TarInfo(name)
            member.size = len(TEXT.encode())
            archive.addfile(member, io.BytesIO(TEXT.encode()))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return file.getvalue()


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("../b.jsonl", RECORD)
    return file.getvalue()


WORD = """<?xml version="1.0"?><w:document xmlns:w="wordprocessingml" xmlns:mc="mc"><w:body><w:p><w:pPr><w:pStyle w:val="1"/>
<w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>عنوان</w:t></w:r></w:p><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>سر</w:t></w:r><w:del>
<w:r><w:delText>قديم</w:delText></w:r></w:del><w:ins><w:r><w:t>نص &amp; نص</w:t><w:tab/><w:br/></w:r></w:ins><w:r><w:fldChar
w:fldCharType="begin"/><w:instrText>TOC</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>فصل</w:t><w:fldChar
w:fldCharType="end"/></w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>إطار</w:t></w:r></w:p></w:txbxContent>
</mc:Choice><mc:Fallback/></mc:AlternateContent></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>خلية</w:t></w:r></w:p></w:tc><w:tc/></w:tr>
</w:tbl></w:body></w:document>""".encode()
ODF = """<o:document-content xmlns:o="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d"><o:body><o:text><text:h>عنوان</text:h>
<text:p>نص<text:s text:c="3"/><text:note><text:note-body><text:p>حاشية</text:p></text:note-body></text:note><draw:frame>
<draw:text-box><text:p>إطار</text:p></draw:text-box></draw:frame></text:p><table:table><table:table-row><table:table-cell>
<text:p>خلية</text:p></table:table-cell></table:table-row></table:table><text:section text:display="none"><text:p>سر</text:p>
</text:section></o:text></o:body></o:document-content>""".encode()
SLIDE = """<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:ph type="title"/><a:p><a:r><a:t>عنوان</a:t></a:r><a:br/></a:p></p:sp><a:tr><a:tc>
<a:p><a:t>خلية</a:t></a:p></a:tc></a:tr></p:sld>""".encode()
RTF = rb"""{\rtf1\ansi\ansicpg1256\deff0{\fonttbl{\f0\fcharset178 Arial;}}{\stylesheet{\s1 heading 1;}}{\info{\title \'c7}{\creatim
\yr2024\mo5\dy6}}\pard\s1 \u1593?\u1606?\par{\v \'c7}\'c7\'e1{\footnote \'c7}\intbl a\cell b\cell\row{\field{\*\fldinst X}{\fldrslt
c}}{\*\x y}{\shp{\*\shpinst{\shptxt d\par}}}\bin2 ab\u-10179?\u-8704?}"""
MAIL = f"""Received: a; Mon, 6 May 2024 10:00:00 +0300
From: =?utf-8?B?2LPZhNmF2Yk=?= <s@n.example>
Subject: =?windows-1256?Q?=CE=C8=D1?=
Message-ID: <1@n.example>
List-Id: "a" <b.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8; format=flowed

{TEXT}> quoted
--c
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+2YbYtTwvcD4=
--c--
--b
Content-Type: message/rfc822

Subject: x

text
--b
Content-Type: text/plain; name*=utf-8''%D8%AE.txt
Content-Disposition: attachment

{TEXT}
--b--
""".encode()


def _compound() -> bytes:
    """A message of Outlook: a header, a table of 128 sectors, a directory and a subject."""
    text = ("خبر عاجل " * 300).encode("utf-16-le")
    text += bytes(-len(text) % 512)
    count = len(text) // 512
    chain = [*range(1, count), 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD]

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        head = encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child
        )
        return head + bytes(36) + struct.pack("<IQ", start, size)

    none = 0xFFFFFFFF
    directory = entry("Root Entry", 5, 1, none, 0xFFFFFFFE, 0)
    directory += entry("__substg1.0_0037001F", 2, none, 2, 0, len(text))
    directory += entry("__properties_version1.0", 2, none, none, 0, 4096)
    directory += bytes(512 - len(directory))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, count, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", count + 1).ljust(436, b"\xff")
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    return head + text + directory + table


def _pdfs() -> list[bytes]:
    lines = TEXT.split("\n")
    return [
        made([page_of(lines), page_of(["1"], right=300)], {"Title": "خبر", "CreationDate": "D:20240501"}),
        made([page_of(lines)], rotate=90, mode=3, picture=True),
    ]


def _database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA page_size=512")
    connection.execute("CREATE TABLE news (id INTEGER PRIMARY KEY, title, body, date)")
    connection.execute("CREATE VIEW v AS SELECT upper(title) AS title, body FROM news")
    connection.executemany(
        "INSERT INTO news VALUES (?, 'خبر', ?, '2024-05-01')", [(n, TEXT) for n in range(12)]
    )
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def _workbook() -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("title", "text", "date"), ("خبر", TEXT, "2024-05-01"))):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return file.getvalue()


def _wacz() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}')
        archive.writestr("archive/data.warc", WARC)
    return file.getvalue()


SEEDS: dict[str, list[bytes]] = {
    "rtf": [RTF],
    "pdf": _pdfs(),
    "mail": [MAIL, f"Subject: x\n\n{TEXT}".encode("cp1256")],
    "mailbox": [
        b"From a@b Mon May  6 10:00:00 2024\n" + MAIL + b"\nFrom a@b Mon May  6 10:00:00 2024\n" + MAIL
    ],
    "outlook": [_compound()],
    "word97": [(Path(__file__).parents[1] / "corpus" / "files" / "word97.doc").read_bytes()],
    "office": [_zipped({**PARTS["docx"][2], "word/document.xml": WORD})],
    "docx": [WORD],
    "odt": [ODF],
    "pptx": [SLIDE],
    "epub": [PAGE.encode(), PAGE.replace("<br/>", "<br>").encode()],
    "text": [TEXT.encode(), TEXT.encode("cp1256"), TEXT.encode("utf-16")],
    "markdown": [MATTER.encode(), f'+++\ntitle = "خبر"\n+++\n{TEXT}'.encode()],
    "json": [
        f"[{RECORD},{RECORD}]".encode(),
        f'{{"articles":[{RECORD}]}}'.encode(),
        TELEGRAM.encode(),
        SHAPED.encode(),
    ],
    "wxr": [WXR.encode()],
    "jsonl": [f"{RECORD}\n{RECORD}\n".encode()],
    "csv": [
        'title,text,date\n"خبر, ""أول""","سطر\nسطر",2024-05-01\nخبر,نص,\n'.encode(),
        "العنوان;النص\nأ;ب\n".encode(),
    ],
    "tsv": ['title\ttext\n"خبر" أول\t"سطر\nسطر"\n'.encode()],
    "html": [PAGE.encode(), PAGE.replace("utf-8", "windows-1256").encode("cp1256")],
    "feed": [RSS.encode(), ATOM.encode()],
    "warc": [WARC, WARC + WARC],
    "nitf": [NITF.encode()],
    "newsml": [G2.encode(), NEWSML.encode()],
    "ocr": [ALTO.encode(), PAGE_XML.encode()],
    "hocr": [HOCR.encode()],
    "mhtml": [MHTML.encode()],
    "webarchive": [plistlib.dumps(WEBARCHIVE, fmt=each) for each in plistlib.PlistFormat],
    "whatsapp": [WHATSAPP.encode()],
    "subtitles": [
        "1\n00:00:01,000 --> 00:00:02,500\n<i>خبر</i>\n\n2\n00:01:00,000 --> 00:01:02,500\n- نص\n".encode(),
        "WEBVTT\n\n00:01.000 --> 00:04.000\nخبر\n".encode(),
    ],
    "tweets": [TWEETS.encode()],
    "ris": [
        "TY  - NEWS\r\nTI  - خبر\r\nAU  - علي, منى\r\nDA  - 2024/05/01/\r\nAB  - نص.\r\nER  - \r\n".encode()
    ],
    "bibtex": [
        '@string{a="ب"}@article{k, title = {{خ} \\"u}, abstract = a # {نص}, month = may}\n@misc{b}'.encode()
    ],
    "sqlite": [_database()],
    "xlsx": [_workbook()],
    "wacz": [_wacz()],
    "gzip": [gzip.compress(TEXT.encode(), mtime=0), gzip.compress(_tar(), mtime=0)],
    "bzip2": [bz2.compress(TEXT.encode())],
    "xz": [lzma.compress(TEXT.encode())],
    "zip": [_zip()],
    "tar": [_tar()],
    "any": [
        TEXT.encode(),
        PAGE.encode(),
        RSS.encode(),
        WARC,
        _zip(),
        _tar(),
        RECORD.encode(),
        MATTER.encode(),
    ],
    "tokenizer": ["قَالَ الرَّئِيسُ: «السلام،لافتا» 12.5 2023-10-07 ﷺ الـمقاومة".encode()],
    "fold": ["الـمُقاوَمَةُ ﷲ ﻻ إِيرَانَ ١٢٫٥ ۱۲ Château ﬁ کی آ أ".encode()],
    "names": [
        (
            "قال وزير الخارجية الروسي سيرغي لافروف في مدينة دمشق إن الأمير محمد بن عبد الله آل سعود زار «الرياض»، "
            "ولأبي بكر، والبنك المركزي المصري، شركة «أرامكو» للاستثمار. وأضاف لافروف: د. العريفي"
        ).encode()
    ],
    "dates": [
        "في ٧ تشرين الأول/أكتوبر 2023 وبين 3 و5 شباط (فبراير) 2024، وفي 10 رمضان 1445هـ، وأمس".encode(),
        "2023-10-07 21/7/2015 الأسبوع الماضي قبل ثلاثة أيام منذ عام ٢٠١٥ إلى 2020".encode(),
    ],
    "date": [
        date.encode()
        for date in (
            "2015-07-21 02:51:32",
            "٢١/٧/٢٠١٥",
            "السابع من تشرين الأول 2023",
            "١٠ رمضان ١٤٤٥ هـ",
            "أمس",
        )
    ],
    "query": ['+الهضاب "وقف إطلاق النار"~3 -كلمة (أو title:خبر) NOT after:2023 عِلم* =كلمة~'.encode()],
    "meaning": [
        TEXT.encode(),
        "ﷺ ﷲ ؟ «قَالَ» ١٢٫٥ the 新聞 \u200f\u202e\0 </s> <s> ▁▁ 👨‍👩‍👧 e\u0301".encode(),
        ("ﷺ" * 20).encode(),
    ],
}
