"""``khabar serve``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from khabar.cli.common import Whole, check_model, filled_index, index_option
from khabar.cli.output_options import language_option, speak_as_asked
from khabar.cli.parsing import Command
from khabar.cli.query_options import model_option
from khabar.errors import InvalidArgument, MissingDependency
from khabar.render.output import complain
from khabar.speaking import spoken

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from khabar.places import Place
    from khabar.web.config import Config

__all__ = ["command"]

#: Minimum number of characters of a token.
_SHORTEST = 16
#: Python's switch interval between threads, in seconds.
_TURN = 0.0005
#: Seconds that a search by meaning waits for the model before it answers by the words alone.
_PATIENCE = 3.0
#: Number of random bytes in a generated token.
_TOKEN = 24


@click.command(
    "serve",
    cls=Command,
    epilog="""\b
Examples:
  khabar serve --open
  khabar serve --index indexes/news --port 8080
  khabar serve --host 0.0.0.0 --allow-host desk.example.org

\b
Exit status: 2 wrong usage, 3 the server could not start, 130 stopped with
Ctrl-C, 143 stopped with SIGTERM.""",
)
@index_option
@click.option(
    "--host",
    metavar="HOST",
    default="127.0.0.1",
    show_default=True,
    help="Name or address to listen on. If other machines can reach the server, a token is required.",
)
@click.option(
    "--port",
    metavar="N",
    type=Whole(0, 65535),
    default=8765,
    show_default=True,
    help="Port to listen on; 0 for any free one.",
)
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--token",
    metavar="TEXT",
    help="Require this token, of at least 16 characters. If none is given and other machines can reach "
    "the server, a new one is generated. Default: $KHABAR_TOKEN.",
)
@click.option(
    "--allow-host",
    "names",
    metavar="NAME",
    multiple=True,
    help="Another name by which browsers may address the server, such as that of a proxy. Repeatable.",
)
@model_option
@click.option(
    "--read-only",
    "read_only",
    is_flag=True,
    help="Allow no changes, not even to stars and saved searches.",
)
@click.option(
    "--mcp",
    "assistants",
    is_flag=True,
    help="Also serve assistants, over the Model Context Protocol at /mcp.",
)
@language_option(
    "language",
    callback=speak_as_asked,
    about="Language of messages and pages. With auto, each browser gets its own.",
)
def command(
    place: Place,
    host: str,
    port: int,
    opened: bool,
    token: str | None,
    names: tuple[str, ...],
    model: str | None,
    read_only: bool,
    assistants: bool,
    language: str,
) -> int:
    """Serve an index to a browser and to other programs.

    The pages let you search, read and explore. /api describes the interface for programs, and /feed.atom?q=…
    lets a feed reader follow a query. The server never changes the index, and shows new articles at once.
    It runs until Ctrl-C, and only this machine can reach it unless --host says otherwise.
    """
    try:
        from khabar.web.server import address_of, is_loopback, listen, server_of
    except ImportError as error:
        raise MissingDependency(
            'serving needs starlette, uvicorn and jinja2: pip install "khabar[web]"'
        ) from error
    from khabar.alerts import Alerts
    from khabar.analysis import lemma
    from khabar.render.messages import say
    from khabar.web import pages
    from khabar.web.app import make_app
    from khabar.web.config import Bounds, Config, hosts_of
    from khabar.web.serving import Serving

    if token is not None and len(token) < _SHORTEST:
        raise InvalidArgument("token", "…", "a text of at least 16 characters is required")
    check_model(model, spoken())
    outside = not is_loopback(host)
    if outside and token is None:
        import secrets

        token = secrets.token_urlsafe(_TOKEN)
    bounds = Bounds()
    with filled_index(place, spoken(), model) as index:
        index.patience = _PATIENCE
        # The first call after installation builds the table, which takes seconds: not while a reader waits.
        lemma.table()
        listening = listen(host, port)
        serving = Serving(bounds.calls, bounds.queue)
        try:
            config = Config(
                index,
                Alerts(),
                serving,
                language="" if language == "auto" else language,
                write=not read_only,
                token=token or "",
                hosts=hosts_of(host, names, outside=outside),
                any_address=outside,
                port=listening.getsockname()[1],
                bounds=bounds,
                problem_page=pages.problem_page,
            )
            address = address_of(listening, host)
            entry = f"{address}/?token={token}" if token else address

            def started() -> None:
                # The address comes last and without direction marks, so that terminals make it a link.
                complain(say("serving", spoken(), index=index.path) + entry)
                if opened:
                    import webbrowser

                    if not webbrowser.open(entry):
                        complain(f"no browser could be opened; the page is {entry}")

            # Short requests such as completions should not wait long while searches run.
            sys.setswitchinterval(_TURN)
            app = _with_assistants(config) if assistants else make_app(config)
            server_of(app, bounds, started).run(sockets=[listening])
        finally:
            serving.close()
            listening.close()
    return 0


def _with_assistants(config: Config) -> ASGIApp:
    from khabar.assistants import loaded
    from khabar.web.app import make_app

    tools = loaded().over_http(config.index, config.serving.call)
    return make_app(config, [tools.route], tools.lifespan)
