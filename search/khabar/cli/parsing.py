"""Commands and groups of commands whose arguments are read by :mod:`khabar.cli.arguments`.

An unknown option or command is wrong usage; the message names the nearest one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from khabar.cli.arguments import Kind, Read, numeral, read_argument, visible
from khabar.speaking import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "INNERMOST",
    "Command",
    "Group",
    "found_command",
    "inner_context",
    "known_options",
    "no_such_command",
]


class Context(click.Context):
    """The context of a command, with help in the current language."""

    def make_formatter(self) -> click.HelpFormatter:
        if spoken() != "ar":
            return super().make_formatter()
        from khabar.cli.arabic import ArabicFormatter

        return ArabicFormatter(width=self.terminal_width, max_width=self.max_content_width)


#: The key in the meta of click's contexts for the context of the command that was called.
INNERMOST = "khabar.innermost"


class Command(click.Command):
    """A command whose options may appear anywhere among its words: see :mod:`khabar.cli.arguments`."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[INNERMOST] = ctx
        options, words = _split(self, ctx, args)
        return super().parse_args(ctx, [*options, "--", *words])


class Group(click.Group):
    """A group of commands; its own options stand before the command."""

    command_class = Command
    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = _known(self, ctx)
        for position, arg in enumerate(args):
            read = read_argument(arg, known)
            if read.kind is Kind.WORD:
                break
            if read.kind is Kind.WRONG and not ctx.resilient_parsing:
                _fail_if_too_early(self, ctx, args, position)
                _no_such_option(self, ctx, args, arg, read)
            args = [*args[:position], *read.names, *args[position + 1 :]] if read.names else args
        rest = super().parse_args(ctx, args)
        if self.no_args_is_help and not ctx.resilient_parsing and not _words(self, ctx, args):
            # «khabar --lang ar» without a command shows the help, as «khabar» does.
            raise click.exceptions.NoArgsIsHelpError(ctx)
        return rest

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # A copied direction mark is not part of a name.
        args = [visible(args[0]), *args[1:]] if args else args
        if args and not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            ctx.fail(no_such_command(self, ctx, args))
        return super().resolve_command(ctx, args)


def _words(group: click.Group, ctx: click.Context, args: Sequence[str]) -> list[str]:
    """The arguments of a group without its own options: a command and what follows it."""
    _, words, _ = group.make_parser(ctx).parse_args(list(args))
    return words


def no_such_command(group: click.Group, ctx: click.Context, args: Sequence[str]) -> str:
    """The message for a first word that is not a command: a misspelling, a command of another tool, or a
    query."""
    from khabar.cli.nearest import command_line, nearest_command
    from khabar.render.messages import say

    language = spoken()
    path = ctx.command_path.split()
    near = nearest_command(args[0], group.list_commands(ctx), tuple(path[1:]))
    message = say("no command", language, word=args[0], group=ctx.command_path)
    if near:
        line = command_line([*path, *near[0].split(), *args[1:]])
        message += say("did you mean command", language, line=line)
    if len(path) == 1 and (near is None or not near[1]):
        message += say("to search for it", language, line=command_line([*path, "search", *args]))
    elif near is None:
        message += say("commands are", language, names=", ".join(group.list_commands(ctx)))
    return message


def found_command(root: click.Context, names: Sequence[str]) -> click.Context:
    """The context of a command, given by its names; of khabar itself if there are none.

    Raises:
        click.UsageError: if there is no such command.
    """
    ctx = root
    for position, name in enumerate(names):
        group = ctx.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{ctx.command_path} has no commands in it", click.get_current_context())
        command = group.get_command(ctx, name)
        if command is None:
            ctx.fail(no_such_command(group, ctx, names[position:]))
        ctx = inner_context(ctx, name, command)
    return ctx


def inner_context(outer: click.Context, name: str, command: click.Command) -> click.Context:
    """The context of a command in a group, for its help."""
    return command.context_class(command, info_name=name, parent=outer)


def known_options(command: click.Command) -> Mapping[str, bool]:
    """The names of a command's own options, and whether each takes a value."""
    return _takes_value(param for param in command.params if isinstance(param, click.Option))


def _known(command: click.Command, ctx: click.Context) -> Mapping[str, bool]:
    """The names of all options of a command, including those that every command has, and whether each takes
    a value."""
    return _takes_value(_options(command, ctx))


def _takes_value(options: Iterable[click.Option]) -> Mapping[str, bool]:
    return {
        name: not option.is_flag and not option.count
        for option in options
        # The negated names, such as «--no-meaning», as well.
        for name in (*option.opts, *option.secondary_opts)
    }


def _options(command: click.Command, ctx: click.Context) -> list[click.Option]:
    return [option for option in command.get_params(ctx) if isinstance(option, click.Option)]


