"""Tools for assistants: a language model asks an index through the Model Context Protocol.

https://modelcontextprotocol.io
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khabar.errors import MissingDependency

if TYPE_CHECKING:
    from khabar.library import Index

__all__ = ["serve_stdio"]


async def serve_stdio(index: Index) -> None:
    """Answer an assistant over stdin and stdout until it leaves.

    Raises:
        MissingDependency: if the package for it is missing.
    """
    server = _server()
    await server.serve_stdio(index)


def _server() -> Any:
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise MissingDependency(
            'tools for assistants need a package: pip install "khabar[mcp]"'
        ) from error
    from khabar.assistants import server

    return server
