"""The answers of `search` and `why`: articles that match a query, and the forms that a word matches."""

from __future__ import annotations

from typing import Any

from khabar.assistants import arguments as given
from khabar.assistants.answers import TELLINGS, archive_of, asked_of, begun, paged, problem_of
from khabar.assistants.budget import fitted, length
from khabar.assistants.nothing import explained
from khabar.assistants.outside import about, line
from khabar.highlight.snippet import Snippet
from khabar.library import Index
from khabar.query.results import Hit, Results

__all__ = ["search", "why"]

#: Marks around the words of the query.
_BEFORE, _AFTER = "«", "»"
#: Characters of a snippet.
_WIDTH = 300


def search(index: Index, args: given.Search) -> dict[str, Any]:
    """The articles that match a query, best first, each with its best paragraph."""
    asked = asked_of(args, "any" if args.sort == "relevance" else "all")
    results = index.search(
        args.query,
        limit=args.limit,
        offset=args.offset,
        sort=args.sort,
        group=args.group,
        width=_WIDTH,
        meaning=args.meaning,
        **asked,
    )
    read = index.interpret(args.query, **asked)
    answer = begun(index, read, asked) | {"group": args.group, "sort": args.sort, "total": results.total}
    if results.with_all is not None:
        answer["total_with_all_words"] = results.with_all
    answer |= _by_meaning(results, args.max_characters - length(answer))
    if not results.total:
        return answer | {"articles": [], "nothing": explained(index, read, asked)}
    kept = fitted((_hit(hit) for hit in results), args.max_characters - length(answer))
    answer["articles"] = kept.items
    until = args.offset + len(kept.items)
    return paged(answer, kept.left, {"offset": until} if until < results.total else None)


def _by_meaning(results: Results, room: int) -> dict[str, Any]:
    """What meaning did, if it was asked for, what it could not do, and what is close in meaning alone."""
    if results.meaning is None:
        return {}
    used = results.meaning
    record: dict[str, Any] = {"used": used.used}
    if used.used:
        record |= {"model": used.encoder, "ranked": used.ranked}
    problems = [problem_of(each) for each in results.problems if each.code.startswith("meaning-")]
    if problems:
        record["problems"] = problems
    answer: dict[str, Any] = {"meaning": record}
    if results.also:
        # The articles that match come first: these take at most a third of the answer.
        kept = fitted((_hit(hit) for hit in results.also), room // 3)
        record["note"] = (
            "`close_in_meaning` are no matches and contain no word of the query: a model took them for "
            "close. They are not counted"
        )
        answer["close_in_meaning"] = kept.items
        if kept.left:
            record["left_out_for_length"] = kept.left
    return answer


def _hit(hit: Hit) -> dict[str, Any]:
    item: dict[str, Any] = {"rank": hit.rank, "score": round(hit.score, 3)}
    item |= about(hit.article, extract=_marked(hit.snippet)) | {"paragraph": hit.paragraph.number}
    if hit.archive:
        item |= {"archive": hit.archive, "also_in": list(hit.also_in)}
    if hit.meaning:
        close = hit.meaning
        item["meaning"] = {
            "adds": round(close.added, 3),
            "z": None if close.z is None else round(close.z, 2),
            "paragraph": close.passage,
        }
    if hit.more:
        item["further_paragraphs"] = hit.more
    if hit.story:
        others = [about(each.article) for each in hit.story.tellings[:TELLINGS]]
        item["reported_by"] = others
        if len(hit.story.tellings) > TELLINGS:
            item["further_reports"] = len(hit.story.tellings) - TELLINGS
    return item


def _marked(snippet: Snippet) -> str:
    return line(snippet.marked(_BEFORE, _AFTER, ellipsis="…"))


def why(index: Index, args: given.Why) -> dict[str, Any]:
    """The forms of the archive that a word matches."""
    forms = index.why(args.word)
    answer = {**archive_of(index), "word": args.word}
    kept = fitted((each.to_dict() for each in forms), args.max_characters - length(answer) - 200)
    answer["forms"] = kept.items
    if not any(form.matches for form in forms):
        answer["note"] = (
            f"no article contains «{args.word}» in any form; forms with `matches: false` only look similar"
        )
        answer["perhaps_meant"] = [each.to_dict() for each in index.suggest(args.word)]
    return paged(answer, kept.left, None)
