"""The answer of `verify_quote`: whether the archive contains a quotation, and which article had it first."""

from __future__ import annotations

from typing import Any

from khabar.assistants import arguments
from khabar.assistants.answers import TELLINGS, archive_of, paged, problem_of
from khabar.assistants.budget import fitted, length
from khabar.assistants.outside import about, line
from khabar.explore.quotations import Quotation, QuotedPlace
from khabar.library import Index

__all__ = ["verify_quote"]


def verify_quote(index: Index, args: arguments.Quote) -> dict[str, Any]:
    """The places where a quotation occurs, word for word or nearly so."""
    period = {name: value for name in ("since", "until") if (value := getattr(args, name))}
    found = index.quote(args.text, limit=args.limit, **period)
    answer = {**archive_of(index), "conditions": period} if period else archive_of(index)
    if found.problems:
        answer["problems"] = [problem_of(problem) for problem in found.problems]
    quotations = [_quotation(quotation) for quotation in found]
    kept = fitted(quotations, args.max_characters - length(answer))
    answer["quotations"] = kept.items
    return paged(answer, kept.left, None)


def _quotation(found: Quotation) -> dict[str, Any]:
    """The item of a quotation: whether the archive has these words, where, and what differs."""
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
            item["note"] = "not all places were examined: there may be more"
    elif found.nearest:
        item["nearest"] = _quoted(found.nearest)
        if found.short:
            item["note"] = (
                "the nearest is similar, but too many of its few words differ: it is another sentence"
            )
    return item


_VERDICTS = {
    "same": "this archive has these words",
    "nearly": "this archive has nearly these words; the differences matter: quote the article's own words",
    "not-found": "no article of this archive has these words or nearly these; do not present it as "
    "a quotation that this archive confirms",
    "too-short": "a single word is not a quotation: use search",
    "stop-words": "too few words, or only function words, and not found in the same order",
    "no-words": "the text contains no words",
}


def _quoted(place: QuotedPlace) -> dict[str, Any]:
    item = about(place.article, words=line(place.said)) | {
        "paragraph": place.paragraph,
        "similarity": round(place.similarity, 3),
        "same_words": place.same,
    }
    differences = [
        {"kind": difference.kind, "quoted": difference.said, "from_article": line(difference.there)}
        | ({"alters": difference.alters} if difference.alters else {})
        for difference in place.differences
    ]
    if differences:
        item["differences"] = differences
    if place.copies:
        item["also_reported_by"] = [about(copy.article) for copy in place.copies[:TELLINGS]]
    return item
