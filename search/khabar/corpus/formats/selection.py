"""Decide which files are read at all, by their suffixes and first bytes.

A file whose suffix is not in `khabar.corpus.suffixes.SUFFIXES` is not read, whatever its content: a picture
or a program would become an article of rubbish. The exception is a file that begins with mail headers,
because the names of files in a Maildir end with the name of a machine.

The formats in `_UNREAD` contain text but are not read; the reason says which format to save them as.

The suffixes in `_MEDIA` are those of files without text, such as the pictures beside saved pages. They are
left out on purpose, and counted, if their content agrees with the suffix.
"""

from __future__ import annotations

import codecs

from khabar.corpus.formats.export_kinds import IS_TWEETS
from khabar.corpus.formats.marks import COMPOUND, IS_FEED, IS_MAIL, IS_PAGE, IS_RECORD, opening, without_mark
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.suffixes import COMPOUND_SUFFIXES, PACKAGES, RTF, SUFFIXES, suffix_of

__all__ = ["check_suffix"]

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
"""Formats with text that are not read, by suffix: their name, and the format to save them as."""
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
"""The kind of a file without text, by its suffix."""
_PLAIN_MEDIA = frozenset(
    {".svg", ".css", ".js", ".mjs", ".map", ".msf", ".ics", ".vcf", ".p7s", ".asc", ".sig"}
)
"""The suffixes among them whose files consist of characters."""
_OF_FOLDERS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
"""Files that Windows keeps in a folder for its own use."""
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
"""Beginnings of binary files that could be text."""
_PARTS_OF_DATABASE = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
    b"\x18\xe2\x2d\0",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",
)
"""Beginnings of the logs that SQLite keeps beside a database (https://www.sqlite.org/fileformat.html)."""


def check_suffix(name: str, head: bytes) -> None:
    """Check that khabar reads files with the suffix of a name.

    Args:
        name: the name of a stream.
        head: the first bytes of the stream.

    Raises:
        Aside: it is a picture, a sound or another file without text.
        Unreadable: its format is not read.
    """
    suffix = suffix_of(name)
    if name.rpartition("/")[2].lower() in _OF_FOLDERS:
        raise Aside("media", media="of-folder")
    if head.startswith(_PARTS_OF_DATABASE):
        raise Aside("part-of-database")
    if _is_lock(name, suffix, head):
        raise Aside("media", media="lock")
    if suffix in SUFFIXES or (suffix == ".js" and IS_TWEETS.match(opening(head))):
        return
    media = _MEDIA.get(suffix)
    if media and not _may_contain_text(suffix, head):
        raise Aside("media", media=media)
    if suffix in _UNREAD:
        name, instead = _UNREAD[suffix]
        raise Unreadable("unread-format", name=name, instead=instead)
    if IS_MAIL.match(without_mark(head)):
        return
    raise Unreadable("unknown-format")


def _may_contain_text(suffix: str, head: bytes) -> bool:
    """Whether a file named like a picture or the like may be something else, such as a page that was saved
    under a wrong name."""
    if suffix in _PLAIN_MEDIA:
        start = opening(head)
        # Source maps are JSON themselves.
        return start.startswith("WARC/") or any(
            mark.match(start) for mark in (IS_RECORD, IS_PAGE, IS_FEED) if suffix != ".map"
        )
    if not head or b"\0" in head or head.startswith(_ASCII_MARKS):
        return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in head
    try:
        # Incremental: the last character may be incomplete.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_lock(name: str, suffix: str, head: bytes) -> bool:
    """Whether a file only marks a document as open, such as ``~$report.docx`` with the name of the user."""
    is_document_name = suffix in PACKAGES or suffix in COMPOUND_SUFFIXES or suffix in RTF
    has_lock_prefix = name.rpartition("/")[2].startswith("~$")
    return has_lock_prefix and is_document_name and not head.startswith((b"PK", COMPOUND, b"{\\rtf"))
