"""The server of the tools, built on the official SDK of the Model Context Protocol."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import anyio.to_thread
import msgspec
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.routing import Route

from khabar._version import __version__
from khabar.assistants.outside import NOTICE
from khabar.assistants.stdio import opened
from khabar.assistants.tools import TOOLS, answer_of
from khabar.errors import KhabarError
from khabar.library import Index

__all__ = ["Call", "Http", "make_server", "over_http", "serve_stdio"]

Call = Callable[[Callable[[], Any]], Awaitable[Any]]

_LOG = logging.getLogger("khabar.assistants")

_INSTRUCTIONS = f"""\
khabar searches an archive of Arabic news articles. It never changes anything. Ask in Arabic.
Every answer says what was searched: which words, in which forms, how many articles contain each, and
whether all words were required. If a total is 0, read `because` and `would_find` before you conclude
anything: 0 means that no article of this archive matches this query, not that something did not happen.
Name the id of each article that you rely on, and verify quotations with verify_quote before you repeat them.
{NOTICE}"""


async def _in_thread(function: Callable[[], Any]) -> Any:
    return await anyio.to_thread.run_sync(function)


def make_server(index: Index, call: Call = _in_thread) -> Server[Any]:
    """A server of the tools for an index, which it does not close.

    Args:
        index: the index.
        call: runs a blocking call so that other requests can be read in the meantime.
    """

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_declaration(tool) for tool in TOOLS])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = next((tool for tool in TOOLS if tool.name == params.name), None)
        if tool is None:
            names = ", ".join(known.name for known in TOOLS)
            return _refused(f"there is no tool {params.name!r}; there are: {names}")
        try:
            answer = await call(partial(answer_of, tool, index, params.arguments or {}))
        except msgspec.ValidationError as error:
            return _refused(f"{error}. {tool.name} takes: {', '.join(tool.takes.__struct_fields__)}")
        except KhabarError as error:
            return _refused(str(error))
        text = msgspec.json.encode(answer).decode()
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=answer
        )

    return Server(
        "khabar",
        version=__version__,
        title="khabar: Arabic news archive",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _declaration(tool: Any) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=_schema(tool.takes),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _schema(takes: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON schema of the arguments, without references, which some assistants do not follow."""
    (reference,), schemas = msgspec.json.schema_components([takes])
    assert set(schemas) == {takes.__name__}, "arguments of tools contain no other structs"
    schema: dict[str, Any] = schemas[reference["$ref"].rpartition("/")[2]]
    return schema


def _refused(message: str) -> types.CallToolResult:
    _LOG.info("%s", message)
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)


async def serve_stdio(index: Index) -> None:
    """Answer one client over stdin and stdout until it closes them and all its requests are answered."""
    server = make_server(index)
    async with opened() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


class Http(NamedTuple):
    """The tools over streamable HTTP, for an application that checks who may ask.

    Attributes:
        route: the route of the tools, ``/mcp``.
        lifespan: must be entered while the application runs.
    """

    route: Route
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]


def over_http(index: Index, call: Call) -> Http:
    """The tools over HTTP. Requests are independent: nothing about a client is kept.

    Args:
        index: the index.
        call: runs a blocking call.
    """
    # The application checks Host and Origin of all requests (khabar.web.guard).
    manager = StreamableHTTPSessionManager(
        make_server(index, call),
        json_response=True,
        stateless=True,
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with manager.run():
            yield

    return Http(Route("/mcp", StreamableHTTPASGIApp(manager), methods=["GET", "POST", "DELETE"]), lifespan)
