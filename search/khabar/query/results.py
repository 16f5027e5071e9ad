"""The results of a search, as plain data for scripts and for the render room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from khabar.corpus.article import Article, Paragraph, at_page
from khabar.highlight.matcher import Highlight
from khabar.highlight.snippet import Snippet, whole
from khabar.query.explain import WordShare, WordsTogether
from khabar.query.tree import Problem
from khabar.serialize import Sequenced, Serializable, plain, short

if TYPE_CHECKING:
    from khabar.stories.story import Story

__all__ = ["GROUPS", "Closeness", "Group", "Hit", "MeaningUsed", "Results", "Suggestion"]

#: What a hit can be.
Group = Literal["article", "story", "none"]
GROUPS: tuple[Group, ...] = get_args(Group)


class Closeness(Serializable, msgspec.Struct, frozen=True):
    """How close an article is to a query in meaning, and what its score consists of.

    Attributes:
        words, added: the parts of the score for the words and for the meaning; the score is their sum.
        share: the part for the meaning in the score, from 0 to 1.
        z: closeness of the closest passage to the query, in standard deviations above the mean of the
            passages of the index; None if the article has no vectors: it is then ranked with the mean of the
            other articles.
        cosine: the cosine of the vectors of the query and of that passage, from -1 to 1.
        passage: the number of that passage, 0 for the title.
    """

    words: float
    added: float
    share: float
    z: float | None = None
    cosine: float | None = None
    passage: int | None = None


class MeaningUsed(Serializable, msgspec.Struct, frozen=True):
    """What a search by meaning did. Anything it could not do is among the problems.

    Attributes:
        used: whether the best matches were ranked again; else the words alone decide the order.
        encoder, version: the model, "" if there is none.
        address: where the query was sent; "" if it stayed on this machine.
        weight: the weight of meaning in this query (:func:`khabar.meaning.closeness.weight_of`).
        ranked: number of best matches that were ranked again.
        without: how many of these have no vectors.
    """

    used: bool
    encoder: str = ""
    version: str = ""
    address: str = ""
    weight: float = 0.0
    ranked: int = 0
    without: int = 0


class Hit(Serializable, msgspec.Struct, frozen=True):
    """An article that matches the query, with its best paragraph.

    Attributes:
        rank: position among all results, from 1.
        score: higher is better; comparable only within one search.
        article: the whole article.
        paragraph: the best matching paragraph, or the title as number 0 if only the title matched.
        snippet: an extract of that paragraph, with the matched words.
        title_highlights: the matched words of the title, as ranges of :attr:`title`.
        more: number of further matching paragraphs in the article.
        explanation: the contribution of each query word to this hit, if the search was asked to explain; else
            empty.
        recency: factor applied to the score for the article's age; 1 unless :attr:`khabar.Ranking.half_life`
            is set.
        story: if hits are stories, the other articles that report the same one, and how similar they are;
            else None.
        together: the words of the query that occur together, and what that adds to the score, if the search
            was asked to explain; else empty.
        archive: the archive that it comes from, if several are open as one; else "".
        also_in: the other archives that have the same article word for word.
        meaning: how close it is in meaning, if meaning was used to rank it; else None.
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
    together: tuple[WordsTogether, ...] = ()
    archive: str = ""
    also_in: tuple[str, ...] = ()
    meaning: Closeness | None = None

    def to_dict(self, *, text: bool = False) -> dict[str, Any]:
        """The hit as plain data, with explanation, story and closeness in meaning if the search was asked for
        them, with the page and the link to it if the article has pages, and with the archives if there are
        several.

        Args:
            text: whether to include the article's paragraphs.
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
        if self.page is not None:
            record["paragraph"]["page"] = self.page
            record["link"] = self.link
        if self.archive:
            record |= {"archive": self.archive, "also_in": plain(self.also_in)}
        if self.explanation:
            record |= {
                "explanation": plain(self.explanation),
                "together": plain(self.together),
                "recency": plain(self.recency),
            }
        if self.story:
            record["story"] = plain(self.story.tellings)
        if self.meaning:
            record["meaning"] = plain(self.meaning)
        return record

    def row(
        self, *, text: bool = False, fields: Iterable[str] | None = None, meaning: bool | None = None
    ) -> dict[str, Any]:
        """The hit as a flat table row; with columns for the archives if there are several. The address is
        that of the page, if the article has pages.

        Args:
            text: whether to add the full text of the article as the last column.
            fields: the names of free fields that are columns, as for :meth:`khabar.Article.row`.
            meaning: whether to add columns for what closeness in meaning adds to the score, and for its z.
                Default: if meaning was used to rank the hit.
        """
        row = {"rank": self.rank, "score": plain(self.score), **self.article.row(fields)}
        row["url"] = self.url
        row["paragraph"] = self.paragraph.number
        row["page"] = self.page
        row["snippet"] = self.snippet.text if self.paragraph.number else ""
        row["more"] = self.more
        if self.archive:
            row |= {"archive": self.archive, "also_in": "; ".join(self.also_in)}
        close = self.meaning
        if close is not None if meaning is None else meaning:
            row |= {"meaning": plain(close and close.added), "z": plain(close and close.z)}
        if text:
            row["text"] = self.article.text
        return row

    def __repr__(self) -> str:
        pairs = (("rank", self.rank), ("score", self.score), ("id", self.id), ("title", self.title))
        fields = [f"{name}={short(value)}" for name, value in pairs]
        return f"Hit({', '.join(fields)}, snippet={self.snippet.marked('[', ']', ellipsis='…')!r})"

    @property
    def marked_title(self) -> Snippet:
        """The title with its matched words, for output as HTML or with other marks."""
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
        """Time of publication, or None; see :attr:`khabar.Article.published`."""
        return self.article.published

    @property
    def url(self) -> str:
        """The address of the article, "" if unknown; of a document with pages that of the page, such as
        ``https://wadi.example/report.pdf#page=3``."""
        return at_page(self.article.url, self.page)

    @property
    def page(self) -> int | None:
        """The page of the paragraph, from 1; None if the article has no pages."""
        return self.paragraph.page

    @property
    def link(self) -> str:
        """The location of the paragraph: :attr:`url`, or without an address the file, with the page if it has
        pages."""
        return self.url or at_page(self.article.path, self.page)


