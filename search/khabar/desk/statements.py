"""The SQL statements of a desk. Each function takes the connection of a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from sqlite3 import Connection

from khabar.desk.values import DeskArticle, DeskList, Key
from khabar.errors import InvalidArgument

__all__ = [
    "add_entry",
    "arrange",
    "drop_entries",
    "drop_stars",
    "entries",
    "keep",
    "list_number",
    "lists",
    "make_list",
    "moment",
    "noted",
    "order_of",
    "read",
    "star",
    "sweep",
    "write_note",
]

_READ = """
SELECT articles.id, title, source, author, published, url, section, tags, articles.archive,
    ifnull(stars.added, '') AS starred, ifnull(notes.text, '') AS note, ifnull(notes.changed, '') AS noted,
    ifnull((SELECT max(added) FROM entries AS e WHERE e.id = articles.id AND e.archive = articles.archive),
        '') AS listed,
    articles.rowid AS newest
FROM articles
LEFT JOIN stars ON stars.id = articles.id AND stars.archive = articles.archive
LEFT JOIN notes ON notes.id = articles.id AND notes.archive = articles.archive
"""
#: The ways to read articles: which ones, and in which order.
_WAYS = {
    "all": "ORDER BY max(starred, noted, listed) DESC, newest DESC",
    "one": "WHERE articles.id = ? AND articles.archive = ?",
    "starred": "WHERE stars.number NOT NULL ORDER BY stars.number DESC",
    "noted": "WHERE notes.number NOT NULL ORDER BY notes.number DESC",
    "listed": "JOIN entries AS listing ON listing.id = articles.id AND listing.archive = articles.archive "
    "WHERE list = ? ORDER BY place",
}
_LISTS = "SELECT name FROM entries JOIN lists ON list = number WHERE id = ? AND archive = ? ORDER BY number"


def read(at: Connection, way: str, *values: object) -> tuple[DeskArticle, ...]:
    """Articles of the desk.

    Args:
        at: the connection.
        way: ``all``, most recently changed first; ``one``, by id and archive; ``starred`` or ``noted``,
            newest first; ``listed``, by the number of a list, in its order.
        values: the values that the way needs: an id and an archive, or a number.
    """
    return tuple(
        DeskArticle(
            identity,
            title,
            source=source,
            author=author,
            published=moment(published),
            url=url,
            section=section,
            # A tag can contain any character but a line end.
            tags=tuple(filter(None, tags.split("\n"))),
            archive=archive,
            starred=starred,
            note=note,
            noted=noted,
            lists=tuple(name for (name,) in at.execute(_LISTS, [identity, archive])),
        )
        for identity, title, source, author, published, url, section, tags, *others in at.execute(
            _READ + _WAYS[way], values
        ).fetchall()
        for archive, starred, note, noted, *_ in [others]
    )


def moment(text: str) -> datetime | None:
    """The time that a text in ISO 8601 names, or None if it names none."""
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None


def keep(at: Connection, article: DeskArticle, *, fresh: bool) -> None:
    """Keep a copy of an article; if ``fresh``, replace the copy that the desk has."""
    values = {
        "published": article.published.isoformat() if article.published else "",
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "url": article.url,
        "section": article.section,
        "tags": "\n".join(" ".join(tag.split()) for tag in article.tags),
    }
    renewed = ", ".join(f"{name} = excluded.{name}" for name in values)
    at.execute(
        f"INSERT INTO articles (id, archive, {', '.join(values)}) VALUES (?, ?{', ?' * len(values)}) "
        f"ON CONFLICT DO {f'UPDATE SET {renewed}' if fresh else 'NOTHING'}",
        [article.id, article.archive, *values.values()],
    )


def star(at: Connection, key: Key, added: str) -> bool:
    """Give an article a star; False if it has one already."""
    done = at.execute("INSERT OR IGNORE INTO stars (id, archive, added) VALUES (?, ?, ?)", [*key, added])
    return done.rowcount > 0


def drop_stars(at: Connection, keys: Iterable[Key]) -> int:
    """Remove stars, and return how many there were."""
    return sum(at.execute("DELETE FROM stars WHERE id = ? AND archive = ?", key).rowcount for key in keys)


def noted(at: Connection, key: Key) -> tuple[str, str]:
    """The note about an article, and when it was last changed; both "" if there is none."""
    row = at.execute("SELECT text, changed FROM notes WHERE id = ? AND archive = ?", key).fetchone()
    return row or ("", "")


def write_note(at: Connection, key: Key, text: str, changed: str) -> None:
    """Write a note, replacing the one there was; "" removes it."""
    at.execute("DELETE FROM notes WHERE id = ? AND archive = ?", key)
    if text:
        at.execute(
            "INSERT INTO notes (id, archive, text, changed) VALUES (?, ?, ?, ?)", [*key, text, changed]
        )


def lists(at: Connection) -> tuple[DeskList, ...]:
    """The lists, oldest first."""
    rows = at.execute(
        "SELECT name, (SELECT count(*) FROM entries WHERE list = number), added FROM lists ORDER BY number"
    )
    return tuple(DeskList(*row) for row in rows)


def list_number(at: Connection, name: str) -> int:
    """The number of a list.

    Raises:
        InvalidArgument: if there is none of this name.
    """
    row = at.execute("SELECT number FROM lists WHERE name = ?", [" ".join(name.split())]).fetchone()
    if row is None:
        names = [known.name for known in lists(at)]
        there = ", ".join(f"«{known}»" for known in names) or "none"
        reason = f"there is no list «{name}» (there are: {there})"
        raise InvalidArgument("name", name, reason, "choice", names)
    return int(row[0])


def make_list(at: Connection, name: str, added: str) -> bool:
    """Create a list; False if there is one of this name."""
    done = at.execute("INSERT OR IGNORE INTO lists (name, added) VALUES (?, ?)", [name, added])
    return done.rowcount > 0


def entries(at: Connection, number: int) -> list[tuple[DeskArticle, str]]:
    """The articles of a list, each with the time at which it was added."""
    rows = at.execute("SELECT added FROM entries WHERE list = ? ORDER BY place", [number])
    return list(zip(read(at, "listed", number), (added for (added,) in rows), strict=True))


def add_entry(at: Connection, number: int, key: Key, added: str) -> bool:
    """Put an article at the end of a list; False if the list has it already."""
    done = at.execute(
        "INSERT OR IGNORE INTO entries (list, id, archive, place, added) "
        "SELECT ?, ?, ?, ifnull(max(place), 0) + 1, ? FROM entries WHERE list = ?",
        [number, *key, added, number],
    )
    return done.rowcount > 0


def drop_entries(at: Connection, number: int, keys: Iterable[Key]) -> int:
    """Remove articles from a list, and return how many were in it."""
    statement = "DELETE FROM entries WHERE list = ? AND id = ? AND archive = ?"
    return sum(at.execute(statement, [number, *key]).rowcount for key in keys)


def order_of(at: Connection, number: int) -> list[Key]:
    """The articles of a list, in its order."""
    return list(at.execute("SELECT id, archive FROM entries WHERE list = ? ORDER BY place", [number]))


def arrange(at: Connection, number: int, keys: Iterable[Key]) -> None:
    """Put the articles of a list in another order."""
    at.executemany(
        "UPDATE entries SET place = ? WHERE list = ? AND id = ? AND archive = ?",
        [(place, number, *key) for place, key in enumerate(keys, 1)],
    )


def sweep(at: Connection) -> None:
    """Delete the copies of articles that have no star or note and are in no list."""
    about = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.id = articles.id AND t.archive = articles.archive)"
        for table in ("stars", "notes", "entries")
    )
    at.execute(f"DELETE FROM articles WHERE {about}")
