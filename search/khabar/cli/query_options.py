"""The query argument, and the options of commands that take a query."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from khabar.cli.common import Whole
from khabar.cli.places import Decorator
from khabar.index.plan import NAMED

__all__ = [
    "asked_options",
    "conditions_options",
    "group_option",
    "limit_option",
    "match_options",
    "model_option",
    "query_argument",
    "quoted_for_the_shell",
    "sort_option",
    "tz_option",
]

#: The key under which click's context keeps the words of a query as the shell passed them.
_PIECES = "khabar.pieces"


def _joined(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str:
    ctx.meta[_PIECES] = words
    return " ".join(words)


def quoted_for_the_shell(ctx: click.Context) -> str:
    """The query with quotation marks restored around arguments of several words; "" if there are none. (The
    shell removed the marks.)"""
    words: tuple[str, ...] = ctx.meta.get(_PIECES, ())
    if not any(" " in word.strip() for word in words):
        return ""
    return " ".join(f'"{word.strip()}"' if " " in word.strip() else word for word in words)


query_argument: Decorator = click.argument(
    "query",
    nargs=-1,
    type=click.UNPROCESSED,
    callback=_joined,
)


def limit_option(default: int, about: str = "Number of results to show.", *, least: int = 1) -> Decorator:
    """The option for the number of results."""
    return click.option(
        "-n",
        "--limit",
        metavar="N",
        type=Whole(least),
        default=default,
        show_default=True,
        help=about,
    )


#: A command gets it as ``model``, for :func:`khabar.open_encoder`.
model_option: Decorator = click.option(
    "--model",
    metavar="MODEL",
    help="Model for ranking by meaning: the name of an installed model, a folder, a plug-in, or the address "
    "of an embeddings server, to which texts are then sent. Default: the installed model.",
)

sort_option: Decorator = click.option(
    "--sort",
    type=click.Choice(("relevance", "newest", "oldest")),
    default="relevance",
    show_default=True,
    help="Order of the results. Undated articles come last when sorting by date.",
)

group_option: Decorator = click.option(
    "--group",
    type=click.Choice(("article", "story", "none")),
    default="article",
    show_default=True,
    help="What counts as a hit: an article; a story, reported by several outlets in nearly the same words; "
    "or, with none, each paragraph.",
)


def _zone(ctx: click.Context, parameter: click.Parameter, name: str | None) -> str:
    if name:
        from khabar.zones import zone_of

        zone_of(name)
    return name or ""


def tz_option(about: str) -> Decorator:
    """The option for a time zone.

    Args:
        about: the first sentences of its help.
    """
    return click.option(
        "--tz", metavar="ZONE", callback=_zone, help=f"{about} For example Asia/Riyadh or +03:00."
    )


def match_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--any`` and ``--all``. A command gets them as ``match``; None if neither is given."""
    for name, about in (
        (
            "all",
            "Match only articles with all the words. The default where all matches are counted or listed.",
        ),
        ("any", "Match articles with any of the words. The default where the best come first."),
    ):
        function = click.option(f"--{name}", "match", flag_value=name, default=None, help=about)(function)
    return function


def asked_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that accompany a query. A command gets them as one argument ``asked``, to pass on to the
    methods of an index."""

    @functools.wraps(function)
    def command(
        *args: Any,
        words: bool,
        since: str | None,
        until: str | None,
        source: tuple[str, ...],
        author: tuple[str, ...],
        section: tuple[str, ...],
        tag: tuple[str, ...],
        article_language: tuple[str, ...],
        article_place: tuple[str, ...],
        where: tuple[str, ...],
        match: str | None,
        tz: str,
        **rest: Any,
    ) -> Any:
        asked: dict[str, Any] = {
            "syntax": not words,
            "since": since,
            "until": until,
            "source": source,
            "author": author,
            "section": section,
            "tag": tag,
            "language": article_language,
            "place": article_place,
            "match": match,
        }
        if where:
            from khabar.query.fields import where_in

            asked["where"] = where_in(where)
        if tz:
            from khabar.zones import today_in

            asked["today"] = today_in(tz)
        return function(*args, asked=asked, **rest)

    decorated: Callable[..., Any] = command
    for name, metavar, about in (
        (
            "where",
            "NAME=VALUE",
            "Only articles with this value in a field that was kept (--keep); part of it is enough. "
            "Repeatable.",
        ),
        ("place", "NAME", "Only articles from this place; part of the name is enough. Repeatable."),
        (
            "language",
            "LANGUAGE",
            "Only articles in this language: a tag such as ar or fa, or its name. Repeatable.",
        ),
        ("tag", "NAME", "Only articles with this tag; part of the name is enough. Repeatable."),
        ("section", "NAME", "Only articles in this section; part of the name is enough. Repeatable."),
        ("author", "NAME", "Only articles by this author; part of the name is enough. Repeatable."),
        ("source", "NAME", "Only articles from this outlet; part of the name is enough. Repeatable."),
        ("until", "DATE", "Only articles published on or before this day."),
        (
            "since",
            "DATE",
            "Only articles published on or after this day, such as 2024-10-09, 2024-10 or أمس.",
        ),
    ):
        many = name in NAMED or name == "where"
        # The command's arguments «place» and «language» are the place of the index and the language of
        # messages.
        names = (f"--{name}", f"article_{name}") if name in ("language", "place") else (f"--{name}",)
        decorated = click.option(*names, metavar=metavar, multiple=many, help=about)(decorated)
    decorated = tz_option(
        "Time zone for relative days such as «أمس» and 7d. Default: the zone of this machine."
    )(decorated)
    decorated = match_options(decorated)
    about = "Treat the query as plain words: ignore quotation marks and operators."
    return click.option("--words", is_flag=True, help=about)(decorated)


def conditions_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of :func:`asked_options` that are conditions on articles, for commands without a query. A
    command gets them as one argument ``conditions``."""

    @functools.wraps(function)
    def command(*args: Any, asked: dict[str, Any], **rest: Any) -> Any:
        about_words = ("syntax", "match")
        conditions = {name: value for name, value in asked.items() if name not in about_words}
        return function(*args, conditions=conditions, **rest)

    inner: Any = asked_options(command)

    @functools.wraps(inner)
    def decorated(*args: Any, **rest: Any) -> Any:
        return inner(*args, words=False, match=None, **rest)

    outer: Any = decorated
    outer.__click_params__ = [
        option for option in inner.__click_params__ if option.name not in ("words", "match")
    ]
    return decorated
