"""From a record (a JSON object, a row of a table) to an article.

`khabar.corpus.formats.shapes` tells which key names which field. With ``fields={"title": "hed"}`` the title
is read from ``hed`` and from nowhere else; ``fields={"text": "story.body"}`` looks into objects and lists.

`khabar.corpus.records.values` converts the values, and `khabar.corpus.records.fields` finds a text under an
unknown name. A summary or description serves as the text if there is no other. A record with a title and no
text becomes an article without paragraphs; one with a text and no title gets its first sentence as the title.
The notes of the draft say what was guessed, and what may be lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from khabar.corpus.formats.field_names import NINJS
from khabar.corpus.formats.shapes import shape_of
from khabar.corpus.kept_fields import NO_FIELDS, usable_name
from khabar.corpus.pieces.content import Draft
from khabar.corpus.pieces.encoded_again import undone
from khabar.corpus.reasons import Reason
from khabar.corpus.records.fields import (
    Fields,
    at_key,
    guessed_text,
    listed,
    short_text,
    unused_text,
    without_text,
)
from khabar.corpus.records.keeping import KEPT, kept_of, typed
from khabar.corpus.records.lists import MOST_KEYS
from khabar.corpus.records.ninjs import plain_ninjs
from khabar.corpus.records.published import check_published, check_usable, published_of
from khabar.corpus.records.sections import language_and_place, section_and_tags
from khabar.corpus.records.values import (
    address_in,
    author_in,
    first_meaning,
    id_in,
    kind_of_json,
    one_line,
    outlet_in,
    text_in,
    worded,
)
from khabar.corpus.report import Unreadable
from khabar.corpus.text.paragraphs import Body, body_of, headline_place, title_from

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Found

__all__ = ["FIELDS", "Records", "draft_of_record"]

FIELDS = (
    *("id", "title", "text", "source", "author", "published", "url", "section", "tags", "language", "place"),
)
"""The fields of an article that ``fields=`` can map; ``paragraphs`` is a synonym of ``text``."""
_DEEPEST = 6
# The end of a text that NewsAPI has cut.
_ESCAPED_BREAK = re.compile(r"(?<!\\)(?:\\r)?\\n(?![A-Za-z])")
_FEWEST_BREAKS = 3
"""Minimum number of escaped line ends in a text that has others."""
_CUT = re.compile(r"(?<=[…\s])\s*\[\+(\d{1,7}) chars\]$")


class Records:
    """The records of one file.

    Args:
        fields: the keys of a record by names of `FIELDS`.
        mapped: whether a record had the key, for each of these as ``NAME=KEY``; filled during the reading.
        dates: the order of numeric dates, as for `khabar.corpus.dates.parse_timestamp`.
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
            option = typed(name, key)
            if option and not self._mapped.get(option):
                self._mapped[option] = at_key(record, key) is not None
        decoded = _decoded(record, 0)
        draft = draft_of_record(
            decoded, self._fields, guessed=self._guessed, unused=self._unused, dates=self._dates
        )
        if decoded is not record:
            draft = replace(draft, notes=(*draft.notes, Reason.of("encoded-twice")))
        return draft

    def drafts(self, numbered: Iterable[tuple[int | None, object]]) -> Iterator[Found]:
        """The article of each numbered record, or the reason why it is none; an `Unreadable` is passed on."""
        for number, record in numbered:
            try:
                if isinstance(record, Unreadable):
                    raise record
                yield number, self.draft(record)
            except Unreadable as error:
                yield number, error


