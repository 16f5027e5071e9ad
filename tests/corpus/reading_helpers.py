"""Make records and archives, and hold the result of reading them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, NamedTuple

from khabar.corpus import Article, ReadReport


class Result(NamedTuple):
    """The result of a call of ``read``."""

    articles: list[Article]
    report: ReadReport

    @property
    def titles(self) -> list[str]:
        return [article.title for article in self.articles]

    @property
    def reasons(self) -> list[str]:
        return [str(skipped.reason) for skipped in self.report.skipped]


def record(number: int = 1, **more: Any) -> dict[str, Any]:
    """A record with a title and a text."""
    return {"title": f"خبر {number}", "text": f"هذا نص الخبر {number}."} | more


def jsonl(*records: Any) -> str:
    """Records as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def warc(pages: dict[str, str | bytes], *, status: str = "200 OK", headers: str = "") -> bytes:
    """A WARC file with a response for each address."""
    records = []
    for url, page in pages.items():
        payload = page.encode() if isinstance(page, str) else page
        http = f"HTTP/1.1 {status}\r\n{headers or 'Content-Type: text/html'}\r\n\r\n".encode() + payload
        records.append(
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n".encode()
            + http
            + b"\r\n\r\n"
        )
    return b"".join(records)


def named(value: object) -> str | None:
    """For ``ids=``: bytes have no place in a test's name, nor has their number: it depends on the time of day
    in archives."""
    return "bytes" if isinstance(value, bytes) else None
