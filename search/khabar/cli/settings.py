"""Options from the environment and from the user's settings file.

The command line takes precedence over the environment, the environment over the file, and the file over the
default.

- In the environment, ``--limit`` of ``khabar search`` is ``KHABAR_SEARCH_LIMIT``. Options with the same
  meaning in every command (:data:`SHARED`) also work without the name of the command: ``KHABAR_THEME``.
- The file is TOML: ``theme = "light"`` for all commands, and a table for one command: ``limit = 5`` below
  ``[search]``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from khabar.errors import SettingsError, SettingsUnavailable, is_of_the_system
from khabar.patterns import lazy_pattern
from khabar.replacing import make_folder, replace_file, target_of
from khabar.user_folders import user_folder

__all__ = [
    "ALIASES",
    "ARCHIVES",
    "SHARED",
    "WORDS",
    "aliases",
    "changed_text",
    "defaults",
    "name_variables",
    "options_of",
    "read_settings",
    "setting_of",
    "settings_path",
    "strangers",
    "strangers_in",
    "variables_of",
    "words_files",
    "words_in_use",
    "write_settings",
]

#: Options with the same meaning in every command that has them.
SHARED = ("index", "format", "theme", "links", "bidi", "lang", "no-pager", "tz", "dates", "token", "model")

#: The table of aliases: other names of sources.
ALIASES = "aliases"

#: The table of archives: places of indexes, by name. See :mod:`khabar.cli.places`.
ARCHIVES = "archives"

#: The setting that names the files of the user's own dictionary, and its environment variable.
WORDS, _WORDS_VARIABLE = "words", "KHABAR_WORDS_FILE"

Settings = Mapping[str, Any]


def settings_path() -> Path:
    """The path of the settings file, which need not exist: $KHABAR_CONFIG, else config.toml in the user's
    configuration folder."""
    named = os.environ.get("KHABAR_CONFIG")
    return Path(named) if named else user_folder("config") / "config.toml"


def read_settings(path: Path) -> Settings:
    """The settings in a file; empty if the file does not exist.

    Raises:
        SettingsError: if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, MemoryError) as error:
        if is_of_the_system(error):
            raise SettingsUnavailable(path, error) from error
        raise SettingsError(f"the settings file {path} cannot be read ({error})") from error
    return _parsed(text, path)


def _parsed(text: str, path: Path) -> Settings:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(
            f"the settings file {path} is not TOML ({error}). Correct or delete that line"
        ) from error


def aliases(settings: Settings) -> dict[str, str]:
    """The aliases of sources: ``"عكاظ" = "okaz"`` below ``[aliases]``.

    Raises:
        SettingsError: if the table has other content.
    """
    table = settings.get(ALIASES, {})
    if not isinstance(table, Mapping):
        raise SettingsError(
            f'«{ALIASES}» in the settings is not a table; write [{ALIASES}] and below it "عكاظ" = "okaz"'
        )
    for alias, name in table.items():
        if not isinstance(name, str) or not name.strip() or not alias.strip():
            raise SettingsError(
                f"the alias «{alias}» in the settings names no source: write the source's name in quotation "
                f"marks"
            )
    return dict(table)


def words_files(settings: Settings) -> list[str | Path]:
    """The files of the user's own dictionary: those named in the environment, else in the settings, else
    words.txt beside the settings file, which need not exist. Dictionaries of packages are ``plugin:NAME``.

    Raises:
        SettingsError: if the variable or the setting names no file.
    """
    if named := os.environ.get(_WORDS_VARIABLE):
        files = [file for file in re.split(f"(?<!plugin){re.escape(os.pathsep)}", named) if file.strip()]
        if not files:
            raise SettingsError(f"${_WORDS_VARIABLE} names no file")
        return [_words_file(file, Path()) for file in files]
    value = settings.get(WORDS)
    if value is None:
        return [settings_path().with_name("words.txt")]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise SettingsError(f"«{WORDS}» in the settings names no file: write {WORDS} = 'words.txt'")
    # Relative paths are relative to the settings file, wherever a command is run.
    return [_words_file(name, settings_path().parent) for name in names]


