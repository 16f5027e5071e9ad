"""Shared by several commands: options and output."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from khabar.cli.places import PlaceType, archive_option, index_option, one_index_option, told_of
from khabar.index.plan import NAMED
from khabar.render.look import THEMES, Look
from khabar.render.messages import say
from khabar.render.output import FORMATS, SUFFIXES, Output, complain, is_terminal, suffix_style
from khabar.speaking import LANGUAGES, speak, spoken

if TYPE_CHECKING:
    from khabar.index.address import Place
    from khabar.library import Index
    from khabar.meaning.reports import VectorsInfo
    from khabar.query.tree import Problem

__all__ = [
    "NOTHING_FOUND",
    "Number",
    "PlaceType",
    "Whole",
    "archive_option",
    "asked_options",
    "chosen_format",
    "complain_of",
    "conditions_options",
    "file_option",
    "filled_index",
    "group_option",
    "in_a_folder",
    "index_option",
    "lang_option",
    "limit_option",
    "match_options",
    "model_option",
    "one_index_option",
    "only_lang_option",
    "output_options",
    "query_argument",
    "quoted_for_the_shell",
    "sort_option",
    "tell",
    "tell_state",
    "told_of",
    "tz_option",
    "vectors_of",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

#: The exit status of a command that looked for something.
NOTHING_FOUND = 1

#: The key under which click's context keeps the words of a query as the shell passed them.
_PIECES = "khabar.pieces"


class Whole(click.IntRange):
    """A whole number in a range."""

    # Click says with it what a value is not: «integer range» is no word for people.
    name = "integer"


class Number(click.FloatRange):
    """A number in a range."""

    name = "number"


@contextmanager
def filled_index(place: Place, language: str, model: str | None = None) -> Iterator[Index]:
    """The index in a place with the aliases of the settings, for a command that shows its content. If it is
    only partly built, a message on stderr says so.

    Args:
        place: of the index.
        language: of messages.
        model: what ranks by meaning, where a search asks for that; None for the usual one.

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
    """Report on stderr if an index is only partly built.

    Raises:
        IndexEmpty: if there is nothing in it.
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
    """What vectors an index has; None if it has none, or they are damaged, which is told on stderr."""
    from khabar.errors import IndexDamaged

    try:
        info = index.vectors()
    except IndexDamaged as error:
        from khabar.render.arabic import explained

        complain(explained(error, spoken()))
        return None
    return info if info.size or any(each.size for each in info.archives.values()) else None


def _joined(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str:
    ctx.meta[_PIECES] = words
    return " ".join(words)


def quoted_for_the_shell(ctx: click.Context) -> str:
    """The query with quotation marks around arguments of several words, whose marks the shell removed; "" if
    there is none."""
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
    help="The model for meaning: the name of an installed one, a folder, a plug-in, or the address of an "
    "embeddings server, to which texts are then sent. Default: the installed one.",
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
    """A time zone, by its name."""
    return click.option(
        "--tz", metavar="ZONE", callback=_zone, help=f"{about} For example Asia/Riyadh or +03:00."
    )


def match_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--any`` and ``--all``. A command gets them as ``match``; None for its default."""
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
    """The options that accompany a query. A command gets them as one ``asked``, for the calls of an index."""

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
        # «place» is where the index is, «language» that of messages.
        names = (f"--{name}", f"article_{name}") if name in ("language", "place") else (f"--{name}",)
        decorated = click.option(*names, metavar=metavar, multiple=many, help=about)(decorated)
    decorated = tz_option(
        "Time zone for relative days such as «أمس» and 7d. Default: the zone of this machine."
    )(decorated)
    decorated = match_options(decorated)
    about = "Treat the query as plain words: ignore quotation marks and operators."
    return click.option("--words", is_flag=True, help=about)(decorated)


def conditions_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Those of them that are conditions on articles, for what is no query. A command gets them as one
    ``conditions``."""

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
    outer.__click_params__ = [each for each in inner.__click_params__ if each.name not in ("words", "match")]
    return decorated


def _speak(ctx: click.Context, parameter: click.Parameter, asked: str) -> str:
    # The language for «auto» is known already, from the command line, the environment and the settings.
    if asked != "auto":
        speak(asked)
    return spoken()


def complain_of(problems: Iterable[Problem], query: str, out: Output) -> None:
    """Report on stderr the parts of a query that were not understood. (The object of JSON contains them.)"""
    if out.style != "json":
        tell(problems, query, out.look.language)


def tell(problems: Iterable[Problem], query: str, language: str) -> None:
    """Report on stderr the parts of a query that were not understood."""
    from khabar.render.faults import problem

    for each in problems:
        complain(problem(each, query, language))


def in_a_folder(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file in a missing folder before the work, not after it."""
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(say("no folder", spoken(), folder=path.parent))
    return path


file_option: Decorator = click.option(
    "-o",
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=in_a_folder,
    help="Write to this file instead, in full or not at all. The suffix sets the format, one of those of "
    "--format.",
)


