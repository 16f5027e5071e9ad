"""Shared by ``index`` and ``read``: the options for reading files, the amount of input, and progress."""

from __future__ import annotations

import functools
import gzip
import os
import re
import shlex
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.cli.common import Whole
from khabar.cli.query_options import tz_option

if TYPE_CHECKING:
    from khabar.corpus.article import Article

__all__ = [
    "Meter",
    "reading_options",
    "sizes",
    "sources_argument",
]


class _Source(click.Path):
    """A path. An empty one, as from an empty variable in a script, is refused: it would mean the current
    folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            from khabar.render.messages import say
            from khabar.speaking import spoken

            raise click.UsageError(say("empty source", spoken()), ctx)
        return super().convert(value, param, ctx)


def _no_addresses(
    ctx: click.Context, parameter: click.Parameter, sources: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Refuse web addresses, and suggest a command that fetches them."""
    from khabar.corpus.reading.files import is_address

    for source in sources:
        # Path has dropped one of the two slashes.
        typed = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]+:)/+", r"\1//", str(source))
        if not is_address(typed) or source.exists():
            continue
        from khabar.render.messages import say
        from khabar.speaking import spoken

        language = spoken()
        if typed.startswith("file://"):
            path = "/" + typed.removeprefix("file://").removeprefix("localhost").lstrip("/")
            raise click.UsageError(say("address of a file", language, address=typed, path=path))
        line = f"curl -sSL {shlex.quote(typed)} | {ctx.command_path} -"
        raise click.UsageError(say("fetches nothing", language, address=typed, line=line))
    return sources


sources_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "sources",
    metavar="SOURCE...",
    nargs=-1,
    required=True,
    type=_Source(path_type=Path),
    callback=_no_addresses,
)


def _fields(ctx: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    if not given:
        return {}
    from khabar.corpus import FIELDS

    mapped = {}
    for text in given:
        name, equals, key = text.partition("=")
        if not equals or not key or name not in FIELDS:
            raise click.BadParameter(f"«{text}» is not NAME=KEY with a NAME of {', '.join(FIELDS)}")
        mapped[name] = key
    return mapped


_field_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--field",
    "fields",
    metavar="NAME=KEY",
    multiple=True,
    callback=_fields,
    help="Key (JSON) or column (CSV, SQLite, workbooks; also TABLE.COLUMN) that holds a field, such as "
    "title=headline; common names are known. Repeatable.",
)


def _values(ctx: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    if not given:
        return {}
    from khabar.corpus.reading.fixed_values import SETTABLE

    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"«{text}» is not FIELD=VALUE with a FIELD of {', '.join(SETTABLE)}")
        values[name] = value
    return values


def _checked(values: dict[str, str], dates: str) -> dict[str, str]:
    """The checked values of --set; dates in them are read in the order of --dates."""
    if not values:
        return {}
    from khabar.corpus.reading.fixed_values import checked_values
    from khabar.errors import InvalidArgument

    try:
        return dict(checked_values(values, dates))
    except InvalidArgument as error:
        ctx = click.get_current_context()
        option = next(param for param in ctx.command.params if param.name == "values")
        raise click.BadParameter(error.reason, ctx, option) from None


_set_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--set",
    "values",
    metavar="FIELD=VALUE",
    multiple=True,
    callback=_values,
    help="Set source, author, section, place, language or published for all articles of this run, overriding "
    "their files. Repeatable.",
)


def _kept(ctx: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    if not given:
        return {}
    from khabar.corpus.records.keeping import checked_keep
    from khabar.errors import InvalidArgument

    kept: dict[str, str] = {}
    for text in given:
        name, equals, key = text.partition("=")
        try:
            kept |= checked_keep("keep", {name: key if equals else name})
        except InvalidArgument as error:
            raise click.BadParameter(error.reason) from None
    return kept


_keep_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--keep",
    metavar="NAME[=KEY]",
    multiple=True,
    callback=_kept,
    help="Keep another key or column of records, such as desk or desk=meta.desk_name, to filter and count "
    "by it; '*' for all. Repeatable.",
)

_id_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--id-with-source",
    is_flag=True,
    help="Prefix record ids with the source, for outlets that use the same numbers.",
)

_dates_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--dates",
    type=click.Choice(("dmy", "mdy", "ymd")),
    help="Order of day, month and year in dates such as 03/04/2024, which are not read without it.",
)

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def _bytes(ctx: click.Context, parameter: click.Parameter, given: str) -> int:
    size = re.fullmatch(r"(\d{1,15})\s*([kmg]?)(?:i?b)?", given.strip(), re.I | re.A)
    if not size or not int(size[1]):
        raise click.BadParameter(f"«{given}» is not a size such as 500M or 4G")
    return int(size[1]) * _UNITS[size[2].lower()]


_max_bytes_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--max-bytes",
    metavar="SIZE",
    default="1G",
    show_default=True,
    callback=_bytes,
    help="Size limit for a file in an archive, a file that must be read whole, and a single line.",
)

