"""Convert the values of a record to fields of an article.

The fields accept these values:

- a title or text: a string, a number, or a list of strings and numbers (paragraphs); also an object with its
  text under a name such as ``rendered`` or ``value``, a list of these, and an editor's tree of blocks
  (`khabar.corpus.records.rich_text`). Any other value cannot be understood, and the record is not an article;
- a source or author: also an object with a ``name`` or the parts of one, or a list of these. A source that is
  an address becomes its host; an author loses the punctuation of a by-line («محمد صالح:»);
- a date: see `khabar.corpus.dates`; also an object such as ``{"$date": …}``. One that cannot be understood is
  left out. If the record also has the moment in UTC (``date_gmt``, ``date_unixtime``), the difference gives
  the zone of a date without one;
- an id: a string or number. White space and control characters become ``_``; a very long one is hashed.

Markup is removed from texts, titles, sources and authors, and entities become characters
(`khabar.corpus.text.markup`). «None», «nan» and the like, which programs write for missing values, count as
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain
from typing import TypeVar

from khabar.corpus.article import make_id
from khabar.corpus.dates import parse_timestamp
from khabar.corpus.records.rich_text import rich_text, unwritten
from khabar.corpus.report import Unreadable
from khabar.corpus.text.bylines import author_of_line
from khabar.corpus.text.markup import plain, plain_address, without_tags
from khabar.spelling import has_words, storable

__all__ = [
    "address_in",
    "author_in",
    "first_meaning",
    "id_in",
    "is_nothing",
    "kind_of_json",
    "moment_in",
    "one_line",
    "outlet_in",
    "python_list",
    "text_in",
    "trimmed_names",
    "usable_id",
    "who_in",
    "worded",
]

_T = TypeVar("_T")
_UNFIT_FOR_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LONGEST_ID = 200
_NOTHING = frozenset(
    {
        *("none", "null", "nan", "nat", "n/a", "undefined", "\\n", "-", "--", "–", "—"),
        # A cell of a spreadsheet whose formula failed:
        *("#n/a", "#name?", "#ref!", "#value!", "#null!", "#div/0!", "#num!", "#error!", "#spill!"),
    }
)
_TEXTS = (
    "rendered",
    "ar",
    "value",
    "text",
    "plain",
    "html",
    "content",
    "body",
    "processed",
    "#text",
    "_text",
    "$t",
)
"""Keys of an object's text."""
_HTML = frozenset({"rendered", "html", "processed"})
_NAMES = (
    "name",
    "display_name",
    "displayName",
    "full_name",
    "fullName",
    "title",
    "label",
    "value",
    "rendered",
    "ar",
)
"""Keys of an object's name."""
_PARTS_OF_NAMES = (
    ("first_name", "last_name"),
    ("firstName", "lastName"),
    ("firstname", "lastname"),
    ("given", "family"),
    ("givenName", "familyName"),
)
"""Keys of the parts of a person's name."""
_MOMENTS = ("$date", "$numberLong", "date", "value", "rendered", "iso", "_seconds", "seconds")
_MOST_MOMENTS = 8
_ADDRESSES = ("@id", "href", "url", "value")
_NO_ADDRESS = re.compile(r"(?:urn|tag):", re.I)
_HOST = re.compile(r"https?://(?:www\.)?([^/?#\s@]+)", re.I)
_BYLINE_ENDS = re.compile(
    r"^[\s:،,؛;*|–—\u200e\u200f\u202a-\u202e-]+|[\s:،,؛;*|–—\u200e\u200f\u202a-\u202e-]+$"
)
_EMPHASIS = re.compile(r"(?<!\*)(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?!\*)")
"""A word in Markdown's bold or italic type: «**ليلى حداد**»."""
_PYTHON_LIST = re.compile(r"""\[\s*(?:(?:'[^']*'|"[^"]*")\s*,?\s*)*\]""")
_IN_QUOTES = re.compile(r"""'([^']*)'|"([^"]*)\"""")


def first_meaning(values: Iterable[object], understand: Callable[[object], _T]) -> _T | None:
    """The first result of ``understand`` that is not empty; None if all are.

    Raises:
        Unreadable: no result is, and a value could not be understood; the first error.
    """
    first_error: Unreadable | None = None
    for value in values:
        try:
            if result := understand(value):
                return result
        except Unreadable as error:
            first_error = first_error or error
    if first_error:
        raise first_error
    return None


def worded(text: str) -> str:
    """The text; "" if it has no words."""
    return text if has_words(text) else ""


def python_list(text: str) -> list[str] | None:
    """The items of a list in Python's notation, as pandas writes it into a cell; None for any other text.

    >>> python_list("['النفط', 'أوبك']"), python_list("[1]")
    (['النفط', 'أوبك'], None)
    """
    if not text.startswith("[") or not _PYTHON_LIST.fullmatch(text):
        return None
    return [single or double for single, double in _IN_QUOTES.findall(text)]