def chosen_format(style: str | None, file: Path | None, formats: Sequence[str]) -> str:
    """The format of the output: the given one, that of the file's suffix, or the default."""
    usual = "plain" if "rich" in formats else formats[0]
    if file is None:
        return style or ("rich" if "rich" in formats and is_terminal(sys.stdout) else usual)
    ctx = click.get_current_context()
    asked = style is not None and ctx.get_parameter_source("style") is ParameterSource.COMMANDLINE
    # A file called «.csv» has a suffix too.
    suffix = Path(f"file{file.name}").suffix.lower()
    named = suffix_style(file, formats) or SUFFIXES.get(suffix)
    if style and asked and named not in (None, "plain", style):
        raise click.UsageError(say("format against suffix", spoken(), format=style, file=file))
    if style and (asked or named not in formats):
        return style
    if named in formats:
        return str(named)
    if not suffix:
        return usual
    suffixes = ", ".join(each for each, style in SUFFIXES.items() if style in formats)
    raise click.UsageError(say("no format of suffix", spoken(), suffix=suffix, suffixes=suffixes))


lang_option: Decorator = click.option(
    "--lang",
    "language",
    type=click.Choice(("auto", *LANGUAGES)),
    default="auto",
    show_default=True,
    callback=_speak,
    is_eager=True,
    help="Language of messages.",
)

#: The same for commands whose results are not shown in a language.
only_lang_option: Decorator = click.option(
    "--lang",
    type=click.Choice(("auto", *LANGUAGES)),
    default="auto",
    show_default=True,
    callback=_speak,
    is_eager=True,
    expose_value=False,
    help="Language of messages.",
)


if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    # Before click 8.2 it is no generic class.
    _Choice = click.Choice


class Formats(_Choice):
    """Formats of output. Where lines for people are one of them, those of plug-ins are accepted too
    (:mod:`khabar.render.plugged`); nothing is asked of packages before another name is typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices or "plain" not in self.choices:
            return super().convert(value, param, ctx)
        from khabar import plugins
        from khabar.render.plugged import GROUP

        if plugins.has(GROUP, value):
            return str(value)
        return click.Choice([*self.choices, *plugins.names(GROUP)]).convert(value, param, ctx)


def _options(formats: Sequence[str]) -> list[Decorator]:
    usual = (
        "Default: rich on a terminal, plain elsewhere." if "rich" in formats else f"Default: {formats[0]}."
    )
    return [
        click.option(
            "--format",
            "style",
            type=Formats(formats),
            help=f"Output format. {usual}",
        ),
        click.option("--open", "opened", is_flag=True, help="Open the result as a page in the browser."),
        click.option(
            "--theme",
            type=click.Choice(list(THEMES)),
            default="terminal",
            show_default=True,
            help="Colours of rich output.",
        ),
        *(
            [
                click.option(
                    "--links",
                    type=click.Choice(("auto", "always", "never")),
                    default="auto",
                    show_default=True,
                    help="On a terminal, link articles to their address, else to their file.",
                )
            ]
            if "rich" in formats
            else []
        ),
        click.option(
            "--bidi",
            type=click.Choice(("auto", "never", "always")),
            default="auto",
            show_default=True,
            help="Reorder lines for terminals that show Arabic in reverse.",
        ),
        lang_option,
        click.option("--no-pager", is_flag=True, help="Do not page long output."),
    ]


def output_options(*formats: str, many: bool = False) -> Decorator:
    """The options for output, the same for every command. The command gets them as one ``out``.

    Args:
        formats: the formats to choose from; all by default.
        many: whether the command has several results, which cannot go into one file.
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
            links: str = "never",
            file: Path | None = None,
            **rest: Any,
        ) -> Any:
            if opened and style not in (None, "html"):
                raise click.UsageError(f"--open makes a page: leave out --format {style}")
            # As everywhere, a dash is stdout.
            file = None if file == Path("-") else file
            if opened and (file is None or file.suffix.lower() not in SUFFIXES):
                style = "html"
            style = chosen_format(style, file, formats or FORMATS)
            if opened and style != "html":
                raise click.UsageError(f"--open makes a page: {file} cannot be one")
            look = Look(theme, language, _visual(bidi, style, file), links=_links(links, style, file))
            called = click.get_current_context().command_path
            return function(*args, out=Output(style, look, not no_pager, opened, file, called), **rest)

        decorated: Callable[..., Any] = command
        for option in reversed(_options(formats or FORMATS)):
            decorated = option(decorated)
        return decorated if many else file_option(decorated)

    return decorate


def _links(when: str, style: str, file: Path | None) -> bool:
    """Whether articles are links: in rich output on a terminal, never in a file or pipe."""
    if style != "rich" or file is not None or when == "never" or not is_terminal(sys.stdout):
        return False
    from khabar.render.links import shows_links

    return when == "always" or shows_links(os.environ)


def _visual(bidi: str, style: str, file: Path | None) -> bool:
    """Whether to put lines into visual order. Output for programs never is."""
    seen = file is None and is_terminal(sys.stdout)
    if style not in ("rich", "plain") or bidi == "never" or (bidi == "auto" and not seen):
        return False
    from khabar.render import bidi as order
    from khabar.render.terminals import NEVER, reorders

    if bidi == "always":
        order.require()
        return True
    return reorders(os.environ)[1] == NEVER and order.available()
