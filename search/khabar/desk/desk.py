"""The desk: stars, notes and lists of articles of an index.

An article on the desk is identified by its id and, where several archives are searched as one, by the name of
its archive. Its title, source, author, date and address are copied, so that the desk stays readable after an
article was removed from the index. Everything is in one SQLite file (:mod:`khabar.desk.file`).
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
from khabar.places import Address, Archives
from khabar.spelling import replace_surrogates

if TYPE_CHECKING:
    from sqlite3 import Connection

    from khabar.library import Index

__all__ = ["Desk"]


class Desk:
    """The stars, notes and lists of an index. Safe to share between threads; several processes may change one
    desk at once. Nothing is written before the first star, note or list.

    Every call raises :class:`khabar.DeskError` if the file is damaged or belongs to another program or a
    later khabar, and :class:`khabar.SettingsUnavailable` if the system does not allow reading or writing it.

    Args:
        index: the index: open, or its folder or address, or those of several archives. Default: the default
            index. See :func:`khabar.desk_path` for where the desk is.
        file: the file of the desk, instead of the one that belongs to an index.

    Attributes:
        path: the file of the desk; it may not exist yet.
    """

    @takes(file=optional(folder))
    def __init__(
        self,
        index: Index | Path | Address | Archives | str | None = None,
        *,
        file: str | Path | None = None,
    ) -> None:
        if file is None:
            place: Any = getattr(index, "path", index)  # the place of an index that is open
            file = desk_path(place)
        self.path = Path(file)
        self._file = DeskFile(self.path)

    def __repr__(self) -> str:
        return f"<Desk {str(self.path)!r}>"

    def __iter__(self) -> Iterator[DeskArticle]:
        return iter(self.all())

    def all(self) -> tuple[DeskArticle, ...]:
        """Return every article that has a star or a note or is in a list, the most recently changed first."""
        with self._file.reading() as at:
            return statements.read(at, "all")

    @takes(archive=text)
    def get(self, article: Named, *, archive: str = "") -> DeskArticle | None:
        """Return an article with its star, note and lists, or None if it is not on the desk.

        Args:
            article: its id, or an article or hit.
            archive: name of its archive, if ``article`` does not say.
        """
        with self._file.reading() as at:
            found = statements.read(at, "one", *key_of("article", article, archive))
        return found[0] if found else None

    @takes(archive=text)
    def about(self, articles: Iterable[Named], *, archive: str = "") -> dict[tuple[str, str], DeskArticle]:
        """Return several articles, such as the hits on a page, with their stars, notes and lists, by id and
        archive. Articles that are not on the desk are left out.

        Args:
            articles: ids, articles or hits.
            archive: the archive of articles that do not name one.
        """
        keys = [
            key_of(f"articles[{number}]", article, archive)
            for number, article in enumerate(several(articles))
        ]
        with self._file.reading() as at:
            return {key: found for key in keys for found in statements.read(at, "one", *key)}

    def starred(self) -> tuple[DeskArticle, ...]:
        """Return the articles with a star, the newest star first."""
        with self._file.reading() as at:
            return statements.read(at, "starred")

    def notes(self) -> tuple[DeskArticle, ...]:
        """Return the articles with a note, the most recently changed note first."""
        with self._file.reading() as at:
            return statements.read(at, "noted")

    def lists(self) -> tuple[DeskList, ...]:
        """Return the lists, oldest first."""
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
        """Return the id and archive of each article that is no longer in an index.

        Args:
            articles: articles of the desk.
            index: the index, open.
        """
        return frozenset((article.id, article.archive) for article in articles if article.id not in index)

    @takes(archive=text)
    def star(self, articles: Puttable | Iterable[Puttable], *, archive: str = "") -> int:
        """Give articles a star, and return how many had none.

        Args:
            articles: an article or hit, or several.
            archive: the archive of articles that do not name one.
        """
        copies = puttable("articles", articles, archive)
        with self._file.changing() as at:
            _keep(at, copies, articles)
            return sum(statements.star(at, (copy.id, copy.archive), now()) for copy in copies)

    @takes(archive=text)
    def unstar(self, articles: Named | Iterable[Named], *, archive: str = "") -> int:
        """Remove the star from articles, and return how many had one.

        Args:
            articles: an id, article or hit, or several.
            archive: the archive of articles that do not name one.
        """
        keys = [key_of("articles", each, archive) for each in several(articles)]
        with self._file.changing(new=False) as at:
            removed = statements.drop_stars(at, keys)
            statements.sweep(at)
        return removed

    @takes(text=text, archive=text)
    def note(self, article: Puttable, text: str, *, archive: str = "") -> None:
        """Write a note about an article, replacing the one it had.

        Args:
            article: an article or hit.
            text: the note, of any length; "" removes it.
            archive: name of its archive, if ``article`` does not say.
        """
        copies = puttable("article", [article], archive)
        with self._file.changing() as at:
            _keep(at, copies, [article])
            storable = replace_surrogates(text).strip()
            statements.write_note(at, (copies[0].id, copies[0].archive), storable, now())
            statements.sweep(at)

    @takes(name=text)
    def add_list(self, name: str) -> None:
        """Create an empty list.

        Args:
            name: its name. Spaces at its ends are dropped; several in a row count as one.

        Raises:
            InvalidArgument: if the name is empty, or taken.
        """
        name = list_name("name", name)
        with self._file.changing() as at:
            if not statements.make_list(at, name, now()):
                raise InvalidArgument("name", name, f"there is already a list «{name}»; choose another name")

    @takes(name=text, new=text)
    def rename_list(self, name: str, new: str) -> None:
        """Rename a list.

        Args:
            name: its present name.
            new: its new name.

        Raises:
            InvalidArgument: if there is no such list, or the new name is empty or taken.
        """
        new = list_name("new", new)
        with self._file.changing(new=False) as at:
            number = statements.list_number(at, name)
            if any(other.name == new for other in statements.lists(at)) and new != list_name("name", name):
                raise InvalidArgument("new", new, f"there is already a list «{new}»; choose another name")
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
            removed = statements.drop_entries(at, number, statements.order_of(at, number))
            at.execute("DELETE FROM lists WHERE number = ?", [number])
            statements.sweep(at)
        return removed

    @takes(name=text, archive=text)
    def add_to(self, name: str, articles: Puttable | Iterable[Puttable], *, archive: str = "") -> int:
        """Add articles to the end of a list, and return how many were not in it. The list is created if there
        is none of this name.

        Args:
            name: name of the list.
            articles: an article or hit, or several.
            archive: the archive of articles that do not name one.

        Raises:
            InvalidArgument: if the name is empty.
        """
        name = list_name("name", name)
        copies = puttable("articles", articles, archive)
        with self._file.changing() as at:
            statements.make_list(at, name, now())
            number = statements.list_number(at, name)
            _keep(at, copies, articles)
            return sum(statements.add_entry(at, number, (copy.id, copy.archive), now()) for copy in copies)

    @takes(name=text, archive=text)
    def remove_from(self, name: str, articles: Named | Iterable[Named], *, archive: str = "") -> int:
        """Remove articles from a list, and return how many were in it. The list stays, even if it is empty.

        Args:
            name: name of the list.
            articles: an id, article or hit, or several.
            archive: the archive of articles that do not name one.

        Raises:
            InvalidArgument: if there is no such list.
        """
        keys = [key_of("articles", each, archive) for each in several(articles)]
        with self._file.changing(new=False) as at:
            removed = statements.drop_entries(at, statements.list_number(at, name), keys)
            statements.sweep(at)
        return removed

    @takes(name=text, place=positive, archive=text)
    def move(self, name: str, article: Named, place: int, *, archive: str = "") -> None:
        """Move an article to another place in a list.

        Args:
            name: name of the list.
            article: its id, or an article or hit.
            place: its new place, counted from 1; a number that is too large means the end.
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
        list, to be written as lines of JSON (:mod:`khabar.desk.lines`)."""
        with self._file.reading() as at:
            return iter(exported(at))

    def import_(self, lines: Iterable[str | bytes | dict[str, Any]]) -> DeskImport:
        """Add what was exported from a desk, all of it or, if a line is not understood, nothing. What is on
        this desk already is not added again, so importing twice changes nothing. Of two notes about an
        article, the newer one stays.

        Args:
            lines: lines of JSON, such as an open file; or the dicts of :meth:`export`.

        Raises:
            InvalidArgument: if a line is not understood; the message says which.
        """
        return import_lines(self._file, lines)


def _keep(at: Connection, copies: Iterable[DeskArticle], articles: object) -> None:
    """Keep copies of articles. A copy that came from a desk does not replace one that is there."""
    for copy, article in zip(copies, several(articles), strict=True):
        statements.keep(at, copy, fresh=not isinstance(article, DeskArticle))
