"""Read exports of Telegram Desktop as web pages (``messages.html``): a message is an article, as in JSON
exports.

The page has the name of the chat, but not its number: ids are made of the chat's name and the message's
number. A message without a sender has the sender of the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.pieces.content import needs
from khabar.corpus.pieces.encoding import decode_page
from khabar.corpus.pieces.streams import said
from khabar.corpus.records.drafts import Records
from khabar.corpus.records.telegram import record_of
from khabar.corpus.report import Unreadable
from khabar.corpus.web.pages import parsed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_telegram_page"]

_WHITE = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"message-?(\d+)$", re.A)
_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?", re.A)


def read_telegram_page(content: Content) -> Iterator[Found]:
    """Read the articles in an exported page, numbered in the order of its messages."""
    needs("lxml.html", what="pages", extra="html")
    decoded = content.markup(decode_page(content.data()))
    try:
        root = parsed(decoded.text)
    except MemoryError:
        raise
    except Exception as error:  # on hostile pages, lxml raises errors that it does not document
        raise Unreadable("broken-page", error=said(error)) from None
    header = _first(root, "page_header")
    name = "" if header is None else _line(_first(header, "text"))
    chat: dict[str, object] = {"id": name, "name": name}
    return Records(content.fields, content.mapped, content.dates).drafts(_messages(root, chat))


def _messages(root: HtmlElement, chat: dict[str, object]) -> Iterator[tuple[int, object]]:
    sender = ""
    for number, element in enumerate(_all(root, "message"), start=1):
        service = "service" in (element.get("class") or "").split()
        forwarded = _first(element, "forwarded")
        senders = [
            name
            for name in _all(element, "from_name")
            if forwarded is None or forwarded not in name.iterancestors()
        ]
        sender = _line(senders[0]) if senders else sender
        own_number = _NUMBER.search(element.get("id") or "")
        message = {
            "type": "service" if service else "message",
            "id": own_number[1] if own_number else number,
            "date": _moment(element),
            "text": _text(_first(element, "text")),
            "from": sender,
            "forwarded_from": "" if forwarded is None else _line(_first(forwarded, "from_name")),
            "author": _line(_first(element, "signature")),
        }
        yield number, record_of(message, chat)


def _all(element: HtmlElement, name: str) -> list[HtmlElement]:
    result: list[HtmlElement] = element.xpath(
        ".//div[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} "
    )
    return result


def _first(element: HtmlElement, name: str) -> HtmlElement | None:
    return next(iter(_all(element, name)), None)


def _line(element: HtmlElement | None) -> str:
    """The text of an element in one line, without its children if it has text of its own: the name of a
    forwarded message is followed by its date in a child."""
    if element is None:
        return ""
    return " ".join((element.text or "").split()) or " ".join(_text(element).split())


def _text(element: HtmlElement | None) -> str:
    """The text of an element, with line ends only where the page shows them."""
    if element is None:
        return ""
    pieces: list[str] = []
    for node in element.iter():
        if node.tag in ("br", "p", "blockquote", "pre") and node is not element:
            pieces.append("\n")
        if isinstance(node.tag, str):
            pieces.append(_WHITE.sub(" ", node.text or ""))
        if node is not element:
            pieces.append(_WHITE.sub(" ", node.tail or ""))
    return "".join(pieces).strip()


def _moment(element: HtmlElement) -> str:
    """The time when a message was sent, in ISO 8601; "" if unknown."""
    for date in _all(element, "date"):
        if match := _DATE.fullmatch((date.get("title") or "").strip()):
            day, month, year, time, zone = match.groups()
            return f"{year}-{month}-{day}T{time}{zone or ''}"
    return ""
