"""The tools: functions of an index and of checked arguments that return plain data. All of them only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET

from khabar.assistants import arguments as given
from khabar.assistants.arguments import Arguments, Conditions
from khabar.assistants.budget import fitted, length
from khabar.assistants.nothing import explained
from khabar.assistants.outside import NOTICE, about, line, lines
from khabar.corpus.article import Article
from khabar.explore.names import Name
from khabar.explore.quotations import Quotation, QuotedPlace
from khabar.explore.timeline import Timeline
from khabar.highlight.snippet import Snippet
from khabar.index.plan import NAMED
from khabar.library import Index
from khabar.query.interpret import Interpretation
from khabar.query.results import Hit, Results
from khabar.query.tree import Match, Problem

__all__ = ["TOOLS", "Tool", "called"]

_A = TypeVar("_A", bound=Arguments)

#: Marks around the words of the query.
_BEFORE, _AFTER = "«", "»"
#: Characters of a snippet.
_WIDTH = 300
#: Articles of a story that are listed, the first ones.
_TELLINGS = 10


class Tool(msgspec.Struct, Generic[_A], frozen=True):
    """A tool of the server.

    Attributes:
        name, title, description: as the assistant sees them.
        takes: the struct of its arguments.
        call: gives its answer.
    """

    name: str
    title: str
    description: str
    takes: type[_A]
    call: Callable[[Index, _A], dict[str, Any]]


def called(tool: Tool[Any], index: Index, arguments: object) -> dict[str, Any]:
    """The answer of a tool.

    Raises:
        msgspec.ValidationError: if the arguments are not what it takes.
        KhabarError: if the index refuses them, or cannot answer.
    """
    return tool.call(index, msgspec.convert(arguments, tool.takes))


def _search(index: Index, args: given.Search) -> dict[str, Any]:
    asked = _asked(args, "any" if args.sort == "relevance" else "all")
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
    answer = _begun(index, read, asked) | {"group": args.group, "sort": args.sort, "total": results.total}
    if results.with_all is not None:
        answer["total_with_all_words"] = results.with_all
    answer |= _by_meaning(results, args.max_characters - length(answer))
    if not results.total:
        return answer | {"articles": [], "nothing": explained(index, read, asked)}
    kept = fitted((_hit(hit) for hit in results), args.max_characters - length(answer))
    answer["articles"] = kept.items
    until = args.offset + len(kept.items)
    return _paged(answer, kept.left, {"offset": until} if until < results.total else None)


def _by_meaning(results: Results, room: int) -> dict[str, Any]:
    """What meaning did, if it was asked for, what it could not do, and what is close in meaning alone."""
    if results.meaning is None:
        return {}
    used = results.meaning
    told: dict[str, Any] = {"used": used.used}
    if used.used:
        told |= {"model": used.encoder, "ranked": used.ranked}
    problems = [_problem(each) for each in results.problems if each.code.startswith("meaning-")]
    if problems:
        told["problems"] = problems
    answer: dict[str, Any] = {"meaning": told}
    if results.also:
        # The articles that match come first: these take at most a third of the answer.
        kept = fitted((_hit(hit) for hit in results.also), room // 3)
        told["note"] = (
            "`close_in_meaning` are no matches and contain no word of the query: a model took them for "
            "close. They are not counted"
        )
        answer["close_in_meaning"] = kept.items
        if kept.left:
            told["left_out_for_length"] = kept.left
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
        others = [about(each.article) for each in hit.story.tellings[:_TELLINGS]]
        item["reported_by"] = others
        if len(hit.story.tellings) > _TELLINGS:
            item["further_reports"] = len(hit.story.tellings) - _TELLINGS
    return item


def _marked(snippet: Snippet) -> str:
    return line(snippet.marked(_BEFORE, _AFTER, ellipsis="…"))


def _show(index: Index, args: given.Show) -> dict[str, Any]:
    article = index.article(args.id, archive=args.archive)
    if article is None:
        return _unknown(index, args.id)
    answer = {
        **_place(index),
        "article": about(article),
        "paragraphs_in_all": len(article.paragraphs),
    }
    room = args.max_characters - length(answer) - 200
    given_texts, after = _paragraphs(article, args.from_paragraph, args.from_character, room)
    answer["paragraphs"] = given_texts
    return _paged(answer, 0, after)


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


def _facets(index: Index, args: given.Facets) -> dict[str, Any]:
    asked = _asked(args, "all")
    read = index.interpret(args.query, **asked)
    counted = index.facets(args.query, tuple(args.fields), limit=args.limit, **asked)
    answer = _begun(index, read, asked) | {"total": counted.total}
    if not counted.total:
        return answer | {"facets": {}, "nothing": explained(index, read, asked)}
    room = (args.max_characters - length(answer)) // len(counted)
    answer["facets"], left = {}, 0
    for facet in counted:
        name = "value" if facet.field in ("year", "month") else "from_article"
        kept = fitted(({name: line(each.name), "articles": each.count} for each in facet), room)
        answer["facets"][facet.field] = {"values": kept.items, "further_values": facet.more + kept.left}
        left += kept.left
    return _paged(answer, left, None)


def _names(index: Index, args: given.Names) -> dict[str, Any]:
    asked = _asked(args, "all")
    read = index.interpret(args.query, **asked)
    names = index.names(args.query, args.kind, beside=args.beside, limit=args.limit, **asked)
    answer = _begun(index, read, asked) | {"total": names.total, "looked_at": names.looked_at}
    answer["note"] = (
        "recognised by rules: about one in nine names is wrong or cut, and more are missed; `evidence` says "
        "by what. People of one name are counted as one"
    )
    if not names.total:
        return answer | {"names": [], "nothing": explained(index, read, asked)}
    kept = fitted((_name(each) for each in names), args.max_characters - length(answer))
    answer |= {"names": kept.items, "further_names": names.more + kept.left}
    return _paged(answer, kept.left, None)


def _name(name: Name) -> dict[str, Any]:
    evidence = [each.text or each.sort for each in name.evidence[:3]]
    others = [each.text for each in name.spellings if each.text != name.text]
    said = {"name": line(name.text), "evidence": [line(each) for each in evidence]}
    if others:
        said["also_written"] = [line(each) for each in others]
    return {"kind": name.kind, "articles": name.articles, "from_article": said}


def _timeline(index: Index, args: given.Timeline) -> dict[str, Any]:
    asked = _asked(args, "all")
    read = index.interpret(args.query, **asked)
    found = index.timeline(args.query, by=args.by, **asked)
    answer = _begun(index, read, asked) | {"total": read.total}
    if not read.total:
        return answer | {"periods": [], "nothing": explained(index, read, asked)}
    answer |= {"by": found.by, "undated": found.undated[0]}
    periods = list(_periods(found))
    kept = fitted(periods, args.max_characters - length(answer))
    answer["periods"] = kept.items
    after = {"since": periods[len(kept.items)]["first_day"], "by": found.by} if kept.left else None
    return _paged(answer, kept.left, after)


def _periods(found: Timeline) -> Iterator[dict[str, Any]]:
    """The periods in order. Neighbours without a match are one: those that the archive covers, and those of
    which it has no articles at all."""
    for (matches, covered), run in groupby(found, lambda each: (each.counts[0] > 0, each.articles > 0)):
        for some in ((each,) for each in run) if matches else (tuple(run),):
            period: dict[str, Any] = {
                "first_day": some[0].first.isoformat(),
                "last_day": some[-1].last.isoformat(),
                "articles": sum(each.counts[0] for each in some),
                "of_all": sum(each.articles for each in some),
            }
            if len(some) > 1:
                period["periods"] = len(some)
            if not covered:
                period["note"] = "the archive has no articles from this time"
            yield period


def _related(index: Index, args: given.Related) -> dict[str, Any]:
    article = index.article(args.id, archive=args.archive)
    found = None if article is None else index.related(article, limit=args.limit, copies=args.copies)
    if found is None:
        return _unknown(index, args.id)
    answer = {**_place(index), "like": args.id}
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
    return _paged(answer, kept.left, None)


def _why(index: Index, args: given.Why) -> dict[str, Any]:
    forms = index.why(args.word)
    answer = {**_place(index), "word": args.word}
    kept = fitted((each.to_dict() for each in forms), args.max_characters - length(answer) - 200)
    answer["forms"] = kept.items
    if not any(form.matches for form in forms):
        answer["note"] = (
            f"no article contains «{args.word}» in any form; forms with `matches: false` only look similar"
        )
        answer["perhaps_meant"] = [each.to_dict() for each in index.suggest(args.word)]
    return _paged(answer, kept.left, None)


def _verify_quote(index: Index, args: given.Quote) -> dict[str, Any]:
    dated = {name: value for name in ("since", "until") if (value := getattr(args, name))}
    found = index.quote(args.text, limit=args.limit, **dated)
    answer = {**_place(index), "conditions": dated} if dated else _place(index)
    if found.problems:
        answer["problems"] = [_problem(each) for each in found.problems]
    parts = [_quotation(each) for each in found]
    kept = fitted(parts, args.max_characters - length(answer))
    answer["quotations"] = kept.items
    return _paged(answer, kept.left, None)


def _quotation(found: Quotation) -> dict[str, Any]:
    """What is to be said of a quotation: whether these are the words, and what differs."""
    verdict = _VERDICTS[found.status if not found.places else "same" if found.places[0].same else "nearly"]
    item: dict[str, Any] = {"text": found.text, "status": found.status, "verdict": verdict}
    if found.places:
        item["articles_with_the_same_words"] = found.articles
        if first := found.first:
            item["earliest_in_this_archive"] = about(first.first)
        if found.undated:
            item["places_without_a_date"] = found.undated
        item["places"] = [_quoted(place) for place in found.places]
        if found.cut:
            item["note"] = "there may be more places than were looked at"
    elif found.nearest:
        item["nearest"] = _quoted(found.nearest)
        if found.short:
            item["note"] = (
                "the nearest is similar, but too many of so few words differ: it is another sentence"
            )
    return item


_VERDICTS = {
    "same": "this archive has these words",
    "nearly": "this archive has nearly these words; the differences matter: quote the article's own words",
    "not-found": "no article of this archive has these words or nearly these; do not present it as a "
    "quotation on the strength of this archive",
    "too-short": "a single word is no quotation: use search",
    "stop-words": "too few words, or only function words, and not found in the same order",
    "no-words": "there are no words in it",
}


def _quoted(place: QuotedPlace) -> dict[str, Any]:
    item = about(place.article, words=line(place.said)) | {
        "paragraph": place.paragraph,
        "similarity": round(place.similarity, 3),
        "same_words": place.same,
    }
    differences = [
        {"kind": each.kind, "quoted": each.said, "from_article": line(each.there)}
        | ({"alters": each.alters} if each.alters else {})
        for each in place.differences
    ]
    if differences:
        item["differences"] = differences
    if place.copies:
        item["also_reported_by"] = [about(each.article) for each in place.copies[:_TELLINGS]]
    return item


def _unknown(index: Index, article_id: str) -> dict[str, Any]:
    return {
        **_place(index),
        "found": False,
        "note": f"there is no article {article_id!r} in this archive: take an id from `search`",
    }


def _asked(args: Conditions, usual: Match) -> dict[str, Any]:
    """The conditions as arguments of the library."""
    asked: dict[str, Any] = {
        name: value for name in ("since", "until", *NAMED, "where") if (value := getattr(args, name, None))
    }
    return asked | {"match": usual if args.match is UNSET else args.match}


def _begun(index: Index, read: Interpretation, asked: dict[str, Any]) -> dict[str, Any]:
    """What every answer to a query begins with: what was searched, and how."""
    words = [
        {"word": each.word, "role": each.role, "articles": each.articles, "forms": list(each.forms)}
        | ({"further_forms": each.more} if each.more else {})
        for each in read
    ]
    conditions = {name: value for name, value in asked.items() if name != "match"}
    searched: dict[str, Any] = {"query": read.query, "match": read.match, "words": words}
    if conditions:
        searched["conditions"] = conditions
    if read.problems:
        searched["problems"] = [_problem(each) for each in read.problems]
    return {**_place(index), "searched": searched}


def _problem(each: Problem) -> dict[str, Any]:
    choices = {"from_article": [line(name) for name in each.choices]} if each.choices else {}
    return {"code": each.code, "message": each.message} | choices


def _place(index: Index) -> dict[str, Any]:
    """The archive: what of it there is to find."""
    statistics = index.info().statistics
    span = [each.date().isoformat() if each else None for each in (statistics.first, statistics.last)]
    archive = {"articles": statistics.articles, "first_day": span[0], "last_day": span[1]}
    if index.state() != "whole":
        archive["state"] = f"{index.state()}: articles are missing"
    return {"notice": NOTICE, "archive": archive}


def _paged(answer: dict[str, Any], left: int, after: dict[str, Any] | None) -> dict[str, Any]:
    """The answer with what is not in it."""
    if left:
        answer["left_out_for_length"] = left
    if after:
        answer["next"] = after
    return answer


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "search",
        "Search the archive",
        "Find the articles of an Arabic news archive that best match a query, each with its best "
        "paragraph. Words match in any spelling and inflection; the answer says which forms. A total of 0 "
        "comes with the reason and with queries that find something.",
        given.Search,
        _search,
    ),
    Tool(
        "show",
        "Read an article",
        "Give an article with its text. Long texts come in parts: ask again with what `next` gives.",
        given.Show,
        _show,
    ),
    Tool(
        "facets",
        "Count by source, author or time",
        "Count all articles that match a query by source, author, year or month. Without a query: the whole "
        "archive.",
        given.Facets,
        _facets,
    ),
    Tool(
        "names",
        "See who and what is named",
        "List the people, places and organisations named in the best articles that match a query, with the "
        "number of articles of each; or those named beside somebody.",
        given.Names,
        _names,
    ),
    Tool(
        "timeline",
        "Count over time",
        "Count the articles that match a query by day, week, month or year, including empty periods. A gap "
        "can be one of the archive: compare it with the timeline without a query.",
        given.Timeline,
        _timeline,
    ),
    Tool(
        "related",
        "Find similar articles",
        "Find articles similar to one, with the words that link them.",
        given.Related,
        _related,
    ),
    Tool(
        "why",
        "See what a word matches",
        "List the forms of the archive that a query word matches, from the exact word to looser ones, with "
        "their frequencies.",
        given.Why,
        _why,
    ),
    Tool(
        "verify_quote",
        "Verify a quotation",
        "Find where a quotation stands in the archive, in the same words or nearly, who had it first, and "
        "what differs; or say that it is not there, with the nearest words that are.",
        given.Quote,
        _verify_quote,
    ),
)
