"""Read web pages saved with images and styles: MHTML (``.mhtml``, ``.mht``) and Safari's web archives.

MHTML is a MIME message (RFC 2557), written by Chrome, Edge, Internet Explorer, Outlook and Opera. The article
is that of the root page, which ``start`` names, else of the first page. Its address is that of the snapshot,
or the page's ``Content-Location``. Its title is the page's own, or the subject if the page has none. The date
of the message is the time of saving, not of publication.

A web archive is a property list, with the page, its address and encoding under ``WebMainResource``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import MessageError
from email.message import Message
from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.corpus.pieces.content import needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.report import Unreadable
from khabar.corpus.text.paragraphs import headline_place, title_from
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_mhtml", "read_webarchive"]

_PAGES = ("text/html", "application/xhtml+xml")
_MOST_PARTS = 10_000
_LONGEST_HEAD = 1 << 20
_WEB = re.compile(r"https?://", re.I)
_PART = re.compile(rb"^content-type:", re.I | re.M)


def read_mhtml(content: Content) -> Iterator[Found]:
    """Read the article in an MHTML file."""
    needs("lxml.html", "trafilatura", what="pages", extra="html")
    from khabar.corpus.web.pages import draft_of_page

    data = content.data()
    if len(_PART.findall(data)) > _MOST_PARTS:
        raise Unreadable("too-many-parts", limit=_MOST_PARTS)
    message = _message(data)
    root = _root(message)
    if root is None:
        raise Unreadable("no-page-in-mhtml")
    page = root.get_payload(decode=True)
    if not isinstance(page, bytes) or not page.strip():
        raise Unreadable("empty-page")
    addresses = (
        _line(message, "Snapshot-Content-Location"),
        _line(root, "Content-Location"),
        _line(message, "Content-Location"),
    )
    address = next(filter(_WEB.match, addresses), "")
    decoded = content.markup(decode_page(page, str(root.get_content_charset("") or "")))
    draft = draft_of_page(decoded, address, content.dates, content.fields)
    subject = _line(message, "Subject")
    if (
        has_words(subject)
        and draft.paragraphs
        and draft.title == title_from(draft.paragraphs[headline_place(draft.paragraphs)])
    ):
        draft = replace(draft, title=subject)
    yield None, draft


def _message(data: bytes) -> Message:
    from email.parser import BytesParser
    from email.policy import compat32

    try:
        return BytesParser(policy=compat32).parsebytes(data)
    # On broken messages the package raises its own errors, and those of strings and of recursion.
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("broken-mhtml", error=said(error)[:200]) from None


def _root(message: Message) -> Message | None:
    """The root page: the part that ``start`` names, else the first page; None if there is none."""
    try:
        pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
        start = message.get_param("start")
        for page in pages:
            if isinstance(start, str) and start and page.get("Content-ID", "") == start:
                return page
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("broken-mhtml", error=said(error)[:200]) from None
    return pages[0] if pages else None


def _line(message: Message, name: str) -> str:
    """A header as one line, with its words decoded (RFC 2047)."""
    from email.header import decode_header, make_header

    value = str(message.get(name, ""))[:_LONGEST_HEAD]
    with suppress(ValueError, LookupError, MessageError, TypeError, AttributeError):
        value = str(make_header(decode_header(value)))
    return " ".join(storable(value).split())


def read_webarchive(content: Content) -> Iterator[Found]:
    """Read the article in a web archive of Safari."""
    needs("lxml.html", "trafilatura", what="pages", extra="html")
    import plistlib

    from khabar.corpus.web.pages import draft_of_page

    data = content.data()
    try:
        archive = plistlib.loads(data)
    except MemoryError:
        raise
    # On broken files it raises the errors of its parts: of numbers, recursion, expat.
    except Exception as error:
        raise Unreadable("broken-mhtml", error=said(error)[:200]) from None
    main = archive.get("WebMainResource") if isinstance(archive, dict) else None
    if not isinstance(main, dict):
        raise Unreadable("no-page-in-mhtml")
    page, address, charset = (main.get(f"WebResource{name}") for name in ("Data", "URL", "TextEncodingName"))
    if main.get("WebResourceMIMEType") not in _PAGES or not isinstance(page, bytes):
        raise Unreadable("no-page-in-mhtml")
    if not page.strip():
        raise Unreadable("empty-page")
    decoded = content.markup(decode_page(page, charset if isinstance(charset, str) else ""))
    url = address if isinstance(address, str) and _WEB.match(address) else ""
    yield None, draft_of_page(decoded, storable(url), content.dates, content.fields)
