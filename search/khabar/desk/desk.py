"""The desk: stars, notes and lists of articles of an index.

An article on the desk is known by its id, and by the name of its archive where several are searched as one.
Its title, source, author, date and address are copied, so that what is on the desk stays readable after the
article was removed from the index. All is in one SQLite file (:mod:`khabar.desk.file`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khabar.arguments import folder, lazily, optional, positive, takes, text
from khabar.desk import statements
from khabar.desk.file import DeskFile, desk_path
from khabar.desk.lines import exported, import_lines
from khabar.desk.values import (
    DeskArticle,
    DeskImport,
    DeskList,
    Named,
    Puttable,
    key_of,
    list_name,
    now,
    puttable,
    several,
)
from khabar.errors import InvalidArgument
from khabar.index.address import Address, Archives
from khabar.index.surrogates import replace_surrogates

if TYPE_CHECKING:
    from sqlite3 import Connection

    from khabar.library import Index

__all__ = ["Desk"]


class Desk:
    """The stars, notes and lists of an index. Safe to share between threads; several processes may change one
    desk at once. Nothing is written before the first star, note or list.

    Every call raises :class:`khabar.DeskError` if the file is damaged, of another program or of a later
    khabar, and :class:`khabar.SettingsUnavailable` if the system does not let it be read or written.

    Args:
        index: the index: open, or its folder or address, or those of several archives. Default: the default
            index. See :func:`khabar.desk_path` for where the desk is.
        file: the desk's file, in place of that of an index.

    Attributes:
        path: the desk's file, which need not exist.
    """

    @takes(file=optional(folder))
    def __init__(
        self,
        index: Index | Path | Address | Archives | str | None = None,
        *,
        file: str | Path | None = None,
    ) -> None:
        if file is None:
            # Of an open index its place.
            place: Any = getattr(index, "path", index)
            file = desk_path(place)
        self.path = Path(file)
        self._file = DeskFile(self.path)

    def __repr__(self) -> str:
        return f"<Desk {str(self.path)!r}>"

    def __iter__(self) -> Iterator[DeskArticle]:
        return iter(self.all())

    def all(self) -> tuple[DeskArticle, ...]:
        """Return every article with a star, a note or a place in a list, the last that something was done
        with first."""
        with self._file.reading() as at:
            return statements.read(at, "all")

    @takes(archive=text)
    def get(self, article: Named, *, archive: str = "") -> DeskArticle | None:
        """Return what the desk says of an article; None for nothing.

        Args:
            article: its id, or an article or hit.
            archive: name of its archive, if ``article`` does not say.
        """
        with self._file.reading() as at:
            found = statements.read(at, "one", *key_of("article", article, archive))
        return found[0] if found else None

    @takes(archive=text)
    def about(self, articles: Iterable[Named], *, archive: str = "") -> dict[tuple[str, str], DeskArticle]:
        """Return what the desk says of several articles, such as the hits on a page, by id and archive.
        Articles that are not on the desk are not among them.

        Args:
            articles: ids, articles or hits.
            archive: the archive of articles that do not name one.
        """
        keys = [key_of(f"articles[{number}]", each, archive) for number, each in enumerate(several(articles))]
        with self._file.reading() as at:
            return {key: found for key in keys for found in statements.read(at, "one", *key)}

    def starred(self) -> tuple[DeskArticle, ...]:
        """Return the articles with a star, the newest star first."""
        with self._file.reading() as at:
            return statements.read(at, "starred")

    def notes(self) -> tuple[DeskArticle, ...]:
        """Return the articles with a note, the one that was changed last first."""
        with self._file.reading() as at:
            return statements.read(at, "noted")

    def lists(self) -> tuple[DeskList, ...]:
        """Return the lists, in the order in which they were made."""
        with self._file.reading() as at:
            return statements.lists(at)

    @takes(name=text)
    def articles(self, name: str) -> tuple[DeskArticle, ...]:
        """Return the articles of a list, in its order.

        Args:
            name: name of the list.

        Raises:
            InvalidArgument: if there is no such list.
        """
        with self._file.reading() as at:
            return statements.read(at, "listed", statements.list_number(at, name))

    @takes(index=lazily("khabar.library", "Index"))
    def lost(self, articles: Iterable[DeskArticle], index: Index) -> frozenset[tuple[str, str]]:
        """Find the articles that are no longer in an index, by id and archive.

        Args:
            articles: articles of the desk.
            index: the index, open.
        """
        return frozenset((each.id, each.archive) for each in articles if each.id not in index)

    @takes(archive=text)
    def star(self, articles: Puttable | Iterable[Puttable], *, archive: str = "") -> int:
        """Give articles a star, and return how many had none.

        Args:
            articles: an article or hit, or several.
            archive: the archive of articles that do not name one.
        """
        given = puttable("articles", articles, archive)
        with self._file.changing() as at:
            _keep(at, given, articles)
            return sum(statements.star(at, (each.id, each.archive), now()) for each in given)

    @takes(archive=text)
    def unstar(self, articles: Named | Iterable[Named], *, archive: str = "") -> int:
        """Take the star from articles, and return how many had one.

        Args:
            articles: an id, article or hit, or several.
            archive: the archive of articles that do not name one.
        """
        keys = [key_of("articles", each, archive) for each in several(articles)]
        with self._file.changing(new=False) as at:
            gone = statements.drop_stars(at, keys)
            statements.sweep(at)
        return gone

    @takes(text=text, archive=text)
    def note(self, article: Puttable, text: str, *, archive: str = "") -> None:
        """Write a note about an article, in place of the one there was.

        Args:
            article: an article or hit.
            text: the note, of any length; "" removes it.
            archive: name of its archive, if ``article`` does not say.
        """
        given = puttable("article", [article], archive)
        with self._file.changing() as at:
            _keep(at, given, [article])
            written = replace_surrogates(text).strip()
            statements.write_note(at, (given[0].id, given[0].archive), written, now())
            statements.sweep(at)

    @takes(name=text)
    def add_list(self, name: str) -> None:
        """Make an empty list.

        Args:
            name: its name. Spaces at its ends do not count, several in a row are one.

        Raises:
            InvalidArgument: if the name is empty, or taken.
        """
        name = list_name("name", name)
        with self._file.changing() as at:
            if not statements.make_list(at, name, now()):
                raise InvalidArgument("name", name, f"there is a list «{name}» already; choose another name")

    @takes(name=text, new=text)
    def rename_list(self, name: str, new: str) -> None:
        """Give a list another name.

        Args:
            name: the name it has.
            new: the name to give.

        Raises:
            InvalidArgument: if there is no such list, or the new name is empty or taken.
        """
        new = list_name("new", new)
        with self._file.changing(new=False) as at:
            number = statements.list_number(at, name)
            if any(each.name == new for each in statements.lists(at)) and new != list_name("name", name):
                raise InvalidArgument("new", new, f"there is a list «{new}» already; choose another name")
            at.execute("UPDATE lists SET name = ? WHERE number = ?", [new, number])

    @takes(name=text)
    def delete_list(self, name: str) -> int:
        """Delete a list, and return how many articles were in it. Their stars and notes stay.

        Args:
            name: its name.

        Raises:
            InvalidArgument: if there is no such list.
        """
        with self._file.changing(new=False) as at:
            number = statements.list_number(at, name)
            gone = statements.drop_entries(at, number, statements.order_of(at, number))
            at.execute("DELETE FROM lists WHERE number = ?", [number])
            statements.sweep(at)
        return gone

    @takes(name=text, archive=text)
    def add_to(self, name: str, articles: Puttable | Iterable[Puttable], *, archive: str = "") -> int:
        """Add articles to the end of a list, and return how many were not in it. The list is made if there is
        none of this name.

        Args:
            name: name of the list.
            articles: an article or hit, or several.
            archive: the archive of articles that do not name one.

        Raises:
            InvalidArgument: if the name is empty.
        """
        name = list_name("name", name)
        given = puttable("articles", articles, archive)
        with self._file.changing() as at:
            statements.make_list(at, name, now())
            number = statements.list_number(at, name)
            _keep(at, given, articles)
            return sum(statements.add_entry(at, number, (each.id, each.archive), now()) for each in given)

    @takes(name=text, archive=text)
    def remove_from(self, name: str, articles: Named | Iterable[Named], *, archive: str = "") -> int:
        """Take articles out of a list, and return how many were in it. The list stays, even if it is empty.

        Args:
            name: name of the list.
            articles: an id, article or hit, or several.
            archive: the archive of articles that do not name one.

        Raises:
            InvalidArgument: if there is no such list.
        """
        keys = [key_of("articles", each, archive) for each in several(articles)]
        with self._file.changing(new=False) as at:
            gone = statements.drop_entries(at, statements.list_number(at, name), keys)
            statements.sweep(at)
        return gone

    @takes(name=text, place=positive, archive=text)
    def move(self, name: str, article: Named, place: int, *, archive: str = "") -> None:
        """Move an article to another place of its list.

        Args:
            name: name of the list.
            article: its id, or an article or hit.
            place: the place to move it to, from 1; a number that is too large means the end.
            archive: name of its archive, if ``article`` does not say.

        Raises:
            InvalidArgument: if there is no such list, or the article is not in it.
        """
        key = key_of("article", article, archive)
        with self._file.changing(new=False) as at:
            number = statements.list_number(at, name)
            order = statements.order_of(at, number)
            if key not in order:
                raise InvalidArgument("article", key[0], f"it is not in the list «{name}»")
            order.remove(key)
            order.insert(place - 1, key)
            statements.arrange(at, number, order)

    def export(self) -> Iterator[dict[str, Any]]:
        """Return everything on the desk as plain data, one dict for each star, note, list and entry of a
        list, for lines of JSON (:mod:`khabar.desk.lines`)."""
        with self._file.reading() as at:
            return iter(exported(at))

    def import_(self, lines: Iterable[str | bytes | dict[str, Any]]) -> DeskImport:
        """Add what was exported from a desk, all or nothing. What is there already is not added again, so
        importing twice changes nothing. Of two notes about an article, the newer one stays.

        Args:
            lines: lines of JSON, such as an open file; or the dicts of :meth:`export`.

        Raises:
            InvalidArgument: if a line is not understood; it says which.
        """
        return import_lines(self._file, lines)


def _keep(at: Connection, given: Iterable[DeskArticle], articles: object) -> None:
    """Keep what is known of articles. What was copied before takes the place of nothing."""
    for each, article in zip(given, several(articles), strict=True):
        statements.keep(at, each, fresh=not isinstance(article, DeskArticle))
