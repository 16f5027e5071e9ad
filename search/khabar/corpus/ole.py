"""OLE compound files (MS-CFB): Outlook messages (MSG), and Office documents of the years before 2007.

A compound file is a small file system; which program wrote it, the names of its streams tell. Messages are
read, with olefile (extra ``mail``). Documents with a password are such files too. Old Word, Excel and
PowerPoint documents are not read, and the reason says as what to save them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.corpus.content import needs
from khabar.corpus.report import Unreadable
from khabar.corpus.streams import said

if TYPE_CHECKING:
    from khabar.corpus.content import Content, Found

__all__ = ["read_ole"]

_DOCUMENTS = {
    "worddocument": ("Word 97–2003", "DOCX"),
    "workbook": ("Excel 97–2003", "XLSX"),
    "book": ("Excel 5", "XLSX"),
    "powerpoint document": ("PowerPoint 97–2003", "PPTX"),
}
"""By the name of a stream: what the format is called, and as what to save it."""


def read_ole(content: Content) -> Iterator[Found]:
    """The articles of a compound file."""
    needs("olefile", what="msg", extra="mail")
    import olefile

    data = content.data()
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            names = {"/".join(path).lower() for path in file.listdir()}
            if "encryptedpackage" in names:
                raise Unreadable("password", name="Microsoft Office")
            for stream, (name, instead) in _DOCUMENTS.items():
                if stream in names:
                    raise Unreadable("unread-format", name=name, instead=instead)
            if not any(name.startswith("__properties") for name in names):
                raise Unreadable("unread-format", name="OLE", instead="DOCX")
            from khabar.corpus.outlook import letter_of

            letter = letter_of(file, content.dates)
    except (MemoryError, Unreadable):
        raise
    # What olefile makes of a broken file is its own to know.
    except Exception as error:
        raise Unreadable("broken-document", error=said(error)) from None
    from khabar.corpus.mail import found_in_letter

    yield from found_in_letter(letter, None)
