"""The known indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render.blocks import Block, Facts, Note, blocks_page, blocks_view
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.render.text import date_here, size
from khabar.render.view import Record, View
from khabar.serialize import Serializable
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["IndexesView", "KnownIndex"]


class KnownIndex(Serializable, msgspec.Struct, frozen=True):
    """An index that is known.

    Attributes:
        name: by which ``--index`` takes it, if it is of the settings; else the name of its folder.
        place: its folder or address, or those of several.
        members: of a set the names of the archives in it.
        articles: how many it holds; None if it cannot be opened.
        updated: its last commit, in ISO form, UTC.
        size: bytes on disk.
        default: whether it is the one that commands use without ``--index``.
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
    """The indexes that are known."""

    indexes: Sequence[KnownIndex]
    title = "khabar indexes"

    def record(self) -> Record:
        return {"indexes": [each.to_dict() for each in self.indexes]}

    def rows(self) -> Iterable[Mapping[str, Any]]:
        return (each.to_dict() for each in self.indexes)

    def table(self) -> Iterable[Mapping[str, Any]]:
        return ({**each.to_dict(), "members": "; ".join(each.members)} for each in self.indexes)

    def lines(self, language: str = "en") -> Iterator[str]:
        """A line for each, parted by tabs: a star for the default, name, articles, last commit, size, place,
        and what is wrong with it."""
        for each in self.indexes:
            columns = (
                "*" if each.default else "",
                each.name,
                "" if each.articles is None else str(each.articles),
                each.updated,
                "" if each.size is None else size(each.size),
                each.place,
                each.problem,
            )
            yield "\t".join(map(printable, columns))

    def rich(self, look: Look) -> RenderableType:
        return blocks_view(self._blocks(look.language), look)

    def page(self, look: Look) -> str:
        return blocks_page(say("known indexes", look.language), self._blocks(look.language), look)

    def complaint(self, look: Look) -> str:
        return "" if self.indexes else say("no indexes", look.language)

    def _blocks(self, language: str) -> Iterator[Block]:
        comma = "، " if language == "ar" else ", "
        for each in self.indexes:
            heading = each.name or each.place
            rows = [(say("place", language), each.place)]
            if each.members:
                rows.append((say("archives", language), comma.join(each.members)))
            if each.articles is not None:
                rows.append((say("articles", language), f"{each.articles:,}"))
                rows.append((say("updated", language), date_here(each.updated)))
                rows.append((say("size", language), size(each.size or 0, language)))
            yield Facts(f"{heading} ({say('is default', language)})" if each.default else heading, rows)
            if each.problem:
                yield Note(each.problem, "bad")
        if self.indexes:
            count = counted(len(self.indexes), "index", language)
            yield Note(say("use index", language, count=count), "faint")
