"""A whole article with the words of a query highlighted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from khabar.render.hit import (
    further_fields,
    further_lines,
    legend,
    legend_markup,
    outlet_line,
    outlet_markup,
    tags_markup,
    where_line,
    where_markup,
)
from khabar.render.look import Look
from khabar.render.messages import joined, say
from khabar.render.text import date
from khabar.render.view import Record, View
from khabar.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from khabar.corpus.article import Article
    from khabar.highlight.whole import MarkedArticle

__all__ = ["ArticleView"]


def page_begun(article: Article, number: int) -> int:
    """The page that begins with a paragraph; 0 if none does.

    Args:
        article: the article.
        number: the number of the paragraph, from 1.
    """
    page = article.page(number)
    return page if page and (number == 1 or page != article.page(number - 1)) else 0


class ArticleView(View, frozen=True):
    """A whole article."""

    shown: MarkedArticle

    def record(self) -> Record:
        return self.shown.to_dict()

    def table(self) -> Iterator[Record]:
        article = self.shown.article.row()
        pages = self.shown.article.pages
        return (
            {**article, "paragraph": number, **({"page": pages[number - 1]} if pages else {}), "text": text}
            for number, text in enumerate(self.shown.article.paragraphs, 1)
        )

    def cited(self) -> list[MarkedArticle]:
        return [self.shown]

    def lines(self, language: str = "en") -> Iterator[str]:
        """The fields of the article, an empty line, and one line per paragraph."""
        article = self.shown.article
        fields = (
            ("id", article.id),
            ("title", article.title),
            ("source", article.source),
            ("author", article.author),
            ("section", article.section),
            ("tags", "، ".join(article.tags)),
            *further_lines(article),
            ("date", date(article.published)),
            ("url", article.url),
            ("path", article.path),
            ("archive", "; ".join(self.shown.archives)),
        )
        yield from (f"{name}: {printable(value).strip()}" for name, value in fields if value.strip())
        yield ""
        yield from (printable(text).strip() for text in article.paragraphs)

    def rich(self, look: Look) -> RenderableType:
        from khabar.render.links import linked
        from khabar.render.terminal import Group, Hanging, Text, marked, page

        shown = self.shown
        article = shown.article
        side = page(article.title, look)
        parts: list[RenderableType] = [
            Hanging(
                linked(marked(article.title, shown.title_highlights, look, look.style.title), article, look),
                page=side,
            )
        ]
        if outlet := outlet_line(article, look):
            parts.append(Hanging(outlet, page=side))
        if author := printable(article.author).strip():
            parts.append(Hanging(Text(author, style=look.style.outlet), page=side))
        if tags := joined(map(printable, article.tags), look.language):
            parts.append(
                Hanging(Text(f"{say('tags', look.language)}: {tags}", style=look.style.faint), page=side)
            )
        parts += [
            Hanging(Text(f"{printable(name)}: {printable(value)}", style=look.style.faint), page=side)
            for name, value in further_fields(article, look.language)
        ]
        for number, (text, marks) in enumerate(
            zip(article.paragraphs, shown.paragraph_highlights, strict=True), 1
        ):
            if begun := page_begun(article, number):
                page_note = say("page number", look.language, page=begun)
                parts += [Text(), Hanging(Text(page_note, style=look.style.faint), page=side)]
            parts += [Text(), Hanging(marked(text, marks, look), page=side)]
        parts += [Text(), Hanging(where_line(article, look, shown.archives), page=side)]
        if look.legend:
            parts += legend(_depths(shown), False, look)
        return Group(*parts)

    def page(self, look: Look) -> str:
        from khabar.highlight.markup import marked
        from khabar.render.html import apart, directed, faint, page_of

        shown = self.shown
        article = shown.article
        parts = [
            "<article>",
            f"<h1{directed(article.title, look)}>{marked(article.title, shown.title_highlights)}</h1>",
            outlet_markup(article, look.language),
            tags_markup(article, look),
            *(
                (faint(apart(say("page number", look.language, page=begun))) if begun else "")
                + f"<p{directed(text, look)}>{marked(text, marks)}</p>"
                for number, (text, marks) in enumerate(
                    zip(article.paragraphs, shown.paragraph_highlights, strict=True), 1
                )
                for begun in [page_begun(article, number)]
            ),
            where_markup(article, shown.archives),
            "</article>",
            legend_markup(_depths(shown), look),
        ]
        return page_of(article.title, parts, look)


def _depths(article: MarkedArticle) -> set[str]:
    """The depths of the highlights in an article."""
    return {
        mark.depth for marks in (article.title_highlights, *article.paragraph_highlights) for mark in marks
    }
