"""The answers of `search` and `why`: the articles that match a query, and the forms that a word matches."""

from __future__ import annotations

from typing import Any

from khabar.assistants import arguments
from khabar.assistants.answers import TELLINGS, answer_start, archive_of, paged, problem_of, search_options
from khabar.assistants.budget import fitted, length
from khabar.assistants.nothing import explained
from khabar.assistants.outside import about, line
from khabar.highlight.snippet import Snippet
from khabar.library import Index
from khabar.query.results import Hit, Results

__all__ = ["search", "why"]

#: The marks around words of the query.
_BEFORE, _AFTER = "«", "»"
#: Length of a snippet in characters.
_WIDTH = 300


def search(index: Index, args: arguments.Search) -> dict[str, Any]:
    """The articles that match a query, best first, each with its best paragraph."""
    options = search_options(args, "any" if args.sort == "relevance" else "all")
    results = index.search(
        args.query,
        limit=args.limit,
        offset=args.offset,
        sort=args.sort,
        group=args.group,
        width=_WIDTH,
        meaning=args.meaning,
        **options,
    )
    read = index.interpret(args.query, **options)
    answer = answer_start(index, read, options) | {
        "group": args.group,
        "sort": args.sort,
        "total": results.total,
    }
    if results.with_all is not None:
        answer["total_with_all_words"] = results.with_all
    answer |= _by_meaning(results, args.max_characters - length(answer))
    if not results.total:
        return answer | {"articles": [], "nothing": explained(index, read, options)}
    kept = fitted((_hit(hit) for hit in results), args.max_characters - length(answer))
    answer["articles"] = kept.items
    until = args.offset + len(kept.items)
    return paged(answer, kept.left, {"offset": until} if until < results.total else None)


def _by_meaning(results: Results, room: int) -> dict[str, Any]:
    """The part of an answer about search by meaning, if it was asked for: whether and how it was used, its
    problems, and the articles that are close in meaning alone."""
    meaning = results.meaning
    if meaning is None:
        return {}
    record: dict[str, Any] = {"used": meaning.used}
    if meaning.used:
        record |= {"model": meaning.encoder, "ranked": meaning.ranked}
    problems = [problem_of(problem) for problem in results.problems if problem.code.startswith("meaning-")]
    if problems:
        record["problems"] = problems
    answer: dict[str, Any] = {"meaning": record}
    if results.also:
        # At most a third of the answer, since articles that match matter more.
        kept = fitted((_hit(hit) for hit in results.also), room // 3)
        record["note"] = (
            "articles under `close_in_meaning` are not matches and contain no word of the query: a model "
            "judged them close in meaning. They are not counted"
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
        item["meaning"] = {
            "adds": round(hit.meaning.added, 3),
            "z": None if hit.meaning.z is None else round(hit.meaning.z, 2),
            "paragraph": hit.meaning.passage,
        }
    if hit.more:
        item["further_paragraphs"] = hit.more
    if hit.story:
        item["reported_by"] = [about(telling.article) for telling in hit.story.tellings[:TELLINGS]]
        if len(hit.story.tellings) > TELLINGS:
            item["further_reports"] = len(hit.story.tellings) - TELLINGS
    return item


def _marked(snippet: Snippet) -> str:
    return line(snippet.marked(_BEFORE, _AFTER, ellipsis="…"))


def why(index: Index, args: arguments.Why) -> dict[str, Any]:
    """The forms of the archive that a word matches."""
    forms = index.why(args.word)
    answer = {**archive_of(index), "word": args.word}
    kept = fitted((form.to_dict() for form in forms), args.max_characters - length(answer) - 200)
    answer["forms"] = kept.items
    if not any(form.matches for form in forms):
        answer["note"] = (
            f"no article contains «{args.word}» in any form; forms with `matches: false` only look similar"
        )
        answer["perhaps_meant"] = [suggestion.to_dict() for suggestion in index.suggest(args.word)]
    return paged(answer, kept.left, None)
