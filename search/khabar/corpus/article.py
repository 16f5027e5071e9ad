"""The basic values, an article and its paragraphs; and the checks of arguments that are articles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from os import PathLike
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import force_setattr

from khabar import arguments
from khabar.corpus.kept_fields import NO_FIELDS, KeptFields, kept_fields
from khabar.digests import blake2b
from khabar.errors import InvalidArgument, InvalidType
from khabar.patterns import lazy_pattern
from khabar.serialize import Serializable, short

__all__ = ["Article", "Paragraph", "article_ids", "articles", "at_page", "make_id", "split_tags"]

_TEXTS = frozenset((str,))
_NUMBERS = frozenset((int,))
_BETWEEN_TAGS = lazy_pattern(r"[,،;؛\n\r]|(?<=\S)\s+(?=#)")


class Article(Serializable, msgspec.Struct, frozen=True):
    """One news article, read from a file or made by a script.

    Values are checked, and unambiguous ones are converted. A str for ``paragraphs`` is split into its
    non-empty lines, stripped; a list becomes a tuple. A str for ``tags`` is split at commas, semicolons and
    line ends; tags are stripped, and repeated ones dropped. ``fields`` may be any mapping from names to a str
    or several. A str for ``published`` is parsed like the dates of files (:func:`khabar.read`), and a
    ``date`` becomes its midnight. An ``id`` may be an integer, a ``path`` a :class:`~pathlib.Path`. None, and
    NaN from a table, mean unknown for every attribute but id and paragraphs. Other values raise
    :class:`khabar.InvalidType` or :class:`khabar.InvalidArgument`, which name the attribute and the article.

    Attributes:
        id: stable identifier; the same article read again, from any working directory, has the same id.
        title: headline. Never empty for an article read from a file: without a headline, it is taken from
            the first sentence.
        source: outlet or agency, "" if unknown.
        author: author line, "" if unknown. For an article read from a file, a colon or asterisk at its end is
            removed.
        published: time of publication, or None. Naive if the source names no time zone; a date alone is
            midnight.
        section: section of the outlet that it appeared in, such as «اقتصاد», "" if unknown.
        tags: its subjects as the outlet gives them, in that order.
        published_from: origin of ``published``: "metadata", "dateline" or "text end" (see
            `khabar.dates.dateline`), "file" for the day on which the file was made, if no other date is
            known; "" if unknown. Not part of the article's identity.
        url: web address, "" if unknown.
        path: where it was read: the file's absolute path, followed by ``!member`` for a file inside an
            archive and by ``#n`` for record ``n`` (from 1) of a file with several; "" for an article made
            in memory.
        paragraphs: the body's paragraphs in order, exactly as written, without the title.
        language: its language as a BCP 47 tag in lower case, such as "ar", "fa", "ur", "ckb" or "en"; "" if
            unknown. For an article read from a file: as its record states it, else recognised by its letters
            and words (:func:`khabar.language_of`).
        place: where it was written or what place it is about, as the outlet gives it; "" if unknown.
        pages: the page number (from 1) of each paragraph, for a document with pages; otherwise empty.
        fields: further values of its record, kept on request: a tuple of texts by name. Immutable.
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
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    place: str = ""
    pages: tuple[int, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = NO_FIELDS

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
            section: str | None = "",
            tags: str | Iterable[str] | None = (),
            language: str | None = "",
            place: str | None = "",
            pages: Iterable[int] | None = (),
            fields: Mapping[str, str | Iterable[str]] | None = NO_FIELDS,
        ) -> None: ...

    def __post_init__(self) -> None:
        # Readers make millions of articles, all with valid values: this check takes half a microsecond.
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
            and type(self.section) is str
            and (self.tags == () or _are_tags(self.tags))
            and type(self.language) is str
            and (self.language.islower() or not self.language)
            and type(self.place) is str
            and (self.pages == () or _are_pages(self.pages, self.paragraphs))
            and type(self.fields) is KeptFields
            and (self.published is None or type(self.published) is datetime)
        ):
            for name, value in _converted(self).items():
                force_setattr(self, name, value)

    @property
    def text(self) -> str:
        """The paragraphs, one per line."""
        return "\n".join(self.paragraphs)

    @property
    def stated_published(self) -> datetime | None:
        """``published``, or None if that is only the day on which the file was made. «أمس» in the text counts
        from this time."""
        return None if self.published_from == "file" else self.published

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """The article as plain data; ``Article(**data)`` restores it.

        Args:
            text: whether to include the paragraphs.
        """
        record = super().to_dict()
        if not text:
            del record["paragraphs"], record["pages"]
        return record

    def row(self, fields: Iterable[str] | None = None) -> dict[str, Any]:
        """The article as a flat table row, without its text. A cell with several tags, or several values of a
        field, separates them by «، ».

        Args:
            fields: the names of the kept fields that get a column (``field:desk`` for ``desk``), whether or
                not the article has them. Default: those that it has.
        """
        row = self.to_dict(text=False) | {"tags": "، ".join(self.tags)}
        del row["fields"]
        names = self.fields if fields is None else fields
        return row | {f"field:{name}": "، ".join(self.fields.get(name, ())) for name in names}

    def page(self, number: int) -> int | None:
        """The page number of a passage, from 1; None for the title, and for an article without pages.

        Args:
            number: 0 for the title, then 1, 2, … in the order of the text.
        """
        return self.pages[number - 1] if self.pages and number else None

    def __repr__(self) -> str:
        names = ("id", "title", "source", "published", "paragraphs")
        fields = (
            f"{name}={short(value)}" for name in names if (value := getattr(self, name)) not in ("", None)
        )
        return f"Article({', '.join(fields)})"

    def passages(self) -> Iterator[Paragraph]:
        """The title as number 0, then the paragraphs from 1, as the index holds them."""
        for number, text in enumerate((self.title, *self.paragraphs)):
            yield Paragraph(self.id, number, text, self.page(number))

    def fingerprint(self) -> str:
        """32 hexadecimal digits that change whenever any attribute but ``path`` or ``published_from``
        changes. Arabic and an unknown language count as the same, so that recognising Arabic changes
        nothing."""
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
        # The lengths come first: no character of a part can be mistaken for a separator.
        lengths = ",".join(map(str, map(len, encoded))).encode()
        if self.section or self.tags:
            # An article without them keeps the fingerprint that it had before these attributes existed.
            more = [part.encode("utf-8", "surrogatepass") for part in (self.section, *self.tags)]
            lengths += b";" + ",".join(map(str, map(len, more))).encode()
            encoded += more
        if self._has_more:
            more = [part.encode("utf-8", "surrogatepass") for part in self._more_parts()]
            lengths += b"|" + ",".join(map(str, map(len, more))).encode()
            encoded += more
        return blake2b(b"\n".join([lengths, b"".join(encoded)]), digest_size=16).hexdigest()

    @property
    def _has_more(self) -> bool:
        """Whether any of the attributes that were added last has a value that changes the fingerprint."""
        return bool(self.language not in ("", "ar") or self.place or self.pages or self.fields)

    def _more_parts(self) -> Iterator[str]:
        """Those attributes as texts; the counts of values keep neighbouring fields apart."""
        yield "" if self.language == "ar" else self.language
        yield self.place
        yield ",".join(map(str, self.pages))
        for name, values in sorted(self.fields.items()):
            yield from (name, str(len(values)), *values)


