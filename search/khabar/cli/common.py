"""Shared by several commands: opening the index, and messages on stderr about it and about queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from khabar.cli.places import PlaceType, archive_option, index_option, one_index_option, with_notices
from khabar.render.messages import say
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.index.address import Place
    from khabar.library import Index
    from khabar.meaning.reports import VectorsInfo
    from khabar.query.snapshot import Asked
    from khabar.query.tree import Problem

__all__ = [
    "NOTHING_FOUND",
    "Number",
    "PlaceType",
    "Whole",
    "archive_option",
    "complain_of",
    "filled_index",
    "index_option",
    "one_index_option",
    "outside_days",
    "tell",
    "tell_state",
    "vectors_of",
    "with_notices",
]

#: The exit status of a command whose search found nothing.
NOTHING_FOUND = 1


class Whole(click.IntRange):
    """A whole number in a range."""

    # Click names it in messages, as «integer range» by default, which few readers understand.
    name = "integer"


class Number(click.FloatRange):
    """A number in a range."""

    name = "number"


@contextmanager
def filled_index(place: Place, language: str, model: str | None = None) -> Iterator[Index]:
    """Open an index with the aliases and words of the settings, for a command that shows its content. If it
    is only partly built, a message on stderr says so.

    Args:
        place: the place of the index.
        language: the language of messages.
        model: the model for searches by meaning; None for the default.

    Raises:
        IndexEmpty: if it has no articles.
    """
    from khabar.cli.settings import aliases, read_settings, settings_path, words_in_use
    from khabar.library import open_index

    settings = read_settings(settings_path())
    with open_index(place, aliases=aliases(settings), words=words_in_use(settings), encoder=model) as index:
        tell_state(index, language)
        yield index


def tell_state(index: Index, language: str) -> None:
    """Report on stderr that an index is only partly built, or that one of its archives is empty.

    Raises:
        IndexEmpty: if it has no articles.
    """
    state, articles = index.state(), len(index)
    for name, count in index.archives.items() if articles else ():
        if not count:
            complain(say("empty archive", language, name=name))
    if not articles:
        import shlex

        from khabar.errors import IndexEmpty

        key = "no articles yet" if state == "being built" else "no articles"
        raise IndexEmpty(say(key, language, index=index.path, quoted=shlex.quote(str(index.path))))
    if state != "whole":
        from khabar.render.messages import counted

        complain(say(state, language, index=index.path, count=counted(articles, "article", language)))


def vectors_of(index: Index) -> VectorsInfo | None:
    """The vectors of an index; None if it has none, or if they are damaged, which is reported on stderr."""
    from khabar.errors import IndexDamaged

    try:
        info = index.vectors()
    except IndexDamaged as error:
        from khabar.render.arabic import explained

        complain(explained(error, spoken()))
        return None
    return info if info.size or any(archive.size for archive in info.archives.values()) else None


def complain_of(problems: Iterable[Problem], query: str, out: Output) -> None:
    """Report on stderr the parts of a query that were not understood, unless the output is JSON, which
    contains them."""
    if out.style != "json":
        tell(problems, query, out.look.language)


def tell(problems: Iterable[Problem], query: str, language: str) -> None:
    """Report on stderr the parts of a query that were not understood."""
    from khabar.render.faults import problem

    for found in problems:
        complain(problem(found, query, language))


def outside_days(index: Index, query: str, asked: Asked, language: str) -> list[str]:
    """Messages for a query that found nothing: each condition on days that no article can meet, as it was
    understood, and the days that the index covers."""
    from khabar.query.fields import asked_fields, local_today
    from khabar.query.outside import days_outside
    from khabar.query.parser import parse

    items = (
        *(parse(query).items if asked.get("syntax", True) else ()),
        *asked_fields(asked.get("since"), asked.get("until")),
    )
    statistics = index.info().statistics
    if statistics.first is None or statistics.last is None:
        return []
    first, last = statistics.first.date(), statistics.last.date()
    covered = say("span", language, first=first, last=last)
    lines = []
    for condition in days_outside(items, first, last, asked.get("today") or local_today()):
        span = condition.span
        one_day = condition.name == "date" and span.first == span.last
        key = "span day" if one_day else f"span {condition.name}"
        read = say(key, language, first=span.first, last=span.last)
        lines.append(say("outside days", language, value=condition.value, read=read, covered=covered))
    return list(dict.fromkeys(lines))
