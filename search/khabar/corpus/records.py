"""From a record (a JSON object, a row of a table) to an article.

Which field is which is told by `khabar.corpus.shapes`. With ``fields={"title": "hed"}`` the title is read from ``hed`` and
from nowhere else; ``fields={"text": "story.body"}`` looks into objects and lists.

What a field may hold:

- a title or text: a string, a number, or a list of strings and numbers (paragraphs); also an object that holds its text
  under a name such as ``rendered`` or ``value``, and a list of these. Anything else cannot be understood, and the record is
  not an article;
- a source or author: also an object with a ``name``, or a list of such; a source that is an address is its host;
- a date: see `khabar.corpus.dates`; also an object such as ``{"$date": …}``. One that cannot be told is left out. Where the
  same moment is there in UTC (``date_gmt``, ``date_unixtime``), the difference is the zone of one that names none;
- an id: a string or number. White space and control characters become ``_``; a very long one is hashed.

Of texts, titles, sources and authors markup goes and entities become characters (`khabar.corpus.markup`). «None», «nan» and
their like, as programs write what is not there, are nothing.

Where no name is that of a text, or only of something that is not understood, a key that holds a long Arabic text is taken for
it, in a file always the same if it can be.
A summary or description is the text where there is no other. A record with a title and no text is an article without
paragraphs; one with a text and no title is titled by its first sentence. Whatever is guessed here, and whatever may be lost,
is in the notes of the draft.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from khabar.corpus import telegram
from khabar.corpus.article import make_id
from khabar.corpus.content import Draft
from khabar.corpus.dates import day_number, parse_timestamp, why_unread
from khabar.corpus.markup import plain, plain_address, without_tags
from khabar.corpus.reasons import Reason
from khabar.corpus.report import Aside, Unreadable
from khabar.corpus.shapes import (
    ENVELOPES,
    LISTS,
    Place,
    at_path,
    is_date_name,
    is_known,
    is_other,
    name_of,
    places_of,
    shape_of,
)
from khabar.corpus.text import Body, body_of, is_headline, made_title
from khabar.spelling import has_words, storable

if TYPE_CHECKING:
    from khabar.corpus.content import Found

__all__ = ["FIELDS", "Records", "draft_of_record", "records_in", "usable_id"]

FIELDS = ("id", "title", "text", "source", "author", "published", "url")
"""The fields of an article that ``fields=`` can map; ``paragraphs`` is another word for ``text``."""

_T = TypeVar("_T")

_UNFIT_FOR_ID = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_LONGEST_ID = 200
_NOTHING = frozenset({"none", "null", "nan", "nat", "n/a", "undefined"})
_WHOLE = frozenset(map(name_of, ("الخبر", "المقال", "المقالة", "article", "story", "post")))
"""Names of the whole article: of its text, or of its headline beside the text."""
_LISTS = frozenset(map(name_of, LISTS.split()))
_DEEPEST_LIST = 4
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
"""Keys under which an object holds its text."""
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
"""Keys under which an object holds its name."""
_MOMENTS = ("$date", "$numberLong", "date", "value", "rendered", "iso")
_ADDRESSES = ("@id", "href", "url", "value")
_NO_ADDRESS = re.compile(r"(?:urn|tag):", re.I)
_HOST = re.compile(r"https?://(?:www\.)?([^/?#\s@]+)", re.I)
_ARTICLE_TYPE = re.compile(r"article$|^(?:blog|liveblog|socialmedia)posting$|^report$|^creativework$", re.I)
_UNPUBLISHED = frozenset({"draft", "auto-draft", "pending", "private", "future", "trash", "inherit"})
_UNUSABLE = frozenset({"canceled", "cancelled", "withheld"})
# How NewsAPI ends a text that goes on.
_CUT = re.compile(r"(?<=[…\s])\s*\[\+(\d{1,7}) chars\]$")
# How Python writes a list of names into a cell of a table.
_WRITTEN_LIST = re.compile(r"""\[\s*(?:(?:'[^']*'|"[^"]*")\s*,?\s*)*\]""")
_IN_QUOTES = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]+")
_OTHER_LETTERS = re.compile(r"[^\W\d_\u0600-\u06ff]")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.I)
_LOOKED_AT = 2000
"""number of a text's first characters that decide its language"""
_LONG = 8, 40
"""words and letters: minimum of Arabic ones in a text that may be guessed"""
_LOST = 5
"""words: minimum under an unknown name that suggests a lost text"""
_COMPARED = 40
"""letters: a text that begins with this many of an article's letters is the article's text, or an extract of it"""
_MOST_LEAVES = 500
_DEEPEST_LEAF = 6
_KEYS_SHOWN = 8


