"""The values that everything else is about: an article and its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from khabar.digests import blake2b

__all__ = ["Article", "Paragraph", "make_id"]


class Article(msgspec.Struct, frozen=True):
    """One news article, as a reader understood it.

    Attributes:
        id: stable name of the article: the same article read again, from any working directory, has the
            same id.
        title: headline, never empty for an article made by a reader (made from the first sentence where
            none was given).
        source: outlet or agency, "" if unknown.
        author: author line as given, "" if unknown.
        published: moment of publication, or None. Naive where the source named no time zone; a date alone
            is midnight.
        published_from: where ``published`` is from: "metadata", "dateline" or "text end" (see `khabar.dates.dateline`),
            "" if unknown. It is no part of what identifies the article.
        url: address, "" if unknown.
        path: where it was read: a file's absolute path, with ``!member`` behind it for a file inside an
            archive and ``#n`` for record ``n`` (from 1) of a file with several; "" for an article made in
            memory.
        paragraphs: the texts of the body's paragraphs in order, exactly as written (title not among them).
    """

    id: str
    title: str
    paragraphs: tuple[str, ...]
    source: str = ""
    author: str = ""
    published: datetime | None = None
    url: str = ""
    path: str = ""
    published_from: str = ""

    def units(self) -> Iterator[Paragraph]:
        """The title as number 0, then the paragraphs from 1: what the index holds of an article."""
        for number, text in enumerate((self.title, *self.paragraphs)):
            yield Paragraph(self.id, number, text)

    def fingerprint(self) -> str:
        """32 hexadecimal digits that change whenever anything but ``path`` and ``published_from`` changes."""
        parts = (
            self.id,
            self.title,
            self.source,
            self.author,
            self.published.isoformat() if self.published else "",
            self.url,
            *self.paragraphs,
        )
        encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
        # With the lengths in front, no character in one part can look like the border between two.
        lengths = ",".join(str(len(part)) for part in encoded).encode()
        return blake2b(b"\n".join([lengths, b"".join(encoded)]), digest_size=16).hexdigest()


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph of an article: the unit that is indexed and ranked.

    Attributes:
        article: id of its article.
        number: 0 for the title, then 1, 2, … in the order of the text.
        text: exactly as written.
    """

    article: str
    number: int
    text: str

    def __repr__(self) -> str:
        return f"Paragraph(article={self.article!r}, number={self.number})"


def make_id(*parts: str) -> str:
    """A stable 16-digit id from what identifies an article (an address, or a path and a title)."""
    text = "\x1f".join(parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
