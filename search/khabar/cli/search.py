"""``khabar search``."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from khabar.cli.common import (
    NOTHING_FOUND,
    Number,
    Whole,
    complain_of,
    filled_index,
    index_option,
    offer,
    other_ways,
    search_command,
)
from khabar.cli.output_options import output_options
from khabar.cli.parsing import Command
from khabar.cli.query_options import (
    asked_options,
    group_option,
    limit_option,
    model_option,
    query_argument,
    quoted_for_the_shell,
    sort_option,
)
from khabar.errors import InvalidArgument
from khabar.render.output import CITATIONS, FORMATS, Output, complain

if TYPE_CHECKING:
    from khabar.library import Index
    from khabar.places import Place
    from khabar.query.results import Group, Results
    from khabar.query.snapshot import Asked
    from khabar.ranking.answers import Sort

__all__ = ["command"]

#: Suggest the exact phrase if the words alone find this many times as many articles.
_FAR_MORE = 2


def _forms(ctx: click.Context, parameter: click.Parameter, forms: tuple[str, ...]) -> tuple[str, ...]:
    # A name of two words is one form, stored as one word.
    joined = tuple("".join(form.split()) for form in forms)
    if not all(joined):
        raise click.BadParameter("a form cannot be empty")
    return joined


def _phrase(index: Index, results: Results, group: Group, asked: Asked) -> tuple[str, int] | None:
    """The query as an exact phrase, and how many articles have it, if it is worth suggesting; else None.

    It is if the words were typed as one argument, find far more articles than the phrase, and the query uses
    no operators: who types operators knows how to write a phrase.
    """
    written = quoted_for_the_shell(click.get_current_context())
    if not written or not asked["syntax"]:
        return None
    from khabar.index.plan import Occur
    from khabar.query.parser import parse
    from khabar.query.tree import Term

    parsed = parse(results.query)
    plain = all(
        isinstance(item, Term) and item.kind == "word" and item.occur is Occur.SHOULD for item in parsed.items
    )
    if parsed.problems or not plain or _is_one_word(results.query):
        return None
    total = index.search(written, limit=0, group=group, **asked).total
    return (written, total) if 0 < total <= results.total / _FAR_MORE else None


def _is_one_word(query: str) -> bool:
    """Whether a query is a single word or name, and so not a phrase."""
    from khabar.analysis.analyzer import Analyzer
    from khabar.query.runs import word_runs

    return len(word_runs(Analyzer().tokens(query), query, both=True)) == 1


def _beyond(total: int, page: int | None, offset: int, limit: int, language: str) -> str:
    """The message that no results are shown because all of them come before the requested ones."""
    from khabar.render.messages import say

    if page is None:
        return say("all skipped", language, offset=offset, total=total)
    return say("no page", language, page=page, last=-(-total // limit))


@click.command(
    "search",
    cls=Command,
    epilog="""\b
Examples:
  khabar search وزراء خارجية
  khabar search لافروف -موسكو -n 5
  khabar search '+غزة "وقف إطلاق النار"'
  khabar search اسعار النفط --format jsonl | head -1
  khabar search كاس العالم | grep '^title:'
  khabar search النفط --since 2023-12 --source 'الخليج اليومي'
  khabar search النفط --sort newest --group story
  khabar search النفط --count
  khabar search وزراء خارجية --explain
  khabar search 'من المسؤول عن ارتفاع الأسعار؟' --meaning
  khabar search وزير --without وزراء --without وزيرة