class Records:
    """The records of one file.

    Args:
        fields: names of `FIELDS`, and the keys under which a record has them.
        mapped: for each of these, as ``NAME=KEY``, whether a record had the key; filled on the way.
        dates: the order of dates in numbers, as for `khabar.corpus.dates.parse_timestamp`.
    """

    def __init__(
        self,
        fields: Mapping[str, str] | None = None,
        mapped: dict[str, bool] | None = None,
        dates: str = "",
    ) -> None:
        self._dates = dates
        self._fields = fields or {}
        self._mapped = {} if mapped is None else mapped
        self._guessed: list[str] = []
        self._unused: set[str] = set()

    def draft(self, record: object) -> Draft:
        """Make the article of a record.

        Raises:
            Unreadable: it is not an article.
        """
        for name, key in self._fields.items() if isinstance(record, dict) else ():
            given = f"{name}={key}"
            if not self._mapped.get(given):
                self._mapped[given] = _chosen(record, key) is not None
        return draft_of_record(
            record, self._fields, guessed=self._guessed, unused=self._unused, dates=self._dates
        )

    def drafts(self, numbered: Iterable[tuple[int | None, object]]) -> Iterator[Found]:
        """The article of each numbered record, or why it is none. (An `Unreadable` stays one.)"""
        for number, record in numbered:
            try:
                if isinstance(record, Unreadable):
                    raise record
                yield number, self.draft(record)
            except Unreadable as error:
                yield number, error


def records_in(value: object) -> list[object] | None:
    """The list of records wrapped in an object, or None if the object is itself a record."""
    if not isinstance(value, dict) or not any(isinstance(item, list | dict) for item in value.values()):
        return None
    if (messages := telegram.messages(value)) is not None:
        return messages
    return _wrapped(value, 0)


def _wrapped(value: dict[str, object], depth: int) -> list[object] | None:
    if depth == _DEEPEST_LIST or _has_text(value):
        return None
    found: list[object] | None = None
    for key, item in value.items():
        if name_of(key) not in _LISTS:
            continue
        if isinstance(item, list) and (not item or any(isinstance(each, dict) for each in item)):
            found = [*(found or ()), *item]
        elif isinstance(item, dict) and (inner := _wrapped(item, depth + 1)) is not None:
            found = [*(found or ()), *inner]
    return found if found is not None else _unnamed(value)


def _unnamed(value: dict[str, object]) -> list[object] | None:
    """The records of an object that has lists of records, or records, and nothing else, under names of its own."""
    items = [item for item in value.values() if item]
    if not items or any(is_known(key) for key in value):
        return None
    if all(isinstance(item, list) and all(map(_is_record, item)) for item in items):
        return [record for item in items if isinstance(item, list) for record in item]
    return items if len(items) > 1 and all(map(_is_record, items)) else None


def _has_text(value: Mapping[str, object]) -> bool:
    return any(
        place.field == "text" and not place.rest and isinstance(value[place.key], str)
        for place in places_of(tuple(value), None)
    )


def _is_record(value: object) -> bool:
    """Whether a value is an object with a title and a text."""
    return isinstance(value, dict) and {"title", "text"} <= {
        place.field for place in places_of(tuple(value), None) if value[place.key]
    }


