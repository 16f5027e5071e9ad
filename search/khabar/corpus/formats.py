"""Detect the format of a stream by its name's suffix and its first bytes.

A suffix is what follows the last dot if it is up to eight ASCII letters and digits, at least one of them a
letter, so neither ``2023.10.07`` nor «تقرير.عاجل» has one. A suffix that is not in `SUFFIXES` is not
read, whatever the content: a picture or a program would become an article of rubbish. Without a suffix the
content decides.

Of suffixes that are not read, those in `_MEDIA` are of files that hold no text: pictures lie beside the pages
that show them. They are left out on purpose, and counted, if their content is what the suffix says.

The content also corrects the suffix: JSON in a ``.txt`` is read as JSON, an array in a ``.jsonl`` as an
array, records line by line in a ``.json`` as lines, a ``.txt`` whose first line names columns parted by tabs
as a table (Excel's «Unicode Text»), and a web page, a feed or a WARC file is known by how it begins.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Literal

from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.shapes import is_header

__all__ = ["ONE_ARTICLE", "SUFFIXES", "Format", "check_suffix", "format_of", "stem_of", "without_suffixes"]

Format = Literal[
    "text", "markdown", "document", "lines", "page", "telegram", "feed", "wxr", "table", "warc", "pdf"
]

ONE_ARTICLE = frozenset[Format]({"text", "markdown", "page", "pdf"})
"""Formats with one article a file: the file's name can identify the article."""

_TEXT = frozenset({"", ".txt", ".text"})
_MARKDOWN = frozenset({".md", ".markdown"})
_DOCUMENT = frozenset({".json"})
_LINES = frozenset({".jsonl", ".ndjson"})
_PAGE = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_PROGRAM = frozenset({".php", ".asp", ".aspx", ".jsp", ".cfm"})
"""What a page is called that a program made and a crawler saved; the program itself is not read."""
_FEED = frozenset({".rss", ".atom", ".rdf", ".xml"})
_TABLE = frozenset({".csv", ".tsv", ".tab"})
_WARC = frozenset({".warc"})
_PDF = frozenset({".pdf"})
_PDF_HEADER = 1024
"""How far from its beginning a PDF may say that it is one (ISO 32000-1, annex H.3.4.1)."""
_ARCHIVE = {".zip": "zip", ".tar": "tar"}
_PACKED = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"}
"""Suffixes of compressed streams, and the suffix of what is in them."""
SUFFIXES = (
    _TEXT
    | _MARKDOWN
    | _DOCUMENT
    | _LINES
    | _PAGE
    | _PROGRAM
    | _FEED
    | _TABLE
    | _WARC
    | _PDF
    | {*_ARCHIVE, *_PACKED}
)

_MEDIA = {
    f".{suffix}": media
    for media, suffixes in (
        ("picture", "jpg jpeg jpe jfif png gif webp bmp tif tiff ico heic heif avif psd svg"),
        ("sound", "mp3 m4a aac wav ogg oga opus flac wma amr aiff mid"),
        ("film", "mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp ogv"),
        ("font", "ttf otf woff woff2 eot"),
        ("program", "exe dll so dylib msi apk dmg deb rpm jar class pyc wasm o bin"),
        ("part-of-page", "css js mjs map"),
    )
    for suffix in suffixes.split()
}
"""What a file is that holds no text to read, by its suffix."""
_PLAIN_MEDIA = frozenset({".svg", ".css", ".js", ".mjs", ".map"})
"""Those of them that are written in characters."""
_ASCII_MARKS = (
    b"GIF8",
    b"ID3",
    b"OggS",
    b"RIFF",
    b"MZ",
    b"BM",
    b"wOFF",
    b"wOF2",
    b"OTTO",
    b"fLaC",
    b"FLV",
    b"#!AMR",
    b"8BPS",
)
"""How binary files begin whose first bytes could be text."""

