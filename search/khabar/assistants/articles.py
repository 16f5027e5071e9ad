"""The answers of `show` and `related`: one article, and others like it."""

from __future__ import annotations

from typing import Any

from khabar.assistants import arguments as given
from khabar.assistants.answers import archive_of, paged, unknown
from khabar.assistants.budget import fitted, length
from khabar.assistants.outside import about, line, lines
from khabar.corpus.article import Article
from khabar.library import Index

__all__ = ["related", "show"]


def show(index: Index, args: given.Show) -> dict[str, Any]:
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
    given_texts, after = _paragraphs(article, args.from_paragraph, args.from_character, room)
    answer["paragraphs"] = given_texts
    return paged(answer, 0, after)


def _paragraphs(
    article: Article, first: int, skipped: int, room: int
) -> tuple[list[dict[str, Any]], dict[str, int] | None]:
    """As much of the text as fits, and where to go on."""
    found: list[dict[str, Any]] = []
    for number, text in enumerate(article.paragraphs[first - 1 :], first):
        # Offsets are those of the article's own text: what is removed as invisible counts.
        rest = text[skipped:]
        part = rest[: max(0, room)]
        if len(part) < len(rest) and found:
            return found, {"from_paragraph": number, "from_character": 0}
        part = part or rest[:1]
        found.append({"number": number, "from_article": {"text": lines(part)}})
        room -= length(found[-1])
        if len(part) < len(rest):
            return found, {"from_paragraph": number, "from_character": skipped + len(part)}
        skipped = 0
    return found, None


def related(index: Index, args: given.Related) -> dict[str, Any]:
    """The articles most similar to one."""
    article = index.article(args.id, archive=args.archive)
    found = None if article is None else index.related(article, limit=args.limit, copies=args.copies)
    if found is None:
        return unknown(index, args.id)
    answer = {**archive_of(index), "like": args.id}
    items = (
        about(each.article)
        | {"score": round(each.score, 3), "linked_by": [line(link.word) for link in each.links]}
        | ({"archive": each.archive} if each.archive else {})
        for each in found
    )
    kept = fitted(items, args.max_characters - length(answer))
    answer["articles"] = kept.items
    if not kept.items:
        answer["note"] = "no article of this archive is similar"
    return paged(answer, kept.left, None)