def draft_of_record(
    record: object,
    fields: Mapping[str, str] | None = None,
    *,
    literal: bool = False,
    guessed: list[str] | None = None,
    unused: set[str] | None = None,
    dates: str = "",
) -> Draft:
    """Make the article of a record.

    Args:
        record: the record.
        fields: names of `FIELDS`, and the keys of the record that hold them.
        literal: whether texts are plain, without markup and entities.
        guessed: keys taken for the text in earlier records; new guesses are added.
        unused: keys of unused long texts that were reported for earlier records; new ones are added. None: do not report
            them.
        dates: order of dates in numbers, as for `khabar.corpus.dates.parse_timestamp`.

    Raises:
        Unreadable: the record is no object, holds no text, or holds something else where text should be.
        Aside: it is something else than a published article.
    """
    if not isinstance(record, dict):
        raise Unreadable("not-an-object", found=_kind(record))
    _pass_published(record)
    given = _Fields(record, fields or {})
    for each in given.records:
        _pass_usable(each)
    literal = literal or given.literal
    titles = given.all("title") or given.headlines()
    title = _first(titles, lambda value: _worded(_one_line(_written(value, "title", literal))))
    clutter: Counter[str] = Counter()
    notes: list[Reason] = []

    taken: object = None

    def taken_apart(value: object) -> Body:
        nonlocal taken
        taken = value
        body = body_of(_written(value, "text", literal))
        clutter.update(body.clutter)
        return body

    wrong: Unreadable | None = None
    try:
        body = _first(given.all("text"), taken_apart)
    except Unreadable as error:
        body, wrong = None, error
    if not body and "text" not in given.chosen:
        body = _first(given.all("summary"), taken_apart)
        known = sum(map(len, body.lines)) if body else 0
        if found := _guessed_text(given, title or "", known, [] if guessed is None else guessed):
            key, text = found
            body = taken_apart(text)
            notes.append(Reason.of("text-guessed", key=_shown(key)))
        elif body and wrong:
            notes.append(Reason.of("text-unread", keys=_listed([key for key, _ in given.named("text")])))
    if not body and wrong:
        raise wrong
    if not title and not body:
        raise Unreadable("no-title-or-text", keys=_listed(given.keys()))
    if not body:
        notes.append(_without_text(given, title or ""))
    elif body.lines and body.lines[-1].endswith(" chars]") and (cut := _CUT.search(body.lines[-1])):
        body = replace(body, lines=(*body.lines[:-1], body.lines[-1][: cut.start()]))
        notes.append(Reason.of("text-cut", left=int(cut[1])))
    if (
        body
        and unused is not None
        and (other := _unused_text(given, taken, (title or "", *body.lines), unused))
    ):
        unused.add(other)
        notes.append(Reason.of("text-unused", key=_shown(other)))
    published, note = _published(given, dates)
    notes += note
    body = body or Body(())
    return Draft(
        title=title or made_title(body.lines[0]),
        paragraphs=body.lines,
        id=_first(given.all("id"), _identity) or "",
        source=_first(given.all("source"), partial(_outlet, literal=literal)) or body.source,
        author=_first(given.all("author"), partial(_who, literal=literal)) or "",
        published=published,
        url=_first(given.all("url"), _address) or "",
        clutter=clutter,
        notes=tuple(notes),
    )


