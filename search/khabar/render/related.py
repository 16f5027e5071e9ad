"""Articles similar to a given one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from khabar.render.hit import outlet_line, outlet_markup, where_line, where_markup
from khabar.render.look import Look
from khabar.render.messages import joined, say
from khabar.render.text import date, percent
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.explore.related import Related, RelatedArticle

__all__ = ["RelatedView"]


class RelatedView(View, frozen=True):
    """Articles similar to a given one."""

    related: Related
    title = "khabar related"

    def record(self) -> Record:
        return self.related.to_dict()

    def rows(self) -> Iterator[Record]:
        return (similar.to_dict() for similar in self.related)

    def table(self) -> Iterator[Record]:
        return iter(self.related.rows())

    def lines(self, language: str = "en") -> Iterator[str]:
        for similar in self.related.articles:
            article = similar.article
            fields = (
                ("rank", str(similar.rank)),
                ("id", article.id),
                ("title", article.title),
                ("source", article.source),
                ("date", date(article.published)),
                ("alike", percent(similar.alike)),
                ("links", "\t".join(link.word for link in similar.links)),
                ("url", article.url),
                ("path", article.path),
                ("archive", similar.archive),
            )
            for name, value in fields:
                cells = "\t".join(printable(cell).strip() for cell in value.split("\t") if cell.strip())
                if cells:
                    yield f"{name}: {cells}"
            yield ""

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.terminal import Group, Hanging, Text, apart, page

        related = self.related
        title = related.article.title or related.article.id
        heading = Text.assemble(
            (f"{say('related to', look.language)} ", look.style.faint), apart(title, look)
        )
        parts: list[RenderableType] = [Hanging(heading, page=page("", look)), Text()]
        indent = len(str(len(related.articles))) + 2
        for similar in related.articles:
            parts += [*_article_view(similar, indent, look), Text()]
        return Group(*parts)

    def page(self, look: Look) -> str:
        from khabar.render.html import apart, faint, page_of

        related, note = self.related, self.complaint(look)
        related_to = say("related to", look.language)
        title = related.article.title or related.article.id
        parts = [
            f"<h1>{apart(related_to)} {apart(title)}</h1>",
            faint(apart(note)) if note else "",
            '<ol class="hits">',
            *(_article_markup(similar, look) for similar in related.articles),
            "</ol>",
        ]
        return page_of(f"{related_to} {title}", parts, look)

    def complaint(self, look: Look) -> str:
        related = self.related
        title = related.article.title or related.article.id
        return "" if related.articles else say("nothing related", look.language, title=title)


def _article_view(similar: RelatedArticle, indent: int, look: Look) -> Sequence[RenderableType]:
    from khabar.render.links import linked
    from khabar.render.terminal import Hanging, Text, apart, page

    article, style = similar.article, look.style
    side = page(article.title, look)
    rank = Text(f"{similar.rank:>{indent - 2}}.", style=style.faint)
    lines: list[RenderableType] = [
        Hanging(linked(Text(printable(article.title), style=style.title), article, look), indent, rank, side)
    ]
    if outlet := outlet_line(article, look):
        lines.append(Hanging(outlet, indent, page=side))
    shared = Text(f"{percent(similar.alike)} {say('linked by', look.language)} ", style=style.faint)
    shared.append(
        joined((apart(link.word, look) for link in similar.links), look.language),
        style=f"not dim {style.calm('lemma')}",
    )
    where = where_line(article, look, (similar.archive,) if similar.archive else ())
    return [*lines, Hanging(shared, indent, page=side), Hanging(where, indent, page=side)]


def _article_markup(similar: RelatedArticle, look: Look) -> str:
    from khabar.highlight.markup import plain
    from khabar.render.html import apart, directed, faint, link

    article = similar.article
    words = joined((f"<b>{apart(shared.word)}</b>" for shared in similar.links), look.language)
    linked = f"{apart(percent(similar.alike))} {apart(say('linked by', look.language))} {words}"
    title = link(article.url, plain(article.title))
    return "\n".join(
        (
            f"<li><h2{directed(article.title, look)}>{title}</h2>",
            outlet_markup(article, look.language),
            faint(linked),
            where_markup(article, (similar.archive,) if similar.archive else ()),
            "</li>",
        )
    )
