"""The option ``--index``: the index or indexes of a command, and the archives in the settings.

``archives.NAME`` in the settings is the place of an index, or a set of several names and places. Such a name
may be typed wherever a path may; ``./NAME`` is always a folder. Where no folder has a name, it is that of an
index in ``indexes/`` or in the user's data folder, unless a new index may be meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from khabar.cli.listed import listed_folder
from khabar.cli.settings import ARCHIVES, read_settings, settings_path
from khabar.errors import SettingsError
from khabar.render.messages import joined, say
from khabar.render.output import complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = [
    "Named",
    "PlaceType",
    "archive_option",
    "index_option",
    "named_archives",
    "new_index_option",
    "one_index_option",
    "place_named",
    "with_notices",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_Place = TypeVar("_Place", bound="Place")

#: Minimum number of seconds between two messages about a cluster that does not answer.
_NOTICE_EVERY = 5.0


class Named(NamedTuple):
    """A place, and the name under which it was given; "" if it was given without one."""

    name: str
    place: Place


class PlaceType(click.Path):
    """A folder, the address of an index on a cluster, or the name of a known index.

    Args:
        several: whether the value may be several places, which are searched as one index.
        new: whether it may be the folder of a new index, so that only the settings give names.
    """

    def __init__(self, *, several: bool = False, new: bool = False) -> None:
        super().__init__(path_type=Path)
        self.several = several
        self.new = new

    def split_envvar_value(self, rv: str) -> list[str]:
        # Split later, where names and folders are known: the name of a folder may contain separators.
        return [rv]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        settings = read_settings(settings_path())
        if self.several:
            return place_named(value, settings, new=self.new)
        if value in _table(settings) or _all_exist(value, settings):
            return _single(place_named(value, settings).place, param, ctx)
        # The name of a folder that does not exist yet may contain separators.
        from khabar.places import place_of

        return (None if self.new else listed_folder(value)) or place_of(value)


def _all_exist(text: str, settings: Mapping[str, Any]) -> bool:
    """Whether a text names several places, and each is an archive, an address or an existing folder."""
    from khabar.places import is_address, named_texts

    table = _table(settings)
    places = [place for _, place in named_texts(text)]
    known = (place in table or is_address(place) or Path(place).exists() for place in places)
    return len(places) > 1 and all(known)


def place_named(text: str, settings: Mapping[str, Any], *, new: bool = False) -> Named:
    """The place that a text names: an archive in the settings, a folder, an address, the name of a listed
    folder, or several of these separated by «;».

    Args:
        text: the text.
        settings: the user's settings.
        new: whether it may be the folder of a new index, which no listed folder gives a name.

    Raises:
        InvalidArgument: if an address is not understood, or if a name or place is given twice.
        SettingsError: if the archives in the settings are not understood.
    """
    from khabar.places import Archives, archives_of

    table = _table(settings)
    if text in table:
        place = archives_of(_members(text, table, ()))
        return Named("" if isinstance(place, Archives) else text, place)
    return Named("", archives_of(_split(text, table, (), None, listed=not new)))


def named_archives(settings: Mapping[str, Any]) -> dict[str, Place]:
    """The archives that the settings name.

    Raises:
        SettingsError: if one is not understood.
    """
    return {name: place_named(name, settings).place for name in _table(settings)}


def _table(settings: Mapping[str, Any]) -> Mapping[str, str | list[str]]:
    """The archives in the settings: the place or places of each, by name.

    Raises:
        SettingsError: if they are not understood.
    """
    table = settings.get(ARCHIVES, {})
    if not isinstance(table, Mapping):
        raise SettingsError(
            f"«{ARCHIVES}» in the settings is not a table; write [{ARCHIVES}] and below it "
            f"news = '/data/news'"
        )
    for name, value in table.items():
        texts = value if isinstance(value, list) else [value]
        understood = all(isinstance(text, str) and text.strip() for text in texts)
        if not (name.strip() and texts and understood):
            raise SettingsError(
                f"the archive «{name}» in the settings names no place: write a folder, an address, or "
                f"several in a list"
            )
    return table


def _members(
    name: str, table: Mapping[str, str | list[str]], within: tuple[str, ...]
) -> Iterator[tuple[str, Place]]:
    """The places of an archive in the settings, each with its name.

    Args:
        name: the name of the archive.
        table: the archives in the settings.
        within: the names of the sets that contain it.
    """
    if name in within:
        raise SettingsError(f"the archive «{name}» in the settings is a part of itself")
    value = table[name]
    # Relative paths in the settings are relative to the settings file, wherever a command is run.
    base = settings_path().parent
    for text in value if isinstance(value, list) else [value]:
        yield from _split(text, table, (*within, name), base)


def _split(
    text: str,
    table: Mapping[str, str | list[str]],
    within: tuple[str, ...],
    base: Path | None,
    *,
    listed: bool = False,
) -> Iterator[tuple[str, Place]]:
    """The places in a text, each with its name; "" for a place without one.

    Args:
        text: the text.
        table: the archives in the settings.
        within: the names of the sets that contain the text.
        base: the folder of relative paths; None for the current folder.
        listed: whether the names of listed folders count.
    """
    from khabar.places import named_texts, place_of

    for name, target in named_texts(text):
        if target in table:
            members = list(_members(target, table, within))
            if len(members) == 1:
                inner_name, place = members[0]
                yield name or inner_name or target, place
            else:
                yield from members
            continue
        place = place_of(target)
        if base is not None and isinstance(place, Path):
            place = base / place.expanduser()
        elif listed:
            place = listed_folder(target) or place
        yield name, place


def _single(place: Place, param: click.Parameter | None, ctx: click.Context | None) -> Path | Any:
    """The place, unless it is of several indexes, which is an error."""
    from khabar.places import Archives

    if isinstance(place, Archives):
        names = joined(place.names, spoken())
        raise click.BadParameter(say("one archive", spoken(), names=names), ctx, param)
    return place


def _default() -> Named:
    from khabar.places import default_place

    return Named("", default_place())


def _joined(ctx: click.Context, parameter: click.Parameter, given: tuple[Named, ...]) -> Place:
    """The given places as one; without any, the default place."""
    from khabar.places import archives_of

    return with_notices(archives_of(given or [_default()]))


def _alone(ctx: click.Context, parameter: click.Parameter, given: tuple[Place, ...]) -> Place:
    if len(given) > 1:
        # By itself, click would silently use only the last one.
        raise click.BadParameter(
            say("one archive", spoken(), names=" · ".join(map(str, given))), ctx, parameter
        )
    return with_notices(given[0] if given else _single(_default().place, parameter, ctx))


def with_notices(place: _Place) -> _Place:
    """Return the place. If it is on a cluster, report on stderr when a request is repeated."""
    if not isinstance(place, Path):
        import logging
        import time

        from khabar.render.arabic import translated

        class Notices(logging.Handler):
            last = 0.0

            def emit(self, record: logging.LogRecord) -> None:
                # While a cluster does not answer, report it only now and then.
                if time.monotonic() - self.last > _NOTICE_EVERY:
                    complain(translated(record.getMessage(), spoken()))
                    self.last = time.monotonic()

        log = logging.getLogger("khabar.cluster")
        log.propagate = False
        log.handlers = [Notices(logging.WARNING)]
    return place


#: What ``--index`` takes, and what it is if it is not given.
_WHICH = (
    "The index folder, an address such as opensearch://host:9200/news, or the name of an archive (khabar "
    "indexes)."
)
_DEFAULT = (
    "Default: $KHABAR_INDEX; else indexes/news if the current folder has indexes/; else news in your data "
    "folder."
)

#: The index that a command reads, or several that it reads as one; the command gets them as ``place``.
index_option: Decorator = click.option(
    "--index",
    "place",
    metavar="DIR",
    type=PlaceType(several=True),
    multiple=True,
    callback=_joined,
    help=f"{_WHICH} Repeatable: several are searched as one. {_DEFAULT}",
)

#: Which of several archives an article is from.
archive_option: Decorator = click.option(
    "--archive",
    metavar="NAME",
    default="",
    help="Archive of the article, if several archives have an article with this id. Default: the first one.",
)


def _one_index_option(*, new: bool) -> Decorator:
    return click.option(
        "--index",
        "place",
        metavar="DIR",
        type=PlaceType(new=new),
        multiple=True,
        callback=_alone,
        help=f"{_WHICH} {_DEFAULT}",
    )


#: The same option, for commands that write or that work on one index only.
one_index_option = _one_index_option(new=False)

#: The same option, for commands that make the index if there is none.
new_index_option = _one_index_option(new=True)