def usable_id(value: object) -> str:
    """An id as given if an index can hold it: in one word, and not very long; "" if ``value`` is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    name = _UNFIT_FOR_ID.sub("_", str(value).strip())
    return name if len(name) <= _LONGEST_ID else make_id("id", name)


class _Fields:
    """The values of a record, by the article's field names."""

    def __init__(self, record: dict[str, object], chosen: Mapping[str, str]) -> None:
        self.chosen = {"text" if field == "paragraphs" else field: key for field, key in chosen.items()}
        self.literal = False
        self.records = [record]
        """the record, and the objects in it that hold fields too"""
        self._places: list[tuple[Place, ...]] = []
        self._found: dict[str, list[tuple[str, object]]] = {}
        self._collect(record)
        if "text" not in self._found:
            for key, inner in record.items():
                if key.lower() in ENVELOPES and isinstance(inner, dict) and any(map(is_known, inner)):
                    self.records.append(inner)
                    self._collect(inner)

    def _collect(self, record: dict[str, object]) -> None:
        shape = shape_of(record)
        self.literal = self.literal or (shape is not None and shape.literal)
        self._places.append(places_of(tuple(record), shape))
        for key, field, rest in self._places[-1]:
            value = record[key]
            if isinstance(value, dict) and key.lower() in ENVELOPES:
                continue
            if rest and not _is_nothing(value):
                value = at_path(value, ".".join(rest))
            if not _is_nothing(value):
                self._found.setdefault(field, []).append((key, value))

    def named(self, field: str) -> list[tuple[str, object]]:
        """The values for a field with their keys, best name first."""
        if field in self.chosen:
            key = self.chosen[field]
            found = [_chosen(record, key) for record in self.records]
            return [(key, value) for value in found if value is not None][:1]
        if (field == "summary" and "text" in self.chosen) or (field == "utc" and "published" in self.chosen):
            return []
        return self._found.get(field, [])

    def all(self, field: str) -> list[object]:
        """The values for a field, best name first."""
        return [value for _, value in self.named(field)]

    def headlines(self) -> list[object]:
        """What is under a name of the whole article («الخبر») and is a headline beside a longer text; it is no text then."""
        if "title" in self.chosen or "text" in self.chosen:
            return []
        texts = self._found.get("text", [])
        beside = [*texts, *self._found.get("summary", [])]
        longest = max((len(each) for _, each in beside if isinstance(each, str)), default=0)
        for entry in texts:
            key, value = entry
            if (
                name_of(key) in _WHOLE
                and isinstance(value, str)
                and len(value) < longest
                and len(value.split("\n")) == 1
                and is_headline(value)
            ):
                texts.remove(entry)
                return [value]
        return []

    def keys(self) -> list[str]:
        """The keys with a non-empty value."""
        return [key for record in self.records for key, value in record.items() if not _is_nothing(value)]

    def unknown(self) -> Iterator[tuple[str, object]]:
        """The keys without a known meaning, and their values."""
        inside = set(map(id, self.records))
        for record, places in zip(self.records, self._places, strict=True):
            taken = {place.key for place in places}
            for key, value in record.items():
                if (
                    key not in taken
                    and id(value) not in inside
                    and not _is_nothing(value)
                    and not is_other(key)
                ):
                    yield key, value


def _chosen(record: object, key: str) -> object:
    """The record's value under a key chosen for a field."""
    return at_path(record, key) if key else None


def _is_nothing(value: object) -> bool:
    if isinstance(value, str):
        return not value or (len(value) <= 9 and value.strip().casefold() in _NOTHING)
    return value is None or (isinstance(value, list | dict) and not value)


def _pass_published(record: dict[str, object]) -> None:
    """Check that a record is a published article, as far as it says.

    Raises:
        Aside: it is not.
    """
    kind = record.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    if kind and not any(isinstance(each, str) and _ARTICLE_TYPE.search(each) for each in kinds):
        raise Aside("other-type", type=_shown(", ".join(map(str, kinds))))
    status = record.get("status")
    if isinstance(status, str) and status in _UNPUBLISHED and isinstance(record.get("title"), dict):
        raise Aside("not-published", status=status)


def _pass_usable(record: dict[str, object]) -> None:
    """Pass a record that IPTC's ``pubstatus`` does not call withheld or canceled.

    Raises:
        Aside: it does.
    """
    status = at_path(record, "pubstatus")
    if isinstance(status, str) and status.strip().casefold().rpartition(":")[2] in _UNUSABLE:
        raise Aside("not-published", status=_shown(status))


def _guessed_text(given: _Fields, title: str, known: int, guessed: list[str]) -> tuple[str, str] | None:
    """The key and text of a record without a known text field: a long Arabic text, longer than ``known``."""
    leaves = _leaves(given)
    for key in guessed:
        if has_words(text := leaves.get(key, "")) and len(text) > known:
            return key, text
    found = [
        (key, text)
        for key, text in leaves.items()
        if len(text) > max(known, len(title)) and _is_long_arabic(text) and not _PAGE.match(text)
    ]
    if not found:
        return None
    best = max(found, key=lambda each: len(each[1]))  # the first of equally long ones
    guessed.append(best[0])
    return best


