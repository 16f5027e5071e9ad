"""Read the web pages in WARC files of crawlers, with warcio (``pip install "khabar[warc]"``).

A page is an HTML response with status 200, an HTML resource, or the text of a page in a record of type
``conversion`` (WET). Documents and feeds among the responses (PDF, Word, RSS and others of `_FILES`) are read
like files of their format. Everything else that is normal in such a file – requests, redirections, pictures,
notes of the crawler – is skipped silently.

warcio finds the records and their headers. To protect it from hostile files, the length of lines, the number
of headers and the size of bodies are limited here. If a record is longer or shorter than it states, the
reading continues with the next one that can be found.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec.structs import replace

from khabar.corpus.pieces.content import Inner, needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.records.values import outlet_in
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Draft, Found

__all__ = ["read_warc"]

_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_FILES = {
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/feed+json": ".json",
}
"""Media types of documents and feeds, and the suffix of each. JSON and plain text are left out: on the web
they are data for programs."""
_LONGEST_NAME = 100
_CHUNK = 1 << 16
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1 << 16
_MOST_LINES = 10_000


def read_warc(content: Content) -> Iterator[Found]:
    """Read the articles in a WARC file, numbered by their records."""
    needs("warcio.archiveiterator", what="warc", extra="warc")
    needs("lxml.html", "trafilatura", what="pages", extra="html")
    logging.getLogger("warcio").setLevel(logging.CRITICAL)
    records = _records()(content.stream)
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            try:
                if record.rec_type == "conversion":
                    yield number, _converted(record, content)
                elif _is_page(record):
                    yield number, _draft(record, content)
                elif suffix := _suffix_of_file(record):
                    yield number, _inner(record, content, suffix)
            except Unreadable as error:
                yield number, error
            records.read_to_end()
            if trouble := records.trouble(record):
                yield number, Unreadable(trouble)
    except MemoryError:
        raise
    # On broken files, warcio raises errors that it does not document.
    except Exception as error:
        yield number + 1, Unreadable("broken-warc", error=said(error)[:200])
        return
    if not number:
        raise Unreadable("no-record")


@cache
def _records() -> type[Any]:
    """warcio's iterator with limits. (The class is defined here because warcio is imported on demand.)"""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.bufferedreaders import DecompressingBufferedReader

    class Reader(DecompressingBufferedReader):  # type: ignore[misc]
        lines_left = _MOST_LINES

        def readline(self, length: int | None = None) -> bytes:
            line: bytes = super().readline(min(length or _LONGEST_LINE, _LONGEST_LINE))
            self.lines_left -= 1
            if self.lines_left < 0 or (len(line) == _LONGEST_LINE and not line.endswith(b"\n")):
                raise ValueError("its headers are too large")
            return line

    class Records(ArchiveIterator):  # type: ignore[misc]
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self.reader = Reader(self.fh, block_size=_CHUNK)
            self._lost = False

        def _next_record(self, next_line: bytes | None) -> Any:
            self.reader.lines_left = _MOST_LINES
            return super()._next_record(next_line)

        def _consume_blanklines(self) -> tuple[bytes | None, int]:
            """Go to the next record, and skip anything before it. (warcio's own method prints that.)"""
            self._lost = False
            empty = 0
            while line := self.reader.readline():
                self.reader.lines_left = _MOST_LINES
                if line.strip():
                    if self.known_format != "warc" or line.startswith(b"WARC/"):
                        return line, empty
                    self._lost = True
                empty += len(line)
            return None, empty

        def trouble(self, record: Any) -> str:
            """The kind of the reason for a wrong length of a record that was read to the end; "" for none."""
            if getattr(record.raw_stream, "limit", 0) > 0:
                return "warc-ends-inside"
            return "warc-record-too-long" if self._lost else ""

    return Records


def _type(record: Any) -> str:
    """The media type of a response or resource; "" for all other records."""
    if record.rec_type not in ("response", "resource"):
        return ""
    headers = record.http_headers
    if headers is None:
        return record.rec_headers.get_header("Content-Type") or ""
    if record.rec_type == "response" and headers.get_statuscode() != "200":
        return ""
    return headers.get_header("Content-Type") or ""


def _is_page(record: Any) -> bool:
    return bool(_HTML.match(_type(record)))


def _suffix_of_file(record: Any) -> str:
    """The suffix of a document or feed; "" for other records."""
    return _FILES.get(_type(record).partition(";")[0].strip().lower(), "")