class Paragraph(Serializable, msgspec.Struct, frozen=True):
    """A paragraph or the title of an article: the unit that is indexed and ranked.

    Attributes:
        article: id of its article.
        number: 0 for the title, then 1, 2, … in the order of the text.
        text: exactly as written.
        page: its page number, from 1; None if the article has no pages, and for the title.
    """

    article: str
    number: int
    text: str
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The paragraph as plain data, with its page if it has one."""
        record = super().to_dict()
        if self.page is None:
            del record["page"]
        return record

    def __repr__(self) -> str:
        return f"Paragraph(article={self.article!r}, number={self.number})"


def at_page(address: str, page: int | None) -> str:
    """The address of a page of a document, as PDF viewers and browsers understand it (RFC 8118):
    ``#page=3`` replaces any other fragment. Without a page, the address is unchanged.

    >>> at_page("https://wadi.example/report.pdf", 3)
    'https://wadi.example/report.pdf#page=3'
    """
    return f"{address.partition('#')[0]}#page={page}" if address and page else address


def make_id(*parts: str) -> str:
    """Make a stable 16-digit id from what identifies an article: an address, or a path and a title."""
    text = "\x1f".join(parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _converted(article: Article) -> dict[str, Any]:
    """An article's attributes, converted to the types that it holds."""
    values: dict[str, Any] = {}
    identity = article.id
    try:
        values["id"] = identity = arguments.article_id("id", article.id)
        for name in ("title", "source", "author", "url", "published_from", "section", "place"):
            values[name] = str(arguments.text(name, _unless_missing(getattr(article, name), "")))
        path = _unless_missing(article.path, "")
        values["path"] = "" if path == "" else os.fspath(arguments.folder("path", path))
        values["paragraphs"] = _paragraphs("paragraphs", article.paragraphs)
        values["tags"] = _tags("tags", _unless_missing(article.tags, ()))
        language = str(arguments.text("language", _unless_missing(article.language, "")))
        values["language"] = language.strip().replace("_", "-").lower()
        values["pages"] = _pages("pages", _unless_missing(article.pages, ()), values["paragraphs"])
        values["fields"] = kept_fields("fields", _unless_missing(article.fields, NO_FIELDS))
        values["published"] = _published("published", _unless_missing(article.published, None))
    except InvalidArgument as error:
        # Someone who makes a million articles has to know which one is wrong.
        error.reason = f"{error.reason} (article {identity!r})"
        raise
    return values


