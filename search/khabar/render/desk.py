"""Articles on the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.arabic import translated
from khabar.render.look import Look
from khabar.render.messages import joined, say
from khabar.render.text import date, moment
from khabar.render.view import Record, TableView, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.desk.values import DeskArticle, Key
    from khabar.render.blocks import Block

__all__ = ["DeskView", "ListsView"]


class DeskView(View, frozen=True):
    """Articles on the desk.

    Attributes:
        articles: the articles, in the order to show them.
        lost: the keys of those that are no longer in the index; None if that is not known.
        name: the name of their list; "" for none.
    """

    articles: Sequence[DeskArticle]
    lost: frozenset[Key] | None = frozenset()
    name: str = ""

    def record(self) -> Record:
        return {"articles": list(self.rows())}

    def rows(self) -> Iterator[Record]:
        for article in self.articles:
            in_index = None if self.lost is None else not self._is_lost(article)
            yield article.to_dict() | {"in_index": in_index}

    def cited(self) -> Sequence[DeskArticle]:
        return self.articles

    def lines(self, language: str = "en") -> Iterator[str]:
        for article in self.articles:
            fields = (
                ("id", article.id),
                ("archive", article.archive),
                ("title", article.title),
                ("source", article.source),
                ("author", article.author),
                ("section", article.section),
                ("tags", "، ".join(article.tags)),
                ("date", date(article.published)),
                ("starred", article.starred),
                ("note", article.note),
                *(("list", name) for name in article.lists),
                ("url", article.url),
                ("lost", "yes" if self._is_lost(article) else ""),
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

        for article in self.articles:
            values = {
                "note": article.note,
                "source": article.source,
                "author": article.author,
                "section": article.section,
                "tags": joined(article.tags, look.language),
                "date": date(article.published),
                "starred": moment(article.starred),
                "lists": joined(article.lists, look.language),
                "url": article.url,
                "id": article.id,
                "archive": article.archive,
            }
            rows = [(translated(name, look.language), value) for name, value in values.items() if value]
            if self._is_lost(article):
                rows.append(("", translated("no longer in the index", look.language)))
            yield Facts(article.title or article.id, rows)

    def _is_lost(self, article: DeskArticle) -> bool:
        return self.lost is not None and (article.id, article.archive) in self.lost


class ListsView(TableView, frozen=True):
    """The lists: as rows for programs, and as blocks for people."""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.blocks import blocks_view

        return blocks_view(self._blocks(look), look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page

        blocks = list(self._blocks(look)) or [Note(self.complaint(look))]
        return blocks_page(say(self.key, look.language), blocks, look)

    def _blocks(self, look: Look) -> Iterator[Block]:
        from khabar.render.blocks import Facts

        for row in self.listed:
            values = {"articles": f"{row['articles']:,}", "added": moment(row["added"])}
            yield Facts(row["name"], [(translated(name, look.language), values[name]) for name in values])
