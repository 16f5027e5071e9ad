"""``khabar mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from khabar.cli.common import check_model, filled_index, index_option
from khabar.cli.output_options import only_lang_option
from khabar.cli.parsing import Command
from khabar.cli.query_options import model_option
from khabar.speaking import spoken

if TYPE_CHECKING:
    from khabar.places import Place

__all__ = ["command"]


@click.command(
    "mcp",
    cls=Command,
    epilog="""\b
Examples:
  khabar mcp --index indexes/news < /dev/null

\b
Exit status: 0 the assistant disconnected, 2 wrong usage, 3 the index could not be
opened.""",
)
@index_option
@model_option
@only_lang_option
def command(place: Place, model: str | None) -> int:
    """Let an assistant search an index.

    Serves the Model Context Protocol over stdin and stdout, for an assistant that starts this command itself:
    tools to search, read, count and compare articles and to verify quotations, which only read. Answers are
    in English, for the assistant; docs/howto/assistants.md says how to set up common ones.
    """
    import anyio

    from khabar.assistants import serve_stdio

    check_model(model, spoken())
    with filled_index(place, spoken(), model) as index:
        anyio.run(serve_stdio, index)
    return 0
