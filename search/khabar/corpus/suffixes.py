"""The formats that khabar reads, and the suffixes of their file names.

A suffix is the last dot and what follows it: up to eight ASCII letters and digits, at least one of them a
letter. So neither ``2023.10.07`` nor «تقرير.عاجل» has one.
"""

from __future__ import annotations

import re
from typing import Literal

__all__ = [
    "ARCHIVE",
    "COMPOUND_SUFFIXES",
    "DATABASE",
    "DOCUMENT",
    "FEED",
    "FORMAT_NAMES",
    "LINES",
    "MAIL",
    "MAILBOX",
    "MARKDOWN",
    "MHTML",
    "ONE_ARTICLE",
    "PACKAGES",
    "PACKED",
    "PAGE",
    "PDF",
    "PROGRAM",
    "REFERENCES",
    "RTF",
    "SUBTITLES",
    "SUFFIXES",
    "TABLE",
    "TEXT",
    "WARC",
    "WIRE",
    "Format",
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
    # Newswires and outputs of OCR (see `khabar.corpus.formats.xml_kinds`):
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
    "subtitles",
    "x-archive",
    "press-database",
    "ris",
    "bibtex",
    "xml-records",
    # Documents that are zip files (see `khabar.corpus.pieces.packages`):
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
        *("alto", "page-xml", "hocr", "mhtml", "webarchive", "subtitles"),
    }
)
"""Formats with one article a file: the file's name can identify the article."""
TEXT = frozenset({"", ".txt", ".text"})
MARKDOWN = frozenset({".md", ".markdown"})
DOCUMENT = frozenset({".json"})
LINES = frozenset({".jsonl", ".ndjson"})
PAGE = frozenset({".html", ".htm", ".xhtml", ".shtml"})
PROGRAM = frozenset({".php", ".asp", ".aspx", ".jsp", ".cfm"})
"""Suffixes of pages that a program generated and a crawler saved; the program itself is not read."""
FEED = frozenset({".rss", ".atom", ".rdf", ".xml"})
TABLE = frozenset({".csv", ".tsv", ".tab"})
WARC = frozenset({".warc", ".wet"})
PDF = frozenset({".pdf"})
SUBTITLES = frozenset({".srt", ".vtt", ".sbv", ".ass", ".ssa"})
MHTML = frozenset({".mhtml", ".mht"})
DATABASE = frozenset({".sqlite", ".sqlite3", ".db", ".db3"})
WIRE = frozenset({".nitf", ".newsml", ".alto", ".hocr"})
"""Suffixes of XML and HTML whose kind is told from the beginning of the file, as for ``.xml`` and
``.html``."""
ARCHIVE = {".zip": "zip", ".tar": "tar"}
PACKED = {".gz": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"}
"""Suffixes of compressed streams, each with the suffix of its content."""
PACKAGES: dict[str, Format] = {
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
RTF = frozenset({".rtf"})
MAIL = frozenset({".eml", ".emlx"})
REFERENCES: dict[str, Format] = {".ris": "ris", ".bib": "bibtex", ".bibtex": "bibtex"}
MAILBOX = frozenset({".mbox", ".mbx"})
COMPOUND_SUFFIXES = {
    ".msg": "MSG",
    ".doc": "DOC",
    ".dot": "DOC",
    ".xls": "XLS",
    ".ppt": "PPT",
    ".pps": "PPT",
}
"""Suffixes of OLE compound files. (A file called ``.doc`` may be RTF, a web page or a DOCX instead: then it
is read as that.)"""
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
"""The name of a format in messages, the same in every language, and the format to save such a file as while
khabar has no reader for it."""
SUFFIXES = (
    (TEXT | MARKDOWN | DOCUMENT | LINES | PAGE | PROGRAM | FEED | TABLE | WARC)
    | (MHTML | WIRE | DATABASE | SUBTITLES)
    | {*ARCHIVE, *PACKED, *REFERENCES}
    | {*PACKAGES, *COMPOUND_SUFFIXES}
    | (PDF | RTF | MAIL | MAILBOX)
)
_SUFFIX = re.compile(r"\.(?=[0-9]*[a-z])[0-9a-z]{1,8}$")


def promised_package(name: str) -> Format | None:
    """The format of a zipped document that a file name promises; None for other names."""
    return PACKAGES.get(suffix_of(name))


def stem_of(name: str) -> str:
    """The name of the content of a compressed file: ``a.json`` for ``a.json.gz``, ``a.tar`` for ``a.tgz``."""
    suffix = suffix_of(name)
    return name[: -len(suffix)] + PACKED[suffix] if suffix in PACKED else name


def without_suffixes(name: str) -> str:
    """The name without the suffixes that khabar knows: ``07-flood`` for ``07-flood.txt.gz``."""
    while (suffix := suffix_of(name)) and suffix in SUFFIXES:
        name = name[: -len(suffix)]
    return name


def suffix_of(name: str) -> str:
    """The suffix in lower case with its dot, or ""."""
    # A dot at the very beginning marks a hidden file.
    match = _SUFFIX.search(name.lower(), 1)
    return match[0] if match else ""
