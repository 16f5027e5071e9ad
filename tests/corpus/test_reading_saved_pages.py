"""Saved web pages: MHTML, Safari and SingleFile."""

from __future__ import annotations

import base64
import plistlib
import quopri
from collections.abc import Callable

import pytest
from reading_helpers import Result, zipped

TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = (
    "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة.",
    "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار.",
)
PAGE = (
    f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{TITLE}</title></head><body>'
    f"<h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></body></html>"
)
URL = "https://news.example/1"


def part(kind: str, content: bytes, *, coding: str = "quoted-printable", more: str = "") -> bytes:
    body = (
        quopri.encodestring(content)
        if coding == "quoted-printable"
        else base64.encodebytes(content)
        if coding == "base64"
        else content
    )
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n{more}\r\n".encode() + body + b"\r\n"
    )


def mhtml(*parts: bytes, head: str = "", kind: str = 'multipart/related; type="text/html"') -> bytes:
    begin = (
        f"From: <Saved by Blink>\r\n{head}Date: Tue, 21 May 2024 19:15:30 -0000\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: {kind};\r\n\tboundary="----B--"\r\n\r\n\r\n'
    ).encode()
    return begin + b"".join(b"------B--\r\n" + each for each in parts) + b"------B----\r\n"


CHROME = mhtml(
    part(
        "text/html", PAGE.encode(), more=f"Content-ID: <frame-1@mhtml.blink>\r\nContent-Location: {URL}\r\n"
    ),
    part("text/css", b"p{}", more="Content-Location: cid:css\r\n"),
    part("image/png", b"\x89PNG", coding="base64", more="Content-Location: https://news.example/a.png\r\n"),
    head=f"Snapshot-Content-Location: {URL}\r\nSubject: =?utf-8?B?{base64.b64encode(TITLE.encode()).decode()}?=\r\n",
)


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "noname"])
def test_mhtml_of_a_browser(reading_bytes: Callable[..., Result], name: str) -> None:
    result = reading_bytes(name, CHROME)
    (article,) = result.articles
    assert (article.title, article.paragraphs, article.url) == (TITLE, TEXT, URL)
    assert article.published is None and result.report.ok  # the date of saving is not that of publication


def test_mhtml_of_older_programs(reading_bytes: Callable[..., Result]) -> None:
    old = PAGE.replace("charset=utf-8", "charset=windows-1256").encode("cp1256")
    explorer = mhtml(
        part(
            'text/html;\r\n\tcharset="windows-1256"',
            old,
            coding="quoted-printable",
            more=f"Content-Location: {URL}\r\n",
        )
    )
    assert reading_bytes("a.mht", explorer).articles[0].paragraphs == TEXT
    frame = part("text/html", b"<html><body><p>frame</p></body></html>", more="Content-ID: <f>\r\n")
    root = part(
        "text/html",
        PAGE.encode(),
        coding="base64",
        more="Content-ID: <r>\r\nContent-Location: file:///c:/a.htm\r\n",
    )
    started = mhtml(frame, root, kind='multipart/related; start="<r>"; type="text/html"')
    (article,) = reading_bytes("b.mht", started).articles
    assert article.paragraphs == TEXT and article.url == ""
    inner = (
        b'Content-Type: multipart/alternative; boundary="C"\r\n\r\n--C\r\n'
        + part("text/plain", b"plain")
        + b"--C\r\n"
        + part("text/html", PAGE.encode())
        + b"--C--\r\n"
    )
    assert reading_bytes("c.mht", mhtml(inner)).articles[0].paragraphs == TEXT


