"""From a record (a JSON object) to an article.

Field names are understood in English and Arabic, whatever their case, harakat, letter forms and separators:
``datePublished``, ``date_published`` and ``Date-Published`` are one name, «العُنوان» and «العنوان» too. Of
several names for one field the first in `NAMES` with something in it counts. With ``fields={"title":
"hed"}`` the title is read from ``hed`` and from nowhere else.

What a field may hold:

- a title or text: a string, a number, or a list of strings and numbers (paragraphs). An object, or a list
  with an object in it, cannot be understood, and the record is not an article;
- a source or author: also an object with a ``name``, or a list of such;
- a date: see `khabar.corpus.dates`; one that cannot be told is left out;
- an id: a string or number. White space and control characters become ``_``; a very long one is hashed.

A summary or description is the text where there is no other. A record with a title and no text is an
article without paragraphs; one with a text and no title is titled by its first sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from khabar.spelling import clean, fold, has_words

from .article import make_id
from .dates import parse_date
from .markup import plain
from .report import Unreadable
from .text import Body, Draft, body_of, made_title

if TYPE_CHECKING:
    from .content import Found

__all__ = ["FIELDS", "NAMES", "draft_of_record", "drafts", "is_known", "records_in", "usable_id"]

FIELDS = ("id", "title", "text", "source", "author", "published", "url")
"""The fields of an article that ``fields=`` can map; ``paragraphs`` is another word for ``text``."""

LISTS = ("articles", "items", "data", "results")
"""Names under which an object may hold the list of records."""

_T = TypeVar("_T")

_SEPARATORS = re.compile(r"[\W_]+")
_UNFIT_FOR_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LONGEST_ID = 200


@lru_cache(maxsize=1024)  # the same few keys in every record
def _name(key: str) -> str:
    return _SEPARATORS.sub("", fold(key))


NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(map(_name, names.split()))
    for field, names in {
        "id": "id guid article_id المعرف",  # _id is the same name
        "title": "title headline name العنوان عنوان",
        "text": (
            "content text body article_body full_text content_text content_html paragraphs"
            " النص المحتوى نص محتوى"
        ),
        "summary": "summary description abstract الملخص ملخص",
        "source": "source publisher outlet site المصدر مصدر",
        "author": "author byline creator authors الكاتب كاتب",
        "published": (
            "date_published published_at pub_date published date التاريخ تاريخ_النشر تاريخ date_extracted"
        ),
        "url": "url link المصدر_url الرابط رابط",
    }.items()
}


_PLACES = {name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names)}


@lru_cache(maxsize=1024)
def _place(key: str) -> tuple[str, int] | None:
    """The field that a key is a name of, and how good a name."""
    return _PLACES.get(_name(key))


def is_known(key: str) -> bool:
    """Whether a key is one of the usual names for a title or a text."""
    name = _name(key)
    return any(name in NAMES[field] for field in ("title", "text", "summary"))


def drafts(
    numbered: Iterable[tuple[int | None, object]], fields: Mapping[str, str] | None = None
) -> Iterator[Found]:
    """The article of each numbered record, or why it is none. (An `Unreadable` stays one.)"""
    for number, record in numbered:
        try:
            if isinstance(record, Unreadable):
                raise record
            yield number, draft_of_record(record, fields)
        except Unreadable as error:
            yield number, error


def records_in(value: object) -> list[object] | None:
    """The list of records that an object wraps, or None if the object is itself a record."""
    if not isinstance(value, dict):
        return None
    by_name = {_name(key): item for key, item in value.items()}
    if any(isinstance(by_name.get(name), str) for name in NAMES["text"]):
        return None
    for name in LISTS:
        found = by_name.get(name)
        if isinstance(found, list) and (not found or any(isinstance(item, dict) for item in found)):
            return found
    return None


def draft_of_record(record: object, fields: Mapping[str, str] | None = None) -> Draft:
    """The article that a record is; ``fields`` maps names of `FIELDS` to keys of the record.

    Raises:
        Unreadable: the record is no object, holds no text, or holds something else where text should be.
    """
    if not isinstance(record, dict):
        raise Unreadable("not-an-object", found=_kind(record))
    given = _Fields(record, fields or {})
    title = _first(given.all("title"), lambda value: _worded(_line(_written(value, "title"))))
    clutter: Counter[str] = Counter()

    def taken_apart(value: object) -> Body:
        body = body_of(_written(value, "text"))
        clutter.update(body.clutter)
        return body

    body = _first([*given.all("text"), *given.all("summary")], taken_apart)
    if not title and not body:
        keys = ", ".join(map(str, list(record)[:10]))
        raise Unreadable("no-title-or-text", keys=keys[:200])
    body = body or Body(())
    return Draft(
        title=title or made_title(body.lines[0]),
        paragraphs=body.lines,
        id=_first(given.all("id"), usable_id) or "",
        source=_first(given.all("source"), _who) or body.source,
        author=_first(given.all("author"), _who) or "",
        published=_first(given.all("published"), parse_date),
        url=_first(given.all("url"), _line) or "",
        clutter=clutter,
    )


def usable_id(value: object) -> str:
    """An id as given if an index can hold it: in one word, and not very long; "" if ``value`` is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    name = _UNFIT_FOR_ID.sub("_", str(value).strip())
    return name if len(name) <= _LONGEST_ID else make_id("id", name)


class _Fields:
    """A record's values by the article's field names."""

    def __init__(self, record: dict[str, object], chosen: Mapping[str, str]) -> None:
        self._record = record
        self._chosen = {"text" if field == "paragraphs" else field: key for field, key in chosen.items()}
        self._found: dict[str, list[tuple[int, int, object]]] = {}
        for order, (key, value) in enumerate(record.items()):
            if value is not None and value != "" and (place := _place(key)):
                field, rank = place
                self._found.setdefault(field, []).append((rank, order, value))

    def all(self, field: str) -> list[object]:
        """What is there for the field, the best name first."""
        if field in self._chosen:
            value = self._record.get(self._chosen[field])
            return [] if value is None else [value]
        if field == "summary" and "text" in self._chosen:
            return []
        found = self._found.get(field)
        if found is None:
            return []
        return [value for _, _, value in sorted(found, key=itemgetter(0, 1))]


def _first(values: Iterable[object], understand: Callable[[object], _T]) -> _T | None:
    """What the first value with a meaning means; if none has, what is wrong with the first that is wrong."""
    wrong: Unreadable | None = None
    for value in values:
        try:
            if found := understand(value):
                return found
        except Unreadable as error:
            wrong = wrong or error
    if wrong:
        raise wrong
    return None


def _worded(text: str) -> str:
    return text if has_words(text) else ""


def _written(value: object, what: str) -> str:
    """A title's or text's value as plain text, its paragraphs in lines."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return plain(clean(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "\n".join(_written(item, what) for item in value)
    raise Unreadable(
        "not-text", field=what, found="list-of-objects" if isinstance(value, list) else _kind(value)
    )


def _who(value: object) -> str:
    """A source's or author's value as one line."""
    if isinstance(value, dict):
        return _who(value.get("name")) if not isinstance(value.get("name"), dict | list) else ""
    if isinstance(value, list):
        return "، ".join(filter(None, (_who(item) for item in value if not isinstance(item, list))))
    return _line(value)


def _line(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, str) and value.isprintable():  # one line without anything odd, as nearly all are
        return value.strip()
    return " ".join(line.strip() for line in clean(str(value)).splitlines() if line.strip())


def _kind(value: object) -> str:
    """JSON's name for what a value is."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "boolean" if isinstance(value, bool) else "number"
