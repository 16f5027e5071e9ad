"""Decode the headers of mail: encoded words (RFC 2047), file names (RFC 2231), names of senders (RFC 5322).

Many programs break these rules, most often in Arabic headers: undeclared bytes in Windows-1256, an encoded
word cut within a letter, encoded words in quotation marks, an encoding that does not exist. Such headers are
read nevertheless if their meaning is clear.
"""

from __future__ import annotations

import binascii
import codecs
import re
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from urllib.parse import unquote_to_bytes

from khabar.corpus.pieces.encoding import decode, decode_page
from khabar.corpus.report import Unreadable
from khabar.spelling import has_words, storable

__all__ = ["base64_bytes", "decoded_text", "filename_of", "header", "headers_in", "sender_in", "source_in"]

_LONGEST = 1 << 18
"""Maximum number of bytes of a part's headers that are parsed."""
_WORD = re.compile(r"=\?([A-Za-z0-9_:.()-]{1,60})(?:\*[A-Za-z-]{1,20})?\?([bBqQ])\?([^?\r\n]*)\?=")
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?)")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~ ()-])*")
_LIST = re.compile(r"\s*\"?([^<\"]*)\"?\s*(?:<([^<>]*)>)?")
_LATIN = frozenset({"iso8859-1", "cp1252", "latin-1", "iso8859-15"})
_ARABIC_BYTES = re.compile(rb"[\xc0-\xff]{3}")
"""Three consecutive non-ASCII letters: in Windows-1256 nearly every Arabic word has them, in French none."""
_UNCERTAIN = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8", "latin-1", "iso8859-15"})
"""Encodings that programs often name wrongly: here the bytes decide."""


def headers_in(data: bytes) -> Message:
    """Parse the headers of a message or of a part of one.

    Args:
        data: its first bytes, at least up to the empty line.
    """
    return BytesHeaderParser().parsebytes(data[:_LONGEST])


def header(headers: Message, name: str) -> str:
    """A header as one line of text; "" if there is none."""
    lowered = name.lower()
    # From the raw items: `Message.get` replaces non-ASCII bytes.
    value = next((value for key, value in headers.raw_items() if key.lower() == lowered), None)
    return _unfolded(_words(str(_raw(value)))) if value is not None else ""


def decoded_text(data: bytes, charset: str = "") -> str:
    """Decode bytes of a message.

    Args:
        data: the bytes.
        charset: the encoding that the message names, or "".
    """
    try:
        name = codecs.lookup(charset.strip().lower().removeprefix("x-")).name if charset else ""
    except (LookupError, ValueError):
        name = ""
    if name and name not in _UNCERTAIN and _is_of_text(name):
        text = data.decode(name, "replace")
        if "\ufffd" not in text or name not in ("cp1256", "iso8859-6"):
            return text
    if name in _LATIN and not _ARABIC_BYTES.search(data) and not _is_utf8(data):
        return data.decode("cp1252", "replace")
    try:
        return decode_page(data, charset).text
    except Unreadable:
        return data.decode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_of_text(name: str) -> bool:
    """Whether a codec is a text encoding, unlike Python's ``zlib`` codec."""
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", True)) and name not in (
        *("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"),
        *("unicode-escape", "raw-unicode-escape"),
    )


def filename_of(headers: Message) -> str:
    """The file name of a part; "" if it has none."""
    try:
        name = headers.get_filename("") or ""
    except MemoryError:
        raise
    except Exception:
        return ""
    name = _unfolded(_words(_raw(name)))
    if "%" in name and _PERCENT.fullmatch(name):
        name = decoded_text(unquote_to_bytes(name))
    return storable(name.replace("\\", "/").rpartition("/")[2]).strip()


def sender_in(value: str) -> str:
    """The name of a sender, or the address if there is no name.

    Args:
        value: the decoded value of the header ``From``.

    >>> sender_in('"وكالة الأنباء" <news@agency.example>'), sender_in("salma@news.example")
    ('وكالة الأنباء', 'salma@news.example')
    """
    try:
        name, address = parseaddr(value)
    except MemoryError:
        raise
    except Exception:
        name, address = "", ""
    if not has_words(name) and "<" in value:
        name = value.partition("<")[0]
    name = name.strip(" \t\"'")
    return (
        name if has_words(name) else address if "@" in address else value.strip() if "@" not in value else ""
    )


def source_in(headers: Message) -> str:
    """The outlet of a message: its mailing list, else its organisation or newsgroup; "" if it names none."""
    if mailing_list := _LIST.match(header(headers, "List-Id")):
        name = mailing_list[1].strip()
        if has_words(name):
            return name
        if mailing_list[2]:
            return mailing_list[2].strip()
    for name in ("Organization", "Organisation", "Newsgroups"):
        if has_words(value := header(headers, name)):
            return value
    return ""


def _raw(value: object) -> str:
    """The value of a header, with its non-ASCII bytes decoded."""
    text = str(value)
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogateescape")
    try:
        return decode(data).text
    except Unreadable:
        return data.decode("utf-8", "replace")


def _words(text: str) -> str:
    """Decode the encoded words in a text. Consecutive ones are decoded together, because some programs cut
    them within a character."""
    if "=?" not in text:
        return text
    text = _BETWEEN.sub("", re.sub(r"\r?\n[ \t]?", " ", text))
    pieces: list[str] = []
    position = 0
    run: list[tuple[str, bytes]] = []
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        if between:
            pieces += [_decoded_run(run), between]
            run = []
        charset, data = word[1].lower(), _bytes_of(word[2], word[3])
        if run and run[-1][0] == charset:
            run[-1] = charset, run[-1][1] + data
        else:
            run.append((charset, data))
        position = word.end()
    return "".join([*pieces, _decoded_run(run), text[position:]])


def _decoded_run(words: list[tuple[str, bytes]]) -> str:
    return "".join(decoded_text(data, charset) for charset, data in words)


def _bytes_of(encoding: str, text: str) -> bytes:
    """The bytes of an encoded word in ``Q`` or ``B`` encoding."""
    data = text.encode("ascii", "ignore")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" ").replace(b"\t", b" "), header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Decode base64, or as much of it as is valid."""
    data = bytes(data).translate(None, b" \t\r\n")
    for cut in (data, data + b"=", data + b"==", data[: len(data) // 4 * 4]):
        try:
            return binascii.a2b_base64(cut)
        except (binascii.Error, ValueError):
            continue
    return b""


def _unfolded(text: str) -> str:
    return " ".join(storable(text).split())
