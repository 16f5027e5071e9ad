"""Select the tables that contain articles in a file with several tables, and map their columns.

A key that `fields` maps may name a table before its column, as in SQL: ``text=news.body``. Then only the
named tables are read. Otherwise every table is read whose columns are those of articles, by the usual names
or by the mapping; a note lists the others. A database also contains users, tags and settings, which have an
id and a name too: see `is_table_of_articles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from khabar.corpus.formats.shapes import is_header, name_of, places_of
from khabar.corpus.records.fields import short_text
from khabar.corpus.records.keeping import typed
from khabar.corpus.records.values import usable_id

if TYPE_CHECKING:
    from khabar.corpus.pieces.content import Content, Draft

__all__ = ["fields_of", "in_table", "is_table_of_articles", "listed_tables", "named_in", "without_table"]

_TEXTS = ("title", "text", "paragraphs")
_BESIDE_TITLE = ("summary", "published", "utc", "url")
_NAME = name_of("name")
_MADE = frozenset(map(name_of, ("created_at", "created", "date_created")))
_SHOWN = 5


def named_in(fields: Mapping[str, str], tables: Iterable[str]) -> set[str]:
    """The tables that the keys of a mapping name."""
    keys = list(fields.values())
    return {name for name in tables if any(_column(key, name) for key in keys)}


def without_table(fields: Mapping[str, str], table: str) -> dict[str, str]:
    """The mapping for a table: its name is removed from the keys that begin with it."""
    return {name: _column(key, table) or key for name, key in fields.items()}


def fields_of(content: Content, table: str, columns: Sequence[str]) -> dict[str, str]:
    """The mapping for a table. Its columns count as found, even if no row has a value for them."""
    fields = without_table(content.fields, table)
    names = {name_of(column) for column in columns}
    for name, key in content.fields.items():
        has_column = fields[name] in columns or name_of(fields[name].partition(".")[0]) in names
        if option := typed(name, key):
            content.mapped[option] = content.mapped.get(option, False) or has_column
    return fields


def _column(key: str, table: str) -> str:
    """The column in a key that names this table; "" for any other key."""
    return key[len(table) + 1 :] if key.casefold().startswith(f"{table.casefold()}.") else ""


def is_table_of_articles(columns: Sequence[str], fields: Mapping[str, str]) -> bool:
    """Whether columns are those of articles.

    They are if a mapping names one of them for the title or the text; if one has a usual name of the text; or
    if one has a usual name of the title (but not «name»: users and tags have names) and another one of a
    summary, a date or an address. The date on which a row was created does not count: every table of a
    website has it.
    """
    names = {name_of(column) for column in columns}
    if any(field in _TEXTS and name_of(key.partition(".")[0]) in names for field, key in fields.items()):
        return True
    if not is_header(columns):
        return False
    places = [
        (place.field, name_of(place.key)) for place in places_of(tuple(columns), None) if not place.rest
    ]
    if any(field == "text" for field, _ in places):
        return True
    return any(field == "title" and name != _NAME for field, name in places) and any(
        field in _BESIDE_TITLE and name not in _MADE for field, name in places
    )


def in_table(draft: Draft, table: str) -> Draft:
    """A draft with the name of its table before its id, if it has one: ids are unique only in a table."""
    return replace(draft, id=usable_id(f"{table}/{draft.id}")) if draft.id else draft


def listed_tables(tables: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Tables with their columns, for messages: «news (id, body), users (name)»."""
    described = [
        f"{short_text(name)} ({', '.join(map(short_text, columns[:_SHOWN]))})" for name, columns in tables
    ]
    return ", ".join(described[:_SHOWN]) + (", …" if len(described) > _SHOWN else "")
