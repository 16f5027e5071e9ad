"""The tools over HTTP, behind the checks of the server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import khabar
from khabar.alerts import Alerts

pytest.importorskip("mcp")
pytest.importorskip("starlette")

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from khabar.assistants.server import over_http
from khabar.web.app import make_app
from khabar.web.config import Config
from khabar.web.serving import Serving

ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture
def config(tmp_path: Path) -> Any:
    serving = Serving(2, 8)
    with khabar.create_index(tmp_path / "index") as index:
        index.add(khabar.Article("1", "أسعار النفط", ("ارتفعت أسعار النفط.",)))
        yield Config(index, Alerts(tmp_path / "alerts.json"), serving, write=False)
    serving.close()


def asked(config: Config, headers: dict[str, str] | None = None, client_address: str = ADDRESS) -> Any:
    async def ask() -> Any:
        tools = over_http(config.index, config.serving.call)
        app = make_app(config, [tools.route], tools.lifespan)
        transport = httpx2.ASGITransport(app)
        async with (
            tools.lifespan(None),  # type: ignore[arg-type]
            httpx2.AsyncClient(transport=transport, headers=headers or {}) as http,
            Client(streamable_http_client(f"{client_address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool("search", {"query": "نفط"})

    return asyncio.run(ask()).structured_content


def test_an_assistant_searches_even_where_nothing_may_be_changed(config: Config) -> None:
    assert asked(config)["total"] == 1


def test_who_does_not_know_the_token_is_not_let_in(config: Config) -> None:
    from msgspec.structs import replace

    guarded = replace(config, token="a long enough token")
    assert status_of(guarded, {}) == 401
    assert asked(guarded, {"Authorization": "Bearer a long enough token"})["total"] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403), ({}, 200)],
)
def test_a_page_of_another_site_cannot_ask(config: Config, headers: dict[str, str], status: int) -> None:
    assert status_of(config, headers) == status


def status_of(config: Config, headers: dict[str, str]) -> int:
    """The status of the first request of a client."""
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    accepted = {"Accept": "application/json, text/event-stream"}

    async def ask() -> int:
        tools = over_http(config.index, config.serving.call)
        transport = httpx2.ASGITransport(make_app(config, [tools.route], tools.lifespan))
        async with tools.lifespan(None), httpx2.AsyncClient(transport=transport) as http:  # type: ignore[arg-type]
            return (await http.post(f"{ADDRESS}/mcp", json=request, headers=accepted | headers)).status_code

    return asyncio.run(ask())
