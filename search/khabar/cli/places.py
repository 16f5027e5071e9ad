"""The option ``--index``: the index or indexes of a command, and the archives in the settings.

``archives.NAME`` in the settings is the place of an index, or several names and places: a set. A name takes
the place of a path wherever one is typed; ``./NAME`` is always a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from khabar.cli.settings import ARCHIVES, read_settings, settings_path
from khabar.errors import SettingsError
from khabar.render.messages import say
from khabar.render.output import complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.index.address import Place

__all__ = [
    "Named",
    "PlaceType",
    "archive_option",
    "index_option",
    "named_archives",
    "one_index_option",
    "place_named",
    "with_notices",
]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_Place = TypeVar("_Place", bound="Place")

#: Seconds between two lines about a cluster that is asked again.
_NOTICE_EVERY = 5.0


class Named(NamedTuple):
    """A place, and the name under which it was given; "" for none."""

    name: str
    place: Place


class PlaceType(click.Path):
    """A folder, the address of an index on a cluster, or the name of an archive in the settings; with
    ``several``, one of the places that together are an index."""

    def __init__(self, *, several: bool = False) -> None:
        super().__init__(path_type=Path)
        self.several = several

    def split_envvar_value(self, rv: str) -> list[str]:
        # Parted where names and folders are known: a folder may have any sign in its name.
        return [rv]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        settings = read_settings(settings_path())
        if self.several:
            return place_named(value, settings)
        if value in _table(settings) or _are_there(value, settings):
            return _single(place_named(value, settings).place, param, ctx)
        # A folder that is not there yet may have any sign in its name.
        from khabar.index.address import place_of

        return place_of(value)


def _are_there(text: str, settings: Mapping[str, Any]) -> bool:
    """Whether all of several places in a text are known or there."""
    from khabar.index.address import is_address, named_texts

    table = _table(settings)
    texts = [each for _, each in named_texts(text)]
    known = (each in table or is_address(each) or Path(each).exists() for each in texts)
    return len(texts) > 1 and all(known)


def place_named(text: str, settings: Mapping[str, Any]) -> Named:
    """The place that a text names: an archive of the settings, a folder, an address, or several with «;»
    between them.

    Raises:
        InvalidArgument: if an address is not understood, or a name or a place is there twice.
        SettingsError: if the settings name archives in a way that is not understood.
    """
    from khabar.index.address import archives_of

    table = _table(settings)
    if text in table:
        place = archives_of(_members(text, table, ()))
        return Named("" if _is_several(place) else text, place)
    return Named("", archives_of(_parted(text, table, (), None)))


def _is_several(place: Place) -> bool:
    from khabar.index.address import Archives

    return isinstance(place, Archives)


def named_archives(settings: Mapping[str, Any]) -> dict[str, Place]:
    """The archives that the settings name.

    Raises:
        SettingsError: if one is not understood.
    """
    return {name: place_named(name, settings).place for name in _table(settings)}


def _table(settings: Mapping[str, Any]) -> Mapping[str, str | list[str]]:
    """What the settings say of archives."""
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
    """The places of an archive of the settings, each with its name; ``within``: the sets that it is in."""
    if name in within:
        raise SettingsError(f"the archive «{name}» in the settings is a part of itself")
    value = table[name]
    # Beside the settings, wherever a command is run.
    beside = settings_path().parent
    for text in value if isinstance(value, list) else [value]:
        yield from _parted(text, table, (*within, name), beside)


def _parted(
    text: str, table: Mapping[str, str | list[str]], within: tuple[str, ...], beside: Path | None
) -> Iterator[tuple[str, Place]]:
    """The places in a text, each with its name; "" for none."""
    from khabar.index.address import named_texts, place_of

    for name, each in named_texts(text):
        if each in table:
            inner = list(_members(each, table, within))
            if len(inner) == 1:
                yield name or inner[0][0] or each, inner[0][1]
            else:
                yield from inner
            continue
        place = place_of(each)
        if beside is not None and isinstance(place, Path):
            place = beside / place.expanduser()
        yield name, place


def _single(place: Place, param: click.Parameter | None, ctx: click.Context | None) -> Path | Any:
    """The place, which is of one index."""
    if _is_several(place):
        from khabar.index.address import Archives

        assert isinstance(place, Archives)
        names = "، ".join(place.names) if spoken() == "ar" else ", ".join(place.names)
        raise click.BadParameter(say("one archive", spoken(), names=names), ctx, param)
    return place


def _default() -> Named:
    from khabar.index.folder import default_place

    return Named("", default_place())


def _joined(ctx: click.Context, parameter: click.Parameter, given: tuple[Named, ...]) -> Place:
    """The places that were given, as one; else the default one."""
    from khabar.index.address import archives_of

    return with_notices(archives_of(given or [_default()]))


def _alone(ctx: click.Context, parameter: click.Parameter, given: tuple[Place, ...]) -> Place:
    if len(given) > 1:
        # Else the last one alone would be changed, without a word.
        raise click.BadParameter(
            say("one archive", spoken(), names=" · ".join(map(str, given))), ctx, parameter
        )
    return with_notices(given[0] if given else _single(_default().place, parameter, ctx))


def with_notices(place: _Place) -> _Place:
    """The place; what is tried again on a cluster will be told on stderr."""
    if not isinstance(place, Path):
        import logging
        import time

        from khabar.render.arabic import translated

        class Notices(logging.Handler):
            last = 0.0

            def emit(self, record: logging.LogRecord) -> None:
                # While a cluster does not answer, a line now and then is enough.
                if time.monotonic() - self.last > _NOTICE_EVERY:
                    complain(translated(record.getMessage(), spoken()))
                    self.last = time.monotonic()

        log = logging.getLogger("khabar.cluster")
        log.propagate = False
        log.handlers = [Notices(logging.WARNING)]
    return place


#: The index that a command reads, or several that it reads as one; the command gets them as ``place``.
index_option: Decorator = click.option(
    "--index",
    "place",
    metavar="DIR",
    type=PlaceType(several=True),
    multiple=True,
    callback=_joined,
    help="The index folder, an address such as opensearch://host:9200/news, or the name of an archive "
    "(khabar indexes). Repeatable: several are searched as one. Default: $KHABAR_INDEX; else indexes/news if "
    "the current folder has indexes/; else news in your data folder.",
)

#: Which of several archives an article is from.
archive_option: Decorator = click.option(
    "--archive",
    metavar="NAME",
    default="",
    help="The archive that the article is from, if several have one with this id. Default: the first.",
)

#: The same for commands that write, or are about one index alone.
one_index_option: Decorator = click.option(
    "--index",
    "place",
    metavar="DIR",
    type=PlaceType(),
    multiple=True,
    callback=_alone,
    help="The index folder, an address such as opensearch://host:9200/news, or the name of an archive "
    "(khabar indexes). Default: $KHABAR_INDEX; else indexes/news if the current folder has indexes/; else "
    "news in your data folder.",
)
