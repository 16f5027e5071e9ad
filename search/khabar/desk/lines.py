"""A desk as lines of JSON, for a backup or another machine.

A line is an object. Its ``kind`` is ``star``, ``note`` or ``entry`` (of a list), each with the article that
it is about; or ``list``, which comes before the entries of that list. The order of entries is that of the
lines.
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
from khabar.index.surrogates import replace_surrogates

__all__ = ["EntryLine", "ListLine", "NoteLine", "StarLine", "exported", "import_lines", "read_lines"]


class _Article(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """What every line about an article says of it."""

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
    """What is on a desk, as the lines that :func:`read_lines` reads."""
    # In the order in which they were made, so that another desk has them in the same one.
    stars, notes = (reversed(statements.read(at, way)) for way in ("starred", "noted"))
    lines: list[Line] = [StarLine(**_copied(each), added=each.starred) for each in stars]
    lines += [NoteLine(**_copied(each), text=each.note, changed=each.noted) for each in notes]
    for saved in statements.lists(at):
        lines.append(ListLine(name=saved.name, added=saved.added))
        for each, added in statements.entries(at, statements.list_number(at, saved.name)):
            lines.append(EntryLine(**_copied(each), list=saved.name, added=added))
    return [msgspec.to_builtins(line) for line in lines]


def _copied(article: DeskArticle) -> dict[str, Any]:
    """What a line says of its article."""
    moment = article.published.isoformat() if article.published else None
    return {name: getattr(article, name) for name in _COPIED} | {"published": moment}


def import_lines(file: DeskFile, lines: object) -> DeskImport:
    """Add what lines say to a desk: see :meth:`khabar.Desk.import_`."""
    counts = dict.fromkeys(("stars", "notes", "lists", "entries", "known"), 0)
    older: list[DeskArticle] = []
    # Read first: nobody waits for a pipe while the desk is held.
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
                if not new and statements.noted(at, key)[0] != _written(line):
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
    """Write a note, unless the desk has it, or a newer one."""
    text, changed = statements.noted(at, key)
    if _written(line) == text or (text and changed >= line.changed):
        return False
    statements.write_note(at, key, _written(line), line.changed or now())
    return True


def _written(line: NoteLine) -> str:
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
    """The values that lines of JSON, or dicts, stand for; empty lines are none.

    Args:
        name: of the argument that they were given as.
        lines: texts, bytes or dicts.

    Raises:
        InvalidArgument: if one is not understood; it says which.
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


_COPIED = ("id", "title", "source", "author", "url", "section", "tags", "archive")
_KINDS: Any = Line
_JSON = msgspec.json.Decoder(_KINDS)
