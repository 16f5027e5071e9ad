"""The basic values: an article and its paragraphs."""

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
    """One news article, read from a file or made by a script.

    Values are checked, and unambiguous ones are converted. A str for ``paragraphs`` is split into its
    non-empty lines, stripped; a list becomes a tuple. A str for ``published`` is parsed like the dates of
    files (:func:`khabar.read`), and a ``date`` becomes its midnight. An ``id`` may be an integer, a
    ``path`` a :class:`~pathlib.Path`. None, and NaN from a table, mean unknown for every attribute but id
    and paragraphs. Other values raise :class:`khabar.InvalidType` or :class:`khabar.InvalidArgument`, which
    name the attribute and the article.

    Attributes:
        id: stable identifier; the same article read again, from any working directory, has the same id.
        title: headline. Never empty for an article read from a file: without a headline, it is taken from
            the first sentence.
        source: outlet or agency, "" if unknown.
        author: author line as given, "" if unknown.
        published: time of publication, or None. Naive if the source names no time zone; a date alone is
            midnight.
        published_from: origin of ``published``: "metadata", "dateline" or "text end" (see
            `khabar.dates.dateline`), "" if unknown. Not part of the article's identity.
        url: address, "" if unknown.
        path: where it was read: the file's absolute path, followed by ``!member`` for a file inside an
            archive and by ``#n`` for record ``n`` (from 1) of a file with several; "" for an article made
            in memory.
        paragraphs: the body's paragraphs in order, exactly as written, without the title.
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
        # The constructor accepts more types than the attributes hold.
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
        # Readers make millions of articles with valid values: this check takes half a microsecond.
        if not (
            type(self.paragraphs) is tuple
            and _TEXTS.issuperset(map(type, self.paragraphs))
            and type(self.id) is str
            and self.id.strip()
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
        """The paragraphs, one per line."""
        return "\n".join(self.paragraphs)

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """The article as plain data; ``Article(**data)`` restores it.

        Args:
            text: whether to include the paragraphs.
        """
        record = super().to_dict()
        if not text:
            del record["paragraphs"]
        return record

    def __repr__(self) -> str:
        names = ("id", "title", "source", "published", "paragraphs")
        fields = (
            f"{name}={short(value)}" for name in names if (value := getattr(self, name)) not in ("", None)
        )
        return f"Article({', '.join(fields)})"

    def passages(self) -> Iterator[Paragraph]:
        """The title as number 0, then the paragraphs from 1, as the index holds them."""
        for number, text in enumerate((self.title, *self.paragraphs)):
            yield Paragraph(self.id, number, text)

    def fingerprint(self) -> str:
        """32 hexadecimal digits that change whenever any attribute but ``path`` or ``published_from`` changes."""
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
        # The lengths come first, so that no character can be mistaken for a border between parts.
        lengths = ",".join(str(len(part)) for part in encoded).encode()
        return blake2b(b"\n".join([lengths, b"".join(encoded)]), digest_size=16).hexdigest()


class Paragraph(Serializable, msgspec.Struct, frozen=True):
    """A paragraph of an article. It is what is indexed and ranked, as the title is.

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
    """Make a stable 16-digit id from what identifies an article: an address, or a path and a title."""
    text = "\x1f".join(parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
