"""The known indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render.blocks import Block, Facts, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import counted, joined, say
from khabar.render.text import date_here, size
from khabar.render.view import Record, View
from khabar.serialize import Serializable
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["IndexesView", "KnownIndex"]


class KnownIndex(Serializable, msgspec.Struct, frozen=True):
    """A known index.

    Attributes:
        name: the text that ``--index`` accepts: its name in the settings, or that of its folder in
            ``indexes/`` or in the user's data folder; else its place.
        place: its folder or address, or those of several.
        members: the names of the archives in a set.
        articles: the number of its articles; None if it cannot be opened.
        updated: the time of its last commit, in ISO 8601, UTC.
        size: its size on disk in bytes.
        default: whether commands without ``--index`` use it.
        problem: why it cannot be opened; "" if it can.
    """

    name: str
    place: str
    members: Sequence[str] = ()
    articles: int | None = None
    updated: str = ""
    size: int | None = None
    default: bool = False
    problem: str = ""


class IndexesView(View, frozen=True):
    """The known indexes."""

    indexes: Sequence[KnownIndex]
    title = "khabar indexes"

    def record(self) -> Record:
        return {"indexes": [index.to_dict() for index in self.indexes]}

    def rows(self) -> Iterable[Mapping[str, Any]]:
        return (index.to_dict() for index in self.indexes)

    def table(self) -> Iterable[Mapping[str, Any]]:
        return ({**index.to_dict(), "members": "; ".join(index.members)} for index in self.indexes)

    def lines(self, language: str = "en") -> Iterator[str]:
        """One line per index, separated by tabs: a star for the default, name, articles, last commit, size,
        place and problem."""
        for index in self.indexes:
            columns = (
                "*" if index.default else "",
                index.name,
                "" if index.articles is None else str(index.articles),
                index.updated,
                "" if index.size is None else size(index.size),
                index.place,
                index.problem,
            )
            yield "\t".join(map(printable, columns))

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("known indexes", look.language), self._blocks(look.language), look)

    def complaint(self, look: Look) -> str:
        return "" if self.indexes else say("no indexes", look.language)

    def _blocks(self, language: str) -> Iterator[Block]:
        for index in self.indexes:
            heading = index.name or index.place
            rows = [(say("place", language), index.place)]
            if index.members:
                rows.append((say("archives", language), joined(index.members, language)))
            if index.articles is not None:
                rows.append((say("articles", language), f"{index.articles:,}"))
                rows.append((say("updated", language), date_here(index.updated)))
                rows.append((say("size", language), size(index.size or 0, language)))
            yield Facts(f"{heading} ({say('is default', language)})" if index.default else heading, rows)
            if index.problem:
                yield Note(index.problem, "bad")
        if self.indexes:
            count = counted(len(self.indexes), "index", language)
            yield Note(say("use index", language, count=count), "faint")
