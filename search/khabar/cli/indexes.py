"""``khabar indexes``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khabar.cli.known_indexes import default_index, identity, known_indexes
from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.places import named_archives, place_named
from khabar.cli.settings import read_settings, settings_path
from khabar.errors import KhabarError
from khabar.render.messages import say
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.render.indexes import KnownIndex

__all__ = ["command"]


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

    settings = read_settings(settings_path())
    place = place_named(name, settings).place
    setting = name
    if name not in named_archives(settings):
        setting = str(place.expanduser().absolute() if isinstance(place, Path) else place)
    # Refuse an index that cannot be opened now, not with the next search.
    with open_index(place):
        pass
    change_setting(["index"], setting)
    complain(say("default index", spoken(), index=setting))
    if os.environ.get("KHABAR_INDEX"):
        complain(say("overridden", spoken(), variable="$KHABAR_INDEX"))
    return 0


def _described() -> Iterator[KnownIndex]:
    """The description of each known index."""
    from khabar.library import open_index
    from khabar.places import Archives
    from khabar.render.arabic import explained
    from khabar.render.indexes import KnownIndex

    default = identity(default_index())
    for name, place in known_indexes():
        is_default = identity(place) == default
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
