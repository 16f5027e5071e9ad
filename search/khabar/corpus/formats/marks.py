"""The first bytes of some formats, and the first characters of a file."""

from __future__ import annotations

import codecs
import re

__all__ = [
    "COMPOUND",
    "DOCTYPE",
    "FRONT",
    "IS_FEED",
    "IS_MAIL",
    "IS_PAGE",
    "IS_RECORD",
    "IS_RIS",
    "opening",
    "without_mark",
]

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an OLE compound file (MS-CFB): an Office document from before 2007, or one with a
password."""
IS_MAIL = re.compile(
    rb"(?:(?:received|return-path|delivered-to|message-id|mime-version|x-[a-z-]{2,40}|from|to|date|subject|reply-to"
    rb"|content-type|list-id|sender|dkim-signature|arc-seal|arc-message-signature|arc-authentication-results"
    rb"|authentication-results|received-spf|content-transfer-encoding|cc|references|in-reply-to|user-agent|organization"
    rb"|thread-index|importance|newsgroups|path|xref|lines|nntp-posting-host):[^\n]{0,2000}\r?\n"
    rb"(?:[ \t][^\n]{0,2000}\n){0,60})"
    rb"{3}",
    re.I,
)
"""Three consecutive headers of a message."""
IS_RECORD = re.compile(r'\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')
IS_RIS = re.compile(r"TY  - ?[A-Z]{2,8}\s")
# White space, a declaration and comments may precede the first tag.
FRONT = r"(?:\s|<\?[^>]*+>|<!--(?:(?!-->).)*+-->)*+"
IS_PAGE = re.compile(FRONT + r"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
DOCTYPE = r"(?:<!doctype[^>\[]*+(?:\[[^\]]*+\])?\s*>" + FRONT + r")?"
IS_FEED = re.compile(FRONT + DOCTYPE + r"<(?:rss|feed|rdf:rdf)\b", re.I | re.S)


def without_mark(head: bytes) -> bytes:
    """The first bytes without a UTF-8 byte order mark and leading white space."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")


def opening(head: bytes) -> str:
    """The first characters of a file. All format marks are ASCII, so the exact encoding does not matter."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace")
    elif b"\0" in head[:2]:
        text = head.decode("utf-16-be" if head[0] == 0 else "utf-16-le", "replace")
    else:
        text = head.decode("utf-8-sig", "replace")
    return text.lstrip().lstrip("\ufeff")
