"""Find the parts of a message (MIME, RFC 2045 and 2046), and decode them.

The standard library parses only the headers. Its parser of bodies takes quadratic time in the depth of a
message, and a message of 64 MB may have millions of parts. Here a part is two offsets, found by one regular
expression per level, and the numbers of levels and parts are limited.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message

from khabar.corpus.mail.headers import base64_bytes, decoded_text, filename_of, headers_in
from khabar.corpus.report import Unreadable

__all__ = ["Part", "parts_of"]

_DEEPEST = 50
_MOST = 10_000
"""Maximum number of parts of a message. A digest of a mailing list has a hundred."""
_HEADERS = re.compile(rb"\r?\n|(?:[^\n]++\n)*?\r?\n", re.S)
"""Lines up to the first empty one."""
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_LONGEST_HEADERS = 1 << 18
"""Maximum number of bytes of the headers that are parsed; the text begins after all headers."""
_LONGEST_BOUNDARY = 300


class Part:
    """A message, or a part of one.

    Attributes:
        headers: its own headers.
        type: its media type, in lower case.
        children: its parts, if it is a multipart.
    """

    def __init__(
        self, data: bytes, start: int, end: int, depth: int, counted: list[int], default: str
    ) -> None:
        counted[0] += 1
        if counted[0] > _MOST:
            raise Unreadable("too-many-parts", limit=_MOST)
        if depth > _DEEPEST:
            raise Unreadable("nested-mail", limit=_DEEPEST)
        self._data, self._end = data, end
        # A part without headers begins with the empty line.
        header_lines = _HEADERS.match(data, start, end)
        self._start = header_lines.end() if header_lines else end
        self.headers: Message = headers_in(data[start : min(self._start, start + _LONGEST_HEADERS)])
        self.type = self._content_type(default)
        self.children: list[Part] = []
        if self.type.startswith("multipart/"):
            inner = "message/rfc822" if self.type == "multipart/digest" else "text/plain"
            for first, last in self._borders():
                self.children.append(Part(data, first, last, depth + 1, counted, inner))
            if not self.children:
                # The boundary is not declared or never used: the whole part is read as text.
                self.type = "text/plain"

    def _content_type(self, default: str) -> str:
        try:
            if "content-type" not in self.headers:
                return default
            return self.headers.get_content_type().lower()
        except MemoryError:
            raise
        except Exception:
            return default

    def parameter(self, name: str) -> str:
        """A parameter of its media type; "" if it has none."""
        try:
            value = self.headers.get_param(name, "")
            return value if isinstance(value, str) else str(value[2])
        except MemoryError:
            raise
        except Exception:
            return ""

    def _borders(self) -> Iterator[tuple[int, int]]:
        boundary = self.parameter("boundary").rstrip().encode("utf-8", "surrogateescape")[:_LONGEST_BOUNDARY]
        if not boundary:
            return
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.M)
        start = -1
        for border in line.finditer(self._data, self._start, self._end):
            if start >= 0:
                # The line end before a boundary belongs to it.
                last = border.start() - 1
                yield start, max(start, last - (self._data[last - 1 : last] == b"\r"))
            if border[1]:
                return
            start = min(self._end, border.end() + 1)
        if start >= 0:
            yield start, self._end

    @property
    def disposition(self) -> str:
        """``inline``, ``attachment``, or "" if it is not stated."""
        try:
            return (self.headers.get_content_disposition() or "").lower()
        except MemoryError:
            raise
        except Exception:
            return ""

    @property
    def name(self) -> str:
        """Its file name, "" if it has none."""
        return filename_of(self.headers)

    @property
    def body(self) -> bytes:
        """Its content, decoded from its transfer encoding (RFC 2045, 6)."""
        data = self._data[self._start : self._end]
        encoding = str(self.headers.get("content-transfer-encoding", "")).strip().lower()
        if encoding == "base64":
            return base64_bytes(data)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(data)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return b"".join(_uudecoded(data))
        return data

    @property
    def text(self) -> str:
        """Its content as text."""
        return decoded_text(self.body, self.parameter("charset"))


def _uudecoded(data: bytes) -> Iterator[bytes]:
    begun = False
    for line in data.splitlines():
        if line.startswith(b"begin "):
            begun = True
        elif line.strip() == b"end":
            return
        elif begun:
            try:
                yield binascii.a2b_uu(line)
            except binascii.Error:
                continue


def parts_of(data: bytes) -> Part:
    """Parse a message into its parts.

    Args:
        data: the message, from its first header.

    Raises:
        Unreadable: it has too many parts, or they are nested too deeply.
    """
    start = len(data) - len(data.lstrip(b"\r\n"))
    if not _HEADER.match(data, start):
        start = 0  # there are no headers: the empty line ends them
    return Part(data, start, len(data), 0, [0], "text/plain")