_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[0-9a-z]{1,8}$")
_RECORD = re.compile(r'\[?\s*\{\s*"(?:[^"\\]|\\.)*"\s*:')
# White space, a declaration and comments may precede the first tag.
_FRONT = r"(?:\s|<\?[^>]*+>|<!--(?:(?!-->).)*+-->)*+"
_IS_PAGE = re.compile(_FRONT + r"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_DOCTYPE = r"(?:<!doctype[^>\[]*+(?:\[[^\]]*+\])?\s*>" + _FRONT + r")?"
_IS_FEED = re.compile(_FRONT + _DOCTYPE + r"<(?:rss|feed|rdf:rdf)\b", re.I | re.S)
_IS_WXR = re.compile(_FRONT + _DOCTYPE + r"<rss\b[^>]*\bwordpress\.org/export/", re.I | re.S)
_IS_TELEGRAM = re.compile(
    _FRONT + _DOCTYPE + r"<html\b[^<]*+<head>.{0,400}<title>\s*Exported Data\s*</title>", re.I | re.S
)
_IS_SEPARATED = re.compile(r'"?sep=[,;|\t]"?', re.I)
_IS_XML = re.compile(r"<\?xml\b", re.I)


def check_suffix(name: str, head: bytes) -> None:
    """Pass a name that khabar reads.

    Args:
        name: of a stream.
        head: how the stream begins.

    Raises:
        Aside: it is a picture, a sound or another file that holds no text.
        Unreadable: its suffix is that of another format.
    """
    suffix = _suffix_of(name)
    if suffix in SUFFIXES:
        return
    media = _MEDIA.get(suffix)
    if media and not _may_hold_text(suffix, head):
        raise Aside("media", media=media)
    raise Unreadable("unknown-format")


def _may_hold_text(suffix: str, head: bytes) -> bool:
    """Whether a file that is called a picture or the like may be something else: a page that was saved under
    a wrong name."""
    if suffix in _PLAIN_MEDIA:
        start = _opening(head)
        return start.startswith("WARC/") or any(
            known.match(start) for known in (_RECORD, _IS_PAGE, _IS_FEED) if suffix != ".map"
        )
    if not head or b"\0" in head or head.startswith(_ASCII_MARKS):
        return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in head
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def stem_of(name: str) -> str:
    """What the stream inside a compressed one is called: ``a.json.gz`` holds ``a.json``, ``a.tgz``
    ``a.tar``."""
    suffix = _suffix_of(name)
    return name[: -len(suffix)] + _PACKED[suffix] if suffix in _PACKED else name


def without_suffixes(name: str) -> str:
    """The name without the suffixes that khabar knows: ``07-flood.txt.gz`` is ``07-flood``."""
    while (suffix := _suffix_of(name)) and suffix in SUFFIXES:
        name = name[: -len(suffix)]
    return name


def format_of(name: str, head: bytes) -> Format:
    """The format of a stream called ``name`` that begins with ``head`` and is no container.

    Raises:
        Unreadable: the name promises an archive, or something that the content is not.
    """
    name = stem_of(name)  # unpacked already, by a browser for instance
    suffix = _suffix_of(name)
    if suffix in _ARCHIVE:
        raise Unreadable("not-an-archive", name=_ARCHIVE[suffix])
    if suffix in _PDF or b"%PDF-" in head[:_PDF_HEADER]:
        return "pdf"
    start = _opening(head)
    if suffix in _WARC or start.startswith("WARC/"):
        return "warc"
    if suffix in _TABLE:
        return "table"
    if suffix in _LINES:
        # An array, or an object that is written over several lines, needs the whole text.
        return "document" if start.startswith("[") or start.split("\n", 1)[0].strip() == "{" else "lines"
    if suffix in _DOCUMENT or _RECORD.match(start):
        return "lines" if _has_record_in_first_line(start) else "document"
    return _of_markup(suffix, start, head)


def _of_markup(suffix: str, start: str, head: bytes) -> Format:
    """The format of what is neither JSON nor a table."""
    if _IS_WXR.match(start):
        return "wxr"
    if _IS_FEED.match(start):
        return "feed"
    if _IS_TELEGRAM.match(start):
        return "telegram"
    if _IS_PAGE.match(start) or (suffix in _PAGE and "<" in start):
        return "page"
    if suffix in _FEED - {".xml"}:
        return "feed"
    if suffix == ".xml" or _IS_XML.match(start):
        raise Unreadable("unknown-xml")
    if suffix in _PROGRAM:
        raise Unreadable("program", suffix=suffix)
    if suffix in _TEXT and (_begins_as_table(start) or _begins_as_table(head.decode("cp1256", "replace"))):
        return "table"
    return "markdown" if suffix in _MARKDOWN else "text"


def _begins_as_table(start: str) -> bool:
    first = start.partition("\n")[0].rstrip("\r")
    return _IS_SEPARATED.fullmatch(first) is not None or (
        "\t" in first and is_header([cell.strip().strip('"') for cell in first.split("\t")])
    )


def _suffix_of(name: str) -> str:
    """The suffix in lower case with its dot, or ""."""
    found = _SUFFIX.search(name.lower(), 1)
    return found[0] if found else ""


def _opening(head: bytes) -> str:
    """The first characters. The marks of all formats are ASCII, so the encoding need not be known."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "replace")
    elif b"\0" in head[:2]:
        text = head.decode("utf-16-be" if head[0] == 0 else "utf-16-le", "replace")
    else:
        text = head.decode("utf-8-sig", "replace")
    return text.lstrip().lstrip("\ufeff")


def _has_record_in_first_line(start: str) -> bool:
    line, _, rest = start.partition("\n")
    if not line.startswith("{") or not rest.strip():
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
