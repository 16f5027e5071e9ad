"""Articles on the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.arabic import translated
from khabar.render.look import Look
from khabar.render.messages import say
from khabar.render.text import date, moment
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.desk.values import DeskArticle, Key
    from khabar.render.blocks import Block

__all__ = ["DeskView"]


class DeskView(View, frozen=True):
    """Articles on the desk.

    Attributes:
        articles: in the order to show them.
        lost: those that are no longer in the index; None if that is not known.
        name: the list that they are of; "" for none.
    """

    articles: Sequence[DeskArticle]
    lost: frozenset[Key] | None = frozenset()
    name: str = ""

    def record(self) -> Record:
        return {"articles": list(self.rows())}

    def rows(self) -> Iterator[Record]:
        for each in self.articles:
            yield each.to_dict() | {"in_index": None if self.lost is None else not self._is_lost(each)}

    def cited(self) -> Sequence[DeskArticle]:
        return self.articles

    def lines(self, language: str = "en") -> Iterator[str]:
        for each in self.articles:
            fields = (
                ("id", each.id),
                ("archive", each.archive),
                ("title", each.title),
                ("source", each.source),
                ("author", each.author),
                ("section", each.section),
                ("tags", "، ".join(each.tags)),
                ("date", date(each.published)),
                ("starred", each.starred),
                ("note", each.note),
                *(("list", name) for name in each.lists),
                ("url", each.url),
                ("lost", "yes" if self._is_lost(each) else ""),
            )
            yield from (f"{name}: {printable(value).strip()}" for name, value in fields if value.strip())
            yield ""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.blocks import blocks_view

        return blocks_view(self._blocks(look), look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page

        blocks = list(self._blocks(look)) or [Note(self.complaint(look))]
        return blocks_page(self.name or say("desk", look.language), blocks, look)

    def complaint(self, look: Look) -> str:
        if self.articles:
            return ""
        if self.name:
            return translated("the list is empty", look.language)
        return translated("the desk is empty. Put an article on it: khabar desk star ID", look.language)

    def _blocks(self, look: Look) -> Iterator[Block]:
        from khabar.render.blocks import Facts

        for each in self.articles:
            shown = {
                "note": each.note,
                "source": each.source,
                "author": each.author,
                "section": each.section,
                "tags": "، ".join(each.tags),
                "date": date(each.published),
                "starred": moment(each.starred),
                "lists": "، ".join(each.lists),
                "url": each.url,
                "id": each.id,
                "archive": each.archive,
            }
            rows = [(translated(name, look.language), value) for name, value in shown.items() if value]
            if self._is_lost(each):
                rows.append(("", translated("no longer in the index", look.language)))
            yield Facts(each.title or each.id, rows)

    def _is_lost(self, article: DeskArticle) -> bool:
        return self.lost is not None and (article.id, article.archive) in self.lost
