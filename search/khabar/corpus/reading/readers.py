"""The reader of each format, and the choice of the reader of a piece."""

from __future__ import annotations

import importlib
from typing import cast

from khabar.corpus.formats.detection import format_of
from khabar.corpus.pieces.containers import Piece
from khabar.corpus.pieces.content import Reader
from khabar.corpus.report import Unreadable
from khabar.corpus.suffixes import FORMAT_NAMES, Format, suffix_of

__all__ = ["READERS", "way_to_read"]

READERS: dict[Format, str] = {
    "text": "records.headed_text.read_text",
    "markdown": "records.markdown.read_markdown",
    "document": "records.json_records.read_document",
    "lines": "records.json_records.read_lines",
    "page": "web.pages.read_page",
    "telegram": "exports.telegram_page.read_telegram_page",
    "feed": "web.feeds.read_feed",
    "wxr": "exports.wxr.read_wxr",
    "table": "tables.delimited.read_table",
    "warc": "web.warc.read_warc",
    "pdf": "pdf.reader.read_pdf",
    "nitf": "wires.nitf.read_nitf",
    "newsml-g2": "wires.newsml_g2.read_newsml_g2",
    "newsml": "wires.newsml.read_newsml",
    "alto": "ocr.alto.read_alto",
    "page-xml": "ocr.page_xml.read_page_xml",
    "hocr": "ocr.hocr.read_hocr",
    "mhtml": "web.mhtml.read_mhtml",
    "webarchive": "web.mhtml.read_webarchive",
    "whatsapp": "exports.whatsapp.read_whatsapp",
    "subtitles": "exports.subtitles.read_subtitles",
    "x-archive": "exports.x_archive.read_x_archive",
    "xml-records": "exports.xml_records.read_xml",
    "press-database": "records.press_databases.read_press_database",
    "ris": "records.references.read_ris",
    "bibtex": "records.references.read_bibtex",
    "wacz": "web.wacz.read_wacz",
    "sqlite": "tables.databases.read_sqlite",
    "xlsx": "tables.workbook_records.read_workbook",
    "xls": "tables.workbook_records.read_workbook",
    "ods": "tables.workbook_records.read_workbook",
    "docx": "office.word.read_docx",
    "odt": "office.opendocument.read_opendocument",
    "odp": "office.opendocument.read_opendocument",
    "pptx": "office.slides.read_pptx",
    "epub": "office.epub.read_epub",
    "rtf": "office.rtf.read_rtf",
    "mail": "mail.messages.read_mail",
    "mailbox": "mail.mailboxes.read_mailbox",
    "ole": "compound.ole.read_ole",
}
"""The reader of each format, as module and name in `khabar.corpus`: imported at first use."""


def way_to_read(piece: Piece, head: bytes) -> tuple[Format | None, Reader]:
    """The format of a piece (None if a plug-in reads it), and its reader."""
    plugin = piece.plugin
    if not plugin:
        kind = piece.package or format_of(piece.name, head)
        if kind != "text" or suffix_of(piece.name):
            return kind, _reader(kind)
        # A file without a suffix may contain anything.
        from khabar.corpus.plugged import plugged

        plugin = plugged("", head, media=True) or ""
        if not plugin:
            return kind, _reader(kind)
    from khabar.corpus.reading.plugged_reader import reader_of

    return None, reader_of(plugin)


def _reader(kind: Format) -> Reader:
    if kind not in READERS:
        name, instead = FORMAT_NAMES[kind]
        raise Unreadable("unread-format", name=name, instead=instead)
    module, _, name = READERS[kind].rpartition(".")
    return cast(Reader, getattr(importlib.import_module(f"khabar.corpus.{module}"), name))
