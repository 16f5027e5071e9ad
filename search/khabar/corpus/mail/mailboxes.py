"""Read mailboxes (MBOX, RFC 4155) of Unix, Thunderbird, Apple Mail and Gmail's Takeout, one message at a
time.

A message begins with a line such as ``From salma@news.example Mon May  6 10:00:00 2024``, at the beginning of
the file or after an empty line. The ``>`` before lines of a text that begin like this is removed. Lengths in
headers (``Content-Length``) are ignored: programs that change a message do not update them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.mail.messages import found_in_message
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Found

__all__ = ["read_mailbox"]

_BORDER = re.compile(
    rb"(?<=\n)\r?\n"
    rb"(From (?:\S|- )[^\r\n]{0,300}\d{2}:\d{2}(?::\d{2})?[^\r\n]{0,100}\d{4}\b[^\r\n]{0,40}\r?\n)"
)
"""An empty line, and the first line of a message with the time when it arrived."""
_LONGEST = 1024
"""Maximum number of bytes of such a line."""
_STUFFED = re.compile(rb"^>(?=>*From )", re.M)
_CHUNK = 1 << 18


def read_mailbox(content: Content) -> Iterator[Found]:
    """Read the articles in a mailbox, numbered by its messages, and their attachments."""
    for number, message in enumerate(_messages(content), start=1):
        if isinstance(message, Unreadable):
            yield number, message
        else:
            yield from found_in_message(message, number, content)


def _messages(content: Content) -> Iterator[bytes | Unreadable]:
    """The messages, one at a time; an `Unreadable` replaces one that is too large."""
    content.stream.readline(_LONGEST)  # the first line of the first message
    message = _Message(content.max_bytes)
    window, position = b"\n", 1
    while True:
        chunk = content.stream.read(_CHUNK)
        window += chunk
        for border in _BORDER.finditer(window, position):
            message.take(window[position : border.start(1)])
            yield message.finished()
            position = border.end(1)
        if not chunk:
            message.take(window[position:])
            yield message.finished()
            return
        # The end may be part of a border. One character before it is kept, for the look-behind.
        safe = max(position, len(window) - _LONGEST)
        message.take(window[position:safe])
        window, position = window[safe - 1 :], 1


class _Message:
    """The message that is being collected."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._data = bytearray()
        self._is_too_large = False

    def take(self, data: bytes) -> None:
        """Add data to the message."""
        if not self._is_too_large:
            self._data += data
            if len(self._data) > self._most:
                self._is_too_large = True
                self._data = bytearray()

    def finished(self) -> bytes | Unreadable:
        """Return the message, or the reason why it is not read, and begin the next one."""
        data, self._data = self._data, bytearray()
        if self._is_too_large:
            self._is_too_large = False
            return Unreadable("too-large", limit=self._most)
        return _STUFFED.sub(b"", data) if b"\n>" in data else bytes(data)
