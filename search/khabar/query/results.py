"""What a search gives: plain data that a script can use and the render room can show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from khabar.corpus.article import Article, Paragraph
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet, whole
from khabar.query.explain import WordShare
from khabar.query.tree import Problem
from khabar.serialize import Sequenced, Serializable, plain, short

if TYPE_CHECKING:
    from khabar.explore.suggest import Suggestion
    from khabar.stories.story import Story

__all__ = ["GROUPS", "Group", "Hit", "Results"]

#: What a hit of a search can be.
Group = Literal["article", "story", "none"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Hit(Serializable, msgspec.Struct, frozen=True):
    """An article that answers the query, with its best paragraph.

    Attributes:
        rank: its place among all results, from 1.
        score: greater is better; comparable within one search only.
        article: the whole article.
        paragraph: the paragraph that answers best; the title as number 0 when only the title matched.
        snippet: the piece of that paragraph to show, with the matched words.
        title_highlights: the matched words of the title, as ranges of :attr:`title`.
        more: how many further paragraphs of the article matched.
        explanation: what each word of the query does for this hit, if the search was asked to explain; else empty.
        recency: what the score was multiplied by for the article's age; 1 unless :attr:`khabar.Ranking.half_life` asks for it.
        story: if articles were folded into stories, and others tell the same one: who ran it first, who else, how alike.
    """

    rank: int
    score: float
    article: Article
    paragraph: Paragraph
    snippet: Snippet
    title_highlights: tuple[Highlight, ...]
    more: int
    explanation: tuple[WordShare, ...] = ()
    recency: float = 1.0
    story: Story | None = None

    def to_dict(self, *, text: bool = False) -> dict[str, Any]:
        """The hit as plain data. It has an explanation and a story if the search was asked for them.

        Args:
            text: whether the article comes with its paragraphs.
        """
        record = {
            "rank": self.rank,
            "score": plain(self.score),
            "article": self.article.to_dict(text=text),
            "title_highlights": plain(self.title_highlights),
            "paragraph": {"number": self.paragraph.number, "text": self.paragraph.text},
            "snippet": self.snippet.to_dict(),
            "more": self.more,
        }
        if self.explanation:
            record |= {"explanation": plain(self.explanation), "recency": plain(self.recency)}
        if self.story:
            record["story"] = plain(self.story.tellings)
        return record

    def row(self, *, text: bool = False) -> dict[str, Any]:
        """The hit as a row of a table: a value a column, nothing nested.

        Args:
            text: whether the last column is the text of the whole article.
        """
        row = {"rank": self.rank, "score": plain(self.score), **self.article.to_dict(text=False)}
        row["paragraph"] = self.paragraph.number
        row["snippet"] = self.snippet.text if self.paragraph.number else ""
        row["more"] = self.more
        if text:
            row["text"] = self.article.text
        return row

    def __repr__(self) -> str:
        told = (("rank", self.rank), ("score", self.score), ("id", self.id), ("title", self.title))
        fields = [f"{name}={short(value)}" for name, value in told]
        return f"Hit({', '.join(fields)}, snippet={self.snippet.marked('[', ']', ellipsis='…')!r})"

    @property
    def marked_title(self) -> Snippet:
        """The title with its matched words, to be had as HTML or marked otherwise."""
        return whole(self.title, self.title_highlights)

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.article.id

    @property
    def title(self) -> str:
        """The title of the article."""
        return self.article.title

    @property
    def source(self) -> str:
        """The outlet or agency, "" if unknown."""
        return self.article.source

    @property
    def author(self) -> str:
        """The author line, "" if unknown."""
        return self.article.author

    @property
    def published(self) -> datetime | None:
        """When the article was published, or None; see :attr:`khabar.Article.published`."""
        return self.article.published

    @property
    def url(self) -> str:
        """The address of the article, "" if unknown."""
        return self.article.url


class Results(Sequenced[Hit], Serializable, msgspec.Struct, frozen=True):
    """The answer to a query: a sequence of its hits.

    Attributes:
        query: as typed.
        total: how many articles match, of which :attr:`hits` are some; of stories or paragraphs, if those are the hits.
        took_ms: milliseconds that the search took, snippets included.
        hits: in order of rank.
        problems: what of the query could not be understood, and what was done instead.
        group: what a hit is: an ``article``, a ``story``, or with ``none`` a paragraph.
        suggestions: other ways to write it, if the search was asked to suggest some and found little; else empty.
        match: whether ``any`` of the words of the query was enough, or ``all`` had to be there.
        with_all: how many have all the words; None if there is but one, or signs say what is required.
        with_any: how many have any of the words, if all had to be there and none has them all; else None.
    """

    query: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    problems: tuple[Problem, ...] = ()
    group: Group = "article"
    suggestions: tuple[Suggestion, ...] = ()
    match: Literal["any", "all"] = "any"
    with_all: int | None = None
    with_any: int | None = None

    def _listed(self) -> tuple[Hit, ...]:
        return self.hits

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, the hits behind what is told of all."""
        first = ("query", "total", "match", "with_all", "with_any", "group", "took_ms", "hits")
        record = super().to_dict()
        return {**{name: record[name] for name in first}, **record}

    def rows(self, *, text: bool = False) -> list[dict[str, Any]]:
        """A row for each hit, for tables: see :meth:`Hit.row`.

        Args:
            text: whether the last column is the text of the whole article.
        """
        return [hit.row(text=text) for hit in self.hits]

    def __repr__(self) -> str:
        return f"Results({self.query!r}, total={self.total}, hits={short(self.hits)})"
