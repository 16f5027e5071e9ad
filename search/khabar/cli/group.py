"""The command ``khabar``: finds its subcommands, and turns every error into one line and an exit status."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from khabar import notices, stopping
from khabar._version import __version__
from khabar.cli.parsing import INNERMOST, Group
from khabar.speaking import ASKED, LANGUAGES, asked_on, language, speak, spoken

__all__ = ["COMMANDS", "khabar"]

#: name → module and its line in the list of commands, so that the list needs no module.
COMMANDS = {
    "index": ("khabar.cli.index", "Index news articles."),
    "search": ("khabar.cli.search", "Search an index."),
    "show": ("khabar.cli.show", "Show a whole article."),
    "export": ("khabar.cli.export", "Export every article that matches a query."),
    "alert": ("khabar.cli.alert", "Save searches, and show what is new since the last run."),
    "desk": ("khabar.cli.desk", "Put articles on your desk: stars, notes and lists."),
    "batch": ("khabar.cli.batch", "Look up a list of names or queries."),
    "quote": ("khabar.cli.quote", "Find where a text appeared, word for word or nearly."),
    "shell": ("khabar.cli.shell", "Search interactively, at a prompt."),
    "serve": ("khabar.cli.serve", "Serve an index to a browser and to other programs."),
    "mcp": ("khabar.cli.mcp", "Let an assistant search an index."),
    "facets": (
        "khabar.cli.facets",
        "Count the articles that match a query by source, tag or month.",
    ),
    "timeline": ("khabar.cli.timeline", "Show how many articles that match a query appeared over time."),
    "terms": ("khabar.cli.terms", "Show the key terms of a query."),
    "names": (
        "khabar.cli.names",
        "List the names in the articles that match a query.",
    ),
    "related": ("khabar.cli.related", "Show articles similar to a given one."),
    "complete": ("khabar.cli.complete", "List words of the index that begin with PREFIX."),
    "words": ("khabar.cli.words", "Show and change your own dictionary of words."),
    "meaning": ("khabar.cli.meaning", "Let a model rank hits by their meaning."),
    "why": ("khabar.cli.why", "List the forms in an index that a query word matches."),
    "info": ("khabar.cli.info", "Describe an index."),
    "indexes": ("khabar.cli.indexes", "List the known indexes, and choose the default."),
    "remove": ("khabar.cli.remove", "Remove articles from an index."),
    "check": ("khabar.cli.check", "Verify an index against its checksums."),
    "rebuild": ("khabar.cli.rebuild", "Rebuild an index from its stored articles."),
    "analyze": ("khabar.cli.analyze", "Show the words of a text as they are indexed."),
    "read": ("khabar.cli.read", "Print articles as they are read, one JSON object per line."),
    "eval": ("khabar.cli.evaluate", "Measure the search on a test collection."),
    "config": ("khabar.cli.config", "Show and change your settings."),
    "plugins": ("khabar.cli.plugins", "List the plug-ins of installed packages."),
    "man": ("khabar.cli.man", "Show the manual page of a command, or write all of them."),
    "completion": ("khabar.cli.completion", "Print a shell completion script."),
    "help": ("khabar.cli.help", "Show the help of a command."),
}

#: Commands that need no numpy.
_WITHOUT_NUMPY = ("config", "plugins", "words", "completion", "help", "man", "analyze", "read")

#: Commands to which no settings apply except the language.
_WITHOUT_SETTINGS = ("config", "completion", "help", "man")

WRONG_USAGE, NOTHING_DONE, FAULT, NO_READER = 2, 3, 70, 141


class Commands(Group):
    """A group whose subcommands are imported one by one, when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from khabar.cli.settings import name_variables

        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        name_variables(command, (cmd_name,))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not ctx.resilient_parsing:
            self._settle(ctx, str(name), command, asked_on(args) or ctx.meta.get(ASKED))
        return name, command, rest

    def _settle(self, ctx: click.Context, name: str, command: click.Command, asked: str | None) -> None:
        """Apply the settings file. Its language also applies to errors in the rest of the command line."""
        from khabar.cli.settings import defaults, read_settings, settings_path, strangers, strangers_in
        from khabar.errors import SettingsError
        from khabar.render.messages import say
        from khabar.render.output import complain

        try:
            settings = read_settings(settings_path())
        except SettingsError:
            # These must also work with a broken settings file.
            if name in _WITHOUT_SETTINGS:
                return
            raise
        if not settings:
            return
        table = settings.get(name)
        if not asked and not os.environ.get("KHABAR_LANG"):
            preferred = table.get("lang") if isinstance(table, dict) else None
            speak(language(preferred or settings.get("lang"), os.environ))
        if name not in _WITHOUT_SETTINGS:
            for unknown in (*strangers(settings, list(COMMANDS)), *strangers_in(command, table, (name,))):
                complain(say("unknown setting", spoken(), name=unknown, path=settings_path()))
            ctx.default_map = {name: defaults(command, settings, table)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run, and exit with the status that the subcommand returned."""
        _prepare_streams()
        # Otherwise OpenBLAS, which khabar does not use, starts a thread for each processor.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        extra |= {"prog_name": "khabar", "standalone_mode": False}
        if _tell not in notices.listeners:
            notices.listeners.append(_tell)
        typed = sys.argv[1:] if args is None else args
        # Set the language first, so that errors in the command line are reported in it.
        speak(language(asked_on(typed) or os.environ.get("KHABAR_LANG"), os.environ))
        try:
            _import_numpy(typed)
            status = super().main(args, **extra)
        except click.ClickException as error:
            _show(error)
            status = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            from khabar.render.output import complain

            complain("interrupted")
            status = stopping.status()
        status = status if isinstance(status, int) else 0
        try:
            sys.stdout.flush()
        except OSError as error:
            from khabar.render.output import silence

            # A command that failed has reported its error already.
            status = _unwritten(error) if status in (0, 1) else status
            silence(sys.stdout)
        sys.exit(status)

    def make_context(self, *args: Any, **rest: Any) -> click.Context:
        try:
            return super().make_context(*args, **rest)
        except OSError as error:
            # The help or the version could not be written.
            raise click.exceptions.Exit(_unwritten(error)) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            stopping.raising()
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError as error:
            return _unwritten(error)
        except KeyboardInterrupt:
            from khabar.render.output import complain

            complain("interrupted")
            return stopping.status()
        except Exception as error:
            if ctx.params["debug"]:
                import traceback

                traceback.print_exc()
            return _report(error, spoken())


def _unwritten(error: OSError) -> int:
    """Report that something could not be written, unless nobody reads it, and return the exit status."""
    from khabar.render.output import silence

    if not isinstance(error, BrokenPipeError):
        return _report(error, spoken())
    silence(sys.stdout)
    return NO_READER


def _tell(event: str, detail: str) -> None:
    """Report an event of :mod:`khabar.notices` on stderr."""
    from khabar.render.messages import say
    from khabar.render.output import complain

    ctx = click.get_current_context(silent=True)
    complain(say(event, spoken() if ctx else "en", detail=detail))


def _source_of(ctx: click.Context, option: click.Parameter) -> str:
    """The variable or setting from which an option has its value; "" if it was typed."""
    if not isinstance(option, click.Option):
        return ""
    from click.core import ParameterSource

    from khabar.cli.settings import read_settings, setting_of, settings_path, variables_of

    source = ctx.get_parameter_source(str(option.name))
    if source is ParameterSource.ENVIRONMENT:
        variable = next(name for name in variables_of(option) if os.environ.get(name))
        return f"the variable '{variable}'"
    if source is ParameterSource.DEFAULT_MAP:
        path = settings_path()
        name = setting_of(option, ctx.command_path.split()[1:], read_settings(path))
        return f"the setting '{name}' in {path}"
    return ""


def _source_of_argument(name: str) -> str:
    """The source of an argument of the library: a variable, a setting, or an option with another name; "" if
    the option with its name was typed."""
    outer = click.get_current_context(silent=True)
    ctx: click.Context | None = outer and outer.meta.get(INNERMOST)
    if ctx is None:
        return ""
    long = f"--{name.replace('_', '-')}"
    options = [option for option in ctx.command.params if isinstance(option, click.Option)]
    for option in options:
        if long in option.opts:
            return _source_of(ctx, option)
    return next((max(option.opts, key=len) for option in options if option.name == name), "")


def _show(error: click.ClickException) -> None:
    """Report an error in the command line, with the typed text made harmless to a terminal."""
    from khabar.render.output import complain_lines, is_terminal
    from khabar.spelling import controls_shown, printable

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        # The message is the help and contains nothing that was typed: keep its lines.
        complain_lines(error.message)
        return
    if isinstance(error, click.BadParameter) and error.ctx and error.param and error.param_hint is None:
        # Name the variable or setting to correct, not an option that nobody typed.
        error.param_hint = _source_of(error.ctx, error.param) or None
    # One line, so that no typed text looks like a message of khabar.
    object.__setattr__(error, "message", printable(error.message))
    if spoken() == "ar":
        from khabar.cli.arabic import mistake_lines

        message = "\n".join(mistake_lines(error))
    else:
        import io

        buffer = io.StringIO()
        error.show(buffer)
        message = buffer.getvalue().removesuffix("\n")
    message = controls_shown(message)
    if is_terminal(sys.stderr):
        import shutil

        from khabar.render.text import wrapped

        width = shutil.get_terminal_size().columns
        message = "\n".join(wrapped(line, width) for line in message.split("\n"))
    complain_lines(message)


def _prepare_streams() -> None:
    """Make stdout and stderr accept any text: UTF-8 whatever the locale says, with «?» for characters that
    cannot be encoded."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _import_numpy(args: Sequence[str]) -> None:
    """Import numpy early if the command needs it, which saves 15 ms.

    Python 3.11 allocates its call stack in chunks of 16 kB and frees each as soon as it is empty. When numpy
    is imported deep inside click and khabar, its nested imports run at the edge of a chunk, and thousands of
    chunks are allocated and freed.
    """
    name = next((arg for arg in args if not arg.startswith("-")), "")
    if name in COMMANDS and name not in _WITHOUT_NUMPY and not {"-h", "--help"}.intersection(args):
        # The command reports that numpy is missing.
        with suppress(ImportError):
            import numpy  # noqa: F401


def _report(error: Exception, language: str) -> int:
    """Report an error in one line, and return the exit status."""
    from khabar.errors import IndexNotFound, InvalidArgument, KhabarError
    from khabar.render.arabic import explained, translated
    from khabar.render.faults import invalid
    from khabar.render.output import complain

    if isinstance(error, InvalidArgument):
        source = translated(_source_of_argument(error.name), language)
        complain(invalid(error, language, source, translated(error.reason, language)))
        return WRONG_USAGE
    if isinstance(error, KhabarError):
        complain(explained(error, language))
        if isinstance(error, IndexNotFound):
            _name_others(language)
        return NOTHING_DONE
    if isinstance(error, OSError) and error.strerror:
        where = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        complain(explained(OSError(f"{error.strerror}{where}"), language))
        return NOTHING_DONE
    if isinstance(error, MemoryError):
        complain(explained(OSError(os.strerror(errno.ENOMEM)), language))
        return NOTHING_DONE
    what = " ".join(f"{type(error).__name__}: {error}".split())
    complain(f"internal error ({what}). For the traceback, run again with: khabar --debug …")
    return FAULT


def _name_others(language: str) -> None:
    """Name the known indexes: the default one changes with the current folder."""
    from khabar.cli.known_indexes import usable_indexes
    from khabar.render.messages import say
    from khabar.render.output import complain

    if names := usable_indexes():
        complain(say("other indexes", language, names=names))


def _keep_asked(ctx: click.Context, parameter: click.Parameter, asked: str | None) -> None:
    # The command reads it; it takes precedence over the environment and the settings.
    if asked:
        ctx.meta[ASKED] = asked


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Example, on the sample corpus:
  khabar index corpus/articles
  khabar search الامن الغذائي

For help on one command: khabar COMMAND --help""",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--lang",
    type=click.Choice(("auto", *LANGUAGES)),
    default=None,
    callback=_keep_asked,
    expose_value=False,
    help="Language of messages.",
)
@click.version_option(__version__, prog_name="khabar", message="%(prog)s %(version)s")
def khabar(debug: bool) -> None:
    """Arabic news search: index articles, search them, read highlighted snippets."""
