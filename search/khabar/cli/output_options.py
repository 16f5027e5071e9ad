"""The options for output: its format, file and look, and the language of messages."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from khabar.cli.places import Decorator
from khabar.render.look import THEMES, Look
from khabar.render.messages import say
from khabar.render.output import FORMATS, SUFFIXES, Output, is_terminal, suffix_style
from khabar.speaking import ASKED, LANGUAGES, speak, spoken

__all__ = [
    "chosen_format",
    "file_option",
    "in_a_folder",
    "lang_option",
    "language_option",
    "only_lang_option",
    "output_options",
    "speak_as_asked",
]


def speak_as_asked(ctx: click.Context, parameter: click.Parameter, asked: str) -> str:
    """Set the language of messages, and return the requested one, which may be ``auto``.

    A language before the command, as in «khabar --lang ar search», takes precedence over the environment and
    the settings.
    """
    if ctx.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE:
        ctx.meta[ASKED] = asked
    asked = str(ctx.meta.get(ASKED, asked))
    # For «auto», the language was already set from the command line, the environment and the settings.
    if asked != "auto":
        speak(asked)
    return asked


def _speak(ctx: click.Context, parameter: click.Parameter, asked: str) -> str:
    speak_as_asked(ctx, parameter, asked)
    return spoken()


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
    default = "plain" if "rich" in formats else formats[0]
    if file is None:
        return style or ("rich" if "rich" in formats and is_terminal(sys.stdout) else default)
    ctx = click.get_current_context()
    typed = style is not None and ctx.get_parameter_source("style") is ParameterSource.COMMANDLINE
    # A file called «.csv» has a suffix too.
    suffix = Path(f"file{file.name}").suffix.lower()
    of_suffix = suffix_style(file, formats) or SUFFIXES.get(suffix)
    if style and typed and of_suffix not in (None, "plain", style):
        raise click.UsageError(say("format against suffix", spoken(), format=style, file=file))
    if style and (typed or of_suffix not in formats):
        return style
    if of_suffix in formats:
        return str(of_suffix)
    if not suffix:
        return default
    suffixes = ", ".join(name for name, style in SUFFIXES.items() if style in formats)
    raise click.UsageError(say("no format of suffix", spoken(), suffix=suffix, suffixes=suffixes))


def language_option(
    *names: str,
    callback: Callable[..., Any] = _speak,
    about: str = "Language of messages.",
    exposed: bool = True,
) -> Decorator:
    """The option ``--lang``.

    Args:
        names: the name of the command's argument; ``lang`` if none is given.
        callback: the function that click calls with the value.
        about: the help of the option.
        exposed: whether the command gets the value.
    """
    return click.option(
        "--lang",
        *names,
        type=click.Choice(("auto", *LANGUAGES)),
        default="auto",
        show_default=True,
        callback=callback,
        is_eager=True,
        expose_value=exposed,
        help=about,
    )


lang_option = language_option("language")
#: The same option, for commands whose results do not depend on a language.
only_lang_option = language_option(exposed=False)


if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    # Before click 8.2, the class is not generic.
    _Choice = click.Choice


class Formats(_Choice):
    """Formats of output. Commands with the format plain also accept those of plug-ins
    (:mod:`khabar.render.plugged`); packages are searched for them only if an unknown format is typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices or "plain" not in self.choices:
            return super().convert(value, param, ctx)
        from khabar import plugins
        from khabar.render.plugged import GROUP

        if plugins.has(GROUP, value):
            return str(value)
        if value == "xlsx":
            self.fail(
                "spreadsheets come from «khabar export» and «khabar batch»: khabar export -o FILE.xlsx",
                param,
                ctx,
            )
        return click.Choice([*self.choices, *plugins.names(GROUP)]).convert(value, param, ctx)


def _options(formats: Sequence[str]) -> list[Decorator]:
    default = (
        "Default: rich on a terminal, plain elsewhere." if "rich" in formats else f"Default: {formats[0]}."
    )
    return [
        click.option(
            "--format",
            "style",
            type=Formats(formats),
            help=f"Output format. {default}",
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
    """The options for output, the same for every command. The command gets them as one argument ``out``.

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
            # As in other tools, a dash means stdout.
            file = None if file == Path("-") else file
            if opened and (file is None or file.suffix.lower() not in SUFFIXES):
                style = "html"
            style = chosen_format(style, file, formats or FORMATS)
            if opened and style != "html":
                raise click.UsageError(f"--open makes a page: {file} cannot be one")
            look = Look(
                theme,
                language,
                _visual(bidi, style, file),
                links=_links(links, style, file),
                colours=not (_uncoloured() and is_terminal(sys.stdout)),
            )
            called = click.get_current_context().command_path
            return function(*args, out=Output(style, look, not no_pager, opened, file, called), **rest)

        decorated: Callable[..., Any] = command
        for option in reversed(_options(formats or FORMATS)):
            decorated = option(decorated)
        return decorated if many else file_option(decorated)

    return decorate


def _uncoloured() -> bool:
    """Whether the environment asks for no colours (https://no-color.org) or its terminal has none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in ("dumb", "unknown")


def _links(when: str, style: str, file: Path | None) -> bool:
    """Whether to make articles links: in rich output on a terminal, never in a file or pipe."""
    if style != "rich" or file is not None or when == "never" or not is_terminal(sys.stdout):
        return False
    from khabar.render.links import shows_links

    return when == "always" or shows_links(os.environ)


def _visual(bidi: str, style: str, file: Path | None) -> bool:
    """Whether to put lines into visual order, which is never done in output for programs."""
    on_terminal = file is None and is_terminal(sys.stdout)
    if style not in ("rich", "plain") or bidi == "never" or (bidi == "auto" and not on_terminal):
        return False
    from khabar.render import bidi as order
    from khabar.render.terminals import NEVER, reorders

    if bidi == "always":
        order.require()
        return True
    return reorders(os.environ)[1] == NEVER and order.available()
