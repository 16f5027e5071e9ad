"""The same tests for every format: the same news comes out of all of them, whole or broken, with stable ids."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import plistlib
import sqlite3
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compound_helpers import compound, outlook
from office_helpers import docx, epub, odt, p, page, pptx, rtf, slide
from pdf_files import made, page_of
from reading_helpers import Result, warc, zipped

from khabar.corpus import ReadReport, read
from khabar.corpus.reading.readers import READERS

TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = (
    "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة.",
    "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار.",
)
PAGE = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></body></html>"
RECORD = json.dumps({"title": TITLE, "text": "\n".join(TEXT)}, ensure_ascii=False)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>صحيفة</title><item>'
    f"<title>{TITLE}</title><description>&lt;p&gt;{TEXT[0]}&lt;/p&gt;&lt;p&gt;{TEXT[1]}&lt;/p&gt;</description>"
    "</item></channel></rss>"
)
WIRE = "\n".join((TITLE, *TEXT))
MESSAGE = f"From: s@n.example\nSubject: {TITLE}\nMIME-Version: 1.0\n\n{TEXT[0]}\n\n{TEXT[1]}\n"


def tarred(members: dict[str, str | bytes], **options: Any) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", **options) as archive:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE news (title, body)")
    connection.execute("INSERT INTO news VALUES (?, ?)", (TITLE, "\n".join(TEXT)))
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content


def workbook() -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((("title", "text"), (TITLE, "\n".join(TEXT)))):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    return file.getvalue()


WORDS = ("".join(f'<String CONTENT="{word}"/>' for word in line.split()) for line in (TITLE, *TEXT))
HOCR = "".join(f"<p class='ocr_par'><span class='ocr_line'>{line}</span></p>" for line in (TITLE, *TEXT))
TEXTS = "".join(f"<p>{line}</p>" for line in TEXT)

FORMATS: dict[str, str | bytes] = {
    "a.txt": WIRE,
    "a.md": f"# {TITLE}\n\n{TEXT[0]}\n\n{TEXT[1]}\n",
    "b.md": f"---\ntitle: {TITLE}\n---\n{TEXT[0]}\n\n{TEXT[1]}\n",
    "a.json": f"[{RECORD}]",
    "a.jsonl": RECORD + "\n",
    "a.csv": f'title,text\n{TITLE},"{TEXT[0]}\n{TEXT[1]}"\n',
    "b.csv": f'العنوان;النص\n"{TITLE}";"{TEXT[0]}\n{TEXT[1]}"\n',
    "a.tsv": f'title\ttext\n{TITLE}\t"{TEXT[0]}\n{TEXT[1]}"\n',
    "a.html": PAGE,
    "a.htm": PAGE.replace("<head>", '<head><meta charset="windows-1256">').encode("cp1256"),
    "a.php": PAGE,
    "page": PAGE,
    "a.xml": FEED,
    "a.rss": FEED,
    "feed": FEED,
    "a.warc": warc({"https://news.example/1": PAGE}),
    "a.warc.gz": gzip.compress(warc({"https://news.example/1": PAGE})),
    "a.pdf": made([[*page_of([TITLE], 18), *page_of(TEXT, top=700, leading=4)]]),
    "crawl": warc({"https://news.example/1": PAGE}),
    "a.nitf": f"<nitf><body><body.head><hedline><hl1>{TITLE}</hl1></hedline></body.head><body.content>{TEXTS}"
    "</body.content></body></nitf>",
    "g2.xml": f'<newsItem guid="g2"><contentMeta><headline>{TITLE}</headline></contentMeta><contentSet><inlineXML><html>'
    f"<body>{TEXTS}</body></html></inlineXML></contentSet></newsItem>",
    "newsml.xml": f"<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>{TITLE}</HeadLine></NewsLines><ContentItem>"
    f"<DataContent>{TEXTS}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
    "alto.xml": "<alto><Layout><Page>"
    + "".join(f"<TextBlock><TextLine>{words}</TextLine></TextBlock>" for words in WORDS)
    + "</Page></Layout></alto>",
    "page.xml": "<PcGts><Page>"
    + "".join(
        f"<TextRegion><TextEquiv><Unicode>{line}</Unicode></TextEquiv></TextRegion>"
        for line in (TITLE, *TEXT)
    )
    + "</Page></PcGts>",
    "a.hocr": f"<html><head><meta name='ocr-system'></head><body><div class='ocr_page'>{HOCR}</div></body></html>",
    "a.mhtml": f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{PAGE}",
    "a.webarchive": plistlib.dumps(
        {"WebMainResource": {"WebResourceMIMEType": "text/html", "WebResourceData": PAGE.encode()}},
        fmt=plistlib.FMT_BINARY,
    ),
    "a.sqlite": database(),
    "a.xlsx": workbook(),
    "a.wacz": zipped({"datapackage.json": "{}", "archive/a.warc": warc({"https://news.example/w": PAGE})}),
    "_chat.txt": f"[21/05/2024, 22:15:30] الوادي: {WIRE}\n",
    "tweets": "window.YTD.tweets.part0 = " + json.dumps([{"tweet": {"full_text": WIRE}}], ensure_ascii=False),
    "a.txt.gz": gzip.compress(WIRE.encode()),
    "a.txt.bz2": bz2.compress(WIRE.encode()),
    "a.txt.xz": lzma.compress(WIRE.encode()),
    "a.html.gz": gzip.compress(PAGE.encode()),
    "a.docx": docx(p(TITLE, "a") + "".join(map(p, TEXT))),
    "a.odt": odt(f"<text:h>{TITLE}</text:h>" + "".join(f"<text:p>{each}</text:p>" for each in TEXT)),
    "a.odp": odt(
        f"<draw:page><text:h>{TITLE}</text:h>{''.join(f'<text:p>{each}</text:p>' for each in TEXT)}</draw:page>",
        kind="presentation",
    ),
    "a.pptx": pptx(slide(("ctrTitle", TITLE), *(("body", each) for each in TEXT))),
    "a.epub": epub({"c.xhtml": page(f"<h1>{TITLE}</h1>" + "".join(f"<p>{each}</p>" for each in TEXT))}),
    "a.rtf": rtf(rf"\pard\s1 {TITLE}\par\pard {TEXT[0]}\par {TEXT[1]}\par"),
    "a.eml": MESSAGE,
    "a.mbox": f"From s@n.example Mon May  6 10:00:00 2024\n{MESSAGE}\n",
    "Inbox": f"From - Mon May  6 10:00:00 2024\n{MESSAGE}\n".encode(),
    "a.doc": rtf(rf"\pard\s1 {TITLE}\par\pard {TEXT[0]}\par {TEXT[1]}\par"),
    "a.msg": compound(outlook({"0037": TITLE, "1000": "\r\n".join(TEXT)})),
    "a.docx.gz": gzip.compress(docx(p(TITLE, "a") + "".join(map(p, TEXT)))),
    "b.zip": zipped({"x/a.docx": docx(p(TITLE, "a") + "".join(map(p, TEXT)))}),
    "a.zip": zipped({"x/a.html": PAGE}),
    "a.tar": tarred({"x/a.txt": WIRE}),
    "b.tar": tarred({"x" * 120 + "/خبر.txt": WIRE}, format=tarfile.GNU_FORMAT),
    "c.tar": tarred({"x" * 120 + "/خبر.txt": WIRE}, format=tarfile.PAX_FORMAT),
    "a.tar.gz": gzip.compress(tarred({"a.jsonl": RECORD})),
    "a.tgz": gzip.compress(tarred({"a.csv": f"title,text\n{TITLE},{TEXT[0]} | \n"})),
    "a.tar.bz2": bz2.compress(tarred({"a.xml": FEED})),
    "a.txz": lzma.compress(tarred({"a.html": PAGE})),
}
each = pytest.mark.parametrize("name", FORMATS)


def data(name: str) -> bytes:
    content = FORMATS[name]
    return content.encode() if isinstance(content, str) else content


@each
def test_the_same_article(reading_bytes: Callable[..., Result], name: str) -> None:
    result = reading_bytes(name, data(name))
    assert result.titles == [TITLE]
    assert result.report.ok
    if name != "a.tgz":  # its cell is one line
        assert result.articles[0].paragraphs == TEXT


@each
def test_read_twice_from_anywhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_bytes(data(name))
    monkeypatch.chdir(tmp_path)
    assert list(read(path)) == list(read(name)) == list(read(tmp_path))


@each
def test_cut_anywhere(name: str, tmp_path: Path) -> None:
    """A file that was cut short ends as articles or reasons, whatever is left of it."""
    path = tmp_path / name
    whole = data(name)
    for cut in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:cut])
        report = ReadReport()
        articles = list(read(path, report=report))
        assert articles or report.skipped, cut


@each
def test_nothing_in_it(reading_bytes: Callable[..., Result], name: str) -> None:
    for content in (b"", b" \n", b"\0" * 1000, b"\xff\xfe\xfd" * 50):
        result = reading_bytes(name, content)
        assert not result.articles
        assert result.reasons


@each
def test_hostile_text_arrives_as_text(reading_bytes: Callable[..., Result], name: str) -> None:
    """Escapes and direction marks are data here (the render room makes them harmless), NUL is not."""
    if isinstance(FORMATS[name], bytes):
        pytest.skip("packed: the format inside is tried by itself")
    nul = "\\u0000" if name.startswith(("a.json", "tweets")) else "\0"  # as JSON writes it
    hostile = str(FORMATS[name]).replace("الجديد", f"\u202eالجديد{nul}")
    result = reading_bytes(name, hostile)
    assert all("\0" not in passage.text for article in result.articles for passage in article.passages())
    assert any("\u202e" in passage.text for article in result.articles for passage in article.passages())


def test_a_folder_of_all_formats(reading: Callable[..., Result], tmp_path: Path) -> None:
    for name in FORMATS:
        (tmp_path / name).write_bytes(data(name))
    result = reading(tmp_path)
    assert [Path(article.path).relative_to(tmp_path).parts[0].partition("!")[0].partition("#")[0]
            for article in result.articles] == sorted(FORMATS)  # fmt: skip
    # The three copies of one capture are one article; all else is named by its file.
    assert len({article.id for article in result.articles}) == len(FORMATS) - 2
    assert result.report.ok


@pytest.mark.parametrize(
    ("name", "module", "command"),
    [
        ("a.html", "trafilatura", 'pip install "khabar[html]"'),
        ("a.html", "lxml.html", 'pip install "khabar[html]"'),
        ("a.xml", "feedparser", 'pip install "khabar[feeds]"'),
        ("a.warc", "warcio.archiveiterator", 'pip install "khabar[warc]"'),
        ("a.msg", "olefile", 'pip install "khabar[mail]"'),
        ("a.doc", "olefile", 'pip install "khabar[office]"'),
        ("a.pdf", "playa", 'pip install "khabar[pdf]"'),
        ("a.xlsx", "python_calamine", 'pip install "khabar[xlsx]"'),
        ("a.hocr", "lxml.html", 'pip install "khabar[html]"'),
        ("a.mhtml", "trafilatura", 'pip install "khabar[html]"'),
    ],
)
def test_without_the_extra(
    reading_bytes: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    module: str,
    command: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    content = compound({"WordDocument": b"x"}) if name == "a.doc" else data(name)
    result = reading_bytes(name, content)
    assert not result.articles
    assert command in result.reasons[0]


def test_every_reader_is_there() -> None:
    from importlib import import_module

    for place in READERS.values():
        module, _, name = place.rpartition(".")
        assert callable(getattr(import_module(f"khabar.corpus.{module}"), name))


@pytest.mark.parametrize(
    "content",
    [RECORD + "\n", f"[{RECORD}]", WIRE, PAGE, FEED, gzip.compress(RECORD.encode()), zipped({"a.txt": WIRE})],
    ids=["jsonl", "array", "text", "page", "feed", "gzip", "zip"],
)
def test_standard_input(
    reading: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, content: str | bytes
) -> None:
    given = content.encode() if isinstance(content, str) else content

    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(given))  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "stdin", Stdin)
    result = reading("-")
    assert result.titles == [TITLE]
    assert result.report.files == 1
    assert result.articles[0].path.startswith("-")


def test_a_broken_line_on_standard_input(
    reading: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(f'{{"title": \n{RECORD}\n'.encode()))  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "stdin", Stdin)
    result = reading(["-"])
    assert result.titles == [TITLE]
    assert (result.report.skipped[0].path, result.report.skipped[0].number) == ("-", 1)
