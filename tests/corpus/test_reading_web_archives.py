"""Web archives: WACZ, and other files than pages in WARC."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from reading_helpers import Result, warc, zipped

TITLE = "افتتاح جسر المرفأ الجديد"
TEXT = (
    "افتتح وزير الأشغال جسر المرفأ الجديد أمس بحضور مئات من سكان المدينة.",
    "وقال الوزير إن الجسر سيخفف الازدحام، وإن الكلفة بلغت 12.5 مليون دينار.",
)
PAGE = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></body></html>"
URL = "https://news.example/1"


def wacz(**more: str | bytes) -> bytes:
    members: dict[str, str | bytes] = {
        "datapackage.json": json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": []}),
        "datapackage-digest.json": "{}",
        "pages/pages.jsonl": f'{{"format": "json-pages-1.0", "id": "pages"}}\n{{"url": "{URL}", "title": "{TITLE}"}}\n',
        "indexes/index.cdx": "com,example)/ 2024 {}\n",
        "archive/data.warc.gz": gzip.compress(warc({URL: PAGE})),
    }
    return zipped(members | {name.replace("__", "/"): content for name, content in more.items()})


@pytest.mark.parametrize("name", ["a.wacz", "a.zip", "noname"])
def test_wacz(reading_bytes: Callable[..., Result], name: str) -> None:
    result = reading_bytes(name, wacz())
    (article,) = result.articles
    assert (article.title, article.paragraphs, article.url) == (TITLE, TEXT, URL)
    assert "!archive/data.warc.gz" in article.path and result.report.ok


def test_several_archives_in_wacz(reading_bytes: Callable[..., Result]) -> None:
    other = warc({"https://news.example/2": PAGE.replace("الجديد", "القديم")})
    result = reading_bytes("a.wacz", wacz(**{"archive__b.warc": other, "archive__c.warc.gz": b"broken"}))
    assert len(result.articles) == 2 and len(result.report.skipped) == 1


def test_files_in_warc_that_are_not_pages(reading_bytes: Callable[..., Result]) -> None:
    feed = f"<rss version='2.0'><channel><title>صحيفة</title><item><title>{TITLE}</title><description>{TEXT[0]}</description></item></channel></rss>"
    data = warc({"https://news.example/feed": feed}, headers="Content-Type: application/rss+xml")
    result = reading_bytes("a.warc", data)
    assert result.titles == [TITLE] and result.articles[0].path.endswith("a.warc!1/feed.rss#1")
    robots = warc({"https://news.example/robots.txt": "User-agent: *"}, headers="Content-Type: text/plain")
    assert not reading_bytes("b.warc", robots + warc({URL: PAGE})).report.skipped
