"""Mailboxes (MBOX, RFC 4155): of Unix, Thunderbird, Apple Mail and Gmail's Takeout, one message in memory at
a time.

A message begins with a line such as ``From salma@news.example Mon May  6 10:00:00 2024`` at the beginning or
behind an empty line. A line of a text that begins so has a ``>`` before it, which goes. Lengths of messages
in headers (``Content-Length``) are not believed: programs that change a message leave them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.mail import found_in_message
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.content import Content, Found

__all__ = ["FROM_LINE", "read_mailbox"]

FROM_LINE = re.compile(
    rb"From (?:\S|- )[^\r\n]{0,300}\d{2}:\d{2}(?::\d{2})?[^\r\n]{0,100}\d{4}\b[^\r\n]{0,40}\r?\n?$"
)
_STUFFED = re.compile(rb"^>(?=>*From )", re.M)
_PIECE = 1 << 16


def read_mailbox(content: Content) -> Iterator[Found]:
    """The articles of a mailbox, numbered by its messages, and their attachments."""
    for number, message in enumerate(_messages(content), start=1):
        if isinstance(message, Unreadable):
            yield number, message
        else:
            yield from found_in_message(message, number, content)


def _messages(content: Content) -> Iterator[bytes | Unreadable]:
    """The messages, one at a time; in place of one that is too large, the reason."""
    # One buffer: a list of lines would take fifty bytes for each line that is empty.
    message = bytearray()
    begun = too_large = False
    at_start, after_empty = True, True
    while line := content.stream.readline(_PIECE):
        if at_start and after_empty and line.startswith(b"From ") and (FROM_LINE.match(line) or not begun):
            if begun:
                yield Unreadable("too-large", limit=content.max_bytes) if too_large else _unstuffed(message)
            message = bytearray()
            begun, too_large = True, False
        elif begun and not too_large:
            message += line
            if len(message) > content.max_bytes:
                too_large, message = True, bytearray()
        after_empty = at_start and not line.strip()
        at_start = line.endswith(b"\n")
    if begun:
        yield Unreadable("too-large", limit=content.max_bytes) if too_large else _unstuffed(message)


def _unstuffed(message: bytearray) -> bytes:
    return _STUFFED.sub(b"", message) if b"\n>" in message else bytes(message)
