"""``khabar config``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.places import PlaceType
from khabar.cli.settings import (
    ALIASES,
    ARCHIVES,
    SHARED,
    WORDS,
    aliases,
    changed_text,
    options_of,
    read_settings,
    settings_path,
    strangers,
    variables_of,
    write_settings,
)
from khabar.places import without_password
from khabar.render.messages import say
from khabar.render.output import Output, complain, write
from khabar.speaking import spoken
from khabar.spelling import printable

__all__ = ["change_setting", "command"]


@click.group(
    "config",
    cls=Group,
    epilog="""\b
Examples:
  khabar config set theme light
  khabar config set search.limit 5
  khabar config set aliases.عكاظ okaz
  khabar config set archives.agency ~/agency
  khabar config set archives.all 'news; agency'
  khabar config show
  khabar config unset theme
  khabar config path

\b
A setting is the long name of an option for all commands (index, format,
theme, links, bidi, lang, no-pager, tz, model) or for one (search.limit), an
alias of a source (aliases.عكاظ), or the name of an index, or of several that
are searched as one (archives.agency). The command line overrides the environment
(KHABAR_THEME, KHABAR_SEARCH_LIMIT), and the environment overrides the
settings file.""",
)
@only_lang_option
def command() -> None:
    """Show and change your settings."""


@command.command("path")
@only_lang_option
def path_command() -> int:
    """Print the path of the settings file, whether or not it exists."""
    path = str(settings_path())
    # A script needs the exact bytes; a terminal must not interpret them.
    write([printable(path) if sys.stdout.isatty() else path])
    return 0


@command.command("show")
@output_options()
def show_command(out: Output) -> int:
    """Show the settings in the environment and the file. The environment takes precedence."""
    from khabar.cli.group import COMMANDS
    from khabar.render.view import TableView

    path = settings_path()
    settings = read_settings(path)
    rows = [
        {"setting": name, "value": value, "from": f"${variable}"}
        for name, variable, value in _in_environment()
    ]
    overridden = {row["setting"] for row in rows}
    rows += [
        {"setting": name, "value": value, "from": str(path)}
        for name, value in _flattened(settings)
        if name not in overridden
    ]
    rows = [{**row, "value": without_password(row["value"])} for row in rows]
    # For its errors.
    aliases(settings)
    for name in strangers(settings, list(COMMANDS)):
        complain(say("unknown setting", spoken(), name=name, path=path))
    out.put(TableView("settings", rows, "there are no settings. See: khabar config --help"))
    return 0


@command.command("set")
@click.argument("key")
@click.argument("value")
@only_lang_option
def set_command(key: str, value: str) -> int:
    """Set a value in the settings file.

    KEY is the long name of an option, such as theme or search.limit. VALUE is its value on the command
    line; true or false for an option without a value.
    """
    place = _place(key)
    if place == [WORDS]:
        stored: Any = _file(value)
    else:
        if place[0] == ARCHIVES:
            _check_archive_name(place[-1])
        named = {ALIASES: _alias, ARCHIVES: _archive}.get(place[0])
        stored = named(value) if named else _typed(key, value)
    change_setting(place, stored)
    _, shown = next(_flattened({key: stored}))
    complain(say("setting set", spoken(), name=key, value=without_password(shown), path=settings_path()))
    _report_missing(place, stored)
    _report_overridden(key)
    return 0


@command.command("unset")
@click.argument("key")
@only_lang_option
def unset_command(key: str) -> int:
    """Delete a setting from the settings file."""
    message = "setting deleted" if change_setting(_place(key), None) else "setting not set"
    complain(say(message, spoken(), name=key, path=settings_path()))
    _report_overridden(key)
    return 0


def change_setting(place: list[str], value: Any) -> bool:
    """Change one setting, keeping changes that other processes make at the same time.

    Args:
        place: the tables and the name of the setting.
        value: the new value; None deletes the setting.

    Returns:
        Whether the file has changed.
    """
    from khabar.locking import changing

    path = settings_path()
    with changing(path, f"the settings file {path}"):
        before = _text(path)
        after = changed_text(before, place, value, path)
        write_settings(path, after)
    return before.splitlines() != after.splitlines()


def _report_missing(place: list[str], value: Any) -> None:
    """Report a setting that names something missing: it may be added later, and until then commands fail."""
    from khabar.cli.common import check_model
    from khabar.cli.places import place_named
    from khabar.cli.settings import words_files
    from khabar.index.folder import holds_index

    if place == ["model"]:
        check_model(value, spoken())
    elif place == [WORDS]:
        for path in words_files({WORDS: value}):
            if isinstance(path, Path) and not path.exists():
                complain(say("no words file", spoken(), path=path))
    elif place == ["index"] and isinstance(value, str):
        where = place_named(value, read_settings(settings_path())).place
        if isinstance(where, Path) and not holds_index(where):
            complain(say("no index yet", spoken(), path=where))


def _report_overridden(key: str) -> None:
    """Report a variable that takes precedence over a setting."""
    for name, variable, _ in _in_environment():
        if name == key:
            complain(say("overridden", spoken(), variable=f"${variable}"))


def _place(key: str) -> list[str]:
    """The tables and the name of a setting. An alias and the name of an archive may contain dots."""
    table, dot, alias = key.partition(".")
    if table not in (ALIASES, ARCHIVES):
        return key.split(".")
    if not dot or not alias.strip():
        if table == ARCHIVES:
            raise click.UsageError(
                "say what the archive is called: khabar config set archives.agency ~/agency"
            )
        raise click.UsageError("say whose alias it is: khabar config set aliases.عكاظ okaz")
    return [table, alias]


def _check_archive_name(name: str) -> None:
    from khabar.places import is_archive_name

    if not is_archive_name(name):
        raise click.UsageError("the name of an archive has no : ; = or slash")


def _archive(value: str) -> str | list[str]:
    """The place or places of an archive as the settings store them: folders as absolute paths."""
    from khabar.cli.listed import listed_folder
    from khabar.cli.places import named_archives
    from khabar.places import named_texts, place_of

    known = named_archives(read_settings(settings_path()))
    places = []
    for name, text in named_texts(value):
        if not text:
            raise click.UsageError("an archive is in a folder: khabar config set archives.agency ~/agency")
        place = listed_folder(text) or place_of(text)
        if text not in known and isinstance(place, Path):
            text = str(place.expanduser().absolute())
        places.append(f"{name}={text}" if name else text)
    return places if len(places) > 1 else places[0]


def _alias(value: str) -> str:
    if not value.strip():
        raise click.UsageError(
            "an alias stands for the name of a source: khabar config set aliases.عكاظ okaz"
        )
    return value


def _file(value: str) -> str:
    if not value.strip():
        raise click.UsageError("«words» names no file: khabar config set words desk.txt")
    return value


def _text(path: Path) -> str:
    """The text of the settings file; "" if there is none."""
    # For its errors.
    read_settings(path)
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _known() -> Iterator[tuple[str, click.Option]]:
    """The settings of all commands, each with its option."""
    from khabar.cli.group import COMMANDS, khabar

    context = click.Context(khabar)
    for name in COMMANDS:
        command = khabar.get_command(context, name)
        assert command is not None
        yield from options_of(command, (name,))


def _option(key: str) -> click.Option:
    """An option with a setting.

    Raises:
        click.UsageError: if there is no such setting.
    """
    known = dict(_known())
    if "." not in key and key in SHARED:
        # Some commands take one index, and most take several: the setting may name several.
        options = [option for name, option in known.items() if name.rpartition(".")[2] == key]
        return next((option for option in options if getattr(option.type, "several", False)), options[0])
    if key not in known:
        import difflib

        # The name of an option alone most likely means that of a search.
        same_option = sorted(
            (name for name in known if name.rpartition(".")[2] == key),
            key=lambda name: name != f"search.{key}",
        )
        close = same_option or difflib.get_close_matches(key, [*SHARED, *known], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise click.UsageError(f"there is no setting «{key}»{hint}")
    return known[key]


def _typed(key: str, value: str) -> Any:
    """The value of a setting as TOML stores it, checked by its option."""
    option = _option(key)
    try:
        if option.is_flag:
            return bool(click.BOOL.convert(value, option, None))
        if option.multiple and not isinstance(option.type, PlaceType):
            return [text.strip() for text in option.type.split_envvar_value(value) if text.strip()]
        converted = option.type.convert(value, option, None)
        if option.callback is not None:  # it may refuse what the type accepts
            given = (converted,) if option.multiple else converted
            option.callback(click.get_current_context(), option, given)
    except click.BadParameter as error:
        # The message of click names the value.
        raise click.UsageError(f"Invalid value for the setting '{key}': {error.message}") from error
    return converted if isinstance(converted, int | float) else value


def _in_environment() -> Iterator[tuple[str, str, str]]:
    """The settings in the environment: the name, variable and value of each."""
    shared = {f"KHABAR_{name.upper().replace('-', '_')}": name for name in SHARED}
    of_commands = {variables_of(option)[0]: name for name, option in _known()}
    for variable in sorted(os.environ):
        name = shared.get(variable) or of_commands.get(variable)
        if name and os.environ[variable]:
            yield name, variable, os.environ[variable]


def _flattened(settings: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The settings in nested tables, by their full names."""
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"{prefix}{key}", shown