class Suggestion(Serializable, msgspec.Struct, frozen=True):
    """Another way to write a query.

    Attributes:
        query: the whole suggested query.
        total: number of articles that match it.
        kind: what may have happened: ``spelling``, ``keyboard`` (the wrong layout) or ``letters`` (Latin
            ones).
        changes: pairs of the typed and the suggested word.
    """

    query: str
    total: int
    kind: str
    changes: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.query

    def to_dict(self) -> dict[str, Any]:
        """The suggestion as plain data."""
        changes = [{"typed": typed, "meant": meant} for typed, meant in self.changes]
        return {**super().to_dict(), "changes": changes}


class Results(Sequenced[Hit], Serializable, msgspec.Struct, frozen=True):
    """The results of a query: a sequence of hits.

    Attributes:
        query: as typed.
        total: number of matching articles (or stories or paragraphs, if those are the hits), including those
            not in :attr:`hits`.
        took_ms: duration of the search in milliseconds, snippets included.
        hits: the hits, in order of rank.
        problems: parts of the query that were not understood, with what was done instead, and anything in the
            results that is not exact.
        group: what counts as a hit: an ``article``, a ``story``, or for ``none`` a paragraph.
        suggestions: alternative queries, if the search was asked for them and found little; else empty.
        match: ``any`` or ``all``: how many of the query's words an article had to contain.
        with_all: number of matches with all the words; None if the number is the same, as for a single word.
        with_any: number of articles with any of the words, if all were required and no article has them all;
            else None.
        meaning: what closeness in meaning did, for a search by meaning; else None.
        also: for a search by meaning, up to five articles that are close in meaning and share no word with
            the query, the closest first. They are not matches: :attr:`total` does not count them, and their
            score is 0.
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
    meaning: MeaningUsed | None = None
    also: tuple[Hit, ...] = ()

    def _listed(self) -> tuple[Hit, ...]:
        return self.hits

    def to_dict(self) -> dict[str, Any]:
        """The results as plain data, with the keys about meaning only for a search by meaning. The keys that
        matter most come first."""
        first = ("query", "total", "match", "with_all", "with_any", "group", "took_ms", "hits")
        record = super().to_dict()
        if self.meaning is None:
            del record["meaning"], record["also"]
        return {**{name: record[name] for name in first}, **record}

    def rows(self, *, text: bool = False) -> list[dict[str, Any]]:
        """One table row per hit, all with the same columns: see :meth:`Hit.row`.

        Args:
            text: whether to add the full text of the article as the last column.
        """
        fields = list(dict.fromkeys(name for hit in self.hits for name in hit.article.fields))
        meaning = self.meaning is not None and self.meaning.used
        return [hit.row(text=text, fields=fields, meaning=meaning) for hit in self.hits]

    def __repr__(self) -> str:
        return f"Results({self.query!r}, total={self.total}, hits={short(self.hits)})"