#: The help of each limit of :class:`khabar.corpus.limits.ReadLimits`; the first is a size.
_LIMITS = {
    "whole": "Size limit for a file that must be read whole, and for a single line.",
    "ratio": "Limit on unpacked bytes per byte of a file; small files may give 32 MiB.",
    "depth": "Limit on archives inside one another.",
    "members": "Limit on files in an archive.",
    "articles": "Limit on articles in a file.",
    "words": "Limit on words in an article.",
    "letters": "Limit on characters in an article.",
    "word_letters": "Limit on consecutive characters without a space in an article.",
    "vocabulary": "Limit on new distinct words in a file.",
    "tags": "Limit on tags and attributes in a web page or feed.",
    "skipped": "Limit on records in a file, or files in an archive, that give no article.",
    "seconds": "Limit on seconds for reading a file, without indexing it.",
}
#: The defaults of ReadLimits, copied here because the help must not import it; a test compares them.
_DEFAULTS = {
    "whole": "64M",
    "ratio": 100,
    "depth": 4,
    "members": 250_000,
    "articles": 10_000_000,
    "words": 200_000,
    "letters": 2_000_000,
    "word_letters": 10_000,
    "vocabulary": 5_000_000,
    "tags": 1_000_000,
    "skipped": 200_000,
    "seconds": 3600,
}

#: More than any disk holds; a larger number is a mistake.
_MOST = 10**15


def _below_most(ctx: click.Context, parameter: click.Parameter, number: int) -> int:
    """Refuse a number that is too large; not by the type of the option, whose range its help would show."""
    if number > _MOST:
        raise click.BadParameter(f"{number} is too large; the most is {_MOST}")
    return number


def _limit_option(name: str, about: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    size = name == "whole"
    return click.option(
        f"--max-{name.replace('_', '-')}",
        metavar="SIZE" if size else "N",
        type=None if size else Whole(1),
        callback=_bytes if size else _below_most,
        default=_DEFAULTS[name],
        show_default=True,
        help=about,
    )


def reading_options(zone: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options for reading files. A command gets them as one argument ``reading``, for `khabar.read` or
    `UpdateOptions`.

    Args:
        zone: the help of ``--tz``.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(
            *args: Any,
            fields: dict[str, str],
            max_bytes: int,
            values: dict[str, str],
            keep: dict[str, str],
            id_with_source: bool,
            dates: str | None,
            tz: str,
            **rest: Any,
        ) -> Any:
            from khabar.corpus.limits import ReadLimits

            reading = {
                "fields": fields,
                "max_bytes": max_bytes,
                "set": _checked(values, dates or ""),
                "keep": keep,
                "id_with_source": id_with_source,
                "dates": dates or "",
                "tz": tz,
                "limits": ReadLimits(**{name: rest.pop(f"max_{name}") for name in _LIMITS}),
            }
            return function(*args, reading=reading, **rest)

        decorated: Callable[..., Any] = command
        for option in (
            tz_option(zone),
            _dates_option,
            _id_option,
            _set_option,
            _keep_option,
            *(_limit_option(name, about) for name, about in reversed(_LIMITS.items())),
            _max_bytes_option,
            _field_option,
        ):
            decorated = option(decorated)
        return decorated

    return decorate


def sizes(sources: Sequence[Path]) -> dict[str, int]:
    """The approximate size in bytes of the content of each file to read, unpacked, by path."""
    from khabar.corpus.reading.files import starting_points, walk
    from khabar.corpus.report import ReadReport

    return {str(path): _size(path) for path in walk(starting_points(sources), ReadReport())}


def _size(path: Path) -> int:
    from khabar.corpus.reading.files import STDIN

    try:
        if path == STDIN:
            return 0
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                return sum(member.file_size for member in archive.infolist())
        if path.suffix in (".gz", ".tgz"):
            with path.open("rb") as file:
                # The last four bytes are the size of the content, modulo 4 GiB.
                file.seek(-4, os.SEEK_END)
                return int.from_bytes(file.read(4), "little")
        return path.stat().st_size
    except (OSError, ValueError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, NotImplementedError):
        return 0


class Meter:
    """Estimates the progress of reading from the articles that were read.

    Files before the current one count in full. The share of the current file is estimated from the text read
    so far; how much text a byte yields is learned from the files before it.

    Args:
        files: the size of each file in bytes, by path.
    """

    def __init__(self, files: Mapping[str, int]) -> None:
        self._files = files
        self._total = max(1, sum(files.values()))
        #: The bytes of the finished files, and the letters of their text.
        self._bytes_done = 0
        self._letters_done = 0
        self._current = ""
        self._letters = 0

    def saw(self, article: Article) -> float:
        """Count an article, and return the share of the input that is read, from 0 to 1."""
        file = self._file(article.path)
        if file != self._current:
            self._bytes_done += self._files.get(self._current, 0)
            self._letters_done += self._letters
            self._current, self._letters = file, 0
        self._letters += len(article.title) + sum(map(len, article.paragraphs))
        # Until the first file is complete, assume two bytes per letter, and some bytes that are not text.
        measured = self._bytes_done and self._letters_done
        letters_per_byte = self._letters_done / self._bytes_done if measured else 0.4
        read = min(self._files.get(file, 0), self._letters / letters_per_byte)
        return min(1.0, (self._bytes_done + read) / self._total)

    def _file(self, path: str) -> str:
        """The file of an article's path: «/a/b.zip!member#3» is in /a/b.zip."""
        if (
            path.startswith(self._current)
            and self._current
            and path[len(self._current) :][:1] in ("", "!", "#")
        ):
            return self._current
        for mark in ("#", "!"):
            if path not in self._files:
                path = path.rpartition(mark)[0] or path
        return path
