"""Read Outlook messages (MSG; MS-OXMSG and MS-OXPROPS) in an opened compound file.

A property is a stream named after its number and type (``__substg1.0_0037001F`` is the subject, in UTF-16),
or, if it has a fixed size, an entry in the table ``__properties_version1.0``. If the message came over the
network, its headers are a property, and are read as those of an EML.
"""

from __future__ import annotations

import codecs
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from khabar.corpus.mail.bodies import MessageText, text_of_html, text_of_plain
from khabar.corpus.mail.headers import decoded_text, headers_in
from khabar.corpus.mail.messages import Attachment, Letter, letter_of_headers
from khabar.corpus.report import Unreadable
from khabar.spelling import has_words, storable

__all__ = ["letter_of"]

_SUBJECT, _SENDER, _SENDER_ADDRESS, _BODY, _RTF, _HTML = "0037", "0C1A", "5D01", "1000", "1009", "1013"
_HEADERS, _MESSAGE_ID, _CLASS = "007D", "1035", "001A"
_NAME, _SHORT_NAME, _DATA, _SHOWN_NAME = "3707", "3704", "3701", "3001"
_SENT, _CAME, _CODE_PAGE, _INTERNET_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_TIME, _LONG = 0x0040, 0x0003
_ENTRY = struct.Struct("<HHI8s")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_DEEPEST = 4
_MOST_ATTACHMENTS = 10_000
_LARGEST_RTF = 1 << 26
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""The initial content of the window of compressed RTF (MS-OXRTFCP, 2.1.2.1)."""


class _Storage:
    """A storage of a message: the message itself, an attachment, or an attached message."""

    def __init__(self, file: Any, path: tuple[str, ...], names: list[tuple[str, ...]], header: int) -> None:
        self._file = file
        self.path = path
        self._streams = {
            name[-1].upper(): name
            for name in names
            if len(name) == len(path) + 1 and name[: len(path)] == path
        }
        self._fixed: dict[int, tuple[int, bytes]] = {}
        table = self._stream("__PROPERTIES_VERSION1.0")
        for start in range(header, len(table) - _ENTRY.size + 1, _ENTRY.size):
            kind, number, _, value = _ENTRY.unpack_from(table, start)
            self._fixed[number] = kind, value

    def _stream(self, name: str) -> bytes:
        path = self._streams.get(name)
        if path is None:
            return b""
        with self._file.openstream(list(path)) as stream:
            data: bytes = stream.read()
            return data

    def number(self, tag: int) -> int:
        """The value of an integer property; 0 if there is none."""
        kind, value = self._fixed.get(tag, (0, b""))
        return int(struct.unpack("<i4x", value)[0]) if kind == _LONG else 0

    def moment(self, tag: int) -> datetime | None:
        """The value of a time property, in UTC; None if there is none."""
        kind, value = self._fixed.get(tag, (0, b""))
        if kind != _TIME:
            return None
        try:
            moment = _EPOCH + timedelta(microseconds=struct.unpack("<Q", value)[0] // 10)
        except OverflowError:
            return None
        return moment if 1980 <= moment.year <= 2100 else None

    def text(self, tag: str) -> str:
        """The value of a text property; "" if there is none."""
        if data := self._stream(f"__SUBSTG1.0_{tag}001F"):
            return storable(data.decode("utf-16-le", "replace").rstrip("\0"))
        if data := self._stream(f"__SUBSTG1.0_{tag}001E"):
            data = data.rstrip(b"\0")
            return storable(data.decode(self.charset, "replace") if self.charset else decoded_text(data))
        return ""

    def data(self, tag: str) -> bytes:
        """The value of a binary property; b"" if there is none."""
        return self._stream(f"__SUBSTG1.0_{tag}0102")

    @property
    def charset(self) -> str:
        """The code page of its texts that are not in UTF-16."""
        for tag in (_INTERNET_CODE_PAGE, _CODE_PAGE):
            number = self.number(tag)
            name = {65001: "utf-8", 28596: "iso-8859-6", 28591: "cp1252", 20127: ""}.get(
                number, f"cp{number}"
            )
            try:
                return codecs.lookup(name).name if number and name else ""
            except LookupError:
                continue
        return ""


def letter_of(file: Any, dates: str = "") -> Letter:
    """The message in a compound file.

    Args:
        file: an ``olefile.OleFileIO``.
        dates: the order of day, month and year in numeric dates.
    """
    names = [tuple(name) for name in file.listdir()]
    return _letter(_Storage(file, (), names, 32), file, names, dates, 0)


def _letter(storage: _Storage, file: Any, names: list[tuple[str, ...]], dates: str, depth: int) -> Letter:
    letter = letter_of_headers(headers_in(storage.text(_HEADERS).lstrip().encode("utf-8", "replace")), dates)
    letter.subject = " ".join(storage.text(_SUBJECT).split()) or letter.subject
    letter.author = letter.author or storage.text(_SENDER).strip() or storage.text(_SENDER_ADDRESS)
    letter.id = letter.id or "".join(storage.text(_MESSAGE_ID).strip("<> \0").split())
    letter.published = letter.published or storage.moment(_SENT) or storage.moment(_CAME)
    letter.text = _text(storage, letter.subject)
    if "smime" in storage.text(_CLASS).lower() and not has_words(letter.text.text):
        letter.trouble = Unreadable("encrypted-mail", name="S/MIME")
        return letter
    start = len(storage.path)
    attachments = {
        name[start]
        for name in names
        if len(name) > start + 1
        and name[:start] == storage.path
        and name[start].lower().startswith("__attach_")
    }
    for attachment in sorted(attachments)[:_MOST_ATTACHMENTS]:
        part = _Storage(file, (*storage.path, attachment), names, 8)
        file_name = part.text(_NAME) or part.text(_SHORT_NAME) or part.text(_SHOWN_NAME)
        inner = (*part.path, "__substg1.0_3701000D")
        if any(name[: len(inner)] == inner for name in names):
            if depth < _DEEPEST:
                message = _letter(_Storage(file, inner, names, 24), file, names, dates, depth + 1)
                letter.attachments.append(
                    Attachment(f"{file_name or message.subject or 'message'}.eml", _as_eml(message))
                )
        elif data := part.data(_DATA):
            letter.attachments.append(Attachment(file_name, data))
    return letter


def _text(storage: _Storage, subject: str) -> MessageText:
    """The text of a message: its plain text, else that of its HTML, else that of its RTF."""
    plain = storage.text(_BODY)
    if has_words(plain):
        return text_of_plain(plain, subject)
    page = storage.data(_HTML)
    if page or has_words(storage.text(_HTML)):
        text = decoded_text(page, storage.charset) if page else storage.text(_HTML)
        return text_of_html(text, subject)
    from khabar.corpus.office.rtf import parsed_rtf

    lines, _, _ = parsed_rtf(_decompressed(storage.data(_RTF)), _LARGEST_RTF)
    return text_of_plain("\n".join(line.text for line in lines), subject)


def _decompressed(data: bytes) -> bytes:
    """Decompress RTF (MS-OXRTFCP, 3.1.3), which has references into a window of 4,096 bytes."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == 0x414C454D:  # MELA: not compressed
        return data[16 : 16 + size]
    size = min(size, _LARGEST_RTF)
    window = bytearray(_DICTIONARY) + bytearray(4096 - len(_DICTIONARY))
    write = len(_DICTIONARY)
    output = bytearray()
    position = 16
    while position < len(data) and len(output) < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(output)
                reference = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(output)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    output.append(byte)
                    window[write] = byte
                    write = (write + 1) % 4096
            else:
                if position >= len(data):
                    return bytes(output)
                output.append(data[position])
                window[write] = data[position]
                write = (write + 1) % 4096
                position += 1
    return bytes(output)


def _as_eml(letter: Letter) -> bytes:
    """An attached message as an EML, so that it is read like any other."""
    from email import policy
    from email.message import EmailMessage
    from email.utils import format_datetime

    message = EmailMessage(policy=policy.SMTP)
    headers = {
        "Subject": letter.subject,
        "From": letter.author,
        "Organization": letter.source,
        "Message-ID": f"<{letter.id}>" if letter.id else "",
        "Date": format_datetime(letter.published) if letter.published else "",
    }
    lines = [f"{name}: {_encoded(value)}" for name, value in headers.items() if value]
    message.set_content(letter.text.text or "\n", cte="base64")
    for attachment in letter.attachments:
        message.add_attachment(
            attachment.data,
            maintype="application",
            subtype="octet-stream",
            filename=attachment.name or "file",
        )
    return "\r\n".join(lines).encode("ascii", "replace") + b"\r\n" + message.as_bytes()


def _encoded(value: str) -> str:
    """The value of a header, with encoded words if it is not ASCII."""
    from email.header import Header

    return Header(value, "utf-8").encode(linesep="\r\n") if not value.isascii() else value
