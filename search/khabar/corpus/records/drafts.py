"""From a record (a JSON object, a row of a table) to an article.

`khabar.corpus.formats.shapes` knows which key holds which field. With ``fields={"title": "hed"}`` the title
is read from ``hed`` and from nowhere else; ``fields={"text": "story.body"}`` looks into objects and lists.

What a field may hold is told by `khabar.corpus.records.values`, and what is a text under an unknown name by
`khabar.corpus.records.fields`. A summary or description is the text where there is no other. A record with a
title and no text is an article without paragraphs; one with a text and no title is titled by its first
sentence. Whatever is guessed here, and whatever may be lost, is in the notes of the draft.
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
from khabar.corpus.pieces.encoding import undone
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
from khabar.corpus.records.published import pass_published, pass_usable, published_of
from khabar.corpus.records.sections import language_and_place, section_and_tags
from khabar.corpus.records.values import (
    address_in,
    author_in,
    first_meant,
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
"""The fields of an article that ``fields=`` can map; ``paragraphs`` is another word for ``text``."""
_DEEPEST = 6
# How NewsAPI ends a text that it has cut.
_CUT = re.compile(r"(?<=[…\s])\s*\[\+(\d{1,7}) chars\]$")


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
            given = typed(name, key)
            if given and not self._mapped.get(given):
                self._mapped[given] = at_key(record, key) is not None
        mended = _decoded(record, 0)
        draft = draft_of_record(
            mended, self._fields, guessed=self._guessed, unused=self._unused, dates=self._dates
        )
        if mended is not record:
            draft = replace(draft, notes=(*draft.notes, Reason.of("encoded-twice")))
        return draft

    def drafts(self, numbered: Iterable[tuple[int | None, object]]) -> Iterator[Found]:
        """The article of each numbered record, or why it is none. (An `Unreadable` stays one.)"""
        for number, record in numbered:
            try:
                if isinstance(record, Unreadable):
                    raise record
                yield number, self.draft(record)
            except Unreadable as error:
                yield number, error


def _decoded(value: object, depth: int) -> object:
    """A value with its strings decoded once more, if they were encoded twice; else the value itself."""
    if isinstance(value, str):
        mended = undone(value)
        return value if mended == value else mended
    if depth == _DEEPEST or not isinstance(value, list | dict):
        return value
    inner = list(value.values() if isinstance(value, dict) else value)
    new = [_decoded(each, depth + 1) for each in inner]
    if all(one is other for one, other in zip(inner, new, strict=True)):
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
        fields: names of `FIELDS`, and the keys of the record that hold them.
        literal: whether texts are plain, without markup and entities.
        guessed: keys taken for the text in earlier records; new guesses are added.
        unused: keys of unused long texts that were reported for earlier records; new ones are added. None: do
            not report them.
        dates: order of dates in numbers, as for `khabar.corpus.dates.parse_timestamp`.

    Raises:
        Unreadable: the record is no object, holds no text, or holds something else where text should be.
        Aside: it is something else than a published article.
    """
    if not isinstance(record, dict):
        raise Unreadable("not-an-object", found=kind_of_json(record))
    if len(record) > MOST_KEYS:
        raise Unreadable("too-many-keys", limit=MOST_KEYS)
    pass_published(record)
    if (shape := shape_of(record)) is not None and shape.name == NINJS:
        record = plain_ninjs(record)
    if record.get("introtext") and record.get("fulltext") and not fields:
        # Joomla parts an article at «read more».
        record = {**record, "fulltext": [record["introtext"], record["fulltext"]], "introtext": ""}
    given = Fields(record, fields or {})
    for each in given.records:
        pass_usable(each)
    literal = literal or given.literal
    titles = given.all("title") or given.headlines()
    title = first_meant(titles, lambda value: worded(one_line(text_in(value, "title", literal))))
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
        id=first_meant(given.all("id"), id_in) or "",
        source=first_meant(given.all("source"), partial(outlet_in, literal=literal)) or body.source,
        author=first_meant(given.all("author"), partial(author_in, literal=literal)) or "",
        published=published,
        url=first_meant(given.all("url"), address_in) or "",
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
    """The pages that khabar wrote of an article, if its paragraphs are as they were."""
    pages, paragraphs = record.get("pages"), record.get("paragraphs")
    if not isinstance(pages, list) or paragraphs != list(lines) or len(pages) != len(lines):
        return ()
    return tuple(pages) if all(type(page) is int and page > 0 for page in pages) else ()


def _own_fields(record: dict[str, object]) -> Mapping[str, tuple[str, ...]]:
    """The free fields that khabar wrote of an article."""
    fields = record.get("fields")
    if not isinstance(fields, dict) or not fields:
        return NO_FIELDS
    chosen = {KEPT + field: key for key in fields if (field := usable_name(key))}
    return kept_of([fields], chosen, dict, literal=True)[0]


class _Text(NamedTuple):
    """The text of a record.

    Attributes:
        body: its paragraphs; None if there is none.
        source: the value that it was made of.
        clutter: lines that were left out of it, by category.
        notes: what was guessed.
        error: what is wrong with the field that should be the text.
    """

    body: Body | None
    source: object
    clutter: Counter[str]
    notes: list[Reason]
    error: Unreadable | None


def _text(given: Fields, title: str, literal: bool, guessed: list[str]) -> _Text:
    """The text of a record: a field of that name, a guess, or the summary."""
    clutter: Counter[str] = Counter()
    notes: list[Reason] = []
    source: object = None

    def taken_apart(value: object) -> Body:
        nonlocal source
        source = value
        body = body_of(text_in(value, "text", literal))
        clutter.update(body.clutter)
        return body

    wrong: Unreadable | None = None
    try:
        body = first_meant(given.all("text"), taken_apart)
    except Unreadable as error:
        body, wrong = None, error
    if not body and "text" not in given.chosen:
        body = first_meant(given.all("summary"), taken_apart)
        known = sum(map(len, body.lines)) if body else 0
        if found := guessed_text(given, title, known, guessed):
            key, text = found
            body = taken_apart(text)
            notes.append(Reason.of("text-guessed", key=short_text(key)))
        elif body and wrong:
            notes.append(Reason.of("text-unread", keys=listed([key for key, _ in given.named("text")])))
    return _Text(body, source, clutter, notes, wrong)
