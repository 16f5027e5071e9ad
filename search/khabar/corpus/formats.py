"""Detect the format of a stream by its name's suffix and its first bytes.

A suffix is what follows the last dot if it is up to eight ASCII letters and digits, at least one of them a
letter, so neither ``2023.10.07`` nor «تقرير.عاجل» has one. A suffix that is not in `SUFFIXES` is not
read, whatever the content: a picture or a program would become an article of rubbish. Only what begins with
headers of mail is a message, since the files of a Maildir end with the name of a machine. Without a suffix
the content decides.

Documents that are zip files or binary are named by `_DOCUMENTS`. What a zip file is, `khabar.corpus.packages`
tells by its members; other binary formats are known by how they begin, whatever they are called.

Formats in `_UNREAD` are known, and not read; the reason says as what to save them.

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

from khabar.corpus.export_kinds import IS_TWEETS, is_whatsapp
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.shapes import is_header
from khabar.corpus.xml_kinds import xml_kind

__all__ = [
    "FORMAT_NAMES",
    "ONE_ARTICLE",
    "SUFFIXES",
    "Format",
    "check_suffix",
    "format_of",
    "promised_package",
    "stem_of",
    "suffix_of",
    "without_suffixes",
]

Format = Literal[
    "text",
    "markdown",
    "document",
    "lines",
    "page",
    "telegram",
    "feed",
    "wxr",
    "table",
    "warc",
    "pdf",
    # Newswires and outputs of OCR (see `khabar.corpus.xml_kinds`):
    "nitf",
    "newsml-g2",
    "newsml",
    "alto",
    "page-xml",
    "hocr",
    # Saved pages and exports:
    "mhtml",
    "webarchive",
    "whatsapp",
    "x-archive",
    # Documents that are zip files (see `khabar.corpus.packages`):
    "docx",
    "odt",
    "epub",
    "pptx",
    "odp",
    "xlsx",
    "ods",
    "wacz",
    "rtf",
    "mail",
    "mailbox",
    "ole",
    "xls",
    "sqlite",
]

ONE_ARTICLE = frozenset[Format](
    {
        *("text", "markdown", "page", "pdf", "docx", "odt", "pptx", "odp", "rtf", "mail", "ole"),
        *("alto", "page-xml", "hocr", "mhtml", "webarchive"),
    }
)
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
_MHTML = frozenset({".mhtml", ".mht"})
_DATABASE = frozenset({".sqlite", ".sqlite3", ".db", ".db3"})
_WIRE = frozenset({".nitf", ".newsml", ".alto", ".hocr"})
"""XML and pages that are told apart by how they begin, as with ``.xml`` and ``.html``."""
_ARCHIVE = {".zip": "zip", ".tar": "tar"}
_PACKED = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"}
"""Suffixes of compressed streams, and the suffix of what is in them."""
_PACKAGES: dict[str, Format] = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), "docx"),
    **dict.fromkeys((".odt", ".ott"), "odt"),
    ".epub": "epub",
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), "pptx"),
    **dict.fromkeys((".odp", ".otp"), "odp"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xlsb"), "xlsx"),
    **dict.fromkeys((".ods", ".ots"), "ods"),
    ".wacz": "wacz",
}
"""Suffixes of documents that are zip files; their members tell which one it is."""
_RTF = frozenset({".rtf"})
_MAIL = frozenset({".eml", ".emlx"})
_MAILBOX = frozenset({".mbox", ".mbx"})
_OLE_SUFFIXES = {
    ".msg": "MSG",
    ".doc": "DOC",
    ".dot": "DOC",
    ".xls": "XLS",
    ".ppt": "PPT",
    ".pps": "PPT",
}
"""Suffixes of compound files. (A document that is called ``.doc`` may as well be RTF, a web page or a DOCX:
then it is read as that.)"""
FORMAT_NAMES: dict[Format, tuple[str, str]] = {
    "docx": ("DOCX", "HTML"),
    "odt": ("ODT", "HTML"),
    "epub": ("EPUB", "HTML"),
    "pptx": ("PPTX", "HTML"),
    "odp": ("ODP", "HTML"),
    "xlsx": ("XLSX", "CSV"),
    "ods": ("ODS", "CSV"),
    "wacz": ("WACZ", "WARC"),
}
"""What formats are called where a reason names them, in every language, and as what their content can be
saved while there is no reader for them."""
SUFFIXES = (
    (_TEXT | _MARKDOWN | _DOCUMENT | _LINES | _PAGE | _PROGRAM | _FEED | _TABLE | _WARC)
    | (_MHTML | _WIRE | _DATABASE)
    | {*_ARCHIVE, *_PACKED}
    | {*_PACKAGES, *_OLE_SUFFIXES}
    | (_PDF | _RTF | _MAIL | _MAILBOX)
)

_UNREAD = {
    ".pages": ("Apple Pages", "DOCX"),
    ".key": ("Apple Keynote", "PPTX"),
    ".numbers": ("Apple Numbers", "CSV"),
    ".wpd": ("WordPerfect", "DOCX"),
    ".wps": ("Microsoft Works", "DOCX"),
    ".mobi": ("Mobipocket", "EPUB"),
    ".azw": ("Kindle", "EPUB"),
    ".azw3": ("Kindle", "EPUB"),
    ".fb2": ("FictionBook", "EPUB"),
    ".djvu": ("DjVu", "PDF"),
    ".chm": ("Windows Help", "HTML"),
    ".pst": ("Outlook (.pst)", "MBOX"),
    ".ost": ("Outlook (.ost)", "MBOX"),
    ".mdb": ("Access", "CSV"),
    ".accdb": ("Access", "CSV"),
    ".rar": ("RAR", "ZIP"),
    ".7z": ("7z", "ZIP"),
}
"""Formats that hold texts and are not read, by suffix: what they are called, and as what to save them."""

_MEDIA = {
    f".{suffix}": media
    for media, suffixes in (
        ("picture", "jpg jpeg jpe jfif png gif webp bmp tif tiff ico heic heif avif psd svg"),
        ("sound", "mp3 m4a aac wav ogg oga opus flac wma amr aiff mid"),
        ("film", "mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp ogv"),
        ("font", "ttf otf woff woff2 eot"),
        ("program", "exe dll so dylib msi apk dmg deb rpm jar class pyc wasm o bin"),
        ("part-of-page", "css js mjs map"),
        ("of-mail-program", "msf ics vcf p7s asc sig"),
    )
    for suffix in suffixes.split()
}
"""What a file is that holds no text to read, by its suffix."""
_PLAIN_MEDIA = frozenset(
    {".svg", ".css", ".js", ".mjs", ".map", ".msf", ".ics", ".vcf", ".p7s", ".asc", ".sig"}
)
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

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE compound file begins (MS-CFB): an Office document of the years before 2007, or one with a
password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_IS_MAIL = re.compile(
    rb"(?:(?:received|return-path|delivered-to|message-id|mime-version|x-[a-z-]{2,40}|from|to|date|subject|reply-to"
    rb"|content-type|list-id|sender|dkim-signature|arc-seal|arc-message-signature|arc-authentication-results"
    rb"|authentication-results|received-spf|content-transfer-encoding|cc|references|in-reply-to|user-agent|organization"
    rb"|thread-index|importance|newsgroups|path|xref|lines|nntp-posting-host):[^\n]{0,2000}\r?\n"
    rb"(?:[ \t][^\n]{0,2000}\n){0,60})"
    rb"{3}",
    re.I,
)
"""Three headers of a message, one after the other."""
_IS_MAILBOX = re.compile(rb"From \S[^\r\n]{0,300}\d{2}:\d{2}[^\r\n]{0,100}\r?\n[!-9;-~]{1,100}:")
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
# What Chrome and Internet Explorer write first; other programs begin with any header.
_IS_MHTML = re.compile(r"From: <?Saved by |(?:[\w-]+:[^\n]{0,500}\n){0,20}?Snapshot-Content-Location:", re.I)
_PLIST = b"bplist00"
_SQLITE = b"SQLite format 3\0"
_PARTS_OF_DATABASE = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
    b"\x18\xe2\x2d\0",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",
)
"""How the files begin that SQLite keeps beside a database: its logs
(https://www.sqlite.org/fileformat.html)."""
_IS_WEBARCHIVE = re.compile(_FRONT + _DOCTYPE + r"<plist\b.{0,2000}<key>WebMainResource</key>", re.I | re.S)


def check_suffix(name: str, head: bytes) -> None:
    """Pass a name that khabar reads.

    Args:
        name: of a stream.
        head: how the stream begins.

    Raises:
        Aside: it is a picture, a sound or another file that holds no text.
        Unreadable: its suffix is that of another format.
    """
    suffix = suffix_of(name)
    if head.startswith(_PARTS_OF_DATABASE):
        raise Aside("part-of-database")
    if _is_lock(name, suffix, head):
        raise Aside("media", media="lock")
    if suffix in SUFFIXES or (suffix == ".js" and IS_TWEETS.match(_opening(head))):
        return
    media = _MEDIA.get(suffix)
    if media and not _may_hold_text(suffix, head):
        raise Aside("media", media=media)
    if suffix in _UNREAD:
        name, instead = _UNREAD[suffix]
        raise Unreadable("unread-format", name=name, instead=instead)
    if _IS_MAIL.match(_without_mark(head)):
        return
    raise Unreadable("unknown-format")


def promised_package(name: str) -> Format | None:
    """The format of a document that is a zip file, if the name promises one."""
    return _PACKAGES.get(suffix_of(name))


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
    suffix = suffix_of(name)
    return name[: -len(suffix)] + _PACKED[suffix] if suffix in _PACKED else name


def without_suffixes(name: str) -> str:
    """The name without the suffixes that khabar knows: ``07-flood.txt.gz`` is ``07-flood``."""
    while (suffix := suffix_of(name)) and suffix in SUFFIXES:
        name = name[: -len(suffix)]
    return name


def format_of(name: str, head: bytes) -> Format:
    """The format of a stream called ``name`` that begins with ``head`` and is no container.

    Raises:
        Unreadable: the name promises an archive, or something that the content is not.
    """
    name = stem_of(name)  # unpacked already, by a browser for instance
    suffix = suffix_of(name)
    if suffix in _ARCHIVE:
        raise Unreadable("not-an-archive", name=_ARCHIVE[suffix])
    if suffix in _PDF or b"%PDF-" in head[:_PDF_HEADER]:
        return "pdf"
    if suffix in _PACKAGES:
        if head.startswith(_OLE) and _ENCRYPTED in head:
            raise Unreadable("password", name=FORMAT_NAMES[_PACKAGES[suffix]][0])
        raise Unreadable("not-a-document", name=FORMAT_NAMES[_PACKAGES[suffix]][0])
    start = _opening(head)
    if suffix in _MHTML or _IS_MHTML.match(start):
        return "mhtml"
    if found := _by_marks(suffix, head):
        return found
    if IS_TWEETS.match(start):
        return "x-archive"
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


def _by_marks(suffix: str, head: bytes) -> Format | None:
    """The format of what is known by its first bytes: databases, property lists, RTF, compound files,
    mail."""
    if head.startswith(_SQLITE):
        return "sqlite"
    if suffix in _DATABASE:
        raise Unreadable("not-a-database")
    if head.startswith(_PLIST):
        return "webarchive"
    text = _without_mark(head)
    if text.startswith(b"{\\rtf"):
        return "rtf"
    if suffix in _RTF:
        raise Unreadable("not-a-document", name="RTF")
    if head.startswith(_OLE):
        return "xls" if suffix == ".xls" else "ole"
    if suffix in _MAILBOX or (suffix == "" and text.startswith(b"From ") and _IS_MAILBOX.match(text)):
        if not text.startswith(b"From "):
            raise Unreadable("not-a-document", name="MBOX")
        return "mailbox"
    if suffix in _MAIL:
        return "mail" if not text.startswith(b"From ") else "mailbox"
    if (suffix in ("", ".msg") or suffix not in SUFFIXES) and _IS_MAIL.match(text):
        return "mail"
    if suffix in _OLE_SUFFIXES and not any(known.match(_opening(head)) for known in (_IS_PAGE, _IS_XML)):
        raise Unreadable("not-a-document", name=_OLE_SUFFIXES[suffix])
    return None


def _of_markup(suffix: str, start: str, head: bytes) -> Format:
    """The format of what is neither JSON nor a table."""
    if _IS_WXR.match(start):
        return "wxr"
    if _IS_FEED.match(start):
        return "feed"
    if _IS_TELEGRAM.match(start):
        return "telegram"
    if known := xml_kind(start):
        return known
    if _IS_WEBARCHIVE.match(start):
        return "webarchive"
    if _IS_PAGE.match(start) or (suffix in _PAGE and "<" in start):
        return "page"
    if suffix in _FEED - {".xml"}:
        return "feed"
    if suffix == ".xml" or suffix in _WIRE or _IS_XML.match(start):
        raise Unreadable("unknown-xml")
    if suffix in _PROGRAM:
        raise Unreadable("program", suffix=suffix)
    if suffix in _TEXT and (_begins_as_table(start) or _begins_as_table(head.decode("cp1256", "replace"))):
        return "table"
    if suffix in _TEXT and is_whatsapp(start):
        return "whatsapp"
    return "markdown" if suffix in _MARKDOWN else "text"


def _begins_as_table(start: str) -> bool:
    first, _, rest = start.partition("\n")
    first = first.rstrip("\r")
    if _IS_SEPARATED.fullmatch(first):
        return True
    for sign in "\t,;":
        cells = [cell.strip().strip('"') for cell in first.split(sign)]
        # A headline may have a comma; the line below it is then no row.
        row = sign == "\t" or rest.partition("\n")[0].count(sign) >= len(cells) - 1
        if len(cells) > 1 and row and is_header(cells):
            return True
    return False


def suffix_of(name: str) -> str:
    """The suffix in lower case with its dot, or ""."""
    found = _SUFFIX.search(name.lower(), 1)
    return found[0] if found else ""


def _is_lock(name: str, suffix: str, head: bytes) -> bool:
    """Whether a file only marks that somebody has a document open: ``~$report.docx`` beside it, with the name
    of this person."""
    is_document = suffix in _PACKAGES or suffix in _OLE_SUFFIXES or suffix in _RTF
    marked = name.rpartition("/")[2].startswith("~$")
    return marked and is_document and not head.startswith((b"PK", _OLE, b"{\\rtf"))


def _without_mark(head: bytes) -> bytes:
    """The first bytes without the mark of UTF-8 and white space before them."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")


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