def _unused_text(given: _Fields, taken: object, used: Iterable[str], known: set[str]) -> str | None:
    """The key of a long Arabic text that is not in the article, and not ``known``; ``taken``: what its text was made of."""
    letters = ""
    for key, value in (*given.unknown(), *given.named("text"), *given.named("summary")):
        if value is taken or not isinstance(value, str) or len(value) < _LONG[1] or key in known:
            continue
        if not _is_long_arabic(value):
            continue
        letters = letters or "".join(_ARABIC.findall("".join(used)))
        if "".join(_ARABIC.findall(plain(storable(value))))[:_COMPARED] not in letters:
            return key
    return None


def _leaves(given: _Fields) -> dict[str, str]:
    """The strings under unknown keys, and in objects and lists where a text should be, by path; those of a list together."""
    leaves: dict[str, list[str]] = {}
    left = _MOST_LEAVES

    def walk(value: object, path: str, depth: int) -> None:
        nonlocal left
        left -= 1
        if left < 0 or depth == _DEEPEST_LEAF:
            return
        if isinstance(value, str):
            leaves.setdefault(path, []).append(value)
        elif isinstance(value, list):
            if not any(
                isinstance(item, dict) and _is_titled(item) for item in value
            ):  # else those are articles too
                for item in value:
                    walk(item, path, depth + 1)
        elif isinstance(value, dict):
            for key, item in value.items():
                if not is_other(key):
                    walk(item, f"{path}.{key}", depth + 1)

    for key, value in given.unknown():
        walk(value, key, 0)
    for key, value in given.named("text") if "text" not in given.chosen else ():
        if isinstance(value, dict | list):
            walk(value, key, 0)
    return {path: "\n".join(texts) for path, texts in leaves.items()}


def _is_titled(value: dict[str, object]) -> bool:
    return any(place.field == "title" for place in places_of(tuple(value), None))


def _is_long_arabic(text: str) -> bool:
    text = plain(text[:_LOOKED_AT])
    words = _ARABIC.findall(text)
    letters = sum(map(len, words))
    return len(words) >= _LONG[0] and letters >= _LONG[1] and letters > len(_OTHER_LETTERS.findall(text))


def _without_text(given: _Fields, title: str) -> Reason:
    """That a record has a title alone: whether there is something in it that may be its text."""
    lost = [
        key
        for key, text in _leaves(given).items()
        if len(text[:_LOOKED_AT].split()) >= _LOST and text.strip() != title
    ]
    if "text" in given.chosen and not given.named("text"):
        lost += [key for key, value in given._found.get("text", ()) if isinstance(value, str)]
    if lost:
        return Reason.of("text-missing", keys=_listed(lost))
    return Reason.of("title-only", keys=_listed(given.keys()))


def _published(given: _Fields, dates: str) -> tuple[datetime | None, list[Reason]]:
    """The moment of publication, and what is to be said where there is none, or where it was told from a bare number."""
    named = given.named("published")
    moment = next(filter(None, (_moment(value, dates) for _, value in named)), None)
    in_utc = next(filter(None, map(_moment, given.all("utc"))), None)
    if in_utc is not None:
        in_utc = in_utc.replace(tzinfo=in_utc.tzinfo or UTC)
    if moment is None:
        if in_utc is not None:
            return in_utc, []
        for key, value in named:
            if day := day_number(value):
                return day, [
                    Reason.of("day-number", key=_shown(key), value=str(value), day=f"{day:%Y-%m-%d}")
                ]
        return None, _undated(given, [*named, *given.named("utc")])
    if in_utc is None or moment.tzinfo is not None:
        return moment, []
    offset = moment - in_utc.astimezone(UTC).replace(tzinfo=None)
    if offset % timedelta(minutes=15) or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        return moment, []
    return moment.replace(tzinfo=timezone(offset) if offset else UTC), []


def _undated(given: _Fields, named: list[tuple[str, object]]) -> list[Reason]:
    """The value in a record without a date that looks like one."""
    for key, value in named:
        if not isinstance(value, bool) and (shown := _shown(_one_line(str(value)))):
            kind, values = why_unread(value)
            return [Reason.of(kind, key=_shown(key), value=shown, **values)]
    if "published" in given.chosen:
        return []
    for key, value in given.unknown():
        # Any number can be a moment; of a string that is read as a date nothing more is asked.
        written = isinstance(value, str) and len(value) < 100 and not value.strip().isdecimal()
        if not (written or is_date_name(key)) or isinstance(value, bool | list):
            continue
        if _moment(value) or (
            written and is_date_name(key, surely=True) and any(map(str.isdigit, str(value)))
        ):
            return [Reason.of("date-unnamed", key=_shown(key), value=_shown(_one_line(str(value))))]
    return []


