"""Detect the format of a stream by its name's suffix and its first bytes.

Without a suffix the content decides. The format of a zip file is told by its members
(`khabar.corpus.pieces.packages`); other binary formats are recognised by their first bytes, whatever their
name.

The content also corrects the suffix: JSON in a ``.txt`` is read as JSON, an array in a ``.jsonl`` as an
array, one record per line in a ``.json`` as lines, and a ``.txt`` (Excel's «Unicode Text») as a table if its
first line names columns and its other lines have as many cells. Web pages, feeds and WARC files are
recognised by their beginning.
"""

from __future__ import annotations

import csv
import json
import re
from typing import Literal

from khabar.corpus.formats.export_kinds import IS_TWEETS, is_subtitles, is_whatsapp, press_database
from khabar.corpus.formats.marks import (
    COMPOUND,
    DOCTYPE,
    FRONT,
    IS_FEED,
    IS_MAIL,
    IS_PAGE,
    IS_RECORD,
    IS_RIS,
    opening,
    without_mark,
)
from khabar.corpus.formats.shapes import is_header
from khabar.corpus.formats.xml_kinds import xml_kind
from khabar.corpus.report import Unreadable
from khabar.corpus.suffixes import (
    ARCHIVE,
    COMPOUND_SUFFIXES,
    DATABASE,
    DOCUMENT,
    FEED,
    FORMAT_NAMES,
    LINES,
    MAIL,
    MAILBOX,
    MARKDOWN,
    MHTML,
    PACKAGES,
    PAGE,
    PDF,
    PROGRAM,
    REFERENCES,
    RTF,
    SUBTITLES,
    SUFFIXES,
    TABLE,
    TEXT,
    WARC,
    WIRE,
    Format,
    stem_of,
    suffix_of,
)

__all__ = ["format_of"]