def test_the_subject_where_a_page_has_no_title(reading_bytes: Callable[..., Result]) -> None:
    bare = f"<html><body><p>{TEXT[0]}</p><p>{TEXT[1]}</p></body></html>"
    subject = base64.b64encode(TITLE.encode()).decode()
    data = mhtml(
        part('text/html; charset="utf-8"', bare.encode()), head=f"Subject: =?utf-8?B?{subject}?=\r\n"
    )
    assert reading_bytes("a.mhtml", data).titles == [TITLE]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (mhtml(part("image/png", b"\x89PNG", coding="base64")), "no-page-in-mhtml"),
        (mhtml(part("text/html", b"  ")), "empty-page"),
        (b"no message at all", "no-page-in-mhtml"),
        (mhtml(*([part("text/css", b"")] * 10_001)), "too-many-parts"),
    ],
    ids=["picture", "empty", "none", "many"],
)
def test_broken_mhtml(reading_bytes: Callable[..., Result], data: bytes, kind: str) -> None:
    assert [each.reason.kind for each in reading_bytes("a.mhtml", data).report.skipped] == [kind]


def test_nested_parts_end(reading_bytes: Callable[..., Result]) -> None:
    deep = b"".join(
        f'Content-Type: multipart/related; boundary="b{depth}"\r\n\r\n--b{depth}\r\n'.encode()
        for depth in range(3000)
    )
    result = reading_bytes("a.mht", b"MIME-Version: 1.0\r\n" + deep)
    assert not result.articles and len(result.report.skipped) == 1


def webarchive(**more: object) -> bytes:
    main = {
        "WebResourceData": PAGE.encode("cp1256"),
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "windows-1256",
        "WebResourceURL": URL,
    }
    return plistlib.dumps({"WebMainResource": main | more, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)


def test_an_archive_of_safari(reading_bytes: Callable[..., Result]) -> None:
    (article,) = reading_bytes("a.webarchive", webarchive()).articles
    assert (article.title, article.paragraphs, article.url) == (TITLE, TEXT, URL)
    picture = reading_bytes("b.webarchive", webarchive(WebResourceMIMEType="image/png"))
    assert [each.reason.kind for each in picture.report.skipped] == ["no-page-in-mhtml"]
    for cut in (9, 20, 200):
        assert reading_bytes("c.webarchive", webarchive()[:cut]).report.skipped


def test_fields_are_kept_from_saved_pages_of_all_kinds(reading_bytes: Callable[..., Result]) -> None:
    page = PAGE.replace("<head>", '<head><meta name="desk" content="محليات">')
    data = webarchive(WebResourceData=page.encode("cp1256"))
    chrome = mhtml(part('text/html; charset="utf-8"', page.encode()))
    for name, content in (("a.webarchive", data), ("b.mhtml", chrome), ("c.html", page)):
        (article,) = reading_bytes(name, content, keep="desk").articles
        assert article.fields == {"desk": ("محليات",)}, name


@pytest.mark.parametrize(
    "comment",
    [
        f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Tue May 21 2024 22:15:30 "
        f"GMT+0300\n-->",
        f"<!-- saved from url=(0022){URL} -->",
        "<!-- Mirrored from news.example/1 by HTTrack Website Copier/3.x [XR&CO'2014], Tue, 21 May 2024 -->",
    ],
    ids=["singlefile", "browser", "httrack"],
)
def test_the_address_of_a_saved_page(reading_bytes: Callable[..., Result], comment: str) -> None:
    for text in (f"<!DOCTYPE html>\n{PAGE.replace('<html>', f'<html>{comment}')}", comment + PAGE):
        (article,) = reading_bytes("a.html", text).articles
        assert (article.url, article.paragraphs, article.published) == (URL, TEXT, None)


def test_a_page_that_is_a_zip_file(reading_bytes: Callable[..., Result]) -> None:
    page = PAGE.replace("<html>", f"<html><!--\n Page saved with SingleFile \n url: {URL} \n-->")
    packed = (
        b'<!doctype html><html data-sfz><meta charset="windows-1252"><title>x</title><body><!--\n'
        + zipped({"index.html": page, "images/0.png": b"\x89PNG"})
    )
    (article,) = reading_bytes("a.html", packed).articles
    assert (article.url, article.paragraphs) == (URL, TEXT)
    assert reading_bytes("b.html", packed[:-40]).report.skipped