def text_in(value: object, what: str, literal: bool = False) -> str:
    """The value of a title or text as plain text, one paragraph per line."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        if not literal and value[:1] in "[{" and (inner := unwritten(value)) is not value:
            return text_in(inner, what, literal)
        return storable(value) if literal else plain(storable(value))
    if isinstance(value, int | float):
        return "" if is_nothing(value) else str(value)
    if (tree := rich_text(value)) is not None:
        return storable(tree) if literal else plain(storable(tree))
    if isinstance(value, dict):
        for key in _TEXTS:
            inner = value.get(key)
            if isinstance(inner, str):
                return without_tags(storable(inner)) if key in _HTML else text_in(inner, what, literal)
            if isinstance(inner, dict | list) and inner:
                return text_in(inner, what, literal)
        raise Unreadable("not-text", field=what, found=kind_of_json(value))
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        try:
            texts = [text_in(item, what, literal) for item in value]
        except Unreadable:
            raise Unreadable("not-text", field=what, found="list-of-objects") from None
        # A mix of strings and objects is one text, with pieces in bold or with links.
        pieces = {isinstance(item, dict) for item in value if item is not None} == {True, False}
        return ("" if pieces else "\n").join(texts)
    raise Unreadable(
        "not-text", field=what, found="list-of-objects" if isinstance(value, list) else kind_of_json(value)
    )


def who_in(value: object, literal: bool = False) -> str:
    """The value of a source or author as one line."""
    if isinstance(value, dict):
        whole = (_line(value.get(key), literal) for key in _NAMES)
        parts = (" ".join(_line(value.get(key), literal) for key in keys).strip() for keys in _PARTS_OF_NAMES)
        return next(filter(None, chain(whole, parts)), "")
    if isinstance(value, str) and (items := python_list(value)) is not None:
        return who_in(items, literal)
    if isinstance(value, list):
        return "، ".join(
            filter(None, (who_in(item, literal) for item in value if not isinstance(item, list)))
        )
    return _line(value, literal)


def author_in(value: object, literal: bool = False) -> str:
    """The value of an author as one line, without the punctuation and label of by-lines."""
    name = trimmed_names(who_in(value, literal))
    return author_of_line(name) or name


def trimmed_names(names: str) -> str:
    """Names separated by «، », without the colons, dashes, bars and asterisks that by-lines have at the ends.

    >>> trimmed_names("محمد صالح:، د. عبدالرحمن *"), trimmed_names("عكاظ (جدة)")
    ('محمد صالح، د. عبدالرحمن', 'عكاظ (جدة)')

    Asterisks for bold or italic type are removed in pairs:

    >>> trimmed_names("**ليلى حداد** و**سامر داود**"), trimmed_names("* ليلى **حداد**")
    ('ليلى حداد وسامر داود', 'ليلى حداد')
    """
    names = _EMPHASIS.sub(r"\2", names)
    if not _BYLINE_ENDS.search(names):
        return names
    return "، ".join(filter(None, (_BYLINE_ENDS.sub("", name) for name in names.split("، "))))


def outlet_in(value: object, literal: bool = False) -> str:
    """The value of a source as one line; for an address, its host."""
    name = who_in(value, literal)
    host = _HOST.match(name)
    return host[1] if host else name


def _line(value: object, literal: bool = False) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if not isinstance(value, str):
        return "" if is_nothing(value) else str(value)
    if not literal and ("&" in value or "<" in value):
        value = plain(storable(value))
    return "" if is_nothing(value) else one_line(value)


def one_line(text: str) -> str:
    """A text in one line."""
    if text.isprintable():  # already one line, as nearly all are
        return text.strip()
    return " ".join(line.strip() for line in storable(text).splitlines() if line.strip())


def id_in(value: object) -> str:
    """The value of an id; "" if it is none."""
    if isinstance(value, dict):
        value = value.get("$oid", value.get("rendered"))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return usable_id(value)


def usable_id(value: object) -> str:
    """An id that an index can hold: one word, and not very long; "" if ``value`` is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or is_nothing(value):
        return ""
    name = _UNFIT_FOR_ID.sub("_", str(value).strip())
    return name if len(name) <= _LONGEST_ID else make_id("id", name)


def address_in(value: object) -> str:
    """The value of a web address; "" if it is none."""
    if isinstance(value, dict):
        value = next((value[key] for key in _ADDRESSES if isinstance(value.get(key), str)), "")
    if isinstance(value, list):
        return next(filter(None, map(address_in, value)), "")
    address = _line(value, literal=True)
    return "" if _NO_ADDRESS.match(address) else plain_address(address)


def moment_in(value: object, dates: str = "") -> datetime | None:
    """The moment that a value names; None if it names none. ``dates`` is the order of numeric dates."""
    if isinstance(value, dict):
        if day := _day_of_parts(value.get("date-parts")):
            return day
        value = next((value[key] for key in _MOMENTS if key in value), None)
        return moment_in(value, dates) if not isinstance(value, list) else None
    if isinstance(value, list):
        return next(filter(None, (moment_in(item, dates) for item in value[:_MOST_MOMENTS])), None)
    return parse_timestamp(value, dates)


def _day_of_parts(parts: object) -> datetime | None:
    """The day of a CSL date, ``[[2024, 5, 6]]``; None if it names no day, such as only a year."""
    while isinstance(parts, list) and len(parts) == 1:
        parts = parts[0]
    if not isinstance(parts, list) or len(parts) != 3:
        return None
    try:
        year, month, day = (int(part) for part in parts)
        return datetime(year, month, day)
    except (TypeError, ValueError, OverflowError):
        return None


def kind_of_json(value: object) -> str:
    """The JSON type of a value."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "boolean" if isinstance(value, bool) else "number"


def is_nothing(value: object) -> bool:
    """Whether a value is empty, or stands for a missing one."""
    if isinstance(value, str):
        return not value or (len(value) <= 9 and value.strip().casefold() in _NOTHING)
    if isinstance(value, float):
        return value != value
    return value is None or (isinstance(value, list | dict) and not value)