def _decoded(value: object, depth: int) -> object:
    """A value whose strings are decoded once more if they were encoded twice; else the same object."""
    if isinstance(value, str):
        decoded = undone(value)
        return value if decoded == value else decoded
    if depth == _DEEPEST or not isinstance(value, list | dict):
        return value
    items = list(value.values() if isinstance(value, dict) else value)
    new = [_decoded(item, depth + 1) for item in items]
    if all(one is other for one, other in zip(items, new, strict=True)):
        return value
    return dict(zip(value, new, strict=True)) if isinstance(value, dict) else new


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
        fields: the keys of the record by names of `FIELDS`.
        literal: whether texts are plain, without markup and entities.
        guessed: keys taken for the text in earlier records; new guesses are added.
        unused: keys of unused long texts that were reported for earlier records; new ones are added. None: do
            not report them.
        dates: the order of numeric dates, as for `khabar.corpus.dates.parse_timestamp`.

    Raises:
        Unreadable: the record is not an object, has no text, or has something else in place of the text.
        Aside: the record is not a published article.
    """
    if not isinstance(record, dict):
        raise Unreadable("not-an-object", found=kind_of_json(record))
    if len(record) > MOST_KEYS:
        raise Unreadable("too-many-keys", limit=MOST_KEYS)
    check_published(record)
    if (shape := shape_of(record)) is not None and shape.name == NINJS:
        record = plain_ninjs(record)
    if record.get("introtext") and record.get("fulltext") and not fields:
        # Joomla splits an article at «read more».
        record = {**record, "fulltext": [record["introtext"], record["fulltext"]], "introtext": ""}
    given = Fields(record, fields or {})
    for part in given.records:
        check_usable(part)
    literal = literal or given.literal
    titles = given.all("title") or given.headlines()
    title = first_meaning(titles, lambda value: worded(one_line(text_in(value, "title", literal))))
    text = _text(given, title or "", literal, [] if guessed is None else guessed)
    body, notes = text.body, text.notes
    if not body and text.error:
        raise text.error
    if not title and not body:
        keys = listed(given.keys())
        raise Unreadable("no-title-or-text", keys=keys) if keys else Unreadable("empty-record")
    if not body:
        notes.append(without_text(given, title or ""))
    elif body.lines and body.lines[-1].endswith(" chars]") and (cut := _CUT.search(body.lines[-1])):
        body = replace(body, lines=(*body.lines[:-1], body.lines[-1][: cut.start()]))
        notes.append(Reason.of("text-cut", left=int(cut[1])))
    if (
        body
        and unused is not None
        and (other := unused_text(given, text.source, (title or "", *body.lines), unused))
    ):
        unused.add(other)
        notes.append(Reason.of("text-unused", key=short_text(other)))
    published, note = published_of(given, dates)
    notes += note
    body = body or Body(())
    section, tags = section_and_tags(given, literal)
    language, place = language_and_place(given, literal)
    kept, lost = kept_of(given.records, given.chosen, given.rest, literal)
    notes += lost
    if given.own and not kept:
        kept = _own_fields(record)
    return Draft(
        title=title or title_from(body.lines[headline_place(body.lines)]),
        paragraphs=body.lines,
        id=first_meaning(given.all("id"), id_in) or "",
        source=first_meaning(given.all("source"), partial(outlet_in, literal=literal)) or body.source,
        author=first_meaning(given.all("author"), partial(author_in, literal=literal)) or "",
        published=published,
        url=first_meaning(given.all("url"), address_in) or "",
        section=section,
        tags=tags,
        language=language,
        place=place,
        pages=_own_pages(record, body.lines) if given.own else (),
        fields=kept,
        clutter=text.clutter,
        notes=tuple(notes),
    )


def _own_pages(record: dict[str, object], lines: tuple[str, ...]) -> tuple[int, ...]:
    """The pages in a record that khabar wrote, if its paragraphs are unchanged."""
    pages, paragraphs = record.get("pages"), record.get("paragraphs")
    if not isinstance(pages, list) or paragraphs != list(lines) or len(pages) != len(lines):
        return ()
    return tuple(pages) if all(type(page) is int and page > 0 for page in pages) else ()


def _own_fields(record: dict[str, object]) -> Mapping[str, tuple[str, ...]]:
    """The kept fields in a record that khabar wrote."""
    fields = record.get("fields")
    if not isinstance(fields, dict) or not fields:
        return NO_FIELDS
    chosen = {KEPT + field: key for key in fields if (field := usable_name(key))}
    return kept_of([fields], chosen, dict, literal=True)[0]


def _with_breaks(text: str) -> str:
    """A text with line ends where a program wrote «\\n» for them, as for a text that was escaped twice."""
    if "\\n" not in text or ("\n" in text and text.count("\\n") < _FEWEST_BREAKS):
        return text
    return _ESCAPED_BREAK.sub("\n", text)


class _Text(NamedTuple):
    """The text of a record.

    Attributes:
        body: its paragraphs; None if there is none.
        source: the value that it comes from.
        clutter: the number of clutter lines, by category.
        notes: what was guessed.
        error: why the field that should be the text is not text.
    """

    body: Body | None
    source: object
    clutter: Counter[str]
    notes: list[Reason]
    error: Unreadable | None


def _text(given: Fields, title: str, literal: bool, guessed: list[str]) -> _Text:
    """Find the text of a record: a field with a name for the text, a guess, or the summary."""
    clutter: Counter[str] = Counter()
    notes: list[Reason] = []
    source: object = None

    def body_in(value: object) -> Body:
        nonlocal source
        source = value
        body = body_of(_with_breaks(text_in(value, "text", literal)))
        clutter.update(body.clutter)
        return body

    text_error: Unreadable | None = None
    try:
        body = first_meaning(given.all("text"), body_in)
    except Unreadable as error:
        body, text_error = None, error
    if not body and "text" not in given.chosen:
        body = first_meaning(given.all("summary"), body_in)
        summary_length = sum(map(len, body.lines)) if body else 0
        if guess := guessed_text(given, title, summary_length, guessed):
            key, text = guess
            body = body_in(text)
            notes.append(Reason.of("text-guessed", key=short_text(key)))
        elif body and text_error:
            notes.append(Reason.of("text-unread", keys=listed([key for key, _ in given.named("text")])))
    return _Text(body, source, clutter, notes, text_error)
