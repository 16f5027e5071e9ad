"""Read mail messages (EML, RFC 5322; also Apple's EMLX): the message is an article, and so are its
attachments.

The subject is the title, the sender the author, ``Date`` the time of publication, the mailing list or the
organisation the source, ``Message-ID`` the id. If a message has its text twice, the plain text counts, unless
it says nearly nothing («your program shows no HTML»). Attachments are read by the readers of their formats,
and attached messages as parts of this one.

Encrypted messages (S/MIME, PGP) are skipped with the reason; the signature of signed ones is ignored. Nothing
is loaded: no remote pictures, style sheets or scripts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from khabar.corpus.dates import parse_timestamp
from khabar.corpus.mail.bodies import MessageText, text_of_html, text_of_plain
from khabar.corpus.mail.headers import header, sender_in, source_in
from khabar.corpus.mail.parts import Part, parts_of
from khabar.corpus.pieces.content import Content, Draft, Found, Inner
from khabar.corpus.records.sections import names_in
from khabar.corpus.records.values import usable_id
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.text.paragraphs import body_of, headline_place, title_from
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["Attachment", "Letter", "found_in_letter", "found_in_message", "read_mail"]

_EMLX = re.compile(rb"\s*(\d{1,10})\s*\r?\n")
_SUFFIXES = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/msword": ".doc",
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
}
_IGNORED = (
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    *("application/pgp-encrypted", "message/delivery-status", "message/disposition-notification"),
    *("text/rfc822-headers", "text/x-amp-html", "text/calendar", "application/ics", "text/x-vcard"),
)
"""Media types without text to read: signatures, notes of servers, invitations."""
_WRAPPED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_PGP = "-----BEGIN PGP MESSAGE-----"
_STUB = 5
"""A plain text with less than one letter for this many letters of the HTML text is a stub."""
_MARKUP, _QUOTED = 10, 2
"""How many times longer than an article its HTML may be, and its text with quotations."""
_DELETED = 0x0008
"""Mozilla's flag for a deleted message that is still in the file."""


class Attachment(msgspec.Struct, frozen=True):
    """A file that came with a message."""

    name: str
    data: bytes


class Letter(msgspec.Struct):
    """A message of any format.

    Attributes:
        subject, author, source, id: values of its headers; "" if unknown.
        published: when it was sent, or arrived.
        text: its text.
        attachments: its attachments.
        tags: its keywords.
        trouble: the reason why its text cannot be read, if so.
    """

    subject: str = ""
    author: str = ""
    source: str = ""
    id: str = ""
    published: datetime | None = None
    text: MessageText = msgspec.field(default_factory=lambda: MessageText("", Counter()))
    attachments: list[Attachment] = msgspec.field(default_factory=list)
    tags: tuple[str, ...] = ()
    trouble: Unreadable | None = None


def read_mail(content: Content) -> Iterator[Found]:
    """Read the article in a message, and its attachments."""
    data = content.data()
    if length := _EMLX.match(data):
        data = data[length.end() :][: int(length[1])]
    yield from found_in_message(data, None, content)


def found_in_message(data: bytes, number: int | None, content: Content) -> Iterator[Found]:
    """The article in a message, and its attachments.

    Args:
        data: the message, from its first header.
        number: its number in a mailbox; None for a single message.
        content: the piece that contains it.
    """
    try:
        whole = parts_of(data)
        letter = letter_of_headers(whole.headers, content.dates)
        status = header(whole.headers, "X-Mozilla-Status")
        if re.fullmatch(r"[0-9a-fA-F]{1,8}", status) and int(status, 16) & _DELETED:
            raise Aside("deleted-message")
        if number is None and not whole.headers.keys():
            raise Unreadable("no-message")
        _fill(letter, whole, content.limits.letters)
    except Unreadable as error:
        yield number, error
        return
    yield from found_in_letter(letter, number)


def found_in_letter(letter: Letter, number: int | None) -> Iterator[Found]:
    """The article in a message, and its attachments.

    Args:
        letter: the message.
        number: its number in a mailbox; None for a single message.
    """
    body = body_of(storable(letter.text.text))
    if letter.trouble is not None and not body:
        yield number, letter.trouble
    elif body or has_words(letter.subject):
        is_titled = has_words(letter.subject)
        draft = Draft(
            title=letter.subject if is_titled else title_from(body.lines[headline_place(body.lines)]),
            paragraphs=body.lines,
            id=letter.id,
            source=letter.source or body.source,
            author=letter.author,
            published=letter.published,
            tags=letter.tags,
            clutter=body.clutter + letter.text.clutter,
        )
        yield number, draft
    elif not letter.attachments:
        yield number, Unreadable("no-word")
    for index, attachment in enumerate(letter.attachments, start=1):
        if attachment.name.lower() == "winmail.dat":
            yield number, Unreadable("unread-format", name="TNEF (winmail.dat)", instead="EML")
            continue
        # The same id in all folders that contain a copy of the message.
        own_id = usable_id(f"{letter.id}/{index}/{attachment.name}") if letter.id else ""
        inner = Inner(
            attachment.name, attachment.data, source=letter.source, published=letter.published, id=own_id
        )
        yield number, inner


