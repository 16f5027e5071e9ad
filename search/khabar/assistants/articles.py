"""The answers of `show` and `related`: an article, and the articles most similar to one."""

from __future__ import annotations

from typing import Any

from khabar.assistants import arguments
from khabar.assistants.answers import archive_of, paged, unknown
from khabar.assistants.budget import fitted, length
from khabar.assistants.outside import about, line, lines
from khabar.corpus.article import Article
from khabar.library import Index

__all__ = ["related", "show"]


def show(index: Index, args: arguments.Show) -> dict[str, Any]:
    """An article with as much of its text as there is room for."""
    article = index.article(args.id, archive=args.archive)
    if article is None:
        return unknown(index, args.id)
    answer = {
        **archive_of(index),
        "article": about(article),
        "paragraphs_in_all": len(article.paragraphs),
    }
    room = args.max_characters - length(answer) - 200
    answer["paragraphs"], after = _paragraphs(article, args.from_paragraph, args.from_character, room)
    return paged(answer, 0, after)


def _paragraphs(
    article: Article, first: int, skipped: int, room: int
) -> tuple[list[dict[str, Any]], dict[str, int] | None]:
    """As much of the text as fits, and the arguments that ask for the rest."""
    paragraphs: list[dict[str, Any]] = []
    for number, text in enumerate(article.paragraphs[first - 1 :], first):
        # Offsets are those of the article's own text: invisible characters, which are removed, count.
        rest = text[skipped:]
        part = rest[: max(0, room)]
        if len(part) < len(rest) and paragraphs:
            return paragraphs, {"from_paragraph": number, "from_character": 0}
        part = part or rest[:1]
        paragraphs.append({"number": number, "from_article": {"text": lines(part)}})
        room -= length(paragraphs[-1])
        if len(part) < len(rest):
            return paragraphs, {"from_paragraph": number, "from_character": skipped + len(part)}
        skipped = 0
    return paragraphs, None


def related(index: Index, args: arguments.Related) -> dict[str, Any]:
    """The articles most similar to one."""
    article = index.article(args.id, archive=args.archive)
    similar = None if article is None else index.related(article, limit=args.limit, copies=args.copies)
    if similar is None:
        return unknown(index, args.id)
    answer = {**archive_of(index), "like": args.id}
    items = (
        about(other.article)
        | {"score": round(other.score, 3), "linked_by": [line(link.word) for link in other.links]}
        | ({"archive": other.archive} if other.archive else {})
        for other in similar
    )
    kept = fitted(items, args.max_characters - length(answer))
    answer["articles"] = kept.items
    if not kept.items:
        answer["note"] = "no article of this archive is similar"
    return paged(answer, kept.left, None)
