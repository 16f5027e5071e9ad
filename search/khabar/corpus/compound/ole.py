"""Read OLE compound files (MS-CFB): Outlook messages (MSG), and Office documents from before 2007.

A compound file is a small file system; the names of its streams tell which program wrote it. Messages and
Word documents are read, with olefile (extras ``mail`` and ``office``). Documents with a password are such
files too. Old PowerPoint documents are not read, and the reason says which format to save them as.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from khabar.corpus.pieces.content import needs
from khabar.corpus.report import Unreadable

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Draft, Found

__all__ = ["read_ole"]

_DOCUMENTS = {
    "workbook": ("Excel 97–2003", "XLSX"),
    "book": ("Excel 5", "XLSX"),
    "powerpoint document": ("PowerPoint 97–2003", "PPTX"),
}
"""The name of a format, and the format to save it as, by the name of a stream."""
_WORD = "worddocument"
_PICTURES = frozenset({"data", "pictures"})


def read_ole(content: Content) -> Iterator[Found]:
    """Read the articles in a compound file."""
    is_message = content.name.lower().endswith(".msg")
    needs("olefile", what="MSG" if is_message else "DOC", extra="mail" if is_message else "office")
    import olefile

    data = content.data()
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            articles = list(_articles(file, content))
    except (MemoryError, Unreadable):
        raise
    # On broken files, olefile raises errors that it does not document.
    except Exception:
        if content.name.lower().endswith((".ppt", ".pps")):
            name, instead = _DOCUMENTS["powerpoint document"]
            raise Unreadable("unread-format", name=name, instead=instead) from None
        raise Unreadable("damaged-document") from None
    yield from articles


def _articles(file: Any, content: Content) -> Iterator[Found]:
    names = {"/".join(path).lower() for path in file.listdir()}
    if "encryptedpackage" in names:
        raise Unreadable("password", name="Microsoft Office")
    if _WORD in names:
        yield None, _word(file, content, names)
        return
    for stream, (name, instead) in _DOCUMENTS.items():
        if stream in names:
            raise Unreadable("unread-format", name=name, instead=instead)
    if not any(name.startswith("__properties") for name in names):
        raise Unreadable("unread-format", name="OLE", instead="DOCX")
    from khabar.corpus.compound.outlook import letter_of
    from khabar.corpus.mail.messages import found_in_letter

    yield from found_in_letter(letter_of(file, content.dates), None)


def _word(file: Any, content: Content, names: set[str]) -> Draft:
    from khabar.corpus.compound.word_binary import lines_of, properties_of
    from khabar.corpus.office.documents import draft_of_document
    from khabar.corpus.reasons import Reason

    lines = lines_of(file, content.limits.letters)
    embedded = len({name.split("/")[1] for name in names if name.startswith("objectpool/")})
    notes = [Reason.of("embedded-files", count=embedded)] if embedded else []
    try:
        return draft_of_document(lines, properties_of(file), content, notes)
    except Unreadable as error:
        pictures = error.reason.kind == "no-word" and not _PICTURES.isdisjoint(names)
        raise Unreadable("only-pictures") if pictures else error from None