def _words_file(name: str, folder: Path) -> str | Path:
    from khabar.query.dictionaries import is_plugged

    return name if is_plugged(name) else folder / Path(name).expanduser()


def words_in_use(settings: Settings) -> list[str | Path]:
    """The files of the user's own dictionary, without the default one if it does not exist."""
    files = words_files(settings)
    named = os.environ.get(_WORDS_VARIABLE) or settings.get(WORDS) is not None
    return files if named else [path for path in files if Path(path).exists()]


def _options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    """The options of a command, each with its long name."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            long = [name for name in parameter.opts if name.startswith("--")]
            if long:
                yield max(long, key=len).removeprefix("--"), parameter


def options_of(command: click.Command, path: Sequence[str]) -> Iterator[tuple[str, click.Option]]:
    """The options of a command and its subcommands, each with its name in the settings: ``search.limit``."""
    for name, option in _options(command):
        yield ".".join((*path, name)), option
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from options_of(inner, (*path, name))


def variables_of(option: click.Option) -> list[str]:
    """The environment variables of an option, in order of precedence."""
    named = option.envvar or []
    return [named] if isinstance(named, str) else list(named)


def setting_of(option: click.Option, path: Sequence[str], settings: Settings) -> str:
    """The name under which the settings have the value of an option: ``search.limit``, or ``theme`` if the
    value is for all commands.

    Args:
        option: the option.
        path: the names of its command.
        settings: the settings.
    """
    name = max((spelling for spelling in option.opts if spelling.startswith("--")), key=len)
    name = name.removeprefix("--")
    table: Any = settings
    for group in path:
        table = table.get(group) if isinstance(table, Mapping) else None
    in_table = isinstance(table, Mapping) and not _spelled([name]).isdisjoint(table)
    return ".".join((*path, name)) if in_table else name


class _Text(click.types.StringParamType):
    """A value of a repeatable option. It may contain spaces: in the environment and the settings, several
    values are separated by semicolons."""

    envvar_list_splitter = ";"


def name_variables(command: click.Command, path: Sequence[str]) -> None:
    """Give each option of a command and its subcommands its environment variables."""
    for name, option in _options(command):
        variables = ["_".join(("khabar", *path, name))]
        if name in SHARED:
            variables.append(f"khabar_{name}")
        option.envvar = [variable.upper().replace("-", "_") for variable in variables]
        if option.multiple and isinstance(option.type, click.types.StringParamType):
            option.type = _Text()
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            name_variables(inner, (*path, name))


def defaults(command: click.Command, settings: Settings, table: Any) -> dict[str, Any]:
    """The settings for a command and its subcommands, in the form of click's ``default_map``.

    Args:
        command: the command.
        settings: all settings.
        table: the table of this command in them.
    """
    of_command = table if isinstance(table, Mapping) else {}
    result: dict[str, Any] = {}
    for name, option in _options(command):
        for values, allowed in ((of_command, True), (settings, name in SHARED)):
            for spelling in (name, name.replace("-", "_")):
                if allowed and spelling in values and option.name not in result:
                    value = _as_typed(values[spelling])
                    # The file may have one value of a repeatable option without a list.
                    alone = option.multiple and not isinstance(value, list)
                    result[str(option.name)] = [value] if alone else value
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            result[name] = defaults(inner, settings, of_command.get(name))
    return result


def _as_typed(value: Any) -> Any:
    """A value as click's types take it; a value of a type that only TOML has becomes text."""
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def strangers(settings: Settings, commands: Sequence[str]) -> list[str]:
    """The unknown settings for all commands, and the unknown tables."""
    return [
        name
        for name, value in settings.items()
        if name
        not in (
            {*commands, ALIASES, ARCHIVES}
            if isinstance(value, Mapping)
            else _spelled((*SHARED, ALIASES, ARCHIVES, WORDS))
        )
    ]


