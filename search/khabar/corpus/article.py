"""The values that everything else is about: an article and its paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from os import PathLike
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import force_setattr

from khabar.digests import blake2b
from khabar.serialize import Serializable, short

__all__ = ["Article", "Paragraph", "make_id"]

_TEXTS = frozenset((str,))


class Article(Serializable, msgspec.Struct, frozen=True):
    """One news article, as a reader understood it, or as a script makes one.

    What an article is made of is checked, and what can be meant only one way is accepted: a str for ``paragraphs`` means
    its lines, those that are not empty, without white space at their ends; a list is as good as a tuple; a str for ``published``
    is read as readers read dates (:func:`khabar.read`), and a ``date`` is its midnight; an ``id`` may be a whole number, and a
    ``path`` a :class:`~pathlib.Path`; None, and NaN of a table, mean that something other than id or paragraphs is unknown.
    All else raises :class:`khabar.InvalidType` or :class:`khabar.InvalidArgument`, which name the attribute and the article.

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

    if TYPE_CHECKING:
        # What it can be made of is more than what it holds.
        def __init__(
            self,
            id: str | int,
            title: str | None,
            paragraphs: str | Iterable[str],
            source: str | None = "",
            author: str | None = "",
            published: datetime | date | str | None = None,
            url: str | None = "",
            path: str | PathLike[str] | None = "",
            published_from: str | None = "",
        ) -> None: ...

    def __post_init__(self) -> None:
        # Readers make millions, all of whose values are right: this is half a microsecond.
        if not (
            type(self.paragraphs) is tuple
            and _TEXTS.issuperset(map(type, self.paragraphs))
            and type(self.id) is str
            and type(self.title) is str
            and type(self.source) is str
            and type(self.author) is str
            and type(self.url) is str
            and type(self.path) is str
            and type(self.published_from) is str
            and (self.published is None or type(self.published) is datetime)
        ):
            from khabar.arguments import article_fields

            for name, value in article_fields(self).items():
                force_setattr(self, name, value)

    @property
    def text(self) -> str:
        """The paragraphs, a line each."""
        return "\n".join(self.paragraphs)

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """The article as plain data, from which ``Article(**data)`` makes it again.

        Args:
            text: whether the paragraphs are there.
        """
        record = super().to_dict()
        if not text:
            del record["paragraphs"]
        return record

    def __repr__(self) -> str:
        told = ("id", "title", "source", "published", "paragraphs")
        fields = (
            f"{name}={short(value)}" for name in told if (value := getattr(self, name)) not in ("", None)
        )
        return f"Article({', '.join(fields)})"

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


class Paragraph(Serializable, msgspec.Struct, frozen=True):
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
