"""What several commands share: options, and where output goes."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.render.look import Look
from khabar.render.messages import LANGUAGES, language
from khabar.render.output import FORMATS, Output, complain, is_terminal
from khabar.render.themes import THEMES

if TYPE_CHECKING:
    from khabar.query.tree import Problem

__all__ = [
    "NOTHING_FOUND",
    "asked_options",
    "complain_of",
    "index_option",
    "limit_option",
    "output_options",
    "query_argument",
    "spoken",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

#: The exit status of a command that looked for something.
NOTHING_FOUND = 1

#: Where the language of a run is kept, for messages about errors.
_LANGUAGE = "khabar.language"


def _or_default(ctx: click.Context, parameter: click.Parameter, folder: Path | None) -> Path:
    from khabar.index.folder import default_folder

    return default_folder() if folder is None else folder


index_option: Decorator = click.option(
    "--index",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    callback=_or_default,
    help="The index. By default $KHABAR_INDEX; else indexes/news where the current folder has indexes/; "
    "else news in your data folder.",
)


query_argument: Decorator = click.argument(
    "query",
    nargs=-1,
    required=True,
    type=click.UNPROCESSED,
    callback=lambda ctx, parameter, words: " ".join(words),
)


def limit_option(default: int, about: str = "Show so many.", *, least: int = 1) -> Decorator:
    """How many of what it shows a command shows."""
    return click.option(
        "-n",
        "--limit",
        metavar="N",
        type=click.IntRange(least),
        default=default,
        show_default=True,
        help=about,
    )


def asked_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What can be said beside a query; a command gets it as one ``asked``, for the calls of an index."""

    @functools.wraps(function)
    def command(
        *args: Any,
        words: bool,
        since: str | None,
        until: str | None,
        source: tuple[str, ...],
        author: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        asked = {"syntax": not words, "since": since, "until": until, "source": source, "author": author}
        return function(*args, asked=asked, **rest)

    decorated: Callable[..., Any] = command
    for name, metavar, about in (
        ("author", "NAME", "Only articles of this author; part of the name will do. Repeatable."),
        ("source", "NAME", "Only articles of this outlet; part of the name will do. Repeatable."),
        ("until", "DATE", "Only articles published on this day or before it."),
        ("since", "DATE", "Only articles published on this day or after it, as 2024-10-09, 2024-10 or أمس."),
    ):
        many = name in ("author", "source")
        decorated = click.option(f"--{name}", metavar=metavar, multiple=many, help=about)(decorated)
    about = "Take the query as words alone: quotation marks and signs mean nothing."
    return click.option("--words", is_flag=True, help=about)(decorated)


def _speak(ctx: click.Context, parameter: click.Parameter, asked: str | None) -> str:
    chosen = language(None if asked == "auto" else asked, os.environ)
    ctx.meta[_LANGUAGE] = chosen
    return chosen


def spoken(ctx: click.Context) -> str:
    """The language that a run speaks."""
    return str(ctx.meta.get(_LANGUAGE) or language(os.environ.get("KHABAR_LANG"), os.environ))


def complain_of(problems: Iterable[Problem], query: str, out: Output) -> None:
    """Tell people on stderr what of a query was not understood; programs find it in the object."""
    if out.for_people:
        from khabar.render.messages import problem

        for each in problems:
            complain(problem(each, query, out.look.language))


def _options(formats: Sequence[str]) -> list[Decorator]:
    return [
        click.option(
            "--format",
            "style",
            type=click.Choice(formats),
            help="How to print it. By default rich on a terminal, and plain elsewhere.",
        ),
        click.option("--open", "opened", is_flag=True, help="Open the result as a page in the browser."),
        click.option(
            "--theme",
            type=click.Choice(list(THEMES)),
            default="terminal",
            show_default=True,
            help="The colours of rich output.",
        ),
        click.option(
            "--bidi",
            type=click.Choice(("auto", "never", "always")),
            default="auto",
            show_default=True,
            help="Put lines into visual order, for terminals that show Arabic in reverse.",
        ),
        click.option(
            "--lang",
            "language",
            type=click.Choice(("auto", *LANGUAGES)),
            default="auto",
            show_default=True,
            callback=_speak,
            is_eager=True,
            help="The language of what khabar says.",
        ),
        click.option("--no-pager", is_flag=True, help="Never show long output in a pager."),
    ]


def output_options(*formats: str) -> Decorator:
    """The options that say how a result is shown, the same for every command; it gets them as one ``out``.

    Args:
        formats: those to choose from; all of them by default.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(
            *args: Any,
            style: str | None,
            opened: bool,
            theme: str,
            bidi: str,
            language: str,
            no_pager: bool,
            **rest: Any,
        ) -> Any:
            if opened and style not in (None, "html"):
                raise click.UsageError(f"--open makes a page: leave out --format {style}")
            style = "html" if opened else style or ("rich" if is_terminal(sys.stdout) else "plain")
            look = Look(theme, language, _visual(bidi, style))
            return function(*args, out=Output(style, look, not no_pager, opened), **rest)

        decorated: Callable[..., Any] = command
        for option in reversed(_options(formats or FORMATS)):
            decorated = option(decorated)
        return decorated

    return decorate


def _visual(bidi: str, style: str) -> bool:
    """Whether lines are to be put into visual order. What goes to programs never is."""
    if style not in ("rich", "plain") or bidi == "never" or (bidi == "auto" and not is_terminal(sys.stdout)):
        return False
    from khabar.render import bidi as order
    from khabar.render.terminals import NEVER, reorders

    if bidi == "always":
        order.require()
        return True
    return reorders(os.environ)[1] == NEVER and order.available()
