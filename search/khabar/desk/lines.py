"""A desk as lines of JSON, for a backup or another machine.

Each line is an object. Its ``kind`` is ``star``, ``note`` or ``entry`` (of a list), with the article that it
is about; or ``list``, which comes before the entries of that list. Entries are in the order of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection
from typing import Any

import msgspec

from khabar.desk import statements
from khabar.desk.file import DeskFile
from khabar.desk.values import DeskArticle, DeskImport, Key, list_name, now
from khabar.errors import InvalidArgument, InvalidType
from khabar.spelling import replace_surrogates

__all__ = ["EntryLine", "ListLine", "NoteLine", "StarLine", "exported", "import_lines", "read_lines"]


class _Article(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """The article in a line that is about one."""

    id: str
    title: str = ""
    source: str = ""
    author: str = ""
    published: str | None = None
    url: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    archive: str = ""


class StarLine(_Article, frozen=True, kw_only=True, tag="star"):
    """An article with a star."""

    added: str = ""


class NoteLine(_Article, frozen=True, kw_only=True, tag="note"):
    """An article with a note."""

    text: str
    changed: str = ""


class ListLine(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="list", forbid_unknown_fields=True
):
    """A list."""

    name: str
    added: str = ""


class EntryLine(_Article, frozen=True, kw_only=True, tag="entry"):
    """An article in a list."""

    list: str
    added: str = ""


Line = StarLine | NoteLine | ListLine | EntryLine


def exported(at: Connection) -> list[dict[str, Any]]:
    """Everything on a desk, as the lines that :func:`read_lines` reads."""
    # Oldest first, so that they are in the same order on the desk that imports them.
    stars, notes = (reversed(statements.read(at, way)) for way in ("starred", "noted"))
    lines: list[Line] = [StarLine(**_fields(article), added=article.starred) for article in stars]
    lines += [NoteLine(**_fields(article), text=article.note, changed=article.noted) for article in notes]
    for saved in statements.lists(at):
        lines.append(ListLine(name=saved.name, added=saved.added))
        for article, added in statements.entries(at, statements.list_number(at, saved.name)):
            lines.append(EntryLine(**_fields(article), list=saved.name, added=added))
    return [msgspec.to_builtins(line) for line in lines]


def _fields(article: DeskArticle) -> dict[str, Any]:
    """The fields of an article in a line."""
    moment = article.published.isoformat() if article.published else None
    return {name: getattr(article, name) for name in _FIELDS} | {"published": moment}


def import_lines(file: DeskFile, lines: object) -> DeskImport:
    """Add lines to a desk: see :meth:`khabar.Desk.import_`."""
    counts = dict.fromkeys(("stars", "notes", "lists", "entries", "known"), 0)
    older: list[DeskArticle] = []
    # Read before the desk is locked, so that no other program waits for a slow pipe.
    read = list(read_lines("lines", lines))
    with file.changing(new=bool(read)) as at:
        for line in read:
            if isinstance(line, ListLine):
                new = statements.make_list(at, list_name("lines", line.name), line.added or now())
                counts["lists" if new else "known"] += 1
                continue
            article = _restored(line)
            key = article.id, article.archive
            statements.keep(at, article, fresh=False)
            if isinstance(line, StarLine):
                kind, new = "stars", statements.star(at, key, line.added or now())
            elif isinstance(line, NoteLine):
                kind, new = "notes", _import_note(at, key, line)
                if not new and statements.noted(at, key)[0] != _note_of(line):
                    older.append(article)
                    continue
            else:
                name = list_name("lines", line.list)
                statements.make_list(at, name, line.added or now())
                number = statements.list_number(at, name)
                kind, new = "entries", statements.add_entry(at, number, key, line.added or now())
            counts[kind if new else "known"] += 1
        statements.sweep(at)
    return DeskImport(**counts, older=tuple(older))


def _import_note(at: Connection, key: Key, line: NoteLine) -> bool:
    """Write a note, unless the desk has the same one, or a newer one."""
    text, changed = statements.noted(at, key)
    if _note_of(line) == text or (text and changed >= line.changed):
        return False
    statements.write_note(at, key, _note_of(line), line.changed or now())
    return True


def _note_of(line: NoteLine) -> str:
    return replace_surrogates(line.text).strip()


def _restored(line: StarLine | NoteLine | EntryLine) -> DeskArticle:
    """The article that a line is about."""
    if not line.id.strip():
        raise InvalidArgument("lines", line.id, "a line names no article")
    published = statements.moment(line.published or "")
    if line.published and published is None:
        raise InvalidArgument("lines", line.published, "it is not a time in ISO 8601")
    return DeskArticle(
        replace_surrogates(line.id),
        replace_surrogates(line.title),
        source=replace_surrogates(line.source),
        author=replace_surrogates(line.author),
        published=published,
        url=replace_surrogates(line.url),
        section=replace_surrogates(line.section),
        tags=tuple(map(replace_surrogates, line.tags)),
        archive=replace_surrogates(line.archive),
    )


def read_lines(name: str, lines: object) -> Iterator[Line]:
    """Read lines of JSON, or dicts. Empty lines are skipped.

    Args:
        name: name of the argument, for errors.
        lines: texts, bytes or dicts.

    Raises:
        InvalidArgument: if one is not understood; the message says which.
    """
    if isinstance(lines, str | bytes | Mapping) or not isinstance(lines, Iterable):
        raise InvalidType(name, lines, "several lines or dicts are required, such as an open file")
    for number, line in enumerate(lines, 1):
        if isinstance(line, str | bytes) and not line.strip():
            continue
        if number == 1 and isinstance(line, str):
            line = line.removeprefix("\ufeff")
        try:
            if isinstance(line, str | bytes):
                yield _JSON.decode(line)
            else:
                yield msgspec.convert(line, _KINDS)
        except (msgspec.DecodeError, UnicodeError) as error:
            reason = f"line {number} is not a line of a desk: {error}"
            raise InvalidArgument(name, line, reason) from error


_FIELDS = ("id", "title", "source", "author", "url", "section", "tags", "archive")
_KINDS: Any = Line
_JSON = msgspec.json.Decoder(_KINDS)