def letter_of_headers(headers: Message, dates: str = "") -> Letter:
    """A message without its text, from its headers.

    Args:
        headers: the headers of the message.
        dates: the order of day, month and year in numeric dates.
    """
    moment = parse_timestamp(header(headers, "Date"), dates)
    if moment is None:
        # The last server writes the time of arrival after the last semicolon.
        arrived = header(headers, "Received").rpartition(";")[2] or header(headers, "Delivery-Date")
        moment = parse_timestamp(arrived.strip(), dates)
    return Letter(
        subject=header(headers, "Subject"),
        author=sender_in(header(headers, "From") or header(headers, "Sender")),
        source=source_in(headers),
        id=usable_id(header(headers, "Message-ID").strip("<> ")),
        published=moment,
        tags=tuple(names_in(header(headers, "Keywords"))),
    )


def _fill(letter: Letter, whole: Part, most: int) -> None:
    texts = _texts(whole, letter, most)
    clutter: Counter[str] = Counter()
    for text in texts:
        clutter.update(text.clutter)
    letter.text = MessageText("\n".join(text.text for text in texts), clutter)


def _texts(part: Part, letter: Letter, most: int) -> list[MessageText]:
    """The texts of a part, in order; its attachments and its trouble are added to the letter."""
    if part.type == "multipart/encrypted" or part.type in _WRAPPED:
        letter.trouble = _wrapped(part)
        return []
    if part.type == "multipart/alternative":
        return _best([_texts(child, letter, most) for child in part.children])
    if part.children:
        return [text for child in part.children for text in _texts(child, letter, most)]
    if part.type in _IGNORED:
        return []
    if part.type in ("text/plain", "text/html") and part.disposition != "attachment":
        name = part.name
        if not name or (
            part.disposition == "inline" and part.type == "text/plain" and not letter.attachments
        ):
            return _text(part, letter, most)
    letter.attachments.append(Attachment(_name(part, len(letter.attachments) + 1), part.body))
    return []


def _text(part: Part, letter: Letter, most: int) -> list[MessageText]:
    text = part.text
    if len(text) > most * (_MARKUP if part.type == "text/html" else _QUOTED):
        letter.trouble = Unreadable("too-many-letters", limit=most)
        return []
    if part.type == "text/html":
        return [text_of_html(text, letter.subject)]
    if text.lstrip().startswith(_PGP):
        letter.trouble = Unreadable("encrypted-mail", name="PGP")
        return []
    flowed = part.parameter("format").lower() == "flowed"
    delsp = part.parameter("delsp").lower() == "yes"
    return [text_of_plain(text, letter.subject, flowed=flowed, delsp=delsp)]


def _best(choices: list[list[MessageText]]) -> list[MessageText]:
    """The first of several forms of a text, which is the plain one, unless it is a stub."""
    sized = [
        (texts, sum(len(text.text) for text in texts))
        for texts in choices
        if any(has_words(text.text) for text in texts)
    ]
    largest = max((size for _, size in sized), default=0)
    return next((texts for texts, size in sized if size * _STUB >= largest), [])


def _wrapped(part: Part) -> Unreadable:
    """The reason why an encrypted or wrapped part cannot be read."""
    kind = part.parameter("smime-type").lower()
    if part.type == "multipart/encrypted":
        is_pgp = "pgp" in part.parameter("protocol").lower()
        return Unreadable("encrypted-mail", name="PGP" if is_pgp else "MIME")
    if kind in ("signed-data", "compressed-data"):
        return Unreadable("wrapped-mail", name="S/MIME")
    return Unreadable("encrypted-mail", name="S/MIME")


def _name(part: Part, number: int) -> str:
    """The name of an attachment; if it has no suffix, with that of its media type."""
    name = part.name
    suffix = _SUFFIXES.get(part.type, ".jpg" if part.type.startswith("image/") else "")
    if not name:
        return f"part-{number}{suffix}"
    return name if re.search(r"\.\w{1,8}$", name) else name + suffix