def strangers_in(command: click.Command, table: Any, path: Sequence[str]) -> list[str]:
    """The unknown settings in the table of a command, by their full names."""
    if not isinstance(table, Mapping):
        return []
    known = _spelled(name for name, _ in _options(command))
    inner = command.commands if isinstance(command, click.Group) else {}
    result = [".".join((*path, name)) for name in table if name not in known and name not in inner]
    for name, subcommand in inner.items():
        result += strangers_in(subcommand, table.get(name), (*path, name))
    return result


def _spelled(names: Iterable[str]) -> set[str]:
    """The accepted spellings of the names of settings."""
    return {spelling for name in names for spelling in (name, name.replace("-", "_"))}


#: An address that may contain a password.
_PASSWORD = lazy_pattern(r"://[^\s/@]*:[^\s]*@")


def write_settings(path: Path, text: str) -> None:
    """Replace the settings file in one step. If it contains an address with a password, only its owner may
    read it."""
    try:
        path = target_of(path)
        make_folder(path.parent)
        if _PASSWORD.search(text):
            # The new file takes the mode of the old one.
            path.touch(0o600)
            path.chmod(0o600)
        replace_file(path, [text.encode()])
    except OSError as error:
        raise SettingsUnavailable(path, error, "written") from error


def changed_text(text: str, key: Sequence[str], value: Any, path: Path) -> str:
    """The text of a settings file with one setting changed, or removed if the value is None. Everything else,
    including comments, stays.

    Raises:
        SettingsError: if the file has a form that this function cannot edit.
    """
    import json

    *table, name = key
    before = _parsed(text, path)
    lines = text.splitlines()
    start, end = _section(lines, ".".join(table))
    setting = re.compile(rf'\s*(?:{re.escape(name)}|"{re.escape(name)}")\s*=')
    line_number = next((number for number in range(start, end) if setting.match(lines[number])), None)
    new_lines = [] if value is None else [f"{_key(name)} = {json.dumps(value, ensure_ascii=False)}"]
    if line_number is not None:
        lines[line_number : line_number + 1] = new_lines
    elif new_lines:
        if table and not start:
            lines += ([""] if lines else []) + [f"[{'.'.join(table)}]"]
            end = len(lines)
        while end > start and not lines[end - 1].strip():
            end -= 1
        following = lines[end : end + 1]
        lines[end:end] = [*new_lines, ""] if following and following[0].strip() else new_lines
    new_text = "".join(f"{line}\n" for line in lines)
    try:
        correct = _parsed(new_text, path) == _changed(before, table, name, value)
    except SettingsError:
        correct = False
    if not correct:
        raise SettingsError(f"{path} has a form that khabar cannot edit: change it in a text editor")
    return new_text


def _key(name: str) -> str:
    """A key for TOML, in quotation marks unless it has only Latin letters, digits, dashes and underscores."""
    import json

    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _section(lines: Sequence[str], table: str) -> tuple[int, int]:
    """The range of lines with the settings of a table, or with those before the first table if the name is
    ""; (0, 0) if there is no such table."""
    headers = [
        (number, match[1].replace(" ", "").replace('"', ""))
        for number, line in enumerate(lines)
        if (match := re.match(r"\s*\[([^\[\]]+)\]", line))
    ]
    ends = [number for number, _ in headers] + [len(lines)]
    if not table:
        return 0, ends[0]
    for order, (number, header) in enumerate(headers):
        if header == table:
            return number + 1, ends[order + 1]
    return 0, 0


def _changed(settings: Settings, table: Sequence[str], name: str, value: Any) -> dict[str, Any]:
    """The settings with one of them changed, or removed if the value is None."""
    copy = dict(settings)
    if table:
        inner = copy.get(table[0], {})
        # A table stays when its last setting is removed; no table is made for a removal.
        if isinstance(inner, Mapping) and (table[0] in copy or value is not None):
            copy[table[0]] = _changed(inner, table[1:], name, value)
    elif value is None:
        copy.pop(name, None)
    else:
        copy[name] = value
    return copy