_PDF_HEADER = 1024
"""The first bytes of a PDF in which its header must be (ISO 32000-1, annex H.3.4.1)."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_IS_MAILBOX = re.compile(rb"From \S[^\r\n]{0,300}\d{2}:\d{2}[^\r\n]{0,100}\r?\n[!-9;-~]{1,100}:")
_IS_WXR = re.compile(FRONT + DOCTYPE + r"<rss\b[^>]*\bwordpress\.org/export/", re.I | re.S)
_IS_TELEGRAM = re.compile(
    FRONT + DOCTYPE + r"<html\b[^<]*+<head>.{0,400}<title>\s*Exported Data\s*</title>", re.I | re.S
)
_IS_SEPARATED = re.compile(r'"?sep=[,;|\t]"?', re.I)
_IS_XML = re.compile(r"<\?xml\b", re.I)
# The first headers of Chrome and Internet Explorer; other programs may begin with any header.
_IS_MHTML = re.compile(r"From: <?Saved by |(?:[\w-]+:[^\n]{0,500}\n){0,20}?Snapshot-Content-Location:", re.I)
_PLIST = b"bplist00"
_SQLITE = b"SQLite format 3\0"
_IS_WEBARCHIVE = re.compile(FRONT + DOCTYPE + r"<plist\b.{0,2000}<key>WebMainResource</key>", re.I | re.S)


def format_of(name: str, head: bytes) -> Format:
    """The format of a stream called ``name`` that begins with ``head`` and is not a container.

    Raises:
        Unreadable: the name promises an archive or another format, and the content is none.
    """
    name = stem_of(name)  # already unpacked, for example by a browser
    suffix = suffix_of(name)
    if suffix in ARCHIVE:
        raise Unreadable("not-an-archive", name=ARCHIVE[suffix])
    if suffix in PDF or b"%PDF-" in head[:_PDF_HEADER]:
        return "pdf"
    if suffix in PACKAGES:
        if head.startswith(COMPOUND) and _ENCRYPTED in head:
            raise Unreadable("password", name=FORMAT_NAMES[PACKAGES[suffix]][0])
        raise Unreadable("not-a-document", name=FORMAT_NAMES[PACKAGES[suffix]][0])
    start = opening(head)
    if suffix in MHTML or _IS_MHTML.match(start):
        return "mhtml"
    if kind := _by_first_bytes(suffix, head):
        return kind
    if IS_TWEETS.match(start):
        return "x-archive"
    if suffix in WARC or start.startswith("WARC/"):
        return "warc"
    if suffix in TABLE:
        return "table"
    if suffix in REFERENCES:
        return REFERENCES[suffix]
    if suffix in TEXT and IS_RIS.match(start):
        return "ris"
    if suffix in LINES:
        # An array, or an object written on several lines, is read as a whole.
        return "document" if start.startswith("[") or start.split("\n", 1)[0].strip() == "{" else "lines"
    if suffix in DOCUMENT or IS_RECORD.match(start):
        return "lines" if _has_record_in_first_line(start) else "document"
    return _of_markup(suffix, start, head)


def _by_first_bytes(suffix: str, head: bytes) -> Format | None:
    """The format of a database, property list, RTF document, compound file or mail; None for other files."""
    if head.startswith(_SQLITE):
        return "sqlite"
    if suffix in DATABASE:
        raise Unreadable("not-a-database")
    if head.startswith(_PLIST):
        return "webarchive"
    text = without_mark(head)
    if text.startswith(b"{\\rtf"):
        return "rtf"
    if suffix in RTF:
        raise Unreadable("not-a-document", name="RTF")
    if head.startswith(COMPOUND):
        return "xls" if suffix == ".xls" else "ole"
    if suffix in MAILBOX or (suffix == "" and text.startswith(b"From ") and _IS_MAILBOX.match(text)):
        if not text.startswith(b"From "):
            raise Unreadable("not-a-document", name="MBOX")
        return "mailbox"
    if suffix in MAIL:
        return "mail" if not text.startswith(b"From ") else "mailbox"
    if (suffix in ("", ".msg") or suffix not in SUFFIXES) and IS_MAIL.match(text):
        return "mail"
    if suffix == ".xls" and _is_table(opening(head), head):
        # A table in plain text, which programs call so to make Excel open it.
        return "table"
    if suffix in COMPOUND_SUFFIXES and not any(mark.match(opening(head)) for mark in (IS_PAGE, _IS_XML)):
        raise Unreadable("not-a-document", name=COMPOUND_SUFFIXES[suffix])
    return None


def _of_markup(suffix: str, start: str, head: bytes) -> Format:
    """The format of markup or plain text."""
    if _IS_WXR.match(start):
        return "wxr"
    if IS_FEED.match(start):
        return "feed"
    if _IS_TELEGRAM.match(start):
        return "telegram"
    if kind := xml_kind(start):
        return kind
    if _IS_WEBARCHIVE.match(start):
        return "webarchive"
    if IS_PAGE.match(start) or (suffix in PAGE and "<" in start):
        return "page"
    if suffix in FEED - {".xml"}:
        return "feed"
    if (suffix == ".xml" or _IS_XML.match(start)) and suffix not in WIRE:
        return "xml-records"
    if suffix in WIRE:
        raise Unreadable("unknown-xml")
    if suffix in PROGRAM:
        raise Unreadable("program", suffix=suffix)
    if suffix in TEXT and _is_table(start, head):
        return "table"
    if suffix in SUBTITLES or (suffix in TEXT and is_subtitles(start)):
        return "subtitles"
    if suffix in TEXT and is_whatsapp(start):
        return "whatsapp"
    if suffix in TEXT and press_database(start):
        return "press-database"
    return "markdown" if suffix in MARKDOWN else "text"


def _is_table(start: str, head: bytes) -> bool:
    """Whether a text begins as a table, also in Windows-1256."""
    return _begins_as_table(start) or _begins_as_table(head.decode("cp1256", "replace"))


def _begins_as_table(start: str) -> bool:
    first = start.partition("\n")[0].rstrip("\r")
    if _IS_SEPARATED.fullmatch(first):
        return True
    for delimiter in "\t,;":
        cells = [cell.strip().strip('"') for cell in first.split(delimiter)]
        if len(cells) > 1 and is_header(cells) and _has_rows(start, delimiter, len(cells)):
            return True
    return False


def _has_rows(start: str, delimiter: str, width: int) -> bool:
    """Whether the lines below the header are rows. A headline and the prose below it may contain commas too,
    but not the same number in each line."""
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    lines = start.replace("\0", "").split("\n")[1:]
    widths: list[int] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=quoting):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
    except csv.Error:
        pass  # a field longer than the beginning of the file: the rows before it decide
    cut = not start.endswith("\n")
    if cut and len(widths) > 1:
        widths.pop()
    elif cut and widths and 1 < widths[0] <= width:
        return True
    return not widths or widths.count(width) * 3 >= len(widths) * 2


def _has_record_in_first_line(start: str) -> bool:
    line, _, rest = start.partition("\n")
    if not line.startswith("{") or not rest.strip():
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