def _unless_missing(value: object, default: object) -> object:
    """A value, or ``default`` if it is missing: None, or NaN and NaT from pandas."""
    missing = value is None or (isinstance(value, float | datetime) and value != value)
    return default if missing else value


def _paragraphs(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(line.strip() for line in value.splitlines() if line.strip())
    if isinstance(value, AbstractSet):
        raise InvalidType(name, value, "a set has no order: a str or several in their order are required")
    return tuple(map(str, arguments.sequence_of(arguments.text, "a str or several")(name, value)))


def _are_tags(value: object) -> bool:
    """Whether :func:`_tags` would leave a value unchanged."""
    return (
        type(value) is tuple
        and _TEXTS.issuperset(map(type, value))
        and len(set(value)) == len(value)
        and all(tag and tag == tag.strip() for tag in value)
    )


def split_tags(text: str) -> list[str]:
    """Split a text into tags, at commas, semicolons and line ends.

    >>> split_tags("النفط، أوبك; اقتصاد")
    ['النفط', 'أوبك', 'اقتصاد']
    """
    return [tag for part in _BETWEEN_TAGS.split(text) if (tag := part.strip())]


def _tags(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        given = split_tags(value)
    elif isinstance(value, AbstractSet):
        raise InvalidType(name, value, "a set has no order: a str or several in their order are required")
    else:
        checked = arguments.sequence_of(arguments.text, "a str or several")(name, value)
        given = [str(tag).strip() for tag in checked]
    return tuple(dict.fromkeys(filter(None, given)))


def _are_pages(value: object, paragraphs: tuple[str, ...]) -> bool:
    """Whether :func:`_pages` would leave a value unchanged."""
    return (
        type(value) is tuple
        and len(value) == len(paragraphs)
        and _NUMBERS.issuperset(map(type, value))
        and min(value) > 0
    )


def _pages(name: str, value: object, paragraphs: tuple[str, ...]) -> tuple[int, ...]:
    given = arguments.sequence_of(arguments.positive, "several page numbers")(name, value)
    if given and len(given) != len(paragraphs):
        reason = f"{len(given)} pages are given for {len(paragraphs)} paragraphs: one for each is required"
        raise InvalidArgument(name, value, reason)
    return given


def _published(name: str, value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        from khabar.corpus.dates import parse_timestamp

        result = parse_timestamp(value)
        if result is None:
            reason = "it names no moment, or more than one; give year-month-day (1900 to 2100), or a datetime"
            raise InvalidArgument(name, value, reason, "date")
        return result
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    reason = f"a date, a datetime, or a str that names one is required, not {arguments.kind_of(value)}"
    raise InvalidType(name, value, reason)


def article_ids(name: str, value: object) -> tuple[str, ...]:
    """Check an argument that is one or several ids or articles, and return the ids."""

    def one(item_name: str, item: object) -> str:
        return item.id if isinstance(item, Article) else arguments.article_id(item_name, item)

    if isinstance(value, str | Article) or (hasattr(value, "__index__") and not isinstance(value, bool)):
        return (one(name, value),)
    return arguments.sequence_of(one, "an id or several")(name, value)


def articles(name: str, value: object) -> Iterator[Article]:
    """Check an argument that is one or several articles, and yield them; each is checked when it is
    reached."""
    if isinstance(value, Article):
        value = (value,)
    if isinstance(value, str | os.PathLike):
        raise InvalidType(name, value, f"articles are required; khabar.read({value!r}) reads them from files")
    if isinstance(value, Mapping):
        raise InvalidType(name, value, "articles are required, not a dict; Article(**record) makes one of it")
    if not isinstance(value, Iterable):
        raise InvalidType(name, value, f"an Article or several are required, not {arguments.kind_of(value)}")
    given: Iterable[object] = value

    def checked() -> Iterator[Article]:
        for number, item in enumerate(given):
            if not isinstance(item, Article):
                hint = "; Article(**record) makes an article of it" if isinstance(item, Mapping) else ""
                raise InvalidType(
                    f"{name}[{number}]", item, f"an Article is required, not {arguments.kind_of(item)}{hint}"
                )
            if not item.id:
                # Articles without ids would silently replace one another.
                raise InvalidArgument(
                    f"{name}[{number}].id", item.id, "it is empty; khabar.corpus.make_id makes one"
                )
            yield item

    return checked()