def _shown(text: str, longest: int = 40) -> str:
    text = " ".join(storable(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _listed(keys: list[str]) -> str:
    keys = list(dict.fromkeys(map(_shown, keys)))
    return ", ".join(keys[:_KEYS_SHOWN]) + (", …" if len(keys) > _KEYS_SHOWN else "")


def _first(values: Iterable[object], understand: Callable[[object], _T]) -> _T | None:
    """What the first value with a meaning means; if none has, what is wrong with the first that is wrong."""
    wrong: Unreadable | None = None
    for value in values:
        try:
            if result := understand(value):
                return result
        except Unreadable as error:
            wrong = wrong or error
    if wrong:
        raise wrong
    return None


def _worded(text: str) -> str:
    return text if has_words(text) else ""


def _written(value: object, what: str, literal: bool = False) -> str:
    """The value of a title or text as plain text, one paragraph per line."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return storable(value) if literal else plain(storable(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        for key in _TEXTS:
            inner = value.get(key)
            if isinstance(inner, str):
                return without_tags(storable(inner)) if key in _HTML else _written(inner, what, literal)
            if isinstance(inner, dict | list) and inner:
                return _written(inner, what, literal)
        raise Unreadable("not-text", field=what, found=_kind(value))
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        try:
            texts = [_written(item, what, literal) for item in value]
        except Unreadable:
            raise Unreadable("not-text", field=what, found="list-of-objects") from None
        # Strings with objects between them are pieces of one text, in bold or with a link.
        pieces = {isinstance(item, dict) for item in value if item is not None} == {True, False}
        return ("" if pieces else "\n").join(texts)
    raise Unreadable(
        "not-text", field=what, found="list-of-objects" if isinstance(value, list) else _kind(value)
    )


def _who(value: object, literal: bool = False) -> str:
    """The value of a source or author as one line."""
    if isinstance(value, dict):
        return next(filter(None, (_line(value.get(key), literal) for key in _NAMES)), "")
    if isinstance(value, list):
        return "، ".join(filter(None, (_who(item, literal) for item in value if not isinstance(item, list))))
    if isinstance(value, str) and value.startswith("[") and _WRITTEN_LIST.fullmatch(value):
        return _who([one or other for one, other in _IN_QUOTES.findall(value)], literal)
    return _line(value, literal)


def _outlet(value: object, literal: bool = False) -> str:
    """The value of a source as one line; for an address, its host."""
    name = _who(value, literal)
    host = _HOST.match(name)
    return host[1] if host else name


def _line(value: object, literal: bool = False) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if not isinstance(value, str):
        return str(value)
    if not literal and ("&" in value or "<" in value):
        value = plain(storable(value))
    return "" if _is_nothing(value) else _one_line(value)


def _one_line(text: str) -> str:
    if text.isprintable():  # one line without anything odd, as nearly all are
        return text.strip()
    return " ".join(line.strip() for line in storable(text).splitlines() if line.strip())


def _identity(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("$oid", value.get("rendered"))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return usable_id(value)


def _address(value: object) -> str:
    if isinstance(value, dict):
        value = next((value[key] for key in _ADDRESSES if isinstance(value.get(key), str)), "")
    if isinstance(value, list):
        return next(filter(None, map(_address, value)), "")
    address = _line(value, literal=True)
    return "" if _NO_ADDRESS.match(address) else plain_address(address)


def _moment(value: object, dates: str = "") -> datetime | None:
    if isinstance(value, dict):
        value = next((value[key] for key in _MOMENTS if key in value), None)
        return _moment(value, dates) if not isinstance(value, list) else None
    if isinstance(value, list):
        return next(filter(None, (_moment(each, dates) for each in value[:_KEYS_SHOWN])), None)
    return parse_timestamp(value, dates)


def _kind(value: object) -> str:
    """JSON's name for what a value is."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "boolean" if isinstance(value, bool) else "number"