def _split(command: click.Command, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split arguments into the options with their values, and the words."""
    known = _known(command, ctx)
    types = {name: option.type for option in _options(command, ctx) for name in option.opts}
    options: list[str] = []
    words: list[str] = []
    waiting = list(reversed(args))
    while waiting:
        arg = waiting.pop()
        if arg == "--":
            words.extend(reversed(waiting))
            break
        read = read_argument(arg, known)
        if read.kind is Kind.WORD or (read.kind is Kind.WRONG and ctx.resilient_parsing):
            words.append(arg)
            continue
        if read.kind is Kind.WRONG:
            _no_such_option(command, ctx, args, arg, read)
        *flags, name = read.names
        options.extend(flags)
        value = read.value
        if not known[name]:
            options.append(name if value is None else f"{name}={value}")
            continue
        if value is None:
            if not waiting or waiting[-1] == "--" or read_argument(waiting[-1], known).kind is Kind.OPTION:
                if ctx.resilient_parsing:
                    continue
                raise click.BadOptionUsage(name, f"Option {name!r} requires an argument.", ctx)
            value = waiting.pop()
        if not visible(value).strip() and not ctx.resilient_parsing:
            # As with «--source "$OUTLET"» in a script whose variable is empty.
            from khabar.render.messages import say

            raise click.BadOptionUsage(name, say("no value", spoken(), option=name), ctx)
        number = isinstance(types[name], click.types.IntParamType | click.types.FloatParamType)
        options += [name, numeral(value) if number else value]
    if not ctx.resilient_parsing:
        _explain_excluded_numbers(ctx, args, words, known)
    return options, words


def _no_such_option(
    command: click.Command, ctx: click.Context, args: Sequence[str], arg: str, read: Read
) -> NoReturn:
    """Fail, and suggest the option nearest to an unknown one."""
    from khabar.cli.nearest import command_line, nearest_option, remark
    from khabar.render.messages import say

    language = spoken()
    (typed,) = read.names
    if len(typed.split()) > 1 and read_argument(typed.split()[0], _known(command, ctx)).kind is Kind.OPTION:
        ctx.fail(say("option in quotes", language, typed=arg, line=typed))
    message = say("no option", language, typed=arg, command=ctx.command_path)
    arguments = {param.name for param in command.params if isinstance(param, click.Argument)}
    note = remark(typed, {*arguments, *ctx.command_path.split()[1:2]}, language)
    after = args[args.index(arg) + 1 :]
    value = arg.partition("=")[2] or (after[0] if after else "")
    option = nearest_option(typed.split()[0], _options(command, ctx), value, spelling=not note)
    if note:
        message += f"; {note}" if language == "en" else f"؛ {note}"
    elif option is None:
        message += say("options are", language, command=ctx.command_path)
    if option is not None:
        about = _about(option, language)
        message += say("nearest option", language, option=_as_typed(option, typed, ctx))
        message += f" ({about})" if about else ""
    if line := _with_the_word_excluded(command, ctx, args):
        message += say("leave the word out", language, word=typed.lstrip("-"), line=command_line(line))
    ctx.fail(message)


def _about(option: click.Option, language: str) -> str:
    """A short description of an option: the first clause of its help."""
    help = option.help or ""
    if language == "ar":
        from khabar.render.arabic_help import HELP

        help = HELP.get(help, "")
    return re.split(r"\. |[;؛]", help)[0].rstrip(".")


def _as_typed(option: click.Option, typed: str, ctx: click.Context) -> str:
    """An option as it should be typed, with the intended value if that is known: ``--format json``."""
    names = ", ".join(sorted(option.opts, key=len))
    if option.is_flag or option.count:
        return names
    name = typed.lstrip("-")
    if isinstance(option.type, click.Choice) and name in option.type.choices:
        return f"{max(option.opts, key=len)} {name}"
    return f"{names} {option.make_metavar(ctx)}"


def _with_the_word_excluded(command: click.Command, ctx: click.Context, args: Sequence[str]) -> list[str]:
    """The command line in which the words after a dash exclude articles; empty if the command takes no query,
    or if one of the words can only be an option.
    """
    kinds = {parameter.name for parameter in command.params if isinstance(parameter, click.Argument)}
    known = _known(command, ctx)
    end = args.index("--") if "--" in args else len(args)
    wrong = [arg for arg in args[:end] if read_argument(arg, known).kind is Kind.WRONG]
    names = {name.lstrip("-") for name in known}
    if not kinds & {"query", "queries"} or any(not _may_be_a_word(arg, names) for arg in wrong):
        return []
    kept = [arg for arg in args[:end] if arg not in wrong]
    wrong = [f"-{read_argument(arg, known).names[0].lstrip('-')}" for arg in wrong]
    path = ctx.command_path.split()
    if "queries" in kinds:
        # Each argument is a separate query.
        at = next((position for position, arg in enumerate(kept) if not arg.startswith("-")), None)
        if at is None:
            return []
        return [*path, *kept[:at], " ".join([kept[at], *wrong]), *kept[at + 1 :], *args[end:]]
    return [*path, *kept, "--", *wrong, *args[end + 1 :]]


def _may_be_a_word(arg: str, names: Collection[str]) -> bool:
    """Whether an unknown option may be a word to exclude."""
    typed = read_argument(arg, {}).names[0]
    return typed[1] != "-" and len(typed) > 2 and "=" not in arg and typed[1:].lower() not in names


def _explain_excluded_numbers(
    ctx: click.Context, args: Sequence[str], words: Iterable[str], known: Mapping[str, bool]
) -> None:
    """Explain that ``-5`` excludes a word; in other tools it is a number of results."""
    if "--limit" not in known or "--" in args:
        return
    for word in words:
        if word[:1] == "-" and word[1:].isdecimal() and len(word) <= 4:
            from khabar.render.messages import say
            from khabar.render.output import complain

            complain(say("number left out", spoken(), word=word, number=word[1:]))


def _fail_if_too_early(group: click.Group, ctx: click.Context, args: Sequence[str], position: int) -> None:
    """Fail if an option before the command belongs after it, and show the right order. Without a command,
    ``search`` is assumed."""
    from khabar.cli.nearest import command_line
    from khabar.render.messages import say

    names = group.list_commands(ctx)
    at = next((number for number, arg in enumerate(args) if number > position and arg in names), None)
    name = args[at] if at is not None else "search"
    command = group.get_command(ctx, name)
    if command is None:
        return
    if read_argument(args[position], _known(command, ctx)).kind is not Kind.OPTION:
        return
    rest = [arg for number, arg in enumerate(args) if number != at]
    line = command_line([*ctx.command_path.split(), name, *rest])
    ctx.fail(say("behind the command", spoken(), typed=args[position], line=line))
