"""A list of names or queries, answered line by line: the articles of each, their first and last day, their
sources, and the best passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Literal, Unpack

import msgspec
from msgspec.structs import replace

from khabar.analysis import tokenizer
from khabar.analysis.analyzer import Analyzer
from khabar.analysis.fold import fold
from khabar.explore.line_plans import AskedAs, Asking
from khabar.explore.word_units import units_of
from khabar.index.ranking import Ranking
from khabar.query.planner import Planned
from khabar.query.results import Hit
from khabar.query.search import hits_of
from khabar.query.snapshot import Conditions, Snapshot
from khabar.query.tree import Limits, Problem
from khabar.ranking.answers import Summary
from khabar.serialize import Serializable, plain

__all__ = ["BatchRow", "SourceCount", "answer_lines"]

_RANKING = Ranking()
#: Number of lines that are looked up together.
_AT_ONCE = 256
_EPOCH = date(1970, 1, 1)


class SourceCount(Serializable, msgspec.Struct, frozen=True):
    """A source of the articles of a line.

    Attributes:
        name: the source; "" for unknown.
        articles: number of the articles from this source.
    """

    name: str
    articles: int


class BatchRow(Serializable, msgspec.Struct, frozen=True):
    """A line of a list, and what the index has for it.

    Attributes:
        line: its number in the list, from 1.
        text: the line as given.
        asked_as: ``name``, ``phrase``, ``words`` or ``query``; see :meth:`khabar.Index.batch`.
        status: ``found``; ``nothing``; ``empty``; ``repeated``, if an earlier line (:attr:`same_as`) has the
            same words: its numbers are repeated here; ``not-understood``, if the line has no word, or is a
            query that only excludes.
        articles: number of articles.
        first, last: the earliest and latest day of these; None if none is dated.
        undated: number of these without a date.
        sources: the sources with the most of these articles.
        more_sources: number of further sources.
        hits: the best of these articles, each with its best passage; empty for a repeated line.
        same_as: the number of the earlier line with the same words, or None.
        problems: parts of the line that were not understood, with what was done instead.
    """

    line: int
    text: str
    asked_as: AskedAs
    status: Literal["found", "nothing", "empty", "repeated", "not-understood"]
    articles: int = 0
    first: date | None = None
    last: date | None = None
    undated: int = 0
    sources: tuple[SourceCount, ...] = ()
    more_sources: int = 0
    hits: tuple[Hit, ...] = ()
    same_as: int | None = None
    problems: tuple[Problem, ...] = ()

    def row(self) -> dict[str, Any]:
        """The line as a flat table row, with the best passage."""
        best = self.hits[0] if self.hits else None
        row = {name: plain(getattr(self, name)) for name in ("line", "text", "asked_as", "status")}
        row |= {name: plain(getattr(self, name)) for name in ("articles", "first", "last", "undated")}
        row["sources"] = "، ".join(f"{source.name or '?'} ({source.articles})" for source in self.sources)
        row["more_sources"] = self.more_sources
        row["same_as"] = self.same_as
        row["problems"] = "; ".join(problem.message for problem in self.problems)
        return {**row, **_best(best)}

    def article_rows(self, fields: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """A flat row for each of the hits, with the line that it belongs to; none without hits.

        Args:
            fields: the names of free fields that are columns, as for :meth:`khabar.Article.row`.
        """
        before = {"line": self.line, "text": self.text}
        return [{**before, **hit.row(fields=fields)} for hit in self.hits]


def _best(hit: Hit | None) -> dict[str, Any]:
    names = ("id", "title", "source", "published", "url", "snippet")
    if hit is None:
        return dict.fromkeys((f"best_{name}" for name in names), None)
    row = hit.row()
    return {f"best_{name}": row[name] for name in names}


def answer_lines(
    snapshot: Snapshot,
    lines: Iterable[str],
    how: AskedAs,
    *,
    hits: int | None,
    sources: int,
    width: int,
    limits: Limits | None,
    **conditions: Unpack[Conditions],
) -> Iterator[BatchRow]:
    """Answer each line; see :meth:`khabar.Index.batch`."""
    # Made here and not in the generator, so that this call raises the errors in the conditions.
    asking = Asking(snapshot, how, limits, conditions)
    return _answered(snapshot, lines, asking, hits, sources, width)


def _answered(
    snapshot: Snapshot, lines: Iterable[str], asking: Asking, hits: int | None, sources: int, width: int
) -> Iterator[BatchRow]:
    how = asking.how
    answered: dict[tuple[str, ...], BatchRow] = {}
    for start, some in _chunks(lines):
        asking.prepare(some)
        plans: dict[int, Planned] = {}
        keys = [_key(line, how, snapshot.planner.analyzer) for line in some]
        #: the rows of new lines, still without an answer; None for repeated ones
        rows: list[BatchRow | None] = []
        pending: set[tuple[str, ...]] = set()
        for place, (line, key) in enumerate(zip(some, keys, strict=True)):
            number = start + place
            if not line.strip():
                rows.append(BatchRow(number, line, how, "empty"))
            elif key in answered or key in pending:
                rows.append(None)
            else:
                planned = asking.plan(line)
                row = BatchRow(number, line, how, "nothing", problems=(*asking.problems, *planned.problems))
                if planned.plan.clauses and any(planned.plan.shown):
                    plans[place] = planned
                else:
                    row = replace(row, status="not-understood")
                pending.add(key)
                rows.append(row)
        summaries = snapshot.answers.summaries(
            [planned.plan for planned in plans.values()], _RANKING, limit=hits
        )
        summary_of = dict(zip(plans, summaries, strict=True))
        for place, (line, key, new) in enumerate(zip(some, keys, rows, strict=True)):
            if new is None:
                first = answered[key]
                yield replace(first, line=start + place, text=line, status="repeated", same_as=first.line)
                continue
            row = new
            if place in summary_of:
                row = _filled(row, summary_of[place], plans[place], snapshot, sources, width)
                if not row.articles:
                    row = replace(row, problems=(*row.problems, *asking.outside(line)))
            if row.status != "empty":
                answered[key] = replace(row, hits=())
            yield row


def _chunks(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines in chunks, each with the number of its first line."""
    number, some = 1, []
    for line in lines:
        some.append(line)
        if len(some) == _AT_ONCE:
            yield number, some
            number, some = number + len(some), []
    if some:
        yield number, some


def _key(line: str, how: AskedAs, analyzer: Analyzer) -> tuple[str, ...]:
    """A key that is equal for lines that ask the same: names in any spelling."""
    if how == "query":
        return (line.strip(),)
    if how == "name":
        words = tuple(unit.key for unit in units_of(line, analyzer))
    else:
        words = tuple(map(fold, tokenizer.words(line)))
    # Lines without a word are the same only if their signs are.
    return words or (line.strip(),)


def _filled(
    row: BatchRow, summary: Summary, planned: Planned, snapshot: Snapshot, most: int, width: int
) -> BatchRow:
    """A row with the answer of the index."""
    counts = sorted(summary.sources.items(), key=lambda item: (-item[1], not item[0], item[0]))
    return replace(
        row,
        status="found" if summary.total else "nothing",
        articles=summary.total,
        first=_day(summary.first),
        last=_day(summary.last),
        undated=summary.undated,
        sources=tuple(SourceCount(name, count) for name, count in counts[:most]),
        more_sources=max(0, len(counts) - most),
        hits=tuple(hits_of(snapshot, summary.matches, planned, summary.idf, width)),
    )


def _day(number: int | None) -> date | None:
    return None if number is None else _EPOCH + timedelta(days=number)
