"""Saved searches: their new hits, and the list of the searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.arabic import translated
from khabar.render.hit import all_depths, hit_lines, hit_markup, hits_view, legend_markup
from khabar.render.look import Look
from khabar.render.messages import counted, say
from khabar.render.view import Record, TableView, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.query.results import Hit
    from khabar.render.blocks import Block

__all__ = ["AlertsView", "NewsView"]


class NewsView(View, frozen=True):
    """The new hits of saved searches.

    Attributes:
        news: the name, query and new hits of each search that has any.
    """

    news: Sequence[tuple[str, str, Sequence[Hit]]]
    title = "khabar alert"

    def record(self) -> Record:
        return {
            "alerts": [
                {
                    "name": name,
                    "query": query,
                    "new": len(hits),
                    "hits": [hit.to_dict() for hit in hits],
                }
                for name, query, hits in self.news
            ]
        }

    def rows(self) -> Iterator[Record]:
        return ({"alert": name, **hit.to_dict()} for name, _, hits in self.news for hit in hits)

    def table(self) -> Iterator[Record]:
        from khabar.render.text import even

        return iter(even({"alert": name, **hit.row()} for name, _, hits in self.news for hit in hits))

    def lines(self, language: str = "en") -> Iterator[str]:
        for name, _, hits in self.news:
            for hit in hits:
                yield f"alert: {printable(name)}"
                yield from hit_lines(hit)
                yield ""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, apart, page

        parts: list[RenderableType] = []
        for name, query, hits in self.news:
            # The count comes first, because the name and query are Arabic.
            heading = Text(counted(len(hits), "new article", look.language), style="bold reverse")
            heading.append(f"  {apart(name, look)}", style="bold not reverse")
            heading.append(f"  {apart(query, look)}", style="not bold not reverse")
            parts += [Hanging(heading, page=page("", look)), Text(), hits_view(hits, look)]
        return Group(*parts)

    def page(self, look: Look) -> str:
        from khabar.render.html import apart, faint, page_of

        news, title = self.news, say("news", look.language)
        language = look.language
        parts = [f"<h1>{apart(title)}</h1>"]
        if not news:
            parts.append(faint(apart(say("nothing new", language))))
        for name, query, hits in news:
            parts += [
                f"<section><h2>{apart(name)}</h2>",
                faint(f"{apart(query)} · {apart(counted(len(hits), 'new article', language))}"),
                '<ol class="hits">',
                *(hit_markup(hit, look, numbered=False) for hit in hits),
                "</ol></section>",
            ]
        parts.append(legend_markup({depth for _, _, hits in news for depth in all_depths(hits)}, look))
        return page_of(title, parts, look)


class AlertsView(TableView, frozen=True):
    """The saved searches: as rows for programs, and as blocks for people."""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.blocks import blocks_view

        return blocks_view(self._blocks(look), look)

    def page(self, look: Look) -> str:
        from khabar.render.blocks import Note, blocks_page

        blocks = self._blocks(look) if self.listed else [Note(self.complaint(look))]
        return blocks_page(say(self.key, look.language), blocks, look)

    def _blocks(self, look: Look) -> Iterator[Block]:
        from khabar.render.blocks import Facts
        from khabar.render.text import moment, near

        for row in self.listed:
            shown = {
                "query": row["query"],
                "match": say(f"match {row['match']}", look.language),
                "index": near(row["index"]),
                "added": moment(row["added"]),
                "last run": moment(row["last_run"] or "") or translated("never", look.language),
            }
            yield Facts(row["name"], [(translated(name, look.language), shown[name]) for name in shown])