\b
Exit status: 0 something was found, 1 nothing was found, 2 wrong usage, 3 the
search failed.""",
)
@query_argument
@index_option
@limit_option(10, "Number of articles to show.", least=0)
@click.option(
    "--offset",
    metavar="N",
    type=Whole(0),
    default=0,
    help="Skip this many of the first results.",
)
@click.option(
    "--page",
    metavar="N",
    type=Whole(1),
    help="Show page N, with --limit articles per page.",
)
@sort_option
@click.option(
    "--recency",
    metavar="DAYS",
    type=Number(0, min_open=True),
    help="Prefer recent articles: the score halves every DAYS days, counted back from the newest article.",
)
@group_option
@click.option("--count", is_flag=True, help="Print only the number of matches.")
@click.option(
    "--without",
    metavar="FORM",
    multiple=True,
    callback=_forms,
    help="Do not match this form; «khabar why WORD» lists the forms of a word. Repeatable.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Show below each hit what each word contributes: its share of the score, and the forms found.",
)
@asked_options
@click.option(
    "--meaning/--no-meaning",
    default=False,
    help="Also rank the best articles by meaning, with a model, and show articles that are close in "
    "meaning without a common word. Needs «khabar meaning build».",
)
@model_option
@click.option("--legend", is_flag=True, help="Explain the colours.")
@output_options(*FORMATS, *CITATIONS)
def command(
    query: str,
    place: Place,
    limit: int,
    offset: int,
    page: int | None,
    sort: Sort,
    recency: float | None,
    group: Group,
    count: bool,
    without: tuple[str, ...],
    explain: bool,
    meaning: bool,
    model: str | None,
    legend: bool,
    asked: Asked,
    out: Output,
) -> int:
    """Search an index.

    Finds the words of QUERY in any spelling and inflection. The best articles come first, each with its
    best paragraph. "…" keeps words in order, +word is required, -word is excluded. The shell removes
    quotation marks: put single ones around the query to keep them.

    The colour of a highlighted word shows how it matched: as written or in another spelling (exact), by
    its stem (light), as another form of the same dictionary word (lemma), or by its letters alone (similar).

    \b
    --format rich    for people, the default on a terminal
             plain   a «name: value» line for each field, without colours
             json    one object: query, total, took_ms, hits, problems
             jsonl   one object per article, one per line
             csv     one row per article
             html    a self-contained page; --open shows it in the browser
    """
    from click.core import ParameterSource

    from khabar.index.ranking import Ranking
    from khabar.render.messages import say
    from khabar.render.results import ResultsView
    from khabar.render.view import View

    if page is not None:
        if offset:
            raise click.UsageError("--page and --offset exclude each other: give only one")
        offset = (page - 1) * limit
    if (
        not meaning
        and click.get_current_context().get_parameter_source("model") is ParameterSource.COMMANDLINE
    ):
        complain(say("model not used", out.look.language))
    if recency is not None and isnan(recency):
        raise InvalidArgument("recency", recency, "a number from 0 is wanted")
    asked["without"] = without
    typed = asked["match"]
    if count and typed is None:
        asked["match"] = "all"
    with filled_index(place, out.look.language, model) as index:
        results = index.search(
            query,
            limit=0 if count else limit,
            offset=offset,
            explain=explain,
            ranking=Ranking(half_life=recency or 0),
            sort=sort,
            group=group,
            suggest=not count,
            meaning=meaning,
            **asked,
        )
        suggestions = results.suggestions
        view: View = ResultsView(results)
        if count:
            asked["match"] = typed
            suggestions = other_ways(index, query, results.total, asked, out)
            from khabar.render.results import CountView

            view = CountView(results)
        if out.style == "html" and results.total and not count:
            # Count the listed articles: without this, counts require all the words.
            asked["match"] = results.match
            facets = index.facets(results.query, ("source", "section", "author", "tag"), **asked)
            # Leave out sections and tags if no article has any.
            named = [
                facet
                for facet in facets
                if facet.field in ("source", "author") or any(value.name for value in facet)
            ]
            facets = replace(facets, facets=tuple(named))
            view = ResultsView(results, facets, index.timeline(results.query, **asked))
        phrase = _phrase(index, results, group, asked) if out.for_people else None
    complain_of(results.problems, results.query, out)
    out = replace(out, look=replace(out.look, legend=legend))
    out.put(view)
    beyond = bool(results.total and limit and not count and not results.hits)
    if beyond and out.style != "json":
        complain(_beyond(results.total, page, offset, limit, out.look.language))
    if out.for_people:
        if count and results.with_any:
            from khabar.render.messages import nothing

            complain(nothing(query, results, out.look.language))
        if phrase:
            from khabar.render.messages import counted

            written, total = phrase
            language = out.look.language
            command = search_command(written)
            found = counted(total, "article", language)
            complain(say("exact phrase", language, count=found, command=command))
        offer(suggestions, out.look.language)
    return NOTHING_FOUND if beyond or not results.total else 0
