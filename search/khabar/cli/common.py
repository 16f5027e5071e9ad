"""Shared by several commands: opening the index, and messages on stderr about it and about queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from khabar.cli.places import (
    PlaceType,
    archive_option,
    index_option,
    new_index_option,
    one_index_option,
    with_notices,
)
from khabar.render.messages import joined, say
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.corpus.article import Article
    from khabar.library import Index
    from khabar.meaning.reports import VectorsInfo
    from khabar.places import Place
    from khabar.query.results import Suggestion
    from khabar.query.snapshot import Asked
    from khabar.query.tree import Problem

__all__ = [
    "NOTHING_FOUND",
    "Number",
    "PlaceType",
    "Whole",
    "archive_option",
    "check_model",
    "complain_of",
    "complain_of_missing",
    "filled_index",
    "index_option",
    "new_index_option",
    "offer",
    "one_index_option",
    "other_ways",
    "search_command",
    "tell",
    "tell_of_namesakes",
    "tell_state",
    "typed_index",
    "vectors_of",
    "with_notices",
    "wrong_usage",
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


@contextmanager
def wrong_usage() -> Iterator[None]:
    """Turn a name that the desk or the saved searches refuse into wrong usage: there is none of this name, or
    it is taken."""
    from khabar.errors import InvalidArgument

    try:
        yield
    except InvalidArgument as error:
        raise click.UsageError(error.reason) from error


def check_model(model: str | None, language: str) -> None:
    """Check that a model exists before it is used, without loading it or asking a server.

    Args:
        model: as for :func:`khabar.open_encoder`; None for the default, which a command can do without.
        language: the language of messages.

    Raises:
        EncoderMissing: there is no model of this name, or its packages are missing. If a variable or setting
            names it, this is only reported: the command works without a model.
    """
    if model is None:
        return
    from click.core import ParameterSource

    from khabar.errors import EncoderMissing
    from khabar.meaning.models import found

    try:
        found(model)
    except EncoderMissing as error:
        if click.get_current_context().get_parameter_source("model") is ParameterSource.COMMANDLINE:
            raise
        from khabar.render.arabic import explained

        complain(explained(error, language))


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


def other_ways(index: Index, query: str, total: int, asked: Asked, out: Output) -> tuple[Suggestion, ...]:
    """Other ways to write a query that found nothing, for :func:`offer`; () if it found something, or if the
    output is for programs."""
    return index.suggest(query, **asked) if not total and out.for_people else ()


def offer(suggestions: Iterable[Suggestion], language: str) -> None:
    """Offer on stderr other ways to write a query, each with the command that searches for it."""
    from khabar.render.messages import counted

    for other in suggestions:
        count = counted(other.total, "article", language)
        command = search_command(other.query)
        complain(say("did you mean", language, query=other.query, count=count, command=command))


def search_command(query: str) -> str:
    """The command that searches the index of the present command for a query."""
    import shlex

    return shlex.join(["khabar", "search", query, *typed_index()])


def typed_index() -> list[str]:
    """The words that name the index of the present command: ``--index`` and its value if that was typed."""
    from click.core import ParameterSource

    ctx = click.get_current_context()
    if ctx.get_parameter_source("place") is not ParameterSource.COMMANDLINE:
        return []
    return ["--index", str(ctx.params["place"])]


def complain_of_missing(article_id: str, index: Index, language: str, archive: str = "") -> None:
    """Report on stderr that an index has no article with an id, and the archive that has one or the command
    that shows the ids.

    Args:
        article_id: the id.
        index: the index.
        language: the language of messages.
        archive: the only archive that was asked for; "" for all.
    """
    import shlex

    if archive and (names := [name for name in index.archives if index.article(article_id, archive=name)]):
        others = joined(names, language)
        complain(say("article elsewhere", language, id=article_id, archive=archive, names=others))
        return
    # The mark stands for a query, so it is not quoted.
    command = " ".join(["khabar search …", shlex.join(typed_index())]).rstrip()
    complain(say("no article", language, id=article_id, index=index.path, command=command))


def tell_of_namesakes(article: Article, index: Index, language: str) -> None:
    """Report on stderr that further archives have another article with the id of one that was found in the
    first archive that has it."""
    same: list[str] = []
    others: list[str] = []
    for name in index.archives:
        if (other := index.article(article.id, archive=name)) is not None:
            (same if other.fingerprint() == article.fingerprint() else others).append(name)
    if same and others:
        first, names = same[0], joined(others, language)
        complain(say("namesakes", language, id=article.id, first=first, names=names))
