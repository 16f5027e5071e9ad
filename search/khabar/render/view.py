"""Results that can be shown in every format. Each command passes its result on as such a view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from khabar.render.arabic import translated
from khabar.render.look import Look
from khabar.render.messages import say
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Record", "TableView", "View"]

Record = dict[str, Any]


class View(msgspec.Struct, frozen=True):
    """A result that can be shown in every format.

    A subclass implements :meth:`record`, :meth:`lines` and :meth:`rich`; the other formats follow from the
    record unless it overrides them. The modules that a format needs are imported only for this format.
    """

    title = "khabar"

    def record(self) -> Record:
        """The result as one object: ``json``."""
        raise NotImplementedError

    def rows(self) -> Iterable[Mapping[str, Any]]:
        """The result as a sequence of objects: ``jsonl``."""
        return [self.record()]

    def table(self) -> Iterable[Mapping[str, Any]]:
        """The rows without nesting: ``csv``."""
        from khabar.render.text import flat

        return (flat(row) for row in self.rows())

    def lines(self, language: str = "en") -> Iterable[str]:
        """The result as lines for pipes: ``plain``."""
        raise NotImplementedError

    def rich(self, look: Look) -> RenderableType:
        """The result for people at a terminal: ``rich``."""
        raise NotImplementedError

    def page(self, look: Look) -> str:
        """The result as an HTML page: ``html``."""
        from khabar.render.blocks import blocks_page, grid_of

        return blocks_page(self.title, [grid_of(self.table(), look.language)], look)

    def cited(self) -> Iterable[Any]:
        """The articles in the result, for citations: articles, hits, or articles on a desk."""
        raise NotImplementedError

    def complaint(self, look: Look) -> str:
        """The message for people, on stderr, if there is nothing to show."""
        return ""

    def beside(self) -> bool:
        """Whether there is something else to show although there is a complaint."""
        return False


class TableView(View, frozen=True):
    """Rows of named values that need no view of their own: settings, saved searches.

    Attributes:
        key: the key of the rows in the record.
        listed: the rows, all with the same names.
        none: the message for people if there are no rows.
        said: the names of values that are texts of khabar, translated for people but not for programs.
        heading: the key of the page's title in the catalogue of messages; "" if it is that of the rows.
    """

    key: str
    listed: Sequence[Mapping[str, Any]]
    none: str = ""
    said: tuple[str, ...] = ()
    heading: str = ""

    def record(self) -> Record:
        return {self.key: list(self.listed)}

    def rows(self) -> Iterable[Mapping[str, Any]]:
        return self.listed

    def lines(self, language: str = "en") -> Iterable[str]:
        return (
            "\t".join(printable(_shown(value)) for value in row.values()) for row in self._spoken(language)
        )

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.blocks import blocks_view, grid_of

        return blocks_view([grid_of(self._spoken(look.language), look.language)], look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page, grid_of

        block = (
            grid_of(self._spoken(look.language), look.language) if self.listed else Note(self.complaint(look))
        )
        return blocks_page(say(self.heading or self.key, look.language), [block], look)

    def complaint(self, look: Look) -> str:
        return "" if self.listed else translated(self.none, look.language)

    def _spoken(self, language: str) -> Iterator[Mapping[str, Any]]:
        for row in self.listed:
            yield {
                key: translated(value, language) if key in self.said else value for key, value in row.items()
            }


def _shown(value: object) -> str:
    return "" if value is None else str(value)