def _inner(record: Any, content: Content, suffix: str) -> Inner:
    """A document or feed, named like the end of its address."""
    url = _url(record)
    name = re.sub(r"[^\w.-]+", "_", unquote(_path(url).rstrip("/").rpartition("/")[2]))[-_LONGEST_NAME:]
    if not name.lower().endswith(suffix):
        name = f"{name.lstrip('.') or 'file'}{suffix}"
    return Inner(name.lstrip("."), _payload(record, content.max_bytes), url=url)


def _path(url: str) -> str:
    """The path of an address, even of an invalid one."""
    return re.split(r"[?#]", url, maxsplit=1)[0]


def _url(record: Any) -> str:
    url: str = record.rec_headers.get_header("WARC-Target-URI") or ""
    return url.strip("<> ")


def _payload(record: Any, limit: int) -> bytes:
    """The body of a response, without chunks and decompressed."""
    http = record.http_headers
    data = _data(record.raw_stream, limit)
    if http is not None:
        transfer, coding = (http.get_header(name) or "" for name in ("Transfer-Encoding", "Content-Encoding"))
        data = _body(data, transfer, coding, limit)
    return data


def _draft(record: Any, content: Content) -> Draft:
    from khabar.corpus.web.pages import draft_of_page

    data = _payload(record, content.max_bytes)
    if not data.strip():
        raise Unreadable("empty-page")
    charset = _CHARSET.search((record.http_headers or record.rec_headers).get_header("Content-Type") or "")
    decoded = content.markup(decode_page(data, charset[1] if charset else ""))
    return draft_of_page(decoded, _url(record), content.dates, content.fields)


def _converted(record: Any, content: Content) -> Draft:
    """The article in the extracted text of a page, as in the WET files of Common Crawl."""
    from khabar.corpus.text.paragraphs import draft_of_text

    url = _url(record)
    draft = draft_of_text(_data(record.raw_stream, content.max_bytes).decode("utf-8", "replace"))
    return replace(draft, url=url, source=draft.source or outlet_in(url))


def _data(stream: Any, limit: int) -> bytes:
    chunks = []
    left = limit
    while chunk := stream.read(_CHUNK):
        chunks.append(chunk)
        left -= len(chunk)
        if left < 0:
            raise Unreadable("too-large", limit=limit)
    return b"".join(chunks)


def _body(data: bytes, transfer: str, coding: str, limit: int) -> bytes:
    """The body in ``data``, without chunks (RFC 9112, 7.1) and decompressed (RFC 9110, 8.4).

    Crawlers often undo both without changing the headers, so a header counts only if the bytes agree with it.

    Args:
        data: the bytes that the crawler stored.
        transfer, coding: the headers Transfer-Encoding and Content-Encoding.
        limit: the maximum number of bytes of the body.

    Raises:
        Unreadable: its compression is unknown, or it is larger than ``limit``.
    """
    if "chunked" in transfer.lower():
        data = _joined(data)
    for name in reversed(coding.lower().split(",")):
        name = name.strip()
        if name in ("", "identity"):
            continue
        if name in ("gzip", "x-gzip"):
            data = _inflated(data, zlib.MAX_WBITS | 16, limit) if data.startswith(_GZIP) else data
        elif name == "deflate":
            data = _deflated(data, limit)
        elif b"<" not in data[:1024]:
            raise Unreadable("unknown-compression", name=name[:20])
    return data


def _joined(data: bytes) -> bytes:
    """The concatenated chunks; ``data`` itself if it has none. Bytes after a broken chunk are kept
    unchanged."""
    pieces: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(data, position):
        length = int(size[1], 16)
        if not length:
            return b"".join(pieces)
        pieces.append(data[size.end() : size.end() + length])
        position = size.end() + length
        position += 2 if data[position : position + 2] == b"\r\n" else data[position : position + 1] == b"\n"
    pieces.append(data[position:])
    return b"".join(pieces)


def _deflated(data: bytes, limit: int) -> bytes:
    """Decompress a zlib stream, or the bare deflate stream that some servers send; else return it
    unchanged."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflated(data, window, limit, strict=True)
        except zlib.error:
            continue
    return data


def _inflated(data: bytes, window: int, limit: int, *, strict: bool = False) -> bytes:
    decompressor = zlib.decompressobj(window)
    try:
        result = decompressor.decompress(data, limit + 1)
    except zlib.error as error:
        if strict:
            raise
        raise Unreadable("broken-compression", error=said(error)) from None
    if len(result) > limit:
        raise Unreadable("too-large", limit=limit)
    return result
