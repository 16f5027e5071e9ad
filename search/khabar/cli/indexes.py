"""``khabar indexes``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.places import named_archives, place_named
from khabar.cli.settings import read_settings, settings_path
from khabar.errors import KhabarError
from khabar.render.messages import say
from khabar.render.output import Output, complain
from khabar.speaking import spoken
from khabar.user_folders import user_folder

if TYPE_CHECKING:
    from khabar.places import Place
    from khabar.render.indexes import KnownIndex

__all__ = ["command"]

#: The folder of indexes in the current folder.
_HERE = "indexes"


@click.group(
    "indexes",
    cls=Group,
    invoke_without_command=True,
    epilog="""\b
Examples:
  khabar indexes
  khabar indexes --format json
  khabar config set archives.agency ~/agency
  khabar indexes use agency""",
)
@output_options()
@click.pass_context
def command(ctx: click.Context, out: Output) -> int:
    """List the known indexes, and choose the default.

    These are the archives in the settings (khabar config set archives.NAME PLACE), the default index, and
    the folders in indexes/ and in your data folder. A set is several indexes searched as one.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from khabar.render.indexes import IndexesView

    out.put(IndexesView(list(_described())))
    return 0


@command.command("use")
@click.argument("name", type=click.UNPROCESSED)
@only_lang_option
def use_command(name: str) -> int:
    """Make an index the default of all commands: an archive in the settings, a folder or an address.

    NAME is one of the names or places that «khabar indexes» lists. It is saved in the settings; the variable
    $KHABAR_INDEX and the option --index still take precedence.
    """
    from khabar.cli.config import change_setting
    from khabar.library import open_index

    known = dict(_known())
    if name in named_archives(read_settings(settings_path())):
        setting, place = name, known[name]
    else:
        place = known.get(name) or place_named(name, {}).place
        setting = str(place.expanduser().absolute() if isinstance(place, Path) else place)
    # Refuse an index that cannot be opened now, not with the next search.
    with open_index(place):
        pass
    change_setting(["index"], setting)
    complain(say("default index", spoken(), index=setting))
    if os.environ.get("KHABAR_INDEX"):
        complain(say("overridden", spoken(), variable="$KHABAR_INDEX"))
    return 0


def _known() -> Iterator[tuple[str, Place]]:
    """The known indexes, each once, with its name."""
    seen: set[object] = set()
    for name, place in _candidates():
        if (identity := _identity(place)) not in seen:
            seen.add(identity)
            yield name, place


def _identity(place: Place | None) -> object:
    """A value that is equal for equal places: a folder without links in its path."""
    return place.resolve() if isinstance(place, Path) else place


def _candidates() -> Iterator[tuple[str, Place]]:
    """The known indexes, each with its name; perhaps some more than once."""
    from khabar.index.folder import META

    archives = named_archives(read_settings(settings_path()))
    yield from archives.items()
    for folder in (Path(_HERE), user_folder("data")):
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if (path / META).exists() or any(path.glob(f"edition-*/{META}")):
                    yield (path.name if path.name not in archives else str(path)), path
    default = _default()
    if default is not None:
        yield getattr(default, "name", ""), default


def _default() -> Place | None:
    """The index of a command without ``--index``; None if it does not exist."""
    from khabar.places import default_place

    settings = read_settings(settings_path())
    chosen = os.environ.get("KHABAR_INDEX") or settings.get("index")
    if isinstance(chosen, list):
        chosen = "; ".join(map(str, chosen))
    if chosen:
        return place_named(str(chosen), settings).place
    place = default_place()
    return place if not isinstance(place, Path) or place.exists() else None


def _described() -> Iterator[KnownIndex]:
    """The description of each known index."""
    from khabar.library import open_index
    from khabar.places import Archives
    from khabar.render.arabic import explained
    from khabar.render.indexes import KnownIndex

    default = _identity(_default())
    for name, place in _known():
        is_default = _identity(place) == default
        members = place.names if isinstance(place, Archives) else ()
        try:
            with open_index(place) as index:
                info = index.info()
        except KhabarError as error:
            yield KnownIndex(
                name, str(place), members, default=is_default, problem=explained(error, spoken())
            )
            continue
        yield KnownIndex(
            name, str(place), members, info.statistics.articles, info.meta.updated, info.size, is_default
        )
