"""Find the address of a saved web page, in the comment that the saving program wrote at its beginning.

SingleFile writes ``Page saved with SingleFile`` with ``url:``, browsers ``saved from url=(0042)https://…``,
HTTrack ``Mirrored from example.com/… by HTTrack``. The times in these comments are those of saving, not of
publication.

A page of SingleFileZ is a zip file that browsers can open as a page; the page itself is ``index.html`` in it.
"""

from __future__ import annotations

import io
import re

from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable

__all__ = ["is_packed_page", "saved_from", "unpacked_page"]

_HEAD = 1 << 14
_SINGLE_FILE = re.compile(
    r"<!--\s*Page saved with SingleFile\b[^>]{0,80}?\burl:\s*(https?://[^\s<>]{1,2000})", re.I
)
_BROWSER = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)\s*(https?://[^\s<>]{1,2000})", re.I)
_HTTRACK = re.compile(r"<!--\s*Mirrored from ([^\s<>]{4,2000}) by HTTrack", re.I)
_PACKED = re.compile(rb"<html[^>]{0,200}\bdata-sfz", re.I)
_INDEX = "index.html"


def saved_from(page: str) -> str:
    """The address of a saved page; "" if no program noted it.

    >>> saved_from("<!-- saved from url=(0022)https://news.example/1 --><html>")
    'https://news.example/1'
    """
    head = page[:_HEAD]
    if comment := _SINGLE_FILE.search(head) or _BROWSER.search(head):
        return comment[1]
    comment = _HTTRACK.search(head)
    return f"https://{comment[1]}" if comment and "://" not in comment[1] else ""


def is_packed_page(head: bytes) -> bool:
    """Whether a file begins like a page of SingleFileZ."""
    return _PACKED.search(head[:_HEAD]) is not None


def unpacked_page(data: bytes, limit: int) -> bytes:
    """The page in a file of SingleFileZ.

    Args:
        data: the file.
        limit: the maximum number of bytes of the page.

    Raises:
        Unreadable: it cannot be unpacked, or is larger.
    """
    from zipfile import ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive, archive.open(_INDEX) as page:
            content = page.read(limit + 1)
    except MemoryError:
        raise
    # On broken files, zipfile raises a dozen kinds of errors, only some of them documented.
    except Exception as error:
        raise Unreadable("cannot-unpack", error=said(error)[:200]) from None
    if len(content) > limit:
        raise Unreadable("too-large", limit=limit)
    return content
